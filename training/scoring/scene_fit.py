"""Coefficients of the two probabilities of a scene, fitted on real files.

The coefficients a, b and c (see `engine.inference.calibration`) come from penalised logistic regressions: of
deformation against none, and among the files with deformation of earthquakes against other sources. Every
event or volcano has the same weight. The penalty pulls towards a = 1, b = c = 0, so that a few events cannot
decide alone; c is never positive, so that more windows never make deformation more probable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError
from ...engine.inference import calibration as engine
from ..real.catalogue import EARTHQUAKE, OTHER, POSTSEISMIC
from .metrics import auc, calibration_error

PENALTY_GROUPS = 2.0
"""Strength of the penalty, in groups: two groups that disagree with the rest would pull as strongly."""
COEFFICIENT_SPREAD = (1.0, 3.0, 0.7)
"""Ordinary deviations of a, b and c from (1, 0, 0), by which the penalty is scaled."""
PRIOR = 0.3
"""Fraction of a user's interferograms that contain an earthquake; sample weights realise it."""
DEFORMATION_PRIOR = 0.5
"""Fraction of a user's interferograms that show deformation of either kind."""
NETWORKS_OWN = np.array([1.0, 0.0, 0.0])
"""Coefficients that leave the evidence as it is."""


def features(windows: Sequence[np.ndarray], answer: str, temperature: float) -> np.ndarray:
    """(evidence, 1, ln n) of each file for "deformation" or "kind", shape (N, 3)."""
    out = []
    for logits in windows:
        count = len(logits)
        out.append((engine.scene_evidence(logits, answer, temperature, count), 1.0, math.log(max(1, count))))
    return np.array(out)


def fit_scenes(
    rows: Sequence[dict[str, Any]],
    windows: Sequence[np.ndarray],
    temperature: float = 1.0,
    *,
    prior: float = PRIOR,
) -> dict[str, Any]:
    """Coefficients of the probabilities of deformation and of its kind.

    Returns
    -------
    dict
        "deformation", "kind": coefficients a, b, c; "within" (N,): probability of an earthquake; "without":
        for each group the probabilities by coefficients fitted without it; "probability" and "moves" (N,):
        probability of an earthquake and of deformation of each file without its own group; "fitted_on":
        numbers of files and groups, and how well the fit describes them.
    """
    label = np.array([row["label"] for row in rows])
    groups = np.array([row["group"] for row in rows])
    has_windows = np.array([len(logits) > 0 for logits in windows])
    usable = has_windows & (label != POSTSEISMIC)
    quake = label == EARTHQUAKE
    moving = quake | np.isin(label, OTHER)
    if not (usable & quake).any() or not (usable & ~quake).any():
        raise InputError("Calibration needs real files with and without an earthquake; score both kinds.")
    x = {answer: features(windows, answer, temperature) for answer in ("deformation", "kind")}
    truth = {"deformation": moving, "kind": quake}

    def fit(rest: np.ndarray) -> dict[str, np.ndarray]:
        used = {"deformation": rest, "kind": rest & moving}
        priors = {"deformation": max(prior, DEFORMATION_PRIOR), "kind": prior / max(prior, DEFORMATION_PRIOR)}
        return {answer: _fit(x[answer], truth[answer], groups, used[answer], priors[answer]) for answer in x}

    def probabilities(own: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        moves = _probability(x["deformation"], own["deformation"]) * has_windows
        return moves * _probability(x["kind"], own["kind"]), moves

    whole = fit(usable)
    left_out, left_out_moves = np.zeros(len(rows)), np.zeros(len(rows))
    without = {}
    for group in np.unique(groups):
        own = groups == group
        without[str(group)], moves = probabilities(fit(usable & ~own))
        left_out[own], left_out_moves[own] = without[str(group)][own], moves[own]
    return {
        **{answer: dict(zip("abc", coefficients.tolist())) for answer, coefficients in whole.items()},
        "within": probabilities(whole)[0],
        "without": without,
        "probability": left_out,
        "moves": left_out_moves,
        "fitted_on": {
            "files": int(usable.sum()),
            "earthquakes": int((usable & quake).sum()),
            "deformed": int((usable & moving).sum()),
            "groups": len(np.unique(groups[usable])),
            "prior": prior,
            "ece_left_out": calibration_error(left_out[usable], quake[usable], 10),
            "auc_left_out": auc(left_out[usable], quake[usable]),
            "deformation_ece_left_out": calibration_error(left_out_moves[usable], moving[usable], 10),
            "deformation_auc_left_out": _auc(left_out_moves[usable], moving[usable]),
        },
    }


def _auc(value: np.ndarray, truth: np.ndarray) -> Optional[float]:
    """Area under the curve; None where all files are of one kind."""
    return auc(value, truth) if 0 < truth.sum() < len(truth) else None


def _fit(x: np.ndarray, truth: np.ndarray, groups: np.ndarray, used: np.ndarray, prior: float) -> np.ndarray:
    """Coefficients fitted on the `used` files; the network's own evidence where all are of one kind."""
    if not (used & truth).any() or not (used & ~truth).any():
        return NETWORKS_OWN
    return fit_logistic(x[used], truth[used], groups[used], prior)


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
