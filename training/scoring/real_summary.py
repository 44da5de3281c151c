"""What the rows of real scenes add up to: scores with intervals over events, and rates a user would meet.

Conventions: an earthquake is a positive, everything else a negative. Postseismic motion is earthquake-related
but not coseismic; it counts as neither and is told apart. A file is called an earthquake when the verdict is
"present"; "uncertain" is no call, and its share is told. A file that the engine refuses counts as "absent".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from ..real.catalogue import LABELS, POSTSEISMIC
from .metrics import auc, average_precision, balanced, bootstrap, calibration_error, rates, reliability, share

VERDICTS = ("present", "uncertain", "absent")
CENTRE_KM, CENTRE_SHARE = 3.0, 0.10
"""A centre is right within this distance, or within this part of the box's longer side."""
GOOD_IOU = 0.5
Row = dict[str, Any]


def summarise(rows: Sequence[Row], quiet_fold: int = -1, draws: int = 2000) -> dict[str, Any]:
    """Scores of a list of rows (see `real_scores.COLUMNS`).

    Parameters
    ----------
    rows : sequence of dict
    quiet_fold : int
        Volcano fold of the crops that training kept out; -1 where that is not known.
    draws : int
        Bootstrap draws.

    Returns
    -------
    dict
        "sets": scores of "all", "scenes" and "crops"; "alarms": rates of the verdict "present" (and of
        "uncertain") by kind of ground; "boxes": boxes against the catalogue's; "confusion": true label by
        verdict; "reliability"; "missed" and "false_alarms": files; "refused": files and reasons.
    """
    counted = [row for row in rows if row["label"] != POSTSEISMIC]
    parts = {
        "all": counted,
        "scenes": [row for row in counted if not row["crop"]],
        "crops": [row for row in counted if row["crop"]],
    }
    table = reliability(_column(counted, "probability"), _truth(counted))
    return {
        "sets": {name: one_set(part, draws) for name, part in parts.items() if part},
        "alarms": alarms(rows, quiet_fold),
        "boxes": boxes(rows),
        "confusion": {
            label: {v: sum(r["label"] == label and r["verdict"] == v for r in rows) for v in VERDICTS}
            for label in LABELS
        },
        "reliability": {key: value.tolist() for key, value in table.items()},
        "missed": [row["file"] for row in counted if _is_quake(row) and row["verdict"] != "present"],
        "false_alarms": [row["file"] for row in counted if not _is_quake(row) and _called(row)],
        "refused": {row["file"]: row["error"] for row in rows if row.get("error")},
    }


def one_set(rows: Sequence[Row], draws: int = 2000) -> dict[str, Any]:
    """Scores of one list of rows: every file once, and every group once ("by_group")."""
    truth, said = _truth(rows), np.array([_called(row) for row in rows])
    value = _column(rows, "probability")
    groups = [row["group"] for row in rows]
    out: dict[str, Any] = {
        "files": len(rows),
        "earthquakes": int(truth.sum()),
        "groups": len(set(groups)),
        "events": len({row["group"] for row in rows if _is_quake(row)}),
        **rates(truth, said),
        "auc": auc(value, truth),
        "ece": calibration_error(value, truth, 10),
        "brier": float(((value - truth) ** 2).mean()),
        "uncertain": float(np.mean([row["verdict"] == "uncertain" for row in rows])),
        "by_group": {
            **rates(truth, said, balanced(groups)),
            "auc": auc(value, truth, balanced(groups)),
        },
        "at_half": rates(truth, value >= 0.5),
        "intervals": bootstrap(truth, said, value, groups, draws) if draws else {},
    }
    if truth.any():
        out["average_precision"] = average_precision(value, truth)
        out["best_f1"] = best_f1(value, truth)
    return out


