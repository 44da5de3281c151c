"""Records as rows of two tables: one row a scene, one row a box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

SCENE_FIELDS: dict[str, type] = {
    "rank": int,
    "key": str,
    "path": str,
    "name": str,
    "product": str,
    "quantity": str,
    "date1": str,
    "date2": str,
    "status": str,
    "error": str,
    "label": str,
    "verdict": str,
    "probability": float,
    "deformation_probability": float,
    "other_probability": float,
    "kind": str,
    "evidence": float,
    "boxes": int,
    "area_km2": float,
    "peak_los_cm": float,
    "catalogue": str,
    "seconds": float,
    "model": str,
    "finished": str,
}
BOX_FIELDS: dict[str, type] = {
    "scene": str,
    "path": str,
    "rank": int,
    "probability": float,
    "class": str,
    "width_km": float,
    "height_km": float,
    "area_km2": float,
    "lon": float,
    "lat": float,
    "peak_los_cm": float,
    "fringes": float,
    "first_guess": str,
    "mw_guess": float,
    "depth_km_guess": float,
}
"""Columns of the tables and their types; each row also has its "ring" (see `record.ring_of`) or None."""


def scene_rows(records: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows of all scenes, those that deserve a look first.

    The order is that of the probability of an earthquake, then of that of any deformation, then of the
    evidence (log-odds), which still tells scenes apart whose probabilities are equal. Failed scenes come
    last and have no rank.
    """
    rows = [_scene_row(record) for record in records]
    rows.sort(key=_order)
    for number, row in enumerate(rows, 1):
        row["rank"] = number if row["status"] == "done" else None
    return rows


def _order(row: Row) -> tuple[Any, ...]:
    if row["status"] != "done":
        return (1, 0.0, 0.0, 0.0, row["path"])
    return (0, -row["probability"], -row["deformation_probability"], -row["evidence"], row["path"])


def _scene_row(record: dict[str, Any]) -> Row:
    row: Row = dict.fromkeys(SCENE_FIELDS)
    row.update({name: record.get(name) for name in ("key", "path", "status", "error", "seconds", "finished")})
    row["ring"] = record.get("ring")
    row["date2"] = record["date"] or None
    if record["status"] != "done":
        return row
    result = record["result"]
    scene, boxes = result["input"], result["boxes"]
    same = (
        "label",
        "verdict",
        "probability",
        "deformation_probability",
        "other_probability",
        "kind",
        "evidence",
    )
    row.update({name: result[name] for name in same})
    row.update({name: scene[name] for name in ("name", "product", "quantity")})
    dates = sorted(scene["dates"])
    if dates:
        row["date1"], row["date2"] = dates[0], dates[-1]
    row["boxes"] = len(boxes)
    row["area_km2"] = max((box["area_km2"] for box in boxes if box["area_km2"] is not None), default=None)
    peaks = [box["peak_los_cm"] for box in boxes if box["peak_los_cm"] is not None]
    row["peak_los_cm"] = max(peaks, key=abs, default=None)
    row["catalogue"] = " ".join((result["catalogue"] or {}).get("sentences", ())) or None
    row["model"] = result["model"]["version"]
    return row


def box_rows(records: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows of all boxes, by scene and rank."""
    return [
        _box_row(record, box)
        for record in records
        if record["status"] == "done"
        for box in record["result"]["boxes"]
    ]


def _box_row(record: dict[str, Any], box: dict[str, Any]) -> Row:
    guess = box["guess"] or {}
    row = {name: box.get(name) for name in BOX_FIELDS}
    row |= {"scene": record["key"], "path": record["path"], "class": box["class_name"], "ring": box["ring"]}
    row |= {"first_guess": guess.get("words"), "mw_guess": guess.get("mw")}
    row |= {"depth_km_guess": guess.get("depth_km")}
    return row
