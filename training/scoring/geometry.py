"""Geometry of boxes and outlines, by shapely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from ..real.catalogue import Box

Bounds = Sequence[float]
"""A box as (xmin, ymin, xmax, ymax)."""


def iou(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Intersection over union of two areas; 0 where both are empty."""
    union = shapely.union(one, other).area
    return float(shapely.intersection(one, other).area / union) if union > 0 else 0.0


def box_iou(one: Bounds, other: Bounds) -> float:
    """Intersection over union of two boxes (xmin, ymin, xmax, ymax)."""
    return iou(shapely.box(*one), shapely.box(*other))


def enclosing_box(boxes: np.ndarray) -> Box:
    """The smallest box around all `boxes`, shape (N, 4)."""
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapely.box(*np.asarray(boxes, float).T))
    return float(xmin), float(ymin), float(xmax), float(ymax)


def centre(box: Bounds) -> tuple[float, float]:
    """Centre (x, y) of a box."""
    point = shapely.box(*box).centroid
    return float(point.x), float(point.y)


def covered_fraction(box: Bounds, side: int) -> np.ndarray:
    """Fraction of each cell of a `side` × `side` grid over the unit square that lies in a box.

    Parameters
    ----------
    box : sequence of float
        In fractions of the square, y downwards.
    side : int

    Returns
    -------
    ndarray, shape (side, side)
    """
    low = np.arange(side) / side
    x, y = np.meshgrid(low, low)
    cells = shapely.box(x, y, x + 1 / side, y + 1 / side)
    return np.asarray(shapely.area(shapely.intersection(cells, shapely.box(*box))) * side**2)
