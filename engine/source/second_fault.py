"""Two faults in one pair: what one rectangle leaves may be the work of a second one.

One rupture with uneven slip leaves residuals too. So both models, one fault and two, get the covariance of
what uneven slip on their planes leaves and the noise that makes their own residuals likeliest; the Bayesian
information criterion then says whether a second fault is worth its nine parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Callable, Optional

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from .covariance import Weighting, fit_noise, noise_matrix, weighting
from .fit import Problem, refine
from .modes import Mode
from .observations import Observations, variance_reduction
from .parameters import FAULT_PARAMETERS, to_faults
from .search import search
from .uneven_slip import GROWTH, uneven_slip_covariance

GOOD_VARIANCE_REDUCTION = 0.97
"""One fault that explains so much is not compared with two."""
FLAG_BIC = 30.0
"""Difference of BIC from which a second fault is reported."""
MODEL_BIC = 60.0
"""The same from which it enters the model."""
HOPELESS_BIC = -20.0
"""The same below which both faults are not refined together: nine parameters cost about 50."""
MIN_MOMENT_PART = 0.05
"""Part of the total moment from which a second fault counts: below, it is a patch of uneven slip, and changes
Mw by less than 0.02."""
MAX_OFF_PLANE = 0.25
"""Distance from the larger fault's plane, in parts of its width, up to which a second fault whose middle lies
within the reach of uneven slip is part of the same rupture."""
MAX_MOMENT_RATIO = 2.0
"""Ratio of the two faults' total moment to one fault's (or its inverse) up to which the fit is trusted."""
CLEAR_GAIN, MAX_CLEAR_RATIO = 0.5, 6.0
"""Part of what one fault leaves from which two explain the motion clearly better, wherever the second lies;
one fault then was a compromise, and may have had a sixth of the moment."""
MAX_LOSS = 0.25
"""Both faults may leave so much more variance than one alone, in parts of what that leaves, because the
weights are others than those of the variance. Two that leave still more explain nothing."""
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
    delta_bic : float
        BIC of one fault less that of both: positive favours two.
    moment_ratio : float
        Total moment of both over that of the one fault.
    moment_part : float
        Moment of the smaller fault in parts of both.
    gain : float
        Part of the variance left by one fault that both explain.
    """

    faults: np.ndarray
    slips: np.ndarray
    variance_reduction: float
    delta_bic: float
    moment_ratio: float
    moment_part: float
    gain: float

    @property
    def apart(self) -> bool:
        """Whether the smaller fault's middle lies off the plane on which the larger one slips."""
        larger, smaller = self.faults
        strike, dip = np.radians(larger[3:5])
        along = np.array([np.sin(strike), np.cos(strike), 0.0])
        down = np.array([np.cos(dip) * np.cos(strike), -np.cos(dip) * np.sin(strike), np.sin(dip)])
        away = smaller[:3] - larger[:3]
        reach = GROWTH * larger[5:7] / 2
        off = MAX_OFF_PLANE * larger[6]
        beyond = abs(away @ along) > reach[0] or abs(away @ down) > reach[1]
        return bool(beyond or abs(away @ np.cross(along, down)) > off)

    @property
    def clear(self) -> bool:
        """Whether one fault is a compromise between two."""
        return self.gain > CLEAR_GAIN

    @property
    def reported(self) -> bool:
        """Whether the data favour two faults clearly, and not just uneven slip on one."""
        enough = self.delta_bic > FLAG_BIC and self.moment_part > MIN_MOMENT_PART and self.gain > -MAX_LOSS
        return enough and (self.apart or self.clear)

    @property
    def stable(self) -> bool:
        """Whether both faults enter the model; otherwise a second one is only a warning."""
        limit = MAX_CLEAR_RATIO if self.clear else MAX_MOMENT_RATIO
        return self.reported and self.delta_bic > MODEL_BIC and 1 / limit < self.moment_ratio < limit

    def without_smaller(self, observed: Observations) -> Observations:
        """The data less the smaller fault's motion."""
        unit = unit_slip_los(observed.x, observed.y, observed.look, self.faults[1:])
        return replace(observed, data=observed.data - self.slips[1] @ unit[0])


