"""How well calibrated probabilities describe files of left-out events: reliability, errors, rates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError
from ..real.catalogue import EARTHQUAKE, OTHER
from .logistic import prior_weights
from .metrics import auc, brier, calibration_error, reliability, wilson
from .scene_fit import QUESTIONS, SceneFit
from .thresholds import rates_at

BINS = 10


def reliability_of(fit: SceneFit, native: np.ndarray) -> dict[str, Any]:
    """Reliability of both questions on native files of left-out groups, at the priors of the fit.

    Parameters
    ----------
    fit : SceneFit
    native : ndarray of bool, shape (N,)
        Which files are native ones.

    Returns
    -------
    dict of str to dict
        By question: `metrics.reliability` as lists, with Wilson's 95 % interval "low" and "high" of the
        observed fraction; "ece", "brier", "auc" and "prior".
    """
    out = {}
    for question, value in zip(QUESTIONS, fit.left_out()):
        used = native & fit.files.counted(question)
        truth, prior = fit.files.truth(question)[used], fit.files.priors[question]
        weight = prior_weights(truth, fit.files.group[used], prior)
        table = reliability(value[used], truth, BINS, weight)
        ends = [wilson(round(seen * count), count) for seen, count in _observed(table)]
        out[question] = {
            **{name: values.tolist() for name, values in table.items()},
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "ece": calibration_error(value[used], truth, BINS, weight),
            "brier": brier(value[used], truth),
            "auc": _auc(value[used], truth),
            "prior": prior,
        }
    return out


def _observed(table: dict[str, np.ndarray]) -> list[tuple[float, int]]:
    return [(float(np.nan_to_num(seen)), int(count)) for seen, count in zip(table["seen"], table["count"])]


def _auc(value: np.ndarray, truth: np.ndarray) -> Optional[float]:
    """Area under the curve; None where all files are of one kind."""
    return auc(value, truth) if 0 < truth.sum() < len(truth) else None


def fitted_on(fit: SceneFit, native: np.ndarray) -> dict[str, Any]:
    """Numbers of files and groups of a fit, and its calibration errors on left-out groups by form."""
    files = fit.files
    moves, share = fit.left_out()
    quakes = moves * share
    used = files.usable & native
    by_form = {}
    for form in sorted({form for form in files.form if form}):
        part = files.usable & (files.form == form)
        weight = prior_weights(files.moving[part], files.group[part], files.priors["deformation"])
        by_form[form] = {
            "files": int(part.sum()),
            "groups": len(np.unique(files.group[part])),
            "deformation_ece": calibration_error(moves[part], files.moving[part], BINS, weight),
            "deformation_auc": _auc(moves[part], files.moving[part]),
        }
    return {
        "files": int(used.sum()),
        "other_forms": int((files.usable & ~native).sum()),
        "earthquakes": int((used & files.quake).sum()),
        "deformed": int((used & files.moving).sum()),
        "groups": len(np.unique(files.group[used])),
        "prior": files.priors["deformation"] * files.priors["kind"],
        "deformation_prior": files.priors["deformation"],
        "ece_left_out": calibration_error(quakes[used], files.quake[used], BINS),
        "auc_left_out": _auc(quakes[used], files.quake[used]),
        "deformation_ece_left_out": calibration_error(moves[used], files.moving[used], BINS),
        "deformation_auc_left_out": _auc(moves[used], files.moving[used]),
        "forms": by_form,
        "own_coefficients": fit.by_form,
    }


def rates_of(
    rows: Sequence[dict[str, Any]],
    earthquake: Sequence[str],
    deformation: Sequence[str],
    priors: dict[str, float],
) -> dict[str, Any]:
    """`rates_at` of the verdicts on an earthquake, and under "deformation" of those on deformation."""
    prior = priors["deformation"] * priors["kind"]
    moving = (EARTHQUAKE, *OTHER)
    return {
        **rates_at(rows, earthquake, prior),
        "deformation": rates_at(rows, deformation, priors["deformation"], moving),
    }


def read_reliability(path: Path) -> dict[str, Any]:
    """The reliability of both questions in a file that `calibrate` wrote; empty if it has none."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return dict(values.get("reliability", {}))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path.name} is not a calibration; make one with the calibrate command.") from error


def card_reliability(tables: dict[str, Any]) -> dict[str, Any]:
    """Reliability as the model card shows it: by question and bin, what was predicted and observed."""
    out = {}
    for question, table in tables.items():
        bins = len(table["count"])
        out[f"real, left out: reliability of {question}"] = {
            f"{index / bins:.1f} to {(index + 1) / bins:.1f}": f"predicted {said:.2f}, observed {seen:.2f}, "
            f"{count} files"
            for index, (said, seen, count) in enumerate(zip(table["said"], table["seen"], table["count"]))
            if count and said is not None and seen is not None
        }
    return out
