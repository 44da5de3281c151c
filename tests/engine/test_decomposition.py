"""Decomposition of simulated looks: the errors fit the stated uncertainty, and bad input is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from osgeo import gdal

from quakefringe.engine.decomposition import DecompositionSettings, LookChoice, decompose
from quakefringe.engine.decomposition.fault_plane import FaultPlane, read_source
from quakefringe.engine.decomposition.north import north_sigma
from quakefringe.engine.deformation.okada import okada
from quakefringe.engine.deformation.sources import look_vector
from quakefringe.engine.errors import Cancelled, InputError
from quakefringe.tests.engine.made import UTM, write

SIDE, PIXEL_M = 160, 600.0
TRANSFORM = (300_000.0, PIXEL_M, 0.0, 3_140_000.0, 0.0, -PIXEL_M)
WAVELENGTH = 0.0555
ASCENDING, DESCENDING = (-12.0, 39.0), (-168.0, 36.0)
FAULT = {"depth": 6.0, "strike": 60.0, "dip": 45.0, "length": 12.0, "width": 8.0}
DATES = ("20200101_20200113", "20200105_20200117")


def truth(rake=100.0, slip=1.0, **changes):
    """East, north and up (m) of a fault, by default a thrust, in the middle of the scene."""
    axis = (np.arange(SIDE) + 0.5 - SIDE / 2) * PIXEL_M / 1000
    x, y = np.meshgrid(axis, -axis)
    angle = np.radians(rake)
    fault = {**FAULT, **changes}
    return okada(x, y, strike_slip=slip * np.cos(angle), dip_slip=slip * np.sin(angle), **fault)


def weather(rng, size_m=0.012):
    """Delay with a correlation of about 5 km, a ramp of a few cm, and noise from pixel to pixel."""
    spectrum = np.fft.fft2(rng.normal(size=(SIDE, SIDE)))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE, PIXEL_M), np.fft.fftfreq(SIDE, PIXEL_M)))
    field = np.fft.ifft2(spectrum * np.exp(-((frequency * 5000.0) ** 2) * 4)).real
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
    ramp = rng.normal(0, 0.05) * x + rng.normal(0, 0.05) * y + rng.normal(0, 0.1)
    return size_m * field / field.std() + ramp + rng.normal(0, 0.004, (SIDE, SIDE))


def make_look(folder, motion, geometry, name, rng=None, unit="m", shift=0.0):
    vector = look_vector(geometry[0], geometry[1])
    los = sum(part * float(axis) for part, axis in zip(motion, vector))
    if rng is not None:
        los = los + weather(rng)
    transform = (TRANSFORM[0] + shift, *TRANSFORM[1:])
    return write(folder / f"{name}.tif", los.astype(np.float32), transform, UTM, unit=unit)


def choices(paths, geometries=(ASCENDING, DESCENDING), **options):
    return [
        LookChoice(str(path), heading, incidence, options={"wavelength": WAVELENGTH, **options})
        for path, (heading, incidence) in zip(paths, geometries)
    ]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    motion = truth()
    return [
        make_look(folder, motion, geometry, f"look_{date}")
        for geometry, date in zip((ASCENDING, DESCENDING), DATES)
    ]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """Noisy pairs of looks of thrusts, strike-slip and normal faults of several strikes, with their truth."""
    made = []
    for seed, (rake, strike) in enumerate(((100.0, 90.0), (0.0, 10.0), (-80.0, 240.0), (100.0, 150.0))):
        motion = truth(rake=rake, strike=strike)
        rng, folder = np.random.default_rng(seed), tmp_path_factory.mktemp(f"noisy{seed}")
        paths = [make_look(folder, motion, g, f"l{i}", rng) for i, g in enumerate((ASCENDING, DESCENDING))]
        size = np.sqrt(sum(part**2 for part in motion))
        made.append((paths, motion, size > 0.1 * size.max()))
    return made


def shares_within_sigma(noisy, settings):
    """Mean shares of pixels whose error is within the stated sigma: up, up of moving ground, east."""
    shares = []
    for paths, (east, _, up), moving in noisy:
        parts = decompose(choices(paths), settings).components
        good = np.abs(parts.up - up) < parts.up_sigma
        good_east = np.abs(parts.east - east) < parts.east_sigma
        shares.append((good.mean(), good[moving].mean(), good_east.mean()))
    return np.mean(shares, axis=0)


def test_errors_are_within_the_uncertainty_in_68_percent_of_the_pixels(noisy):
    up, moving, east = shares_within_sigma(noisy, DecompositionSettings())
    assert 0.62 <= up <= 0.78
    assert 0.62 <= moving <= 0.85
    assert 0.55 <= east <= 0.75
    _, without, _ = shares_within_sigma(noisy[:2], DecompositionSettings(north_sigma_m=0.0))
    assert without < moving - 0.1


def test_the_size_of_the_neglected_north_motion_holds_for_random_faults():
    axis = np.linspace(-1, 1, 50)
    inside = []
    rng = np.random.default_rng(3)
    for number in range(40):
        dip, rake = ((80.0, 0.0), (35.0, 90.0), (12.0, 95.0), (55.0, -90.0))[number % 4]
        length, width, top = rng.uniform(8, 60), rng.uniform(6, 20), rng.uniform(0.5, 8)
        x, y = np.meshgrid(axis, -axis) * np.array(rng.uniform(1.2, 4.0) * (length / 2 + width + top))
        depth = top + width / 2 * np.sin(np.radians(dip))
        slip = {"strike_slip": np.cos(np.radians(rake)), "dip_slip": np.sin(np.radians(rake))}
        strike = rng.uniform(0, 360)
        east, north, up = okada(x, y, depth=depth, strike=strike, dip=dip, length=length, width=width, **slip)
        size = np.sqrt(east**2 + north**2 + up**2)
        expected = north_sigma(np.stack([east, up - 0.17 * north]), None, None)
        inside.append(np.mean(np.abs(north) <= expected, where=size > 0.1 * size.max()))
    assert 0.68 <= np.mean(inside) <= 0.88
    assert np.percentile(inside, 10) > 0.4


def test_a_source_estimate_halves_the_neglected_north_motion():
    motion = np.ones((2, 40, 40))
    alone, helped = north_sigma(motion, None, None), north_sigma(motion, None, np.zeros((40, 40)))
    assert helped == pytest.approx(alone / 2)
    assert north_sigma(motion, 0.3, np.ones((40, 40))) == pytest.approx(0.3)


def test_without_noise_and_north_motion_the_field_comes_back(tmp_path):
    east, _, up = motion = [truth()[0], np.zeros((SIDE, SIDE)), truth()[2]]
    paths = [make_look(tmp_path, motion, g, f"l{i}") for i, g in enumerate((ASCENDING, DESCENDING))]
    parts = decompose(choices(paths), DecompositionSettings(ramp="none")).components
    assert np.abs(parts.up - up).max() < 1e-5
    assert np.abs(parts.east - east).max() < 1e-5


def test_the_neglect_of_north_is_stated_and_predicts_the_error(clean):
    _, north, up = truth()
    result = decompose(choices(clean), DecompositionSettings(ramp="none"))
    error = result.components.up - up
    assert result.north == "zero"
    assert np.abs(error - result.components.north_in_up * north).max() < 0.02 * np.abs(error).max()
    assert any("North is fixed to zero" in note for note in result.notes)


def test_a_source_estimate_gives_the_north_motion(clean, tmp_path):
    _, _, up = truth()
    from quakefringe.engine.raster.grid import Grid, wkt_of_epsg

    grid = Grid(SIDE, SIDE, TRANSFORM, wkt_of_epsg(UTM))
    lon, lat = grid.lonlat(*grid.xy(SIDE / 2, SIDE / 2))
    fault = FaultPlane(lon, lat, 6.0, 60.0, 45.0, 12.0, 8.0, 100.0, 1.0)
    source = tmp_path / "source.json"
    keys = ("depth_km", "strike", "dip", "rake", "length_km", "width_km", "slip_m")
    rectangle = {key: getattr(fault, key) for key in keys} | {"corners": fault.corners()}
    source.write_text(json.dumps({"mw": 6.3, "mw_90": [6.2, 6.4], "faults": [rectangle]}))
    assert read_source(str(source)).faults[0].longitude == pytest.approx(lon, abs=1e-6)
    plain = decompose(choices(clean), DecompositionSettings(ramp="none"))
    with_source = decompose(choices(clean), DecompositionSettings(ramp="none", source=str(source)))
    assert with_source.north == "predicted"
    before, after = (np.abs(one.components.up - up).max() for one in (plain, with_source))
    assert after < 0.3 * before


def test_three_looks_of_different_geometry_solve_north(tmp_path):
    motion = truth()
    geometries = (ASCENDING, DESCENDING, (-90.0, 40.0))
    paths = [make_look(tmp_path, motion, g, f"l{i}") for i, g in enumerate(geometries)]
    result = decompose(choices(paths, geometries), DecompositionSettings(ramp="none", north="solve"))
    assert result.north == "solved"
    for name, wanted in zip(("east", "north", "up"), motion):
        assert np.abs(getattr(result.components, name) - wanted).max() < 1e-4


def test_looks_on_other_grids_meet_on_the_coarser_one(tmp_path):
    motion = truth()
    first = make_look(tmp_path, motion, ASCENDING, "fine")
    coarse = [part.reshape(SIDE // 2, 2, SIDE // 2, 2).mean(axis=(1, 3)) for part in motion]
    vector = look_vector(*DESCENDING)
    los = sum(part * float(axis) for part, axis in zip(coarse, vector)).astype(np.float32)
    transform = (TRANSFORM[0], 2 * PIXEL_M, 0.0, TRANSFORM[3], 0.0, -2 * PIXEL_M)
    second = write(tmp_path / "coarse.tif", los, transform, UTM, unit="m")
    result = decompose(choices([first, second]), DecompositionSettings(ramp="none", north_sigma_m=0.0))
    assert result.grid.pixel_size_m[0] == pytest.approx(2 * PIXEL_M, rel=0.01)
    left = result.components.up - coarse[2] - result.components.north_in_up * coarse[1]
    assert np.nanmax(np.abs(left)) < 0.02


def test_files_are_cloud_optimised_and_carry_styles(clean, tmp_path):
    decompose(choices(clean), folder=str(tmp_path))
    for name in ("up", "east", "up_sigma", "east_sigma"):
        info = gdal.Info(str(tmp_path / f"{name}.tif"), format="json")
        assert info["metadata"]["IMAGE_STRUCTURE"]["LAYOUT"] == "COG"
    assert "classificationMax" in (tmp_path / "up.qml").read_text(encoding="utf-8")
    data = json.loads((tmp_path / "decomposition.json").read_text(encoding="utf-8"))
    assert data["shared_dates"] == ["2020-01-05", "2020-01-13"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_wrapped_phase_is_unwrapped_with_a_warning(tmp_path):
    motion = [0.3 * part for part in truth()]
    paths = []
    for index, geometry in enumerate((ASCENDING, DESCENDING)):
        los = sum(part * float(axis) for part, axis in zip(motion, look_vector(*geometry)))
        phase = np.angle(np.exp(1j * 4 * np.pi / WAVELENGTH * los)).astype(np.float32)
        paths.append(write(tmp_path / f"w{index}.tif", phase, TRANSFORM, UTM))
    result = decompose(choices(paths, quantity="wrapped"), DecompositionSettings(ramp="none"))
    error = result.components.up - motion[2] - result.components.north_in_up * motion[1]
    assert np.abs(error - np.median(error)).max() < 0.9 * WAVELENGTH / 2
    assert sum("was unwrapped here" in warning for warning in result.warnings) == 2


def test_a_stopped_run_writes_nothing(clean, tmp_path):
    with pytest.raises(Cancelled):
        decompose(choices(clean), folder=str(tmp_path), cancelled=lambda: True)
    assert not list(tmp_path.iterdir())


BAD = {
    "one look": (lambda c, t: choices(c[:1]), "two to"),
    "no direction": (
        lambda c, t: [LookChoice(path, options={"wavelength": WAVELENGTH}) for path in c],
        "heading.*incidence",
    ),
    "one angle only": (lambda c, t: [LookChoice(c[0], 10.0), LookChoice(c[1], 10.0)], "both the heading"),
    "same direction": (lambda c, t: choices(c, (ASCENDING, ASCENDING)), "same direction"),
    "no overlap": (
        lambda c, t: choices([c[0], make_look(t, truth(), DESCENDING, "far", shift=9e5)]),
        "do not overlap",
    ),
    "other dates": (
        lambda c, t: choices([c[0], make_look(t, truth(), DESCENDING, "look_20210101_20210113")]),
        "cannot show the same event",
    ),
    "no CRS": (
        lambda c, t: choices(
            [c[0], write(t / "n.tif", truth()[2].astype(np.float32), TRANSFORM, None, unit="m")]
        ),
        "coordinate system",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_one_sentence(case, clean, tmp_path):
    make, message = BAD[case]
    with pytest.raises(InputError, match=message) as caught:
        decompose(make(clean, tmp_path))
    assert "\n" not in str(caught.value)


def test_an_event_outside_the_dates_is_refused(clean):
    with pytest.raises(InputError, match="does not contain the event"):
        decompose(choices(clean), DecompositionSettings(event_date="2020-02-01"))


def test_a_file_that_is_no_source_estimate_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"mw": "big"}')
    with pytest.raises(InputError, match="not the JSON of a source estimate"):
        read_source(str(path))
