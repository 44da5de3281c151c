"""Time series, stacks, points and flat binaries: which date is read, in which unit and sign."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.products import list_layers
from quakefringe.engine.products.containers.gdalio import Band
from quakefringe.engine.products.mintpy import _utm_code
from quakefringe.engine.products.model import Layer, LayerKind
from quakefringe.engine.products.series import largest_first, with_steps
from quakefringe.engine.raster.grid import spatial_reference
from quakefringe.tests.reading import whole

TO_PHASE = 4 * np.pi / fixtures.C_BAND


def tiff(path: Path, values: np.ndarray) -> str:
    return fixtures.write_tiff(path, [values.astype(np.float32)], fixtures.geographic_grid()[2], 4326)


def dated(folder: Path, values: dict[str, np.ndarray]) -> list[Layer]:
    return [
        Layer(date, LayerKind.DISPLACEMENT, Band(tiff(folder / f"{date}.tif", one)), "m", "toward", date=date)
        for date, one in values.items()
    ]


def bump(size: int = 64) -> np.ndarray:
    y, x = np.mgrid[:size, :size] - size / 2
    return np.exp(-(x**2 + y**2) / 100)


@pytest.mark.parametrize("family", ["mintpy he5", "licsbas"])
def test_the_largest_step_is_read_and_named(built, family):
    ifg = open_interferogram(fixtures.case_of(built, family).path)
    assert ifg.dates == fixtures.ISO
    assert any("2019-07-04 to 2019-07-16" in note and "stack of 4 dates" in note for note in ifg.notes)


@pytest.mark.parametrize("family", ["mintpy he5", "licsbas", "egms"])
@pytest.mark.parametrize("name", ["20190622_20190704", "2019-06-22/2019-07-04", "2019-07-04_2019-06-22"])
def test_a_pair_can_be_chosen_by_name(built, family, name):
    ifg = open_interferogram(fixtures.case_of(built, family).path, date=name)
    assert ifg.dates == ("2019-06-22", "2019-07-04")
    assert np.nanmax(np.abs(whole(ifg))) < 0.1


def test_a_single_date_is_the_motion_since_the_first(built):
    path = fixtures.case_of(built, "licsbas").path
    last, pair = (open_interferogram(path, date=name) for name in ("20190728", "20190622_20190728"))
    np.testing.assert_allclose(whole(last), whole(pair), atol=1e-5)


def test_an_unknown_date_is_refused_with_those_that_exist(built):
    with pytest.raises(InputError, match=r"no date or pair 20200101; use one of 2019-07-04_2019-07-16"):
        open_interferogram(fixtures.case_of(built, "licsbas").path, date="20200101")


@pytest.mark.parametrize("chosen", [{"date": "x\n" * 500}, {"layer": "x\n" * 500}])
def test_a_name_that_does_not_exist_is_quoted_in_one_short_line(built, chosen):
    with pytest.raises(InputError) as refusal:
        open_interferogram(fixtures.case_of(built, "licsbas").path, **chosen)
    assert "x x x" in str(refusal.value)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 300


def test_a_single_pair_has_no_date_to_choose(built):
    path = fixtures.case_of(built, "hyp3").path
    with pytest.raises(InputError, match="no time series"):
        open_interferogram(path, date="20200101")
    assert open_interferogram(path, date="20190704_20190716").dates == fixtures.ISO


def test_the_atmosphere_of_one_date_is_no_step(tmp_path):
    quiet, moved = np.zeros((64, 64)), bump()
    noisy = quiet + 1.5 * np.roll(bump(), 12, 0)
    values = {"2020-01-01": quiet, "2020-01-13": quiet, "2020-01-25": noisy, "2020-02-06": quiet}
    values |= {"2020-02-18": quiet, "2020-03-01": moved, "2020-03-13": moved, "2020-03-25": moved}
    assert with_steps(dated(tmp_path, values))[0].date == "2020-02-18_2020-03-01"


def test_of_pairs_with_the_same_step_the_shortest_is_first(tmp_path):
    values = {
        "2020-01-01_2020-06-01": 1.3 * bump(),
        "2020-02-01_2020-02-13": bump(),
        "2020-03-01_2020-03-13": 0 * bump(),
    }
    layers = largest_first(dated(tmp_path, values))
    assert [layer.date for layer in layers][:2] == ["2020-02-01_2020-02-13", "2020-01-01_2020-06-01"]


def test_the_masked_pixels_of_the_first_date_do_not_mask_the_rest(built):
    ifg = open_interferogram(fixtures.case_of(built, "mintpy he5").path)
    assert np.isfinite(whole(ifg)).mean() > 0.8


def test_mintpy_steps_come_before_the_velocity(tmp_path):
    h5py_write(tmp_path / "geo_velocity.h5")
    ifg = open_interferogram(str(tmp_path / "geo_velocity.h5"))
    assert (ifg.layer, ifg.dates, ifg.unit) == ("step20200607", ("2020-06-07",), "cm")
    np.testing.assert_allclose(
        whole(ifg)[20:40, 20:40], 4 * np.pi / 0.055 * 0.1 * bump()[20:40, 20:40], rtol=1e-3
    )
    assert any("velocity" in note for note in ifg.notes)
    velocity = open_interferogram(str(tmp_path / "geo_velocity.h5"), layer="velocity")
    assert velocity.layer == "velocity"
    assert open_interferogram(str(tmp_path / "geo_velocity.h5"), date="2020-06-07").layer == "step20200607"


def h5py_write(path: Path) -> None:
    """velocity.h5 with a step, in cm, in a process of its own."""
    import subprocess

    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    script = """
