"""A box with its surrounding ground, averaged on a lattice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..raster.resample import Read, cells, lattice_rows

MIN_SIDE = 4
"""Pixels along the shorter side below which there is too little ground to measure."""


@dataclass(frozen=True)
class Neighbourhood:
    """A box with its surrounding ground.

    Attributes
    ----------
    read : callable
        Reads the phase of the scene.
    left, top : int
        First source column and row.
    area : tuple of int
        Width and height in source pixels, margin included.
    corners : tuple of float
        The box, x0, y0, x1, y1 in source pixels.
    """

    read: Read
    left: int
    top: int
    area: tuple[int, int]
    corners: tuple[float, float, float, float]

    def sums(self, factor: float, wrapped: bool) -> np.ndarray:
        """Sums over lattice cells of `factor` source pixels, see `resample.components`."""

        def part(col: int, row: int, width: int, height: int) -> np.ndarray:
            return self.read(self.left + col, self.top + row, width, height)

        rows = lattice_rows(part, self.area, (factor, factor), wrapped)
        return np.concatenate([sums for _, sums in rows], axis=1)

    def inside(self, factor: float) -> np.ndarray:
        """Cells whose centres lie in the box, bool, shape (H, W)."""
        columns, rows = ((np.arange(cells(length, factor)) + 0.5) * factor for length in self.area)
        x0, y0, x1, y1 = self.corners
        across = (columns >= x0 - self.left) & (columns <= x1 - self.left)
        down = (rows >= y0 - self.top) & (rows <= y1 - self.top)
        return np.asarray(down[:, None] & across[None, :])


def neighbourhood(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float], margin: float
) -> Optional[Neighbourhood]:
    """A box and the ground round it, within the scene.

    Parameters
    ----------
    read : callable
        Reads the phase of the scene.
    size : tuple of int
        Width and height of the scene in pixels.
    corners : tuple of float
        The box, x0, y0, x1, y1 in source pixels.
    margin : float
        Margin on every side, as a fraction of the box's longer side; two pixels are added.

    Returns
    -------
    Neighbourhood or None
        None where too few pixels are left.
    """
    x0, y0, x1, y1 = corners
    extra = margin * max(x1 - x0, y1 - y0) + 2
    left, top = max(0, math.floor(x0 - extra)), max(0, math.floor(y0 - extra))
    area = (min(size[0], math.ceil(x1 + extra)) - left, min(size[1], math.ceil(y1 + extra)) - top)
    return Neighbourhood(read, left, top, area, corners) if min(area) >= MIN_SIDE else None
