"""Phase to the network's channels. Training and detection share this code."""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from ..numerics.arrays import Array, namespace
from ..numerics.blas import matmul
from ..tile import CHANNELS, COSINE, RELIEF, SINE, UNWRAPPED, VALID

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
    filled, valid = _finite(xp, phase)
    shape = (*phase.shape[:-2], len(CHANNELS), *phase.shape[-2:])
    out = np.zeros(shape, phase.dtype) if xp is np else phase.new_zeros(shape)
    cosine, sine, continuous, relief, weight = (out[..., i, :, :] for i in range(len(CHANNELS)))
    weight[...] = valid
    xp.cos(filled, out=cosine)
    cosine *= weight
    xp.sin(filled, out=sine)
    sine *= weight
    if unwrapped is True:
        continuous[...] = _compressed(xp, filled, valid)
    elif unwrapped is not False:
        continuous[unwrapped] = _compressed(xp, filled[unwrapped], valid[unwrapped])
    if elevation is not None:
        height, known = _finite(xp, elevation)
        known = known & valid
        relief[...] = height - _median(xp, height, known)
        relief /= ELEVATION_SCALE
        relief *= known
    return out


def unwrapped_phase(channel: np.ndarray) -> np.ndarray:
    """Radians about the tile's median, from the channel of unwrapped phase."""
    return np.asarray(np.sinh(channel * UNWRAPPED_SCALE) * math.pi)


def unwrapped_channel(phase: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The channel of unwrapped phase from radians, about their median; zero but for `where`."""
    return np.asarray(_compressed(np, phase, where))


def recentred(tiles: np.ndarray) -> np.ndarray:
    """Encoded tiles that were cut from others, with phase and elevation about their own medians again.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        What `encode` would have made of the cut phase and elevation.
    """
    out = np.array(tiles)
    where = tiles[:, VALID] > 0
    out[:, UNWRAPPED] = unwrapped_channel(unwrapped_phase(tiles[:, UNWRAPPED]), where)
    out[:, RELIEF] -= _median(np, tiles[:, RELIEF], where) * where
    return out


def rescaled_wavelength(tiles: np.ndarray, factor: float) -> np.ndarray:
    """Encoded tiles of continuous phase as a wavelength that is `factor` times shorter would show them.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
    factor : float

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        What `encode` would have made of the phase about its median, times `factor`.
    """
    phase = np.where(tiles[:, VALID] > 0, factor * unwrapped_phase(tiles[:, UNWRAPPED]), np.nan)
    out = encode(phase.astype(tiles.dtype, copy=False), True)
    out[:, RELIEF] = tiles[:, RELIEF]
    return np.asarray(out)


def smoothed(tiles: np.ndarray, sigma: float) -> np.ndarray:
    """Encoded tiles with their phase smoothed by a Gaussian.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
    sigma : float
        Standard deviation in pixels.

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        Wrapped phase is the direction of the smoothed phasor, continuous phase is smoothed as it is. Pixels
        that are not valid count for nothing and stay so; elevation is not smoothed.
    """
    down, across = (_gaussian(extent, sigma) for extent in tiles.shape[-2:])

    def blurred(values: np.ndarray) -> np.ndarray:
        return matmul(matmul(down, np.ascontiguousarray(values)), across)

    out = np.array(tiles)
    where = tiles[:, VALID]
    known = tiles[:, UNWRAPPED].any(axis=(1, 2))
    angle = np.empty_like(where)
    if not known.all():
        wrapped = tiles[~known]
        angle[~known] = np.arctan2(blurred(wrapped[:, SINE]), blurred(wrapped[:, COSINE]))
    if known.any():
        weight = where[known]
        phase = unwrapped_phase(tiles[known, UNWRAPPED])
        # the phasor turns with the whole phase, the other channel tells it about its median
        phasor = tiles[known, COSINE] + 1j * tiles[known, SINE]
        median = np.angle((phasor * np.exp(-1j * phase)).sum(axis=(1, 2), keepdims=True))
        mean = blurred((phase * weight).astype(tiles.dtype)) / np.maximum(blurred(weight), 1e-6)
        angle[known] = mean + median
        out[known, UNWRAPPED] = unwrapped_channel(mean * weight, weight > 0)
    out[:, COSINE] = np.cos(angle) * where
    out[:, SINE] = np.sin(angle) * where
    return out


def _gaussian(extent: int, sigma: float) -> np.ndarray:
    """Matrix that smooths lines of `extent` values, which are zero beyond their ends, (extent, extent)."""
    place = np.arange(extent)
    kernel = np.exp(-0.5 * ((place[:, None] - place) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    return np.asarray(kernel, np.float32)


def _finite(xp: Any, values: Array) -> tuple[Array, Array]:
    """Values with zeros in the place of those that are not finite, and where they are finite."""
    if xp is np:
        finite = np.isfinite(values)
        return np.where(finite, values, np.zeros_like(values)), finite
    # torch selects slowly, and fills in quickly
    filled = values.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
    return filled, filled == values


def _compressed(xp: Any, filled: Array, valid: Array) -> Array:
    """Unwrapped phase about its median on a scale that keeps great and small."""
    centred = (filled - _median(xp, filled, valid)) / math.pi
    if xp is np:
        compressed = np.arcsinh(centred)
    else:  # the same; torch computes its own one number at a time
        size = abs(centred)
        compressed = xp.log1p(size + size * size / (1 + xp.sqrt(size * size + 1))) * xp.sign(centred)
    return compressed / UNWRAPPED_SCALE * valid


def _median(xp: Any, values: Array, where: Array) -> Array:
    """Lower median of every `MEDIAN_STEP`-th pixel where `where` holds, shape (..., 1, 1); 0 without any."""
    lead, pixels = values.shape[:-2], values.shape[-2] * values.shape[-1]
    flat, counts = (part.reshape(*lead, pixels)[..., ::MEDIAN_STEP] for part in (values, where))
    if xp is not np:
        median = xp.nanmedian(xp.where(counts, flat, math.nan), dim=-1, keepdim=True).values
        return xp.nan_to_num(median, nan=0.0)[..., None]
    flat = np.where(counts, flat, np.zeros_like(flat) + math.inf)
    count = np.isfinite(flat).sum(-1)[..., None]
    middle = np.where(count > 0, (count - 1) // 2, count * 0)
    median = np.take_along_axis(np.sort(flat, axis=-1), middle, axis=-1)
    return np.where(count > 0, median, np.zeros_like(median))[..., None]
