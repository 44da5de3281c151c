"""The position of a raster: what GDAL reports, else what its axes state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from osgeo import gdal

from ...errors import InputError
from ...raster.grid import Grid, wkt_of_epsg
from .axes import DEGREES, KILOMETRES, METRES, axis_transform, axis_unit
from .gdalio import quiet

MAX_SIDE = 1_000_000
"""Largest believable width or height in pixels."""


def grid_of(dataset: gdal.Dataset, name: str) -> tuple[Grid, bool]:
    """The grid that GDAL reports, and whether the raster has only ground control points instead.

    Raises
    ------
    InputError
        For rotated rasters and impossible sizes.
    """
    width, height = dataset.RasterXSize, dataset.RasterYSize
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise InputError(f"“{name}” claims {width} × {height} pixels, which cannot be right; fetch it again.")
    with quiet():
        transform = dataset.GetGeoTransform(can_return_null=True)
        wkt = dataset.GetProjection() or ""
        if transform is None or tuple(transform) == (0, 1, 0, 0, 0, 1):
            transform = axis_transform(dataset)
    if transform is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), ""), dataset.GetGCPCount() > 0
    grid = Grid(width, height, check_transform(transform, name), wkt)
    return grid if wkt else _placed_by_axes(grid, dataset), False


def _placed_by_axes(grid: Grid, dataset: gdal.Dataset) -> Grid:
    """The grid with the coordinate system, or at least the unit, that its axes state."""
    unit = axis_unit(dataset)
    west, south, east, north = grid.extent
    if unit == DEGREES and -540 <= west < east <= 720 and -90.5 <= south < north <= 90.5:
        return replace(grid, crs_wkt=wkt_of_epsg(4326))
    return replace(grid, metres={METRES: 1.0, KILOMETRES: 1000.0}.get(unit, 0.0))


def check_transform(transform: Any, name: str) -> tuple[float, float, float, float, float, float]:
    """Refuse rotated and invalid geotransforms."""
    t = tuple(float(v) for v in transform)
    if not np.isfinite(t).all() or t[1] == 0 or t[5] == 0:
        if t[2] != 0 and t[4] != 0 and np.isfinite(t).all():
            raise InputError(_rotated(name))
        raise InputError(f"The position of “{name}” is damaged ({t}); set it with gdal_edit.py -a_ullr.")
    if abs(t[2]) > 1e-6 * abs(t[1]) or abs(t[4]) > 1e-6 * abs(t[5]):
        raise InputError(_rotated(name))
    if t[1] < 0:
        raise InputError(
            f"“{name}” runs from east to west; make a north-up copy: gdalwarp {name} north_up.tif."
        )
    return t[0], t[1], 0.0, t[3], 0.0, t[5]


def _rotated(name: str) -> str:
    return f"“{name}” is rotated against its coordinate system; make a copy: gdalwarp {name} north_up.tif."
