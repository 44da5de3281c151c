"""From raw window scores to calibrated probabilities and the verdict.

A window's probabilities are softmax(logits / T). The scene's (and a box's) evidence L for a class is the mean
of the highest log-odds among its windows; its probability is

    P = sigmoid(a L + b + c ln n)

where n is the number of windows: the more windows, the likelier a false alarm in one of them. T, a, b and c
are part of the model card; they were fitted to whole scenes by event.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..tile import CLASSES

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
OTHER_MIN_PROBABILITY = 0.5
"""Probability from which the label may mention other deformation."""


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


def agreeing(windows: int) -> int:
    """Number of top-scoring windows to average: 1 of up to 15 windows, 2 of up to 30, else 3."""
    return max(1, min(MAX_AVERAGED_WINDOWS, math.ceil(windows / WINDOWS_PER_AVERAGED)))


def evidence(values: np.ndarray, count: int) -> float:
    """The evidence L: mean of the `count` highest log-odds, or of all if there are fewer."""
    if values.size == 0:
        return -MAX_LOG_ODDS
    top = np.sort(values)[-count:]
    return float(top.mean())


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


def percent(probability: float) -> str:
    """A probability as text: whole per cent, but never 0 or 100."""
    value = round(100 * probability)
    if value <= 0:
        return "< 1 %"
    return "> 99 %" if value >= 100 else f"{value} %"


def label(verdict: str, probability: float, other: float, mention_from: float) -> str:
    """The verdict in words.

    Parameters
    ----------
    verdict : str
        "present", "absent" or "uncertain".
    probability, other : float
        Probabilities of an earthquake and of other deformation.
    mention_from : float
        Probability from which other deformation is mentioned.
    """
    words = {"present": "Earthquake present", "absent": "No earthquake found", "uncertain": "Uncertain"}
    text = f"{words[verdict]} ({percent(probability)})"
    return text + (f", other deformation likely ({percent(other)})" if other >= mention_from else "")
