"""Area averages of a raster on a lattice of any real cell size, streamed row by row.

A lattice cell (i, j) covers source columns i*fx to (i+1)*fx and source rows j*fy to (j+1)*fy, whole
numbers being pixel corners. Sums over cells are exact: a source pixel counts with the part of its
area that lies in the cell. They are taken as products with banded weight matrices, which BLAS does
faster than prefix sums and without their loss of precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Callable, Optional

import numpy as np

from ..numerics.blas import matmul

CHUNK_PIXELS = 1 << 19
"""Source pixels read at once; memory while streaming is some 30 times this in bytes."""
CELLS_PER_MATRIX = 16
"""Lattice cells of one weight matrix: so few that the matrix is hardly ever mostly zeros."""
EDGE_TOLERANCE_CELLS = 1e-6
"""A lattice gets no further cell for less than this part of a cell at its edge."""

Read = Callable[[int, int, int, int], np.ndarray]
"""read(col, row, width, height) -> float32 (height, width), NaN where not valid."""


def cells(length: int, factor: float) -> int:
    """Number of lattice cells of `factor` source pixels that cover `length` source pixels."""
    return max(1, math.ceil(length / factor - EDGE_TOLERANCE_CELLS))


def weights(factor: float, first: int, count: int, start: int, stop: int) -> np.ndarray:
    """Length of each source pixel that lies in each lattice cell.

    Parameters
    ----------
    factor : float
        Source pixels per cell.
    first, count : int
        The cells.
    start, stop : int
        The source pixels.

    Returns
    -------
    ndarray, shape (count, stop - start), float32
        Rows sum to `factor` where the cell lies inside the source pixels.
    """
    low = (np.arange(first, first + count) * factor)[:, None]
    high = (np.arange(first + 1, first + count + 1) * factor)[:, None]
    left = np.arange(start, stop)[None, :]
    return np.clip(np.minimum(high, left + 1) - np.maximum(low, left), 0, None).astype(np.float32)


def span(factor: float, first: int, count: int, length: int) -> tuple[int, int]:
    """First and one-past-last source pixel that the cells touch."""
    start = max(0, math.floor(first * factor + 1e-9))
    stop = min(length, math.ceil((first + count) * factor - 1e-9))
    return start, max(stop, min(start + 1, length))


def components(phase: np.ndarray, wrapped: bool) -> np.ndarray:
    """What is summed over each cell: (cos, sin, 1) of wrapped phase, (value, 1) of any other; 0 where NaN.

    Parameters
    ----------
    phase : ndarray, shape (H, W)
    wrapped : bool

    Returns
    -------
    ndarray, shape (3 or 2, H, W), float32
    """
    valid = np.isfinite(phase)
    whole = bool(valid.all())
    filled = phase if whole else np.where(valid, phase, np.float32(0))
    out = np.empty((3 if wrapped else 2, *phase.shape), dtype=np.float32)
    if wrapped:
        np.cos(filled, out=out[0])
        np.sin(filled, out=out[1])
        if not whole:
            out[0] *= valid
    else:
        out[0] = filled
    out[-1] = valid
    return out


def averages(sums: np.ndarray, area: float, wrapped: bool) -> np.ndarray:
    """Phase of cells from their sums; NaN where less than half of the cell's area is valid.

    Parameters
    ----------
    sums : ndarray, shape (3 or 2, H, W)
        Sums of `components`.
    area : float
        Source pixels in one whole cell.
    wrapped : bool
        The angle of the mean phasor if True, the mean value otherwise.

    Returns
    -------
    ndarray, shape (H, W), float32
    """
    weight = sums[-1]
    valid = weight >= np.float32(area * (0.5 - 1e-4))
    if wrapped:
        values = np.arctan2(sums[1], sums[0])
    else:
        values = sums[0] / np.where(valid, weight, np.float32(1))
    return np.where(valid, values, np.float32(np.nan))


class Columns:
    """Sums over lattice columns, with weights made once for all rows.

    Parameters
    ----------
    factor : float
        Source pixels per cell.
    width : int
        Source pixels.
    """

    def __init__(self, factor: float, width: int) -> None:
        self.count = cells(width, factor)
        self._bands: list[tuple[slice, slice, np.ndarray]] = []
        for first in range(0, self.count, CELLS_PER_MATRIX):
            many = min(CELLS_PER_MATRIX, self.count - first)
            start, stop = span(factor, first, many, width)
            matrix = np.ascontiguousarray(weights(factor, first, many, start, stop).T)
            self._bands.append((slice(start, stop), slice(first, first + many), matrix))

    def sums(self, rows: np.ndarray) -> np.ndarray:
        """(C, R, width) to (C, R, count)."""
        depth, height, width = rows.shape
        flat = rows.reshape(depth * height, width)
        out = np.empty((depth * height, self.count), dtype=np.float32)
        for source, target, matrix in self._bands:
            np.matmul(flat[:, source], matrix, out=out[:, target])
        return out.reshape(depth, height, self.count)


def lattice_rows(
    read: Read,
    size: tuple[int, int],
    factors: tuple[float, float],
    wrapped: bool,
    tick: Optional[Callable[[], None]] = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """Stream the lattice of a whole raster from its first row to its last.

    Every source row is read once, but for the one that two neighbouring blocks share.

    Parameters
    ----------
    read : callable
        The raster.
    size : tuple of int
        Its width and height.
    factors : tuple of float
        Source pixels per lattice cell, (fx, fy).
    wrapped : bool
        Whether phasors are summed.
    tick : callable, optional
        Called after each read; may raise to stop.

    Yields
    ------
    tuple of int and ndarray, shape (3 or 2, rows, cells(width, fx)), float32
        The first lattice row of the block, and its sums.
    """
    width, height = size
    fx, fy = factors
    columns, count = Columns(fx, width), cells(height, fy)
    block = int(min(4 * CELLS_PER_MATRIX, max(1, CHUNK_PIXELS // max(1, math.ceil(width * fy)))))
    for first in range(0, count, block):
        many = min(block, count - first)
        yield first, columns.sums(_block(read, (width, height), fy, (first, many), wrapped, tick))


def _block(
    read: Read,
    size: tuple[int, int],
    factor: float,
    where: tuple[int, int],
    wrapped: bool,
    tick: Optional[Callable[[], None]],
) -> np.ndarray:
    """Sums over lattice rows, (C, rows, width); a block too tall for one read is taken in parts."""
    first, many = where
    width, height = size
    start, stop = span(factor, first, many, height)
    step = max(1, CHUNK_PIXELS // width)
    total = np.zeros((3 if wrapped else 2, many, width), dtype=np.float32)
    for top in range(start, stop, step):
        bottom = min(stop, top + step)
        part = components(read(0, top, width, bottom - top), wrapped)
        for cell in range(first, first + many, CELLS_PER_MATRIX):
            few = min(CELLS_PER_MATRIX, first + many - cell)
            low, high = span(factor, cell, few, height)
            low, high = max(low, top), min(high, bottom)
            if low < high:
                matrix = weights(factor, cell, few, low, high)
                total[:, cell - first : cell - first + few] += matmul(matrix, part[:, low - top : high - top])
        if tick is not None:
            tick()
    return total


def resample(read: Read, size: tuple[int, int], factors: tuple[float, float], wrapped: bool) -> np.ndarray:
    """The whole lattice as one array, for small rasters and parts of large ones.

    Returns
    -------
    ndarray, shape (cells(height, fy), cells(width, fx)), float32
        Phase in radians, NaN where less than half of a cell is valid.
    """
    area = factors[0] * factors[1]
    blocks = [averages(sums, area, wrapped) for _, sums in lattice_rows(read, size, factors, wrapped)]
    return np.concatenate(blocks)
