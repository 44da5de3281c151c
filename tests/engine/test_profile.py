"""Profiles along a line: distance, sampling, unwrapping, units, warnings, the CSV file."""

import csv
import math

import numpy as np
import pytest

from quakefringe.engine.errors import InputError, OutputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.profile import ProfileSettings, profile_along, write_csv
from quakefringe.engine.profile.line import distances_m, line_through, positions
from quakefringe.engine.profile.sampling import sample
from quakefringe.engine.profile.unwrapping import unwrap_along
from quakefringe.tests.engine.made import UTM, WGS84, bowls, wrap, write

SIZE = 120
PEAK_RAD = 20.0
TRANSFORM = (300_000.0, 100.0, 0.0, 3_100_000.0, 0.0, -100.0)
ACROSS = [(300_050.0, 3_094_000.0), (311_950.0, 3_094_000.0)]
"""From west to east through the bowl in the middle."""


@pytest.fixture(scope="module")
def truth():
    return bowls((SIZE, SIZE), [(60, 60)], peak=PEAK_RAD, noise=0.0)


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory, truth):
    path = tmp_path_factory.mktemp("profile") / "20150417_20150429.geo.diff_pha.tif"
    return open_interferogram(write(path, wrap(truth), TRANSFORM, UTM), positive="toward")


@pytest.fixture(scope="module")
def unwrapped(tmp_path_factory, truth):
    path = tmp_path_factory.mktemp("profile") / "20150417_20150429.geo.unw.tif"
    return open_interferogram(write(path, truth + 3.0, TRANSFORM, UTM), positive="toward")


def test_wrapped_phase_gives_the_displacement_of_the_bowl(wrapped):
    profile = profile_along(wrapped, ACROSS)
    expected_cm = PEAK_RAD / (4 * math.pi) * 100 * wrapped.wavelength
    assert np.nanmax(profile.los_cm) == pytest.approx(expected_cm, rel=0.02)
    assert profile.los_cm[0] == pytest.approx(0.0, abs=0.02)
    assert profile.los_cm[-1] == pytest.approx(0.0, abs=0.05)
    assert profile.distance[np.nanargmax(profile.los_cm)] == pytest.approx(5.95, abs=0.1)
    assert profile.fringe_cm == pytest.approx(100 * wrapped.wavelength / 2)
    assert not profile.unsafe.any()
    assert profile.warnings == []


def test_wrapped_and_unwrapped_phase_agree(wrapped, unwrapped):
    a, b = profile_along(wrapped, ACROSS), profile_along(unwrapped, ACROSS)
    assert np.nanmax(np.abs(a.los_cm - b.los_cm)) < 0.1


def test_unwrapped_phase_keeps_its_own_zero_on_request(unwrapped):
    profile = profile_along(unwrapped, ACROSS, ProfileSettings(zero_at_start=False))
    assert profile.continuous_rad[0] == pytest.approx(3.0, abs=0.02)


def test_the_distance_is_that_on_the_ground(wrapped, tmp_path):
    profile = profile_along(wrapped, ACROSS)
    # The scale of UTM is 1.0001 at 200 km from its central meridian, 0.9996 on it.
    assert profile.distance[-1] == pytest.approx(11.9, rel=1e-3)
    assert profile.lon[0] == pytest.approx(84.965, abs=0.01)
    degrees = (85.0, 0.001, 0.0, 60.0, 0.0, -0.001)
    at_60 = open_interferogram(
        write(tmp_path / "x_pha.tif", bowls((20, 99), [(50, 10)], peak=3.0), degrees, WGS84)
    )
    points = positions(at_60.grid, [(85.0, 60.0), (85.09, 60.0)])
    # One degree of longitude at 60 degrees north is 55.80 km long on WGS 84.
    assert distances_m(at_60.grid, points)[-1] == pytest.approx(0.09 * 55_800, rel=1e-3)


def test_without_a_coordinate_system_the_distance_is_in_pixels(tmp_path):
    plain = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    scene = open_interferogram(
        write(tmp_path / "phase.tif", bowls((60, 60), [(30, 30)], peak=9.0, noise=0.0), plain, None),
        quantity="unwrapped",
    )
    y = scene.grid.xy(0, 30)[1]
    profile = profile_along(scene, [(5, y), (55, y)])
    assert profile.distance_unit == "pixels"
    assert profile.distance[-1] == pytest.approx(50)
    assert np.isnan(profile.lon).all()


