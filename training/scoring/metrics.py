"""Scores from answers and truth: scikit-learn's metrics, calibration error, intervals over events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics

from .event_bootstrap import DRAWS, EventBootstrap, Interval, interval

RATES = ("precision", "recall", "f1", "accuracy", "false_alarms")


def confusion(truth: np.ndarray, answer: np.ndarray, classes: int) -> np.ndarray:
    """Counts, shape (classes, classes): rows are the truth, columns the answer."""
    if not len(truth):
        return np.zeros((classes, classes), int)
    return np.asarray(metrics.confusion_matrix(truth, answer, labels=range(classes)))


def rates(truth: np.ndarray, called: np.ndarray, weight: Optional[np.ndarray] = None) -> dict[str, float]:
    """Precision, recall, F1, accuracy and false-alarm rate of yes-or-no answers.

    Parameters
    ----------
    truth, called : ndarray of bool, shape (N,)
    weight : ndarray, shape (N,), optional
        Sample weights; 1 for every sample if left out.

    Returns
    -------
    dict
        Rates whose denominator is zero are left out, with one exception: precision is 0 where there are
        positives and none was called.
    """
    truth, called = np.asarray(truth, bool), np.asarray(called, bool)
    if not len(truth) or (weight is not None and not np.any(weight)):
        return {}
    table = metrics.confusion_matrix(truth, called, labels=[False, True], sample_weight=weight)
    (quiet, alarm), (missed, hit) = table.tolist()
    return _rates_of_counts(hit, alarm, missed, quiet)


def _rates_of_counts(hit: float, alarm: float, missed: float, quiet: float) -> dict[str, float]:
    """`rates` from true positives, false positives, false negatives and true negatives."""
    rates_of: dict[str, float] = {}
    if hit + alarm > 0 or hit + missed > 0:
        rates_of["precision"] = hit / (hit + alarm) if hit + alarm > 0 else 0.0
    if hit + missed > 0:
        rates_of["recall"] = hit / (hit + missed)
        rates_of["f1"] = 2 * hit / (2 * hit + alarm + missed)
    if hit + alarm + missed + quiet > 0:
        rates_of["accuracy"] = (hit + quiet) / (hit + alarm + missed + quiet)
    if alarm + quiet > 0:
        rates_of["false_alarms"] = alarm / (alarm + quiet)
    return rates_of


def auc(value: np.ndarray, truth: np.ndarray, weight: Optional[np.ndarray] = None) -> float:
    """Area under the ROC curve; ties count half. NaN where one of the classes has no weight."""
    truth = np.asarray(truth, bool)
    weight = np.ones(len(truth)) if weight is None else np.asarray(weight, float)
    if weight[truth].sum() <= 0 or weight[~truth].sum() <= 0:
        return float("nan")
    return float(metrics.roc_auc_score(truth, value, sample_weight=weight))


def roc(value: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False-alarm rate and recall at every threshold, from (0, 0) to (1, 1); both classes must be present."""
    false_alarms, recall, _ = metrics.roc_curve(np.asarray(truth, bool), value, drop_intermediate=False)
    return false_alarms, recall


def precision_recall(value: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recall and precision at every threshold, from the highest down; there must be a positive."""
    precision, recall, _ = metrics.precision_recall_curve(np.asarray(truth, bool), value)
    return recall[-2::-1], precision[-2::-1]


def average_precision(value: np.ndarray, truth: np.ndarray) -> float:
    """Area under the precision–recall curve, summed over its steps; there must be a positive."""
    return float(metrics.average_precision_score(np.asarray(truth, bool), value))


def best_f1(value: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Threshold and value of the highest F1: what the ranking allows, not what the model reaches."""
    precision, recall, thresholds = metrics.precision_recall_curve(np.asarray(truth, bool), value)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)[:-1]
    best = int(f1.argmax())
    return {"threshold": float(thresholds[best]), "f1": float(f1[best])}


