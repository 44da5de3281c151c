"""Fits under the weights that belong to them, and the likelihood that compares such fits.

A fit under fixed weights forgives what uneven slip on the fault that it started from may leave, and so stalls
near that fault. The likelihood weighs each fault by itself, and following it leads on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Callable

import numpy as np

from ..numerics.threads import parallel_jobs
from .covariance import BORDER, Noise, noise_matrix, weighting
from .fit import Problem, Projection, derivatives, refine
from .observations import Observations, variance_reduction
from .parameters import STEPS, TRUST, from_faults, prior_residuals, to_faults
from .uneven_slip import uneven_slip_covariance

REFINEMENT_STEPS = 10
"""Steps of a refinement under fixed weights."""
TURNS_DEG, GROWTHS = (-20.0, -10.0, 0.0, 10.0, 20.0), (0.5, 0.7, 1.0, 1.4, 2.0)
"""Changes of dip and factors on the width of the faults from which the way down may start: an upper edge is
known far better than what lies below it."""
DESCENTS, TRIES = 12, 6
"""Steps down, and lengths that are tried for each."""
FIRST_DAMPING, SHORTER, LONGER = 1e-2, 10.0, 4.0
"""Damping of the first step, and the factors by which it grows after a miss and shrinks after a gain."""
LEAST_PART = 0.7
"""Part of what the closest fit explains of the variance which any other has to explain. The covariance of
uneven slip on a large plane can excuse almost everything; a fault with hardly any motion would win by it."""
LEAST_GAIN = 0.5
"""Gain in -2 ln likelihood below which a step is the last."""


@dataclass(frozen=True)
class Fit:
    """A fault under some weights.

    Attributes
    ----------
    problem : Problem
    theta : ndarray, shape (7,)
    """

    problem: Problem
    theta: np.ndarray

    @property
    def fault(self) -> np.ndarray:
        """East, north, depth, strike, dip, length, width."""
        return np.asarray(to_faults(self.theta[None])[0])

    @cached_property
    def projection(self) -> Projection:
        """The fault's best slips under the weights."""
        return self.problem.project(self.theta[None])

    @property
    def slips(self) -> np.ndarray:
        """Strike slip and dip slip, m."""
        return np.asarray(self.projection.slips[0])

    @cached_property
    def motion(self) -> np.ndarray:
        """The fault's motion, (N,) m."""
        return np.asarray(self.slips @ self.problem.motion(self.theta[None])[0])

    @property
    def residual(self) -> np.ndarray:
        """Data less the fault's motion, (N,) m."""
        return np.asarray(self.problem.observed.data - self.motion)

    @cached_property
    def explained(self) -> float:
        """Part of the variance of the data that the fault explains."""
        return variance_reduction(self.problem.observed, self.residual)

    @property
    def misfit(self) -> float:
        """-2 ln of the likelihood and of what is known of faults, up to a constant."""
        return float(self.projection.chi2[0] + self.problem.weights.log_determinant)


