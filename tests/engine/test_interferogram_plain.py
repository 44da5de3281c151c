"""Plain rasters: quantity, unit, nodata, sign and wavelength from names, tags and values."""

from __future__ import annotations

import csv
import os
import pickle
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.interferogram import Quantity, open_interferogram
from quakefringe.engine.products.guess import GUESSED_UNIT
from quakefringe.tests.reading import whole

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("QUAKEFRINGE_REAL_DATA", ROOT.parent / "shared" / "data" / "real"))


@pytest.fixture(scope="module")
def scene():
    lon, lat, transform = fixtures.utm_grid()
    return fixtures.los(lon, lat).astype(np.float32), transform


def write(folder, scene, name, values=None, **options):
    moved, transform = scene
    bands = [fixtures.phase(moved, fixtures.C_BAND) if values is None else values]
    return fixtures.write_tiff(folder / name, bands, transform, fixtures.UTM, **options)


@pytest.mark.parametrize(
    ("name", "scale", "quantity", "unit"),
    [
        ("pair_unw.tif", None, "unwrapped", "rad"),
        ("pair_unwrapped_phase.tif", None, "unwrapped", "rad"),
        ("pair.tif", None, "unwrapped", "rad"),
        ("pair_los.tif", 1, "displacement", "m"),
        ("pair_los_mm.tif", 1000, "displacement", "mm"),
        ("displacement_cm.tif", 100, "displacement", "cm"),
        ("pair.tif", 1, "displacement", "m"),
    ],
)
def test_quantity_and_unit_of_continuous_fields(tmp_path, scene, name, scale, quantity, unit):
    values = None if scale is None else scale * scene[0]
    ifg = open_interferogram(write(tmp_path, scene, name, values))
    assert (ifg.quantity.value, ifg.unit) == (quantity, unit)
    if scale is not None:
        expected = fixtures.phase(scene[0], fixtures.C_BAND, away=False)
        np.testing.assert_allclose(whole(ifg), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["pair_wrapped.tif", "ifg.tif", "anything.tif"])
def test_wrapped_phase_is_known_by_name_or_by_filling_one_cycle(tmp_path, scene, name):
    values = fixtures.wrapped(fixtures.phase(scene[0], fixtures.C_BAND))
    ifg = open_interferogram(write(tmp_path, scene, name, values))
    assert ifg.quantity is Quantity.WRAPPED
    np.testing.assert_array_equal(whole(ifg), values)


def test_wrapped_phase_from_0_to_2_pi_comes_back_in_minus_pi_to_pi(tmp_path, scene):
    values = np.mod(fixtures.phase(scene[0], fixtures.C_BAND), np.float32(2 * np.pi))
    ifg = open_interferogram(write(tmp_path, scene, "anything.tif", values))
    assert ifg.quantity is Quantity.WRAPPED
    difference = np.angle(np.exp(1j * (whole(ifg) - values)))
    assert np.abs(difference).max() < 1e-5
    assert np.abs(whole(ifg)).max() <= np.float32(np.pi)


def test_unit_tag_counts_before_values(tmp_path, scene):
    path = write(tmp_path, scene, "anything.tif", 100 * scene[0])
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType("cm")
    del dataset
    ifg = open_interferogram(path)
    assert (ifg.quantity.value, ifg.unit) == ("displacement", "cm")


def test_a_unit_that_the_user_gives_is_no_guess(tmp_path, scene):
    path = write(tmp_path, scene, "anything_los.tif", 10 * scene[0])
    guessed = open_interferogram(path, quantity="displacement")
    given = open_interferogram(path, quantity="displacement", unit="cm")
    assert any(text.startswith(GUESSED_UNIT) for text in guessed.warnings)
    assert given.unit == "cm"
    assert not any(text.startswith(GUESSED_UNIT) for text in given.warnings)


def test_a_guess_from_values_alone_is_a_warning(tmp_path, scene):
    guessed = open_interferogram(write(tmp_path, scene, "anything.tif"))
    named = open_interferogram(write(tmp_path, scene, "anything_unw.tif"))
    assert any("set the quantity" in text for text in guessed.warnings)
    assert not named.warnings


