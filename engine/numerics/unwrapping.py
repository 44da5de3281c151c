"""Phase unwrapping of a small area: least absolute differences, checked against the wrapped phase.

The unwrapped phase is sought whose differences between neighbours come closest to the wrapped
differences, weighted. Least squares spread the error of every phase residue over its surroundings;
least absolute differences, reached by solving least squares anew with less weight where they
disagree, keep it in place (Ghiglia and Romero 1996, J. Opt. Soc. Am. A 13, 1999-2013, with p = 1).
Each least-squares problem is solved by conjugate gradients with the unweighted solution, a cosine
transform, as preconditioner (Ghiglia and Romero 1994, J. Opt. Soc. Am. A 11, 107-117).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

import numpy as np

from .phase import wrap

ROUNDS = 4
"""Least-squares problems at most: most areas need one."""
ITERATIONS = 30
TOLERANCE = 1e-3
SMALLEST = 0.1
"""Radians of disagreement below which a difference keeps its weight."""
WRONG = 1.5
"""Radians between the solution, wrapped, and the phase, beyond which a pixel is not consistent."""
GOOD, FAIR, HOPELESS = 0.02, 0.1, 0.5
"""Part of the pixels that is not consistent: good at once, still to be believed in the end, and given up."""


def unwrap(phase: np.ndarray, weight: np.ndarray) -> Optional[np.ndarray]:
    """Unwrap a small area.

    Parameters
    ----------
    phase : ndarray, shape (H, W)
        Radians in [-pi, pi]; any value where `weight` is 0.
    weight : ndarray, shape (H, W)
        0 (not valid) to 1 (sure).

    Returns
    -------
    ndarray, shape (H, W), float64, or None
        Unwrapped phase that differs from `phase` by whole cycles where valid, NaN elsewhere; None
        where it cannot be told.
    """
    valid = weight > 0
    if min(phase.shape) < 3 or valid.sum() < 9:
        return None
    psi = np.where(valid, phase, 0.0).astype(np.float64)
    weight = np.where(valid, weight, 0.0).astype(np.float64)
    across, down = np.minimum(weight[:, 1:], weight[:, :-1]), np.minimum(weight[1:], weight[:-1])
    step_x, step_y = wrap(np.diff(psi, axis=1)), wrap(np.diff(psi, axis=0))
    phi = np.zeros_like(psi)
    wrong = 1.0
    for attempt in range(ROUNDS):
        off_x, off_y = np.diff(phi, axis=1) - step_x, np.diff(phi, axis=0) - step_y
        w_x, w_y = across, down
        if attempt:
            w_x, w_y = across * _less(off_x), down * _less(off_y)
        phi = phi - _solve(_divergence(w_x * off_x, w_y * off_y), w_x, w_y)
        phi += np.angle((weight * np.exp(1j * (psi - phi))).sum())
        wrong = float((weight * (np.abs(wrap(psi - phi)) > WRONG)).sum() / weight.sum())
        if wrong <= GOOD or (attempt and wrong > HOPELESS):
            break
    if wrong > FAIR:
        return None
    whole = psi + 2 * np.pi * np.round((phi - psi) / (2 * np.pi))
    return np.where(valid, whole, np.nan)


def _less(off: np.ndarray) -> np.ndarray:
    """Weight of a difference that the last solution disagrees with, for least absolute differences."""
    return np.asarray(SMALLEST / np.maximum(np.abs(off), SMALLEST))


def _divergence(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Sum of flows out of each pixel, from flows between neighbours."""
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
    target = TOLERANCE * np.sqrt((right**2).sum())
    direction = np.zeros_like(right)
    previous = 0.0
    for step in range(ITERATIONS):
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
    """Orthonormal DCT-II matrix: for some hundred pixels, BLAS is faster than a mirrored FFT."""
    order, place = np.arange(count)[:, None], np.arange(count)[None, :]
    matrix = np.sqrt(2.0 / count) * np.cos(np.pi * order * (2 * place + 1) / (2 * count))
    matrix[0] /= np.sqrt(2.0)
    return matrix
