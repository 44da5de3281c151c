"""Values as stored are not values as meant: packing, unit tags, missing units, rates, plausibility."""

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
from quakefringe.engine.products import open_product
from quakefringe.engine.products.names import kind_of
from quakefringe.engine.products.units import period_of, unit_of_tag
from quakefringe.engine.products.virtual import virtual_raster
from quakefringe.tests.reading import refusal, whole


@pytest.fixture(scope="module")
def scene():
    lon, lat, transform = fixtures.utm_grid()
    return fixtures.los(lon, lat).astype(np.float32), transform


def write(path, values, transform, kind=gdal.GDT_Float32, unit="", packing=None, nodata=None, description=""):
    """A GeoTIFF of one band, or of several given as a list; unit and description may be lists too."""
    bands = values if isinstance(values, list) else [values]
    units = unit if isinstance(unit, list) else [unit] * len(bands)
    described = description if isinstance(description, list) else [description] * len(bands)
    height, width = bands[0].shape
    raster = gdal.GetDriverByName("GTiff").Create(str(path), width, height, len(bands), kind)
    raster.SetGeoTransform(transform)
    raster.SetProjection(fixtures.srs_of(fixtures.UTM).ExportToWkt())
    for index, (one, tag, text) in enumerate(zip(bands, units, described), 1):
        band = raster.GetRasterBand(index)
        band.WriteArray(one)
        band.SetDescription(text)
        if tag:
            band.SetUnitType(tag)
        if packing:
            band.SetScale(packing[0])
            band.SetOffset(packing[1])
        if nodata is not None:
            band.SetNoDataValue(nodata)
    band = None
    raster.FlushCache()
    return str(path)


def as_phase(moved, wavelength=fixtures.C_BAND):
    return 4 * np.pi / wavelength * moved


@pytest.mark.parametrize(
    ("kind", "scale", "offset"),
    [
        (gdal.GDT_Int16, 1e-4, 0.0),
        (gdal.GDT_Int16, -1e-4, 0.02),
        (gdal.GDT_UInt16, 1e-4, -1.0),
        (gdal.GDT_Byte, 1e-3, -0.06),
        (gdal.GDT_Float32, 1e-3, 0.0),
    ],
)
def test_packed_displacement_is_unpacked(tmp_path, scene, kind, scale, offset):
    moved, transform = scene
    stored = np.round((moved - offset) / scale) if kind != gdal.GDT_Float32 else (moved - offset) / scale
    path = write(tmp_path / "x_los.tif", stored, transform, kind, "m", (scale, offset))
    ifg = open_interferogram(path, wavelength=fixtures.C_BAND)
    assert (ifg.quantity.value, ifg.unit) == ("displacement", "m")
    np.testing.assert_allclose(whole(ifg), as_phase(moved), atol=as_phase(abs(scale)) * 0.51 + 1e-3)


def test_no_data_of_packed_values_is_the_stored_number(tmp_path, scene):
    moved, transform = scene
    stored = np.round(moved / 1e-4)
    stored[:5] = -32768
    path = write(tmp_path / "x_los.tif", stored, transform, gdal.GDT_Int16, "m", (1e-4, 0.0), nodata=-32768)
    got = whole(open_interferogram(path))
    assert np.isnan(got[:5]).all()
    assert np.isfinite(got[5:]).all()


def test_packed_values_of_netcdf_are_unpacked(tmp_path, scene):
    moved, transform = scene
    packed = write(tmp_path / "a.tif", np.round(moved / 1e-4), transform, gdal.GDT_Int16, "m", (1e-4, 0.0))
    path = str(tmp_path / "x_los_displacement.nc")
    assert gdal.Translate(path, packed, format="netCDF") is not None
    ifg = open_interferogram(path, unit="m", wavelength=fixtures.C_BAND)
    np.testing.assert_allclose(np.abs(whole(ifg)), np.abs(as_phase(moved)), atol=0.02)


def test_packed_coherence_masks_as_meant(home, built, tmp_path, scene):
    lon, lat, transform = fixtures.geographic_grid()
    stem = tmp_path / f"{fixtures.OLDER}_{fixtures.NEWER}.geo"
    unwrapped = fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)
    fixtures.write_tiff(Path(f"{stem}.unw.tif"), [unwrapped], transform, 4326)
    stored = np.round(fixtures.coherence(lon.shape) * 10000).astype(np.int16)
    fixtures.write_tiff(Path(f"{stem}.cc.tif"), [stored], transform, 4326)
    raster = gdal.Open(f"{stem}.cc.tif", gdal.GA_Update)
    raster.GetRasterBand(1).SetScale(1e-4)
    del raster
    got = whole(open_interferogram(f"{stem}.unw.tif"))
    np.testing.assert_array_equal(np.isnan(got), fixtures.low_coherence(lon.shape))


@pytest.mark.parametrize(
    ("tag", "scale", "quantity", "unit"),
    [
        ("mm", 1000, "displacement", "mm"),
        ("millimetres", 1000, "displacement", "mm"),
        ("cm", 100, "displacement", "cm"),
        ("metre", 1, "displacement", "m"),
        ("mm/yr", 1000, "displacement", "mm"),
        ("cm yr-1", 100, "displacement", "cm"),
        ("m/year", 1, "displacement", "m"),
    ],
)
@pytest.mark.parametrize("name", ["pair_unw.tif", "x_wrapped.tif", "los_m.tif", "anything.tif"])
def test_unit_tags_win_over_names(tmp_path, scene, name, tag, scale, quantity, unit):
    moved, transform = scene
    ifg = open_interferogram(write(tmp_path / name, scale * moved, transform, unit=tag), wavelength=0.24)
    assert (ifg.quantity.value, ifg.unit) == (quantity, unit)
    np.testing.assert_allclose(whole(ifg), as_phase(moved, 0.24), atol=1e-3)
    assert any("rate" in text for text in ifg.warnings) == ("y" in tag)
    assert not any("guess" in text for text in ifg.warnings)


@pytest.mark.parametrize(
    ("tag", "scale"), [("rad", 1), ("radians", 1), ("deg", 180 / np.pi), ("cycles", 0.5 / np.pi)]
)
def test_tagged_phase_is_phase_whatever_the_name(tmp_path, scene, tag, scale):
    values = as_phase(scene[0])
    ifg = open_interferogram(write(tmp_path / "x_los.tif", scale * values, scene[1], unit=tag))
    assert ifg.quantity.value == "unwrapped"
    np.testing.assert_allclose(whole(ifg), values, atol=1e-3)
    turned = fixtures.wrapped(values)
    ifg = open_interferogram(write(tmp_path / "y.tif", scale * turned, scene[1], unit=tag))
    assert ifg.quantity.value == "wrapped"
    assert np.abs(np.angle(np.exp(1j * (whole(ifg) - turned)))).max() < 1e-3


def test_an_unknown_unit_tag_is_a_warning(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path / "x_los.tif", scene[0], scene[1], unit="furlong"))
    assert any("furlong" in text and "unit" in text for text in ifg.warnings)


def test_the_band_is_chosen_by_its_unit(tmp_path, scene):
    moved, transform = scene
    bands = [np.full_like(moved, 40), np.full_like(moved, 0.8), as_phase(moved)]
    ifg = open_interferogram(write(tmp_path / "x.tif", bands, transform, unit=["", "", "rad"]))
    np.testing.assert_allclose(whole(ifg), as_phase(moved), rtol=1e-5)
    assert "band 3" in ifg.layer
    mixed = [1000 * moved, 100 * moved]
    path = write(tmp_path / "y.tif", mixed, transform, unit=["mm", "cm"])
    for band, unit in ((1, "mm"), (2, "cm")):
        ifg = open_interferogram(path, band=band, wavelength=0.24)
        assert ifg.unit == unit
        np.testing.assert_allclose(whole(ifg), as_phase(moved, 0.24), atol=1e-3)


