"""From raw window scores to probabilities that mean what they say, and to the verdict.

A window's probabilities are softmax(logits / T). The scene's (and a box's) evidence for a class is
the mean of the highest log-odds among its windows, L; its probability is

    P = sigmoid(a L + b + c ln n)

with n the number of windows looked at: the more windows, the likelier that one of them errs. T, a,
b and c come with the model, which fitted them to scenes by event.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..tile import CLASSES

EARTHQUAKE = CLASSES.index("earthquake")
OTHER = CLASSES.index("other")
MOST_WINDOWS = 3
"""Windows that must agree where a scene has enough of them: one window's whim is no earthquake."""
FOR_EACH = 15
"""Windows looked at for each that must agree. Of ten windows one or two show a small earthquake at its own
scale, and asking for more misses it; of fifty, three must agree to give no more false alarms
(docs/ablations.md)."""
LIMIT = 15.0
"""Log-odds beyond this say nothing more."""


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
        Which class.
    temperature : float

    Returns
    -------
    ndarray, shape (N,), float64
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    rest = np.delete(scaled, index, axis=-1)
    top = rest.max(axis=-1)
    others = top + np.log(np.exp(rest - top[..., None]).sum(axis=-1))
    return np.asarray(np.clip(scaled[..., index] - others, -LIMIT, LIMIT))


def agreeing(windows: int) -> int:
    """How many windows' log-odds are averaged: 1 of up to 15 windows, 2 of up to 30, else 3."""
    return max(1, min(MOST_WINDOWS, math.ceil(windows / FOR_EACH)))


def evidence(values: np.ndarray, count: int) -> float:
    """Mean of the `count` highest log-odds (of all, where there are fewer): the evidence L."""
    if values.size == 0:
        return -LIMIT
    top = np.sort(values)[-count:]
    return float(top.mean())


def combined_probability(level: float, windows: int, coefficients: Mapping[str, Any]) -> float:
    """P = sigmoid(a L + b + c ln n).

    Parameters
    ----------
    level : float
        The evidence L.
    windows : int
        Windows looked at in the whole scene, n.
    coefficients : mapping
        "a", "b", "c" of the model card; 1, 0, 0 where absent.
    """
    a, b, c = (float(coefficients.get(key, value)) for key, value in (("a", 1.0), ("b", 0.0), ("c", 0.0)))
    z = a * level + b + c * math.log(max(1, windows))
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, z))))


def verdict(probability: float, present: float, absent: float) -> str:
    """ "present", "absent" or "uncertain"."""
    if probability >= present:
        return "present"
    return "absent" if probability <= absent else "uncertain"


def percent(probability: float) -> str:
    """A probability for people: whole per cent, but never a flat 0 or 100."""
    value = round(100 * probability)
    if value <= 0:
        return "< 1 %"
    return "> 99 %" if value >= 100 else f"{value} %"


def label(kind: str, probability: float, other: float, likely: float) -> str:
    """The verdict in words.

    Parameters
    ----------
    kind : str
        As `verdict` says.
    probability, other : float
        Of an earthquake, and of other deformation.
    likely : float
        Other deformation is mentioned from this probability on.
    """
    words = {"present": "Earthquake present", "absent": "No earthquake found", "uncertain": "Uncertain"}
    text = f"{words[kind]} ({percent(probability)})"
    return text + (f", other deformation likely ({percent(other)})" if other >= likely else "")
