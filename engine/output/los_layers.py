"""Look vectors as map layers: incidence, east, north and up as GeoTIFFs on the phase's grid."""

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
ROWS = 256


def write_los_layers(
    interferogram: Interferogram,
    folder: str,
    stem: str,
    progress: Optional[Callable[[float], None]] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> list[tuple[str, str]]:
    """Write the look vectors of a whole scene, strip by strip.

    Parameters
    ----------
    interferogram : Interferogram
    folder, stem : str
        The files are called ``<stem>_incidence.tif`` and so on: float32, NaN where unknown.
    progress : callable, optional
        Told the percentage that is done.
    cancelled : callable, optional
        Asked before each strip.

    Returns
    -------
    list of (path, title)
        The title has the name of the scene, the layer and its unit.

    Raises
    ------
    InputError
        When the product does not tell the direction to the satellite.
    OutputError
        When the files cannot be written; then none is there.
    Cancelled
        When `cancelled` says so.
    """
    if interferogram.look is None:
        raise InputError(
            f"“{interferogram.name}” does not tell the direction to the satellite; put the product's "
            "look or incidence files beside it."
        )
    grid = interferogram.grid
    name = interferogram.name.rsplit(".", 1)[0]
    found = []
    with Transaction() as files:
        rasters = []
        for layer, unit, meaning in LAYERS:
            target = check_target(os.path.join(folder, f"{stem}_{layer}.tif"), (".tif",), "layer")
            rasters.append(_create(files.stage(target), interferogram, unit, meaning))
            spoken = layer.replace("_", " ")
            found.append((target, f"{name} {spoken} ({'unit vector' if unit == '1' else unit})"))
        for row in range(0, grid.height, ROWS):
            if cancelled is not None and cancelled():
                raise Cancelled("Stopped.")
            if progress is not None:
                progress(100 * row / grid.height)
            enu = interferogram.look.read(0, row, grid.width, min(ROWS, grid.height - row))
            incidence = np.degrees(np.arccos(np.clip(enu[2], -1, 1))).astype(np.float32)
            for raster, values in zip(rasters, (incidence, *enu)):
                _checked(raster.GetRasterBand(1).WriteArray, values, 0, row)
        for raster in rasters:
            _checked(raster.FlushCache)
        raster = None
        rasters.clear()
        files.commit()
    return found


def _create(path: str, interferogram: Interferogram, unit: str, meaning: str) -> Any:
    grid = interferogram.grid
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BIGTIFF=IF_SAFER"]
    driver = gdal.GetDriverByName("GTiff")
    raster = _checked(driver.Create, path, grid.width, grid.height, 1, gdal.GDT_Float32, options)
    if raster is None:
        raise OutputError(f"“{os.path.dirname(path)}” cannot be written; choose another folder.")
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


def _checked(write: Callable[..., Any], *given: Any) -> Any:
    """Call GDAL, with its exceptions on or off; a failure is an `OutputError`."""
    with quiet():
        try:
            found = write(*given)
        except RuntimeError as error:
            raise OutputError(f"The look layers cannot be written ({last_error(error)}).") from error
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise OutputError(f"The look layers cannot be written ({last_error()}); choose another folder.")
    return found