def reliability(
    probability: np.ndarray, truth: np.ndarray, bins: int = 10, weight: Optional[np.ndarray] = None
) -> dict[str, np.ndarray]:
    """Reliability diagram over bins of equal width, each closed at its lower end.

    `sklearn.calibration.calibration_curve` drops empty bins and gives no counts, both of which the figures
    and the calibration error need.

    Parameters
    ----------
    probability : ndarray, shape (N,)
    truth : ndarray of bool, shape (N,)
    bins : int
    weight : ndarray, shape (N,), optional
        Sample weights; 1 for every sample if left out.

    Returns
    -------
    dict of ndarray, shape (bins,)
        "count", of samples; "weight", their part of all weight; "said", the mean probability; "seen", the
        fraction of positives. NaN in empty bins.
    """
    probability = np.asarray(probability, float)
    weight = np.ones(len(probability)) if weight is None else np.asarray(weight, float)
    index = np.clip((probability * bins).astype(int), 0, bins - 1)
    total = np.bincount(index, weight, bins)
    with np.errstate(invalid="ignore"):
        predicted = np.bincount(index, weight * probability, bins) / total
        observed = np.bincount(index, weight * np.asarray(truth, float), bins) / total
    share_of_all = total / max(total.sum(), 1e-300)
    count = np.bincount(index, minlength=bins)
    return {"count": count, "weight": share_of_all, "said": predicted, "seen": observed}


def calibration_error(
    probability: np.ndarray, truth: np.ndarray, bins: int = 15, weight: Optional[np.ndarray] = None
) -> float:
    """Expected calibration error over bins of equal width (Naeini et al. 2015)."""
    table = reliability(probability, truth, bins, weight)
    gap = np.abs(np.nan_to_num(table["said"] - table["seen"]))
    return float((gap * table["weight"]).sum())


def brier(probability: np.ndarray, truth: np.ndarray) -> float:
    """Mean squared difference between probability and truth (Brier 1950)."""
    return float(metrics.brier_score_loss(np.asarray(truth, bool), probability, pos_label=True))


def wilson(hits: int, count: int) -> Interval:
    """Wilson's 95 % interval of a rate (Wilson 1927); (0, 1) where nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    interval = binomtest(hits, count).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def share(called: np.ndarray) -> dict[str, float]:
    """A rate as "count", "hits", "rate" and the ends "low" and "high" of Wilson's interval."""
    called = np.asarray(called, bool)
    hits, count = int(called.sum()), len(called)
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
    called: np.ndarray,
    value: np.ndarray,
    groups: Sequence[str],
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Interval]:
    """95 % intervals of `RATES` and "auc" by drawing whole groups with replacement.

    Groups with a positive and groups without are drawn separately, so that every draw has as many of each as
    the data; a group (an event, a volcano) is never split.

    Parameters
    ----------
    truth, called : ndarray of bool, shape (N,)
    value : ndarray, shape (N,)
        What the ROC curve ranks.
    groups : sequence of str, length N

    Returns
    -------
    dict
        Name to (2.5th, 97.5th percentile); empty without samples.
    """
    truth, called = np.asarray(truth, bool), np.asarray(called, bool)
    if not len(truth):
        return {}
    drawn = EventBootstrap(groups, truth, draws, seed)
    counts = (
        drawn.sums(cell) for cell in (truth & called, ~truth & called, truth & ~called, ~truth & ~called)
    )
    samples: dict[str, list[float]] = {}
    for draw in zip(*counts):
        for name, rate in _rates_of_counts(*draw).items():
            samples.setdefault(name, []).append(rate)
    intervals = {name: interval(np.array(values)) for name, values in samples.items()}
    intervals["auc"] = interval(drawn.areas(value, truth))
    return {name: bounds for name, bounds in intervals.items() if bounds is not None}


def balanced(groups: Sequence[str]) -> np.ndarray:
    """Weights, shape (N,), with which every group counts once."""
    _, group, count = np.unique(np.asarray(groups, str), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[group])


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
