"""The search of the full estimate with and without the network: how often it misses the best mode, how fast.

Every search of a case is refined alike. The best of all is the case's best mode; a search that ends at a
clearly larger misfit and another mechanism has missed it.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Optional

import numpy as np

from ...engine.source import looks_frame
from ...engine.source.covariance import first_covariance, weighting
from ...engine.source.estimate import COARSE_STEPS, FINE_CANDIDATES, FINE_STEPS
from ...engine.source.fit import Problem, refine
from ...engine.source.observations import observe
from ...engine.source.parameters import to_faults
from ...engine.source.search import Proposal, search
from ...engine.source.settings import DEFAULTS
from ...engine.source_network.guess import rotation
from ...engine.source_network.model import SourceModel
from ...engine.source_network.proposal import propose
from ..scoring.source_cases import SourceCase, draw_case

logger = logging.getLogger(__name__)

CANDIDATES = (500, 1000, 2000, 4000)
REFERENCE = 8000
"""Candidates of one more search, with the network, which only serves to find the best mode."""
SAME_MISFIT = 1.01
"""Misfit over that of the best mode up to which it was found."""
SAME_MECHANISM_DEG = 10.0
"""Kagan angle to the best mode up to which it was found, whatever the misfit."""


def compare_searches(network: SourceModel, seed: int, count: int) -> dict[str, Any]:
    """Failures and seconds of searches with and without the network on `count` cases with two looks."""
    failures: dict[str, list[bool]] = {}
    seconds: dict[str, list[float]] = {}
    proposal_seconds = []
    for number in range(count):
        case = draw_case(seed + number)
        began = time.perf_counter()
        proposal = propose(network, case.looks)
        proposal_seconds.append(time.perf_counter() - began)
        ends = _ends(case, proposal, seed + number)
        best = min(ends.values(), key=lambda end: end[0])
        for name, (misfit, angles, spent) in ends.items():
            missed = misfit > SAME_MISFIT * best[0]
            missed &= rotation(angles, best[1]) > SAME_MECHANISM_DEG
            failures.setdefault(name, []).append(missed)
            seconds.setdefault(name, []).append(spent)
        logger.info("%d of %d cases: %s", number + 1, count, {k: sum(v) for k, v in failures.items()})
    return {
        "cases": count,
        "seconds of the proposal": round(float(np.median(proposal_seconds)), 2),
        **{
            name: {
                "failures": int(sum(failures[name])),
                "seconds": round(float(np.median(seconds[name])), 2),
            }
            for name in failures
        },
    }


def _ends(case: SourceCase, proposal: Proposal, seed: int) -> dict[str, tuple[float, Any, float]]:
    """Misfit, mechanism and seconds of every search of a case."""
    observed = observe(case.looks, looks_frame(case.looks), DEFAULTS.cells)
    problem = Problem(observed, weighting(first_covariance(observed), observed.ramps))
    ends = {}
    for count in CANDIDATES:
        for name, chosen in (("without the network", None), ("with the network", proposal)):
            ends[f"{count} candidates {name}"] = _end(problem, count, seed, chosen)
    ends[f"{REFERENCE} candidates with the network"] = _end(problem, REFERENCE, seed + 1, proposal)
    return ends


def _end(
    problem: Problem, count: int, seed: int, proposal: Optional[Proposal]
) -> tuple[float, tuple[float, float, float], float]:
    began = time.perf_counter()
    theta = search(problem, count, np.random.default_rng(seed), _go_on, proposal)
    theta, chi2 = refine(problem, theta, COARSE_STEPS, _go_on, np.float32)
    theta, chi2 = refine(
        problem, theta[np.argsort(chi2, kind="stable")[:FINE_CANDIDATES]], FINE_STEPS, _go_on
    )
    best = theta[np.argmin(chi2)]
    spent = time.perf_counter() - began
    slips = problem.project(best[None]).slips[0]
    fault = to_faults(best[None])[0]
    angles = float(fault[3]), float(fault[4]), float(np.degrees(np.arctan2(slips[1], slips[0])))
    return float(chi2.min()), angles, spent


def _go_on() -> None:
    """Searches of the scoring cannot be cancelled."""
