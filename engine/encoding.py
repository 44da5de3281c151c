"""Phase to the network's channels. Training and detection share this code."""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from .arrays import Array, namespace

TILE = 224
"""Width and height of the network's input in pixels."""
PATCH = 16
"""Width and height of one patch in pixels."""
GRID = TILE // PATCH
"""Patches along one side."""
CHANNELS = ("cos_phase", "sin_phase", "unwrapped", "elevation", "valid")
CLASSES = ("none", "earthquake", "other")

UNWRAPPED_SCALE = 4.0
"""Divides asinh(phase / pi): 100 rad of unwrapped phase come to about 1."""
ELEVATION_SCALE = 1000.0
"""Metres of relief about the tile's median that come to 1."""
MEDIAN_STEP = 7
"""The median looks at every seventh pixel: prime to the tile's width, and a seventh of the sorting."""


def encode(phase: Array, unwrapped: Any, elevation: Optional[Array] = None) -> Array:
    """Encode phase tiles as the five channels that the network reads.

    NumPy arrays and torch tensors pass through the same arithmetic.

    Parameters
    ----------
    phase : array, shape (..., H, W), float32
        Phase in radians, positive towards the satellite, NaN where not valid.
    unwrapped : bool or array of bool, shape (...)
        Whether `phase` is continuous; wrapped phase leaves the third channel at zero.
    elevation : array, shape (..., H, W), optional
        Elevation in metres, NaN where unknown. Without it the fourth channel is zero.

    Returns
    -------
    array, shape (..., 5, H, W), float32
        cos and sin of the phase, compressed unwrapped phase about its median,
        elevation about its median in kilometres, and the valid mask; every channel is
        zero where the phase is not valid.
    """
    xp = namespace(phase)
    valid = xp.isfinite(phase)
    none = xp.zeros_like(phase)
    filled = xp.where(valid, phase, none)
    weight = xp.where(valid, none + 1, none)
    continuous = none
    if unwrapped is not False:
        centred = (filled - _median(xp, filled, valid)) / math.pi
        continuous = xp.arcsinh(centred) / UNWRAPPED_SCALE * weight
        if unwrapped is not True:
            continuous = xp.where(unwrapped[..., None, None], continuous, none)
    relief = none
    if elevation is not None:
        known = valid & xp.isfinite(elevation)
        height = xp.where(known, elevation, none)
        relief = xp.where(known, (height - _median(xp, height, known)) / ELEVATION_SCALE, none)
    return xp.stack([xp.cos(filled) * weight, xp.sin(filled) * weight, continuous, relief, weight], -3)


def _median(xp: Any, values: Array, where: Array) -> Array:
    """Lower median of every `MEDIAN_STEP`-th pixel where `where` holds, shape (..., 1, 1); 0 without any."""
    flat = xp.where(where, values, xp.zeros_like(values) + math.inf).reshape(*values.shape[:-2], -1)
    flat = flat[..., ::MEDIAN_STEP]
    count = xp.isfinite(flat).sum(-1)[..., None]
    middle = xp.where(count > 0, (count - 1) // 2, count * 0)
    if xp is np:
        median = np.take_along_axis(np.sort(flat, axis=-1), middle, axis=-1)
    else:
        median = xp.take_along_dim(xp.sort(flat, dim=-1).values, middle, dim=-1)
    return xp.where(count > 0, median, xp.zeros_like(median))[..., None]
