"""The windows of a scene on all its scales, streamed from one pass over the raster.

The raster is read once, at the finest scale. Each coarser scale adds up 2 × 2 cells of the finer one, which
is exact because the lattices nest. Only one row of windows on each scale is in memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from ..raster.resample import averages, lattice_rows
from ..tile import TILE
from .elevation import Elevation
from .scales import Scale, part_of, plan_scales

MIN_VALID_FRACTION = 0.05
"""Windows with a smaller valid fraction of their ground are skipped."""


@dataclass(frozen=True)
class Window:
    """One tile of the scene, north-up.

    Attributes
    ----------
    scale : Scale
    col, row : int
        Its first lattice cell.
    valid : float
        Valid fraction of its ground inside the scene.
    phase : ndarray, shape (224, 224), float32
        Radians, positive towards the satellite, NaN where not valid.
    elevation : ndarray, shape (224, 224), float32, optional
        Metres, NaN where unknown.
    """

    scale: Scale
    col: int
    row: int
    valid: float
    phase: np.ndarray
    elevation: Optional[np.ndarray]


class WindowStream:
    """Yields the windows of a scene while it reads the raster once from top to bottom.

    Parameters
    ----------
    interferogram : Interferogram
    extent : tuple of float, optional
        (xmin, ymin, xmax, ymax) in the raster's CRS: the part to analyse.
    dem : str, optional
        Elevation model; None: the one found beside the phase, if there is one; "none": none.
    dem_crs : str, optional
        Coordinate system that the user gave the elevation model; None: its file's own.
    most_scales : int, optional
        Maximum number of scales; the coarsest are kept.
    tick : callable, optional
        Called after each read; may raise to stop.

    Attributes
    ----------
    grid : Grid
        The part that is analysed.
    origin : tuple of int
        Its first column and row in the raster.
    scales : list of Scale
    total, visited : int
        Number of all windows, and of those passed so far; skipped ones included.
    warnings : list of str
        Messages about the elevation model.
    low, high : float
        Smallest and largest phase so far on the finest lattice.
    """

    def __init__(
        self,
        interferogram: Any,
        *,
        extent: Optional[tuple[float, float, float, float]] = None,
        dem: Optional[str] = None,
        dem_crs: Optional[str] = None,
        most_scales: Optional[int] = None,
        tick: Optional[Callable[[], None]] = None,
    ) -> None:
        self.interferogram = interferogram
        col, row, width, height = part_of(interferogram.grid, extent)
        self.origin = (col, row)
        self.grid: Grid = interferogram.grid.subgrid(col, row, width, height)
        self.scales = plan_scales(self.grid, most_scales)
        self.total = sum(scale.windows for scale in self.scales)
        self.visited = 0
        self.low, self.high = math.inf, -math.inf
        self.wrapped = interferogram.quantity.value == "wrapped"
        self.tick = tick
        self.warnings: list[str] = []
        self.elevation = self._elevation(dem, dem_crs if dem else None)

    def _elevation(self, dem: Optional[str], crs: Optional[str]) -> Optional[Elevation]:
        path = dem or self.interferogram.elevation_path
        if not path or path == "none":
            return None
        finest = self.scales[-1]
        try:
            size, factors = (finest.width, finest.height), (finest.fx, finest.fy)
            elevation = Elevation(path, self.grid, size, factors, crs)
            if not dem:
                elevation.rows(0, 1)
                elevation.rows(finest.height - 1, 1)  # fails here, not later, where the file is cut short
            return elevation
        except InputError as error:
            if dem:
                raise
            self.warnings.append(f"The elevation model found beside the phase was not used. {error}")
            return None

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window of the analysed part, pixels (col, row, width, height)."""
        return self.interferogram.read(col + self.origin[0], row + self.origin[1], width, height)

    def __iter__(self) -> Iterator[Window]:
        return self.windows()

    def windows(self, on_rows: Optional[Callable[[int, np.ndarray], None]] = None) -> Iterator[Window]:
        """Read the scene once and yield its windows.

        Parameters
        ----------
        on_rows : callable, optional
            Called with the first row of each block of the finest lattice and which of its cells are valid,
            bool, shape (rows, columns).
        """
        finest = self.scales[-1]
        depth = 3 if self.wrapped else 2
        pyramid = [PyramidLevel(scale, depth, self.wrapped) for scale in reversed(self.scales)]
        size = (self.grid.width, self.grid.height)
        for first, sums in lattice_rows(self.read, size, (finest.fx, finest.fy), self.wrapped, self.tick):
            rows: Optional[np.ndarray] = sums
            if self.elevation is not None:
                rows = np.concatenate([sums, self._elevation_sums(first, sums.shape[1])])
            for level in pyramid:
                if rows is None:
                    break
                values = level.add(rows)
                if level is pyramid[0]:
                    valid = self._note_range(values)
                    if on_rows is not None:
                        on_rows(first, valid)
                yield from self._complete(level)
                rows = level.pairs(rows)
        rows = None
        for level in pyramid:
            if rows is not None:
                level.add(rows)
            yield from self._complete(level)
            rows = level.pairs(rows, last=True)

    def _elevation_sums(self, first: int, count: int) -> np.ndarray:
        """(value, 1) of elevation, weighted by source pixels like the sums of phase."""
        finest = self.scales[-1]
        values = self.elevation.rows(first, count) if self.elevation is not None else np.empty(0)
        known = np.isfinite(values)
        area = np.float32(finest.fx * finest.fy)
        return np.stack([np.where(known, values, np.float32(0)) * area, known * area]).astype(np.float32)

    def _note_range(self, values: np.ndarray) -> np.ndarray:
        """Update the smallest and largest phase; returns which values are valid."""
        valid = np.isfinite(values)
        if valid.any():
            self.low = min(self.low, float(np.min(values, where=valid, initial=np.inf)))
            self.high = max(self.high, float(np.max(values, where=valid, initial=-np.inf)))
        return valid

    def _complete(self, level: PyramidLevel) -> Iterator[Window]:
        """Windows whose last row has been read."""
        scale = level.scale
        for row, strip, heights in level.strips():
            for col in scale.columns:
                self.visited += 1
                phase, part = _cut(strip, col, row, scale)
                valid = float(np.isfinite(phase).sum()) / part
                if valid < MIN_VALID_FRACTION:
                    continue
                elevation = None if heights is None else _cut(heights, col, row, scale)[0]
                yield Window(scale, col, row, valid, phase, elevation)


