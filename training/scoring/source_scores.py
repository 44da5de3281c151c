"""Scores of the source estimate on simulated earthquakes: errors, and how often intervals hold the truth."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import QuakeFringeError
from ...engine.source import NodalPlane, SourceEstimate, SourceSettings, estimate_source
from ...engine.source.cautions import SECOND_FAULT
from ...engine.source.mechanism import kagan_angle, slip_and_normal
from .finished import FinishedCases
from .source_cases import SourceCase, draw_case

logger = logging.getLogger(__name__)

SIMULATED_GROUND = SourceSettings(ground_error=False)
"""Simulated ground has neither layers nor another rigidity."""
QUANTITIES = ("mw", "depth", "strike", "dip", "rake")
FIRST_TEST_SEED, FIRST_CALIBRATION_SEED = 1_000_000, 2_000_000
"""Seeds of cases for scores and for the calibration of intervals; no case is in both."""
RIGHT_PLANE_DEG = 30.0
"""Angle between planes up to which the likelier plane is the one that slipped."""


def score_case(seed: int, looks: int, draw: Callable[[int], SourceCase] = draw_case) -> dict[str, Any]:
    """Truth, estimate and errors of one simulated case; of two earthquakes the total magnitude counts."""
    case = draw(seed)
    row: dict[str, Any] = {"seed": seed, "looks": looks, "truth": {**case.truth, "mw": case.mw}}
    try:
        estimate = estimate_source(case.looks[:looks], SIMULATED_GROUND)
    except QuakeFringeError as error:
        return {**row, "refused": str(error)}
    return {**row, **compare(estimate, row["truth"])}


def compare(estimate: SourceEstimate, truth: dict[str, float]) -> dict[str, Any]:
    """Errors of an estimate, and where the truth lies in its intervals.

    `stretch` of a quantity is the distance of the truth from the estimate in half-widths of its interval on
    that side (of depth in logarithms, as its interval is made): the interval holds the truth where it is at
    most 1.
    """
    plane, normal_angle = nearest_plane(estimate, truth)
    first_angle = plane_angle(estimate.planes[0], truth)
    angles = {"strike": (plane.strike, plane.strike_90), "dip": (plane.dip, plane.dip_90)}
    angles["rake"] = (plane.rake, plane.rake_90)
    found: dict[str, Any] = {
        "mw": (estimate.mw, estimate.mw_90),
        "depth": (estimate.depth_km, estimate.depth_km_90),
    }
    found.update(angles)
    actual = {"mw": truth["mw"], "depth": truth["depth_km"]}
    for name in ("strike", "dip", "rake"):
        turn = (truth[name] - found[name][0] + 180) % 360 - 180
        actual[name] = found[name][0] + turn
    errors = {name: found[name][0] - actual[name] for name in QUANTITIES}
    errors["depth"] /= truth["depth_km"]
    stretch = {name: _stretch(actual[name], *found[name]) for name in QUANTITIES}
    stretch["depth"] = _stretch(
        float(np.log(actual["depth"])), float(np.log(found["depth"][0])), tuple(np.log(found["depth"][1]))
    )
    mechanism = (truth["strike"], truth["dip"], truth["rake"])
    best = estimate.planes[0]
    return {
        "estimate": {name: list(_plain(found[name])) for name in QUANTITIES},
        "errors": {name: float(value) for name, value in errors.items()},
        "stretch": stretch,
        "kagan": float(kagan_angle(best.strike, best.dip, best.rake, mechanism)),
        "right_plane": bool(first_angle < RIGHT_PLANE_DEG),
        "nearest_plane_angle": normal_angle,
        "variance_reduction": estimate.variance_reduction,
        "kind": estimate.kind,
        "weight": estimate.planes[0].weight,
        "faults": len(estimate.faults),
        "second_fault_bic": estimate.second_fault_bic,
        "second_reported": any(text.startswith(SECOND_FAULT) for text in estimate.warnings),
        "warnings": list(estimate.warnings),
        "seconds": estimate.seconds,
    }


def _plain(value: tuple[float, tuple[float, float]]) -> tuple[float, float, float]:
    return float(value[0]), float(value[1][0]), float(value[1][1])


def _stretch(actual: float, centre: float, interval: tuple[float, float]) -> float:
    half = interval[1] - centre if actual > centre else centre - interval[0]
    return float(abs(actual - centre) / max(half, 1e-9))


def plane_angle(plane: NodalPlane, truth: dict[str, float]) -> float:
    """Angle in degrees between a plane and the true one."""
    _, one = slip_and_normal(*map(np.float64, (plane.strike, plane.dip, plane.rake)))
    _, other = slip_and_normal(*map(np.float64, (truth["strike"], truth["dip"], truth["rake"])))
    return float(np.degrees(np.arccos(np.clip(abs(one @ other), 0, 1))))


def nearest_plane(estimate: SourceEstimate, truth: dict[str, float]) -> tuple[NodalPlane, float]:
    """The nodal plane nearest to the true one, and the angle between them."""
    angles = [plane_angle(plane, truth) for plane in estimate.planes]
    best = int(np.argmin(angles))
    return estimate.planes[best], angles[best]


def score_cases(
    seeds: Iterable[int],
    looks: Iterable[int],
    checkpoint: Optional[Path] = None,
    draw: Callable[[int], SourceCase] = draw_case,
) -> list[dict[str, Any]]:
    """Score cases; finished ones in the checkpoint (JSON lines) are not computed again."""
    finished = FinishedCases(checkpoint, lambda row: (row["seed"], row["looks"]))
    looks = tuple(looks)
    wanted = [(seed, count) for seed in seeds for count in looks]
    for seed, count in wanted:
        if (seed, count) in finished.rows:
            continue
        row = score_case(seed, count, draw)
        finished.add(row)
        logger.info("case %d, looks %d: %s", seed, count, row.get("errors", row.get("refused")))
    chosen = set(wanted)
    return [row for case, row in finished.rows.items() if case in chosen]


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians, 90 % values, coverage and the factor that would make intervals cover 90 %."""
    good = [row for row in rows if "errors" in row]
    out: dict[str, Any] = {"cases": len(rows), "refused": len(rows) - len(good)}
    if not good:
        return out
    for name in QUANTITIES:
        sizes = np.abs([row["errors"][name] for row in good])
        stretch = np.array([row["stretch"][name] for row in good])
        out[name] = {
            "median": float(np.median(sizes)),
            "90%": float(np.quantile(sizes, 0.9)),
            "coverage": float((stretch <= 1).mean()),
            "stretch": float(np.quantile(stretch, 0.9)),
        }
    kagan = np.array([row["kagan"] for row in good])
    out["kagan"] = {"median": float(np.median(kagan)), "90%": float(np.quantile(kagan, 0.9))}
    out["right_plane"] = float(np.mean([row["right_plane"] for row in good]))
    out["fault_claimed"] = float(np.mean([row["kind"] == "fault" for row in good]))
    out["second_fault_reported"] = float(np.mean([row["second_reported"] for row in good]))
    out["two_faults_in_model"] = float(np.mean([row["faults"] > 1 for row in good]))
    out["seconds"] = {"median": float(np.median([row["seconds"] for row in good]))}
    return out
