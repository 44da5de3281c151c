"""Modes: the few different faults that explain the motion almost equally well, each with its own weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .covariance import Noise, fit_noise, noise_matrix, weighting
from .fit import Problem, Projection, derivatives, refine
from .mechanism import auxiliary, kagan_angle, slip_and_normal
from .observations import Observations
from .parameters import from_faults, to_faults
from .slip_roughness import slip_covariance

SAME_MODE_DEG = 25.0
"""Kagan angle and angle between planes up to which two fits are one mode."""
MAX_MODES = 4
"""Modes that are refined, besides their auxiliary planes."""
ROUNDS, ROUND_STEPS = 4, 8
"""Rounds of noise and of the refinement under it, and the steps of each."""
EXTENSION, EXTENSION_KM = 1.5, 2.0
"""Growth of the width of further starts, as a factor and in km."""
SHRINK = 0.4
"""Smallest part of its standard deviation to which noise may fall in one round."""
HOPELESS_SCORE = 150.0
"""Modes that are worse by so much are dropped between rounds."""
SAME_FIT_DEG = 12.0
"""The same for fits that started from different modes."""


@dataclass(frozen=True)
class Mode:
    """A fault at a minimum of the misfit.

    Attributes
    ----------
    problem : Problem
        With the weights that belong to this fault.
    theta : ndarray, shape (7,)
    fit : Projection
        Of this one fault.
    hessian : ndarray, shape (7, 7)
        Of half the chi-square.
    score : float
        -2 ln of the mode's evidence (Laplace), up to a constant that all modes share.
    """

    problem: Problem
    theta: np.ndarray
    fit: Projection
    hessian: np.ndarray
    score: float

    @property
    def fault(self) -> np.ndarray:
        """East, north, depth, strike, dip, length, width."""
        return np.asarray(to_faults(self.theta[None])[0])

    @property
    def slips(self) -> np.ndarray:
        """Strike slip and dip slip, m."""
        return np.asarray(self.fit.slips[0])

    @property
    def angles(self) -> tuple[float, float, float]:
        """Strike, dip and rake in degrees."""
        fault = self.fault
        return float(fault[3]), float(fault[4]), float(np.degrees(np.arctan2(*self.slips[::-1])))

    def residual(self) -> np.ndarray:
        """Data less this fault's motion, (N,) m; ramps are in it."""
        motion = self.problem.motion(self.theta[None])[0]
        return np.asarray(self.problem.observed.data - self.slips @ motion)


def make_mode(problem: Problem, theta: np.ndarray) -> Mode:
    """A mode at parameters (7,), with its curvature and score."""
    fit = problem.project(theta[None])
    jacobian = derivatives(problem, theta[None], fit.residual)[0]
    hessian = jacobian @ jacobian.T
    _, volume = np.linalg.slogdet(hessian + 1e-6 * np.eye(len(hessian)))
    return Mode(problem, theta, fit, hessian, float(fit.chi2[0] + problem.weights.log_determinant + volume))


def distinct(
    theta: np.ndarray, chi2: np.ndarray, slips: np.ndarray, limit: int, apart: float = SAME_MODE_DEG
) -> list[int]:
    """Indices of the best fits that differ in mechanism or plane, best first."""
    faults = to_faults(theta)
    rake = np.degrees(np.arctan2(slips[:, 1], slips[:, 0]))
    _, normal = slip_and_normal(faults[:, 3], faults[:, 4], rake)
    kept: list[int] = []
    for index in np.argsort(chi2, kind="stable"):
        if len(kept) == limit:
            break
        alike = False
        for other in kept:
            mechanism = (faults[other, 3], faults[other, 4], rake[other])
            turn = kagan_angle(faults[index, 3], faults[index, 4], rake[index], mechanism)
            alike |= bool(turn < apart and _between_planes(normal[index], normal[other]) < apart)
        if not alike:
            kept.append(int(index))
    return kept


def _between_planes(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(abs(one @ other), 0, 1))))


def auxiliary_starts(theta: np.ndarray, slips: np.ndarray) -> np.ndarray:
    """The same faults on their other nodal planes, (S, 7)."""
    faults = to_faults(theta)
    rake = np.degrees(np.arctan2(slips[:, 1], slips[:, 0]))
    out = np.array(theta)
    out[:, 3], out[:, 4], _ = auxiliary(faults[:, 3], faults[:, 4], rake)
    return out


@dataclass(frozen=True)
class Found:
    """Modes of a search, best first, and the noise of each look that goes with the best."""

    modes: list[Mode]
    noises: list[Noise]


def extended_starts(theta: np.ndarray) -> np.ndarray:
    """The same faults (S, 7) reaching deeper from the same upper edge: rough slip near the surface hides
    the rest."""
    faults = to_faults(theta)
    sine, cosine = np.sin(np.radians(faults[:, 4])), np.cos(np.radians(faults[:, 4]))
    more = (EXTENSION - 1) * faults[:, 6] + EXTENSION_KM
    azimuth = np.radians(faults[:, 3])
    faults[:, 0] += more / 2 * cosine * np.cos(azimuth)
    faults[:, 1] -= more / 2 * cosine * np.sin(azimuth)
    faults[:, 2] += more / 2 * sine
    faults[:, 6] += more
    return from_faults(faults)


def refine_modes(
    observed: Observations,
    noises: list[Noise],
    theta: np.ndarray,
    slips: np.ndarray,
    tick: Callable[[], None],
) -> Found:
    """Starts (S, 7) refined under weights that know rough slip; those that meet are one mode, best first.

    The noise was estimated with the model error in it. It shrinks in rounds, for a misfit that is sharp at
    once would hold every start where it is.
    """
    modes: list[Mode] = []
    for round_number in range(ROUNDS):
        shared = noise_matrix(observed, noises)
        modes = []
        for index in range(len(theta)):
            error = slip_covariance(observed, to_faults(theta[index][None])[0], slips[index])
            problem = Problem(observed, weighting(shared + error, observed.ramps))
            theta[index] = refine(problem, theta[index][None], ROUND_STEPS, tick)[0][0]
            modes.append(make_mode(problem, theta[index]))
            slips[index] = modes[-1].slips
        best = min(modes, key=lambda mode: mode.score)
        modes = [mode for mode in modes if mode.score < best.score + HOPELESS_SCORE]
        theta = np.array([mode.theta for mode in modes])
        slips = np.array([mode.slips for mode in modes])
        if round_number + 1 < ROUNDS:
            error = slip_covariance(observed, best.fault, best.slips)
            limits = [noise.smaller(SHRINK) for noise in noises]
            fitted = fit_noise(observed, best.residual(), error)
            noises = [noise.at_least(limit) for noise, limit in zip(fitted, limits)]
    score = np.array([mode.score for mode in modes])
    kept = distinct(theta, score, slips, len(modes), SAME_FIT_DEG)
    return Found([modes[index] for index in kept], noises)
