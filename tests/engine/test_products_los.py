"""Line-of-sight vectors: the same direction from every family that delivers it, on the phase's grid."""

from __future__ import annotations

import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.products.containers.gdalio import Band
from quakefringe.engine.products.los.los_vectors import (
    azimuth_from_east,
    azimuth_from_north,
    constant_vector,
    from_east_north,
    from_enu,
    from_horizon,
    vectors,
)
from quakefringe.engine.products.los.regrid import bilinear, layer_weights, positions
from quakefringe.engine.products.model import LosSource, Product
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg

TOLERANCES = {
    "licsar": 1e-5, "hyp3": 1e-5, "isce": 1e-5, "mintpy": 1e-5, "flatsim": 1e-5, "gmtsar": 2e-4, "aria": 2e-4,
    "nisar 1.1": 2e-4, "nisar 1.4": 2e-4,
    "snap": 0.011,  # its heading is one for the scene, where the fixture's turns by 0.8 degrees
}  # fmt: skip


def truth(grid, height=0.0):
    points = [grid.lonlat(*grid.xy(c + 0.5, r + 0.5)) for r in range(grid.height) for c in range(grid.width)]
    lon, lat = (np.array(points)[:, axis].reshape(grid.height, grid.width) for axis in (0, 1))
    return fixtures.look_vectors(lon, lat, height)


def look(ifg, **more):
    return ifg.look_vectors(0, 0, ifg.grid.width, ifg.grid.height, **more)


@pytest.mark.parametrize("family", TOLERANCES)
def test_every_family_gives_the_same_direction(built, family):
    ifg = open_interferogram(fixtures.case_of(built, family).path)
    got = look(ifg)
    assert got.dtype == np.float32
    assert got.shape == (3, ifg.grid.height, ifg.grid.width)
    assert np.abs(got - truth(ifg.grid)).max() < TOLERANCES[family]
    np.testing.assert_allclose((got**2).sum(axis=0), 1, atol=1e-5)
    assert "for each pixel" in ifg.describe()["look_vectors"]
    assert not [text for text in ifg.warnings if "look" in text]


@pytest.mark.parametrize("family", ["licsar", "nisar 1.1", "gmtsar"])
def test_windows_of_vectors_equal_the_whole(built, family):
    ifg = pickle.loads(pickle.dumps(open_interferogram(fixtures.case_of(built, family).path)))
    whole = look(ifg)
    np.testing.assert_allclose(ifg.look_vectors(7, 5, 20, 30), whole[:, 5:35, 7:27], atol=1e-6)
    outside = ifg.look_vectors(-3, -2, 10, 10)
    assert np.isnan(outside[:, :2]).all()
    assert np.isnan(outside[:, :, :3]).all()
    np.testing.assert_allclose(outside[:, 2:, 3:], whole[:, :8, :7], atol=1e-6)


def test_the_finer_wrapped_grid_of_nisar_has_vectors(built):
    ifg = open_interferogram(fixtures.case_of(built, "nisar 1.4").path, quantity="wrapped")
    assert np.abs(look(ifg) - truth(ifg.grid)).max() < 2e-4


@pytest.mark.parametrize("family", ["nisar 1.1", "aria"])
def test_cubes_are_read_at_the_ground(built, family):
    ifg = open_interferogram(fixtures.case_of(built, family).path)
    for height in (1200.0, 2900.0):
        assert np.abs(look(ifg, elevation=height) - truth(ifg.grid, height)).max() < 2e-4
    relief = np.full((ifg.grid.height, ifg.grid.width), 2000.0)
    relief[:, 20:] = 700.0
    got = look(ifg, elevation=relief)
    np.testing.assert_allclose(got[..., :20], look(ifg, elevation=2000.0)[..., :20], atol=1e-6)
    np.testing.assert_allclose(got[..., 20:], look(ifg, elevation=700.0)[..., 20:], atol=1e-6)
    low, lowest = (look(ifg, elevation=height) for height in (-1500.0, -9000.0))
    np.testing.assert_allclose(low, lowest, atol=0.011 if family.startswith("nisar") else 1e-6)