def test_overrides_win_and_are_noted(tmp_path, scene):
    path = write(tmp_path, scene, "pair_unw.tif", 10 * scene[0])
    ifg = open_interferogram(path, quantity="displacement_cm", wavelength=0.24, positive="away")
    assert (ifg.quantity.value, ifg.unit, ifg.positive) == ("displacement", "cm", "away")
    assert (ifg.wavelength, ifg.wavelength_source, ifg.fringe_m) == (0.24, "user", 0.12)
    np.testing.assert_allclose(whole(ifg), -4 * np.pi / 0.24 * 0.1 * scene[0], rtol=1e-4, atol=1e-5)
    assert any("user" in text for text in ifg.notes)


def test_unwrapped_read_as_wrapped_is_wrapped(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif"), quantity=Quantity.WRAPPED)
    expected = fixtures.wrapped(fixtures.phase(scene[0], fixtures.C_BAND))
    difference = np.angle(np.exp(1j * (whole(ifg) - expected)))
    assert np.abs(difference).max() < 1e-4
    assert np.abs(whole(ifg)).max() <= np.float32(np.pi)


def test_displacement_without_a_wavelength_assumes_sentinel_1_and_warns(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "los_m.tif", scene[0]))
    assert (ifg.wavelength, ifg.wavelength_source) == (fixtures.C_BAND, "assumed")
    assert any("assumed" in text for text in ifg.warnings)


@pytest.mark.parametrize(
    ("name", "wavelength"),
    [("x_alos_los.tif", 0.2360571), ("x_alos2_los.tif", 0.2424525), ("x_s1_los.tif", fixtures.C_BAND)],
)
def test_wavelength_from_the_sensor_in_the_name(tmp_path, scene, name, wavelength):
    ifg = open_interferogram(write(tmp_path, scene, name, scene[0]))
    assert ifg.wavelength == wavelength
    assert ifg.wavelength_source == "product"


