"""Track, pass and time from names, so that frames of different tracks are not joined."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.tests.reading import whole

PAIR = "20190704_20190716"
GRANULE = "S1A_IW_SLC__1SDV_20190704T014959_20190704T015026_{orbit:06d}_0322E1_0A1B"


@pytest.fixture(scope="module")
def scene():
    lon, lat, transform = fixtures.utm_grid()
    return fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND), transform


@pytest.fixture
def halves(tmp_path, scene):
    """halves(first, second): two overlapping parts of one scene, each at the path that is given below."""

    def make(*names):
        values, t = scene
        paths = []
        for name, rows in zip(names, (slice(0, 30), slice(20, 48))):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shifted = (t[0], t[1], 0, t[3] + rows.start * t[5], 0, t[5])
            paths.append(fixtures.write_tiff(path, [values[rows]], shifted, fixtures.UTM))
        return paths

    return make


def licsar(frame):
    return f"{frame}/{PAIR}/{PAIR}.geo.unw.tif"


def hyp3(start, code):
    name = f"S1AA_20190704T{start}_20190716T{start}_VVP012_INT80_G_ueF_{code}"
    return f"{name}/{name}_unw_phase.tif"


def parameters(path, orbit, direction=""):
    """The text file of a HyP3 product."""
    text = f"Reference Granule: {GRANULE.format(orbit=orbit)}\nReference Orbit Number: {orbit}\n"
    if direction:
        text += f"Reference Pass Direction: {direction}\n"
    Path(path.replace("_unw_phase.tif", ".txt")).write_text(text)


def test_the_frame_of_licsar_gives_track_and_pass(halves):
    path = halves(licsar("128D_05172_131313"))[0]
    ifg = open_interferogram(path)
    assert (ifg.track, ifg.frame, ifg.orbit_direction) == ("128", "128D_05172_131313", "descending")


def test_frames_of_one_licsar_track_are_joined(halves, scene):
    joined = open_interferogram(halves(licsar("128D_05172_131313"), licsar("128D_05371_131313")))
    assert joined.grid.height == 48
    np.testing.assert_allclose(np.abs(whole(joined)), np.abs(scene[0]), atol=1e-4)


@pytest.mark.parametrize(
    ("other", "reason"),
    [("021D_05172_131313", "tracks 128 and 21"), ("128A_05172_131313", "descending, the other ascending")],
)
def test_frames_of_other_licsar_tracks_are_refused(halves, other, reason):
    with pytest.raises(InputError, match=reason):
        open_interferogram(halves(licsar("128D_05172_131313"), licsar(other)))


def test_the_innermost_frame_of_a_path_counts(halves):
    path = halves("128D_05172_131313/" + licsar("021A_05172_131313"))[0]
    assert open_interferogram(path).track == "21"


def test_the_orbit_of_hyp3_gives_the_track(halves):
    path = halves(hyp3("015000", "AB12"))[0]
    parameters(path, 5516, "DESCENDING")  # S1A's image of the 2015 Gorkha earthquake
    ifg = open_interferogram(path)
    assert (ifg.track, ifg.orbit_direction) == ("19", "descending")


def test_hyp3_scenes_of_other_tracks_are_refused(halves):
    paths = halves(hyp3("015000", "AB12"), hyp3("015025", "CD34"))
    parameters(paths[0], 27950)
    parameters(paths[1], 27951)
    with pytest.raises(InputError, match="tracks 53 and 54"):
        open_interferogram(paths)


def test_hyp3_scenes_of_other_passes_are_refused_by_the_times_in_their_names(halves):
    with pytest.raises(InputError, match="01:50 and 14:31 UTC, on different passes"):
        open_interferogram(halves(hyp3("015000", "AB12"), hyp3("143100", "CD34")))


def test_hyp3_scenes_of_one_pass_are_joined(halves):
    paths = halves(hyp3("015000", "AB12"), hyp3("015025", "CD34"))
    parameters(paths[0], 27950)
    assert open_interferogram(paths).grid.height == 48


def test_the_track_of_hyp3_bursts_is_in_their_name(halves):
    name = "S1_064_000000s1n00-136231s2n02-000000s3n00_IW_20190704_20190716_VV_INT80_77F1"
    assert open_interferogram(halves(f"{name}/{name}_unw_phase.tif")[0]).track == "64"
