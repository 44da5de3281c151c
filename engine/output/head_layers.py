"""The attention maps of the network's heads as bands of one GeoTIFF."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ..raster.grid import Grid
from .geopackage import in_memory, take_bytes
from .transaction import write_bytes

OPTIONS = ("TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=3")


def write_heads(maps: np.ndarray, grid: Grid, path: str) -> None:
    """Write one band for each head, float32 with NaN for no data.

    Parameters
    ----------
    maps : ndarray, shape (heads, grid.height, grid.width)
        0 to 1.
    grid : Grid
    path : str

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with in_memory(".tif", "heads") as name:
        raster = gdal.GetDriverByName("GTiff").Create(
            name, grid.width, grid.height, len(maps), gdal.GDT_Float32, list(OPTIONS)
        )
        raster.SetGeoTransform(grid.transform)
        if grid.has_crs:
            raster.SetProjection(grid.crs_wkt)
        for number, values in enumerate(maps, start=1):
            band = raster.GetRasterBand(number)
            band.SetNoDataValue(float("nan"))
            band.SetDescription(f"attention of head {number}, 0 to 1")
            band.WriteArray(np.ascontiguousarray(values, dtype=np.float32))
        raster.FlushCache()
        band = raster = None
        data = take_bytes(name)
    write_bytes(path, data)
