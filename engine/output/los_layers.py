"""Line-of-sight vectors as map layers: incidence, east, north and up as GeoTIFFs on the grid of the phase."""

from __future__ import annotations

import os
from typing import Any, Callable, Optional

import numpy as np
from osgeo import gdal

from ..errors import Cancelled, InputError, OutputError
from ..interferogram import Interferogram
from ..products.containers.gdalio import last_error, quiet
from .transaction import Transaction, check_target

LAYERS = (
    ("incidence", "deg", "incidence angle from the vertical"),
    ("look_east", "1", "east component of the unit vector from the ground to the satellite"),
    ("look_north", "1", "north component of the unit vector from the ground to the satellite"),
    ("look_up", "1", "up component of the unit vector from the ground to the satellite"),
)
"""Name, unit and meaning of each layer."""
STRIP_ROWS = 256
"""Rows read and written at a time."""


def write_los_layers(
    interferogram: Interferogram,
    folder: str,
    stem: str,
    progress: Optional[Callable[[float], None]] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> list[tuple[str, str]]:
    """Write the line-of-sight vectors of a whole scene, strip by strip.

    Parameters
    ----------
    interferogram : Interferogram
    folder, stem : str
        The files are named ``<stem>_incidence.tif``, ``<stem>_look_east.tif`` and so on; float32, NaN where
        unknown.
    progress : callable, optional
        Called with the percentage done.
    cancelled : callable, optional
        Called before each strip; returns whether to stop.

    Returns
    -------
    list of (path, title)
        The title holds the name of the scene, the layer and its unit.

    Raises
    ------
    InputError
        When the product does not contain the direction to the satellite.
    OutputError
        When a file cannot be written; none is left then.
    Cancelled
        When `cancelled` returns True; no file is left then.
    """
    if interferogram.look is None:
        raise InputError(
            f"“{interferogram.name}” does not contain the direction to the satellite; put the product's "
            "line-of-sight or incidence files in the same folder."
        )
    grid = interferogram.grid
    name = interferogram.name.rsplit(".", 1)[0]
    written = []
    with Transaction() as files:
        rasters = []
        for layer, unit, meaning in LAYERS:
            target = check_target(os.path.join(folder, f"{stem}_{layer}.tif"), (".tif",), "layer")
            rasters.append(_create(files.stage(target), interferogram, unit, meaning))
            title = layer.replace("_", " ")
            written.append((target, f"{name} {title} ({'unit vector' if unit == '1' else unit})"))
        for row in range(0, grid.height, STRIP_ROWS):
            if cancelled is not None and cancelled():
                raise Cancelled("Writing the layers was cancelled; no file was written.")
            if progress is not None:
                progress(100 * row / grid.height)
            enu = interferogram.look.read(0, row, grid.width, min(STRIP_ROWS, grid.height - row))
            incidence = np.degrees(np.arccos(np.clip(enu[2], -1, 1))).astype(np.float32)
            for raster, values in zip(rasters, (incidence, *enu)):
                _checked(raster.GetRasterBand(1).WriteArray, values, 0, row)
        for raster in rasters:
            _checked(raster.FlushCache)
        raster = None
        rasters.clear()
        files.commit()
    return written


def _create(path: str, interferogram: Interferogram, unit: str, meaning: str) -> Any:
    grid = interferogram.grid
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BIGTIFF=IF_SAFER"]
    driver = gdal.GetDriverByName("GTiff")
    raster = _checked(driver.Create, path, grid.width, grid.height, 1, gdal.GDT_Float32, options)
    if raster is None:
        raise OutputError(
            f"The folder “{os.path.dirname(path)}” cannot be written to; choose another folder."
        )
    if grid.has_crs:
        raster.SetProjection(grid.crs_wkt)
        raster.SetGeoTransform(grid.transform)
    tags = {"PRODUCT": interferogram.product, "UNIT": unit, "DESCRIPTION": meaning}
    if interferogram.look is not None:
        tags["SOURCE"] = interferogram.look.words
    raster.SetMetadata(tags)
    band = raster.GetRasterBand(1)
    band.SetDescription(f"{meaning} ({unit})" if unit != "1" else meaning)
    band.SetUnitType(unit)
    band.SetNoDataValue(float("nan"))
    return raster


def _checked(write: Callable[..., Any], *arguments: Any) -> Any:
    """Call GDAL, whether its exceptions are on or off; raise `OutputError` when it fails."""
    with quiet():
        try:
            value = write(*arguments)
        except RuntimeError as error:
            raise _failure(last_error(error)) from error
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise _failure(last_error())
    return value


def _failure(reason: str) -> OutputError:
    return OutputError(
        f"The line-of-sight layers cannot be written ({reason}); free some space or choose another folder."
    )