import sys, h5py, numpy as np
y, x = np.mgrid[:64, :64] - 32
bump = np.exp(-(x**2 + y**2) / 100)
with h5py.File(sys.argv[1], "w") as file:
    file["velocity"] = (0.1 * bump).astype("f4")
    file["step20200607"] = (10 * bump).astype("f4")
    file["step20200607Std"] = (0 * bump + 1).astype("f4")
    file.attrs.update({"FILE_TYPE": "velocity", "UNIT": "cm/year", "X_FIRST": "500000", "X_STEP": "100",
        "Y_FIRST": "4200000", "Y_STEP": "-100", "X_UNIT": "meters", "UTM_ZONE": "33S", "WAVELENGTH": "0.055"})
"""
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)


def test_mintpy_is_placed_by_its_utm_zone(tmp_path):
    h5py_write(tmp_path / "velocity.h5")
    grid = open_interferogram(str(tmp_path / "velocity.h5")).grid
    assert "33S" in grid.crs_wkt
    assert _utm_code("10N") == 32610
    assert _utm_code("33T") == 32633
    assert _utm_code("61N") is None
    assert _utm_code("") is None


def test_opera_reads_the_short_wavelengths_on_request_only(built):
    path = fixtures.case_of(built, "opera disp").path
    full = open_interferogram(path)
    short = open_interferogram(path, layer="short_wavelength")
    np.testing.assert_allclose(whole(short), 0.3 * whole(full), atol=1e-4)
    assert "mask" in full.coherence
    assert (
        np.isfinite(whole(open_interferogram(path, use_masks=False))).sum() > np.isfinite(whole(full)).sum()
    )


def test_a_folder_of_opera_files_is_a_series(built, tmp_path):
    original = Path(fixtures.case_of(built, "opera disp").path)
    for second in ("20190716", "20190728"):
        shutil.copy(original, tmp_path / original.name.replace("_20190716T", f"_{second}T"))
    ifg = open_interferogram(str(tmp_path))
    assert ifg.dates == fixtures.ISO
    assert any("stack of 2 files" in note for note in ifg.notes)
    between = open_interferogram(str(tmp_path), date="20190716_20190728")  # both files are the same
    assert np.nanmax(np.abs(whole(between))) == 0
    assert open_interferogram(str(tmp_path), date="20190704_20190728").dates == ("2019-07-04", "2019-07-28")


def test_points_are_averaged_into_stated_cells(tmp_path):
    rows = ["pid,latitude,longitude,mean_velocity"]
    for i in range(40):
        for j in range(40):
            rows += [
                f"a,{50 + i * 0.001 + 0.0003},{8 + j * 0.001 + 0.0003},{i}",
                f"b,{50 + i * 0.001 + 0.0007},{8 + j * 0.001 + 0.0007},{i + 2}",
            ]
    path = tmp_path / "points.csv"
    path.write_text("\n".join(rows) + "\n")
    ifg = open_interferogram(str(path), unit="mm")
    assert any("3200 points" in note and "0.001 degrees" in note for note in ifg.notes)
    moved = whole(ifg) / TO_PHASE * 1000
    assert np.nanmin(moved) == pytest.approx(1, abs=1e-3)
    assert np.nanmax(moved) == pytest.approx(40, abs=1e-2)
    north = ifg.grid.xy(0, 0)[1]
    assert north == pytest.approx(50.040, abs=0.0011)


def test_points_of_an_unknown_service_get_a_warning_about_their_unit(tmp_path):
    rows = ["lon;lat;vel"] + [
        f"{8 + 0.001 * j};{50 + 0.001 * i};{i - 3}" for i in range(20) for j in range(20)
    ]
    path = tmp_path / "ps.csv"
    path.write_text("\n".join(rows) + "\n")
    ifg = open_interferogram(str(path))
    assert ifg.unit == "mm"
    assert ifg.positive == "unknown"
    assert any("Set the unit" in text for text in ifg.warnings)
    named = path.with_name("named.csv")
    named.write_text(path.read_text().replace("vel", "vel_cm"))
    assert open_interferogram(str(named)).unit == "cm"


@pytest.mark.parametrize(("part", "words"), [("U", "vertical part"), ("E", "eastward part")])
def test_egms_ortho_is_named_as_what_it_is(tmp_path, part, words):
    rows = ["pid,easting,northing,mean_velocity"]
    rows += [f"p,{4_000_000 + 100 * j},{3_000_000 + 100 * i},{i}" for i in range(20) for j in range(20)]
    path = tmp_path / f"EGMS_L3_E40N30_100km_{part}_2019_2023_1.csv"
    path.write_text("\n".join(rows) + "\n")
    if part == "E":
        with pytest.raises(InputError, match=words):
            open_interferogram(str(path))
        return
    ifg = open_interferogram(str(path))
    assert any(words in text for text in ifg.warnings)
    assert any("mm, positive = up" in text for text in ifg.notes)
    assert "3035" in ifg.grid.crs_wkt


@pytest.mark.parametrize(("part", "words"), [("U", "vertical part"), ("E", "eastward part")])
def test_geotiffs_of_egms_ortho_are_named_as_what_they_are(tmp_path, part, words):
    velocity = np.random.default_rng(0).normal(0, 3, (100, 100)).astype(np.float32)
    path = tmp_path / f"EGMS_L3_E40N28_100km_{part}_2018_2022_1.tiff"
    fixtures.write_tiff(path, [velocity], (4_000_000, 100, 0, 2_900_000, 0, -100), 3035)
    if part == "E":
        with pytest.raises(InputError, match=words):
            open_interferogram(str(path))
        return
    ifg = open_interferogram(str(path))
    assert (ifg.quantity.value, ifg.unit, ifg.wavelength) == ("displacement", "mm", fixtures.C_BAND)
    assert any(words in text for text in ifg.warnings)


def test_egms_without_its_name_and_line_of_sight_is_a_warning(tmp_path):
    rows = ["pid,easting,northing,mean_velocity"]
    rows += [f"p,{4_000_000 + 100 * j},{3_000_000 + 100 * i},{i}" for i in range(20) for j in range(20)]
    path = tmp_path / "renamed.csv"
    path.write_text("\n".join(rows) + "\n")
    ifg = open_interferogram(str(path))
    assert any("no columns of the line of sight" in text for text in ifg.warnings)


def test_other_tables_are_no_points(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("name,value\na,1\n")
    with pytest.raises(InputError):
        open_interferogram(str(path))


def test_gamma_in_radar_geometry_has_no_place_and_says_so(tmp_path):
    phase = fixtures.phase(bump().astype(np.float32) * 0.1, fixtures.C_BAND)
    phase.astype(">f4").tofile(tmp_path / "20190704_20190716.unw")
    (tmp_path / "20190704_20190716.off").write_text(
        "Gamma Interferometric SAR Processor\ninterferogram_width:  64\ninterferogram_azimuth_lines: 64\n"
    )
    ifg = open_interferogram(str(tmp_path / "20190704_20190716.unw"))
    assert not ifg.grid.has_crs
    assert any("radar geometry" in text for text in ifg.warnings)
    np.testing.assert_allclose(whole(ifg), -phase, atol=1e-5)


def test_gamma_reads_little_endian_copies(built, tmp_path):
    original = Path(fixtures.case_of(built, "gamma").path)
    shutil.copytree(original.parent, tmp_path / "copy")
    swapped = tmp_path / "copy" / original.name
    np.fromfile(original, ">f4").astype("<f4").tofile(swapped)
    np.testing.assert_array_equal(
        whole(open_interferogram(str(swapped))), whole(open_interferogram(str(original)))
    )


def test_gamma_with_a_reversed_pair_turns_the_sign(built, tmp_path):
    original = Path(fixtures.case_of(built, "gamma").path)
    shutil.copytree(original.parent, tmp_path / "copy")
    reversed_name = "geo_20190716_20190704.adf.unw"
    (tmp_path / "copy" / original.name).rename(tmp_path / "copy" / reversed_name)
    ifg = open_interferogram(str(tmp_path / "copy" / reversed_name))
    assert ifg.positive == "toward"


def displacement_of_gamma(built, folder: Path, name: str) -> str:
    """The fixture's displacement as dispmap writes it, beside the fixture's parameter files."""
    shutil.copytree(Path(fixtures.case_of(built, "gamma").path).parent, folder)
    lon, lat, _ = fixtures.geographic_grid()
    fixtures.filled(fixtures.los(lon, lat).astype(np.float32)).astype(">f4").tofile(folder / name)
    return str(folder / name)


def test_displacement_of_gamma_is_positive_towards_the_satellite(built, tmp_path):
    path = displacement_of_gamma(built, tmp_path / "copy", "geo_20190704_20190716.los.disp")
    ifg = open_interferogram(path)
    assert (ifg.quantity.value, ifg.unit, ifg.positive) == ("displacement", "m", "toward")
    same = whole(open_interferogram(fixtures.case_of(built, "gamma").path))
    np.testing.assert_allclose(whole(ifg), same, atol=2e-3)
    assert any("mode 0" in text for text in ifg.notes)


def test_vertical_displacement_of_gamma_is_named_as_what_it_is(built, tmp_path):
    path = displacement_of_gamma(built, tmp_path / "copy", "geo_20190704_20190716.vert.disp")
    ifg = open_interferogram(path)
    assert ifg.layer == "vertical displacement"
    assert any("vertical displacement by its name, positive up" in text for text in ifg.warnings)


def test_horizontal_displacement_of_gamma_is_refused(built, tmp_path):
    path = displacement_of_gamma(built, tmp_path / "copy", "geo_20190704_20190716.hor.disp")
    with pytest.raises(InputError, match="horizontal displacement"):
        open_interferogram(path)


def test_a_binary_without_a_fitting_parameter_file_is_not_gamma(built, tmp_path):
    original = Path(fixtures.case_of(built, "gamma").path)
    shutil.copytree(original.parent, tmp_path / "copy")
    path = tmp_path / "copy" / original.name
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(InputError):
        open_interferogram(str(path))


def test_hyp3_vertical_displacement_is_named_as_what_it_is(built, tmp_path):
    original = Path(fixtures.case_of(built, "hyp3", 2).path)
    shutil.copytree(original.parent, tmp_path / "copy")
    vertical = tmp_path / "copy" / original.name.replace("los_disp", "vert_disp")
    shutil.copy(original, vertical)
    ifg = open_interferogram(str(vertical))
    assert ifg.layer == "vertical displacement"
    assert any("vertical displacement, positive up" in text for text in ifg.warnings)
    assert open_interferogram(str(tmp_path / "copy")).quantity.value == "unwrapped"


def test_licsbas_flat_binaries_are_placed_by_their_parameter_file(built, tmp_path):
    results, info = tmp_path / "TS_GEOCml1" / "results", tmp_path / "TS_GEOCml1" / "info"
    results.mkdir(parents=True)
    info.mkdir()
    shutil.copy(Path(fixtures.case_of(built, "gamma").path).with_name("EQA.dem_par"), info / "EQA.dem_par")
    lon, lat, _ = fixtures.geographic_grid()
    (1000 * fixtures.los(lon, lat)).astype("<f4").tofile(results / "vel")
    fixtures.coherence(lon.shape).round().astype("<f4").tofile(results / "mask")
    ifg = open_interferogram(str(results / "vel"))
    assert (ifg.product, ifg.unit, ifg.positive) == ("LiCSBAS", "mm", "toward")
    got = whole(ifg)
    assert np.isnan(got[fixtures.low_coherence(got.shape)]).all()
    good = np.isfinite(got)
    np.testing.assert_allclose(got[good], (TO_PHASE * fixtures.los(lon, lat))[good], atol=1e-3)


def test_layers_of_a_series_can_be_listed(built):
    keys = [layer.key for layer in list_layers(fixtures.case_of(built, "licsbas").path)]
    assert keys[0] == "2019-07-04_2019-07-16/displacement"
    assert "2019-07-28/displacement" in keys
    assert "velocity" in keys


def test_snap_parts_without_their_partner_are_explained(built, tmp_path):
    original = Path(fixtures.case_of(built, "snap i q").path)
    text = original.read_text()
    start = text.index("<Spectral_Band_Info><BAND_INDEX>1<")
    end = text.index("</Spectral_Band_Info>", start) + len("</Spectral_Band_Info>")
    shutil.copytree(original.parent, tmp_path / "copy")
    broken = tmp_path / "copy" / original.name
    broken.write_text(text[:start] + text[end:])
    with pytest.raises(InputError, match="Phase_ifg"):
        open_interferogram(str(broken))


def test_snap_parts_are_found_from_one_of_their_files(built):
    data = Path(fixtures.case_of(built, "snap i q").path).with_name("pair.data")
    ifg = open_interferogram(str(next(data.glob("q_ifg*.img"))))
    assert "angle of i_ifg" in ifg.layer


def test_two_real_bands_that_are_no_complex_pair_are_left_alone(tmp_path):
    east, north = bump(), np.roll(bump(), 9, 1) - 0.3
    path = fixtures.write_tiff(
        tmp_path / "two.tif", [east.astype(np.float32) - 0.2, north.astype(np.float32)],
        fixtures.geographic_grid()[2], 4326,
    )  # fmt: skip
    assert open_interferogram(path, quantity="displacement", unit="m").product == "GeoTIFF"


def test_a_damaged_coordinate_system_is_no_coordinate_system():
    assert spatial_reference("GEOGCS[\udcff") is None


def _points(path, header, row, separator=";"):
    rows = [row(i, j) for i in range(20) for j in range(20)]
    path.write_text(
        "\n".join([header.replace(",", separator), *(separator.join(one) for one in rows)]) + "\n"
    )
    return str(path)


def test_decimal_commas_of_tables_are_read(tmp_path):
    def row(i, j):
        return "p", f"{4_000_000 + 100 * j},0", f"{3_000_000 + 100 * i},0", f"{i},5"

    path = _points(tmp_path / "EGMS_L2b_7.csv", "pid,easting,northing,mean_velocity", row)
    got = whole(open_interferogram(path))
    assert np.isfinite(got).mean() > 0.9
    millimetres = got * fixtures.C_BAND / (4 * np.pi) * 1000
    assert np.nanmax(millimetres) == pytest.approx(19.5, abs=0.01)


def test_numbers_that_stand_for_no_data_are_empty_cells(tmp_path):
    def row(i, j):
        return "p", str(4_000_000 + 100 * j), str(3_000_000 + 100 * i), "-9999" if j % 5 == 0 else str(i)

    path = _points(tmp_path / "EGMS_L2b_9.csv", "pid,easting,northing,mean_velocity", row)
    got = whole(open_interferogram(path))
    assert 0.7 < np.isfinite(got).mean() < 0.85
    assert np.nanmin(got) >= 0


def test_only_egms_tables_are_placed_by_easting_and_northing_alone(tmp_path):
    def row(i, j):
        return "p", str(400_000 + 100 * j), str(3_900_000 + 100 * i), str(i)

    path = _points(tmp_path / "utm.csv", "id,easting,northing,disp_mm", row)
    ifg = open_interferogram(path)
    assert not ifg.grid.has_crs
    assert any("state no coordinate system" in text for text in ifg.warnings)
    assert "32611" in open_interferogram(path, crs="EPSG:32611").grid.crs_wkt


@pytest.mark.parametrize(
    "name",
    [
        "2019-07-04 to 2019-07-28",
        "20190704-20190728",
        "2019-07-04–2019-07-28",
        "20190728_20190704",
        "2019-07-04/2019-07-28",
        "20190704 20190728",
    ],
)
@pytest.mark.parametrize("family", ["mintpy he5", "licsbas"])
def test_a_pair_may_be_written_in_any_usual_way(built, family, name):
    path = fixtures.case_of(built, family).path
    assert open_interferogram(path, date=name).dates == ("2019-07-04", "2019-07-28")


def test_a_single_pair_may_be_named_as_the_report_does(built):
    path = fixtures.case_of(built, "opera disp").path
    dates = open_interferogram(path).dates
    assert open_interferogram(path, date=" to ".join(dates)).dates == dates
