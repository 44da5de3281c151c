"""The GeoPackage of an archive for QGIS: scenes and boxes with their styles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from ...engine.output.atomic import replacing
from ...engine.output.geopackage import in_memory, take_bytes, write_layer_style
from ...engine.output.map_layers import style
from ...engine.raster.grid import spatial_reference
from .rows import BOX_FIELDS, SCENE_FIELDS, Row

TYPES = {int: ogr.OFTInteger64, float: ogr.OFTReal, str: ogr.OFTString}
SCENES_STYLE = Path(__file__).with_name("scenes.qml")


def write_geopackage(scenes: list[Row], boxes: list[Row], path: Path) -> None:
    """Write both tables as layers; the file appears whole or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with in_memory(".gpkg", "archive") as name:
        package = gdal.GetDriverByName("GPKG").Create(name, 0, 0, 0, gdal.GDT_Unknown)
        _write_layer(package, "scenes", scenes, SCENE_FIELDS)
        _write_layer(package, "boxes", boxes, BOX_FIELDS)
        _style(package, "scenes", SCENES_STYLE.read_text(encoding="utf-8"), "Scenes by their verdict")
        _style(package, "boxes", style("boxes"), "Boxes with their probability")
        package.FlushCache()
        package = None
        data = take_bytes(name)
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def _style(package: Any, layer: str, text: Optional[str], description: str) -> None:
    if text is not None:
        write_layer_style(package, layer, text, f"QuakeFringe archive {layer}", description)


def _write_layer(package: Any, name: str, rows: list[Row], fields: dict[str, type]) -> None:
    layer = package.CreateLayer(name, spatial_reference("EPSG:4326"), ogr.wkbPolygon, ["GEOMETRY_NAME=geom"])
    for field, kind in fields.items():
        layer.CreateField(ogr.FieldDefn(field, TYPES[kind]))
    layer.StartTransaction()
    for row in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for field in fields:
            if row[field] is not None:
                feature.SetField(field, row[field])
        if row["ring"]:
            feature.SetGeometry(_polygon(row["ring"]))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def _polygon(corners: list[Any]) -> Any:
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for lon, lat in corners:
        ring.AddPoint_2D(lon, lat)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon
