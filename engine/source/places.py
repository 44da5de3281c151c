"""Longitude and latitude of all pixels of a raster."""

from __future__ import annotations

from typing import Optional

import numpy as np
from osgeo import gdal, osr

from ..errors import InputError
from ..raster.grid import Grid, spatial_reference


def grid_lonlat(grid: Grid, rows: Optional[slice] = None) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (degrees, WGS 84) of pixel centres, each (H, W) or those of some rows.

    Raises
    ------
    InputError
        When the raster has no coordinate system, or lies outside the area where it is defined.
    """
    x0, dx, _, y0, _, dy = grid.transform
    x = x0 + (np.arange(grid.width) + 0.5) * dx
    y = y0 + (np.arange(grid.height)[rows or slice(None)] + 0.5) * dy
    x, y = np.meshgrid(x, y)
    if grid.is_geographic:
        return (x + 180) % 360 - 180, y
    source, target = spatial_reference(grid.crs_wkt), spatial_reference("EPSG:4326")
    if source is None or target is None:
        raise InputError("The place of the scene is not known: set its coordinate system (CRS).")
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        transformation = osr.CoordinateTransformation(source, target)
        points = np.array(transformation.TransformPoints(np.stack([x.ravel(), y.ravel()], 1)))
    except (RuntimeError, TypeError) as error:
        raise InputError(f"The scene cannot be placed on the ground: {error}. Check its CRS.") from error
    finally:
        gdal.PopErrorHandler()
    longitude, latitude = points[:, 0].reshape(x.shape), points[:, 1].reshape(x.shape)
    outside = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(outside, np.nan, longitude), np.where(outside, np.nan, latitude)
