"""Scores of the source estimate on real earthquakes: point sets of displacement along the line of sight."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.deformation.sources import look_vector
from ...engine.errors import InputError, QuakeFringeError
from ...engine.source import Look, SourceEstimate, estimate_source
from ...engine.source.cautions import PARTLY_SEEN, TOO_GREAT
from ...engine.source.mechanism import kagan_angle
from ...engine.source.scenes import WIDENING
from .finished import FinishedCases
from .source_real_events import EVENTS, Goals, RealEvent
from .source_scores import nearest_plane

logger = logging.getLogger(__name__)


def score_real(folder: Path, out: Path) -> list[dict[str, Any]]:
    """Estimate every look of every event whose files are there, and looks together; goals met or missed.

    Parameters
    ----------
    folder : Path
        With the point sets (`lon,lat,los_m,look_e,look_n,look_u,weight`), or the folder above `points`.
    out : Path
        Folder for `real.jsonl` (finished estimates are not computed again) and `real.md`.

    Raises
    ------
    InputError
        When no point set is there.
    """
    points = folder / "points" if (folder / "points").is_dir() else folder
    wanted = [
        (event, name, [event.looks[name] for name in names])
        for event in EVENTS
        for name, names in _runs(event).items()
        if all((points / f"{event.looks[look]}.csv").exists() for look in names)
    ]
    if not wanted:
        raise InputError(
            f"“{folder}” holds no point set of the known earthquakes; choose the folder with points/*.csv."
        )
    out.mkdir(parents=True, exist_ok=True)
    finished = FinishedCases(out / "real.jsonl", lambda row: (row["event"], row["looks"]))
    for event, name, files in wanted:
        if (event.name, name) in finished.rows:
            continue
        row = _score(event, name, [_look(points / f"{file}.csv", event) for file in files])
        finished.add(row)
        logger.info("%s, %s: %s", event.name, name, row.get("errors", row.get("refused")))
    chosen = [finished.rows[event.name, name] for event, name, _ in wanted]
    (out / "real.md").write_text(table(chosen), encoding="utf-8")
    return chosen


def _runs(event: RealEvent) -> dict[str, tuple[str, ...]]:
    """Looks of every estimate of an event by the estimate's name."""
    runs: dict[str, tuple[str, ...]] = {name: (name,) for name in event.looks}
    if event.together:
        runs = {"together": event.together, **runs}
    return runs


def _look(path: Path, event: RealEvent) -> Look:
    """One look of an event: all points, or those in its box, widened as by the detection's way."""
    look = read_points(path, event.angles)
    if event.extent is None:
        return look
    west, south, east, north = event.extent
    wide, high = WIDENING * (east - west), WIDENING * (north - south)
    kept = (look.longitude > west - wide) & (look.longitude < east + wide)
    kept &= (look.latitude > south - high) & (look.latitude < north + high)
    return look.only(kept)


def read_points(path: Path, angles: Optional[tuple[float, float]] = None) -> Look:
    """A look from a point set; heading and incidence in degrees replace look vectors that are not there."""
    columns = np.genfromtxt(path, delimiter=",", names=True)
    vectors = np.stack([columns[name] for name in ("look_e", "look_n", "look_u")], 1)
    if angles is not None:
        vectors = np.tile(np.array(look_vector(*angles), float), (len(columns), 1))
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Look(path.stem, columns["lon"], columns["lat"], columns["los_m"], vectors / length)


def _score(event: RealEvent, name: str, looks: list[Look]) -> dict[str, Any]:
    row: dict[str, Any] = {"event": event.name, "looks": name, "goals": asdict(event.goals)}
    try:
        estimate = estimate_source(looks)
    except QuakeFringeError as error:
        return {**row, "refused": str(error), "met": {}}
    errors = real_errors(event, estimate)
    warned = any(text.startswith((*PARTLY_SEEN, TOO_GREAT)) for text in estimate.warnings)
    best = estimate.planes[0]
    return {
        **row,
        "mw": estimate.mw,
        "mw_90": list(estimate.mw_90),
        "depth_km": estimate.depth_km,
        "depth_km_90": list(estimate.depth_km_90),
        "mechanism": [best.strike, best.dip, best.rake],
        "weight": best.weight,
        "faults": len(estimate.faults),
        "kind": estimate.kind,
        "variance_reduction": estimate.variance_reduction,
        "warnings": list(estimate.warnings),
        "seconds": estimate.seconds,
        "errors": errors,
        "met": met_goals(event.goals, errors, warned, together=len(looks) > 1),
    }


def real_errors(event: RealEvent, estimate: SourceEstimate) -> dict[str, float]:
    """Distances from what is known of an event: from the nearer end of a range, of the nearer plane."""
    errors = {"mw": _outside(estimate.mw, event.mw)}
    if event.depth_km is not None:
        errors["depth_km"] = _outside(estimate.depth_km, event.depth_km)
    if event.mechanism is not None:
        truth = dict(zip(("strike", "dip", "rake"), event.mechanism))
        plane, _ = nearest_plane(estimate, truth)
        for name, wanted in truth.items():
            errors[name] = (getattr(plane, name) - wanted + 180) % 360 - 180
        best = estimate.planes[0]
        errors["kagan"] = float(kagan_angle(best.strike, best.dip, best.rake, event.mechanism))
    return {name: float(value) for name, value in errors.items()}


def _outside(value: float, known: tuple[float, float]) -> float:
    """Distance of a value from a range, with its sign; 0 inside."""
    return value - min(max(value, known[0]), known[1])


def met_goals(goals: Goals, errors: dict[str, float], warned: bool, together: bool) -> dict[str, bool]:
    """Which goals that apply are met; those but of magnitude and warning apply to looks together."""
    met = {}
    if goals.mw is not None:
        met["mw"] = abs(errors["mw"]) <= goals.mw
    for name in ("depth_km", "strike", "dip", "rake"):
        limit = getattr(goals, name)
        if together and limit is not None:
            met[name] = abs(errors[name]) <= limit
    if goals.warning:
        met["warning"] = warned
    return met


def table(rows: list[dict[str, Any]]) -> str:
    """A table in Markdown: estimates, errors, and goals met or missed."""
    lines = [
        "| Event | Looks | Mw, 90 % | Depth (km), 90 % | Mechanism | VR | Errors: Mw; km; Kagan | Goals |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        if "refused" in row:
            lines.append(f"| {row['event']} | {row['looks']} | refused: {row['refused']} | | | | | missed |")
            continue
        errors = [f"{row['errors'][name]:{form}}" if name in row["errors"] else "–" for name, form in
                  (("mw", "+.2f"), ("depth_km", "+.1f"), ("kagan", ".0f"))]  # fmt: skip
        missed = [name.replace("_km", "") for name, good in row["met"].items() if not good]
        cells = (
            row["event"],
            row["looks"],
            f"{row['mw']:.2f}, {row['mw_90'][0]:.2f}–{row['mw_90'][1]:.2f}",
            f"{row['depth_km']:.1f}, {row['depth_km_90'][0]:.1f}–{row['depth_km_90'][1]:.1f}",
            "/".join(f"{angle:.0f}" for angle in row["mechanism"]),
            f"{row['variance_reduction']:.0%}".replace("%", " %"),
            "; ".join(errors),
            "missed: " + ", ".join(missed) if missed else "met",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
