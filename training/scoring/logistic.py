"""Penalised logistic regression in which every event or volcano has the same weight."""

from __future__ import annotations

import numpy as np

PENALTY_GROUPS = 2.0
"""Strength of the penalty, in groups: two groups that disagree with the rest would pull as strongly."""
COEFFICIENT_SPREAD = (1.0, 3.0, 0.7)
"""Ordinary deviations of a, b and c from where the penalty pulls to, by which it is scaled."""
NETWORKS_OWN = np.array([1.0, 0.0, 0.0])
"""Coefficients a, b and c that leave the evidence as it is."""


def prior_weights(truth: np.ndarray, groups: np.ndarray, prior: float) -> np.ndarray:
    """Weights of files, shape (N,), that add up to 1.

    Positives together weigh `prior`, negatives the rest; among each, every group weighs the same, and so do
    the files of a group. Without one of the two kinds, the other has its part only.

    Parameters
    ----------
    truth : ndarray of bool, shape (N,)
    groups : ndarray, shape (N,)
    prior : float
    """
    weight = np.zeros(len(truth))
    for kind, part in ((truth, prior), (~truth, 1 - prior)):
        if kind.any():
            names, index, count = np.unique(groups[kind], return_inverse=True, return_counts=True)
            weight[kind] = part / len(names) / count[index]
    return weight


def fit_logistic(
    x: np.ndarray,
    truth: np.ndarray,
    groups: np.ndarray,
    prior: float,
    penalty: float = PENALTY_GROUPS,
    start: np.ndarray = NETWORKS_OWN,
) -> np.ndarray:
    """Coefficients a > 0, b, c <= 0 for features (L, 1, ln n).

    Parameters
    ----------
    x : ndarray, shape (N, 3)
    truth : ndarray of bool, shape (N,)
        Of both kinds.
    groups : ndarray, shape (N,)
    prior : float
        Fraction of the weight that the positives have.
    penalty : float
        In groups.
    start : ndarray, shape (3,)
        Where the penalty pulls to.
    """
    from scipy.optimize import minimize

    weight = prior_weights(truth, groups, prior) * len(np.unique(groups))
    spread = np.array(COEFFICIENT_SPREAD)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ w, -40, 40)
        cost = weight @ (np.logaddexp(0, z) - truth * z) + penalty * (((w - start) / spread) ** 2).sum() / 2
        slope = x.T @ (weight * (1 / (1 + np.exp(-z)) - truth)) + penalty * (w - start) / spread**2
        return float(cost), slope

    bounds = [(0.05, None), (None, None), (None, 0.0)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def probability(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """sigmoid(`x` `w`) for features (N, 3) and coefficients (3,)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ w, -40, 40))))


def log_loss(p: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Cross entropy of each probability, shape (N,)."""
    right = np.where(truth, p, 1 - p)
    return np.asarray(-np.log(np.maximum(right, 1e-12)))
