"""Rasters and GeoPackages that GDAL writes to its memory, so that Python writes the bytes to the disk.

A full disk then raises an ordinary error, and SQLite leaves no journal beside the file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from osgeo import gdal, ogr

from ..errors import OutputError
from ..products.containers.gdalio import last_error, quiet

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


@contextmanager
def in_memory(suffix: str, what: str) -> Iterator[str]:
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


def take_bytes(name: str) -> bytes:
    """The bytes of a file in GDAL's memory."""
    stat = gdal.VSIStatL(name)
    if stat is None or stat.size == 0:
        raise OutputError("GDAL wrote an empty file; please report this with the input file.")
    handle = gdal.VSIFOpenL(name, "rb")
    try:
        return bytes(gdal.VSIFReadL(1, stat.size, handle))
    finally:
        gdal.VSIFCloseL(handle)


def write_layer_style(
    package: Any, layer: str, text: str, name: str, description: str, default: bool = True
) -> None:
    """Store a style of a layer in the table from which QGIS reads it.

    Parameters
    ----------
    package : gdal.Dataset
        The GeoPackage.
    layer : str
        Name of the layer.
    text : str
        The style as QML.
    name, description : str
        What QGIS shows in its list of styles.
    default : bool
        Whether QGIS opens the layer with this style.
    """
    table = package.GetLayerByName("layer_styles")
    if table is None:
        table = _create_style_table(package)
    row = ogr.Feature(table.GetLayerDefn())
    for field, value in (
        ("f_table_catalog", ""),
        ("f_table_schema", ""),
        ("f_table_name", layer),
        ("f_geometry_column", "geom"),
        ("styleName", name),
        ("styleQML", text),
        ("styleSLD", ""),
        ("useAsDefault", int(default)),
        ("description", description),
        ("owner", ""),
    ):
        row.SetField(field, value)
    table.CreateFeature(row)


def _create_style_table(package: Any) -> Any:
    table = package.CreateLayer("layer_styles", None, ogr.wkbNone, ["FID=id"])
    for field, kind in STYLE_FIELDS:
        definition = ogr.FieldDefn(field, kind)
        if field == "useAsDefault":
            definition.SetSubType(ogr.OFSTBoolean)
        if field == "update_time":
            definition.SetDefault("CURRENT_TIMESTAMP")
        table.CreateField(definition)
    return table
