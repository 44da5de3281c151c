"""Where the samples of a profile lie: points at equal steps along a line, and their distances in metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid, ground_distance

MAX_SAMPLES = 20_000
"""Samples of one profile; longer lines are sampled in larger steps."""
MIN_LENGTH_PIXELS = 2.0
"""Shortest line, in pixels; a shorter one has nothing to compare."""
BOX_MARGIN_RATIO = 0.5
"""Ground on either side of a box that its line crosses, as a fraction of the box along the line."""

Vertices = Sequence[tuple[float, float]]


def positions(grid: Grid, vertices: Vertices) -> np.ndarray:
    """Positions of the samples in pixels, about one pixel apart.

    Parameters
    ----------
    grid : Grid
    vertices : sequence of (x, y)
        The line in the coordinate system of the grid.

    Returns
    -------
    ndarray, shape (N, 2)
        Column and row; whole numbers are pixel corners. Every vertex is a sample.

    Raises
    ------
    InputError
        When the line is too short.
    """
    corners = np.array([grid.colrow(x, y) for x, y in vertices], dtype=np.float64).reshape(-1, 2)
    lengths = np.hypot(*np.diff(corners, axis=0).T) if len(corners) > 1 else np.zeros(0)
    if not np.isfinite(lengths).all() or lengths.sum() < MIN_LENGTH_PIXELS:
        raise InputError("The line is shorter than two pixels; draw a longer one.")
    step = max(1.0, float(lengths.sum()) / MAX_SAMPLES)
    parts = [corners[:1]]
    for start, end, length in zip(corners, corners[1:], lengths):
        count = int(np.ceil(length / step))
        share = np.arange(1, count + 1)[:, None] / max(count, 1)
        parts.append(start + share * (end - start))
    return np.concatenate(parts)


def distances_m(grid: Grid, points: np.ndarray) -> np.ndarray:
    """Distance of each sample from the start, along the line.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        Column and row.

    Returns
    -------
    ndarray, shape (N,), float64
        Metres on the ground; pixels where the grid does not know its size on the ground.
    """
    if not grid.is_metric:
        return _summed(np.hypot(*np.diff(points, axis=0).T))
    lonlat = lonlats(grid, points)
    if np.isfinite(lonlat).all():
        pairs = zip(lonlat[:-1].tolist(), lonlat[1:].tolist())
        return _summed(np.array([ground_distance((a, b), (c, d)) for (a, b), (c, d) in pairs]))
    dx, dy = grid.pixel_size_m
    steps = np.diff(points, axis=0)
    return _summed(np.hypot(steps[:, 0] * dx, steps[:, 1] * dy))


def lonlats(grid: Grid, points: np.ndarray) -> np.ndarray:
    """Longitude and latitude (N, 2) of samples in degrees, WGS 84; NaN where they are not known."""
    result = np.full(points.shape, np.nan)
    if grid.has_crs:
        for index, (col, row) in enumerate(points.tolist()):
            try:
                result[index] = grid.lonlat(*grid.xy(col, row))
            except ValueError:
                continue
    return result


def line_through(extent: tuple[float, float, float, float], grid: Grid) -> list[tuple[float, float]]:
    """The line through the centre of a box, across its longer side.

    Deformation is longer along a fault than across it, so the line crosses the fault.

    Parameters
    ----------
    extent : tuple of float
        (xmin, ymin, xmax, ymax) of the box in the coordinate system of the grid.

    Returns
    -------
    list of (x, y)
        Start and end. The line reaches undeformed ground on both sides of the box where the scene has it.
    """
    xmin, ymin, xmax, ymax = extent
    dx, dy = grid.pixel_size_m
    width_m = (xmax - xmin) / abs(grid.transform[1]) * dx
    height_m = (ymax - ymin) / abs(grid.transform[5]) * dy
    left, bottom, right, top = grid.extent
    if width_m < height_m:
        middle, margin = (ymin + ymax) / 2, BOX_MARGIN_RATIO * (xmax - xmin)
        return [(max(left, xmin - margin), middle), (min(right, xmax + margin), middle)]
    middle, margin = (xmin + xmax) / 2, BOX_MARGIN_RATIO * (ymax - ymin)
    return [(middle, min(top, ymax + margin)), (middle, max(bottom, ymin - margin))]


def _summed(steps: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(steps)])
