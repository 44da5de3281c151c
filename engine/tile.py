"""The network's contract: the size of a tile, its patches, its channels and its classes."""

from __future__ import annotations

import numpy as np

TILE = 224
"""Width and height of the network's input in pixels."""
PATCH = 16
"""Width and height of one patch in pixels."""
GRID = TILE // PATCH
"""Patches along one side."""
CHANNELS = ("cos_phase", "sin_phase", "unwrapped", "elevation", "valid")
COSINE, SINE, UNWRAPPED, RELIEF, VALID = range(len(CHANNELS))
"""Indices of the channels."""
SIGNED = (SINE, UNWRAPPED)
"""Channels that change sign when the two dates are exchanged."""
CLASSES = ("none", "earthquake", "other")


def interpolation(positions: np.ndarray) -> np.ndarray:
    """Matrix that interpolates linearly from the 14 patches along one side to positions in tile pixels.

    Parameters
    ----------
    positions : ndarray, shape (N,)
        0 to 224. Values are constant beyond the outermost patch centres.

    Returns
    -------
    ndarray, shape (N, 14), float32
    """
    patch = np.clip(np.asarray(positions) / PATCH - 0.5, 0, GRID - 1)
    return np.clip(1 - np.abs(patch[:, None] - np.arange(GRID)[None, :]), 0, 1).astype(np.float32)