class PyramidLevel:
    """Rows of one scale as they are read: values for its windows, pairs of rows for the coarser scale."""

    def __init__(self, scale: Scale, depth: int, wrapped: bool) -> None:
        self.scale = scale
        self._depth, self._wrapped = depth, wrapped
        self._area = scale.fx * scale.fy
        self._top = 0
        self._phase: list[np.ndarray] = []
        self._elevation: list[np.ndarray] = []
        self._odd: Optional[np.ndarray] = None
        self._next = 0

    def add(self, sums: np.ndarray) -> np.ndarray:
        """Add the next rows and return their phase."""
        values = averages(sums[: self._depth], self._area, self._wrapped)
        self._phase.append(values)
        if sums.shape[0] > self._depth:
            self._elevation.append(averages(sums[self._depth :], self._area, False))
        return values

    def pairs(self, sums: Optional[np.ndarray], last: bool = False) -> Optional[np.ndarray]:
        """The rows halved for the next coarser scale; an odd row waits for the next call or for the last."""
        parts = [part for part in (self._odd, sums) if part is not None]
        if not parts:
            return None
        rows = np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
        even = rows.shape[1] if last else rows.shape[1] // 2 * 2
        self._odd = rows[:, even:] if even < rows.shape[1] else None
        return _halve(rows[:, :even]) if even else None

    def strips(self) -> Iterator[tuple[int, np.ndarray, Optional[np.ndarray]]]:
        """Complete rows of windows: their first lattice row, and phase and elevation from this row on."""
        rows = self.scale.rows
        end = self._top + sum(part.shape[0] for part in self._phase)
        while self._next < len(rows) and end >= min(self.scale.height, rows[self._next] + TILE):
            row = rows[self._next]
            self._phase = [np.concatenate(self._phase)[max(0, row) - self._top :]]
            if self._elevation:
                self._elevation = [np.concatenate(self._elevation)[max(0, row) - self._top :]]
            self._top = max(0, row)
            self._next += 1
            yield row, self._phase[0], self._elevation[0] if self._elevation else None


def _halve(sums: np.ndarray) -> np.ndarray:
    """Sums over 2 × 2 cells; an odd last row or column is not paired."""
    rows = sums[:, 0::2].copy()
    rows[:, : sums.shape[1] // 2] += sums[:, 1::2]
    out = rows[:, :, 0::2].copy()
    out[:, :, : sums.shape[2] // 2] += rows[:, :, 1::2]
    return out


def _cut(strip: np.ndarray, col: int, row: int, scale: Scale) -> tuple[np.ndarray, int]:
    """Cut a tile from a strip that begins at its first row; returns it and its cells inside the scene."""
    left, top = max(0, -col), max(0, -row)
    width, height = min(TILE, scale.width), min(TILE, scale.height)
    tile = np.full((TILE, TILE), np.nan, dtype=np.float32)
    tile[top : top + height, left : left + width] = strip[:height, max(0, col) : max(0, col) + width]
    return tile, width * height
