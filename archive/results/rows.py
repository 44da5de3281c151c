"""Records as rows of two tables: one row a scene, one row a box."""

from __future__ import annotations

from typing import Any, Optional

from ..record import HEATMAP, THUMBNAIL

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
    "deformation": str,
    "kind": str,
    "evidence": float,
    "why": str,
    "false_alarm_probability": float,
    "quiet_scenes": int,
    "quiet_by": str,
    "boxes": int,
    "area_km2": float,
    "peak_los_cm": float,
    "catalogue": str,
    "catalogue_outcome": str,
    "heatmap": str,
    "thumbnail": str,
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
    "event": str,
    "event_id": str,
    "event_time": str,
    "event_mw": float,
    "event_depth_km": float,
    "event_km": float,
    "expected_los_cm": float,
    "volcano": str,
    "volcano_km": float,
    "fault": str,
    "fault_km": float,
}
"""Columns of the tables and their types; each row also has its "ring" (see `record.ring_of`) or None."""


def scene_row(record: dict[str, Any]) -> Row:
    """The row of one scene; its rank and its false-alarm probability follow from all scenes."""
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
        "deformation",
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
    row["catalogue_outcome"] = catalogue_outcome(result["catalogue"])
    row.update({kind: record.get("files", {}).get(kind) for kind in (HEATMAP, THUMBNAIL)})
    row["model"] = result["model"]["version"]
    return row


def catalogue_outcome(match: Optional[dict[str, Any]]) -> Optional[str]:
    """What an earthquake catalogue says about a scene.

    "matched": a box shows one of its events; "missed": an event should be visible but no box shows it;
    "quiet": the catalogue covers place and time and expects nothing; None: it cannot say.
    """
    if not match or not match["time_checked"]:
        return None
    if any(box["event"] for box in match["boxes"]):
        return "matched"
    if match["unseen"]:
        return "missed"
    return "quiet" if match["covered"] else None


def box_rows(record: dict[str, Any]) -> list[Row]:
    """The rows of a scene's boxes, by rank."""
    if record["status"] != "done":
        return []
    return [_box_row(record, box) for box in record["result"]["boxes"]]


def _box_row(record: dict[str, Any], box: dict[str, Any]) -> Row:
    guess = box["guess"] or {}
    row = {name: box.get(name) for name in BOX_FIELDS}
    row |= {"scene": record["key"], "path": record["path"], "class": box["class_name"], "ring": box["ring"]}
    row |= {"first_guess": guess.get("words"), "mw_guess": guess.get("mw")}
    row |= {"depth_km_guess": guess.get("depth_km")}
    return row
