"""From raw window scores to calibrated probabilities of the whole scene.

A window's probabilities are softmax(logits / T). The scene's evidence L for an answer is the mean of the
highest log-odds among its windows; the probability of that answer is

    P = sigmoid(a L + b + c ln n)

where n is the number of windows: the more windows, the likelier a false alarm in one of them. T, a, b and c
are part of the model card; they were fitted to whole scenes by event.

Two questions are answered. Does the ground deform anywhere? Its evidence is the log-odds of deformation of
either class against none. Which kind is it, if it deforms? Its evidence is the log-odds of an earthquake
against other deformation in the windows that look most like an earthquake. This separates the kinds better
(area under the curve 0.83) than the windows with the surest deformation or means over all deformed windows
(0.80 to 0.81; 134 real files, model 0.13.0, docs/development/ablations.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..tile import CLASSES

NONE = CLASSES.index("none")
EARTHQUAKE = CLASSES.index("earthquake")
OTHER = CLASSES.index("other")
MAX_AVERAGED_WINDOWS = 3
"""Number of top-scoring windows averaged in large scenes, so that one outlier cannot decide the verdict."""
WINDOWS_PER_AVERAGED = 15
"""Windows of the scene for each top-scoring window that is averaged. Of ten windows only one or two show a
small earthquake at its own scale, and averaging more misses it; of fifty, averaging fewer than three gives
more false alarms (docs/development/ablations.md)."""
MAX_LOG_ODDS = 15.0
"""Log-odds are limited to this size; beyond it they carry no more information."""


def window_probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Calibrated class probabilities of windows: softmax(logits / temperature).

    Parameters
    ----------
    logits : ndarray, shape (N, 3)
    temperature : float

    Returns
    -------
    ndarray, shape (N, 3), float64
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def deformation_probability(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Calibrated probability of deformation of either class in windows, shape (N,): 1 - P(none)."""
    return np.asarray(1.0 - window_probabilities(logits, temperature)[..., NONE])


def log_odds(logits: np.ndarray, index: int, temperature: float = 1.0) -> np.ndarray:
    """Log-odds of one class against the others, within ±15.

    Parameters
    ----------
    logits : ndarray, shape (N, 3)
    index : int
        The class.
    temperature : float

    Returns
    -------
    ndarray, shape (N,), float64
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    rest = np.delete(scaled, index, axis=-1)
    top = rest.max(axis=-1)
    others = top + np.log(np.exp(rest - top[..., None]).sum(axis=-1))
    return np.asarray(np.clip(scaled[..., index] - others, -MAX_LOG_ODDS, MAX_LOG_ODDS))


def logit(probability: float) -> float:
    """Log-odds of a probability, within ±15."""
    if not 0 < probability < 1:
        return MAX_LOG_ODDS if probability >= 1 else -MAX_LOG_ODDS
    return max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, math.log(probability / (1 - probability))))


def agreeing(windows: int) -> int:
    """Number of top-scoring windows to average: 1 of up to 15 windows, 2 of up to 30, else 3."""
    return max(1, min(MAX_AVERAGED_WINDOWS, math.ceil(windows / WINDOWS_PER_AVERAGED)))


def evidence(values: np.ndarray, count: int) -> float:
    """The evidence L: mean of the `count` highest log-odds, or of all if there are fewer."""
    if values.size == 0:
        return -MAX_LOG_ODDS
    top = np.sort(values)[-count:]
    return float(top.mean())


def scene_evidence(logits: np.ndarray, answer: str, temperature: float, windows: int) -> float:
    """The evidence L of an answer in some windows of a scene.

    Parameters
    ----------
    logits : ndarray, shape (N, 3)
    answer : {"deformation", "kind", "scene", "other"}
        As in the model card: deformation of either class, an earthquake given deformation; in cards of
        format 1 an earthquake ("scene"), or other deformation.
    temperature : float
    windows : int
        Number of windows in the whole scene.
    """
    count = agreeing(windows)
    if answer == "deformation":
        return evidence(-log_odds(logits, NONE, temperature), count)
    odds = log_odds(logits, OTHER if answer == "other" else EARTHQUAKE, temperature)
    if answer != "kind" or not len(odds):
        return evidence(odds, count)
    top = np.asarray(logits, dtype=np.float64)[np.argsort(odds)[-count:]]
    against_other = (top[:, EARTHQUAKE] - top[:, OTHER]) / temperature
    return float(np.clip(against_other, -MAX_LOG_ODDS, MAX_LOG_ODDS).mean())


def combined_probability(evidence: float, windows: int, coefficients: Mapping[str, Any]) -> float:
    """P = sigmoid(a L + b + c ln n).

    Parameters
    ----------
    evidence : float
        L.
    windows : int
        Number of windows in the whole scene, n.
    coefficients : mapping
        "a", "b" and "c" of the model card; 1, 0 and 0 if missing.
    """
    a, b, c = (float(coefficients.get(key, value)) for key, value in (("a", 1.0), ("b", 0.0), ("c", 0.0)))
    z = a * evidence + b + c * math.log(max(1, windows))
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, z))))


def verdict(probability: float, present: float, absent: float) -> str:
    """The verdict: "present", "absent" or "uncertain"."""
    if probability >= present:
        return "present"
    return "absent" if probability <= absent else "uncertain"
