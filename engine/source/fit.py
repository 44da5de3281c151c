"""Variable projection: slips and ramps follow from a fault's place and shape, which alone are searched.

Golub, G. & Pereyra, V. (1973), The differentiation of pseudo-inverses and nonlinear least squares problems
whose variables separate, SIAM J. Numer. Anal. 10, 413-432; the damped steps are Levenberg and Marquardt's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from .covariance import Weighting
from .observations import Observations
from .parameters import COUNT, STEPS, TRUST, prior_residuals, to_faults

SLIP_RIDGE = 1e-6
"""Part of the larger diagonal element that is added when slips are solved, for modes that look alike."""

MAX_DAMPING = 1e3
"""Damping at which a start that finds no better place is final."""


@dataclass(frozen=True)
class Projection:
    """Faults with their best slips.

    Attributes
    ----------
    residual : ndarray, shape (S, N + 3)
        Whitened residuals and deviations from what is known; the sum of squares is `chi2`.
    slips : ndarray, shape (S, M)
        Metres in each mode.
    normal : ndarray, shape (S, M, M)
        Inverse covariance of the slips.
    """

    residual: np.ndarray
    slips: np.ndarray
    normal: np.ndarray

    @property
    def chi2(self) -> np.ndarray:
        """Sum of squares, (S,)."""
        return np.einsum("sn,sn->s", self.residual, self.residual)


@dataclass(frozen=True)
class Problem:
    """What a fault is fitted to.

    Attributes
    ----------
    observed : Observations
    weights : Weighting
    modes : tuple of str
        ("strike", "dip") for a fault, ("opening",) for a sheet.
    """

    observed: Observations
    weights: Weighting
    modes: tuple[str, ...] = ("strike", "dip")

    def motion(self, theta: np.ndarray, dtype: Optional[type] = None) -> np.ndarray:
        """Line-of-sight motion by unit slips, (S, M, N)."""
        points = self.observed
        return unit_slip_los(points.x, points.y, points.look, to_faults(theta), self.modes, dtype=dtype)

    def project(self, theta: np.ndarray, dtype: Optional[type] = None) -> Projection:
        """Best slips and residuals of faults, theta (S, 7)."""
        white, data = self._whitened(self.motion(theta, dtype))
        slips, normal = solve_slips(white, data.astype(white.dtype))
        left = data - np.einsum("smn,sm->sn", white, slips.astype(white.dtype))
        prior = np.zeros((len(theta), 0))
        if self.modes == ("strike", "dip"):
            prior = prior_residuals(to_faults(theta), slips)
        return Projection(np.concatenate([left, prior], 1), slips, normal)

    def slips(self, motion: np.ndarray) -> np.ndarray:
        """Best slips (S, M) of faults from their motion by unit slips, (S, M, N)."""
        return solve_slips(*self._whitened(motion))[0]

    def _whitened(self, motion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Motion (S, M, N) and data (N,) under the weights."""
        matrix = self.weights.matrix.astype(motion.dtype)
        white = (motion.reshape(-1, motion.shape[-1]) @ matrix.T).reshape(motion.shape)
        return white, self.weights.matrix @ self.observed.data


def solve_slips(white: np.ndarray, data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares slips (S, M) and their inverse covariance (S, M, M) from whitened motion (S, M, N)."""
    normal = (white @ np.swapaxes(white, 1, 2)).astype(float)
    right = (white @ data).astype(float)
    modes = normal.shape[1]
    top = normal[:, range(modes), range(modes)].max(1)
    normal = normal + (SLIP_RIDGE * top + 1e-12)[:, None, None] * np.eye(modes)
    return np.linalg.solve(normal, right[..., None])[..., 0], normal


def refine(
    problem: Problem,
    theta: np.ndarray,
    iterations: int,
    tick: Callable[[], None],
    dtype: Optional[type] = None,
    tolerance: float = 1e-3,
) -> tuple[np.ndarray, np.ndarray]:
    """Levenberg-Marquardt from many starts at once.

    Parameters
    ----------
    problem : Problem
    theta : ndarray, shape (S, 7)
    iterations : int
        Largest number of steps.
    tick : callable
        Called after each step; may raise to stop.
    dtype : type, optional
        Precision of the forward model.
    tolerance : float
        A start is final when two steps in a row lower its chi-square by a smaller part.

    Returns
    -------
    theta : ndarray, shape (S, 7)
    chi2 : ndarray, shape (S,)
    """
    theta = np.array(theta, float)
    damping = np.full(len(theta), 1e-2)
    stalled = np.zeros(len(theta), int)
    best = problem.project(theta, dtype)
    residual, chi2 = best.residual, best.chi2
    for _ in range(iterations):
        live = np.flatnonzero(stalled < 2)
        if not len(live):
            break
        jacobian = derivatives(problem, theta[live], residual[live], dtype)
        gradient = np.einsum("spn,sn->sp", jacobian, residual[live])
        hessian = np.einsum("spn,sqn->spq", jacobian, jacobian)
        diagonal = hessian[:, range(COUNT), range(COUNT)]
        floor = 1e-9 * diagonal.max(1, keepdims=True) + 1e-12
        damped = hessian + (damping[live, None] * (diagonal + floor))[:, None] * np.eye(COUNT)
        damped += floor[:, :, None] * np.eye(COUNT)
        step = -np.linalg.solve(damped, gradient[..., None])[..., 0]
        step /= np.maximum(1, (np.abs(step) / TRUST).max(1, keepdims=True))
        trial = problem.project(theta[live] + step, dtype)
        gain = chi2[live] - trial.chi2
        better = gain > 0
        rows = live[better]
        small = better & (gain < tolerance * chi2[live])
        stalled[live] = np.where(small, stalled[live] + 1, np.where(better, 0, stalled[live]))
        stalled[live[~better & (damping[live] > MAX_DAMPING)]] = 2
        theta[rows] += step[better]
        residual[rows], chi2[rows] = trial.residual[better], trial.chi2[better]
        damping[live] = np.clip(np.where(better, damping[live] / 4, damping[live] * 6), 1e-6, 1e6)
        tick()
    return theta, chi2


def derivatives(
    problem: Problem, theta: np.ndarray, residual: np.ndarray, dtype: Optional[type] = None
) -> np.ndarray:
    """Change of the residuals with each parameter by forward differences, (S, 7, N + 3)."""
    moved = theta[:, None] + np.diag(STEPS)
    changed = problem.project(moved.reshape(-1, COUNT), dtype).residual.reshape(len(theta), COUNT, -1)
    return np.asarray((changed - residual[:, None]) / STEPS[:, None])
