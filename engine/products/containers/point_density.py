"""Whether the cells of a table of points are so small that most of them are empty, and which size is not."""

from __future__ import annotations

import numpy as np

MIN_SIDE = 16
"""Cells along the shorter side of a raster of points: one patch of the network."""
MIN_FILLED_SHARE = 0.5
"""Share of the cells near points below which the cells are too small for the points."""
_NEAR_CELLS = 4
_FACTORS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100)


def density(filled: np.ndarray, cell: float) -> tuple[float, float]:
    """Share of the cells near points that hold one, and the smallest size of cells of which half would.

    Cells near points are those of the blocks of 4 × 4 cells that hold at least one: the sea around an island
    does not count.
    """
    share = _share_near_points(filled)
    if share >= MIN_FILLED_SHARE:
        return share, cell
    for times in _FACTORS:
        coarse = _blocks(filled, times)
        if min(coarse.shape) < MIN_SIDE:
            break
        if _share_near_points(coarse) >= MIN_FILLED_SHARE:
            return share, times * cell
    return share, 0.0


def _share_near_points(filled: np.ndarray) -> float:
    blocks = int(_blocks(filled, _NEAR_CELLS).sum())
    return int(filled.sum()) / max(min(blocks * _NEAR_CELLS**2, filled.size), 1)


def _blocks(filled: np.ndarray, side: int) -> np.ndarray:
    """Whether each block of side × side cells holds a filled one."""
    padded = np.pad(filled, [(0, -length % side) for length in filled.shape])
    height, width = padded.shape
    return padded.reshape(height // side, side, width // side, side).any(axis=(1, 3))
