"""The few scores that decide whether a model is good enough to release, with intervals over events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..real.catalogue import EARTHQUAKE, OTHER, POSTSEISMIC, QUIET
from .event_bootstrap import EventBootstrap

Row = dict[str, Any]
LARGE_MAGNITUDE = 6.0
"""An earthquake from this magnitude on with visible fringes must not be missed."""


@dataclass(frozen=True)
class Target:
    """One score and its goal.

    Attributes
    ----------
    name, title : str
    goal : float
    at_least : bool
        Whether the score must reach the goal; otherwise it must not exceed it.
    files : callable
        Whether a row counts.
    truth, answer : callable
        A row's truth and the model's answer. The score is F1, or without `truth` the rate of the answer.
    """

    name: str
    title: str
    goal: float
    at_least: bool
    files: Callable[[Row], bool]
    answer: Callable[[Row], bool]
    truth: Optional[Callable[[Row], bool]] = None


def is_earthquake(row: Row) -> bool:
    """Whether a file shows an earthquake."""
    return bool(row["label"] == EARTHQUAKE)


def is_deformed(row: Row) -> bool:
    """Whether a file shows deformation of either kind."""
    return is_earthquake(row) or row["label"] in OTHER


def is_poor(row: Row) -> bool:
    """Whether the catalogue calls an earthquake's file poor: its fringes are hardly visible."""
    return is_earthquake(row) and (row["quality"] or "").startswith("poor")


def _counts(row: Row) -> bool:
    return bool(row["label"] != POSTSEISMIC)


def _is_quiet(row: Row) -> bool:
    return bool(row["label"] == QUIET)


def _called_earthquake(row: Row) -> bool:
    return bool(row["verdict"] == "present")


def _called_deformed(row: Row) -> bool:
    return bool(row["deformation"] == "present")


def _called_uncertain(row: Row) -> bool:
    return bool(row["deformation"] == "uncertain")


TARGETS = (
    Target("deformation_f1", "F1 of deformation", 0.95, True, _counts, _called_deformed, is_deformed),
    Target(
        "earthquake_f1",
        "F1 of earthquakes, all files",
        0.85,
        True,
        _counts,
        _called_earthquake,
        is_earthquake,
    ),
    Target(
        "earthquake_f1_not_poor",
        "F1 of earthquakes, without poor files",
        0.92,
        True,
        lambda row: _counts(row) and not is_poor(row),
        _called_earthquake,
        is_earthquake,
    ),
    Target("quiet_deformed", "quiet files called deformed", 0.02, False, _is_quiet, _called_deformed),
    Target(
        "volcano_earthquake",
        "volcanic files called earthquakes",
        0.10,
        False,
        lambda row: bool(row["label"] == "volcano"),
        _called_earthquake,
    ),
    Target(
        "uncertain_deformed",
        "files with deformation called uncertain",
        0.10,
        False,
        is_deformed,
        _called_uncertain,
    ),
    Target("uncertain_quiet", "quiet files called uncertain", 0.03, False, _is_quiet, _called_uncertain),
)
"""Goals for models from 0.14 on. The one of missed large earthquakes is in `missed_large`."""


def target_scores(rows: Sequence[Row]) -> dict[str, Any]:
    """Every target's score.

    Parameters
    ----------
    rows : sequence of dict
        Rows of ``scenes.csv``.

    Returns
    -------
    dict
        By target: "title", "value", 95 % interval "low" and "high" over events and volcanoes, "files",
        "groups", "goal", "at_least" and "reached". Targets without a file to count are left out.
        "missed_large": see `missed_large`.
    """
    out: dict[str, Any] = {}
    for target in TARGETS:
        part = [row for row in rows if target.files(row)]
        if part:
            out[target.name] = _score(target, part)
    out["missed_large"] = missed_large(rows)
    return out


def terms(target: Target, part: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, Optional[np.ndarray]]:
    """A score as the sum of one number a file over the sum of another, and the positive files of an F1.

    Parameters
    ----------
    target : Target
    part : sequence of dict
        Rows that count for it.

    Returns
    -------
    top, bottom : ndarray, shape (N,)
    positive : ndarray of bool, shape (N,), or None
        None for a rate.
    """
    called = np.array([target.answer(row) for row in part], float)
    if target.truth is None:
        return called, np.ones(len(part)), None
    truth = np.array([target.truth(row) for row in part], float)
    return 2 * called * truth, called + truth, truth > 0  # F1 = 2 hits / (calls + positives)


def _score(target: Target, part: Sequence[Row]) -> dict[str, Any]:
    groups = [row["group"] for row in part]
    top, bottom, positive = terms(target, part)
    drawn = EventBootstrap(groups, positive)
    value = float(top.sum() / bottom.sum()) if bottom.sum() > 0 else None
    low, high = drawn.ratio(top, bottom) or (None, None)
    reached = value is not None and (value >= target.goal if target.at_least else value <= target.goal)
    return {
        "title": target.title,
        "value": value,
        "low": low,
        "high": high,
        "files": len(part),
        "groups": len(set(groups)),
        "goal": target.goal,
        "at_least": target.at_least,
        "reached": reached,
    }


def missed_large(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Earthquakes of Mw ≥ 6 of which no file with visible fringes is called deformed.

    Returns
    -------
    list of dict
        "event", "magnitude", number of "files" that are not poor, and the highest "probability" of
        deformation among them.
    """
    missed = []
    visible = [row for row in rows if is_earthquake(row) and not is_poor(row)]
    for event in sorted({row["group"] for row in visible}):
        part = [row for row in visible if row["group"] == event]
        magnitude = max((row["magnitude"] or 0.0 for row in part), default=0.0)
        if magnitude >= LARGE_MAGNITUDE and not any(_called_deformed(row) for row in part):
            highest = max(row["deformation_probability"] or 0.0 for row in part)
            missed.append(
                {"event": event, "magnitude": magnitude, "files": len(part), "probability": highest}
            )
    return missed
