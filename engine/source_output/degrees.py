"""Maps of a fit on a grid of degrees, for panels that share their axes."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ..products.containers.gdalio import quiet
from ..raster.grid import Grid, wkt_of_epsg
from .ground_motion import FitMap

LONGEST = 420
"""Longest side of a warped map in pixels."""


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
