"""The scales at which a scene is looked at, and where the windows stand on each.

The coarsest scale fits the scene's longer side into one tile; each next one halves the tile pixel.
Lattices of all scales share their origin, so that a cell of one scale is exactly four cells of the
next finer one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from ..raster.resample import cells
from ..tile import PATCH, TILE

STRIDE = TILE // 2
"""Windows overlap by half."""
NARROWEST_M = 17_000.0
"""Tiles get no narrower than this: about 20 km, of which 5 km, the smallest signal, is a quarter."""
FINEST_PIXEL = 0.75
"""Tile pixels get no smaller than this part of a source pixel."""


@dataclass(frozen=True)
class Scale:
    """One scale: a lattice of square cells (tile pixels) over the scene and the windows on it.

    Attributes
    ----------
    index : int
        0 is the coarsest.
    metres : float
        Width of a tile pixel on the ground; in source pixels where the scene has no CRS.
    fx, fy : float
        Source pixels in one tile pixel.
    width, height : int
        Lattice cells.
    columns, rows : tuple of int
        First cell of each window; negative where the lattice is smaller than the tile.
    """

    index: int
    metres: float
    fx: float
    fy: float
    width: int
    height: int
    columns: tuple[int, ...]
    rows: tuple[int, ...]

    @property
    def windows(self) -> int:
        """Number of windows, empty ones included."""
        return len(self.columns) * len(self.rows)


def starts(length: int) -> tuple[int, ...]:
    """First cells of the windows along a side: half overlapping, the last flush with the edge."""
    if length <= TILE:
        return (-((TILE - length) // 2),)
    return (*range(0, length - TILE, STRIDE), length - TILE)


def plan_scales(grid: Grid, most: Optional[int] = None) -> list[Scale]:
    """Scales of a scene, the coarsest first.

    Parameters
    ----------
    grid : Grid
    most : int, optional
        At most so many; the finest are dropped first.
    """
    dx, dy = grid.pixel_size_m
    pixel = math.sqrt(dx * dy)
    metres = [max(grid.width * dx, grid.height * dy) / TILE]
    while (
        metres[-1] / 2 >= FINEST_PIXEL * pixel
        and (not grid.is_metric or metres[-1] / 2 * TILE >= NARROWEST_M)
        and (most is None or len(metres) < most)
    ):
        metres.append(metres[-1] / 2)
    width, height = cells(grid.width, metres[-1] / dx), cells(grid.height, metres[-1] / dy)
    scales = []
    for index in reversed(range(len(metres))):
        size = metres[index]
        scales.append(Scale(index, size, size / dx, size / dy, width, height, starts(width), starts(height)))
        width, height = (width + 1) // 2, (height + 1) // 2  # lattices nest, whatever the rounding
    return scales[::-1]


def part_of(grid: Grid, extent: Optional[tuple[float, float, float, float]]) -> tuple[int, int, int, int]:
    """Pixels (col, row, width, height) that an extent in the raster's CRS touches.

    Raises
    ------
    InputError
        When the extent misses the raster, or less than one patch of the network is left.
    """
    col, row, right, bottom = 0, 0, grid.width, grid.height
    if extent is not None:
        xmin, ymin, xmax, ymax = grid.on_its_turn(extent)
        corners = [grid.colrow(xmin, ymin), grid.colrow(xmax, ymax)]
        if not np.isfinite(corners).all() or xmin >= xmax or ymin >= ymax:
            raise InputError("The extent is empty; draw it anew over the interferogram.")
        near = 1e-6
        col = max(0, math.floor(min(c for c, _ in corners) + near))
        row = max(0, math.floor(min(r for _, r in corners) + near))
        right = min(grid.width, math.ceil(max(c for c, _ in corners) - near))
        bottom = min(grid.height, math.ceil(max(r for _, r in corners) - near))
        if right <= col or bottom <= row:
            raise InputError("The extent does not meet the interferogram; draw it over the scene.")
    if right - col < PATCH or bottom - row < PATCH:
        what = "interferogram" if extent is None else "extent"
        raise InputError(
            f"The {what} has only {right - col} × {bottom - row} pixels; the network needs at least "
            f"{PATCH} × {PATCH}, so choose a larger one."
        )
    return col, row, right - col, bottom - row