@pytest.mark.parametrize("scale", [1, 100, 1000])
@pytest.mark.parametrize("name", ["quiet_los.tif", "displacement.tif", "vel_ll.tif"])
def test_a_missing_unit_is_a_warning_that_names_the_parameter(tmp_path, scene, name, scale):
    ifg = open_interferogram(write(tmp_path / name, scale * scene[0], scene[1]))
    assert ifg.quantity.value == "displacement"
    assert any("guess" in text and "Set the unit" in text for text in ifg.warnings)
    assert not any("guess" in text for text in open_interferogram(ifg.path, unit="cm").notes)


def test_a_quiet_scene_in_millimetres_stays_quiet(tmp_path):
    rng = np.random.default_rng(5)
    smooth = np.cumsum(np.cumsum(rng.normal(size=(96, 128)), axis=0), axis=1)
    smooth = 7 * (smooth - smooth.mean()) / smooth.std()
    ifg = open_interferogram(write(tmp_path / "quiet_los_displacement.tif", smooth, fixtures.utm_grid()[2]))
    assert ifg.unit == "mm"
    assert np.nanmax(np.abs(whole(ifg))) < 4 * np.pi


@pytest.mark.parametrize("kind", [gdal.GDT_CInt16, gdal.GDT_CInt32, gdal.GDT_CFloat64])
def test_complex_numbers_of_any_type_are_wrapped_phase(tmp_path, scene, kind):
    phase = as_phase(scene[0])
    values = 2000 * np.exp(1j * phase)
    values[:4] = 0
    ifg = open_interferogram(write(tmp_path / "pair.tif", values.astype(np.complex64), scene[1], kind))
    got = whole(ifg)
    assert (ifg.quantity.value, ifg.unit) == ("wrapped", "complex")
    assert np.isnan(got[:4]).all()
    assert np.abs(np.angle(np.exp(1j * (got[4:] - phase[4:])))).max() < 2e-3


@pytest.mark.parametrize(
    ("kind", "cycle"),
    [
        (gdal.GDT_Int16, 2 * np.pi * 1000),
        (gdal.GDT_Int32, 2 * np.pi * 10000),
        (gdal.GDT_Int16, 65534.0),
        (gdal.GDT_Int16, 360.0),
        (gdal.GDT_Float32, 360.0),
    ],
)
def test_wrapped_phase_in_other_numbers_is_recognised_with_a_warning(tmp_path, kind, cycle):
    lon, lat, transform = fixtures.utm_grid(200.0)
    phase = fixtures.wrapped(as_phase(3 * fixtures.los(lon, lat)))
    stored = phase / (2 * np.pi) * cycle
    stored = np.round(stored) if kind != gdal.GDT_Float32 else stored
    ifg = open_interferogram(write(tmp_path / "ifg.tif", stored, transform, kind))
    assert ifg.quantity.value == "wrapped"
    assert any("cycle" in text or "degrees" in text for text in ifg.warnings)
    kept = np.isfinite(whole(ifg))
    assert kept.mean() > 0.99
    assert np.abs(np.angle(np.exp(1j * (whole(ifg) - phase))))[kept].max() < 2 * np.pi / cycle + 1e-3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unwrap_mask_ll", "unwrapped"),
        ("20200101_20200113_unw_phase_corr", "unwrapped"),
        ("filt_fine_unw_cor", "unwrapped"),
        ("unw_dem_corrected", "unwrapped"),
        ("los_masked_coh03", "displacement"),
        ("ifg_corr", "wrapped"),
    ],
)
def test_masked_and_corrected_phase_is_phase(tmp_path, scene, name, kind):
    values = scene[0] if kind == "displacement" else as_phase(scene[0])
    values = fixtures.wrapped(values) if kind == "wrapped" else values
    ifg = open_interferogram(write(tmp_path / f"{name}.tif", values, scene[1]))
    assert ifg.quantity.value == kind
    assert not any("look like phase" in text for text in ifg.warnings)


