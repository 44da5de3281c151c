"""Calibration of a model from its scores: temperature, scene coefficients, and with `thresholds` the verdict.

The temperature of the windows is fitted on simulated held-out tiles. The scene's coefficients a, b and c (see
`engine.inference.calibration`) are fitted on real files by penalised logistic regression, in which every
event or volcano has the same weight. The penalty pulls towards a = 1, b = c = 0, so that a few events cannot
decide alone; c is never positive, so that more windows never make an earthquake more probable. To measure the
verdicts, coefficients and thresholds are determined again without each group, and applied to its files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union

import numpy as np

from ...engine.errors import InputError
from ...engine.inference import calibration as engine
from ..real.catalogue import EARTHQUAKE, OTHER, POSTSEISMIC
from .metrics import auc, calibration_error, rounded
from .real_summary import by_event, summarise
from .score_folder import (
    load_scores,
    read_rows,
    read_windows,
    simulated_sets,
    write_rows,
    write_scores,
    write_text,
)
from .thresholds import ALL, choose_thresholds, left_out_verdicts, rates_at

PENALTY_GROUPS = 2.0
"""Strength of the penalty, in groups: two groups that disagree with the rest would pull as strongly."""
COEFFICIENT_SPREAD = (1.0, 3.0, 0.7)
"""Ordinary deviations of a, b and c from (1, 0, 0), by which the penalty is scaled."""
PRIOR = 0.3
"""Fraction of a user's interferograms that contain an earthquake; sample weights realise it."""
TEMPERATURE_RANGE = (0.3, 5.0)


def run(
    scores: str,
    out: str = "",
    *,
    alarms: float = 0.001,
    quiet_alarms: float = 0.01,
    volcano_alarms: float = 0.10,
    misses: float = 0.0,
    prior: float = PRIOR,
    apply: bool = False,
) -> dict[str, Any]:
    """Fit a model's calibration to a folder of scores, and write it as JSON.

    Parameters
    ----------
    scores : str
        Folder that `evaluate` wrote.
    out : str
        File to write; by default ``calibration.json`` in the folder.
    alarms, quiet_alarms, volcano_alarms : float
        Largest fractions of the files without an earthquake, and of the quiet and the volcanic ones among
        them, that may be called earthquakes.
    misses : float
        Largest fraction of the earthquakes that may be called absent.
    prior : float
        Fraction of a user's interferograms that contain an earthquake.
    apply : bool
        Also update the probabilities and verdicts of the real files in the folder, by coefficients and
        thresholds determined without each file's group.

    Raises
    ------
    InputError
        The folder holds neither simulated nor real scores, or a fraction is out of range.
    """
    for name, value in (
        ("alarms", alarms),
        ("quiet-alarms", quiet_alarms),
        ("volcano-alarms", volcano_alarms),
        ("misses", misses),
    ):
        if not 0 <= value < 1:
            raise InputError(f"--{name} {value} is not a fraction; give a number from 0 to below 1.")
    if not 0 < prior < 1:
        raise InputError(f"--prior {prior} is not a fraction; give a number between 0 and 1.")
    folder = Path(scores)
    result: dict[str, Any] = {"calibration": {"temperature": 1.0}, "thresholds": {}, "fitted_on": {}}
    sets = simulated_sets(folder)
    stored = load_scores(folder)
    if "mixed" in sets:
        temperature, fitted_on = _simulated_temperature(sets["mixed"])
        result["calibration"]["temperature"] = temperature
        result["fitted_on"]["simulated"] = fitted_on
    if "real" in stored:
        limits = {ALL: alarms, "quiet": quiet_alarms, "volcano": volcano_alarms}
        _calibrate_scenes(folder, stored, result, limits, misses, prior, apply)
    elif not sets:
        raise InputError(f"'{folder.name}' holds no scores to calibrate on; run evaluate first.")
    path = Path(out) if out else folder / "calibration.json"
    write_text(path, json.dumps(rounded(result, 5), indent=2) + "\n")
    return result


def _simulated_temperature(mixed: dict[str, np.ndarray]) -> tuple[float, dict[str, Any]]:
    """Temperature of the windows, and the calibration error before and after."""
    known = mixed["weight"] > 0
    logits, label = mixed["logits"][known], mixed["label"][known]
    temperature = fit_temperature(logits, label)
    return temperature, {
        "tiles": len(label),
        "ece_before": _ece(logits, label, 1.0),
        "ece": _ece(logits, label, temperature),
    }


def _calibrate_scenes(
    folder: Path,
    stored: dict[str, Any],
    result: dict[str, Any],
    limits: dict[str, float],
    misses: float,
    prior: float,
    apply: bool,
) -> None:
    """Add coefficients, thresholds and rates of real files to `result`; `apply` them to the folder."""
    rows, windows = read_rows(folder), read_windows(folder)
    fitted = fit_scenes(rows, windows, result["calibration"]["temperature"], prior=prior)
    result["calibration"].update(scene=fitted["scene"], other=fitted["other"])
    result["thresholds"] = choose_thresholds(rows, fitted["within"], limits, misses)
    verdicts = left_out_verdicts(rows, fitted["without"], limits, misses)
    result["rates"] = rates_at(rows, verdicts, prior)
    result["fitted_on"]["real"] = fitted["fitted_on"]
    if apply:
        for row, value, verdict in zip(rows, fitted["probability"], verdicts):
            row.update(probability=float(value), verdict=verdict)
        _rewrite(folder, stored, rows, windows, result["thresholds"])


