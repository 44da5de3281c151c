"""Where a scene lies: axes without a coordinate system, longitudes beyond 180, poles, the user's own CRS."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.raster.grid import Grid, ground_distance, wkt_of_epsg
from quakefringe.engine.raster.longitude import turns_to_meet
from quakefringe.engine.tiling.elevation import Elevation
from quakefringe.engine.tiling.scales import part_of


@pytest.fixture(scope="module")
def phase():
    lon, lat, _ = fixtures.geographic_grid()
    return fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)


def netcdf(path, values, axes):
    """A netCDF-4 grid without a coordinate system: axes as (name, attributes, coordinates), y first."""
    if gdal.GetDriverByName("netCDF") is None:
        pytest.skip("this GDAL has no netCDF driver")
    file = gdal.GetDriverByName("netCDF").CreateMultiDimensional(str(path), [], ["FORMAT=NC4"])
    root, sides = file.GetRootGroup(), []
    for name, attributes, coordinates in axes:
        side = root.CreateDimension(name, "", "", len(coordinates))
        array = root.CreateMDArray(name, [side], gdal.ExtendedDataType.Create(gdal.GDT_Float64))
        for key, text in attributes.items():
            array.CreateAttribute(key, [], gdal.ExtendedDataType.CreateString()).Write(text)
        array.Write(np.asarray(coordinates, dtype=np.float64))
        sides.append(side)
    z = root.CreateMDArray("z", sides, gdal.ExtendedDataType.Create(gdal.GDT_Float32))
    z.Write(np.ascontiguousarray(values[::-1]))
    del z, root, file
    return str(path)


LATS, LONS = 38.0 + 0.01 * np.arange(48), 30.0 + 0.01 * np.arange(64)


@pytest.mark.parametrize("name", ["unwrap_mask_ll_cut.grd", "unwrap.grd", "pair_unw.nc", "los_cut.grd"])
@pytest.mark.parametrize(
    "attributes",
    [
        ({"units": "degrees_north"}, {"units": "degrees_east"}),
        ({"long_name": "latitude"}, {"long_name": "longitude"}),
        (
            {"standard_name": "latitude", "units": "degrees"},
            {"standard_name": "longitude", "units": "degrees"},
        ),
    ],
)
@pytest.mark.parametrize("axes", [("lat", "lon"), ("y", "x")])
def test_axes_in_degrees_place_a_grid_on_the_ground(tmp_path, phase, name, attributes, axes):
    described = [(axis, one, at) for axis, one, at in zip(axes, attributes, (LATS, LONS))]
    ifg = open_interferogram(netcdf(tmp_path / name, phase, described), wavelength=fixtures.C_BAND)
    assert ifg.grid.is_geographic
    assert ifg.grid.extent == pytest.approx((29.995, 37.995, 30.635, 38.475))
    assert ifg.describe()["pixel_size_m"][1] == pytest.approx(1110, rel=1e-2)
    np.testing.assert_allclose(np.abs(ifg.read(0, 0, 4, 4)), np.abs(ifg.read(0, 0, 64, 48)[:4, :4]))


def test_axes_in_metres_give_sizes_and_ask_for_the_coordinate_system(tmp_path, phase):
    axes = [
        ("y", {"units": "meters"}, 4.2e6 + 500.0 * np.arange(48)),
        ("x", {"units": "meters"}, 4.5e5 + 500.0 * np.arange(64)),
    ]
    path = netcdf(tmp_path / "pair_unw.nc", phase, axes)
    ifg = open_interferogram(path)
    assert ifg.describe()["pixel_size_m"] == [500, 500]
    assert not ifg.grid.has_crs
    assert any("CRS" in text for text in ifg.warnings)
    placed = open_interferogram(path, crs="EPSG:32636")
    assert placed.grid.lonlat(*placed.grid.xy(32, 24))[1] == pytest.approx(38.05, abs=0.1)
    assert not any("CRS" in text for text in placed.warnings)


def test_axes_in_kilometres(tmp_path, phase):
    axes = [("y", {"units": "km"}, 0.5 * np.arange(48)), ("x", {"units": "km"}, 0.5 * np.arange(64))]
    ifg = open_interferogram(netcdf(tmp_path / "pair_unw.nc", phase, axes))
    assert ifg.describe()["pixel_size_m"] == [500, 500]
    assert ifg.grid.subgrid(3, 3, 20, 20).is_metric


def test_axes_without_units_stay_without_a_place(tmp_path, phase):
    axes = [("y", {}, 3.0 * np.arange(48)), ("x", {}, 3.0 * np.arange(64))]
    ifg = open_interferogram(netcdf(tmp_path / "pair_unw.nc", phase, axes))
    assert ifg.describe()["pixel_size_m"] is None
    assert any("no coordinate system" in text for text in ifg.warnings)


@pytest.mark.parametrize(
    ("west", "lon"), [(243.0, -116.68), (-180.3, -179.98), (179.9, -179.78), (-117.0, -116.68)]
)
def test_longitudes_of_results_lie_between_minus_180_and_180(tmp_path, phase, west, lon):
    transform = (west, 0.01, 0, 36, 0, -0.01)
    ifg = open_interferogram(fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], transform, 4326))
    got = ifg.grid.lonlat(*ifg.grid.xy(32, 24))
    assert got == pytest.approx((lon, 35.76))
    assert ifg.grid.pixel_size_m[0] == pytest.approx(1110 * math.cos(math.radians(35.76)), rel=1e-2)
    assert ifg.grid.extent[0] == west  # on the map the scene stays where its file puts it


def relief(path, west, width=200, south=30.0, epsg=4326):
    """Elevation of 20 m for each degree of longitude east of -180, at half a degree."""
    lon = (west + 0.25 + 0.5 * np.arange(width) + 180) % 360
    values = np.broadcast_to(20 * lon, (40, width)).astype(np.float32)
    return fixtures.write_tiff(path, [values], (west, 0.5, 0, south + 20, 0, -0.5), epsg)


@pytest.mark.parametrize(
    ("scene", "model"), [(243.0, -150.0), (-117.0, 200.0), (-117.0, -150.0), (200.0, 180.0)]
)
def test_elevation_is_laid_over_scenes_with_other_longitudes(tmp_path, scene, model):
    grid = Grid(64, 48, (scene, 0.01, 0.0, 36.0, 0.0, -0.01), wkt_of_epsg(4326))
    rows = Elevation(relief(tmp_path / "dem.tif", model), grid, (64, 48), (1.0, 1.0)).rows(0, 48)
    wanted = 20 * ((scene + 0.005 + 0.01 * np.arange(64) + 180) % 360)
    np.testing.assert_allclose(rows[24], wanted, atol=0.5)


def test_a_global_model_covers_a_scene_across_the_antimeridian(tmp_path):
    grid = Grid(64, 48, (-180.3, 0.01, 0.0, 36.0, 0.0, -0.01), wkt_of_epsg(4326))
    rows = Elevation(relief(tmp_path / "dem.tif", -180.0, 720), grid, (64, 48), (1.0, 1.0)).rows(0, 48)
    assert np.isfinite(rows).all()
    assert rows[24, 0] == pytest.approx(20 * 359.7, rel=0.01)
    assert rows[24, -1] < 20


def test_elevation_without_a_crs_is_laid_by_the_one_that_is_given(tmp_path):
    grid = Grid(64, 48, (500_000.0, 900.0, 0.0, 3_980_000.0, 0.0, -900.0), wkt_of_epsg(32611))
    known = relief(tmp_path / "known.tif", -150.0)
    unknown = relief(tmp_path / "unknown.tif", -150.0, epsg=None)
    with pytest.raises(InputError, match="overlap"):  # degrees taken for the scene's metres
        Elevation(unknown, grid, (64, 48), (1.0, 1.0))
    wanted = Elevation(known, grid, (64, 48), (1.0, 1.0)).rows(0, 48)
    assert np.isfinite(wanted).all()
    got = Elevation(unknown, grid, (64, 48), (1.0, 1.0), "EPSG:4326").rows(0, 48)
    np.testing.assert_array_equal(got, wanted)


def test_the_crs_given_for_a_model_counts_more_than_that_of_its_file(tmp_path):
    grid = Grid(64, 48, (-117.0, 0.01, 0.0, 36.0, 0.0, -0.01), wkt_of_epsg(4326))
    mislabelled = relief(tmp_path / "dem.tif", -150.0, epsg=32611)
    with pytest.raises(InputError, match="overlap"):
        Elevation(mislabelled, grid, (64, 48), (1.0, 1.0))
    rows = Elevation(mislabelled, grid, (64, 48), (1.0, 1.0), "EPSG:4326").rows(0, 48)
    assert rows[24, 0] == pytest.approx(20 * 63.0, abs=0.5)
    with pytest.raises(InputError, match="“EPSG:1” is not known"):
        Elevation(mislabelled, grid, (64, 48), (1.0, 1.0), "EPSG:1")


def test_a_model_of_another_area_is_still_refused(tmp_path):
    grid = Grid(64, 48, (20.0, 0.01, 0.0, 36.0, 0.0, -0.01), wkt_of_epsg(4326))
    with pytest.raises(InputError, match="overlap"):
        Elevation(relief(tmp_path / "dem.tif", -150.0), grid, (64, 48), (1.0, 1.0))


def test_extents_may_count_longitudes_otherwise():
    grid = Grid(640, 480, (243.0, 0.001, 0.0, 36.0, 0.0, -0.001), wkt_of_epsg(4326))
    assert part_of(grid, (-116.9, 35.8, -116.8, 35.9)) == part_of(grid, (243.1, 35.8, 243.2, 35.9))
    with pytest.raises(InputError, match="overlap"):
        part_of(grid, (10.0, 35.8, 10.1, 35.9))


def test_turns():
    assert turns_to_meet((-150, 0, -100, 10), (243, 0, 244, 10)) == [360]
    assert turns_to_meet((-180, -90, 180, 90), (-180.3, 50, -179.9, 51)) == [0, -360]
    assert turns_to_meet((0, 0, 10, 10), (0, 20, 10, 30)) == []


@pytest.mark.parametrize("epsg", [3031, 3413])
@pytest.mark.parametrize("offset", [0.0, 1.5e6])
def test_polar_pixels_have_their_size_where_the_scene_is(epsg, offset):
    grid = Grid(64, 48, (offset - 32 * 80.0, 80.0, 0.0, 24 * 80.0, 0.0, -80.0), wkt_of_epsg(epsg))
    dx, dy = grid.pixel_size_m
    assert dx == pytest.approx(80, rel=0.04)
    assert dx == pytest.approx(dy, rel=1e-3)
    if offset:  # true to scale at 70 or 71 degrees: larger on the ground nearer to the pole
        at_pole = Grid(64, 48, (-32 * 80.0, 80.0, 0.0, 24 * 80.0, 0.0, -80.0), wkt_of_epsg(epsg))
        assert at_pole.pixel_size_m[0] > dx


def test_distances_at_the_pole_and_the_antimeridian():
    assert ground_distance((0, 89.9), (180, 89.9)) == pytest.approx(2 * 11169, rel=1e-3)
    assert ground_distance((179.9, 0), (-179.9, 0)) == pytest.approx(0.2 * 111319.5, rel=1e-4)
    assert ground_distance((10, 85.1), (10, 85.2)) == pytest.approx(11168, rel=1e-3)


def test_users_crs_places_a_raster_that_states_none(tmp_path, phase):
    transform = (500000, 100, 0, 4000000, 0, -100)
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], transform, None)
    assert not open_interferogram(path).grid.has_crs
    ifg = open_interferogram(path, crs="EPSG:32611")
    assert ifg.grid.lonlat(500000, 4000000) == pytest.approx((-117, 36.14), abs=0.02)
    assert any("EPSG:32611" in text for text in ifg.notes)
    wkt = open_interferogram(path, crs=wkt_of_epsg(32611))
    assert wkt.grid.pixel_size_m == ifg.grid.pixel_size_m


def test_users_crs_counts_more_than_the_files_and_is_said(tmp_path, phase):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], (5e5, 100, 0, 4e6, 0, -100), 32610)
    ifg = open_interferogram(path, crs="EPSG:32611")
    assert ifg.grid.lonlat(5e5, 4e6)[0] == pytest.approx(-117)
    assert any("32611" in text and "32610" in text for text in ifg.warnings)
    same = open_interferogram(path, crs="EPSG:32610")
    assert not any("coordinate system" in text for text in same.warnings)


@pytest.mark.parametrize(
    ("transform", "epsg", "words"),
    [
        ((36, 0.001, 0, -117, 0, -0.001), 4326, "swapped"),
        ((10, 0.001, 0, 95, 0, -0.001), 4326, "impossible as longitude and latitude"),
        ((5e5, 100, 0, 4e6, 0, -100), 4326, "in metres"),
        ((-117, 0.001, 0, 36, 0, -0.001), 32611, "look like degrees"),
        ((-117, 0.001, 0, 36, 0, -0.001), 4978, "not that of a map"),
    ],
)
def test_coordinates_that_are_impossible_in_their_system_are_refused(tmp_path, phase, transform, epsg, words):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], transform, epsg)
    with pytest.raises(InputError, match=words):
        open_interferogram(path)
    right = {"look like degrees": "EPSG:4326", "in metres": "EPSG:32611"}.get(words)
    if right:
        assert open_interferogram(path, crs=right).grid.lonlat(*transform[::3])[1] == pytest.approx(
            36, abs=0.2
        )


def test_a_grid_that_ends_half_a_pixel_beyond_the_pole_is_read(tmp_path, phase):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], (10, 0.01, 0, 90.005, 0, -0.01), 4326)
    assert open_interferogram(path).grid.has_crs


def test_users_crs_without_a_position_or_of_no_system(tmp_path, phase):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [phase], None, None)
    ifg = open_interferogram(path, crs="EPSG:32611")
    assert not ifg.grid.has_crs
    assert any("no position" in text for text in ifg.warnings)
    with pytest.raises(InputError, match="EPSG:999999"):
        open_interferogram(path, crs="EPSG:999999")


@pytest.mark.parametrize(("x", "y", "step", "geographic"), [(30.2, 38.4, 0.01, True), (5e5, 4e6, 100, False)])
def test_pictures_with_a_world_file_are_placed(tmp_path, x, y, step, geographic):
    rng = np.random.default_rng(1)
    lon, lat, _ = fixtures.geographic_grid()
    noisy = fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND) + rng.normal(0, 0.5, lon.shape)
    grey = np.round((fixtures.wrapped(noisy) + np.pi) / (2 * np.pi) * 255).astype(np.uint8)
    memory = gdal.GetDriverByName("MEM").Create("", 64, 48, 1, gdal.GDT_Byte)
    memory.GetRasterBand(1).WriteArray(grey)
    path = str(tmp_path / "pair.png")
    gdal.GetDriverByName("PNG").CreateCopy(path, memory)
    text = f"{step}\n0\n0\n{-step}\n{x + step / 2}\n{y - step / 2}\n"
    (tmp_path / "pair.pgw").write_text(text)
    ifg = open_interferogram(path)
    assert ifg.grid.xy(0, 0) == pytest.approx((x, y))
    assert ifg.grid.is_geographic is geographic
    assert any("(CRS)" in text for text in ifg.warnings)
    placed = open_interferogram(path, crs="EPSG:4326" if geographic else "EPSG:32636")
    assert placed.grid.has_crs
    assert not any("(CRS)" in text for text in placed.warnings)


@pytest.mark.parametrize("path", ["nope.tif", "/nowhere/nope.tif"])
def test_a_missing_elevation_model_is_called_missing(path):
    grid = Grid(64, 48, (30.0, 0.01, 0.0, 38.0, 0.0, -0.01), wkt_of_epsg(4326))
    with pytest.raises(InputError, match=r"“nope.tif” does not exist"):
        Elevation(path, grid, (64, 48), (1.0, 1.0))
