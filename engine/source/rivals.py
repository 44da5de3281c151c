"""Rivals: does a point of pressure or an opening sheet explain the motion as well as a fault?

All kinds are judged by one covariance: the noise that the kind with the best fit leaves, and the model
error. With noise of its own, a bad fit would pass as a noisy look. The Bayesian information criterion
(Schwarz 1978) counts parameters: 9 for a fault, 8 for a sheet, 4 for a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from ..deformation.sources import mogi
from .covariance import (
    Weighting,
    far_field_noise,
    first_covariance,
    fit_noise,
    noise_matrix,
    total_covariance,
    weighting,
)
from .coverage import is_partly_seen
from .fit import Problem, refine
from .modes import Mode
from .observations import Observations, variance_reduction
from .parameters import FAULT_PARAMETERS, to_faults
from .results import Rival
from .search import random_faults, search

CLAIM_BIC = 10.0
"""Difference of BIC from which one kind is claimed: "very strong" (Kass & Raftery 1995)."""
MIN_CLAIM_VARIANCE_REDUCTION = 0.8
"""Smallest part of the variance that a point or a sheet must explain to be claimed: where every source fits
badly, the least bad one is no finding."""
RIVAL_CANDIDATES = 800
RIVAL_STARTS, RIVAL_STEPS = 12, 15
UNIT_VOLUME_M3 = 1e6
PARAMETERS = {"fault": FAULT_PARAMETERS, "mogi": 4, "sheet": 8}
"""Parameters of each kind: place and strength of a point; place, shape and slips or opening of a plane."""
NAMES = {
    "mogi": "a point of pressure (magma, gas or water)",
    "sheet": "an opening or closing sheet (sill or dyke)",
}


class PointProblem(Problem):
    """A point of pressure instead of a fault: east, north and ln depth of `theta` count, the others do
    not."""

    def motion(self, theta: np.ndarray, dtype: object = None) -> np.ndarray:
        """Line-of-sight motion by a unit of volume, (S, 1, N)."""
        points, faults = self.observed, to_faults(theta)
        moved = mogi(points.x - faults[:, :1], points.y - faults[:, 1:2], faults[:, 2], UNIT_VOLUME_M3)
        return np.asarray(sum(part * points.look[:, i] for i, part in enumerate(moved)))[:, None]


@dataclass(frozen=True)
class Comparison:
    """Fits of all kinds.

    Attributes
    ----------
    rivals : tuple of Rival
    kind, verdict : str
        As in `SourceEstimate`.
    magma : bool
        Whether a point or a sheet explains the motion far better than a fault.
    gain : float
        BIC of no source at all less that of the best kind.
    """

    rivals: tuple[Rival, ...]
    kind: str
    verdict: str
    magma: bool
    gain: float


def compare(
    observed: Observations, best: Mode, rng: np.random.Generator, tick: Callable[[], None]
) -> Comparison:
    """Fit the rivals and compare them with the best fault."""
    start = weighting(first_covariance(observed), observed.ramps)
    problems: dict[str, Problem] = {
        "fault": best.problem,
        "mogi": PointProblem(observed, start, ("opening",)),
        "sheet": Problem(observed, start, ("opening",)),
    }
    fitted = {"fault": best.theta}
    for kind in ("mogi", "sheet"):
        fitted[kind] = _best_start(problems[kind], kind, rng, tick)
    none = _deviance(observed, observed.data)
    own = [
        _deviance(observed, _residual(problems[kind], fitted[kind])) + _penalty(observed, kind)
        for kind in problems
    ]
    # a rupture whose slip is uneven leaves much, which is no noise: its own weights say so
    white = best.fit.residual[0, : len(observed.x)]
    own.append(float(white @ white) + best.problem.weights.log_determinant + _penalty(observed, "fault"))
    bic = {}
    weights = _shared_weights(observed, problems, fitted)
    for kind in fitted:
        problem = type(problems[kind])(observed, weights, problems[kind].modes)
        problems[kind] = problem
        theta, _ = refine(problem, fitted[kind][None], RIVAL_STEPS, tick)
        fitted[kind] = theta[0]
        data_part = problem.project(theta).residual[0, : len(observed.x)]
        bic[kind] = float((data_part**2).sum()) + _penalty(observed, kind)
    rivals = tuple(
        _describe(kind, bic[kind] - bic["fault"], fitted[kind], problems[kind]) for kind in ("mogi", "sheet")
    )
    partly_seen = is_partly_seen(observed, best.fault)
    kind, verdict = _verdict(rivals, partly_seen)
    return Comparison(rivals, kind, verdict, not partly_seen and _is_magma(rivals), float(none - min(own)))


def _penalty(observed: Observations, kind: str) -> float:
    return PARAMETERS[kind] * float(np.log(len(observed.x)))


def _shared_weights(
    observed: Observations, problems: dict[str, Problem], fitted: dict[str, np.ndarray]
) -> Weighting:
    """Weights from the noise and the model error of the kind that explains most of the variance."""
    left = [_residual(problems[kind], fitted[kind]) for kind in problems]
    residual = left[int(np.argmax([variance_reduction(observed, values) for values in left]))]
    motion = observed.data - residual
    covariance = total_covariance(observed, far_field_noise(observed, motion), motion)
    return weighting(covariance, observed.ramps)


def _best_start(
    problem: Problem, kind: str, rng: np.random.Generator, tick: Callable[[], None]
) -> np.ndarray:
    if kind == "sheet":
        theta = search(problem, RIVAL_CANDIDATES, rng, tick)[:RIVAL_STARTS]
    else:
        faults = random_faults(problem.observed, RIVAL_CANDIDATES, rng)
        faults[:, [2, 5, 6]] = np.log(faults[:, [2, 5, 6]])
        theta = faults[np.argsort(problem.project(faults).chi2, kind="stable")[:RIVAL_STARTS]]
    theta, chi2 = refine(problem, theta, RIVAL_STEPS, tick)
    return np.asarray(theta[np.argmin(chi2)])


def _residual(problem: Problem, theta: np.ndarray) -> np.ndarray:
    slips = problem.project(theta[None]).slips[0]
    return np.asarray(problem.observed.data - slips @ problem.motion(theta[None])[0])


def _deviance(observed: Observations, residual: np.ndarray) -> float:
    """-2 ln of the likelihood of residuals under the noise that makes them likeliest."""
    weights = weighting(noise_matrix(observed, fit_noise(observed, residual)), observed.ramps)
    return float(((weights.matrix @ residual) ** 2).sum() + weights.log_determinant)


def _describe(kind: str, delta: float, theta: np.ndarray, problem: Problem) -> Rival:
    observed = problem.observed
    fault = to_faults(theta[None])[0]
    amount = float(problem.project(theta[None]).slips[0, 0])
    reduction = variance_reduction(observed, _residual(problem, theta))
    longitude, latitude = observed.frame.to_lonlat(fault[0], fault[1])
    parameters = {"longitude": float(longitude), "latitude": float(latitude), "depth_km": float(fault[2])}
    if kind == "mogi":
        parameters["volume_m3"] = amount * UNIT_VOLUME_M3
    else:
        names = ("strike", "dip", "length_km", "width_km")
        parameters.update(zip(names, (float(value) for value in fault[3:])))
        parameters["opening_m"] = amount
    return Rival(kind, float(delta), _words(kind, delta), float(reduction), parameters)


def _words(kind: str, delta: float) -> str:
    name = NAMES[kind]
    if delta > CLAIM_BIC:
        return f"A fault explains the motion far better than {name}."
    if delta < -CLAIM_BIC:
        return f"{name[0].upper()}{name[1:]} explains the motion far better than a fault."
    return f"A fault and {name} explain the motion about equally well; the data do not decide."


def _is_magma(rivals: tuple[Rival, ...]) -> bool:
    """Whether the best rival explains the motion well, and far better than a fault."""
    nearest = min(rivals, key=lambda rival: rival.delta_bic)
    return nearest.delta_bic < -CLAIM_BIC and nearest.variance_reduction >= MIN_CLAIM_VARIANCE_REDUCTION


def _verdict(rivals: tuple[Rival, ...], partly_seen: bool) -> tuple[str, str]:
    """The kind that wins by more than `CLAIM_BIC`, and what to say of it; none where motion is cut off."""
    nearest = min(rivals, key=lambda rival: rival.delta_bic)
    if partly_seen:
        return "undecided", (
            "The data show only a part of the motion (one side, or up to their edge), so that they do not "
            "tell what kind of source it is."
        )
    if nearest.delta_bic > CLAIM_BIC:
        return "fault", "A fault explains the motion far better than magma, gas or water would."
    if nearest.delta_bic >= -CLAIM_BIC:
        return "undecided", nearest.words
    if not _is_magma(rivals):
        return "undecided", "No single source explains the motion well; the data do not tell what kind it is."
    others = [rival for rival in rivals if rival is not nearest]
    if all(rival.delta_bic - nearest.delta_bic > CLAIM_BIC for rival in others):
        return nearest.kind, nearest.words
    return "undecided", "Magma, gas or water explains the motion far better than a fault."
