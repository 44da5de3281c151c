"""Rivals: does a point of pressure or an opening sheet explain the motion as well as a fault?

Each kind of source gets the noise that its own residuals show, so that a bad fit costs. The Bayesian
information
criterion (Schwarz 1978) counts parameters: 9 for a fault, 8 for a sheet, 4 for a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from ..deformation.sources import mogi
from .covariance import first_covariance, fit_noise, noise_matrix, weighting
from .fit import Problem, refine
from .modes import Mode
from .observations import Observations
from .parameters import to_faults
from .results import Rival
from .search import random_faults, search

CLAIM_BIC = 10.0
"""Difference of BIC from which one kind is claimed: "very strong" (Kass & Raftery 1995)."""
RIVAL_CANDIDATES = 800
RIVAL_STARTS, RIVAL_STEPS = 12, 15
UNIT_VOLUME_M3 = 1e6
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
    gain : float
        BIC of no source at all less that of the best kind.
    """

    rivals: tuple[Rival, ...]
    kind: str
    verdict: str
    gain: float


def compare(
    observed: Observations, best: Mode, rng: np.random.Generator, tick: Callable[[], None]
) -> Comparison:
    """Fit the rivals and compare them with the best fault."""
    fault_bic, _ = _score(Problem(observed, best.problem.weights), best.theta, 9, tick)
    start = weighting(first_covariance(observed), observed.ramps)
    scored = {}
    for kind, problem, parameters in (
        ("mogi", PointProblem(observed, start, ("opening",)), 4),
        ("sheet", Problem(observed, start, ("opening",)), 8),
    ):
        theta = _best_start(problem, kind, rng, tick)
        scored[kind] = (*_score(problem, theta, parameters, tick), problem)
    rivals = tuple(
        _describe(kind, bic - fault_bic, theta, problem) for kind, (bic, theta, problem) in scored.items()
    )
    none = _log_likelihood(observed, observed.data)
    gain = none - min(fault_bic, *(value[0] for value in scored.values()))
    kind, verdict = _verdict(rivals)
    return Comparison(rivals, kind, verdict, float(gain))


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


def _score(
    problem: Problem, theta: np.ndarray, parameters: int, tick: Callable[[], None]
) -> tuple[float, np.ndarray]:
    """BIC after two rounds of noise and refinement, and the parameters (7,)."""
    observed = problem.observed
    for _ in range(2):
        residual = _residual(problem, theta)
        weights = weighting(noise_matrix(observed, fit_noise(observed, residual)), observed.ramps)
        problem = type(problem)(observed, weights, problem.modes)
        theta = refine(problem, theta[None], RIVAL_STEPS, tick)[0][0]
    residual = _residual(problem, theta)
    return _log_likelihood(observed, residual) + parameters * np.log(len(observed.x)), theta


def _residual(problem: Problem, theta: np.ndarray) -> np.ndarray:
    slips = problem.project(theta[None]).slips[0]
    return np.asarray(problem.observed.data - slips @ problem.motion(theta[None])[0])


def _log_likelihood(observed: Observations, residual: np.ndarray) -> float:
    """-2 ln of the likelihood of residuals under the noise that makes them likeliest."""
    weights = weighting(noise_matrix(observed, fit_noise(observed, residual)), observed.ramps)
    return float(((weights.matrix @ residual) ** 2).sum() + weights.log_determinant)


def _describe(kind: str, delta: float, theta: np.ndarray, problem: Problem) -> Rival:
    observed = problem.observed
    fault = to_faults(theta[None])[0]
    amount = float(problem.project(theta[None]).slips[0, 0])
    left = observed.without_ramp(_residual(problem, theta))
    motion = observed.data - _residual(problem, theta)
    longitude, latitude = observed.frame.to_lonlat(fault[0], fault[1])
    parameters = {"longitude": float(longitude), "latitude": float(latitude), "depth_km": float(fault[2])}
    if kind == "mogi":
        parameters["volume_m3"] = amount * UNIT_VOLUME_M3
    else:
        names = ("strike", "dip", "length_km", "width_km")
        parameters.update(zip(names, (float(value) for value in fault[3:])))
        parameters["opening_m"] = amount
    reduction = 1 - (left**2).sum() / ((left + observed.without_ramp(motion)) ** 2).sum()
    return Rival(kind, float(delta), _words(kind, delta), float(reduction), parameters)


def _words(kind: str, delta: float) -> str:
    name = NAMES[kind]
    if delta > CLAIM_BIC:
        return f"A fault explains the motion far better than {name}."
    if delta < -CLAIM_BIC:
        return f"{name[0].upper()}{name[1:]} explains the motion far better than a fault."
    return f"A fault and {name} explain the motion about equally well; the data do not decide."


def _verdict(rivals: tuple[Rival, ...]) -> tuple[str, str]:
    """The kind that wins by more than `CLAIM_BIC`, and what to say of it."""
    nearest = min(rivals, key=lambda rival: rival.delta_bic)
    if nearest.delta_bic > CLAIM_BIC:
        return "fault", "A fault explains the motion far better than magma, gas or water would."
    if nearest.delta_bic < -CLAIM_BIC:
        others = [rival for rival in rivals if rival is not nearest]
        if all(rival.delta_bic - nearest.delta_bic > CLAIM_BIC for rival in others):
            return nearest.kind, nearest.words
        return "undecided", "Magma, gas or water explains the motion far better than a fault."
    return "undecided", nearest.words