def _rewrite(
    folder: Path,
    stored: dict[str, Any],
    rows: list[dict[str, Any]],
    windows: Sequence[np.ndarray],
    thresholds: dict[str, float],
) -> None:
    """Write the real scores of a folder again after their probabilities and verdicts have changed."""
    write_rows(folder, rows, windows)
    real = {**stored["real"], **summarise(rows, int(stored["real"].get("quiet_fold", -1)))}
    write_scores(folder, {**stored, "real": {**real, "events": by_event(rows), "thresholds": thresholds}})


def read_calibration(path: Union[str, Path]) -> dict[str, Any]:
    """Read "calibration" and "thresholds" from a file that `run` wrote; raises `InputError` for any other."""
    path = Path(path)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return {"calibration": dict(values["calibration"]), "thresholds": dict(values["thresholds"])}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path.name} is not a calibration; make one with the calibrate command.") from error


def fit_temperature(logits: np.ndarray, label: np.ndarray) -> float:
    """Temperature of the lowest cross entropy (Guo et al. 2017, On calibration of modern neural networks)."""
    from scipy.optimize import minimize_scalar

    if not len(label):
        return 1.0

    def loss(log_temperature: float) -> float:
        p = engine.window_probabilities(logits, math.exp(log_temperature))
        return float(-np.log(np.maximum(p[np.arange(len(label)), label], 1e-12)).mean())

    low, high = (math.log(value) for value in TEMPERATURE_RANGE)
    return float(math.exp(minimize_scalar(loss, bounds=(low, high), method="bounded").x))


def _ece(logits: np.ndarray, label: np.ndarray, temperature: float) -> float:
    p = engine.window_probabilities(logits, temperature)[:, engine.EARTHQUAKE]
    return calibration_error(p, label == engine.EARTHQUAKE)


def features(windows: Sequence[np.ndarray], index: int, temperature: float) -> np.ndarray:
    """(evidence, 1, ln n) of each file for a class, shape (N, 3); see `engine.inference.calibration`."""
    out = []
    for logits in windows:
        count = len(logits)
        odds = engine.log_odds(logits, index, temperature) if count else np.empty(0)
        evidence = engine.evidence(odds, engine.agreeing(count))
        out.append((evidence, 1.0, math.log(max(1, count))))
    return np.array(out)


def fit_scenes(
    rows: Sequence[dict[str, Any]],
    windows: Sequence[np.ndarray],
    temperature: float = 1.0,
    *,
    prior: float = PRIOR,
) -> dict[str, Any]:
    """Coefficients of the scene's probability for earthquakes ("scene") and other deformation ("other").

    Returns
    -------
    dict
        "scene", "other": coefficients a, b, c; "within" (N,): probability of an earthquake; "without": for
        each group the probabilities by coefficients fitted without it; "probability" (N,): that of each file
        without its own group; "fitted_on": numbers of files and groups, and how well the fit describes them.
    """
    label = np.array([row["label"] for row in rows])
    groups = np.array([row["group"] for row in rows])
    has_windows = np.array([len(logits) > 0 for logits in windows])
    usable = has_windows & (label != POSTSEISMIC)
    quake = label == EARTHQUAKE
    if not (usable & quake).any() or not (usable & ~quake).any():
        raise InputError("Calibration needs real files with and without an earthquake; score both kinds.")
    x = features(windows, engine.EARTHQUAKE, temperature)
    scene = fit_logistic(x[usable], quake[usable], groups[usable], prior)
    left_out = np.zeros(len(rows))
    without = {}
    for group in np.unique(groups):
        rest = usable & (groups != group)
        own = scene
        if (rest & quake).any() and (rest & ~quake).any():
            own = fit_logistic(x[rest], quake[rest], groups[rest], prior)
        without[str(group)] = _probability(x, own) * has_windows
        left_out[groups == group] = without[str(group)][groups == group]
    moving = np.isin(label, OTHER)
    others = features(windows, engine.OTHER, temperature)
    other = np.array([1.0, 0.0, 0.0])
    if (usable & moving).any():
        other = fit_logistic(others[usable], moving[usable], groups[usable], prior)
    return {
        "scene": dict(zip("abc", scene.tolist())),
        "other": dict(zip("abc", other.tolist())),
        "within": _probability(x, scene) * has_windows,
        "without": without,
        "probability": left_out,
        "fitted_on": {
            "files": int(usable.sum()),
            "earthquakes": int((usable & quake).sum()),
            "groups": len(np.unique(groups[usable])),
            "prior": prior,
            "ece_left_out": calibration_error(left_out[usable], quake[usable], 10),
            "auc_left_out": auc(left_out[usable], quake[usable]),
        },
    }


def fit_logistic(
    x: np.ndarray,
    truth: np.ndarray,
    groups: np.ndarray,
    prior: float = PRIOR,
    penalty: float = PENALTY_GROUPS,
) -> np.ndarray:
    """Penalised logistic regression: a > 0, b, c <= 0 for features (L, 1, ln n).

    Every group has the same weight, and the positives together have the fraction `prior` of all weight.
    """
    from scipy.optimize import minimize

    weight = np.zeros(len(truth))
    for kind, part in ((truth, prior), (~truth, 1 - prior)):
        names, index, count = np.unique(groups[kind], return_inverse=True, return_counts=True)
        weight[kind] = part / len(names) / count[index]
    total = len(np.unique(groups))
    weight *= total
    start, spread = np.array([1.0, 0.0, 0.0]), np.array(COEFFICIENT_SPREAD)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ w, -40, 40)
        cost = weight @ (np.logaddexp(0, z) - truth * z) + penalty * (((w - start) / spread) ** 2).sum() / 2
        slope = x.T @ (weight * (1 / (1 + np.exp(-z)) - truth)) + penalty * (w - start) / spread**2
        return float(cost), slope

    bounds = [(0.05, None), (None, None), (None, 0.0)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _probability(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ w, -40, 40))))