def test_wavelength_tag_is_read(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif", WAVELENGTH="0.0312"))
    assert ifg.wavelength == 0.0312


def test_unknown_sign_keeps_the_values_and_adds_a_note(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif"))
    assert ifg.positive == "unknown"
    np.testing.assert_array_equal(whole(ifg), fixtures.phase(scene[0], fixtures.C_BAND))
    assert any("towards the satellite" in text for text in ifg.notes)


@pytest.mark.parametrize(("fill", "declared"), [(0.0, None), (-9999.0, None), (-9999.0, -9999.0), (7.5, 7.5)])
def test_nodata_declared_or_recognised(tmp_path, scene, fill, declared):
    values = fixtures.filled(fixtures.phase(scene[0], fixtures.C_BAND), fill)
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif", values, nodata=declared))
    np.testing.assert_array_equal(np.isnan(whole(ifg)), fixtures.no_data(values.shape))
    assert f"{fill:g}" in ifg.nodata


def test_whole_numbers_of_millimetres_keep_their_zeros(tmp_path, scene):
    values = np.round(100 * scene[0]).astype(np.int16)
    ifg = open_interferogram(write(tmp_path, scene, "los_mm.tif", values))
    assert (values == 0).any()
    assert np.isfinite(whole(ifg)).all()


def test_grey_bytes_are_wrapped_phase_and_flat_areas_are_masked(tmp_path, scene):
    rng = np.random.default_rng(1)
    noisy = fixtures.phase(scene[0], fixtures.C_BAND) + rng.normal(0, 0.5, scene[0].shape)
    grey = np.round((fixtures.wrapped(noisy) + np.pi) / (2 * np.pi) * 255).astype(np.uint8)
    grey[10:25, 20:40] = 128
    driver = gdal.GetDriverByName("MEM").Create("", grey.shape[1], grey.shape[0], 1, gdal.GDT_Byte)
    driver.GetRasterBand(1).WriteArray(grey)
    path = str(tmp_path / "crop.png")
    gdal.GetDriverByName("PNG").CreateCopy(path, driver)
    ifg = open_interferogram(path)
    got = whole(ifg)
    assert (ifg.quantity.value, ifg.unit) == ("wrapped", "8-bit")
    assert np.isnan(got[10:25, 20:40]).all()
    kept = np.isfinite(got)
    assert kept.sum() > 0.85 * grey.size
    np.testing.assert_allclose(got[kept], grey[kept] / 255 * 2 * np.pi - np.pi, atol=1e-5)
    np.testing.assert_array_equal(ifg.read(15, 5, 30, 30), got[5:35, 15:45])


def test_alpha_and_mask_bands_take_pixels_out(tmp_path, scene):
    path = write(tmp_path, scene, "pair_unw.tif")
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    mask = np.where(fixtures.no_data(scene[0].shape), 0, 255).astype(np.uint8)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(mask)
    del dataset
    ifg = open_interferogram(path)
    np.testing.assert_array_equal(np.isnan(whole(ifg)), mask == 0)


def test_band_chooses_among_several(tmp_path, scene):
    moved, transform = scene
    first = fixtures.phase(moved, fixtures.C_BAND)
    path = fixtures.write_tiff(tmp_path / "unw.tif", [first, 2 * first, 3 * first], transform, fixtures.UTM)
    np.testing.assert_allclose(whole(open_interferogram(path, band=3)), 3 * first, rtol=1e-6)


def test_interferogram_can_be_pickled_and_read_in_a_thread(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif"))
    before = whole(ifg)
    blocks = []
    again = pickle.loads(pickle.dumps(ifg))
    thread = threading.Thread(target=lambda: blocks.append(whole(again)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(blocks[0], before)
    assert again.describe() == ifg.describe()


@pytest.mark.parametrize("exceptions", [True, False])
def test_gdal_settings_of_the_process_stay(tmp_path, scene, exceptions):
    path = write(tmp_path, scene, "pair_unw.tif")
    before = gdal.GetUseExceptions()
    (gdal.UseExceptions if exceptions else gdal.DontUseExceptions)()
    try:
        whole(open_interferogram(path))
        assert bool(gdal.GetUseExceptions()) is exceptions
    finally:
        (gdal.UseExceptions if before else gdal.DontUseExceptions)()


def test_grid_knows_its_ground(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path, scene, "pair_unw.tif"))
    grid = ifg.grid
    assert grid.pixel_size_m == pytest.approx((800, 800), rel=1e-3)
    assert not grid.is_geographic
    assert grid.colrow(*grid.xy(11.5, 7.25)) == pytest.approx((11.5, 7.25))
    assert grid.lonlat(*grid.xy(32, 24)) == pytest.approx(fixtures.CENTRE, abs=0.02)
    part = grid.subgrid(10, 20, 5, 6)
    assert part.extent == pytest.approx((*grid.xy(10, 26), *grid.xy(15, 20)))
    assert ifg.describe()["fringe_cm"] is None


def test_geographic_pixels_shrink_with_latitude(tmp_path):
    lon, lat, transform = fixtures.geographic_grid()
    values = fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [values], transform, 4326)
    dx, dy = open_interferogram(path).grid.pixel_size_m
    assert dy == pytest.approx(0.008 * 110996, rel=2e-3)
    assert dx / dy == pytest.approx(np.cos(np.radians(38.2)), rel=5e-3)


def scenes():
    catalogue = REAL / "catalogue.csv"
    if not catalogue.exists():
        return []
    with catalogue.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["file"].startswith("scenes/")]


@pytest.mark.skipif(not scenes(), reason="the real scenes are not on this machine")
def test_real_scenes_open_as_the_catalogue_says():
    quantities = {"unwrapped phase": "unwrapped", "wrapped phase": "wrapped"}
    for row in scenes():
        ifg = open_interferogram(str(REAL / row["file"]))
        assert (ifg.quantity.value, ifg.unit) == (
            quantities.get(row["quantity"], "displacement"),
            row["unit"],
        ), row["file"]
        assert ifg.wavelength == pytest.approx(float(row["wavelength_m"]), rel=1e-3), row["file"]
        assert not ifg.warnings, row["file"]
