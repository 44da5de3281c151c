"""Two earthquakes in one pair are told apart from one with uneven slip."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.deformation.okada import okada
from quakefringe.engine.source import LocalFrame, Look, looks_frame
from quakefringe.engine.source.covariance import first_covariance, weighting
from quakefringe.engine.source.fit import Problem, refine
from quakefringe.engine.source.modes import make_mode
from quakefringe.engine.source.observations import observe
from quakefringe.engine.source.parameters import from_faults
from quakefringe.engine.source.second_fault import MIN_MOMENT_PART, SecondFault, find_second

FRAME = LocalFrame(62.0, 34.5)
FIRST = {"depth": 8.0, "strike": 320.0, "dip": 80.0, "length": 20.0, "width": 12.0}
SECOND = {"depth": 7.0, "strike": 50.0, "dip": 85.0, "length": 12.0, "width": 10.0}
MOMENTS = 20 * 12 * 1.5, 12 * 10 * 1.2
VECTORS = ((-0.6, -0.13, 0.79), (0.6, -0.13, 0.79))


def observed(two: bool):
    side = np.linspace(-40, 40, 36)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    longitude, latitude = FRAME.to_lonlat(x, y)
    moved = np.array(okada(x, y, **FIRST, strike_slip=1.5))
    if two:
        moved += np.array(okada(x - 12, y + 6, **SECOND, strike_slip=-1.2))
    looks = []
    for number, vector in enumerate(VECTORS):
        data = np.array(vector) @ moved + np.random.default_rng(number).normal(0, 0.003, x.size)
        unit = np.array(vector) / np.linalg.norm(vector)
        looks.append(Look(str(number), longitude, latitude, data, np.tile(unit, (x.size, 1))))
    return observe(looks, looks_frame(looks), 80)


def second_fault(two: bool):
    points = observed(two)
    problem = Problem(points, weighting(first_covariance(points), points.ramps))
    start = from_faults(np.array([[0.0, 0.0, *FIRST.values()]]))
    theta, _ = refine(problem, start, 12, lambda: None)
    mode = make_mode(problem, theta[0])
    return mode, find_second(points, mode, np.random.default_rng(0), lambda: None)


def test_two_earthquakes_are_fitted_as_two_with_their_total_moment():
    _, second = second_fault(two=True)
    assert second.reported
    assert second.stable
    moments = second.faults[:, 5] * second.faults[:, 6] * np.linalg.norm(second.slips, axis=1)
    assert moments.sum() == pytest.approx(sum(MOMENTS), rel=0.25)
    assert second.moment_part == pytest.approx(MOMENTS[1] / sum(MOMENTS), abs=0.12)


def test_one_earthquake_has_no_second_fault():
    _, second = second_fault(two=False)
    assert second is None or not second.reported


@pytest.mark.parametrize(
    ("bic", "ratio", "part", "off", "gain", "reported", "stable"),
    [
        (500.0, 1.2, 0.2, 6.0, 0.3, True, True),
        (500.0, 3.0, 0.2, 6.0, 0.3, True, False),
        (500.0, 3.0, 0.2, 6.0, 0.8, True, True),
        (500.0, 1.0, MIN_MOMENT_PART / 2, 6.0, 0.3, False, False),
        (500.0, 1.0, 0.2, 1.0, 0.3, False, False),
        (500.0, 1.0, 0.2, 1.0, 0.8, True, True),
        (0.0, 1.0, 0.2, 6.0, 0.8, False, False),
        (500.0, 1.0, 0.2, 6.0, -1.0, False, False),
    ],
)
def test_a_second_fault_needs_evidence_a_steady_moment_and_a_place_of_its_own(
    bic, ratio, part, off, gain, reported, stable
):
    first = [0.0, 0.0, 8.0, 0.0, 90.0, 20.0, 12.0]
    faults = np.array([first, [off, *first[1:]]])
    fault = SecondFault(faults, np.zeros((2, 2)), 0.9, bic, ratio, part, gain)
    assert (fault.reported, fault.stable) == (reported, stable)
