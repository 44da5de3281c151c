"""Which scene deserves the first look, and why."""

from __future__ import annotations

from typing import Any

from .rows import Row

PRESENT = "earthquake present"
MISSED = "the catalogue lists an earthquake that should be visible, but no box shows it"
UNCERTAIN = "earthquake uncertain"
DEFORMATION = "other deformation"
MAYBE_DEFORMATION = "deformation uncertain"
NOTHING = "nothing found"
ORDER = (PRESENT, MISSED, UNCERTAIN, DEFORMATION, MAYBE_DEFORMATION, NOTHING)
"""Reasons to look at a scene, the strongest first."""


def rank(scenes: list[Row]) -> None:
    """Sort rows by what deserves a look, and add `why` and `rank`.

    The reason comes first (`ORDER`). Among the scenes with the same reason, those go first that match no
    event of the catalogue, because they are news or false alarms; then those with the higher probability in
    whole per cent, the larger deformed area and the stronger evidence, which still tells scenes apart whose
    probabilities are equal. Failed scenes come last and have no rank.
    """
    for row in scenes:
        row["why"] = reason(row)
    scenes.sort(key=_order)
    for number, row in enumerate(scenes, 1):
        row["rank"] = number if row["status"] == "done" else None


def reason(row: Row) -> str:
    """Why a person should look at a scene; for a failed scene why there is nothing to see."""
    if row["status"] != "done":
        return "failed"
    if row["verdict"] == "present":
        return PRESENT
    if row["catalogue_outcome"] == "missed":
        return MISSED
    if row["verdict"] == "uncertain":
        return UNCERTAIN
    return {"present": DEFORMATION, "uncertain": MAYBE_DEFORMATION}.get(row["deformation"], NOTHING)


def _order(row: Row) -> tuple[Any, ...]:
    if row["status"] != "done":
        return (1, row["path"])
    return (
        *(0, ORDER.index(row["why"]), row["catalogue_outcome"] == "matched"),
        *(-round(row["probability"], 2), -round(row["deformation_probability"], 2)),
        *(-(row["area_km2"] or 0.0), -row["evidence"], row["path"]),
    )
