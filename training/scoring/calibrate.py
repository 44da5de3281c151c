"""Calibration of a model from its scores: temperature, coefficients of both questions, and their thresholds.

The temperature of the windows is fitted on simulated held-out tiles, the coefficients of the scene's
probabilities on real files (see `scene_fit`). To measure the verdicts, coefficients and thresholds are
determined again without each event or volcano, and applied to its files.
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
from .metrics import calibration_error, rounded
from .real_summary import by_event, summarise
from .scene_fit import PRIOR, fit_scenes
from .score_folder import (
    load_scores,
    read_rows,
    read_windows,
    simulated_sets,
    write_rows,
    write_scores,
    write_text,
)
from .thresholds import ALL, choose_thresholds, deformation_thresholds, left_out_verdicts, rates_at

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
    result["calibration"].update(deformation=fitted["deformation"], kind=fitted["kind"])
    result["thresholds"] = {
        **choose_thresholds(rows, fitted["within"], limits, misses),
        **deformation_thresholds(),
    }
    verdicts = left_out_verdicts(rows, fitted["without"], limits, misses)
    result["rates"] = rates_at(rows, verdicts, prior)
    result["fitted_on"]["real"] = fitted["fitted_on"]
    if apply:
        bounds = result["thresholds"]["deformation_present"], result["thresholds"]["deformation_absent"]
        for row, value, moves, verdict in zip(rows, fitted["probability"], fitted["moves"], verdicts):
            row.update(probability=float(value), other_probability=float(moves - value), verdict=verdict)
            row.update(deformation_probability=float(moves), deformation=engine.verdict(moves, *bounds))
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
