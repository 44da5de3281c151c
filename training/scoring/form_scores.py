"""Scores by form: how often the engine finds the same earthquakes in each form a user could have.

Forms of one scene are no new evidence: every interval draws whole events. A form that does not apply to all
scenes is compared with the native form of the same files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from ..real.catalogue import EARTHQUAKE, QUIET
from .event_bootstrap import AREA_DRAWS, EventBootstrap, interval
from .form_scenes import FORM_NAMES
from .metrics import auc
from .real_scores import NATIVE

Row = dict[str, Any]


def form_table(rows: Sequence[Row], form_rows: Sequence[Row]) -> dict[str, Any]:
    """Scores of the earthquake scenes by form.

    Parameters
    ----------
    rows : sequence of dict
        Native files of all labels; the quiet ones are what the earthquakes are ranked against.
    form_rows : sequence of dict
        Other forms of the earthquake scenes.

    Returns
    -------
    dict of str to dict
        By form: numbers of "files" and "events"; the rates of "deformation" present and "earthquake" called;
        "area", under the ROC curve of the probability of deformation against the quiet files; each with
        "rate", "low" and "high". "change" holds the differences of the three to the native form of the same
        files. "seconds" holds the "mean" and "total" time of detection.
    """
    native = {row["file"]: row for row in rows if row["label"] == EARTHQUAKE}
    quiet = [row for row in rows if row["label"] == QUIET]
    table: dict[str, Any] = {}
    for form in FORM_NAMES:
        part = list(native.values()) if form == NATIVE else [r for r in form_rows if r["form"] == form]
        if part:
            before = [native[row["file"]] for row in part if row["file"] in native]
            paired = before if form != NATIVE and len(before) == len(part) else None
            table[form] = _scores(part, quiet, paired)
    return table


def _scores(part: Sequence[Row], quiet: Sequence[Row], before: Optional[Sequence[Row]]) -> dict[str, Any]:
    """Scores of one form, and the change from the native form `before` of the same files."""
    groups = [row["group"] for row in part]
    drawn = EventBootstrap(groups)
    answers = {"deformation": _deformed(part), "earthquake": _called(part)}
    out: dict[str, Any] = {"files": len(part), "events": len(set(groups))}
    for name, hits in answers.items():
        out[name] = _with_interval(float(hits.mean()), drawn.ratios(hits, np.ones(len(part))))
    area = _areas(part, quiet)
    if area is not None:
        out["area"] = _with_interval(*area)
    if before is not None:
        former = {"deformation": _deformed(before), "earthquake": _called(before)}
        out["change"] = {
            name: _with_interval(
                float(hits.mean() - former[name].mean()),
                drawn.ratios(hits - former[name], np.ones(len(part))),
            )
            for name, hits in answers.items()
        }
        native_area = _areas(before, quiet)
        if area is not None and native_area is not None:
            out["change"]["area"] = _with_interval(area[0] - native_area[0], area[1] - native_area[1])
    seconds = [row["seconds"] for row in part if row.get("seconds") is not None]
    out["seconds"] = {"mean": float(np.mean(seconds)) if seconds else None, "total": float(np.sum(seconds))}
    return out


def _areas(part: Sequence[Row], quiet: Sequence[Row]) -> Optional[tuple[float, np.ndarray]]:
    """Area of a form's files against the quiet ones, and of each draw; None without quiet files.

    The draws depend on the groups only, so those of two forms of the same files belong together.
    """
    if not quiet:
        return None
    both = [*part, *quiet]
    value = np.array([float(row["deformation_probability"] or 0.0) for row in both])
    truth = np.arange(len(both)) < len(part)
    drawn = EventBootstrap([row["group"] for row in both], truth, AREA_DRAWS)
    return auc(value, truth), drawn.areas(value, truth)


def _with_interval(rate: float, draws: np.ndarray) -> dict[str, Optional[float]]:
    low, high = interval(draws) or (None, None)
    return {"rate": rate, "low": low, "high": high}


def _deformed(rows: Sequence[Row]) -> np.ndarray:
    return np.array([float(row["deformation"] == "present") for row in rows])


def _called(rows: Sequence[Row]) -> np.ndarray:
    return np.array([float(row["verdict"] == "present") for row in rows])
