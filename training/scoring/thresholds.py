"""Thresholds between which the verdict is "uncertain", and the rates measured at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...engine.inference import calibration as engine
from ..real.catalogue import EARTHQUAKE, POSTSEISMIC, QUIET
from .metrics import rates, share

PRESENT_RANGE, ABSENT_RANGE = (0.5, 0.95), (0.02, 0.3)
"""Ranges that are searched for the two thresholds; between the thresholds the verdict is "uncertain"."""
STEP = 0.01
"""Step of the search."""
ALL = "all"
"""Name of the limit for all files without an earthquake."""


FALSE_ALARM_COST, MISS_COST, UNCERTAIN_COST = 1.0, 1.5, 0.3
"""Costs of calling quiet ground deformed, of calling deformed ground quiet, and of an answer that leaves the
question to the analyst. Looking at an interferogram in vain costs least, missing an earthquake most."""


def deformation_thresholds(
    false_alarm: float = FALSE_ALARM_COST, miss: float = MISS_COST, uncertain: float = UNCERTAIN_COST
) -> dict[str, float]:
    """Thresholds of the lowest expected cost for a calibrated probability (Chow 1970).

    "present" costs (1 - p) × `false_alarm`, "absent" p × `miss`, "uncertain" always `uncertain`.

    Returns
    -------
    dict
        "deformation_present", "deformation_absent".
    """
    even = false_alarm / (false_alarm + miss)
    return {
        "deformation_present": round(max(even, 1 - uncertain / false_alarm), 4),
        "deformation_absent": round(min(even, uncertain / miss), 4),
    }


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


def left_out_verdicts(
    rows: Sequence[dict[str, Any]], without: dict[str, np.ndarray], limits: dict[str, float], misses: float
) -> list[str]:
    """Verdict of each file from coefficients and thresholds determined without its group.

    Parameters
    ----------
    without : dict of str to ndarray, shape (N,)
        For each group, the probability of every file by coefficients fitted without that group.
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
    """Rates at which files of each label are called present and absent.

    "all" weights every file equally. "in use" weights the files so that a fraction `prior` of them are
    earthquakes, because precision, F1 and accuracy depend on that fraction.
    """
    label = np.array([row["label"] for row in rows])
    counted = label != POSTSEISMIC
    present, absent = (np.array([verdict == word for verdict in verdicts]) for word in ("present", "absent"))
    quake, called = label[counted] == EARTHQUAKE, present[counted]
    weight = np.where(quake, prior / max(quake.sum(), 1), (1 - prior) / max((~quake).sum(), 1))
    out: dict[str, Any] = {"all": rates(quake, called), "in use": rates(quake, called, weight)}
    for kind in np.unique(label):
        chosen = label == kind
        out[str(kind)] = {
            "present": share(present[chosen]),
            "absent": share(absent[chosen]),
        }
    return out