@dataclass(frozen=True)
class OwnWeights:
    """Weights by the noise of the looks and by what uneven slip on each fault leaves.

    Attributes
    ----------
    observed : Observations
    noises : list of Noise
        One for each look.
    least : float
        Part of the variance that a fault has to explain.
    """

    observed: Observations
    noises: list[Noise]
    least: float = -np.inf

    @cached_property
    def noise(self) -> np.ndarray:
        """Covariance of the noise, (N, N) m^2."""
        return noise_matrix(self.observed, self.noises)

    def weighed(self, fit: Fit) -> Fit:
        """The same fault under the weights that belong to it."""
        covariance = self.noise + uneven_slip_covariance(self.observed, fit.fault, fit.slips, fit.motion)
        return Fit(Problem(self.observed, weighting(covariance, self.observed.ramps)), fit.theta)

    def explains(self, fit: Fit) -> bool:
        """Whether a fault explains enough of the variance."""
        return fit.explained >= self.least

    def refined(self, fit: Fit, tick: Callable[[], None]) -> Fit:
        """A fit refined under its own weights; the fit itself where that would explain too little."""
        start = self.weighed(fit)
        theta, _ = refine(start.problem, start.theta[None], REFINEMENT_STEPS, tick)
        moved = Fit(start.problem, theta[0])
        return moved if self.explains(moved) else start

    def likeliest(self, fit: Fit, tick: Callable[[], None]) -> Fit:
        """The fault of the largest likelihood near a fit, under its own weights."""
        start = self.weighed(fit)
        rows = reshaped(start.theta)
        order = np.argsort(self.misfits(start.problem, rows, tick), kind="stable")
        shapes = (self.weighed(Fit(start.problem, rows[index])) for index in order)
        return self._descended(next((shape for shape in shapes if self.explains(shape)), start), tick)

    def misfit(self, problem: Problem, theta: np.ndarray) -> float:
        """-2 ln of the likelihood of a fault (7,) under its own weights, and of what is known of faults.

        The weights of `problem` give the slips by which the fault's own weights are made. One factorisation
        whitens ramps, unit motions and data together.
        """
        observed = self.observed
        fault, motion = to_faults(theta[None]), problem.motion(theta[None])[0]
        count, ramps = observed.ramps.shape
        columns = np.column_stack([observed.ramps, motion.T, observed.data])
        bordered = np.diag(np.full(count + columns.shape[1], BORDER))
        slips = problem.slips(motion[None])[0]
        uneven = uneven_slip_covariance(observed, fault[0], slips, slips @ motion)
        bordered[:count, :count] = self.noise + uneven
        bordered[count:, :count] = columns.T
        lower = np.linalg.cholesky(bordered)
        triangle = np.asarray(np.linalg.qr(lower[count:, :count].T, mode="r"))
        slips = np.linalg.lstsq(triangle[ramps:-1, ramps:-1], triangle[ramps:-1, -1], rcond=None)[0]
        left = triangle[ramps:, -1] - triangle[ramps:, ramps:-1] @ slips
        prior = prior_residuals(fault, slips[None])[0]
        determinant = np.log(np.diag(lower)[:count]).sum() + np.log(np.abs(np.diag(triangle)[:ramps])).sum()
        return float(left @ left + prior @ prior + 2 * determinant)

    def misfits(self, problem: Problem, rows: np.ndarray, tick: Callable[[], None]) -> np.ndarray:
        """The same for faults (S, 7) on all cores, (S,)."""
        out = np.empty(len(rows))
        with ThreadPoolExecutor(parallel_jobs(), "quakefringe-source") as pool:
            for index, value in enumerate(pool.map(lambda row: self.misfit(problem, row), rows)):
                out[index] = value
                tick()
        return out

    def _descended(self, fit: Fit, tick: Callable[[], None]) -> Fit:
        """Follow the likelihood down by damped steps of Newton's method."""
        lowest, damping = self.misfit(fit.problem, fit.theta), FIRST_DAMPING
        for _ in range(DESCENTS):
            jacobian = derivatives(fit.problem, fit.theta[None], fit.projection.residual)[0]
            curvature = 2 * jacobian @ jacobian.T
            rows = fit.theta + np.diag(STEPS)
            gradient = (self.misfits(fit.problem, rows, tick) - lowest) / STEPS
            before = lowest
            for _ in range(TRIES):
                damped = curvature + damping * np.diag(np.diag(curvature) + 1e-9)
                step = -np.linalg.solve(damped, gradient)
                theta = fit.theta + step / max(1.0, float((np.abs(step) / TRUST).max()))
                if self.misfit(fit.problem, theta) < lowest:
                    moved = self.weighed(Fit(fit.problem, theta))
                    if self.explains(moved):
                        fit = moved
                        lowest, damping = self.misfit(fit.problem, theta), damping / LONGER
                        break
                damping *= SHORTER
            tick()
            if before - lowest < LEAST_GAIN:
                break
        return fit


def reshaped(theta: np.ndarray) -> np.ndarray:
    """A fault (7,), and the same upper edge at other dips and widths; (S, 7)."""
    fault = to_faults(theta[None])[0]
    upper = fault[:3] - _half_width(fault[3], fault[4], fault[6])
    rows = []
    for turn in TURNS_DEG:
        for growth in GROWTHS:
            dip, width = float(np.clip(fault[4] + turn, 5.0, 90.0)), growth * fault[6]
            rows.append([*(upper + _half_width(fault[3], dip, width)), fault[3], dip, fault[5], width])
    return np.concatenate([theta[None], from_faults(np.array(rows))])


def _half_width(strike: float, dip: float, width: float) -> np.ndarray:
    """East, north and down from a fault's upper edge to its middle, km."""
    phi, delta = np.radians(strike), np.radians(dip)
    down = np.array([np.cos(delta) * np.cos(phi), -np.cos(delta) * np.sin(phi), np.sin(delta)])
    return np.asarray(width / 2 * down)
