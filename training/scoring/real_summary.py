"""Summary of the rows of real files: scores with intervals over events, and false-alarm rates.

Conventions: earthquakes are the positives, everything else is a negative. Postseismic motion is related to an
earthquake but not coseismic: it counts as neither and is reported separately. A file is called an earthquake
if its verdict is "present". "uncertain" is not a call; its rate is reported. A file that the engine refuses
counts as "absent".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from ..real.catalogue import LABELS, POSTSEISMIC
from .metrics import (
    auc,
    average_precision,
    balanced,
    best_f1,
    bootstrap,
    brier,
    calibration_error,
    rates,
    reliability,
    share,
)

VERDICTS = ("present", "uncertain", "absent")
CENTRE_MAX_KM, CENTRE_MAX_SIDE_FRACTION = 3.0, 0.10
"""A centre counts as right within this distance, or within this fraction of the box's longer side."""
GOOD_IOU = 0.5
"""A box counts as good from this IoU on."""
Row = dict[str, Any]


def summarise(rows: Sequence[Row], quiet_fold: int = -1, draws: int = 2000) -> dict[str, Any]:
    """Scores of a list of rows (see `real_scores.COLUMNS`).

    Parameters
    ----------
    rows : sequence of dict
    quiet_fold : int
        Volcano fold whose crops were held out of training; -1 if unknown.
    draws : int
        Bootstrap draws.

    Returns
    -------
    dict
        "sets": scores of "all", "scenes" and "crops"; "alarms": rates of the verdicts "present" and
        "uncertain" by kind of ground; "boxes": boxes compared with the catalogue's; "confusion": label by
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
    """Scores of a list of rows, with every file weighted equally, and every group ("by_group")."""
    truth, called = _truth(rows), np.array([_called(row) for row in rows])
    value = _column(rows, "probability")
    groups = [row["group"] for row in rows]
    out: dict[str, Any] = {
        "files": len(rows),
        "earthquakes": int(truth.sum()),
        "groups": len(set(groups)),
        "events": len({row["group"] for row in rows if _is_quake(row)}),
        **rates(truth, called),
        "auc": auc(value, truth),
        "ece": calibration_error(value, truth, 10),
        "brier": brier(value, truth),
        "uncertain": float(np.mean([row["verdict"] == "uncertain" for row in rows])),
        "by_group": {
            **rates(truth, called, balanced(groups)),
            "auc": auc(value, truth, balanced(groups)),
        },
        "at_half": rates(truth, value >= 0.5),
        "intervals": bootstrap(truth, called, value, groups, draws) if draws else {},
    }
    if truth.any():
        out["average_precision"] = average_precision(value, truth)
        out["best_f1"] = best_f1(value, truth)
    return out


def alarms(rows: Sequence[Row], quiet_fold: int = -1) -> dict[str, Any]:
    """Rates at which each kind of ground is called an earthquake, and at which the verdict is uncertain."""
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
    """Boxes of earthquake scenes compared with the catalogue's; a scene without a box has IoU 0."""
    chosen = [row for row in rows if row.get("iou") is not None]
    if not chosen:
        return {}
    right = np.array([_centre_is_right(row) for row in chosen])
    drawn = [row for row in chosen if row["centre_km"] is not None]
    out: dict[str, Any] = {
        "scenes": len(chosen),
        "drawn": len(drawn),
        "iou": float(np.mean([row["iou"] for row in chosen])),
        "iou_median": float(np.median([row["iou"] for row in chosen])),
        "iou_first": float(np.mean([row["iou_first"] for row in chosen])),
        "iou_any": float(np.mean([row.get("iou_any") or 0.0 for row in chosen])),
        "good_iou": share(np.array([row["iou"] >= GOOD_IOU for row in chosen])),
        "centre_right": share(right),
    }
    if drawn:
        out["centre_km_median"] = float(np.median([row["centre_km"] for row in drawn]))
    pointed = [bool(row["pointing"]) for row in chosen if row.get("pointing") is not None]
    if pointed:
        out["pointing"] = share(np.array(pointed))
        out["energy"] = float(np.mean([row["energy"] for row in chosen if row.get("energy") is not None]))
    return out


def _centre_is_right(row: Row) -> bool:
    if row["centre_km"] is None:
        return False
    return bool(row["centre_km"] <= CENTRE_MAX_KM or row["centre_share"] <= CENTRE_MAX_SIDE_FRACTION)


def by_event(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For each earthquake: scenes, detected scenes, mean probability and mean IoU."""
    out = []
    for group in sorted({row["group"] for row in rows if _is_quake(row)}):
        part = [row for row in rows if row["group"] == group and _is_quake(row)]
        magnitudes = [row["magnitude"] for row in part if row["magnitude"] is not None]
        out.append(
            {
                "event": group,
                "magnitude": max(magnitudes) if magnitudes else None,
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
