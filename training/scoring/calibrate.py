"""Calibration of a model from its scores: temperature, coefficients of both questions, and their thresholds.

The temperature of the windows is fitted on simulated held-out tiles, the coefficients of the scene's
probabilities on real files (see `scene_fit`). To measure the verdicts, coefficients and thresholds are
determined again without each event or volcano, and applied to its files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ...engine.errors import InputError
from ...engine.inference import calibration as engine
from ...engine.inference.verdict import two_questions
from .calibration_report import fitted_on, rates_of, reliability_of
from .costs import DEFORMATION_COSTS, EARTHQUAKE_COSTS, Costs, Decision
from .logistic import prior_weights
from .metrics import calibration_error, rounded
from .scene_fit import BY_FORM, DEFORMATION_PRIOR, NEVER, PRIOR, SceneFit, fit_scenes
from .score_folder import load_scores, simulated_sets, write_text
from .scored_files import ScoredFiles
from .thresholds import ALL, choose_thresholds, left_out_thresholds

TEMPERATURE_RANGE = (0.3, 5.0)


def run(
    scores: str,
    out: str = "",
    *,
    alarms: Optional[float] = None,
    quiet_alarms: Optional[float] = None,
    volcano_alarms: Optional[float] = None,
    misses: Optional[float] = None,
    prior: float = PRIOR,
    deformation_prior: float = DEFORMATION_PRIOR,
    deformation_costs: Sequence[float] = astuple(DEFORMATION_COSTS),
    earthquake_costs: Sequence[float] = astuple(EARTHQUAKE_COSTS),
    by_form: str = NEVER,
    apply: bool = False,
) -> dict[str, Any]:
    """Fit a model's calibration to a folder of scores, and write it as JSON.

    Parameters
    ----------
    scores : str
        Folder that `evaluate` wrote; other forms of the earthquakes count as their events.
    out : str
        File to write; by default ``calibration.json`` in the folder.
    alarms, quiet_alarms, volcano_alarms : float, optional
        Largest fractions of the files without an earthquake, and of the quiet and the volcanic ones among
        them, that may be called earthquakes. They raise the threshold that follows from the costs.
    misses : float, optional
        Largest fraction of the earthquakes that may be called absent. It lowers that threshold.
    prior, deformation_prior : float
        Fractions of a user's interferograms that contain an earthquake, and deformation of either kind.
    deformation_costs, earthquake_costs : sequence of float
        Costs of a false alarm, a miss and "uncertain", from which the thresholds follow (see `Costs`).
    by_form : str
        Whether wrapped and unwrapped phase get coefficients of their own: "auto", where it helps left-out
        events; "never"; or "always". The few unwrapped quiet files decide little: on 1 490 files of model
        0.14.0, "auto" gave coefficients by form and ranked left-out files worse (area 0.973 for 0.984).
    apply : bool
        Also update the probabilities and verdicts of the real files in the folder, by coefficients and
        thresholds determined without each file's group.

    Raises
    ------
    InputError
        The folder holds neither simulated nor real scores, or a number is out of range.
    """
    limits = _limits(alarms, quiet_alarms, volcano_alarms)
    _check_fractions({**limits, "misses": misses}, prior, deformation_prior)
    if by_form not in BY_FORM:
        raise InputError(f"--by-form {by_form} is unknown; choose of {', '.join(BY_FORM)}.")
    costs = (
        Costs.from_numbers(deformation_costs, "--deformation-costs"),
        Costs.from_numbers(earthquake_costs, "--earthquake-costs"),
    )
    folder = Path(scores)
    result: dict[str, Any] = {"calibration": {"temperature": 1.0}, "thresholds": {}, "fitted_on": {}}
    sets = simulated_sets(folder)
    stored = load_scores(folder)
    if "mixed" in sets:
        temperature, fitted = _simulated_temperature(sets["mixed"])
        result["calibration"]["temperature"] = temperature
        result["fitted_on"]["simulated"] = fitted
    if "real" in stored:
        files = ScoredFiles.read(folder)
        fit = fit_scenes(
            files.rows,
            files.windows,
            result["calibration"]["temperature"],
            prior=prior,
            deformation_prior=deformation_prior,
            by_form=by_form,
        )
        _calibrate_scenes(files, fit, result, Decision(*costs, limits, misses))
        if apply:
            files.write(folder, stored, result["thresholds"])
    elif not sets:
        raise InputError(f"'{folder.name}' holds no scores to calibrate on; run evaluate first.")
    path = Path(out) if out else folder / "calibration.json"
    write_text(path, json.dumps(rounded(result, 5), indent=2) + "\n")
    return result


def _limits(
    alarms: Optional[float], quiet_alarms: Optional[float], volcano_alarms: Optional[float]
) -> dict[str, float]:
    """Given limits on false alarms, by label or `ALL`."""
    given = {ALL: alarms, "quiet": quiet_alarms, "volcano": volcano_alarms}
    return {name: value for name, value in given.items() if value is not None}


def _check_fractions(limits: dict[str, Optional[float]], prior: float, deformation_prior: float) -> None:
    """Raise `InputError` for a number that is no fraction."""
    options = {ALL: "alarms", "quiet": "quiet-alarms", "volcano": "volcano-alarms"}
    for name, value in limits.items():
        if value is not None and not 0 <= value < 1:
            option = options.get(name, name)
            raise InputError(f"--{option} {value} is not a fraction; give a number from 0 to below 1.")
    for option, value in (("prior", prior), ("deformation-prior", deformation_prior)):
        if not 0 < value < 1:
            raise InputError(f"--{option} {value} is not a fraction; give a number between 0 and 1.")


def _calibrate_scenes(files: ScoredFiles, fit: SceneFit, result: dict[str, Any], decision: Decision) -> None:
    """Add coefficients, thresholds and rates to `result`, and left-out verdicts to the rows of `files`."""
    rows, natives = files.rows, files.natives
    result["calibration"].update(fit.card())
    thresholds = decision.by_costs()
    left_out = [thresholds] * len(rows)
    if decision.has_limits:
        misses = decision.misses or 0.0
        moves, share = fit.files.probabilities(fit.coefficients)
        chosen = choose_thresholds(rows[:natives], (moves * share)[:natives], decision.limits, misses)
        thresholds = decision.within_limits(chosen)
        without = {}
        for group, coefficients in fit.without.items():
            moves, share = fit.files.probabilities(coefficients)
            without[group] = (moves * share)[:natives]
        by_file = left_out_thresholds(rows[:natives], without, decision.limits, misses)
        by_group = {row["group"]: one for row, one in zip(rows, by_file)}
        left_out = [decision.within_limits(by_group[row["group"]]) for row in rows]
    result["thresholds"] = thresholds
    result["costs"] = {"deformation": asdict(decision.deformation), "earthquake": asdict(decision.earthquake)}
    for row, moves, share, bounds in zip(rows, *fit.left_out(), left_out):
        answer = two_questions(float(moves), float(share), bounds)
        row.update(
            probability=answer.probability,
            other_probability=answer.other_probability,
            verdict=answer.earthquake,
            deformation_probability=answer.deformation_probability,
            deformation=answer.deformation,
            kind=answer.kind,
        )
    native = rows[:natives]
    earthquake = [row["verdict"] for row in native]
    deformation = [row["deformation"] for row in native]
    result["rates"] = rates_of(native, earthquake, deformation, fit.files.priors)
    result["expected_costs"] = {
        "deformation": _expected(decision.deformation, deformation, fit, "deformation", files.native),
        "earthquake": _expected(decision.earthquake, earthquake, fit, "earthquake", files.native),
    }
    result["reliability"] = reliability_of(fit, files.native)
    result["fitted_on"]["real"] = fitted_on(fit, files.native)


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


def _expected(
    costs: Costs, verdicts: Sequence[str], fit: SceneFit, question: str, native: np.ndarray
) -> float:
    """What left-out verdicts on native files cost in use, at the priors of the fit."""
    files = fit.files
    used = files.usable[native]
    truth = (files.moving if question == "deformation" else files.quake)[native][used]
    prior = files.priors["deformation"] * (1.0 if question == "deformation" else files.priors["kind"])
    weight = prior_weights(truth, files.group[native][used], prior)
    return costs.expected([v for v, kept in zip(verdicts, used) if kept], truth, weight)


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
