"""The scales at which a scene is analysed, and the positions of the windows on each.

At the coarsest scale the longer side of the scene fits into one tile; each following scale halves the tile
pixel. The lattices of all scales share their origin, so that a cell of one scale is exactly four cells of the
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
"""Lattice cells between neighbouring windows, which overlap by half."""
MIN_TILE_M = 17_000.0
"""Minimum width of a tile, so that the smallest signal, 5 km, covers at most about a quarter of it."""
MIN_PIXEL_RATIO = 0.75
"""Minimum size of a tile pixel, in source pixels."""
EXTENT_TOLERANCE_PIXELS = 1e-6
"""An extent that ends this close to a pixel's edge ends at the edge."""


@dataclass(frozen=True)
class Scale:
    """One scale: a lattice of square cells (tile pixels) over the scene and the windows on it.

    Attributes
    ----------
    index : int
        0 is the coarsest.
    metres : float
        Width of a tile pixel on the ground; in source pixels if the scene has no CRS.
    fx, fy : float
        Source pixels in one tile pixel.
    width, height : int
        Lattice cells.
    columns, rows : tuple of int
        First cell of each window; negative if the lattice is smaller than the tile.
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
        """Number of windows, including empty ones."""
        return len(self.columns) * len(self.rows)


def starts(length: int) -> tuple[int, ...]:
    """First cells of the windows along a side: overlapping by half, the last one flush with the edge."""
    if length <= TILE:
        return (-((TILE - length) // 2),)
    return (*range(0, length - TILE, STRIDE), length - TILE)


def plan_scales(grid: Grid, most: Optional[int] = None) -> list[Scale]:
    """Scales of a scene, the coarsest first.

    Parameters
    ----------
    grid : Grid
    most : int, optional
        Maximum number of scales; the coarsest are kept.
    """
    dx, dy = grid.pixel_size_m
    pixel = math.sqrt(dx * dy)
    metres = [max(grid.width * dx, grid.height * dy) / TILE]
    while (
        metres[-1] / 2 >= MIN_PIXEL_RATIO * pixel
        and (not grid.is_metric or metres[-1] / 2 * TILE >= MIN_TILE_M)
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
        If the extent misses the raster, or covers less than one patch of the network.
    """
    col, row, right, bottom = 0, 0, grid.width, grid.height
    if extent is not None:
        xmin, ymin, xmax, ymax = grid.on_its_turn(extent)
        corners = [grid.colrow(xmin, ymin), grid.colrow(xmax, ymax)]
        if not np.isfinite(corners).all() or xmin >= xmax or ymin >= ymax:
            raise InputError("The extent is empty; draw it again over the interferogram.")
        margin = EXTENT_TOLERANCE_PIXELS
        col = max(0, math.floor(min(c for c, _ in corners) + margin))
        row = max(0, math.floor(min(r for _, r in corners) + margin))
        right = min(grid.width, math.ceil(max(c for c, _ in corners) - margin))
        bottom = min(grid.height, math.ceil(max(r for _, r in corners) - margin))
        if right <= col or bottom <= row:
            raise InputError("The extent does not overlap the interferogram; draw it over the scene.")
    if right - col < PATCH or bottom - row < PATCH:
        name = "interferogram" if extent is None else "extent"
        raise InputError(
            f"The {name} has only {right - col} × {bottom - row} pixels; the network needs at least "
            f"{PATCH} × {PATCH}, so choose a larger one."
        )
    return col, row, right - col, bottom - row
