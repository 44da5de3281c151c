"""When a kind of source is claimed, and when motion counts as partly seen."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.source import LocalFrame
from quakefringe.engine.source.assemble import ALONE, Beside
from quakefringe.engine.source.calibration import (
    GROUND_ERROR,
    LEAST,
    STRETCH,
    depth_interval,
    interval,
)
from quakefringe.engine.source.covariance import far_field_noise
from quakefringe.engine.source.coverage import is_one_sided, is_partly_seen, reaches_edge
from quakefringe.engine.source.observations import Observations
from quakefringe.engine.source.results import Rival
from quakefringe.engine.source.rivals import _is_magma, _verdict

FAULT = np.array([0.0, 0.0, 5.0, 0.0, 45.0, 10.0, 8.0])
SIDE = np.linspace(-30, 30, 16)


def observed(east_shift: float = 0.0, radius: float = 8.0, noise: float = 0.0) -> Observations:
    """A hump of motion at (0, 0) km, seen by points around (east_shift, 0)."""
    x, y = (axis.ravel() for axis in np.meshgrid(SIDE + east_shift, SIDE))
    data = np.exp(-(x**2 + y**2) / (2 * radius**2))
    data = data + np.random.default_rng(0).normal(0, noise, x.size)
    up = np.tile([0.0, 0.0, 1.0], (x.size, 1))
    return Observations(LocalFrame(62.0, 34.5), x, y, up, data, np.zeros(x.size, int), np.zeros(1))


def rivals(mogi: float, sheet: float, reduction: float = 0.9) -> tuple[Rival, Rival]:
    return (Rival("mogi", mogi, "point", reduction, {}), Rival("sheet", sheet, "sheet wins", reduction, {}))


def test_motion_in_the_middle_is_seen_wholly():
    assert not is_partly_seen(observed(), FAULT)


def test_points_on_one_side_show_only_a_part():
    assert is_one_sided(observed(east_shift=45.0), FAULT)


def test_motion_that_reaches_the_edge_shows_only_a_part():
    assert reaches_edge(observed(east_shift=25.0, radius=60.0))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (rivals(30.0, 12.0), "fault"),
        (rivals(30.0, 5.0), "undecided"),
        (rivals(5.0, -30.0), "sheet"),
        (rivals(-25.0, -30.0), "undecided"),
        (rivals(5.0, -30.0, reduction=0.5), "undecided"),
    ],
)
def test_a_kind_is_claimed_only_with_clear_evidence(given, kind):
    assert _verdict(given, False)[0] == kind


def test_magma_is_told_from_a_fault_even_where_its_kind_is_open():
    both = rivals(-200.0, -203.0)
    assert _verdict(both, False)[0] == "undecided"
    assert _is_magma(both)
    assert not _is_magma(rivals(-200.0, -203.0, reduction=0.5))
    assert not _is_magma(rivals(200.0, -5.0))


@pytest.mark.parametrize("given", [rivals(30.0, 12.0), rivals(5.0, -30.0)])
def test_nothing_is_claimed_of_motion_that_is_partly_seen(given):
    kind, words = _verdict(given, True)
    assert kind == "undecided"
    assert "only a part" in words


def test_the_centroid_of_two_faults_lies_between_them_by_moment():
    beside = Beside(np.array([10.0, 0.0, 20.0]), 1.0)
    places = np.array([[0.0, 0.0, 5.0], [2.0, 0.0, 5.0]])
    found = beside.centroid(np.array([3.0, 1.0]), places)
    assert found.tolist() == [[2.5, 0.0, 8.75], [6.0, 0.0, 12.5]]
    assert np.array_equal(ALONE.centroid(np.ones(2), places), places)


def test_misfit_in_the_near_field_is_not_called_noise():
    points = observed(noise=0.004)
    noise = far_field_noise(points, 0.5 * points.data)[0]
    assert np.hypot(noise.sigma, noise.nugget) < 0.05


@pytest.mark.parametrize("looks", STRETCH)
def test_an_interval_holds_an_estimate_beyond_the_draws(looks):
    low, high = interval(np.linspace(10, 20, 100), 25.0, "dip", looks)
    assert low < 25.0 < high


def test_draws_that_agree_leave_what_uneven_slip_may_have_moved():
    low, high = interval(np.full(100, 6.5), 6.5, "mw", 2)
    assert (low, high) == pytest.approx((6.5 - LEAST[2]["mw"], 6.5 + LEAST[2]["mw"]))
    high = depth_interval(np.full(100, 3.0), 3.0, 1, ground=False)[1]
    assert high == pytest.approx(3.0 * np.exp(LEAST[1]["depth"]))


def test_real_ground_widens_magnitude_and_depth():
    draws = np.full(100, 6.5)
    assert interval(draws, 6.5, "mw", ground=True)[1] == pytest.approx(
        6.5 + np.hypot(LEAST[2]["mw"], GROUND_ERROR["mw"])
    )
    assert interval(draws, 6.5, "dip", ground=True) == interval(draws, 6.5, "dip")
    wide, narrow = (depth_interval(draws, 6.5, 2, ground)[1] for ground in (True, False))
    assert wide > 1.1 * narrow