@pytest.mark.parametrize("name", ["ifg_corr", "unw_mask", "int_coh", "unw_cor"])
def test_masks_and_coherence_with_phase_in_their_names_are_refused(tmp_path, scene, name):
    values = np.random.default_rng(0).random(scene[0].shape).astype(np.float32)
    values = np.round(values) if "mask" in name else values
    values[0, 0] = 0 if "mask" in name else values[0, 0]
    path = write(tmp_path / f"{name}.tif", values, scene[1], nodata=-1)
    sentence = refusal(path)
    assert "not phase" in sentence
    assert "QUANTITY" in sentence
    if "mask" not in name:  # zeros of a mask have no data, and its ones are constant
        assert open_interferogram(path, quantity="unwrapped").quantity.value == "unwrapped"


@pytest.mark.parametrize(("unit", "words"), [("m", "centimetres or millimetres"), ("cm", "millimetres")])
def test_too_large_motion_is_warned_of_with_the_parameter(tmp_path, scene, unit, words):
    size = {"m": 40, "cm": 4000}[unit]
    ifg = open_interferogram(
        write(tmp_path / f"x_los_{unit}.tif", size / 0.16 * scene[0], scene[1], unit=unit)
    )
    assert any("UNIT" in text and words in text for text in ifg.warnings)


def test_absurd_motion_is_refused_with_the_parameter(tmp_path, scene):
    with pytest.raises(InputError, match="UNIT"):
        open_interferogram(write(tmp_path / "x_los.tif", 3400 * scene[0], scene[1], unit="m"))
    with pytest.raises(InputError, match="UNIT"):
        open_interferogram(write(tmp_path / "dem.tif", 9000 * scene[0], scene[1]), quantity="displacement_m")


def test_steps_of_more_than_half_a_cycle_are_warned_of(tmp_path, scene):
    noise = np.random.default_rng(1).normal(0, 30, scene[0].shape).astype(np.float32)
    ifg = open_interferogram(write(tmp_path / "pair_unw.tif", noise, scene[1]))
    assert any("half a fringe" in text and "UNIT" in text for text in ifg.warnings)
    calm = open_interferogram(write(tmp_path / "calm_unw.tif", as_phase(scene[0]), scene[1]))
    assert not any("half a fringe" in text for text in calm.warnings)


def test_users_no_data_value_counts_beside_the_declared_one(tmp_path, scene):
    values = as_phase(scene[0])
    values[:3], values[3:6] = -1234, -9999
    path = write(tmp_path / "pair_unw.tif", values, scene[1], nodata=-9999)
    got = whole(open_interferogram(path, nodata=-1234))
    assert np.isnan(got[:6]).all()
    assert np.isfinite(got[6:]).all()


@pytest.mark.parametrize(
    ("text", "unit", "period"),
    [
        ("mm/yr", "mm", "year"),
        ("cm/a", "cm", "year"),
        ("m yr-1", "m", "year"),
        ("mm/day", "mm", "day"),
        ("m", "m", ""),
        ("radians", "rad", ""),
        ("degrees", "deg", ""),
    ],
)
def test_unit_tags_and_periods(text, unit, period):
    assert (unit_of_tag(text), period_of(text)) == (unit, period)


def test_names_of_one_kind_stay_what_they_are():
    names = {"pair_coh": "coherence", "dem": "elevation", "amp": "amplitude", "x_conncomp": "components"}
    assert {name: kind_of(name).value for name in names} == names


def test_virtual_rasters_show_what_packed_values_mean(tmp_path, scene):
    moved, transform = scene
    path = write(tmp_path / "x_los.tif", np.round(moved / 1e-4), transform, gdal.GDT_Int16, "m", (1e-4, 0.0))
    product = open_product(path)
    vrt = tmp_path / "layer.vrt"
    vrt.write_text(virtual_raster(product, product.layers[0]), encoding="utf-8")
    shown = gdal.Open(str(vrt))
    np.testing.assert_allclose(shown.ReadAsArray(), moved, atol=1e-4)
    np.testing.assert_array_equal(whole(open_interferogram(str(vrt))), whole(open_interferogram(path)))


