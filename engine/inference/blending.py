"""Blending what overlapping windows of one scale say about each place into one raster.

Windows are averaged with a Hann taper. The tapers of neighbouring windows, which overlap by half, sum to one,
so that there are no seams.
"""

from __future__ import annotations

import numpy as np

from ..raster.grid import Grid
from ..tile import TILE, interpolation
from ..tiling.scales import Scale

CELLS_PER_PIXEL = 4
"""Lattice cells of the scale along one side of a raster pixel, a quarter of a patch: the patches hold no
finer detail."""
MAX_SIDE_PIXELS = 2000
"""Maximum number of raster pixels along the longer side, which bounds the memory: 16 MB an array."""
MIN_TAPER = 1e-3
"""Taper at the edge of a window; not zero, because the edge of the scene lies in one window only."""
MAX_CACHED_AXES = 4096
"""Number of window positions along the axes whose interpolation is kept, a few hundred bytes each."""


def taper(positions: np.ndarray) -> np.ndarray:
    """Hann window along a tile's side, shape (N,), float32; `positions` in tile pixels."""
    return np.maximum(np.sin(np.pi * np.asarray(positions) / TILE) ** 2, MIN_TAPER).astype(np.float32)


def raster_size(grid: Grid, finest: Scale) -> tuple[int, int]:
    """Width and height of the raster of a scene in pixels."""
    sides = (grid.width / finest.fx, grid.height / finest.fy)
    shrink = max(1.0, max(sides) / CELLS_PER_PIXEL / MAX_SIDE_PIXELS)
    width, height = (max(1, int(side / CELLS_PER_PIXEL / shrink + 1e-6)) for side in sides)
    return width, height


class ScaleBlend:
    """Tapered means over the windows of one scale; memory is bounded by the size of the raster.

    Parameters
    ----------
    grid : Grid
        The scene.
    scale : Scale
    size : tuple of int
        Width and height of the raster of the scene, see `raster_size`; a coarse scale needs fewer pixels.
    layers : int
        Number of maps that each window adds; also an attribute.
    """

    def __init__(self, grid: Grid, scale: Scale, size: tuple[int, int], layers: int = 1) -> None:
        real = (grid.width / scale.fx, grid.height / scale.fy)
        width, height = (max(1, min(n, round(side / CELLS_PER_PIXEL))) for n, side in zip(size, real))
        self._size = size
        self.layers = layers
        self._sums = np.zeros((layers, height, width), dtype=np.float32)
        self._weight = np.zeros((height, width), dtype=np.float32)
        self._centres = tuple(
            (np.arange(n) + 0.5) * side / n for n, side in ((width, real[0]), (height, real[1]))
        )
        self._axes: dict[tuple[int, int], tuple[slice, np.ndarray, np.ndarray]] = {}

    def add(self, col: int, row: int, maps: np.ndarray) -> None:
        """Add one window.

        Parameters
        ----------
        col, row : int
            Its first lattice cell.
        maps : ndarray, shape (layers, 14, 14)
            Values of its patches, interpolated linearly.
        """
        columns, across, fade_x = self._axis(0, col)
        rows, down, fade_y = self._axis(1, row)
        fade = fade_y[:, None] * fade_x[None, :]
        self._sums[:, rows, columns] += fade * (down @ maps.astype(np.float32) @ across.T)
        self._weight[rows, columns] += fade

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

    def covered(self) -> np.ndarray:
        """Pixels of the scene's raster in which a window was added, bool, shape (H, W)."""
        (height, width), (wide, high) = self._weight.shape, self._size
        rows, columns = np.arange(high) * height // high, np.arange(wide) * width // wide
        return np.asarray((self._weight > 0)[rows][:, columns])

    def mean(self, layer: int = 0) -> np.ndarray:
        """The tapered mean of one map on the scene's raster, shape (H, W), float32; 0 where not covered."""
        mean = np.divide(
            self._sums[layer], self._weight, out=np.zeros_like(self._weight), where=self._weight > 0
        )
        low_y, high_y, part_y = _neighbours(mean.shape[0], self._size[1])
        low_x, high_x, part_x = _neighbours(mean.shape[1], self._size[0])
        rows = mean[low_y] * (1 - part_y)[:, None] + mean[high_y] * part_y[:, None]
        return np.asarray(rows[:, low_x] * (1 - part_x) + rows[:, high_x] * part_x)


def _neighbours(source: int, target: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each of `target` pixel centres the source pixels on both sides, and the weight of the upper one."""
    position = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    low = position.astype(int)
    return low, np.minimum(low + 1, source - 1), (position - low).astype(np.float32)
