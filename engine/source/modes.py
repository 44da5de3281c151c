"""Modes: the few different faults that explain the motion almost equally well, each with its own weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .covariance import Noise
from .fit import Problem, Projection, derivatives
from .mechanism import auxiliary, kagan_angle, slip_and_normal
from .observations import variance_reduction
from .parameters import FAULT_PARAMETERS, to_faults

SAME_MODE_DEG = 25.0
"""Kagan angle and angle between planes up to which two fits are one mode."""
SAME_FIT_DEG = 12.0
"""The same for fits that started from different modes."""
MAX_MODES = 4
"""Modes that are refined, besides their auxiliary planes."""


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

    @property
    def excess(self) -> float:
        """By how much the fault misses the data, over what its weights expect; at least 1.

        The root of the variance factor: chi-square over the degrees of freedom.
        """
        points, ramps = self.problem.observed.ramps.shape
        white = self.fit.residual[0, :points]
        return float(max(white @ white / max(points - ramps - FAULT_PARAMETERS, 1), 1.0) ** 0.5)

    @property
    def explained(self) -> float:
        """Part of the variance of the data that the fault explains."""
        return variance_reduction(self.problem.observed, self.residual())

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
