"""Boxes and attention on simulated tiles against the simulated truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...engine.boxes.signals import Evidence, find_signals
from ...engine.inference.blending import CELLS_PER_PIXEL
from ...engine.inference.calibration import EARTHQUAKE, OTHER, window_probabilities
from ...engine.network.card import THRESHOLDS
from ...engine.tile import PATCH, TILE, interpolation
from .geometry import box_iou, centre, covered_fraction, enclosing_box

DEFORMED = 0.5
"""A patch counts as deformed from this deformed fraction (truth) or probability (prediction) on."""
_REFINE = interpolation((np.arange(TILE // CELLS_PER_PIXEL) + 0.5) * CELLS_PER_PIXEL)


def engine_boxes(
    mask: np.ndarray, logits: np.ndarray, thresholds: Mapping[str, float], temperature: float = 1.0
) -> np.ndarray:
    """Boxes that the plugin would draw for one window, the most probable first.

    Parameters
    ----------
    mask : ndarray, shape (14, 14)
        Probability that each patch is deformed.
    logits : ndarray, shape (3,)
    thresholds : mapping
        The model's, of which "box" and "mask" are used.
    temperature : float
        The model's.

    Returns
    -------
    ndarray, shape (N, 4)
        (xmin, ymin, xmax, ymax) in fractions of the tile; no row if the window counts as quiet.
    """
    p = window_probabilities(logits, temperature)
    thresholds = {**THRESHOLDS, **thresholds}
    if p[EARTHQUAKE] + p[OTHER] < thresholds["box"]:
        return np.empty((0, 4))
    refined = _REFINE @ np.asarray(mask, np.float32) @ _REFINE.T
    share = np.float32(p[EARTHQUAKE] / (p[EARTHQUAKE] + p[OTHER]))
    evidence = Evidence(
        refined, refined, share * refined, np.zeros(refined.shape, int), (CELLS_PER_PIXEL, CELLS_PER_PIXEL)
    )
    found = find_signals(evidence, thresholds["mask"])
    ranked = sorted(found, key=lambda signal: (-round(signal.mean_mask, 2), -signal.area))
    return np.array([signal.corners for signal in ranked]).reshape(-1, 4) / TILE


def localise(
    answers: Mapping[str, np.ndarray], thresholds: Mapping[str, float], temperature: float = 1.0
) -> dict[str, np.ndarray]:
    """Compare the boxes and the attention of every tile with its truth.

    Parameters
    ----------
    answers : mapping
        "logits" (N, 3), "attention" and "mask" (N, 14, 14), "truth_mask" (N, 14, 14), "box" (N, 4),
        "meta_pixel_m" (N,).

    Returns
    -------
    dict of ndarray, shape (N,)
        "found_box" (N, 4): the most probable box. "iou", "iou_best" and "iou_hull": IoU of that box, of the
        box that fits best and of the smallest box around all; 0 without a box. "centre_km": distance between
        the centres of the most probable and the true box, and "centre_share": that distance over the longer
        side of the true box; NaN without a box. "pointing": 1 where the attention peaks on deformed ground.
        "energy": fraction of the attention inside the true box. All are NaN on tiles without visible
        deformation.
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
        out["energy"][index] = float(
            (attention * covered_fraction(true.tolist(), TILE // PATCH)).sum() / max(attention.sum(), 1e-12)
        )
        out["pointing"][index] = float(answers["truth_mask"][index].flat[int(attention.argmax())] > 0)
        out["iou"][index] = out["iou_best"][index] = out["iou_hull"][index] = 0.0
        if not len(drawn):
            continue
        ious = [box_iou(box.tolist(), true.tolist()) for box in drawn]
        out["iou"][index], out["iou_best"][index] = ious[0], max(ious)
        out["iou_hull"][index] = box_iou(enclosing_box(drawn), true.tolist())
        distance = float(np.hypot(*np.subtract(centre(drawn[0].tolist()), centre(true.tolist()))))
        out["centre_km"][index] = distance * TILE * float(pixel[index]) / 1000
        out["centre_share"][index] = distance / max(true[2] - true[0], true[3] - true[1])
    return out


def summary(local: Mapping[str, np.ndarray], chosen: np.ndarray) -> dict[str, Any]:
    """Means of the results of `localise` over the `chosen` tiles; empty if none of them is deformed."""
    deformed = chosen & np.isfinite(local["iou"])
    if not deformed.any():
        return {}
    drawn = deformed & np.isfinite(local["centre_km"])
    out: dict[str, Any] = {
        "deformed": int(deformed.sum()),
        "box_drawn": float(drawn.sum() / deformed.sum()),
        "box_iou": float(local["iou"][deformed].mean()),
        "box_iou_best": float(local["iou_best"][deformed].mean()),
        "box_iou_hull": float(local["iou_hull"][deformed].mean()),
        "pointing": float(local["pointing"][deformed].mean()),
        "energy": float(local["energy"][deformed].mean()),
    }
    if drawn.any():
        out["centre_km_median"] = float(np.median(local["centre_km"][drawn]))
        out["centre_share_median"] = float(np.median(local["centre_share"][drawn]))
    return out
