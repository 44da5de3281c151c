"""Boxes and attention on simulated tiles against the simulated truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...engine.boxes.merge import merge, pieces
from ...engine.inference.calibration import EARTHQUAKE, OTHER, window_probabilities
from ...engine.tile import PATCH, TILE
from ...engine.tiling.scales import Scale
from .metrics import box_iou

DEFORMED = 0.5
"""Part of a patch, and its predicted probability, from which it counts as deformed."""


def engine_boxes(
    mask: np.ndarray, logits: np.ndarray, thresholds: Mapping[str, float], temperature: float = 1.0
) -> np.ndarray:
    """Boxes that the plugin would draw of one window, surest first.

    Parameters
    ----------
    mask : ndarray, shape (14, 14)
        Probability of each patch to be deformed.
    logits : ndarray, shape (3,)
    thresholds : mapping
        The model's "box" and "mask".
    temperature : float
        The model's.

    Returns
    -------
    ndarray, shape (N, 4)
        xmin, ymin, xmax, ymax in fractions of the tile; no row where the window is called quiet.
    """
    p = window_probabilities(logits, temperature)
    if p[EARTHQUAKE] + p[OTHER] < thresholds.get("box", 0.5):
        return np.empty((0, 4))
    scale = Scale(0, 1.0, 1.0, 1.0, TILE, TILE, (0,), (0,))
    found = pieces(
        mask,
        scale,
        (0, 0),
        (TILE, TILE),
        (float(p[EARTHQUAKE]), float(p[OTHER])),
        thresholds.get("mask", 0.5),
    )
    rated = sorted(merge(found), key=lambda group: (-round(group.lead.level, 2), -group.area))
    return np.array([group.corners for group in rated]).reshape(-1, 4) / TILE


def localise(
    answers: Mapping[str, np.ndarray], thresholds: Mapping[str, float], temperature: float = 1.0
) -> dict[str, np.ndarray]:
    """Box and attention of every tile against its truth.

    Parameters
    ----------
    answers : mapping
        "logits" (N, 3), "attention" and "mask" (N, 14, 14), "truth_mask" (N, 14, 14), "box" (N, 4),
        "meta_pixel_m" (N,).

    Returns
    -------
    dict of ndarray, shape (N,)
        "found_box" (N, 4) of the surest box; "iou" of it, "iou_best" of the best one and "iou_hull" of the
        box round all; 0 where nothing was drawn. "centre_km" between the surest box's centre and the true
        one, "centre_share" the same over the true box's longer side; NaN where nothing was drawn.
        "pointing": attention peaks on deformed ground; "energy": attention inside the true box. All are NaN
        on tiles without visible deformation.
    """
    count = len(answers["logits"])
    names = ("iou", "iou_best", "iou_hull", "centre_km", "centre_share", "pointing", "energy")
    out: dict[str, np.ndarray] = {name: np.full(count, np.nan, np.float32) for name in names}
    out["found_box"] = np.full((count, 4), np.nan, np.float32)
    pixel = answers.get("meta_pixel_m", np.full(count, np.nan))
    for index in range(count):
        drawn = engine_boxes(
            np.asarray(answers["mask"][index], np.float32), answers["logits"][index], thresholds, temperature
        )
        if len(drawn):
            out["found_box"][index] = drawn[0]
        true = np.asarray(answers["box"][index], float)
        if not np.isfinite(true).all():
            continue
        attention = np.asarray(answers["attention"][index], float)
        out["energy"][index] = float((attention * overlap(true)).sum() / max(attention.sum(), 1e-12))
        out["pointing"][index] = float(answers["truth_mask"][index].flat[int(attention.argmax())] > 0)
        out["iou"][index] = out["iou_best"][index] = out["iou_hull"][index] = 0.0
        if not len(drawn):
            continue
        ious = [box_iou(one.tolist(), true.tolist()) for one in drawn]
        hull = [*drawn[:, :2].min(axis=0), *drawn[:, 2:].max(axis=0)]
        out["iou"][index], out["iou_best"][index] = ious[0], max(ious)
        out["iou_hull"][index] = box_iou(hull, true.tolist())
        away = np.hypot(*(_centre(drawn[0]) - _centre(true)))
        out["centre_km"][index] = away * TILE * float(pixel[index]) / 1000
        out["centre_share"][index] = away / max(true[2] - true[0], true[3] - true[1])
    return out


def overlap(box: np.ndarray) -> np.ndarray:
    """Part of each patch (14, 14) that lies in a box given in fractions of the tile."""
    side = TILE // PATCH
    edges = np.arange(side + 1) / side
    across = np.clip(np.minimum(edges[1:], box[2]) - np.maximum(edges[:-1], box[0]), 0, None) * side
    down = np.clip(np.minimum(edges[1:], box[3]) - np.maximum(edges[:-1], box[1]), 0, None) * side
    return np.asarray(down[:, None] * across[None, :])


def _centre(box: np.ndarray) -> np.ndarray:
    return np.asarray([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def summary(local: Mapping[str, np.ndarray], chosen: np.ndarray) -> dict[str, Any]:
    """Means of what `localise` found over the `chosen` tiles; empty where none is deformed."""
    there = chosen & np.isfinite(local["iou"])
    if not there.any():
        return {}
    drawn = there & np.isfinite(local["centre_km"])
    out: dict[str, Any] = {
        "deformed": int(there.sum()),
        "box_drawn": float(drawn.sum() / there.sum()),
        "box_iou": float(local["iou"][there].mean()),
        "box_iou_best": float(local["iou_best"][there].mean()),
        "box_iou_hull": float(local["iou_hull"][there].mean()),
        "pointing": float(local["pointing"][there].mean()),
        "energy": float(local["energy"][there].mean()),
    }
    if drawn.any():
        out["centre_km_median"] = float(np.median(local["centre_km"][drawn]))
        out["centre_share_median"] = float(np.median(local["centre_share"][drawn]))
    return out