@pytest.mark.parametrize(
    ("name", "guessed"), [("crop.tif", True), ("ifg.tif", False), ("pair_wrapped.tif", False)]
)
def test_bytes_that_nothing_calls_phase_are_a_guess(tmp_path, scene, name, guessed):
    rng = np.random.default_rng(1)
    turned = fixtures.wrapped(as_phase(scene[0]) + rng.normal(0, 0.5, scene[0].shape))
    grey = np.round((turned + np.pi) / (2 * np.pi) * 255)
    ifg = open_interferogram(write(tmp_path / name, grey, scene[1], gdal.GDT_Byte))
    assert ifg.unit == "8-bit"
    assert any("QUANTITY" in text for text in ifg.warnings) == guessed
    assert any("8-bit grey" in text for text in ifg.notes) != guessed


@pytest.mark.parametrize("kind", [gdal.GDT_Byte, gdal.GDT_Int16])
def test_compressed_unwrapped_phase_without_a_scale_is_refused(tmp_path, scene, kind):
    moved, transform = scene
    turned = as_phase(moved)
    stored = np.round((turned - turned.min()) / np.ptp(turned) * 254) + 1
    path = write(tmp_path / "20190704_20190716.geo.unw.tif", stored, transform, kind)
    with pytest.raises(InputError, match="whole numbers without a scale"):
        open_interferogram(path)


def test_compressed_unwrapped_phase_without_a_scale_gives_way_to_the_wrapped(tmp_path, scene):
    moved, transform = scene
    turned = as_phase(moved)
    stored = np.round((turned - turned.min()) / np.ptp(turned) * 254) + 1
    write(tmp_path / "20190704_20190716.geo.unw.tif", stored, transform, gdal.GDT_Byte)
    grey = np.round((fixtures.wrapped(turned) + np.pi) / (2 * np.pi) * 254) + 1
    write(tmp_path / "20190704_20190716.geo.diff_pha.tif", grey, transform, gdal.GDT_Byte)
    ifg = open_interferogram(str(tmp_path))
    assert ifg.quantity.value == "wrapped"
    assert any("without a scale" in text for text in ifg.warnings)


def test_a_scale_counts_more_than_the_rule_for_bytes(tmp_path, scene):
    moved, transform = scene
    turned = fixtures.wrapped(as_phase(moved))
    step = 2 * np.pi / 200
    stored = np.round((turned + np.pi) / step) + 10
    packing = (step, -np.pi - 10 * step)
    path = write(
        tmp_path / "20190704_20190716.geo.diff_pha.tif", stored, transform, gdal.GDT_Byte, "", packing
    )
    difference = whole(open_interferogram(path)) + turned  # positive away in the file
    assert np.abs(np.angle(np.exp(1j * difference))).max() < 0.51 * step


def test_bytes_called_unwrapped_are_no_wrapped_phase(tmp_path, scene):
    moved, transform = scene
    stored = np.round((moved - moved.min()) / np.ptp(moved) * 255)
    path = write(tmp_path / "pair_unwrapped.tif", stored, transform, gdal.GDT_Byte)
    with pytest.raises(InputError, match="bytes without a scale"):
        open_interferogram(path)
    assert open_interferogram(path, quantity="wrapped").quantity.value == "wrapped"


def test_a_unit_of_length_means_displacement(tmp_path, scene):
    moved, transform = scene[0], scene[1]
    path = write(tmp_path / "pair_unw.tif", as_phase(moved), transform)
    ifg = open_interferogram(str(path), unit="mm")
    assert (ifg.quantity.value, ifg.unit) == ("displacement", "mm")
    for quantity in ("wrapped", "unwrapped"):
        with pytest.raises(InputError, match="unit of length"):
            open_interferogram(str(path), unit="mm", quantity=quantity)