def best_f1(value: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Highest F1 over all thresholds: what the ranking would allow, not what the model reaches."""
    best = {"threshold": 0.5, "f1": 0.0}
    for threshold in np.unique(value):
        f1 = rates(truth, value >= threshold).get("f1", 0.0)
        if f1 > best["f1"]:
            best = {"threshold": float(threshold), "f1": f1}
    return best


def alarms(rows: Sequence[Row], quiet_fold: int = -1) -> dict[str, Any]:
    """How often each kind of ground is called an earthquake, and how often the verdict is uncertain."""
    quiet = [row for row in rows if row["label"] == "quiet" and row["crop"]]
    kinds = {
        "quiet_crops": quiet,
        "volcano_crops": [row for row in rows if row["label"] == "volcano" and row["crop"]],
        "quiet_scenes": [row for row in rows if row["label"] == "quiet" and not row["crop"]],
        "volcano_scenes": [row for row in rows if row["label"] == "volcano" and not row["crop"]],
        "subsidence": [row for row in rows if row["label"] == "subsidence"],
        "landslide": [row for row in rows if row["label"] == "landslide"],
        "postseismic": [row for row in rows if row["label"] == POSTSEISMIC],
    }
    if quiet_fold >= 0:
        kinds["quiet_crops_held_out"] = [row for row in quiet if row["fold"] == quiet_fold]
        kinds["quiet_crops_trained_on"] = [row for row in quiet if row["fold"] != quiet_fold]
    out: dict[str, Any] = {}
    for name, part in kinds.items():
        if part:
            out[name] = {
                "present": share(np.array([_called(row) for row in part])),
                "uncertain": share(np.array([row["verdict"] == "uncertain" for row in part])),
                "volcanoes" if "crops" in name else "groups": len({row["group"] for row in part}),
            }
    return out


def boxes(rows: Sequence[Row]) -> dict[str, Any]:
    """Boxes of the earthquake scenes against the catalogue's; a scene without a box counts with IoU 0."""
    chosen = [row for row in rows if row.get("iou") is not None]
    if not chosen:
        return {}
    near = np.array([_near(row) for row in chosen])
    drawn = [row for row in chosen if row["centre_km"] is not None]
    out: dict[str, Any] = {
        "scenes": len(chosen),
        "drawn": len(drawn),
        "iou": float(np.mean([row["iou"] for row in chosen])),
        "iou_median": float(np.median([row["iou"] for row in chosen])),
        "iou_first": float(np.mean([row["iou_first"] for row in chosen])),
        "iou_any": float(np.mean([row.get("iou_any") or 0.0 for row in chosen])),
        "good_iou": share(np.array([row["iou"] >= GOOD_IOU for row in chosen])),
        "centre_right": share(near),
    }
    if drawn:
        out["centre_km_median"] = float(np.median([row["centre_km"] for row in drawn]))
    pointed = [bool(row["pointing"]) for row in chosen if row.get("pointing") is not None]
    if pointed:
        out["pointing"] = share(np.array(pointed))
        out["energy"] = float(np.mean([row["energy"] for row in chosen if row.get("energy") is not None]))
    return out


def _near(row: Row) -> bool:
    if row["centre_km"] is None:
        return False
    return bool(row["centre_km"] <= CENTRE_KM or row["centre_share"] <= CENTRE_SHARE)


def by_event(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Per earthquake: scenes, scenes found, mean probability, mean IoU."""
    out = []
    for group in sorted({row["group"] for row in rows if _is_quake(row)}):
        part = [row for row in rows if row["group"] == group and _is_quake(row)]
        sizes = [row["magnitude"] for row in part if row["magnitude"] is not None]
        out.append(
            {
                "event": group,
                "magnitude": max(sizes) if sizes else None,
                "scenes": len(part),
                "found": sum(_called(row) for row in part),
                "probability": float(np.mean([row["probability"] for row in part])),
                "iou": _mean([row["iou"] for row in part]),
            }
        )
    return out


def _mean(values: Sequence[Optional[float]]) -> Optional[float]:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _is_quake(row: Row) -> bool:
    return bool(row["label"] == "earthquake")


def _called(row: Row) -> bool:
    return bool(row["verdict"] == "present")


def _truth(rows: Sequence[Row]) -> np.ndarray:
    return np.array([_is_quake(row) for row in rows], bool)


def _column(rows: Sequence[Row], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])
