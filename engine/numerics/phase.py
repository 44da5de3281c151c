"""Phase modulo whole cycles, for NumPy arrays and torch tensors."""

from __future__ import annotations

import math

import numpy as np

from .arrays import Array, namespace

CYCLE = 2 * math.pi
"""Radians in one fringe."""


def wrap(phase: Array) -> Array:
    """Wrap phase into [-pi, pi], up to the rounding of its precision.

    Parameters
    ----------
    phase : ndarray or Tensor of floating-point numbers
        Radians. Values within [-pi, pi] are returned unchanged.
    """
    xp = namespace(phase)
    cycles = xp.round(phase * (1 / CYCLE))
    if xp is np:
        return np.asarray(phase - CYCLE * cycles)
    return xp.add(phase, cycles, alpha=-CYCLE)
