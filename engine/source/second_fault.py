"""Two faults in one pair: what one rectangle leaves may be the work of a second one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy as np

from .covariance import first_covariance, weighting
from .fit import Problem, refine
from .modes import Mode
from .observations import Observations
from .parameters import to_faults
from .search import search

GOOD_VARIANCE_REDUCTION = 0.85
"""One fault that explains so much needs no second."""
MIN_GAIN = 0.4
"""Part of what one fault leaves that a second must explain to enter the model."""
FLAG_GAIN = 0.25
"""The same to be mentioned."""
MAX_MOMENT_RATIO = 2.0
"""Ratio of the two faults' total moment to one fault's (or its inverse) up to which the fit is trusted."""
CANDIDATES, STARTS, STEPS, ROUNDS = 1500, 12, 12, 3


@dataclass(frozen=True)
class SecondFault:
    """A second fault, and the first one beside it.

    Attributes
    ----------
    faults : ndarray, shape (2, 7)
        As `unit_slip_los` takes them; the larger moment first.
    slips : ndarray, shape (2, 2)
        Strike slip and dip slip, m.
    variance_reduction : float
        Of both together.
    stable : bool
        Whether it explains enough and the total moment stays near that of one fault; otherwise the fit is
        only a warning.
    """

    faults: np.ndarray
    slips: np.ndarray
    variance_reduction: float
    stable: bool


def variance_reduction(observed: Observations, residual: np.ndarray) -> float:
    """1 - (residuals)^2 / (data without ramps)^2; ramps are fitted to the residuals, (N,)."""
    left = observed.without_ramp(residual)
    ramp = residual - left
    return float(1 - (left**2).sum() / max(((observed.data - ramp) ** 2).sum(), 1e-30))


def find_second(
    observed: Observations, mode: Mode, rng: np.random.Generator, tick: Callable[[], None]
) -> Optional[SecondFault]:
    """A second fault where one leaves a pattern; None where one is enough or a second explains little.

    Each fault is fitted in turn to what the other leaves.
    """
    single = variance_reduction(observed, mode.residual())
    if single > GOOD_VARIANCE_REDUCTION:
        return None
    theta: list = [mode.theta, None]
    slips: list = [mode.slips, None]
    # weights that know nothing of the first fault: its misfit is what the second one must explain
    weights = weighting(first_covariance(observed), observed.ramps)
    for _ in range(ROUNDS):
        for index in (1, 0):
            other = 1 - index
            motion = slips[other] @ mode.problem.motion(theta[other][None])[0]
            rest = Problem(replace(observed, data=observed.data - motion), weights)
            start = theta[index]
            if start is None:
                starts = search(rest, CANDIDATES, rng, tick)[:STARTS]
            else:
                starts = start[None]
            found, chi2 = refine(rest, starts, STEPS, tick)
            theta[index] = found[np.argmin(chi2)]
            slips[index] = rest.project(theta[index][None]).slips[0]
    faults = to_faults(np.array(theta))
    amounts = np.array(slips)
    motion = sum(amounts[i] @ mode.problem.motion(theta[i][None])[0] for i in range(2))
    both = variance_reduction(observed, observed.data - motion)
    gain = (both - single) / (1 - single)
    if gain < FLAG_GAIN:
        return None
    moments = faults[:, 5] * faults[:, 6] * np.linalg.norm(amounts, axis=1)
    alone = mode.fault[5] * mode.fault[6] * np.linalg.norm(mode.slips)
    ratio = moments.sum() / alone
    order = np.argsort(-moments, kind="stable")
    stable = bool(gain > MIN_GAIN and 1 / MAX_MOMENT_RATIO < ratio < MAX_MOMENT_RATIO)
    return SecondFault(faults[order], amounts[order], both, stable)
