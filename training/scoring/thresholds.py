"""Thresholds within limits on mistakes, and the rates measured at thresholds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..real.catalogue import EARTHQUAKE, POSTSEISMIC, QUIET
from .metrics import rates, share
from .real_summary import VERDICTS

PRESENT_RANGE, ABSENT_RANGE = (0.5, 0.95), (0.02, 0.3)
"""Ranges that are searched for the two thresholds; between the thresholds the verdict is "uncertain"."""
STEP = 0.01
"""Step of the search."""
ALL = "all"
"""Name of the limit for all files without an earthquake."""


def choose_thresholds(
    rows: Sequence[dict[str, Any]], probability: np.ndarray, limits: dict[str, float], misses: float
) -> dict[str, float]:
    """Lowest "present" within the limits on false alarms, highest "absent" within the limit on misses.

    There are enough files without an earthquake to count false alarms. The threshold of the highest F1 would
    depend on the few earthquakes near it, and on the proportion of files without an earthquake.

    Parameters
    ----------
    rows : sequence of dict
        Rows of ``scenes.csv``.
    probability : ndarray, shape (N,)
        Probability of an earthquake for each row.
    limits : dict
        Largest fraction of the files with a given label that may be called earthquakes; `ALL` stands for all
        files without an earthquake. No whole quiet scene may be called one.
    misses : float
        Largest fraction of the earthquakes that may be called absent.

    Returns
    -------
    dict
        "present", "absent". If no threshold satisfies the limits, "present" is the upper end of
        `PRESENT_RANGE`.
    """
    label = np.array([row["label"] for row in rows])
    quake = label == EARTHQUAKE
    limited = {kind: label == kind for kind in limits if kind in label}
    if ALL in limits:
        limited[ALL] = ~quake & (label != POSTSEISMIC)
    quiet_scene = np.array([row["label"] == QUIET and not row["crop"] for row in rows])
    low, high = PRESENT_RANGE
    present = high
    for threshold in np.round(np.arange(low, high + 1e-9, STEP), 2):
        called = probability >= threshold
        if called[quiet_scene].any():
            continue
        if all(called[where].sum() <= limits[kind] * where.sum() for kind, where in limited.items()):
            present = float(threshold)
            break
    quakes = probability[quake]
    absent = ABSENT_RANGE[0]
    for threshold in np.round(np.arange(ABSENT_RANGE[0], min(ABSENT_RANGE[1], present) + 1e-9, STEP), 2):
        if not len(quakes) or (quakes <= threshold).mean() <= misses:
            absent = float(threshold)
    return {"present": present, "absent": absent}


def left_out_thresholds(
    rows: Sequence[dict[str, Any]], without: dict[str, np.ndarray], limits: dict[str, float], misses: float
) -> list[dict[str, float]]:
    """`choose_thresholds` for each file from all files but those of its group.

    Parameters
    ----------
    without : dict of str to ndarray, shape (N,)
        For each group, the probability of every file by coefficients fitted without that group.
    limits, misses
        As for `choose_thresholds`.
    """
    chosen = {}
    for group, probability in without.items():
        rest = [index for index, row in enumerate(rows) if row["group"] != group]
        chosen[group] = choose_thresholds([rows[index] for index in rest], probability[rest], limits, misses)
    return [chosen[row["group"]] for row in rows]


def rates_at(
    rows: Sequence[dict[str, Any]],
    verdicts: Sequence[str],
    prior: float,
    labels: Collection[str] = (EARTHQUAKE,),
) -> dict[str, Any]:
    """Rates at which files of each label are called present, absent and uncertain.

    "all" weights every file equally. "in use" weights the files so that a fraction `prior` of them are
    positives, because precision, F1 and accuracy depend on that fraction.

    Parameters
    ----------
    rows : sequence of dict
    verdicts : sequence of str
    prior : float
    labels : collection of str
        Labels of the positives.
    """
    label = np.array([row["label"] for row in rows])
    counted = label != POSTSEISMIC
    said = {word: np.array([verdict == word for verdict in verdicts]) for word in VERDICTS}
    truth, called = np.isin(label[counted], list(labels)), said["present"][counted]
    weight = np.where(truth, prior / max(truth.sum(), 1), (1 - prior) / max((~truth).sum(), 1))
    out: dict[str, Any] = {"all": rates(truth, called), "in use": rates(truth, called, weight)}
    for kind in np.unique(label):
        out[str(kind)] = {word: share(called[label == kind]) for word, called in said.items()}
    return out
