"""Phase unwrapping of a small area: weighted least squares, checked against the wrapped phase.

Ghiglia and Romero (1994), J. Opt. Soc. Am. A 11, 107-117: the unwrapped phase whose differences
between neighbours come closest to the wrapped differences, weighted, by conjugate gradients with the
unweighted solution (a cosine transform) as preconditioner.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

import numpy as np

ITERATIONS = 40
TOLERANCE = 1e-4
WORST_RMS = 0.7
"""Radians between the solution, wrapped, and the phase; beyond, the solution is not believed."""


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
    across = np.minimum(weight[:, 1:], weight[:, :-1])
    down = np.minimum(weight[1:], weight[:-1])
    right = _divergence(across * wrap(np.diff(psi, axis=1)), down * wrap(np.diff(psi, axis=0)))
    phi = _solve(right, across, down)
    rest = wrap(psi - phi)
    rest = wrap(rest - np.angle((weight * np.exp(1j * rest)).sum()))
    if np.sqrt((weight * rest**2).sum() / weight.sum()) > WORST_RMS:
        return None
    shift = float(np.angle((weight * np.exp(1j * (psi - phi))).sum()))
    whole = psi + 2 * np.pi * np.round((phi + shift - psi) / (2 * np.pi))
    return np.where(valid, whole, np.nan)


def wrap(phase: np.ndarray) -> np.ndarray:
    """Phase between -pi and pi."""
    return np.asarray((phase + np.pi) % (2 * np.pi) - np.pi)


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