@pytest.mark.parametrize(
    ("tag", "scale", "unit"),
    [
        ("km", 1e-3, "km"),
        ("dm", 10, "dm"),
        ("inch", 39.3701, "in"),
        ("feet", 3.28084, "ft"),
        ("µm", 1e6, "um"),
    ],
)
def test_rare_units_of_length_are_converted(tmp_path, scene, tag, scale, unit):
    ifg = open_interferogram(
        write(tmp_path / "pair.tif", scale * scene[0], scene[1], unit=tag), wavelength=fixtures.C_BAND
    )
    assert (ifg.quantity.value, ifg.unit) == ("displacement", unit)
    np.testing.assert_allclose(whole(ifg), as_phase(scene[0]), atol=2e-3)


@pytest.mark.parametrize("tag", ["dB", "K", "hPa", "m/s", "%", "counts"])
def test_units_of_other_quantities_are_refused(tmp_path, scene, tag):
    path = write(tmp_path / "pair.tif", 30 * scene[0], scene[1], unit=tag)
    sentence = refusal(path)
    assert tag in sentence
    assert "UNIT" in sentence
    assert open_interferogram(path, quantity="displacement_m").unit == "m"


def test_an_unknown_unit_tag_is_warned_of_with_the_unit_that_is_read(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path / "x_unw.tif", as_phase(scene[0]), scene[1], unit="furlong"))
    assert any("furlong" in text and "read in rad" in text and "UNIT" in text for text in ifg.warnings)


def test_millimetres_are_not_taken_for_metres_against_the_steps(tmp_path, scene):
    noise = np.random.default_rng(1).normal(0, 1.0, scene[0].shape)
    ifg = open_interferogram(write(tmp_path / "x_los.tif", noise, scene[1]))
    assert ifg.unit != "m"
    assert any("guess" in text and "UNIT" in text for text in ifg.warnings)


@pytest.mark.parametrize("unit", ["m", "cm", "mm"])
def test_the_unit_of_an_ordinary_scene_is_guessed_with_a_warning(tmp_path, scene, unit):
    scale = {"m": 1, "cm": 100, "mm": 1000}[unit]
    ifg = open_interferogram(write(tmp_path / "x_los.tif", scale * scene[0], scene[1]))
    assert ifg.unit == unit
    assert any("guess" in text for text in ifg.warnings)


@pytest.mark.parametrize("fill", [-99.0, -9999.0, 0.0, 12345.0, 99.0])
def test_an_undeclared_block_of_one_number_has_no_data(tmp_path, scene, fill):
    phase = as_phase(scene[0]) + np.random.default_rng(2).normal(0, 0.05, scene[0].shape)
    phase[:, :9] = fill
    ifg = open_interferogram(write(tmp_path / "x_unw.tif", phase, scene[1]))
    got = whole(ifg)
    assert np.isnan(got[:, :9]).all()
    assert np.isfinite(got[:, 9:]).all()
    assert any("no data" in text for text in ifg.notes)


@pytest.mark.parametrize("fill", [-99, 0, 32767])
def test_an_undeclared_block_of_whole_numbers_has_no_data(tmp_path, scene, fill):
    values = np.round(
        1000 * scene[0] / np.ptp(scene[0]) * 0.1 + np.random.default_rng(2).normal(0, 8, scene[0].shape)
    )
    values[:, :20] = fill
    got = whole(open_interferogram(write(tmp_path / "x_los_mm.tif", values, scene[1], gdal.GDT_Int16)))
    assert np.isnan(got[:, :20]).all()
    assert np.isfinite(got[:, 21:]).mean() > (0.9 if fill == 0 else 0.999)


def test_values_cut_off_at_their_ends_are_data(tmp_path, scene):
    phase = np.clip(as_phase(scene[0]), -3, 3)
    assert np.isfinite(whole(open_interferogram(write(tmp_path / "x_unw.tif", phase, scene[1])))).all()


