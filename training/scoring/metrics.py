"""Scores from answers and truth, in plain numpy: rates, curves, calibration, boxes, bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

RATES = ("precision", "recall", "f1", "accuracy", "false_alarms")
Interval = tuple[float, float]


def confusion(truth: np.ndarray, answer: np.ndarray, classes: int) -> np.ndarray:
    """Counts, shape (classes, classes): rows are the truth, columns the answer."""
    index = np.asarray(truth, int) * classes + np.asarray(answer, int)
    return np.bincount(index, minlength=classes * classes).reshape(classes, classes)


def rates(truth: np.ndarray, said: np.ndarray, weight: Optional[np.ndarray] = None) -> dict[str, float]:
    """Precision, recall, F1, accuracy and false-alarm rate of yes-or-no answers.

    Parameters
    ----------
    truth, said : ndarray of bool, shape (N,)
    weight : ndarray, shape (N,), optional

    Returns
    -------
    dict
        Without the scores that have nothing to count. Precision is 0 where nothing was called although
        there was something to call.
    """
    truth, said = np.asarray(truth, bool), np.asarray(said, bool)
    w = np.ones(len(truth)) if weight is None else np.asarray(weight, float)
    return _rates_of(*(float(w[chosen].sum()) for chosen in _cells(truth, said)))


def _cells(truth: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, ...]:
    return truth & said, ~truth & said, truth & ~said, ~truth & ~said


def _rates_of(hit: float, alarm: float, missed: float, quiet: float) -> dict[str, float]:
    out: dict[str, float] = {}
    if hit + alarm > 0 or hit + missed > 0:
        out["precision"] = hit / (hit + alarm) if hit + alarm > 0 else 0.0
    if hit + missed > 0:
        out["recall"] = hit / (hit + missed)
        out["f1"] = 2 * hit / (2 * hit + alarm + missed)
    if hit + alarm + missed + quiet > 0:
        out["accuracy"] = (hit + quiet) / (hit + alarm + missed + quiet)
    if alarm + quiet > 0:
        out["false_alarms"] = alarm / (alarm + quiet)
    return out


def auc(value: np.ndarray, truth: np.ndarray, weight: Optional[np.ndarray] = None) -> float:
    """Area under the ROC curve, ties counting half; NaN where one of the classes is not there."""
    truth = np.asarray(truth, bool)
    w = np.ones(len(truth)) if weight is None else np.asarray(weight, float)
    _, level = np.unique(value, return_inverse=True)
    true = np.bincount(level, w * truth)
    false = np.bincount(level, w * ~truth)
    if true.sum() <= 0 or false.sum() <= 0:
        return float("nan")
    below = np.cumsum(false) - false / 2
    return float((true * below).sum() / (true.sum() * false.sum()))


def roc(value: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False-alarm rate and recall at every threshold, from (0, 0) to (1, 1)."""
    hits, alarms = _swept(value, truth)
    return np.append(0.0, alarms / max(alarms[-1], 1)), np.append(0.0, hits / max(hits[-1], 1))


