"""NISAR as delivered in 2026: mask flags, corrections, partial frames, other products."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import Interferogram, open_interferogram
from quakefringe.engine.products.nisar import subswath_valid
from quakefringe.tests.reading import whole

BUILDER = Path(__file__).resolve().parents[1] / "products" / "nisar_2026.py"
L_BAND, FREQUENCY_B = 299792458.0 / 1.2575e9, 299792458.0 / 1.2935e9
IONOSPHERE, WET, HYDROSTATIC, TIDES = 0.25, 0.4, 0.9, 0.15


@pytest.fixture(scope="module")
def products(tmp_path_factory):
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    folder = tmp_path_factory.mktemp("nisar")
    subprocess.run([sys.executable, str(BUILDER), str(folder)], check=True)
    return folder


def one(folder: Path) -> str:
    return str(next(folder.glob("*.h5")))


def truth(
    ifg: Interferogram,
    wavelength: float = L_BAND,
    ionosphere: float = IONOSPHERE,
    corner: tuple[float, float] = (500_000.0, 4_200_000.0),
) -> np.ndarray:
    xs, _ = ifg.grid.xy(np.arange(ifg.grid.width) + 0.5, 0)
    _, ys = ifg.grid.xy(0, np.arange(ifg.grid.height) + 0.5)
    east, north = np.meshgrid(xs - corner[0], ys - corner[1])
    moved = 0.2 * np.exp(-(((east - 2500) / 1000) ** 2 + ((north + 4000) / 1000) ** 2) / 2) - 0.05
    return 4 * np.pi / wavelength * moved - ionosphere * east / 1000


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        (11, True), (12, True), (35, True), (16777227, True), (16777228, True), ((1 << 24) + 20, True),
        ((1 << 16) + 11, True), ((1 << 30) + 11, True), (10, False), (1, False), (20, False), (0, False),
        (111, False), (124, False), (255, False), ((1 << 24) + 112, False), ((1 << 24) + 100, False),
        ((1 << 24), False), ((1 << 16) + 255, False), ((1 << 16) + 20, False),
    ],
)  # fmt: skip
def test_the_mask_has_three_digits_below_its_flags(value, valid):
    assert subswath_valid(np.array([[value]], np.uint32))[0, 0] == valid
    if value < 256:
        assert subswath_valid(np.array([[value]], np.uint8))[0, 0] == valid


def test_good_pixels_below_the_ionosphere_flag_are_kept(products):
    ifg = open_interferogram(one(products / "north"))
    got = whole(ifg)
    assert np.isnan(got[-4:]).all()
    assert np.isnan(got[:4, :16]).all()
    assert np.isfinite(got[:-4, 16:]).all()
    np.testing.assert_allclose(got[:-4, 16:], truth(ifg)[:-4, 16:], atol=1e-4)


def test_unwrapped_and_wrapped_phase_have_their_own_grids(products):
    path = one(products / "north")
    coarse, fine = open_interferogram(path), open_interferogram(path, quantity="wrapped")
    assert (coarse.grid.transform[1], fine.grid.transform[1]) == (80.0, 20.0)
    assert coarse.positive == fine.positive == "away"
    difference = np.angle(np.exp(1j * (whole(fine) - truth(fine))))
    assert np.nanmax(np.abs(difference)) < 1e-3


def test_frequency_and_polarisation_can_be_chosen(products):
    path = one(products / "north")
    other = open_interferogram(path, layer="frequencyB")
    assert other.wavelength == pytest.approx(FREQUENCY_B)
    np.testing.assert_allclose(whole(other)[8:40, 20:], truth(other, FREQUENCY_B)[8:40, 20:], atol=1e-4)
    vertical = open_interferogram(path, layer="VV", quantity="unwrapped")
    np.testing.assert_allclose(whole(vertical)[8:40, 20:], truth(vertical)[8:40, 20:] - 1, atol=1e-4)


def test_corrections_are_off_unless_asked_for(products):
    path = one(products / "north")
    ifg = open_interferogram(path)
    assert ifg.corrections == ()
    assert any("not applied: ionosphere" in note for note in ifg.notes)
    np.testing.assert_array_equal(whole(ifg), whole(open_interferogram(path, corrections="none")))


def test_one_correction_by_name(products):
    ifg = open_interferogram(one(products / "north"), corrections="ionosphere")
    assert ifg.corrections == ("ionosphere",)
    np.testing.assert_allclose(whole(ifg)[8:40, 20:], truth(ifg, ionosphere=0)[8:40, 20:], atol=1e-4)
    assert any("subtracted: ionosphere (ionospherePhaseScreen)" in note for note in ifg.notes)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("iono", ("ionosphere",)),
        ("ionospherePhaseScreen", ("ionosphere",)),
        ("Ionosphere; tides", ("ionosphere", "solid_earth_tides")),
        ("solid earth tides, wet-troposphere", ("solid_earth_tides", "wet_troposphere")),
    ],
)
def test_corrections_may_be_named_in_short_or_as_in_the_product(products, given, names):
    assert open_interferogram(one(products / "north"), corrections=given).corrections == names


def test_all_corrections_are_read_at_the_ground(products, tmp_path):
    path = one(products / "north")
    low = open_interferogram(path, corrections="all")
    assert set(low.corrections) == {
        "ionosphere", "wet_troposphere", "hydrostatic_troposphere", "solid_earth_tides",
    }  # fmt: skip
    expected = truth(low, ionosphere=0) + WET + HYDROSTATIC + TIDES
    np.testing.assert_allclose(whole(low)[8:40, 20:], expected[8:40, 20:], atol=1e-4)
    assert any("depend on the elevation" in text for text in low.warnings)
    t = (499_000.0, 500.0, 0.0, 4_201_000.0, 0.0, -500.0)
    dem = fixtures.write_tiff(tmp_path / "dem.tif", [np.full((30, 30), 500, np.float32)], t, 32636)
    high = open_interferogram(path, corrections=["all"], dem=dem)
    expected = truth(high, ionosphere=0) + 1.5 * (WET + HYDROSTATIC) + TIDES
    np.testing.assert_allclose(whole(high)[8:40, 20:], expected[8:40, 20:], atol=1e-4)
    assert not any("depend on the elevation" in text for text in high.warnings)
    unplaced = fixtures.write_tiff(tmp_path / "unplaced.tif", [np.full((30, 30), 500, np.float32)], t, None)
    placed = open_interferogram(path, corrections=["all"], dem=unplaced, dem_crs="EPSG:32636")
    np.testing.assert_array_equal(whole(placed), whole(high))


def test_corrections_of_frequency_b_and_of_wrapped_phase(products):
    path = one(products / "north")
    other = open_interferogram(path, layer="frequencyB", corrections="troposphere")
    scale = L_BAND / FREQUENCY_B
    expected = truth(other, FREQUENCY_B) + scale * (WET + HYDROSTATIC)
    np.testing.assert_allclose(whole(other)[8:40, 20:], expected[8:40, 20:], atol=1e-4)
    fine = open_interferogram(path, quantity="wrapped", corrections="ionosphere")
    difference = np.angle(np.exp(1j * (whole(fine) - truth(fine, ionosphere=0))))
    assert np.nanmax(np.abs(difference[40:150, 80:])) < 1e-2
    assert np.nanmax(np.abs(whole(fine))) <= np.pi


def test_an_unknown_correction_is_refused_with_the_known_ones(products):
    with pytest.raises(InputError, match="ionosphere, wet_troposphere"):
        open_interferogram(one(products / "north"), corrections="gravity")


def test_products_without_corrections_refuse_them(tmp_path):
    path = tmp_path / "unw.tif"
    values = np.random.default_rng(0).normal(0, 3, (64, 64)).astype(np.float32)
    fixtures.write_tiff(path, [values], (500_000.0, 80, 0, 4_200_000, 0, -80), 32636)
    with pytest.raises(InputError, match="no corrections"):
        open_interferogram(str(path), quantity="unwrapped", corrections="all")


def test_partial_frames_of_one_track_are_joined(products):
    paths = [one(products / "north"), one(products / "south")]
    joined = pickle.loads(pickle.dumps(open_interferogram(paths)))
    assert joined.grid.height == 48 + 32
    assert joined.track == "30"
    assert joined.frame == "19 20"
    got, expected = whole(joined), truth(joined)
    valid = np.isfinite(got)
    assert valid[8:40, 20:].all()
    assert valid[60:76].all()
    np.testing.assert_allclose(got[valid], expected[valid], atol=1e-3)
    assert any("frames are joined" in note for note in joined.notes)
    assert joined.look_vectors(0, 0, 64, 80).shape == (3, 80, 64)
    np.testing.assert_allclose(joined.read(-2, 30, 20, 30)[:, 2:], got[30:60, :18])


def test_frames_are_joined_in_any_order(products):
    paths = [one(products / "south"), one(products / "north")]
    joined = open_interferogram(paths)
    difference = whole(joined) - truth(joined)
    assert np.nanmax(difference) - np.nanmin(difference) < 1e-3


@pytest.mark.parametrize(
    ("other", "reason"), [("other_track", "tracks 30 and 31"), ("polar", "coordinate systems")]
)
def test_frames_that_do_not_belong_together_are_refused_with_the_reason(products, other, reason):
    with pytest.raises(InputError, match=reason):
        open_interferogram([one(products / "north"), one(products / other)])


def test_a_polar_grid_is_placed(products):
    ifg = open_interferogram(one(products / "polar"))
    assert "Antarctic" in ifg.grid.crs_wkt
    assert 72 < ifg.grid.pixel_size_m[0] < 75  # 80 m of the map at 53 degrees south


def test_the_north_polar_grid_is_placed_and_read(products):
    corner = (-150_000.0, -1_850_000.0)
    ifg = open_interferogram(one(products / "polar_north"))
    assert "NSIDC" in ifg.grid.crs_wkt
    # by Snyder (1987), Map Projections, eqs 15-34 to 15-40, true to scale at 70 degrees north
    assert ifg.grid.lonlat(*corner) == pytest.approx((-49.6355, 72.9871), abs=1e-3)
    assert ifg.grid.pixel_size_m[0] == pytest.approx(80.679, rel=1e-3)
    got = whole(ifg)
    np.testing.assert_allclose(got[4:-4, 16:], truth(ifg, corner=corner)[4:-4, 16:], atol=1e-4)
    vectors = ifg.look_vectors(16, 8, 32, 32)
    np.testing.assert_allclose(vectors[:2, 4, 4], (0.6, -0.1), atol=1e-3)


def test_the_north_polar_grid_in_wrapped_phase_and_corrected(products):
    path, corner = one(products / "polar_north"), (-150_000.0, -1_850_000.0)
    fine = open_interferogram(path, quantity="wrapped")
    difference = np.angle(np.exp(1j * (whole(fine) - truth(fine, corner=corner))))
    assert np.nanmax(np.abs(difference)) < 1e-3
    corrected = open_interferogram(path, corrections=("ionosphere",))
    wanted = truth(corrected, ionosphere=0.0, corner=corner)
    np.testing.assert_allclose(whole(corrected)[4:-4, 16:], wanted[4:-4, 16:], atol=1e-3)


def test_frames_on_different_polar_grids_are_not_joined(products):
    with pytest.raises(InputError, match="coordinate systems"):
        open_interferogram([one(products / "polar"), one(products / "polar_north")])


def test_the_processing_is_named(products):
    notes = " ".join(open_interferogram(one(products / "north")).notes)
    for words in (
        "processing level L2",
        "P05023",
        "medium precision orbits",
        "track 30",
        "frame 19",
        "partial frame",
    ):
        assert words in notes
    urgent = open_interferogram(one(products / "urgent"))
    assert any("urgent-response" in text for text in urgent.warnings)
    assert "forecast orbits" in " ".join(urgent.notes)


def test_a_valid_mask_layer_is_used(products):
    got = whole(open_interferogram(one(products / "valid_mask")))
    assert np.isnan(got[20:24, 20:24]).all()
    assert np.isfinite(got[26:30, 20:24]).all()


def test_products_in_radar_geometry_are_refused_with_the_one_to_fetch(products):
    with pytest.raises(InputError, match="NISAR_L2_PR_GUNW_021_030_A_019"):
        open_interferogram(str(next(products.glob("NISAR_L1*.h5"))))
    with pytest.raises(InputError, match="GOFF product, pixel offsets; fetch the GUNW"):
        open_interferogram(str(products / "renamed.h5"))
