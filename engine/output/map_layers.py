"""The map layers of a result: the heatmap as GeoTIFF and the boxes as GeoPackage, both with their style.

GDAL writes to memory and Python copies the bytes to the disk. A full disk then raises an ordinary error, and
SQLite leaves no journal beside the file.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal, ogr

from ..errors import OutputError
from ..products.containers.gdalio import last_error, quiet
from ..raster.grid import Grid, spatial_reference
from ..resources import STYLES
from .transaction import write_bytes

if TYPE_CHECKING:
    from ..results import Box, Result

LAYER = "boxes"
FIELDS = (
    ("rank", ogr.OFTInteger),
    ("probability", ogr.OFTReal),
    ("class", ogr.OFTString),
    ("width_km", ogr.OFTReal),
    ("height_km", ogr.OFTReal),
    ("area_km2", ogr.OFTReal),
    ("lon", ogr.OFTReal),
    ("lat", ogr.OFTReal),
    ("peak_los_cm", ogr.OFTReal),
    ("fringes", ogr.OFTReal),
    ("scale_m", ogr.OFTReal),
    ("run_id", ogr.OFTString),
    ("model", ogr.OFTString),
)
STYLE_FIELDS = (
    ("f_table_catalog", ogr.OFTString),
    ("f_table_schema", ogr.OFTString),
    ("f_table_name", ogr.OFTString),
    ("f_geometry_column", ogr.OFTString),
    ("styleName", ogr.OFTString),
    ("styleQML", ogr.OFTString),
    ("styleSLD", ogr.OFTString),
    ("useAsDefault", ogr.OFTInteger),
    ("description", ogr.OFTString),
    ("owner", ogr.OFTString),
    ("ui", ogr.OFTString),
    ("update_time", ogr.OFTDateTime),
)
"""Columns of the table in which QGIS keeps styles in a GeoPackage."""


def style(name: str) -> Optional[str]:
    """Text of a layer style in resources/styles; None when the file is missing."""
    path = os.path.join(STYLES, f"{name}.qml")
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def sidecar(path: str) -> str:
    """Path at which QGIS looks for the default style of a raster."""
    return os.path.splitext(path)[0] + ".qml"


def write_heatmap(heat: np.ndarray, grid: Grid, path: str) -> None:
    """Write a heatmap as a tiled, deflated float32 GeoTIFF with NaN for no data.

    Parameters
    ----------
    heat : ndarray, shape (grid.height, grid.width)
        0 to 1.
    grid : Grid
    path : str

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=3"]
    with _in_memory(".tif", "heatmap") as name:
        raster = gdal.GetDriverByName("GTiff").Create(
            name, grid.width, grid.height, 1, gdal.GDT_Float32, options
        )
        raster.SetGeoTransform(grid.transform)
        if grid.has_crs:
            raster.SetProjection(grid.crs_wkt)
        band = raster.GetRasterBand(1)
        band.SetNoDataValue(float("nan"))
        band.SetDescription("attention heat, 0 to 1")
        band.WriteArray(np.ascontiguousarray(heat, dtype=np.float32))
        raster.FlushCache()
        band = raster = None
        data = _take(name)
    write_bytes(path, data)


def write_boxes(result: Result, path: str) -> None:
    """Write the boxes as polygons of a GeoPackage with their style; without boxes the layer is empty.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with _in_memory(".gpkg", "boxes") as name:
        package = gdal.GetDriverByName("GPKG").Create(name, 0, 0, 0, gdal.GDT_Unknown)
        layer = package.CreateLayer(
            LAYER, spatial_reference(result.grid.crs_wkt), ogr.wkbPolygon, ["GEOMETRY_NAME=geom"]
        )
        for field, kind in FIELDS:
            layer.CreateField(ogr.FieldDefn(field, kind))
        layer.StartTransaction()
        for box in result.boxes:
            layer.CreateFeature(_feature(layer.GetLayerDefn(), box, result))
        layer.CommitTransaction()
        text = style("boxes")
        if text is not None:
            _write_style(package, text)
        layer = None
        package.FlushCache()
        package = None
        data = _take(name)
    write_bytes(path, data)


def _feature(definition: Any, box: Box, result: Result) -> Any:
    feature = ogr.Feature(definition)
    values = {
        "rank": box.rank,
        "probability": box.probability,
        "class": box.class_name,
        "width_km": box.width_km,
        "height_km": box.height_km,
        "area_km2": box.area_km2,
        "lon": box.lon,
        "lat": box.lat,
        "peak_los_cm": box.peak_los_cm,
        "fringes": box.fringes,
        "scale_m": box.scale_m,
        "run_id": result.run_id,
        "model": result.model.get("version", ""),
    }
    for field, value in values.items():
        if value is None:
            feature.SetFieldNull(field)
        else:
            feature.SetField(field, value)
    xmin, ymin, xmax, ymax = box.extent
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax), (xmin, ymin)):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    feature.SetGeometry(polygon)
    return feature


def _write_style(package: Any, text: str) -> None:
    """Store the style as the layer's default in the table from which QGIS reads it."""
    table = package.CreateLayer("layer_styles", None, ogr.wkbNone, ["FID=id"])
    for field, kind in STYLE_FIELDS:
        definition = ogr.FieldDefn(field, kind)
        if field == "useAsDefault":
            definition.SetSubType(ogr.OFSTBoolean)
        if field == "update_time":
            definition.SetDefault("CURRENT_TIMESTAMP")
        table.CreateField(definition)
    row = ogr.Feature(table.GetLayerDefn())
    for field, value in (
        ("f_table_catalog", ""),
        ("f_table_schema", ""),
        ("f_table_name", LAYER),
        ("f_geometry_column", "geom"),
        ("styleName", "QuakeFringe boxes"),
        ("styleQML", text),
        ("styleSLD", ""),
        ("useAsDefault", 1),
        ("description", "Boxes with their probability"),
        ("owner", ""),
    ):
        row.SetField(field, value)
    table.CreateFeature(row)


@contextmanager
def _in_memory(suffix: str, what: str) -> Iterator[str]:
    """The name of a file in GDAL's memory, removed at the end; GDAL's errors become `OutputError`."""
    folder = f"/vsimem/quakefringe-{uuid.uuid4().hex}"
    name = f"{folder}/{what}{suffix}"
    with quiet():
        try:
            yield name
        except (RuntimeError, AttributeError, MemoryError) as error:
            # without exceptions GDAL returns None when it fails, hence the AttributeError
            reason = last_error(error if isinstance(error, RuntimeError) else None)
            raise OutputError(
                f"GDAL could not create the {what} ({reason}); please report this with the input file."
            ) from error
        finally:
            _unlink(folder)


def _unlink(folder: str) -> None:
    for name in gdal.ReadDir(folder) or []:
        gdal.Unlink(f"{folder}/{name}")
    with suppress(RuntimeError):  # GDAL may remove an empty folder in its memory by itself
        gdal.Rmdir(folder)


def _take(name: str) -> bytes:
    """The bytes of a file in GDAL's memory."""
    stat = gdal.VSIStatL(name)
    if stat is None or stat.size == 0:
        raise OutputError("GDAL wrote an empty file; please report this with the input file.")
    handle = gdal.VSIFOpenL(name, "rb")
    try:
        return bytes(gdal.VSIFReadL(1, stat.size, handle))
    finally:
        gdal.VSIFCloseL(handle)
