"""Between which probabilities the verdict is "uncertain", and what was measured at these thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import calibration as engine
from .metrics import rates, share
from .real import EARTHQUAKE, POSTSEISMIC, QUIET

PRESENT, ABSENT = (0.5, 0.95), (0.02, 0.3)
"""Ranges in which thresholds are sought; between them the verdict is "uncertain"."""
WAVERING = 0.5
"""Standard deviation of a file's log-odds from one tuning of the network to the next (0.47 for 0.8.0)."""


def choose_thresholds(
    rows: Sequence[dict[str, Any]], probability: np.ndarray, limits: dict[str, float], misses: float
) -> dict[str, float]:
    """Best "present" that keeps to the limits of false alarms, highest "absent" that misses few enough.

    The best is that of the highest F1, the lowest of several, where each file counts by the probability that
    it would be called with log-odds that are off by `WAVERING`: few earthquakes lie near the threshold, and
    that of the highest F1 on exactly these files jumps with each of them.

    Parameters
    ----------
    limits : dict
        Largest part of the files with a label that may be called earthquakes. Of whole quiet scenes none
        may.

    Returns
    -------
    dict
        "present", "absent". Where no threshold keeps to the limits, "present" is the highest of `PRESENT`;
        the measured rates show it.
    """
    from scipy.special import logit, ndtr

    label = np.array([row["label"] for row in rows])
    still = np.array([row["label"] == QUIET and not row["crop"] for row in rows])
    quake, counted = label == EARTHQUAKE, label != POSTSEISMIC
    low, high = PRESENT
    odds = logit(probability)
    present, best = high, -1.0
    for threshold in np.round(np.arange(low, high + 1e-9, 0.01), 2):  # what is written is what was tried
        called = probability >= threshold
        kept = [called[label == kind].mean() <= limit for kind, limit in limits.items() if kind in label]
        if not all(kept) or called[still].any():
            continue
        likely = ndtr((odds - logit(threshold)) / WAVERING)
        f1 = 2 * likely[quake].sum() / max(1e-9, likely[counted].sum() + quake.sum())
        if f1 > best:
            present, best = float(threshold), float(f1)
    quakes = probability[quake]
    absent = ABSENT[0]
    for threshold in np.round(np.arange(ABSENT[0], min(ABSENT[1], present) + 1e-9, 0.01), 2):
        if not len(quakes) or (quakes <= threshold).mean() <= misses:
            absent = float(threshold)
    return {"present": round(present, 2), "absent": round(absent, 2)}


def left_out_verdicts(
    rows: Sequence[dict[str, Any]], without: dict[str, np.ndarray], limits: dict[str, float], misses: float
) -> list[str]:
    """Verdict of each file, from coefficients and thresholds that were found without its group.

    Parameters
    ----------
    without : dict of str to ndarray, shape (N,)
        For each group, the probability of every file from coefficients fitted without the group.
    limits, misses
        As for `choose_thresholds`.
    """
    verdicts = [""] * len(rows)
    for group, probability in without.items():
        rest = [index for index, row in enumerate(rows) if row["group"] != group]
        chosen = choose_thresholds([rows[index] for index in rest], probability[rest], limits, misses)
        for index, row in enumerate(rows):
            if row["group"] == group:
                value = float(probability[index])
                verdicts[index] = engine.verdict(value, chosen["present"], chosen["absent"])
    return verdicts


def rates_at(rows: Sequence[dict[str, Any]], verdicts: Sequence[str]) -> dict[str, Any]:
    """What was measured: how often files of each label are called present and absent."""
    label = np.array([row["label"] for row in rows])
    counted = label != POSTSEISMIC
    said, denied = (np.array([verdict == word for verdict in verdicts]) for word in ("present", "absent"))
    out: dict[str, Any] = {"all": rates(label[counted] == EARTHQUAKE, said[counted])}
    for kind in np.unique(label):
        chosen = label == kind
        out[str(kind)] = {
            "present": share(said[chosen]),
            "absent": share(denied[chosen]),
        }
    return out