def test_a_name_with_corr_does_not_blame_phase(tmp_path, scene):
    ifg = open_interferogram(write(tmp_path / "pair_corr.tif", as_phase(scene[0]), scene[1]))
    assert ifg.quantity.value == "unwrapped"
    assert not any("coherence" in text for text in ifg.warnings)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("srtm_38_05", lambda f: np.round(900 + 3000 * f)),
        ("lv_theta", lambda f: 0.7 + 0.1 * f),
        ("incidence_map", lambda f: 38 + f),
        ("los_east", lambda f: -0.6 + 0.05 * f),
        ("avgSpatialCoh", lambda f: np.random.default_rng(0).random(f.shape)),
    ],
)
def test_layers_that_are_no_phase_are_refused_where_name_and_values_agree(tmp_path, scene, name, values):
    path = write(tmp_path / f"{name}.tif", values(scene[0]), scene[1])
    assert "not phase" in refusal(path)


@pytest.mark.parametrize("tag", ["mrad", "millirad", "milliradians"])
@pytest.mark.parametrize("name", ["plain", "wrapped_phase"])
def test_wrapped_phase_in_thousandths_of_a_radian_stays_wrapped(tmp_path, scene, tag, name):
    wrapped = np.angle(np.exp(1j * as_phase(scene[0]))).astype(np.float32)
    path = write(tmp_path / f"{name}.tif", 1000 * wrapped, scene[1], unit=tag)
    ifg = open_interferogram(path)
    assert (ifg.quantity.value, ifg.unit) == ("wrapped", "mrad")
    assert not any("does not look like" in text for text in ifg.warnings)
    np.testing.assert_allclose(whole(ifg), wrapped, atol=1e-3)


@pytest.mark.parametrize("tag", ["None", "Unknown", "dimensionless", "n/a"])
def test_a_tag_that_states_no_unit_is_no_unknown_unit(tmp_path, scene, tag):
    path = write(tmp_path / "pair_unw.tif", as_phase(scene[0]), scene[1], unit=tag)
    ifg = open_interferogram(path)
    assert ifg.unit == "rad"
    assert not any("unit tag" in text for text in ifg.warnings)


@pytest.mark.parametrize("tag", ["10^-3 m", "1000 mm", "0.001 m"])
def test_a_unit_with_a_factor_is_not_taken_for_the_unit(tmp_path, scene, tag):
    path = write(tmp_path / "los_displacement.tif", scene[0], scene[1], unit=tag)
    assert any("UNIT" in text for text in open_interferogram(path).warnings)


def test_a_rate_of_phase_is_warned_of(tmp_path, scene):
    path = write(tmp_path / "unw_rate.tif", as_phase(scene[0]), scene[1], unit="rad/yr")
    assert any("change of one year" in text for text in open_interferogram(path).warnings)


def test_offsets_in_pixels_are_refused(tmp_path, scene):
    path = write(tmp_path / "range_offset.tif", scene[0], scene[1], unit="pixels")
    assert "no unit of phase or displacement" in refusal(path)


def test_named_displacement_in_whole_numbers_is_no_elevation(tmp_path, scene):
    path = write(tmp_path / "disp.tif", np.round(5000 * scene[0]), scene[1], gdal.GDT_Int16, "mm")
    assert not any("elevation" in text for text in open_interferogram(path).warnings)


@pytest.mark.parametrize("name", ["vertical_displacement", "disp_east", "velocity_north", "east_component"])
def test_one_component_of_the_motion_is_named_as_such(tmp_path, scene, name):
    path = write(tmp_path / f"{name}.tif", scene[0], scene[1], unit="m")
    assert any("one component of the motion" in text for text in open_interferogram(path).warnings)


def test_names_of_places_are_no_component_of_the_motion(tmp_path, scene):
    path = write(tmp_path / "east_africa_displacement.tif", scene[0], scene[1], unit="m")
    assert not any("component" in text for text in open_interferogram(path).warnings)
