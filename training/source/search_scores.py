"""The search of the full estimate with and without the network: how often it misses the best mode, how fast.

Every search of a case is refined alike, and so is the true fault. The best end of all is the case's best
mode; a search that ends at a clearly larger misfit and another mechanism has missed it.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.source import looks_frame
from ...engine.source.covariance import first_covariance, weighting
from ...engine.source.estimate import COARSE_STEPS, FINE_CANDIDATES, FINE_STEPS
from ...engine.source.fit import Problem, refine
from ...engine.source.observations import observe
from ...engine.source.parameters import from_faults, to_faults
from ...engine.source.search import Proposal, search
from ...engine.source.settings import DEFAULTS
from ...engine.source_network.guess import rotation
from ...engine.source_network.model import SourceModel
from ...engine.source_network.proposal import propose
from ..scoring.finished import FinishedCases
from ..scoring.source_cases import FRAME, SourceCase, draw_case

logger = logging.getLogger(__name__)

CANDIDATES = (500, 1000, 4000)
TRUTH = "the true fault"
"""Name of the refinement that starts at the truth, which only serves to find the best mode."""
SAME_MISFIT = 1.01
"""Misfit over that of the best mode up to which it was found."""
SAME_MECHANISM_DEG = 10.0
"""Kagan angle to the best mode up to which it was found, whatever the misfit."""


def compare_searches(
    network: SourceModel, seed: int, count: int, checkpoint: Optional[Path] = None
) -> dict[str, Any]:
    """Failures and seconds of searches with and without the network on `count` cases with two looks.

    Parameters
    ----------
    network : SourceModel
    seed : int
        Of the first case.
    count : int
    checkpoint : Path, optional
        JSON lines with the finished cases, which are not computed again.
    """
    finished = FinishedCases(checkpoint, lambda row: row["seed"])
    for number in range(seed, seed + count):
        if number in finished.rows:
            continue
        row = _case(network, number)
        finished.add(row)
        logger.info("case %d: missed by %s", number, [k for k, v in row["missed"].items() if v])
    return search_summary([finished.rows[number] for number in range(seed, seed + count)])


def search_summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Failures and median seconds of each search over the cases."""
    proposals = [row["proposal_seconds"] for row in rows]
    out: dict[str, Any] = {
        "cases": len(rows),
        "seconds of the proposal": round(float(np.median(proposals)), 2),
    }
    for name in rows[0]["missed"]:
        spent = np.median([row["seconds"][name] for row in rows])
        out[name] = {"failures": sum(row["missed"][name] for row in rows), "seconds": round(float(spent), 2)}
    return out


def _case(network: SourceModel, seed: int) -> dict[str, Any]:
    """Which searches of one case missed its best mode, and their seconds."""
    case = draw_case(seed)
    began = time.perf_counter()
    proposal = propose(network, case.looks)
    row: dict[str, Any] = {"seed": seed, "proposal_seconds": time.perf_counter() - began}
    ends = _ends(case, proposal, seed)
    best = min(ends.values(), key=lambda end: end[0])
    row["missed"], row["seconds"] = {}, {}
    for name, (misfit, angles, spent) in ends.items():
        missed = misfit > SAME_MISFIT * best[0] and rotation(angles, best[1]) > SAME_MECHANISM_DEG
        row["missed"][name], row["seconds"][name] = bool(missed), spent
    return row


def _ends(case: SourceCase, proposal: Proposal, seed: int) -> dict[str, tuple[float, Any, float]]:
    """Misfit, mechanism and seconds of every search of a case."""
    observed = observe(case.looks, looks_frame(case.looks), DEFAULTS.cells)
    problem = Problem(observed, weighting(first_covariance(observed), observed.ramps))
    ends = {}
    for count in CANDIDATES:
        for name, chosen in (("without the network", None), ("with the network", proposal)):
            began = time.perf_counter()
            theta = search(problem, count, np.random.default_rng(seed), _go_on, chosen)
            ends[f"{count} candidates {name}"] = _end(problem, theta, began)
    ends[TRUTH] = _end(problem, from_faults(_true_fault(case)), time.perf_counter())
    return ends


def _true_fault(case: SourceCase) -> np.ndarray:
    """The fault (1, 7) of a case in the frame of its looks."""
    truth = case.truth
    place = FRAME.to_lonlat(np.array(truth["east_km"]), np.array(truth["north_km"]))
    east, north = looks_frame(case.looks).to_km(*place)
    rest = [truth[name] for name in ("depth_km", "strike", "dip", "length_km", "width_km")]
    return np.array([[float(east), float(north), *rest]])


def _end(
    problem: Problem, theta: np.ndarray, began: float
) -> tuple[float, tuple[float, float, float], float]:
    """Misfit, mechanism and seconds since `began` of the best refinement of starts (S, 7)."""
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
