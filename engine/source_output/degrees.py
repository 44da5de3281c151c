"""Maps of a fit on a grid of degrees, for panels that share their axes."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ..products.containers.gdalio import quiet
from ..raster.grid import Grid, wkt_of_epsg
from .ground_motion import FitMap

LONGEST = 420
"""Longest side of a warped map in pixels."""
MOVED_RATIO = 0.04
"""Part of the model's peak from which ground counts as moved."""
MARGIN_RATIO = 0.25
"""Margin of a panel relative to the longer side of the moved ground."""


def in_degrees(fit: FitMap) -> FitMap:
    """The same map in longitude and latitude; a geographic map stays as it is."""
    if fit.grid.is_geographic:
        return fit
    grid = fit.grid
    memory = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 3, gdal.GDT_Float32)
    memory.SetGeoTransform(grid.transform)
    memory.SetProjection(grid.crs_wkt)
    for number, values in enumerate((fit.data, fit.model, fit.residual), 1):
        band = memory.GetRasterBand(number)
        band.SetNoDataValue(float("nan"))
        band.WriteArray(np.ascontiguousarray(values, np.float32))
    wide = LONGEST if grid.width >= grid.height else 0
    with quiet():
        warped = gdal.Warp(
            "",
            memory,
            format="MEM",
            dstSRS="EPSG:4326",
            width=wide,
            height=0 if wide else LONGEST,
            resampleAlg="near",
            dstNodata=float("nan"),
        )
    placed = Grid(warped.RasterXSize, warped.RasterYSize, tuple(warped.GetGeoTransform()), wkt_of_epsg(4326))
    bands = [np.asarray(warped.GetRasterBand(number).ReadAsArray(), np.float32) for number in (1, 2, 3)]
    return FitMap(fit.name, placed, *bands)


def around_motion(fit: FitMap) -> FitMap:
    """The part of a map where the model moves the ground, with a margin, so that panels show the source."""
    size = np.abs(np.where(np.isfinite(fit.model), fit.model, 0))
    moved = size > MOVED_RATIO * size.max()
    if not moved.any():
        return fit
    columns, rows = np.flatnonzero(moved.any(axis=0)), np.flatnonzero(moved.any(axis=1))
    pad = MARGIN_RATIO * max(columns[-1] - columns[0], rows[-1] - rows[0], 20)
    left, right = max(0, int(columns[0] - pad)), min(fit.grid.width, int(columns[-1] + pad) + 1)
    top, bottom = max(0, int(rows[0] - pad)), min(fit.grid.height, int(rows[-1] + pad) + 1)
    part = (slice(top, bottom), slice(left, right))
    grid = fit.grid.subgrid(left, top, right - left, bottom - top)
    return FitMap(fit.name, grid, fit.data[part], fit.model[part], fit.residual[part])
