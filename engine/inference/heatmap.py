"""The attention heatmap: where the network looks in a window, weighted by the probability of deformation.

A window contributes the attention of its class token, divided by the attention's maximum, times the window's
probability of deformation. A quiet scene stays cold wherever the attention goes. Within a scale, windows are
blended (see `blending`). Across scales the highest value counts: a small earthquake that only small windows
resolve is as hot as a large one that only large windows contain.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..raster.grid import Grid
from ..tiling.scales import Scale
from .blending import ScaleBlend, raster_size


class Heatmap:
    """Adds up windows; its memory is bounded by the size of the heatmap.

    Parameters
    ----------
    grid : Grid
        The scene.
    scales : sequence of Scale
        Coarsest first.
    """

    def __init__(self, grid: Grid, scales: Sequence[Scale]) -> None:
        finest = scales[-1]
        self._scene = grid
        self._real = (grid.width / finest.fx, grid.height / finest.fy)
        size = self.width, self.height = raster_size(grid, finest)
        self._blends = {scale.index: ScaleBlend(grid, scale, size) for scale in scales}
        self._valid = np.zeros((self.height, self.width), dtype=np.float32)
        self._all = np.zeros((self.height, self.width), dtype=np.float32)

    def ground(self, first: int, valid: np.ndarray) -> None:
        """Add rows of the finest lattice to the count of valid ground.

        Parameters
        ----------
        first : int
            The first lattice row.
        valid : ndarray, shape (rows, columns), bool
        """
        rows, down = self._cells(1, first, valid.shape[0])
        columns, across = self._cells(0, 0, valid.shape[1])
        sums = np.add.reduceat(valid, across, axis=1, dtype=np.float32)
        sums = np.add.reduceat(sums, down, axis=0)
        counts = np.outer(
            np.diff(np.append(down, valid.shape[0])), np.diff(np.append(across, valid.shape[1]))
        )
        self._valid[rows[:, None], columns[None, :]] += sums
        self._all[rows[:, None], columns[None, :]] += counts

    def _cells(self, axis: int, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Heatmap pixels that contain lattice cells along one axis, and the first cell of each."""
        length = (self.width, self.height)[axis]
        pixels = ((first + np.arange(count) + 0.5) * length / self._real[axis]).astype(int)
        pixels = np.minimum(pixels, length - 1)
        begins = np.flatnonzero(np.diff(pixels, prepend=-1))
        return pixels[begins], begins

    def add(self, scale: Scale, col: int, row: int, attention: np.ndarray, probability: float) -> None:
        """Add one window.

        Parameters
        ----------
        scale : Scale
        col, row : int
            Its first lattice cell.
        attention : ndarray, shape (14, 14)
            Of the class token.
        probability : float
            Probability of any deformation.
        """
        peak = float(attention.max())
        gain = probability / peak if peak > 0 else 0.0
        self._blends[scale.index].add(col, row, gain * attention[None])

    def values(self) -> np.ndarray:
        """The heatmap so far, shape (height, width), float32, 0 to 1.

        NaN where less than half of the ground is valid and where no window was added.
        """
        heat = np.full((self.height, self.width), np.nan, dtype=np.float32)
        for blend in self._blends.values():
            heat = np.fmax(heat, np.where(blend.covered(), blend.mean(), np.float32(np.nan)))
        valid = self._valid >= 0.5 * np.maximum(self._all, 1)
        return np.where(valid, np.clip(heat, 0, 1), np.float32(np.nan))

    def grid(self) -> Grid:
        """The heatmap's grid, which covers exactly the scene."""
        t = self._scene.transform
        step = (t[1] * self._scene.width / self.width, t[5] * self._scene.height / self.height)
        return Grid(self.width, self.height, (t[0], step[0], 0.0, t[3], 0.0, step[1]), self._scene.crs_wkt)
