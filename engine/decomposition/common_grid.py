"""The grid that all looks share: the pixels of the coarsest look, over the ground that all of them cover."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from osgeo import osr

from ..errors import InputError
from ..products.containers.gdalio import quiet
from ..raster.grid import Grid, spatial_reference
from ..raster.longitude import Extent

MAX_PIXELS = 4_000_000
"""Pixels of the common grid; larger scenes are averaged to fewer, so that memory does not grow with them."""
EDGE_POINTS = 21
"""Points on each side of an extent that are transformed to another coordinate system."""
MIN_SIDE_PIXELS = 8
"""A smaller overlap than this is refused."""


@dataclass(frozen=True)
class CommonGrid:
    """The shared grid, and how it lies on the pixels of the look that it follows.

    Attributes
    ----------
    grid : Grid
    base : int
        Index of that look.
    col, row, factor : int
        First column and row, and the pixels of that look in one pixel of the grid.
    """

    grid: Grid
    base: int
    col: int
    row: int
    factor: int


def common_grid(
    grids: Sequence[Grid], names: Sequence[str], pixel_m: Optional[float], max_side: Optional[int]
) -> CommonGrid:
    """Choose the common grid.

    Parameters
    ----------
    grids, names
        Of the looks.
    pixel_m : float, optional
        Pixel size that the user asks for.
    max_side : int, optional
        Largest number of pixels along a side.

    Raises
    ------
    InputError
        When a look has no coordinate system, or the looks do not overlap.
    """
    for grid, name in zip(grids, names):
        if not grid.has_crs:
            raise InputError(f"“{name}” has no coordinate system; give one, or use a geocoded product.")
    base = max(range(len(grids)), key=lambda index: max(grids[index].pixel_size_m))
    own = grids[base]
    extent = own.extent
    for grid, name in zip(grids, names):
        extent = _overlap(extent, extent_in(grid, own), names[base], name)
    left, top = own.colrow(extent[0], extent[3])
    right, bottom = own.colrow(extent[2], extent[1])
    col, row = max(0, math.ceil(left - 1e-6)), max(0, math.ceil(top - 1e-6))
    width, height = (
        min(own.width, math.floor(right + 1e-6)) - col,
        min(own.height, math.floor(bottom + 1e-6)) - row,
    )
    factor = max(1, round((pixel_m or 0) / max(own.pixel_size_m)))
    factor = max(factor, math.ceil(math.sqrt(max(width, 0) * max(height, 0) / MAX_PIXELS)))
    if max_side is not None:
        factor = max(factor, math.ceil(max(width, height) / max_side))
    if min(width, height) < MIN_SIDE_PIXELS * factor:
        raise InputError(
            f"The looks share only {max(width, 0)} by {max(height, 0)} pixels; choose looks that overlap "
            "more, or a smaller pixel size."
        )
    x, y = own.xy(col, row)
    t = own.transform
    grid = Grid(
        width // factor, height // factor, (x, t[1] * factor, 0.0, y, 0.0, t[5] * factor), own.crs_wkt
    )
    return CommonGrid(grid, base, col, row, factor)


def extent_in(grid: Grid, target: Grid) -> Extent:
    """The extent of a grid in the coordinates of another, on its turn of longitude."""
    xmin, ymin, xmax, ymax = grid.extent
    source, wanted = spatial_reference(grid.crs_wkt), spatial_reference(target.crs_wkt)
    if source is None or wanted is None:
        raise InputError("A look has an unknown coordinate system; give it as EPSG:n.")
    if source.IsSame(wanted):
        return target.on_its_turn(grid.extent)
    xs, ys = np.linspace(xmin, xmax, EDGE_POINTS), np.linspace(ymin, ymax, EDGE_POINTS)
    edge = [(x, y) for y in (ymin, ymax) for x in xs] + [(x, y) for x in (xmin, xmax) for y in ys]
    with quiet():
        try:
            points = osr.CoordinateTransformation(source, wanted).TransformPoints(edge)
        except RuntimeError as error:
            raise InputError(
                "The coordinate systems of the looks cannot be transformed into each other."
            ) from error
    places = np.array([point[:2] for point in points])
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):
        raise InputError("The coordinate systems of the looks cannot be transformed into each other.")
    low, high = places.min(axis=0), places.max(axis=0)
    return target.on_its_turn((float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def _overlap(one: Extent, other: Extent, name: str, other_name: str) -> Extent:
    both = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    if both[0] >= both[2] or both[1] >= both[3]:
        raise InputError(
            f"“{name}” and “{other_name}” do not overlap; choose looks that cover the same ground."
        )
    return both


def lonlat_of(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (degrees, WGS 84) of the pixel centres, each (H, W).

    Raises
    ------
    InputError
        When the grid has no coordinate system, or it cannot be transformed.
    """
    x = grid.transform[0] + grid.transform[1] * (np.arange(grid.width) + 0.5)
    y = grid.transform[3] + grid.transform[5] * (np.arange(grid.height) + 0.5)
    xs, ys = np.meshgrid(x, y)
    if grid.is_geographic:
        return xs, ys
    source, target = spatial_reference(grid.crs_wkt), spatial_reference("EPSG:4326")
    if source is None or target is None:
        raise InputError("The raster has no coordinate system; give it one.")
    with quiet():
        try:
            transformation = osr.CoordinateTransformation(source, target)
            points = np.array(transformation.TransformPoints(np.stack([xs.ravel(), ys.ravel()], 1).tolist()))
        except RuntimeError as error:
            raise InputError("The raster's coordinate system cannot be transformed to longitude.") from error
    return points[:, 0].reshape(xs.shape), points[:, 1].reshape(xs.shape)
