"""Unwrapping along a line, and the places where it is unsafe.

Along a line, each difference between neighbours is assumed to be less than half a cycle (Itoh 1982,
Appl. Opt. 21, 2470). Where the phase changes by nearly that much from sample to sample, or where samples are
missing, the assumption may be wrong by a whole fringe, and everything beyond is then off by it.
"""

from __future__ import annotations

import math

import numpy as np

from ..numerics.phase import wrap

UNSAFE_STEP_RAD = 0.6 * math.pi
"""Difference between neighbouring samples from which unwrapping is unsafe: half a cycle (pi), less a margin
of 0.4 pi for noise."""
MAX_SAFE_GAP_SAMPLES = 2
"""Missing samples in a row that may be bridged if the difference is small."""


def unwrap_along(
    phase: np.ndarray, unsafe_step_rad: float = UNSAFE_STEP_RAD
) -> tuple[np.ndarray, np.ndarray]:
    """Unwrap phase along a line.

    Parameters
    ----------
    phase : ndarray, shape (N,)
        Radians; NaN where not valid.
    unsafe_step_rad : float
        Difference between neighbours from which the step is unsafe; between 0 and pi.

    Returns
    -------
    unwrapped : ndarray, shape (N,), float64
        Radians; the first valid sample keeps its value. NaN where not valid.
    unsafe : ndarray, shape (N,), bool
        True at a sample that cannot be joined safely to the valid one before it.
    """
    unwrapped = np.full(len(phase), np.nan)
    unsafe = np.zeros(len(phase), dtype=bool)
    (index,) = np.nonzero(np.isfinite(phase))
    if not len(index):
        return unwrapped, unsafe
    values = phase[index].astype(np.float64)
    steps = wrap(np.diff(values))
    unwrapped[index] = values[0] + np.concatenate([[0.0], np.cumsum(steps)])
    missing = np.diff(index) - 1
    unsafe[index[1:]] = (np.abs(steps) > unsafe_step_rad) | (missing > MAX_SAFE_GAP_SAMPLES)
    return unwrapped, unsafe
