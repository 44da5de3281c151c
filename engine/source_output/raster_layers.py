"""Data, model and residual of each look as GeoTIFFs with one colour scale."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
from osgeo import gdal

from ..output.geopackage import in_memory, take_bytes
from ..output.map_layers import sidecar
from ..output.transaction import Transaction, write_bytes
from ..raster.grid import Grid
from ..source.results import LookFit
from .ground_motion import FitMap, colour_limit
from .layer_styles import displacement_style

MEANINGS = {
    "data": "displacement less the fitted offset and ramp",
    "model": "motion of the estimated source",
    "residual": "data less model",
}
"""Parts of a fit, which end the names of the files, and their meanings."""


def map_path(folder: str, number: int, part: str) -> str:
    """Path of one map, such as ``source_1_residual.tif``; looks count from 1."""
    return os.path.join(folder, f"source_{number}_{part}.tif")


def write_maps(
    files: Transaction,
    folder: str,
    maps: Sequence[tuple[int, LookFit, FitMap]],
    origin: Mapping[str, float],
    run_id: str,
) -> list[str]:
    """Write three GeoTIFFs for each look, with their styles; all styles have the same scale.

    Parameters
    ----------
    files : Transaction
        In which the files are staged.
    folder : str
    maps : sequence of (number, LookFit, FitMap)
        Number of the look from 1.
    origin : mapping
        Longitude and latitude from which the fitted ramp counts.
    run_id : str

    Returns
    -------
    list of str
        Paths of the GeoTIFFs.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    limit = max((colour_limit(one.data, one.model) for _, _, one in maps), default=0.0)
    style = displacement_style(limit or 1.0).encode("utf-8")
    written = []
    for number, look, one in maps:
        place = f"{origin['longitude']:.6f}, {origin['latitude']:.6f}"
        for part, meaning in MEANINGS.items():
            path = map_path(folder, number, part)
            tags = {
                "SCENE": one.name,
                "DESCRIPTION": f"{meaning}, positive towards the satellite",
                "RAMP": f"{look.offset_m:.6g} m, {look.ramp_m_per_km[0]:.6g} m/km to the east, "
                f"{look.ramp_m_per_km[1]:.6g} m/km to the north of {place}",
                "RUN_ID": run_id,
            }
            _write(files.stage(path), getattr(one, part), one.grid, f"line-of-sight {part}", tags)
            write_bytes(files.stage(sidecar(path)), style)
            written.append(path)
    return written


def _write(path: str, values: np.ndarray, grid: Grid, title: str, tags: dict[str, str]) -> None:
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=3"]
    with in_memory(".tif", "map") as name:
        driver = gdal.GetDriverByName("GTiff")
        raster = driver.Create(name, grid.width, grid.height, 1, gdal.GDT_Float32, options)
        raster.SetGeoTransform(grid.transform)
        raster.SetProjection(grid.crs_wkt)
        raster.SetMetadata({**tags, "UNIT": "m"})
        band = raster.GetRasterBand(1)
        band.SetNoDataValue(float("nan"))
        band.SetUnitType("m")
        band.SetDescription(title)
        band.WriteArray(np.ascontiguousarray(values, dtype=np.float32))
        raster.FlushCache()
        band = raster = None
        data = take_bytes(name)
    write_bytes(path, data)
