"""The tables of real files as Markdown: targets, and scores by form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .form_scenes import TITLES

NO_VALUE = "–"


def tables_page(real: dict[str, Any]) -> str:
    """The page ``tables.md`` of a folder of scores.

    Parameters
    ----------
    real : dict
        Part "real" of ``scores.json``, with "targets" and, if they were scored, "forms".
    """
    parts = ["# Scores on real interferograms", INTERVAL_NOTE]
    parts += ["## Targets", _targets(real["targets"]), _missed(real["targets"]["missed_large"])]
    if real.get("forms"):
        parts += ["## Forms of the earthquake scenes", FORM_NOTE, _forms(real["forms"])]
    return "\n\n".join(parts) + "\n"


INTERVAL_NOTE = """\
Intervals (95 %) draw whole events and volcanoes. Where all files agree, the interval has no width; it says
nothing about files of other events."""
FORM_NOTE = """\
Change: against the native form of the same files, in points (hundredths). Area: under the ROC curve of the
probability of deformation, against the quiet files."""


def _targets(targets: dict[str, Any]) -> str:
    rows = []
    for name, score in targets.items():
        if name != "missed_large":
            sign = "≥" if score["at_least"] else "≤"
            rows.append(
                [
                    score["title"],
                    f"{score['files']} ({score['groups']})",
                    rate_text(score, "value"),
                    f"{sign} {score['goal']:.2f}",
                    "yes" if score["reached"] else "no",
                ]
            )
    return markdown_table(("score", "files (groups)", "value (95 %)", "goal", "reached"), rows)


def _missed(missed: Sequence[dict[str, Any]]) -> str:
    if not missed:
        return "No earthquake of Mw ≥ 6 with visible fringes is missed as deformation."
    names = "; ".join(
        f"{one['event']} (Mw {one['magnitude']:g}, {100 * one['probability']:.0f} %)" for one in missed
    )
    return f"Earthquakes of Mw ≥ 6 with visible fringes that are missed as deformation: {names}."


def _forms(forms: dict[str, Any]) -> str:
    rows = []
    for name, score in forms.items():
        change = score.get("change", {})
        rows.append(
            [
                TITLES[name],
                str(score["files"]),
                str(score["events"]),
                rate_text(score["deformation"]),
                points_text(change.get("deformation")),
                rate_text(score["earthquake"]),
                points_text(change.get("earthquake")),
                rate_text(score.get("area")),
                points_text(change.get("area")),
                NO_VALUE if score["seconds"]["mean"] is None else f"{score['seconds']['mean']:.1f}",
            ]
        )
    head = (
        *("form", "files", "events", "deformation present", "change", "earthquake called", "change"),
        *("area against quiet", "change", "s a file"),
    )
    return markdown_table(head, rows)


def rate_text(score: Optional[dict[str, Any]], key: str = "rate") -> str:
    """A score with its interval, such as "0.93 (0.88–0.97)"."""
    if score is None or score[key] is None:
        return NO_VALUE
    bounds = "" if score["low"] is None else f" ({score['low']:.2f}–{score['high']:.2f})"
    return f"{score[key]:.3f}{bounds}"


def change_text(change: Optional[dict[str, Any]]) -> str:
    """A difference with its interval, such as "−0.014 (−0.030 to +0.010)"."""
    if change is None:
        return NO_VALUE
    bounds = "" if change["low"] is None else f" ({_signed(change['low'])} to {_signed(change['high'])})"
    return _signed(change["rate"]) + bounds


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def points_text(change: Optional[dict[str, Any]]) -> str:
    """A difference in hundredths with its interval, such as "−4 (−9 to +1)"."""
    if change is None:
        return NO_VALUE
    bounds = "" if change["low"] is None else f" ({_points(change['low'])} to {_points(change['high'])})"
    return _points(change["rate"]) + bounds


def _points(value: float) -> str:
    points = round(100 * value)
    return f"{points:+d}".replace("-", "−") if points else "0"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are right-aligned."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
