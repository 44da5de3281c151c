"""Phase unwrapping of a small area: least absolute differences, checked against the wrapped phase.

The differences of the unwrapped phase between neighbours must come as close as possible to the weighted,
wrapped differences. Least squares spread the error of each phase residue over its surroundings. Least
absolute differences keep it in place; they follow from repeated least squares with less weight where the
differences disagree (Ghiglia and Romero 1996, J. Opt. Soc. Am. A 13, 1999-2013, with p = 1). Conjugate
gradients solve each least-squares problem, with the unweighted solution, a cosine transform, as
preconditioner (Ghiglia and Romero 1994, J. Opt. Soc. Am. A 11, 107-117).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

import numpy as np

from .phase import wrap

MAX_ROUNDS = 4
"""Maximum number of least-squares problems; most areas need one."""
MAX_ITERATIONS = 30
"""Maximum number of conjugate-gradient steps for one problem."""
RELATIVE_TOLERANCE = 1e-3
"""Size of the residual, relative to the right-hand side, at which conjugate gradients stop."""
FULL_WEIGHT_MAX_RAD = 0.1
"""Disagreement up to which a difference keeps its full weight."""
INCONSISTENT_MIN_RAD = 1.5
"""Difference between the wrapped solution and the phase from which a pixel is inconsistent."""
GOOD_FRACTION, ACCEPTED_FRACTION, HOPELESS_FRACTION = 0.02, 0.1, 0.5
"""Fractions of inconsistent pixels: up to the first the solution is final, up to the second it is accepted
after the last round, beyond the third further rounds are useless."""


def unwrap(phase: np.ndarray, weight: np.ndarray) -> Optional[np.ndarray]:
    """Unwrap a small area.

    Parameters
    ----------
    phase : ndarray, shape (H, W)
        Radians in [-pi, pi]; any value where `weight` is 0.
    weight : ndarray, shape (H, W)
        0 (invalid) to 1 (certain).

    Returns
    -------
    ndarray, shape (H, W), float64, or None
        Unwrapped phase, which differs from `phase` by whole cycles, and NaN where invalid; None if the phase
        cannot be unwrapped reliably.
    """
    valid = weight > 0
    if min(phase.shape) < 3 or valid.sum() < 9:
        return None
    psi = np.where(valid, phase, 0.0).astype(np.float64)
    weight = np.where(valid, weight, 0.0).astype(np.float64)
    across, down = np.minimum(weight[:, 1:], weight[:, :-1]), np.minimum(weight[1:], weight[:-1])
    step_x, step_y = wrap(np.diff(psi, axis=1)), wrap(np.diff(psi, axis=0))
    phi = np.zeros_like(psi)
    inconsistent = 1.0
    for attempt in range(MAX_ROUNDS):
        off_x, off_y = np.diff(phi, axis=1) - step_x, np.diff(phi, axis=0) - step_y
        w_x, w_y = across, down
        if attempt:
            w_x, w_y = across * _weights(off_x), down * _weights(off_y)
        phi = phi - _solve(_divergence(w_x * off_x, w_y * off_y), w_x, w_y)
        phi += np.angle((weight * np.exp(1j * (psi - phi))).sum())
        inconsistent = float((weight * (np.abs(wrap(psi - phi)) > INCONSISTENT_MIN_RAD)).sum() / weight.sum())
        if inconsistent <= GOOD_FRACTION or (attempt and inconsistent > HOPELESS_FRACTION):
            break
    if inconsistent > ACCEPTED_FRACTION:
        return None
    whole = psi + 2 * np.pi * np.round((phi - psi) / (2 * np.pi))
    return np.where(valid, whole, np.nan)


def _weights(off: np.ndarray) -> np.ndarray:
    """Weights for least absolute differences, from the disagreement of the last solution."""
    return np.asarray(FULL_WEIGHT_MAX_RAD / np.maximum(np.abs(off), FULL_WEIGHT_MAX_RAD))


def _divergence(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Sum of the flows out of each pixel, from the flows between neighbours."""
    out = np.zeros((across.shape[0], down.shape[1]))
    out[:, :-1] += across
    out[:, 1:] -= across
    out[:-1] += down
    out[1:] -= down
    return out


def _solve(right: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Conjugate gradients for the weighted Poisson equation."""
    phi = np.zeros_like(right)
    residual = right.copy()
    target = RELATIVE_TOLERANCE * np.sqrt((right**2).sum())
    direction = np.zeros_like(right)
    previous = 0.0
    for step in range(MAX_ITERATIONS):
        if np.sqrt((residual**2).sum()) <= target:
            break
        ready = _poisson(residual)
        product = float((residual * ready).sum())
        direction = ready + (product / previous if step else 0.0) * direction
        previous = product
        moved = _divergence(across * np.diff(direction, axis=1), down * np.diff(direction, axis=0))
        bend = float((direction * moved).sum())
        if bend == 0:
            break
        phi += product / bend * direction
        residual -= product / bend * moved
    return phi


def _poisson(right: np.ndarray) -> np.ndarray:
    """The unweighted Poisson equation with reflecting edges, by cosine transforms."""
    rows, columns = _cosines(right.shape[0]), _cosines(right.shape[1])
    spectrum = rows @ right @ columns.T
    y, x = (2 * np.cos(np.pi * np.arange(n) / n) - 2 for n in right.shape)
    divisor = y[:, None] + x[None, :]
    divisor[0, 0] = 1.0
    spectrum /= divisor
    spectrum[0, 0] = 0.0
    return rows.T @ spectrum @ columns


@lru_cache(maxsize=8)
def _cosines(count: int) -> np.ndarray:
    """Orthonormal DCT-II matrix; for a few hundred pixels, BLAS is faster than a mirrored FFT."""
    order, place = np.arange(count)[:, None], np.arange(count)[None, :]
    matrix = np.sqrt(2.0 / count) * np.cos(np.pi * order * (2 * place + 1) / (2 * count))
    matrix[0] /= np.sqrt(2.0)
    return matrix