def test_steep_steps_and_gaps_are_unsafe():
    phase = np.array([0.0, 0.5, 1.0, 3.1, 3.0, np.nan, 3.1, np.nan, np.nan, np.nan, 3.0])
    unwrapped, unsafe = unwrap_along(phase)
    assert np.nonzero(unsafe)[0].tolist() == [3, 10]
    assert np.array_equal(np.isnan(unwrapped), np.isnan(phase))


def test_unwrapping_follows_a_ramp_over_many_fringes():
    ramp = np.linspace(0, -100, 200)
    unwrapped, unsafe = unwrap_along(wrap(ramp))
    assert np.allclose(unwrapped, ramp)
    assert not unsafe.any()


def test_an_unsafe_profile_says_so(tmp_path, truth):
    broken = truth.copy()
    broken[:, 40:50] = np.nan
    path = write(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(broken), TRANSFORM, UTM)
    profile = profile_along(open_interferogram(path, positive="toward"), ACROSS)
    assert profile.unsafe.sum() == 1
    assert "unsafe at one place" in profile.warnings[0]


def test_averaging_reduces_noise_without_bias(tmp_path, truth):
    noisy = wrap(truth + np.random.default_rng(1).normal(0, 0.5, truth.shape)).astype(np.float32)
    scene = open_interferogram(
        write(tmp_path / "20150417_20150429.geo.diff_pha.tif", noisy, TRANSFORM, UTM), positive="toward"
    )
    errors = {}
    for pixels in (1, 5):
        profile = profile_along(scene, ACROSS, ProfileSettings(average_pixels=pixels))
        exact = truth[60, np.clip((profile.x - 300_000) / 100, 0, SIZE - 1).astype(int)]
        errors[pixels] = np.nanstd(wrap(profile.phase_rad - exact))
    assert errors[5] < 0.5 * errors[1]
    assert np.nanmedian(profile.consistency) == pytest.approx(math.exp(-(0.5**2) / 2), abs=0.08)


def test_a_long_line_is_read_in_small_windows():
    sizes = []

    def read(col, row, width, height):
        sizes.append(width * height)
        return np.zeros((height, width), np.float32)

    steps = np.linspace(10, 3000, 4000)
    phase, _ = sample(read, np.column_stack([steps, steps]), 3, wrapped=True)
    assert np.isfinite(phase).all()
    assert max(sizes) < 300 * 300


def test_the_line_through_a_box_runs_across_its_longer_side(wrapped):
    (x0, y0), (x1, y1) = line_through((304_000, 3_091_000, 308_000, 3_099_000), wrapped.grid)
    assert y0 == y1 == 3_095_000
    assert (x0, x1) == (302_000, 310_000)
    (x0, y0), (x1, y1) = line_through((300_000, 3_089_000, 311_000, 3_099_000), wrapped.grid)
    assert x0 == x1 == 305_500
    assert (y0, y1) == (3_100_000, 3_088_000), "it ends where the scene ends"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ([(300_050.0, 3_094_000.0)], "longer"),
        ([(300_050.0, 3_094_000.0), (300_100.0, 3_094_000.0)], "longer"),
        ([(100_000.0, 3_094_000.0), (110_000.0, 3_094_000.0)], "no valid data"),
    ],
)
def test_a_useless_line_is_refused(wrapped, line, words):
    with pytest.raises(InputError, match=words):
        profile_along(wrapped, line)


def test_senseless_settings_are_refused(wrapped):
    with pytest.raises(InputError, match="odd"):
        profile_along(wrapped, ACROSS, ProfileSettings(average_pixels=2))
    with pytest.raises(InputError, match="radians"):
        profile_along(wrapped, ACROSS, ProfileSettings(unsafe_step_rad=4.0))


def test_the_csv_file_has_the_profile(wrapped, tmp_path):
    profile = profile_along(wrapped, ACROSS)
    path = tmp_path / "profile.csv"
    write_csv(profile, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert len(rows) == len(profile.distance)
    assert float(rows[60]["los_cm"]) == pytest.approx(profile.los_cm[60], abs=1e-4)
    assert set(rows[0]) == {
        *("distance_km", "x", "y", "lon", "lat", "phase_rad", "unwrapped_rad", "fringes", "los_cm"),
        *("consistency", "unsafe"),
    }
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OutputError, match="another folder"):
        write_csv(profile, tmp_path / "missing" / "profile.csv")
