"""Displacement at points in a local frame: where it moves, and tiles cut out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .tile import SOURCE_TILE

EDGE_OF_PEAK = 0.3
"""Motion above this part of its peak is where the earthquake is, where no box is given."""
TRIMMED = 0.1
"""Part of the moving cells at each end that may be noise."""


@dataclass(frozen=True)
class Points:
    """Displacement of one interferogram.

    Attributes
    ----------
    east, north : ndarray, shape (N,)
        Km.
    displacement : ndarray, shape (N,)
        Metres, positive towards the satellite, finite.
    look_vectors : ndarray, shape (N, 3)
        East, north, up, from the ground to the satellite.
    spacing_km : float
        Distance between neighbouring points.
    """

    east: np.ndarray
    north: np.ndarray
    displacement: np.ndarray
    look_vectors: np.ndarray
    spacing_km: float


def make_points(
    east: np.ndarray,
    north: np.ndarray,
    displacement: np.ndarray,
    look_vectors: np.ndarray,
    spacing_km: Optional[float] = None,
) -> Points:
    """Points without those that have no value; the spacing follows from their density if it is not given."""
    good = np.isfinite(displacement) & np.isfinite(look_vectors).all(1)
    east, north, displacement, look_vectors = (
        np.asarray(values)[good] for values in (east, north, displacement, look_vectors)
    )
    if spacing_km is None:
        area = float(np.ptp(east) * np.ptp(north)) if len(east) else 0.0
        spacing_km = float(np.sqrt(area / max(1, len(east))))
    return Points(east, north, displacement, look_vectors, spacing_km)


def cut_tile(
    points: Points, centre_km: tuple[float, float], width_km: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mean displacement of the points in each pixel of a tile, and the look vector at its middle.

    Points that lie farther apart than pixels fill larger cells, of 2 × 2, 4 × 4 … pixels.

    Returns
    -------
    tile : ndarray, shape (96, 96), float32
        North up; NaN where there is no point.
    look : ndarray, shape (3,)
    """
    factor = 1
    while factor < SOURCE_TILE // 6 and width_km / (SOURCE_TILE // factor) < 0.9 * points.spacing_km:
        factor *= 2
    cells = SOURCE_TILE // factor
    column = np.floor((points.east - centre_km[0]) / width_km * cells + cells / 2)
    row = np.floor((centre_km[1] - points.north) / width_km * cells + cells / 2)
    inside = (column >= 0) & (column < cells) & (row >= 0) & (row < cells)
    index = (row[inside] * cells + column[inside]).astype(np.intp)
    count = np.bincount(index, minlength=cells * cells)
    total = np.bincount(index, points.displacement[inside], minlength=cells * cells)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(cells, cells)
    tile = np.repeat(np.repeat(mean, factor, 0), factor, 1).astype(np.float32)
    vectors = points.look_vectors[inside] if inside.any() else points.look_vectors
    look = vectors.mean(0)
    return tile, look / max(float(np.linalg.norm(look)), 1e-6)


def find_motion(points: Points) -> tuple[tuple[float, float], float]:
    """Centre and longer side in km of the ground that moved, where no box says it."""
    span = max(float(np.ptp(points.east)), float(np.ptp(points.north)), points.spacing_km, 1e-3)
    middle = (
        float(points.east.min() + points.east.max()) / 2,
        float(points.north.min() + points.north.max()) / 2,
    )
    tile, _ = cut_tile(points, middle, span * 1.001)
    level = np.abs(tile - np.nanmedian(tile))
    smooth = _smoothed(level)
    edge = EDGE_OF_PEAK * np.nanpercentile(smooth, 99.5)
    rows, columns = np.nonzero(smooth >= edge)
    step = span / SOURCE_TILE
    low_x, high_x = np.quantile(columns, [TRIMMED / 2, 1 - TRIMMED / 2])
    low_y, high_y = np.quantile(rows, [TRIMMED / 2, 1 - TRIMMED / 2])
    centre = (
        middle[0] + ((low_x + high_x + 1) / 2 - SOURCE_TILE / 2) * step,
        middle[1] - ((low_y + high_y + 1) / 2 - SOURCE_TILE / 2) * step,
    )
    return centre, max((high_x - low_x + 1) * step, (high_y - low_y + 1) * step, 6 * points.spacing_km)


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Means of 3 × 3 cells, over those that have a value; NaN where none has."""
    known = np.isfinite(values)
    padded = np.pad(np.stack([np.where(known, values, 0.0), known.astype(float)]), ((0, 0), (1, 1), (1, 1)))
    height, width = values.shape
    sums = np.sum([padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)], axis=0)
    return np.where(sums[1] > 0, sums[0] / np.maximum(sums[1], 1), np.nan)
