"""Calibration of a model from its scores: temperature, scene coefficients, and with `thresholds` the verdict.

The window's temperature comes from simulated held-out tiles. The scene's coefficients a, b, c of
`engine.calibration` come from real files by penalised logistic regression in which every event or volcano
weighs the same; a pull towards a = 1, b = c = 0 keeps few events from deciding too much, and c is never
positive: more windows never make an earthquake likelier. Verdicts are measured as honestly as the networks
are: coefficients and thresholds are found anew without each group, and judge its files.
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

PULL = 2.0
"""Strength of the pull towards (1, 0, 0), in groups: that of so many events at odds with the rest."""
PRIOR = 0.3
"""Part of the interferograms that a user opens and that hold an earthquake; weights bring it about."""
TEMPERATURES = (0.3, 5.0)


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
    """Fit a model's calibration to the scores in a folder and write it as JSON.

    Parameters
    ----------
    scores : str
        Folder that `evaluate` wrote.
    out : str
        File to write; ``calibration.json`` in the folder if left out.
    alarms, quiet_alarms, volcano_alarms : float
        Largest parts of the files without an earthquake, and of the quiet and the volcanic ones among them,
        that may be called earthquakes.
    misses : float
        Largest part of the earthquakes that may be called absent.
    prior : float
        Part of a user's interferograms that hold an earthquake.
    apply : bool
        Also put into the folder's scores what the calibration makes of every real file: its probability and
        verdict from coefficients and thresholds found without its group.

    Raises
    ------
    InputError
        The folder holds neither simulated nor real scores, or a number is not a share.
    """
    for name, value in (
        ("alarms", alarms),
        ("quiet-alarms", quiet_alarms),
        ("volcano-alarms", volcano_alarms),
        ("misses", misses),
    ):
        if not 0 <= value < 1:
            raise InputError(f"--{name} {value} is no share; give a number from 0 to below 1.")
    if not 0 < prior < 1:
        raise InputError(f"--prior {prior} is no share; give a number between 0 and 1.")
    folder = Path(scores)
    told = load_scores(folder)
    found: dict[str, Any] = {"calibration": {}, "thresholds": {}, "fitted_on": {}}
    temperature = 1.0
    sets = simulated_sets(folder)
    if "mixed" in sets:
        known = sets["mixed"]["weight"] > 0
        logits, label = sets["mixed"]["logits"][known], sets["mixed"]["label"][known]
        temperature = fit_temperature(logits, label)
        found["fitted_on"]["simulated"] = {
            "tiles": len(label),
            "ece_before": _ece(logits, label, 1.0),
            "ece": _ece(logits, label, temperature),
        }
    found["calibration"]["temperature"] = temperature
    if "real" in told:
        rows, windows = read_rows(folder), read_windows(folder)
        fitted = fit_scenes(rows, windows, temperature, prior=prior)
        found["calibration"].update(scene=fitted["scene"], other=fitted["other"])
        limits = {ALL: alarms, "quiet": quiet_alarms, "volcano": volcano_alarms}
        found["thresholds"] = choose_thresholds(rows, fitted["within"], limits, misses)
        verdicts = left_out_verdicts(rows, fitted["without"], limits, misses)
        found["rates"] = rates_at(rows, verdicts, prior)
        found["fitted_on"]["real"] = fitted["fitted_on"]
        if apply:
            for row, value, verdict in zip(rows, fitted["probability"], verdicts):
                row.update(probability=float(value), verdict=verdict)
            _rewrite(folder, told, rows, windows, found["thresholds"])
    elif not sets:
        raise InputError(f"'{folder.name}' holds no scores to calibrate on; run evaluate first.")
    path = Path(out) if out else folder / "calibration.json"
    write_text(path, json.dumps(rounded(found, 5), indent=2) + "\n")
    return found


def _rewrite(
    folder: Path,
    told: dict[str, Any],
    rows: list[dict[str, Any]],
    windows: Sequence[np.ndarray],
    thresholds: dict[str, float],
) -> None:
    """Rewrite the real scores of a folder, whose probabilities and verdicts have changed."""
    write_rows(folder, rows, windows)
    real = {**told["real"], **summarise(rows, int(told["real"].get("quiet_fold", -1)))}
    write_scores(folder, {**told, "real": {**real, "events": by_event(rows), "thresholds": thresholds}})


def read_calibration(path: Union[str, Path]) -> dict[str, Any]:
    """Read "calibration" and "thresholds" of a file that `run` wrote; raises `InputError` if it is none."""
    path = Path(path)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return {"calibration": dict(values["calibration"]), "thresholds": dict(values["thresholds"])}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path.name} is no calibration; make one with the calibrate command.") from error


def fit_temperature(logits: np.ndarray, label: np.ndarray) -> float:
    """Temperature of least cross entropy (Guo et al. 2017, On calibration of modern neural networks)."""
    from scipy.optimize import minimize_scalar

    if not len(label):
        return 1.0

    def loss(log_temperature: float) -> float:
        p = engine.window_probabilities(logits, math.exp(log_temperature))
        return float(-np.log(np.maximum(p[np.arange(len(label)), label], 1e-12)).mean())

    low, high = (math.log(value) for value in TEMPERATURES)
    return float(math.exp(minimize_scalar(loss, bounds=(low, high), method="bounded").x))


def _ece(logits: np.ndarray, label: np.ndarray, temperature: float) -> float:
    p = engine.window_probabilities(logits, temperature)[:, engine.EARTHQUAKE]
    return calibration_error(p, label == engine.EARTHQUAKE)


def features(windows: Sequence[np.ndarray], index: int, temperature: float) -> np.ndarray:
    """(L, 1, ln n) of each file for a class, shape (N, 3); see `engine.calibration`."""
    out = []
    for logits in windows:
        count = len(logits)
        odds = engine.log_odds(logits, index, temperature) if count else np.empty(0)
        level = engine.evidence(odds, engine.agreeing(count))
        out.append((level, 1.0, math.log(max(1, count))))
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
        "scene", "other": a, b, c; "within" (N,): probability of an earthquake; "without": for each group the
        same from coefficients fitted without it; "probability" (N,): each file's without its own group;
        "fitted_on": what was used and how well it fits.
    """
    label = np.array([row["label"] for row in rows])
    groups = np.array([row["group"] for row in rows])
    looked = np.array([len(one) > 0 for one in windows])
    usable = looked & (label != POSTSEISMIC)
    quake = label == EARTHQUAKE
    if not (usable & quake).any() or not (usable & ~quake).any():
        raise InputError("Calibration needs real earthquakes and real ground without; score both kinds.")
    x = features(windows, engine.EARTHQUAKE, temperature)
    scene = fit_logistic(x[usable], quake[usable], groups[usable], prior)
    apart = np.zeros(len(rows))
    without = {}
    for group in np.unique(groups):
        rest = usable & (groups != group)
        own = scene
        if (rest & quake).any() and (rest & ~quake).any():
            own = fit_logistic(x[rest], quake[rest], groups[rest], prior)
        without[str(group)] = _probability(x, own) * looked
        apart[groups == group] = without[str(group)][groups == group]
    moving = np.isin(label, OTHER)
    others = features(windows, engine.OTHER, temperature)
    other = np.array([1.0, 0.0, 0.0])
    if (usable & moving).any():
        other = fit_logistic(others[usable], moving[usable], groups[usable], prior)
    return {
        "scene": dict(zip("abc", scene.tolist())),
        "other": dict(zip("abc", other.tolist())),
        "within": _probability(x, scene) * looked,
        "without": without,
        "probability": apart,
        "fitted_on": {
            "files": int(usable.sum()),
            "earthquakes": int((usable & quake).sum()),
            "groups": len(np.unique(groups[usable])),
            "prior": prior,
            "ece_left_out": calibration_error(apart[usable], quake[usable], 10),
            "auc_left_out": auc(apart[usable], quake[usable]),
        },
    }


def fit_logistic(
    x: np.ndarray, truth: np.ndarray, groups: np.ndarray, prior: float = PRIOR, pull: float = PULL
) -> np.ndarray:
    """Penalised logistic regression: a > 0, b, c <= 0 for features (L, 1, ln n).

    Every group weighs the same, and positives together weigh `prior` of the whole.
    """
    from scipy.optimize import minimize

    weight = np.zeros(len(truth))
    for kind, part in ((truth, prior), (~truth, 1 - prior)):
        names, index, count = np.unique(groups[kind], return_inverse=True, return_counts=True)
        weight[kind] = part / len(names) / count[index]
    total = len(np.unique(groups))
    weight *= total
    start = np.array([1.0, 0.0, 0.0])
    spread = np.array([1.0, 3.0, 0.7])  # what is an ordinary deviation of a, b and c

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ w, -40, 40)
        cost = weight @ (np.logaddexp(0, z) - truth * z) + pull * (((w - start) / spread) ** 2).sum() / 2
        slope = x.T @ (weight * (1 / (1 + np.exp(-z)) - truth)) + pull * (w - start) / spread**2
        return float(cost), slope

    bounds = [(0.05, None), (None, None), (None, 0.0)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _probability(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ w, -40, 40))))
