"""Encode phase as the network's channels. Training and detection share this code."""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from ..numerics.arrays import Array, namespace
from ..tile import CHANNELS

UNWRAPPED_SCALE = 4.0
"""Divides asinh(phase / pi), so that 100 rad of unwrapped phase give about 1."""
ELEVATION_SCALE_M = 1000.0
"""Metres of relief about the tile's median that give 1."""
MEDIAN_STEP_PIXELS = 7
"""The median takes every seventh pixel, which saves most of the sorting."""


def encode(phase: Array, unwrapped: Any, elevation: Optional[Array] = None) -> Array:
    """Encode phase tiles as the five channels that the network reads.

    NumPy arrays and torch tensors go through the same arithmetic.

    Parameters
    ----------
    phase : array, shape (..., H, W), float32
        Phase in radians, positive towards the satellite, NaN where not valid.
    unwrapped : bool or array of bool, shape (...)
        Whether `phase` is unwrapped; wrapped phase leaves the third channel at zero.
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
    filled, valid = _finite(xp, phase)
    shape = (*phase.shape[:-2], len(CHANNELS), *phase.shape[-2:])
    out = np.zeros(shape, phase.dtype) if xp is np else phase.new_zeros(shape)
    cosine, sine, compressed, relief, weight = (out[..., i, :, :] for i in range(len(CHANNELS)))
    weight[...] = valid
    xp.cos(filled, out=cosine)
    cosine *= weight
    xp.sin(filled, out=sine)
    sine *= weight
    if unwrapped is True:
        compressed[...] = _compressed(xp, filled, valid)
    elif unwrapped is not False:
        compressed[unwrapped] = _compressed(xp, filled[unwrapped], valid[unwrapped])
    if elevation is not None:
        height, known = _finite(xp, elevation)
        known = known & valid
        relief[...] = height - _median(xp, height, known)
        relief /= ELEVATION_SCALE_M
        relief *= known
    return out


def unwrapped_phase(channel: np.ndarray) -> np.ndarray:
    """Decode the channel of unwrapped phase: radians about the tile's median."""
    return np.asarray(np.sinh(channel * UNWRAPPED_SCALE) * math.pi)


def unwrapped_channel(phase: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Encode radians as the channel of unwrapped phase, about their median; zero outside `where`."""
    return np.asarray(_compressed(np, phase, where))


def _finite(xp: Any, values: Array) -> tuple[Array, Array]:
    """Values with zeros in place of those that are not finite, and the mask of the finite ones."""
    if xp is np:
        finite = np.isfinite(values)
        return np.where(finite, values, np.zeros_like(values)), finite
    # in torch, nan_to_num is much faster than where
    filled = values.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
    return filled, filled == values


def _compressed(xp: Any, filled: Array, valid: Array) -> Array:
    """Unwrapped phase about its median, compressed so that small and large values are both resolved."""
    centred = (filled - _median(xp, filled, valid)) / math.pi
    if xp is np:
        compressed = np.arcsinh(centred)
    else:  # the same formula; torch's own asinh is not vectorised
        size = abs(centred)
        compressed = xp.log1p(size + size * size / (1 + xp.sqrt(size * size + 1))) * xp.sign(centred)
    return compressed / UNWRAPPED_SCALE * valid


def _median(xp: Any, values: Array, where: Array) -> Array:
    """Lower median of each `MEDIAN_STEP_PIXELS`-th pixel inside `where`, shape (..., 1, 1); 0 without any."""
    lead, pixels = values.shape[:-2], values.shape[-2] * values.shape[-1]
    flat, counts = (part.reshape(*lead, pixels)[..., ::MEDIAN_STEP_PIXELS] for part in (values, where))
    if xp is not np:
        median = xp.nanmedian(xp.where(counts, flat, math.nan), dim=-1, keepdim=True).values
        return xp.nan_to_num(median, nan=0.0)[..., None]
    flat = np.where(counts, flat, np.zeros_like(flat) + math.inf)
    count = np.isfinite(flat).sum(-1)[..., None]
    middle = np.where(count > 0, (count - 1) // 2, count * 0)
    median = np.take_along_axis(np.sort(flat, axis=-1), middle, axis=-1)
    return np.where(count > 0, median, np.zeros_like(median))[..., None]
