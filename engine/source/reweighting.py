"""Fits and their weights in turn: noise of the looks, and what uneven slip on each fault leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Callable

import numpy as np

from .covariance import Noise, far_field_noise, noise_matrix, total_covariance, weighting
from .fit import Problem, Projection, refine
from .modes import MAX_MODES, SAME_FIT_DEG, Found, Mode, auxiliary_starts, distinct, make_mode
from .observations import Observations
from .parameters import to_faults
from .second_fault import variance_reduction
from .uneven_slip import uneven_slip_covariance

ROUNDS = 3
"""Rounds of new weights and a refinement under them; the weights then hardly change."""
FIRST_MODES, MAX_OWN_MODES = 6, 5
"""Fits that get weights of their own, and those that are kept after each round."""
STEPS, LAST_STEPS, LAST_TOLERANCE = 10, 15, 1e-5
"""Steps of each refinement, and of the last one with the gain that ends it."""


@dataclass(frozen=True)
class _Fit:
    """A fault under some weights."""

    problem: Problem
    theta: np.ndarray

    @property
    def fault(self) -> np.ndarray:
        return np.asarray(to_faults(self.theta[None])[0])

    @cached_property
    def projection(self) -> Projection:
        return self.problem.project(self.theta[None])

    @property
    def slips(self) -> np.ndarray:
        return np.asarray(self.projection.slips[0])

    @cached_property
    def motion(self) -> np.ndarray:
        """The fault's motion, (N,) m."""
        return np.asarray(self.slips @ self.problem.motion(self.theta[None])[0])

    @property
    def residual(self) -> np.ndarray:
        """Data less the fault's motion, (N,) m."""
        return np.asarray(self.problem.observed.data - self.motion)

    @property
    def misfit(self) -> float:
        """-2 ln of the likelihood and of what is known of faults, up to a constant."""
        return float(self.projection.chi2[0] + self.problem.weights.log_determinant)


def reweighted_modes(problem: Problem, theta: np.ndarray, tick: Callable[[], None]) -> Found:
    """Modes, each under the weights that belong to it, best first.

    Parameters
    ----------
    problem : Problem
        With the weights of the search.
    theta : ndarray, shape (S, 7)
        Fits under them, best first; their auxiliary planes are tried too.
    tick : callable
        Called often; may raise to stop.
    """
    observed = problem.observed
    best = theta[:MAX_MODES]
    turned = auxiliary_starts(best, problem.project(best).slips)
    fits = [_Fit(problem, row) for row in np.concatenate([theta, turned])]
    # a bad fit would call its own misfit noise and win by that: the first noise is that of the closest fit
    closest = max(fits, key=lambda fit: variance_reduction(observed, fit.residual))
    noises = far_field_noise(observed, closest.motion)
    shared = total_covariance(observed, noises, closest.motion)
    start = Problem(observed, weighting(shared, observed.ramps))
    theta, _ = refine(start, np.array([fit.theta for fit in fits]), STEPS, tick)
    fits = _apart([_Fit(start, row) for row in theta])[:FIRST_MODES]
    for _ in range(ROUNDS):
        noises = far_field_noise(observed, fits[0].motion)
        fits = sorted((_under_own_weights(fit, noises, tick) for fit in fits), key=lambda fit: fit.misfit)
        fits = fits[:MAX_OWN_MODES]
    modes = [_finished(fit, tick) for fit in _apart(fits)]
    return Found(sorted(modes, key=lambda mode: mode.score), noises)


def own_problem(observed: Observations, noises: list[Noise], fault: np.ndarray, slips: np.ndarray) -> Problem:
    """The problem with the weights that belong to a fault (7,) with its slips (2,)."""
    covariance = noise_matrix(observed, noises) + uneven_slip_covariance(observed, fault, slips)
    return Problem(observed, weighting(covariance, observed.ramps))


def _under_own_weights(fit: _Fit, noises: list[Noise], tick: Callable[[], None]) -> _Fit:
    problem = own_problem(fit.problem.observed, noises, fit.fault, fit.slips)
    theta, _ = refine(problem, fit.theta[None], STEPS, tick)
    return _Fit(problem, theta[0])


def _apart(fits: list[_Fit]) -> list[_Fit]:
    """The likeliest fits that differ in mechanism or plane, best first."""
    misfit = np.array([fit.misfit for fit in fits])
    theta, slips = np.array([fit.theta for fit in fits]), np.array([fit.slips for fit in fits])
    return [fits[index] for index in distinct(theta, misfit, slips, len(fits), SAME_FIT_DEG)]


def _finished(fit: _Fit, tick: Callable[[], None]) -> Mode:
    """A fit at the bottom of its valley."""
    theta, _ = refine(fit.problem, fit.theta[None], LAST_STEPS, tick, tolerance=LAST_TOLERANCE)
    return make_mode(fit.problem, theta[0])
