"""How sure: faults drawn from the posterior of all modes, by importance sampling.

Every mode is drawn from a Student distribution with the curvature at its minimum; each draw is evaluated and
weighted by what the data say of it, so that intervals follow misfits that are not quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np
from numpy.linalg import cholesky, eigh

from .calibration import TEMPERATURE
from .fit import refine
from .modes import Mode, make_mode
from .own_weights import LEAST_PART
from .parameters import COUNT, TRUST, to_faults

EVALUATED = 2000
"""Draws of all modes that are evaluated."""
MIN_PER_MODE = 200
DEGREES_OF_FREEDOM = 8.0
CHUNK = 250
MAX_DRAW_SHARE, CUTS = 0.02, 20
"""Largest part of a mode's weight on one draw, and the repetitions that reach it."""
POLISH_ROUNDS, POLISH_STARTS, POLISH_STEPS, POLISH_GAIN = 3, 4, 12, 1.0
"""Rounds of draws and fits, fits of a round and their steps; a round that gains less chi-square is the
last."""


@dataclass(frozen=True)
class Sample:
    """Faults drawn from the posterior, equally likely.

    Attributes
    ----------
    faults : ndarray, shape (D, 7)
        East, north, depth, strike, dip, length, width.
    slips : ndarray, shape (D, 2)
        Strike slip and dip slip, m.
    mode : ndarray of int, shape (D,)
        The mode of which a draw comes.
    """

    faults: np.ndarray
    slips: np.ndarray
    mode: np.ndarray


def deviation_factor(best: Mode) -> float:
    """Factor on all standard deviations of the posterior.

    The calibrated one; larger by the root of the variance factor where even the best fault misses the data by
    more than noise and uneven slip allow.
    """
    return TEMPERATURE * best.excess


def mode_weights(modes: list[Mode]) -> np.ndarray:
    """Probability of each mode by its curvature (Laplace), for the number of draws."""
    kappa = deviation_factor(modes[0])
    score = np.array([mode.score for mode in modes])
    weights = np.exp(-(score - score.min()) / (2 * kappa**2))
    return np.asarray(weights / weights.sum())


def draw_posterior(
    modes: list[Mode], count: int, rng: np.random.Generator, tick: Callable[[], None]
) -> Sample:
    """Draw `count` faults from the posterior of all modes.

    Modes share the draws by their evidence (Laplace); within a mode each draw counts by importance.
    """
    kappa = deviation_factor(modes[0])
    shares = mode_weights(modes)
    thetas, slips, weights, origin = [], [], [], []
    for index, mode in enumerate(modes):
        size = max(MIN_PER_MODE, int(EVALUATED * shares[index]))
        theta, slip, weight = _sample_mode(mode, size, kappa, rng, tick)
        thetas.append(theta)
        slips.append(slip)
        weights.append(weight * shares[index])
        origin.append(np.full(size, index))
    chosen = _systematic(np.concatenate(weights), count, rng)
    faults = to_faults(np.concatenate(thetas)[chosen])
    return Sample(faults, np.concatenate(slips)[chosen], np.concatenate(origin)[chosen])


def polish(modes: list[Mode], rng: np.random.Generator, tick: Callable[[], None]) -> list[Mode]:
    """Modes moved to the bottom of their valleys, best first.

    A bent valley can hold a fit half way; draws along it find lower ground, from which the fit goes on.
    """
    kappa = deviation_factor(modes[0])
    moved = []
    for start in modes:
        mode = start
        for _ in range(POLISH_ROUNDS):
            theta, _ = _student(mode, MIN_PER_MODE, kappa, rng)
            chi2 = mode.problem.project(theta).chi2
            starts = np.concatenate(
                [mode.theta[None], theta[np.argsort(chi2, kind="stable")[:POLISH_STARTS]]]
            )
            found, chi2 = refine(mode.problem, starts, POLISH_STEPS, tick)
            best = int(np.argmin(chi2))
            before = float(mode.fit.chi2[0])
            lower = make_mode(mode.problem, found[best]) if chi2[best] < before else mode
            # weights that belong to one fault excuse others that hardly move the ground
            mode = lower if lower.explained >= LEAST_PART * start.explained else mode
            if before - float(mode.fit.chi2[0]) < POLISH_GAIN:
                break
        moved.append(mode)
    return sorted(moved, key=lambda mode: mode.score)


def _sample_mode(
    mode: Mode, size: int, kappa: float, rng: np.random.Generator, tick: Callable[[], None]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parameters (size, 7), slips (size, 2) and weights (size,), which sum to 1, of draws about a mode."""
    theta, density = _student(mode, size, kappa, rng)
    chi2 = np.empty(size)
    slip = np.empty((size, 2))
    for first in range(0, size, CHUNK):
        part = slice(first, first + CHUNK)
        fit = mode.problem.project(theta[part])
        chi2[part] = fit.chi2
        slip[part] = fit.slips + _slip_noise(fit.normal, kappa, rng)
        tick()
    log = -chi2 / (2 * kappa**2) - density
    weight = np.exp(log - log.max())
    # single draws that carry most of the weight would make intervals of one point
    for _ in range(CUTS):
        weight = np.minimum(weight, weight.sum() * MAX_DRAW_SHARE)
    return theta, slip, weight / weight.sum()


def _student(mode: Mode, size: int, kappa: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws (size, 7) about a mode and the logarithm of their density."""
    # directions that the data do not see stay within one trust region
    scaled = mode.hessian * TRUST[:, None] * TRUST
    values, vectors = eigh(scaled)
    deviation = np.minimum(kappa / np.sqrt(np.maximum(values, 1e-9)), 1.0)
    normal = rng.normal(size=(size, COUNT))
    stretch = np.sqrt(DEGREES_OF_FREEDOM / rng.chisquare(DEGREES_OF_FREEDOM, size))
    standard = normal * stretch[:, None]
    theta = mode.theta + (standard * deviation) @ vectors.T * TRUST
    square = (standard**2).sum(1)
    log = -(DEGREES_OF_FREEDOM + COUNT) / 2 * np.log1p(square / DEGREES_OF_FREEDOM)
    return theta, log - np.log(deviation).sum()


def _slip_noise(normal: np.ndarray, kappa: float, rng: np.random.Generator) -> np.ndarray:
    """Scatter of slips (S, M) about their best values, from their inverse covariance (S, M, M)."""
    lower = cholesky(np.linalg.inv(normal))
    return np.asarray(kappa * np.einsum("sij,sj->si", lower, rng.normal(size=normal.shape[:2])))


def _systematic(weight: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Indices drawn in proportion to their weights with the least scatter."""
    places = (np.arange(count) + rng.random()) / count
    return np.minimum(np.searchsorted(np.cumsum(weight), places), len(weight) - 1)
