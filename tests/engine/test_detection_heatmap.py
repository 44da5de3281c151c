"""The heatmap has no seams, lies exactly on the scene, and is hot only on probable deformation."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.inference.blending import MAX_SIDE_PIXELS, taper
from quakefringe.engine.inference.heatmap import Heatmap
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.tile import interpolation
from quakefringe.engine.tiling.scales import plan_scales

GRID = Grid(1000, 800, (3e5, 80.0, 0, 3.2e6, 0, -80.0), wkt_of_epsg(32645))


def filled(grid, attention, probability, only=None):
    scales = plan_scales(grid)
    heatmap = Heatmap(grid, scales)
    finest = scales[-1]
    heatmap.ground(0, np.ones((finest.height, finest.width), bool))
    for scale in scales:
        if only is not None and scale.index != only:
            continue
        for row in scale.rows:
            for col in scale.columns:
                heatmap.add(scale, col, row, attention, probability)
    return heatmap


def test_flat_attention_gives_flat_heat_without_seams():
    heat = filled(GRID, np.full((14, 14), 1 / 196), 0.8).values()
    np.testing.assert_allclose(heat, 0.8, atol=1e-5)


def test_heat_is_the_probability_where_attention_peaks():
    attention = np.zeros((14, 14), np.float32)
    attention[7, 7] = 1.0
    heat = filled(GRID, attention, 0.6, only=0).values()
    assert heat.max() == pytest.approx(0.6, abs=0.1)
    assert np.median(heat) == 0


def test_a_quiet_scale_does_not_cool_another_scale():
    attention = np.full((14, 14), 1 / 196)
    heatmap = filled(GRID, attention, 0.0, only=0)
    finest = plan_scales(GRID)[-1]
    heatmap.add(finest, 0, 0, attention, 0.9)
    assert heatmap.values()[5, 5] == pytest.approx(0.9, abs=1e-3)


def test_invalid_ground_and_ground_without_windows_is_nan():
    scales = plan_scales(GRID)
    heatmap = Heatmap(GRID, scales)
    finest = scales[-1]
    valid = np.ones((finest.height, finest.width), bool)
    valid[:, : finest.width // 2] = False
    for first in range(0, finest.height, 50):
        heatmap.ground(first, valid[first : first + 50])
    assert np.isnan(heatmap.values()).all()
    heatmap.add(scales[0], scales[0].columns[0], scales[0].rows[0], np.full((14, 14), 1 / 196), 0.5)
    heat = heatmap.values()
    half = heat.shape[1] // 2
    assert np.isnan(heat[:, : half - 1]).all()
    np.testing.assert_allclose(heat[:, half + 1 :], 0.5, atol=1e-5)


def test_the_size_is_bounded_and_the_extent_exact():
    grid = Grid(30_000, 11_000, (3e5, 20.0, 0, 3.2e6, 0, -20.0), wkt_of_epsg(32645))
    heatmap = Heatmap(grid, plan_scales(grid))
    assert max(heatmap.width, heatmap.height) <= MAX_SIDE_PIXELS
    assert heatmap.grid().extent == pytest.approx(grid.extent)
    dx, dy = heatmap.grid().transform[1], -heatmap.grid().transform[5]
    assert dx == pytest.approx(dy, rel=0.01)


def test_interpolation_and_taper_are_partitions():
    positions = np.linspace(0, 224, 57)
    np.testing.assert_allclose(interpolation(positions).sum(axis=1), 1, atol=1e-6)
    inner = np.arange(112) + 0.5
    np.testing.assert_allclose(taper(inner) + taper(inner + 112), 1, atol=2e-3)