@dataclass(frozen=True)
class _Model:
    """Faults with their slips, and the likelihood of what they leave."""

    observed: Observations
    theta: list[np.ndarray]
    slips: list[np.ndarray]

    @cached_property
    def faults(self) -> np.ndarray:
        """As `unit_slip_los` takes them, (F, 7)."""
        return to_faults(np.array(self.theta))

    @cached_property
    def motions(self) -> np.ndarray:
        """Motion of each fault, (F, N) m."""
        points = self.observed
        unit = unit_slip_los(points.x, points.y, points.look, self.faults)
        return np.stack([slips @ one for slips, one in zip(self.slips, unit)])

    @cached_property
    def residual(self) -> np.ndarray:
        return np.asarray(self.observed.data - self.motions.sum(0))

    @cached_property
    def uneven(self) -> np.ndarray:
        """Covariance of what uneven slip on all planes leaves, (N, N) m^2."""
        each = zip(self.faults, self.slips, self.motions)
        return np.asarray(sum(uneven_slip_covariance(self.observed, *one) for one in each))

    @cached_property
    def weights(self) -> Weighting:
        """By uneven slip and by the noise that makes the residuals likeliest."""
        noises = fit_noise(self.observed, self.residual, self.uneven)
        return weighting(noise_matrix(self.observed, noises) + self.uneven, self.observed.ramps)

    @property
    def bic(self) -> float:
        """-2 ln of the likelihood and the penalty of the parameters."""
        chi2 = float(((self.weights.matrix @ self.residual) ** 2).sum())
        penalty = FAULT_PARAMETERS * len(self.theta) * float(np.log(len(self.observed.x)))
        return chi2 + self.weights.log_determinant + penalty


def find_second(
    observed: Observations, mode: Mode, rng: np.random.Generator, tick: Callable[[], None]
) -> Optional[SecondFault]:
    """The likeliest second fault where one leaves a pattern; None where one explains almost everything.

    Each fault is fitted in turn to what the other leaves.
    """
    single = mode.explained
    if single > GOOD_VARIANCE_REDUCTION:
        return None
    one = _Model(observed, [mode.theta], [mode.slips])
    rest = Problem(replace(observed, data=one.residual), one.weights)
    starts = search(rest, CANDIDATES, rng, tick)[:STARTS]
    found, chi2 = refine(rest, starts, STEPS, tick)
    second = found[np.argmin(chi2)]
    two = _Model(observed, [mode.theta, second], [mode.slips, rest.project(second[None]).slips[0]])
    best = two
    for _ in range(ROUNDS if one.bic - two.bic > HOPELESS_BIC else 0):
        for index in (0, 1):
            two = _refitted(two, index, tick)
        best = min(best, two, key=lambda model: model.bic)
    faults, slips = best.faults, np.array(best.slips)
    moments = faults[:, 5] * faults[:, 6] * np.linalg.norm(slips, axis=1)
    alone = mode.fault[5] * mode.fault[6] * np.linalg.norm(mode.slips)
    order = np.argsort(-moments, kind="stable")
    both = variance_reduction(observed, best.residual)
    return SecondFault(
        faults[order],
        slips[order],
        both,
        one.bic - best.bic,
        float(moments.sum() / alone),
        float(moments.min() / moments.sum()),
        (both - single) / (1 - single),
    )


def _refitted(model: _Model, index: int, tick: Callable[[], None]) -> _Model:
    """The model with one fault fitted again to what the others leave, under the model's weights."""
    observed = model.observed
    rest = Problem(replace(observed, data=model.residual + model.motions[index]), model.weights)
    theta, _ = refine(rest, model.theta[index][None], STEPS, tick)
    thetas, slips = list(model.theta), list(model.slips)
    thetas[index], slips[index] = theta[0], rest.project(theta).slips[0]
    return _Model(observed, thetas, slips)
