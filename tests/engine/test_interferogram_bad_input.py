"""Unreadable input is refused, doubtful input gets a warning, each in one clear sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.tests.reading import refusal


@pytest.fixture(params=[True, False], ids=["exceptions", "no exceptions"], autouse=True)
def gdal_mode(request):
    """GDAL with and without exceptions: QGIS and scripts differ."""
    before = gdal.GetUseExceptions()
    (gdal.UseExceptions if request.param else gdal.DontUseExceptions)()
    yield
    (gdal.UseExceptions if before else gdal.DontUseExceptions)()


@pytest.fixture(scope="module")
def phase():
    lon, lat, _ = fixtures.utm_grid()
    return fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)


TRANSFORM = fixtures.utm_grid()[2]


def write(folder, name, bands, transform=TRANSFORM, epsg=fixtures.UTM):
    return fixtures.write_tiff(folder / name, bands, transform, epsg)


NO_RASTERS = [b"", b"hello", b"II*\0\xff\xff\xff\xff", b"\x89HDF\r\n\x1a\n", b"CDF\x01\0"]


@pytest.mark.parametrize("content", NO_RASTERS)
@pytest.mark.parametrize("name", ["x.tif", "x.h5", "x.nc", "x.grd", "x.unw", "x.zip"])
def test_no_raster(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert name in refusal(path)


def test_missing_file_and_folder_without_product(tmp_path):
    assert "does not exist" in refusal(tmp_path / "nothing.tif")
    assert "no interferogram" in refusal(tmp_path)
    assert "No interferogram" in refusal("")


def test_web_addresses_name_the_way(tmp_path):
    assert "/vsicurl/" in refusal("https://example.org/a.tif")
    assert "cannot be reached" in refusal("/vsicurl/http://127.0.0.1:9/a.tif")


@pytest.mark.parametrize("bands", [3, 4])
def test_coloured_pictures_name_the_file_to_use(tmp_path, bands):
    layers = list(np.random.default_rng(0).integers(0, 255, (bands, 48, 64)).astype(np.uint8))
    stem = "S1AA_20190704T015000_20190716T015001_VVP012_INT80_G_ueF_AB12"
    assert "picture" in refusal(write(tmp_path, "a.tif", layers))
    assert f"{stem}_unw_phase.tif" in refusal(write(tmp_path, f"{stem}_unw_phase_rgb.tif", layers))
    picture = write(tmp_path, "20190704_20190716.geo.unw.rgb.tif", layers)
    assert "20190704_20190716.geo.unw.tif" in refusal(picture)


def test_colour_tables_are_pictures(tmp_path):
    path = write(tmp_path, "a.tif", [np.random.default_rng(0).integers(0, 255, (48, 64)).astype(np.uint8)])
    dataset = gdal.Open(path, gdal.GA_Update)
    table = gdal.ColorTable()
    table.SetColorEntry(1, (255, 0, 0, 255))
    dataset.GetRasterBand(1).SetColorTable(table)
    del dataset
    assert "picture" in refusal(path)


@pytest.mark.parametrize(("value", "words"), [(np.nan, "no data"), (0.0, "zero"), (3.0, "constant")])
@pytest.mark.parametrize("name", ["x.tif", "x_unw.tif", "x_wrapped.tif", "20190704_20190716.geo.unw.tif"])
def test_rasters_without_any_phase_are_refused(tmp_path, phase, name, value, words):
    assert words in refusal(write(tmp_path, name, [np.full_like(phase, value)]))


def test_one_valid_corner_of_a_large_raster_is_found(tmp_path):
    values = np.full((900, 1200), np.nan, dtype=np.float32)
    values[-60:, :60] = np.linspace(0, 20, 3600, dtype=np.float32).reshape(60, 60)
    ifg = open_interferogram(write(tmp_path, "pair_unw.tif", [values]))
    assert np.isfinite(ifg.read(0, 840, 60, 60)).sum() >= 3599


def test_smaller_than_one_patch(tmp_path, phase):
    assert "16 × 16" in refusal(write(tmp_path, "pair_unw.tif", [phase[:10]]))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("anything.tif", lambda p: np.round(900 + 30 * np.abs(p)).astype(np.int16)),
        ("anything.tif", lambda p: 900 + 60 * np.abs(p)),
        ("anything.tif", lambda p: np.random.default_rng(0).gamma(1, 40, p.shape).astype(np.float32)),
        ("anything.tif", lambda p: np.random.default_rng(0).random(p.shape).astype(np.float32)),
    ],
)
def test_values_like_elevation_amplitude_and_coherence_give_a_warning(tmp_path, phase, name, values):
    ifg = open_interferogram(write(tmp_path, name, [values(phase)]))
    assert any("does not look like phase" in text for text in ifg.warnings)


def test_without_a_crs_it_works_with_a_warning(tmp_path, phase):
    ifg = open_interferogram(write(tmp_path, "pair_unw.tif", [phase], transform=None, epsg=None))
    assert (ifg.grid.pixel_size_m, ifg.grid.is_metric) == ((1.0, 1.0), False)
    assert any("pixels" in text for text in ifg.warnings)
    np.testing.assert_array_equal(ifg.read(0, 0, 64, 48), phase)


def test_rotation_is_refused_with_the_remedy(tmp_path, phase):
    x, y = TRANSFORM[0], TRANSFORM[3]
    for transform in ((x, 500, 300, y, 300, -500), (x, 0, 800, y, 800, 0)):
        assert "gdalwarp" in refusal(write(tmp_path, "pair_unw.tif", [phase], transform=transform))


def test_south_up_rasters_come_north_up(tmp_path, phase):
    x, y = TRANSFORM[0], TRANSFORM[3] - 48 * 800
    ifg = open_interferogram(write(tmp_path, "pair_unw.tif", [phase[::-1]], transform=(x, 800, 0, y, 0, 800)))
    assert ifg.grid.xy(0, 0) == (x, y + 48 * 800)
    assert ifg.grid.transform[5] == -800
    np.testing.assert_array_equal(ifg.read(0, 0, 64, 48), phase)


def test_truncated_files_fail_where_the_block_is_read(tmp_path):
    values = np.random.default_rng(0).normal(size=(3000, 600)).astype(np.float32).cumsum(axis=1)
    path = Path(write(tmp_path, "pair_unw.tif", [values]))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    with pytest.raises(InputError, match="cut short or damaged"):
        open_interferogram(str(path)).read(0, 2900, 600, 100)


def test_entities_in_xml_are_refused(tmp_path, phase):
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
    vrt = tmp_path / "pair_unw.vrt"
    vrt.write_text(f'{bomb}<VRTDataset rasterXSize="64" rasterYSize="48">&c;</VRTDataset>')
    assert "entities" in refusal(vrt)
    path = write(tmp_path, "pair_unw.tif", [phase])
    Path(f"{path}.aux.xml").write_text(f"{bomb}<PAMDataset>&c;</PAMDataset>")
    assert "entities" in refusal(path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quantity": "height"}, "quantity"),
        ({"quantity": "displacement_km"}, "unit"),
        ({"unit": "feet"}, "unit"),
        ({"positive": "up"}, "sign"),
        ({"wavelength": 5.6}, "wavelength"),
        ({"wavelength": float("nan")}, "wavelength"),
        ({"coherence_threshold": 30}, "threshold"),
        ({"band": 7}, "band 7"),
        ({"layer": "frequencyB"}, "no layer"),
    ],
)
def test_impossible_parameters_are_refused(tmp_path, phase, options, words):
    assert words in refusal(write(tmp_path, "pair_unw.tif", [phase]), **options)


@pytest.mark.parametrize("folder", ["with spaces", "ünïcode 地震", "a'b;c&d"])
def test_unusual_paths_work(tmp_path, phase, folder):
    (tmp_path / folder).mkdir()
    path = write(tmp_path / folder, "pair_unw.tif", [phase])
    np.testing.assert_array_equal(open_interferogram(path).read(0, 0, 64, 48), phase)


def test_links_work_and_broken_links_are_named(tmp_path, phase):
    path = write(tmp_path, "pair_unw.tif", [phase])
    link, broken = tmp_path / "link_unw.tif", tmp_path / "broken.tif"
    link.symlink_to(path)
    broken.symlink_to(tmp_path / "gone.tif")
    assert open_interferogram(str(link)).quantity.value == "unwrapped"
    assert "does not exist" in refusal(broken)
