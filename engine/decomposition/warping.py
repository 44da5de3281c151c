"""Arrays warped from one grid to another, in memory, by GDAL."""

from __future__ import annotations

from typing import Any

import numpy as np
from osgeo import gdal

from ..errors import InputError
from ..products.containers.gdalio import last_error, quiet
from ..raster.grid import Grid

TRANSFORM_ERROR_PIXELS = 0.02
"""Largest error of GDAL's approximate transformation; its default of an eighth of a pixel would show."""


def warp(values: np.ndarray, source: Grid, target: Grid, method: str = "bilinear") -> np.ndarray:
    """Bands on another grid.

    Parameters
    ----------
    values : ndarray, shape (n, source.height, source.width)
        NaN where there is no data.
    source, target : Grid
        Both north up and with a coordinate system.
    method : str
        GDAL's name of the resampling: "bilinear", "near", "average".

    Returns
    -------
    ndarray, shape (n, target.height, target.width), float32
        NaN outside the source.

    Raises
    ------
    InputError
        When GDAL cannot transform between the coordinate systems.
    """
    xmin, ymin, xmax, ymax = target.extent
    options: dict[str, Any] = {
        "format": "MEM",
        "outputBounds": (xmin, ymin, xmax, ymax),
        "width": target.width,
        "height": target.height,
        "dstSRS": target.crs_wkt,
        "resampleAlg": method,
        "srcNodata": "nan",
        "dstNodata": "nan",
        "errorThreshold": TRANSFORM_ERROR_PIXELS,
    }
    with quiet():
        try:
            warped = gdal.Warp("", dataset(values, source), **options)
            reason = last_error() if warped is None else ""
        except RuntimeError as error:
            warped, reason = None, last_error(error)
    if warped is None:
        raise InputError(f"A raster cannot be laid over another ({reason}); check their coordinate systems.")
    out = np.asarray(warped.ReadAsArray(), dtype=np.float32)
    return out.reshape(len(values), target.height, target.width)


def dataset(values: np.ndarray, grid: Grid) -> Any:
    """Bands (n, H, W) as a dataset in memory, float32 with NaN for no data."""
    memory = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, len(values), gdal.GDT_Float32)
    memory.SetGeoTransform(grid.transform)
    memory.SetProjection(grid.crs_wkt)
    for index, band in enumerate(values, start=1):
        memory.GetRasterBand(index).SetNoDataValue(float("nan"))
        memory.GetRasterBand(index).WriteArray(np.ascontiguousarray(band, dtype=np.float32))
    return memory
