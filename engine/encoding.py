"""Phase to the network's channels. Training and detection share this code."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

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


def encode(
    phase: np.ndarray,
    unwrapped: bool,
    elevation: Optional[np.ndarray] = None,
) -> np.ndarray:
    """Encode phase tiles as the five channels that the network reads.

    Parameters
    ----------
    phase : ndarray, shape (..., H, W)
        Phase in radians, positive towards the satellite, NaN where not valid.
    unwrapped : bool
        Whether `phase` is continuous; wrapped phase leaves the third channel at zero.
    elevation : ndarray, shape (..., H, W), optional
        Elevation in metres, NaN where unknown. Without it the fourth channel is zero.

    Returns
    -------
    ndarray, shape (..., 5, H, W), float32
        cos and sin of the phase, compressed unwrapped phase about its median,
        elevation about its median in kilometres, and the valid mask; every channel is
        zero where the phase is not valid.
    """
    phase = np.asarray(phase, dtype=np.float32)
    valid = np.isfinite(phase)
    out = np.zeros((*phase.shape[:-2], len(CHANNELS), *phase.shape[-2:]), dtype=np.float32)
    filled = np.where(valid, phase, np.float32(0))
    out[..., 0, :, :] = np.cos(filled) * valid
    out[..., 1, :, :] = np.sin(filled) * valid
    if unwrapped:
        centred = filled - _median(filled, valid)
        out[..., 2, :, :] = np.arcsinh(centred / np.float32(np.pi)) / np.float32(UNWRAPPED_SCALE) * valid
    if elevation is not None:
        elevation = np.asarray(elevation, dtype=np.float32)
        known = valid & np.isfinite(elevation)
        height = np.where(known, elevation, np.float32(0))
        out[..., 3, :, :] = (height - _median(height, known)) / np.float32(ELEVATION_SCALE) * known
    out[..., 4, :, :] = valid
    return out


def _median(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Median over the last two axes where `where` holds; 0 for tiles without a single such pixel."""
    flat = np.where(where, values, np.inf).reshape(*values.shape[:-2], -1)
    count = where.reshape(*where.shape[:-2], -1).sum(axis=-1)
    flat = np.sort(flat, axis=-1)
    middle = np.clip((count - 1) // 2, 0, flat.shape[-1] - 1)[..., None]
    median = np.take_along_axis(flat, middle, axis=-1)[..., 0]
    median: Any = np.where(count > 0, median, 0).astype(np.float32)
    return np.asarray(median)[..., None, None]
