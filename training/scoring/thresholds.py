"""Between which probabilities the verdict is "uncertain", and what was measured at these thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...engine.inference import calibration as engine
from ..real.catalogue import EARTHQUAKE, POSTSEISMIC, QUIET
from .metrics import rates, share

PRESENT, ABSENT = (0.5, 0.95), (0.02, 0.3)
"""Ranges in which thresholds are sought; between them the verdict is "uncertain"."""
ALL = "all"
"""Name of the limit for all files without an earthquake."""


def choose_thresholds(
    rows: Sequence[dict[str, Any]], probability: np.ndarray, limits: dict[str, float], misses: float
) -> dict[str, float]:
    """Lowest "present" that keeps to the limits of false alarms, highest "absent" that misses few enough.

    False alarms are what a user meets, and there are files enough to count them. The threshold of the
    highest F1, which up to 0.8.0 was taken instead, hangs on the few earthquakes that lie near it, and on how
    many files without one the folder happens to hold.

    Parameters
    ----------
    limits : dict
        Largest part of the files with a label, or with any but an earthquake's (`ALL`), that may be called
        earthquakes. Of whole quiet scenes none may.

    Returns
    -------
    dict
        "present", "absent". Where no threshold keeps to the limits, "present" is the highest of `PRESENT`;
        the measured rates show it.
    """
    label = np.array([row["label"] for row in rows])
    quake = label == EARTHQUAKE
    limited = {kind: label == kind for kind in limits if kind in label}
    if ALL in limits:
        limited[ALL] = ~quake & (label != POSTSEISMIC)
    still = np.array([row["label"] == QUIET and not row["crop"] for row in rows])
    low, high = PRESENT
    present = high
    for threshold in np.round(np.arange(low, high + 1e-9, 0.01), 2):  # what is written is what was tried
        called = probability >= threshold
        if called[still].any():
            continue
        if all(called[where].sum() <= limits[kind] * where.sum() for kind, where in limited.items()):
            present = float(threshold)
            break
    quakes = probability[quake]
    absent = ABSENT[0]
    for threshold in np.round(np.arange(ABSENT[0], min(ABSENT[1], present) + 1e-9, 0.01), 2):
        if not len(quakes) or (quakes <= threshold).mean() <= misses:
            absent = float(threshold)
    return {"present": present, "absent": absent}


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


def rates_at(rows: Sequence[dict[str, Any]], verdicts: Sequence[str], prior: float) -> dict[str, Any]:
    """What was measured: how often files of each label are called present and absent.

    "all" counts every file once; "in use" weighs them so that a part of `prior` holds earthquakes: precision,
    F1 and accuracy hang on how many files without one there are.
    """
    label = np.array([row["label"] for row in rows])
    counted = label != POSTSEISMIC
    said, denied = (np.array([verdict == word for verdict in verdicts]) for word in ("present", "absent"))
    quake, called = label[counted] == EARTHQUAKE, said[counted]
    mix = np.where(quake, prior / max(quake.sum(), 1), (1 - prior) / max((~quake).sum(), 1))
    out: dict[str, Any] = {"all": rates(quake, called), "in use": rates(quake, called, mix)}
    for kind in np.unique(label):
        chosen = label == kind
        out[str(kind)] = {
            "present": share(said[chosen]),
            "absent": share(denied[chosen]),
        }
    return out
