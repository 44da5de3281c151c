"""The attention heatmap: where the network looks in a window, weighted by the probability of deformation.

A window contributes the attention of its class token, divided by the attention's maximum and interpolated,
times the window's probability of deformation. A quiet scene stays cold wherever the attention goes. Within a
scale, overlapping windows are averaged with a Hann taper; the tapers of neighbouring windows sum to one, so
that there are no seams. Across scales the highest value counts: a small earthquake that only small windows
resolve is as hot as a large one that only large windows contain.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..raster.grid import Grid
from ..tile import TILE, interpolation
from ..tiling.scales import Scale

CELLS_PER_PIXEL = 4
"""Lattice cells of the finest scale along one side of a heatmap pixel."""
MAX_SIDE_PIXELS = 2000
"""Maximum number of heatmap pixels along the longer side."""
MIN_TAPER = 1e-3
"""Taper at the edge of a window; not zero, because the edge of the scene lies in one window only."""
MAX_CACHED_AXES = 4096
"""Number of window positions along the axes whose interpolation is kept."""


def taper(positions: np.ndarray) -> np.ndarray:
    """Hann window along a tile's side, shape (N,), float32; `positions` in tile pixels."""
    return np.maximum(np.sin(np.pi * np.asarray(positions) / TILE) ** 2, MIN_TAPER).astype(np.float32)


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
        shrink = max(1.0, max(self._real) / CELLS_PER_PIXEL / MAX_SIDE_PIXELS)
        self.width, self.height = (max(1, int(side / CELLS_PER_PIXEL / shrink + 1e-6)) for side in self._real)
        self._fields = {scale.index: _Field(grid, scale, self.width, self.height) for scale in scales}
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
        self._fields[scale.index].add(col, row, attention, probability)

    def values(self) -> np.ndarray:
        """The heatmap so far, shape (height, width), float32, 0 to 1.

        NaN where less than half of the ground is valid and where no window was added.
        """
        heat = np.full((self.height, self.width), np.nan, dtype=np.float32)
        for field in self._fields.values():
            heat = np.fmax(heat, field.mean(self.width, self.height))
        valid = self._valid >= 0.5 * np.maximum(self._all, 1)
        return np.where(valid, np.clip(heat, 0, 1), np.float32(np.nan))

    def grid(self) -> Grid:
        """The heatmap's grid, which covers exactly the scene."""
        t = self._scene.transform
        step = (t[1] * self._scene.width / self.width, t[5] * self._scene.height / self.height)
        return Grid(self.width, self.height, (t[0], step[0], 0.0, t[3], 0.0, step[1]), self._scene.crs_wkt)


class _Field:
    """Tapered sums on one scale."""

    def __init__(self, grid: Grid, scale: Scale, most_wide: int, most_high: int) -> None:
        real = (grid.width / scale.fx, grid.height / scale.fy)
        width = max(1, min(most_wide, round(real[0] / CELLS_PER_PIXEL)))
        height = max(1, min(most_high, round(real[1] / CELLS_PER_PIXEL)))
        self._sum = np.zeros((height, width), dtype=np.float32)
        self._weight = np.zeros((height, width), dtype=np.float32)
        self._centres = tuple(
            (np.arange(n) + 0.5) * side / n for n, side in ((width, real[0]), (height, real[1]))
        )
        self._axes: dict[tuple[int, int], tuple[slice, np.ndarray, np.ndarray]] = {}

    def _axis(self, axis: int, first: int) -> tuple[slice, np.ndarray, np.ndarray]:
        """Pixels that a window covers along one axis, with their interpolation and their taper."""
        key = (axis, first)
        if key not in self._axes:
            if len(self._axes) > MAX_CACHED_AXES:
                self._axes.clear()
            centres = self._centres[axis]
            begin, end = np.searchsorted(centres, [first, first + TILE])
            inside = centres[begin:end] - first
            self._axes[key] = (slice(begin, end), interpolation(inside), taper(inside))
        return self._axes[key]

    def add(self, col: int, row: int, attention: np.ndarray, probability: float) -> None:
        columns, across, fade_x = self._axis(0, col)
        rows, down, fade_y = self._axis(1, row)
        peak = float(attention.max())
        gain = np.float32(probability / peak) if peak > 0 else np.float32(0)
        fade = fade_y[:, None] * fade_x[None, :]
        self._sum[rows, columns] += fade * (down @ (attention.astype(np.float32) * gain) @ across.T)
        self._weight[rows, columns] += fade

    def mean(self, width: int, height: int) -> np.ndarray:
        """The tapered mean, interpolated to the heatmap's size; NaN where no window was added."""
        covered = self._weight > 0
        mean = np.divide(self._sum, self._weight, out=np.zeros_like(self._sum), where=covered)
        low_y, high_y, part_y = _neighbours(mean.shape[0], height)
        low_x, high_x, part_x = _neighbours(mean.shape[1], width)
        rows = mean[low_y] * (1 - part_y)[:, None] + mean[high_y] * part_y[:, None]
        out = rows[:, low_x] * (1 - part_x) + rows[:, high_x] * part_x
        near_y = np.arange(height) * mean.shape[0] // height
        near_x = np.arange(width) * mean.shape[1] // width
        return np.where(covered[near_y][:, near_x], out, np.float32(np.nan))


def _neighbours(source: int, target: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each of `target` pixel centres the source pixels on both sides, and the weight of the upper one."""
    position = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    low = position.astype(int)
    return low, np.minimum(low + 1, source - 1), (position - low).astype(np.float32)
