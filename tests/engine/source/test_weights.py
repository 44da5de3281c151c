"""Weights of a fault: what uneven slip leaves, noise of the far field, and the likelihood under both."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.deformation.unit_slip import unit_slip_los
from quakefringe.engine.source import LocalFrame
from quakefringe.engine.source.covariance import (
    MAX_NOISE_M,
    Noise,
    far_field_noise,
    first_covariance,
    weighting,
)
from quakefringe.engine.source.fit import Problem
from quakefringe.engine.source.observations import Observations, variance_reduction
from quakefringe.engine.source.own_weights import LEAST_PART, Fit, OwnWeights, reshaped
from quakefringe.engine.source.parameters import from_faults, to_faults
from quakefringe.engine.source.reweighting import reweighted_modes
from quakefringe.engine.source.uneven_slip import (
    GROWTH,
    field_lines,
    field_root,
    uneven_slip_covariance,
)

FAULT = np.array([1.0, -2.0, 6.0, 240.0, 40.0, 14.0, 8.0])
SHALLOW = np.array([1.0, -2.0, 2.2, 240.0, 30.0, 14.0, 8.0])
SLIPS = np.array([0.2, 1.1])


@pytest.fixture
def points():
    """Points of two looks at an earthquake of uniform slip, with 3 mm of noise."""
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-25, 25, (2, 160))
    look = np.where(np.arange(160)[:, None] < 80, [[-0.6, -0.1, 0.79]], [[0.6, -0.1, 0.79]])
    data = SLIPS @ unit_slip_los(x, y, look, FAULT[None])[0] + rng.normal(0, 0.003, 160)
    part = (np.arange(160) >= 80).astype(int)
    return Observations(LocalFrame(62.0, 34.5), x, y, look, data, part, np.zeros(2))


@pytest.fixture
def problem(points):
    return Problem(points, weighting(first_covariance(points), points.ramps))


@pytest.fixture
def weights(points):
    return OwnWeights(points, [Noise(0.002, 10.0, 0.003)] * 2)


def test_the_field_covers_its_plane_down_from_the_surface():
    along, down = field_lines(FAULT)
    assert (np.ptp(along), np.ptp(down)) == pytest.approx((GROWTH * 14.0, GROWTH * 8.0))
    shallow = field_lines(SHALLOW)[1]
    assert 0 < SHALLOW[2] + shallow[0] * np.sin(np.radians(SHALLOW[4])) < 0.21
    assert shallow[-1] == pytest.approx(down[-1])


def test_rows_of_patches_grow_with_depth_where_the_rupture_reaches_the_surface():
    shallow = np.diff(field_lines(SHALLOW)[1])
    deep = np.diff(field_lines(np.array([0.0, 0.0, 60.0, 240.0, 30.0, 14.0, 8.0]))[1])
    assert shallow[0] < 0.3 * shallow[-1]
    assert np.all(np.diff(shallow) > 0)
    assert deep[0] > 0.9 * deep[-1]


def test_the_field_has_neither_a_moment_nor_a_first_moment():
    lines = field_lines(SHALLOW)
    along, down = np.meshgrid(*((line[1:] + line[:-1]) / 2 for line in lines))
    area = np.outer(np.diff(lines[1]), np.diff(lines[0]))
    root = field_root(*lines)
    field = root @ root.T
    for moment in (area.ravel(), (area * along).ravel(), (area * down).ravel()):
        assert moment @ field @ moment < 1e-12 * (moment @ moment) * np.trace(field)
    assert np.diag(field).max() > 0.5


def test_uneven_slip_matters_most_near_the_fault(points):
    motion = SLIPS @ unit_slip_los(points.x, points.y, points.look, FAULT[None])[0]
    variance = np.diag(uneven_slip_covariance(points, FAULT, SLIPS, motion))
    away = np.hypot(points.x - FAULT[0], points.y - FAULT[1])
    assert variance[away < 8].mean() > 50 * variance[away > 20].mean()


def test_a_wrong_model_is_not_excused_as_noise(points):
    noises = far_field_noise(points, np.zeros_like(points.data))
    assert max(noise.sigma for noise in noises) <= MAX_NOISE_M[0]
    assert max(noise.nugget for noise in noises) <= MAX_NOISE_M[1]


def test_the_likelihood_is_that_of_a_fit_under_its_own_weights(problem, weights):
    theta = from_faults(FAULT[None])[0] + [0.5, -0.3, 0.1, 4.0, -3.0, 0.1, 0.2]
    fit = weights.weighed(Fit(problem, theta))
    assert weights.misfit(problem, theta) == pytest.approx(fit.misfit, rel=1e-6)


def test_likelihoods_of_many_faults_are_those_of_each(problem, weights):
    rows = reshaped(from_faults(FAULT[None])[0])[:5]
    ticks = []
    together = weights.misfits(problem, rows, lambda: ticks.append(1))
    assert together.tolist() == [weights.misfit(problem, row) for row in rows]
    assert len(ticks) == len(rows)


def test_the_way_down_leads_from_a_wrong_dip_and_width_to_the_fault(problem, weights):
    wrong = from_faults(np.array([[*FAULT[:4], 62.0, 14.0, 5.0]]))[0]
    start = weights.weighed(Fit(problem, wrong))
    found = weights.likeliest(Fit(problem, wrong), lambda: None)
    assert found.misfit < start.misfit - 20
    assert found.fault[4] == pytest.approx(FAULT[4], abs=5)
    assert found.fault[2] == pytest.approx(FAULT[2], rel=0.1)


def test_a_fit_stays_where_it_would_explain_too_little(problem, points):
    strict = OwnWeights(points, [Noise(0.002, 10.0, 0.003)] * 2, least=2.0)
    start = Fit(problem, from_faults(np.array([[*FAULT[:4], 50.0, 14.0, 5.0]]))[0])
    assert np.array_equal(strict.refined(start, lambda: None).theta, start.theta)
    assert np.array_equal(strict.likeliest(start, lambda: None).theta, start.theta)


def test_reshaped_faults_keep_their_upper_edge():
    deep = np.array([1.0, -2.0, 20.0, 240.0, 40.0, 14.0, 8.0])
    faults = to_faults(reshaped(from_faults(deep[None])[0]))
    top = faults[:, 2] - faults[:, 6] / 2 * np.sin(np.radians(faults[:, 4]))
    np.testing.assert_allclose(top, top[0], atol=0.05)
    assert np.ptp(faults[:, 4]) == pytest.approx(40)
    assert faults[:, 6].min() == pytest.approx(4.0, rel=0.05)
    assert faults[:, 6].max() == pytest.approx(16.0, rel=0.05)


def test_a_large_deep_plane_that_excuses_everything_is_no_mode(problem):
    deep = np.array([5.0, 5.0, 40.0, 30.0, 80.0, 30.0, 60.0])
    modes = reweighted_modes(problem, from_faults(np.array([deep, FAULT])), lambda: None).modes
    explained = [variance_reduction(problem.observed, mode.residual()) for mode in modes]
    assert min(explained) > 0.9 * LEAST_PART
    assert modes[0].fault[2] == pytest.approx(FAULT[2], rel=0.1)
