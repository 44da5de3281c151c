"""Looks from open scenes: what is kept of them, and what is refused in one sentence."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from osgeo import osr

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram.scene import Quantity
from quakefringe.engine.raster.grid import Grid
from quakefringe.engine.source import looks_from_scenes
from quakefringe.engine.source.safe_unwrapping import largest_part, unwrap_look
from quakefringe.engine.source.scenes import drop_margin

SIDE, WAVELENGTH = 80, 0.0555
ROW, COLUMN = np.mgrid[:SIDE, :SIDE]
GENTLE = 8 * np.exp(-((ROW - 40) ** 2 + (COLUMN - 40) ** 2) / 300.0)
WGS84 = osr.SpatialReference()
WGS84.ImportFromEPSG(4326)
GRID = Grid(SIDE, SIDE, (61.9, 0.002, 0.0, 34.6, 0.0, -0.002), WGS84.ExportToWkt())


def scene(phase: np.ndarray, quantity: Quantity = Quantity.UNWRAPPED, grid: Grid = GRID) -> SimpleNamespace:
    """A stand-in for an open interferogram with constant angles."""
    return SimpleNamespace(
        name="pair",
        quantity=quantity,
        wavelength=WAVELENGTH,
        positive="toward",
        grid=grid,
        dates=(),
        look_side="right",
        read=lambda col, row, width, height: phase[row : row + height, col : col + width],
        look_vectors=lambda *window: None,
    )


def looks(made: SimpleNamespace, **options: float) -> list:
    return looks_from_scenes([made], **{"heading": -12.0, "incidence": 39.0, **options})


def wrapped(phase: np.ndarray) -> np.ndarray:
    return np.angle(np.exp(1j * phase))


def test_gentle_fringes_are_unwrapped_with_a_warning_and_more_noise():
    look = looks(scene(wrapped(GENTLE), Quantity.WRAPPED), margin_km=0.0)[0]
    motion = look.raster.displacement * 4 * np.pi / WAVELENGTH
    np.testing.assert_allclose(motion - motion[0, 0], GENTLE - GENTLE[0, 0], atol=1e-3)
    assert look.extra_noise_m > 0
    assert "unwrapped here" in look.warnings[0]


def test_a_box_across_180_degrees_may_be_written_either_way():
    at = replace(GRID, transform=(179.92, 0.002, 0.0, 34.6, 0.0, -0.002))
    boxes = (179.96, 34.48, 180.04, 34.56), (179.96, 34.48, -179.96, 34.56)
    one, other = (
        looks_from_scenes([scene(GENTLE, grid=at)], box, heading=-12.0, incidence=39.0)[0] for box in boxes
    )
    assert len(one.displacement) == len(other.displacement) > 100
    assert one.longitude.min() == other.longitude.min()


def test_dense_fringes_are_refused():
    noise = np.random.default_rng(0).uniform(-np.pi, np.pi, GENTLE.shape)
    with pytest.raises(InputError, match=r"“pair” are too dense.*unwrapped phase"):
        looks(scene(noise, Quantity.WRAPPED))


def test_a_scene_without_a_crs_is_refused():
    with pytest.raises(InputError, match="set its coordinate system"):
        looks(scene(GENTLE, grid=replace(GRID, crs_wkt="")))


def test_a_scene_without_look_vectors_or_numbers_is_refused():
    with pytest.raises(InputError, match="give its heading and incidence"):
        looks_from_scenes([scene(GENTLE)])


def test_a_box_outside_the_scene_is_refused():
    with pytest.raises(InputError, match="lies outside"):
        looks_from_scenes([scene(GENTLE)], (10.0, 10.0, 11.0, 11.0), heading=-12.0, incidence=39.0)


def test_a_scene_without_valid_pixels_is_refused():
    with pytest.raises(InputError, match="no valid pixel"):
        looks(scene(GENTLE * np.nan))


def test_wrapped_ground_in_islands_is_refused():
    phase = wrapped(GENTLE)
    phase[(ROW % 27 > 22) | (COLUMN % 27 > 22)] = np.nan
    with pytest.raises(InputError, match="islands"):
        unwrap_look(phase, "pair")


def test_a_small_island_of_wrapped_phase_stays_out():
    phase = wrapped(GENTLE)
    phase[:, 60:64] = np.nan
    result = unwrap_look(phase, "pair")
    assert np.isfinite(result[:, :60]).all()
    assert np.isnan(result[:, 60:]).all()
    assert largest_part(np.isfinite(phase)).sum() == 60 * SIDE


def test_islands_without_data_leave_the_points_between_them():
    holes = GENTLE.copy()
    holes[10:30, 10:30] = holes[50:70, 40:60] = np.nan
    look = looks(scene(holes), margin_km=0.5)[0]
    assert np.isfinite(look.displacement).all()
    assert 0 < len(look.displacement) < np.isfinite(holes).sum()


def test_a_wider_margin_drops_more_of_the_edge():
    valid = np.ones((SIDE, SIDE), bool)
    assert drop_margin(valid, 2).sum() > drop_margin(valid, 4).sum() > 0
    assert not drop_margin(valid, 4)[0].any()
