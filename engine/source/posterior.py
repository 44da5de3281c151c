"""How sure: faults drawn from the posterior of all modes, by importance sampling.

Every mode is drawn from a Student distribution with the curvature at its minimum; each draw is evaluated and
weighted by what the data say of it, so that intervals follow misfits that are not quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np
from numpy.linalg import cholesky, eigh

from .calibration import temperature
from .modes import Mode
from .parameters import COUNT, TRUST, to_faults

EVALUATED = 2000
"""Draws of all modes that are evaluated."""
MIN_PER_MODE = 200
DEGREES_OF_FREEDOM = 8.0
CHUNK = 250


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


def mode_weights(modes: list[Mode]) -> np.ndarray:
    """Probability of each mode by its curvature (Laplace), for the number of draws."""
    kappa = temperature(modes[0].problem.observed.looks)
    score = np.array([mode.score for mode in modes])
    weights = np.exp(-(score - score.min()) / (2 * kappa**2))
    return np.asarray(weights / weights.sum())


def draw_posterior(
    modes: list[Mode], count: int, rng: np.random.Generator, tick: Callable[[], None]
) -> Sample:
    """Draw `count` faults from the posterior of all modes."""
    kappa = temperature(modes[0].problem.observed.looks)
    shares = mode_weights(modes)
    thetas, slips, logs, origin = [], [], [], []
    for index, mode in enumerate(modes):
        size = max(MIN_PER_MODE, int(EVALUATED * shares[index]))
        theta, density = _student(mode, size, kappa, rng)
        chi2 = np.empty(size)
        slip = np.empty((size, 2))
        for first in range(0, size, CHUNK):
            part = slice(first, first + CHUNK)
            fit = mode.problem.project(theta[part])
            chi2[part] = fit.chi2
            slip[part] = fit.slips + _slip_noise(fit.normal, kappa, rng)
            tick()
        target = -(chi2 + mode.problem.weights.log_determinant) / (2 * kappa**2)
        thetas.append(theta)
        slips.append(slip)
        logs.append(target - density - np.log(size))
        origin.append(np.full(size, index))
    weight = np.exp(np.concatenate(logs) - max(log.max() for log in logs))
    # single draws that carry most of the weight would make intervals of one point
    weight = np.minimum(weight, weight.sum() / np.sqrt(len(weight)))
    chosen = _systematic(weight / weight.sum(), count, rng)
    theta = np.concatenate(thetas)[chosen]
    return Sample(to_faults(theta), np.concatenate(slips)[chosen], np.concatenate(origin)[chosen])


def _student(
    mode: Mode, size: int, kappa: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
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