def test_no_data_in_the_angles_is_unknown(home, built, tmp_path):
    copy = tmp_path / "licsar"
    shutil.copytree(home / "licsar", copy)
    for path in copy.rglob("*.geo.[ENU].tif"):
        raster = gdal.Open(str(path), gdal.GA_Update)
        values = raster.ReadAsArray()
        values[:6] = 0
        raster.GetRasterBand(1).WriteArray(values)
        del raster
    original = Path(fixtures.case_of(built, "licsar").path)
    got = look(open_interferogram(str(copy / original.relative_to(home / "licsar"))))
    assert np.isnan(got[:, :6]).all()
    assert np.isfinite(got[:, 6:]).all()


def test_without_layers_one_vector_represents_the_scene(home, built, tmp_path):
    copy = tmp_path / "isce"
    shutil.copytree(home / "isce", copy)
    for path in copy.rglob("los.rdr.geo*"):
        path.unlink()
    assert open_interferogram(str(copy)).look_vectors(0, 0, 4, 4) is None
    product = Product("x", "x", "x", [], heading=193.0, incidence=39.0, look_side="right")
    right = constant_vector(product)
    incidence, azimuth = np.radians(39.0), np.radians(103.0)
    wanted = (np.sin(incidence) * np.sin(azimuth), np.sin(incidence) * np.cos(azimuth), np.cos(incidence))
    assert right == pytest.approx(wanted)
    product.heading, product.look_side = 13.0, "left"
    assert constant_vector(product) == pytest.approx(wanted)


def test_layers_of_another_grid_are_replaced_by_the_scene_vector_with_a_warning(home, built, tmp_path):
    copy = tmp_path / "hyp3"
    shutil.copytree(home / "hyp3", copy)
    phi = next(copy.rglob("*_lv_phi.tif"))
    fixtures.write_tiff(phi, [np.full((20, 20), -0.23, np.float32)], fixtures.utm_grid()[2], fixtures.UTM)
    ifg = open_interferogram(str(copy))
    assert any("look vectors" in text and "left out" in text for text in ifg.warnings)


def test_invalid_directions_are_unknown():
    band = Band("x")
    below = LosSource(from_enu, (band,) * 3, "x")
    cells = [np.array([[v]]) for v in (0.6, 0.0, -0.8)]
    assert np.isnan(vectors(below, cells)).all()
    for rule in (azimuth_from_north, azimuth_from_east, from_horizon):
        assert np.isnan(
            vectors(LosSource(rule, (band,) * 2, "x"), [np.array([[95.0]]), np.array([[0.0]])])
        ).all()
    assert np.isnan(
        vectors(LosSource(from_east_north, (band,) * 2, "x"), [np.array([[0.9]]), np.array([[0.9]])])
    ).all()


def test_weights_of_a_cube_interpolate_in_height():
    weights = layer_weights((3000.0, 0.0, 1000.0), np.array([-5.0, 250.0, 2000.0, 9000.0]))
    np.testing.assert_allclose(weights[1], [1, 0.75, 0, 0])
    np.testing.assert_allclose(weights[2], [0, 0.25, 0.5, 0])
    np.testing.assert_allclose(weights[0], [0, 0, 0.5, 1])


def test_unknown_neighbours_are_left_out_of_the_interpolation():
    values = np.array([[[1.0, np.nan], [1.0, np.nan]]])
    at = np.array([[0.5, 0.9, 1.4, 3.0]])
    got = bilinear(values, at, np.full_like(at, 1.0))[0, 0]
    assert got[:2] == pytest.approx([1, 1])
    assert np.isnan(got[2:]).all()


def test_positions_between_projections_are_exact():
    utm = Grid(40, 30, (500_000.0, 100.0, 0, 4_200_000.0, 0, -100.0), wkt_of_epsg(32636))
    plain = Grid(900, 900, (32.5, 0.001, 0, 38.5, 0, -0.001), wkt_of_epsg(4326))
    cols, rows = positions(utm, plain)
    wanted = [plain.colrow(*utm.lonlat(*utm.xy(c + 0.5, r + 0.5))) for r in range(30) for c in range(40)]
    np.testing.assert_allclose(cols.ravel(), np.array(wanted)[:, 0], atol=1e-3)
    np.testing.assert_allclose(rows.ravel(), np.array(wanted)[:, 1], atol=1e-3)
