"""A corrected interferogram as a GeoTIFF, in the unit and with the sign of its source."""

from __future__ import annotations

from typing import Callable, Optional

from osgeo import gdal

from ..errors import Cancelled, OutputError
from ..interferogram import Interferogram
from ..products.containers.gdalio import last_error, quiet
from ..products.decode import phase_factor
from ..products.model import UNIT_SCALE
from .transaction import Transaction, check_target

STRIP_ROWS = 256
"""Rows read and written at a time."""


def write_corrected(
    interferogram: Interferogram,
    target: str,
    progress: Optional[Callable[[float], None]] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> str:
    """Write the phase or displacement of a scene that was opened with corrections, strip by strip.

    Parameters
    ----------
    interferogram : Interferogram
    target : str
        A .tif file: float32, NaN without data.
    progress : callable, optional
        Called with the percentage done.
    cancelled : callable, optional
        Called before each strip; returns whether to stop.

    Returns
    -------
    str
        A title with the scene, the corrections, the unit and the sign.

    Raises
    ------
    OutputError
        When the file cannot be written; none is left then.
    Cancelled
        When `cancelled` returns True; no file is left then.
    """
    grid, positive = interferogram.grid, interferogram.positive
    unit = interferogram.unit if interferogram.unit in UNIT_SCALE else "rad"
    factor = phase_factor(
        interferogram.quantity, UNIT_SCALE[unit], interferogram.wavelength, away=positive == "away"
    )
    with Transaction() as files, quiet():
        temporary = files.stage(check_target(target, (".tif",), "corrected layer"))
        try:
            raster = gdal.GetDriverByName("GTiff").Create(
                temporary,
                grid.width,
                grid.height,
                1,
                gdal.GDT_Float32,
                ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BIGTIFF=IF_SAFER"],
            )
            if raster is None:
                raise RuntimeError(last_error())
            if grid.has_crs:
                raster.SetProjection(grid.crs_wkt)
                raster.SetGeoTransform(grid.transform)
            band = raster.GetRasterBand(1)
            band.SetUnitType(unit)
            band.SetDescription(f"{interferogram.quantity.value}, corrected")
            band.SetNoDataValue(float("nan"))
            raster.SetMetadata(
                {
                    "PRODUCT": interferogram.product,
                    "POSITIVE": positive,
                    "CORRECTIONS": ", ".join(interferogram.corrections),
                    "WAVELENGTH": f"{interferogram.wavelength or 0:.9g}",
                }
            )
            for row in range(0, grid.height, STRIP_ROWS):
                if cancelled is not None and cancelled():
                    raise Cancelled("Writing the corrected layer was cancelled; no file was written.")
                if progress is not None:
                    progress(100 * row / grid.height)
                phase = interferogram.read(0, row, grid.width, min(STRIP_ROWS, grid.height - row))
                if band.WriteArray(phase / factor, 0, row) != gdal.CE_None:
                    raise RuntimeError(last_error())
            band = None
            raster.FlushCache()
            raster = None
        except RuntimeError as error:
            raise OutputError(
                f"The corrected layer cannot be written ({last_error(error)}); free some space or choose "
                "another folder."
            ) from error
        files.commit()
    sign = {"toward": ", positive towards the satellite", "away": ", positive away from the satellite"}
    applied = ", ".join(interferogram.corrections).replace("_", " ")
    return (
        f"{interferogram.name.rsplit('.', 1)[0]} {interferogram.quantity.value} without {applied} "
        f"({unit}{sign.get(positive, '')})"
    )
