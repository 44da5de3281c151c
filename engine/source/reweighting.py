"""Fits and their weights in turn: noise of the looks, and what uneven slip on each fault leaves."""

from __future__ import annotations

from typing import Callable

import numpy as np

from .covariance import far_field_noise, total_covariance, weighting
from .fit import Problem, refine
from .modes import MAX_MODES, SAME_FIT_DEG, Found, Mode, auxiliary_starts, distinct, make_mode
from .own_weights import LEAST_PART, REFINEMENT_STEPS, Fit, OwnWeights

ROUNDS, LAST_ROUNDS = 3, 2
"""Rounds of new weights and a refinement under them, and rounds in which the best fits follow the
likelihood."""
FIRST_MODES, MAX_OWN_MODES, LIKELIEST = 6, 5, 2
"""Fits that get weights of their own, those that are kept after each round, and those that follow the
likelihood."""
LAST_STEPS, LAST_TOLERANCE = 15, 1e-5
"""Steps of the last refinement, and the gain that ends it."""


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
    fits = [Fit(problem, row) for row in np.concatenate([theta, turned])]
    # a bad fit would call its own misfit noise and win by that: the first noise is that of the closest fit
    closest = max(fits, key=lambda fit: fit.explained)
    noises = far_field_noise(observed, closest.motion)
    shared = total_covariance(observed, noises, closest.motion)
    start = Problem(observed, weighting(shared, observed.ramps))
    theta, _ = refine(start, np.array([fit.theta for fit in fits]), REFINEMENT_STEPS, tick)
    fits = _apart([Fit(start, row) for row in theta])[:FIRST_MODES]
    most = max(fit.explained for fit in fits)
    enough = min(LEAST_PART * most, most)
    fits = [fit for fit in fits if fit.explained >= enough]
    for number in range(ROUNDS + LAST_ROUNDS):
        weights = OwnWeights(observed, far_field_noise(observed, fits[0].motion), enough)
        new = [
            (weights.likeliest if number >= ROUNDS and rank < LIKELIEST else weights.refined)(fit, tick)
            for rank, fit in enumerate(fits)
        ]
        new = [fit for fit in new if weights.explains(fit)] or [max(new, key=lambda fit: fit.explained)]
        fits = sorted(new, key=lambda fit: fit.misfit)[:MAX_OWN_MODES]
    modes = [_finished(weights, fit, tick) for fit in _apart(fits)]
    return Found(sorted(modes, key=lambda mode: mode.score), weights.noises)


def _apart(fits: list[Fit]) -> list[Fit]:
    """The likeliest fits that differ in mechanism or plane, best first."""
    misfit = np.array([fit.misfit for fit in fits])
    theta, slips = np.array([fit.theta for fit in fits]), np.array([fit.slips for fit in fits])
    return [fits[index] for index in distinct(theta, misfit, slips, len(fits), SAME_FIT_DEG)]


def _finished(weights: OwnWeights, fit: Fit, tick: Callable[[], None]) -> Mode:
    """A fit at the bottom of its valley, as long as it explains enough there."""
    theta, _ = refine(fit.problem, fit.theta[None], LAST_STEPS, tick, tolerance=LAST_TOLERANCE)
    moved = Fit(fit.problem, theta[0])
    return make_mode(fit.problem, moved.theta if weights.explains(moved) else fit.theta)