def precision_recall(value: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recall and precision at every threshold, from the strictest on."""
    hits, alarms = _swept(value, truth)
    return hits / max(hits[-1], 1), hits / np.maximum(hits + alarms, 1)


def _swept(value: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cumulated hits and false alarms from the highest value down, equal values together."""
    order = np.argsort(-np.asarray(value, float), kind="stable")
    value, truth = np.asarray(value, float)[order], np.asarray(truth, bool)[order]
    if not len(value):
        return np.zeros(1), np.zeros(1)
    last = np.append(np.flatnonzero(np.diff(value)), len(value) - 1)
    return np.cumsum(truth)[last].astype(float), np.cumsum(~truth)[last].astype(float)


def average_precision(value: np.ndarray, truth: np.ndarray) -> float:
    """Area under the precision–recall curve as a sum over its steps."""
    recall, precision = precision_recall(value, truth)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def reliability(probability: np.ndarray, truth: np.ndarray, bins: int = 10) -> dict[str, np.ndarray]:
    """Reliability diagram: per bin of equal width "count", mean "said" and "seen" share; NaN if empty."""
    probability = np.asarray(probability, float)
    index = np.clip((probability * bins).astype(int), 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    with np.errstate(invalid="ignore"):
        said = np.bincount(index, probability, bins) / count
        seen = np.bincount(index, np.asarray(truth, float), bins) / count
    return {"count": count, "said": said, "seen": seen}


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over bins of equal width."""
    table = reliability(probability, truth, bins)
    gap = np.abs(np.nan_to_num(table["said"] - table["seen"]))
    return float((gap * table["count"]).sum() / max(table["count"].sum(), 1))


def wilson(hits: int, count: int) -> Interval:
    """Wilson's 95 % interval of a rate (Wilson 1927); (0, 1) where nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.959964, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def share(said: np.ndarray) -> dict[str, float]:
    """A rate as "count", "hits", "rate" and Wilson's "low" and "high"."""
    said = np.asarray(said, bool)
    hits, count = int(said.sum()), len(said)
    low, high = wilson(hits, count)
    return {
        "count": count,
        "hits": hits,
        "rate": hits / count if count else float("nan"),
        "low": low,
        "high": high,
    }


def bootstrap(
    truth: np.ndarray,
    said: np.ndarray,
    value: np.ndarray,
    groups: Sequence[str],
    draws: int = 2000,
    seed: int = 0,
) -> dict[str, Interval]:
    """95 % intervals of `RATES` and "auc" by drawing whole groups with replacement.

    Groups with a positive and groups without are drawn apart, so that every draw has as many of each as
    there are; a group (an event, a volcano) is never split.

    Parameters
    ----------
    truth, said : ndarray of bool, shape (N,)
    value : ndarray, shape (N,)
        What the ROC curve is drawn from.
    groups : sequence of str, length N

    Returns
    -------
    dict
        Name to (2.5 %, 97.5 %); empty where there is nothing to draw from.
    """
    truth, said, value = np.asarray(truth, bool), np.asarray(said, bool), np.asarray(value, float)
    if not len(truth):
        return {}
    names, group = np.unique(np.asarray(groups, str), return_inverse=True)
    positive = np.bincount(group, truth, len(names)) > 0
    random = np.random.default_rng(seed)
    cells = np.stack([np.bincount(group, cell, len(names)) for cell in _cells(truth, said)], axis=1)
    found: dict[str, list[float]] = {}
    for draw in range(draws):
        times = np.zeros(len(names))
        for kind in (positive, ~positive):
            members = np.flatnonzero(kind)
            if len(members):
                picked = random.choice(members, len(members))
                times += np.bincount(picked, minlength=len(names))
        for name, one in _rates_of(*(times @ cells)).items():
            found.setdefault(name, []).append(one)
        if draw < draws // 4:  # sorting is slow, and a quarter of the draws gives the area's interval
            area = auc(value, truth, times[group])
            if np.isfinite(area):
                found.setdefault("auc", []).append(area)
    return {
        name: (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5)))
        for name, values in found.items()
    }


def balanced(groups: Sequence[str]) -> np.ndarray:
    """Weights, shape (N,), that let every group count once."""
    _, group, count = np.unique(np.asarray(groups, str), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[group])


def box_iou(one: Sequence[float], other: Sequence[float]) -> float:
    """Intersection over union of two boxes (xmin, ymin, xmax, ymax)."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return float(both / (sum(areas) - both))


def rounded(value: Any, digits: int = 4) -> Any:
    """Plain data for JSON: floats rounded, NaN and infinity as None, arrays as lists."""
    if isinstance(value, dict):
        return {str(key): rounded(one, digits) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [rounded(one, digits) for one in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return round(float(value), digits) if np.isfinite(value) else None
    return value
