"""Any point layer that GDAL reads (GeoPackage, Shapefile, GeoJSON, …), such as the one that QQuake makes.

Attributes are found by their name (`fields.NAMES`), the place is the point itself, in the layer's coordinate
system. Where no attribute gives the depth and points have a height, the depth is the height with its
sign reversed.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from osgeo import gdal, ogr, osr

from ...errors import InputError
from ...products.containers.gdalio import last_error, quiet
from ...raster.grid import spatial_reference
from ..fields import Columns, find_columns
from ..rows import Reading, read_rows
from ..source_file import CatalogueFile

NAME = "point layer"
MAX_FEATURES = 2_000_000
"""Largest number of points that is read; the ISC's whole bulletin has more and must be cut to a region."""
_UTC_FLAG, _UNKNOWN_FLAG, _LOCAL_FLAG = 100, 0, 1
_FLAG_MINUTES = 15
"""GDAL counts time zones in quarters of an hour from 100, which is UTC."""


def recognise(source: CatalogueFile) -> bool:
    """Whatever opens as a vector layer."""
    return _open(source) is not None


def read(source: CatalogueFile) -> Reading:
    """All points of the layer."""
    dataset = _open(source)
    layer = _layer(dataset, source) if dataset is not None else None
    if layer is None:
        raise InputError(f"“{source.name}” has no layer “{source.layer}”; choose a layer with points.")
    if layer.GetFeatureCount() > MAX_FEATURES:
        raise InputError(f"“{source.name}” has too many points; cut it to the region of the interferogram.")
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    columns = find_columns(names, source.fields)
    if "magnitude" not in columns.index and not columns.magnitudes:
        raise InputError(
            f"The layer “{layer.GetName()}” has no field of magnitudes (it has {', '.join(names[:12])}); "
            "map it, such as magnitude=M_best."
        )
    lon, lat, height = len(names), len(names) + 1, len(names) + 2
    index = {**columns.index, "lon": lon, "lat": lat}
    index.setdefault("depth", height)
    kilometres = columns.depth_unit if "depth" in columns.index else ""
    reading = Reading()
    rows = [_row(feature, names, _to_degrees(layer)) for feature in layer]
    read_rows(rows, Columns(index, columns.magnitudes, kilometres), reading, "point")
    if not any(isinstance(row[place], datetime) for row in rows for place in (columns.index.get("time", 0),)):
        reading.notes.append("Times of the layer without a stated zone are taken as UTC.")
    return reading


def _open(source: CatalogueFile) -> Optional[gdal.Dataset]:
    with quiet():
        try:
            return gdal.OpenEx(source.path, gdal.OF_VECTOR | gdal.OF_READONLY)
        except RuntimeError:
            return None


def _layer(dataset: gdal.Dataset, source: CatalogueFile) -> Optional[ogr.Layer]:
    """The layer that is named, else the first one with points."""
    if source.layer:
        return dataset.GetLayerByName(source.layer)
    layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
    return next(
        (layer for layer in layers if ogr.GT_Flatten(layer.GetGeomType()) in (ogr.wkbPoint, ogr.wkbUnknown)),
        None,
    )


def _to_degrees(layer: ogr.Layer) -> Optional[osr.CoordinateTransformation]:
    """From the layer's coordinate system to longitude and latitude; None where it has them already."""
    own, target = layer.GetSpatialRef(), spatial_reference("EPSG:4326")
    if own is None or target is None or own.IsSame(target):
        return None
    own = own.Clone()
    own.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(own, target)


def _row(
    feature: ogr.Feature, names: list[str], to_degrees: Optional[osr.CoordinateTransformation]
) -> list[Any]:
    """Attribute values, then longitude, latitude and height of the point."""
    row: list[Any] = [_value(feature, place) for place in range(len(names))]
    geometry = feature.GetGeometryRef()
    if geometry is None or geometry.IsEmpty() or ogr.GT_Flatten(geometry.GetGeometryType()) != ogr.wkbPoint:
        return [*row, None, None, None]
    x, y = geometry.GetX(), geometry.GetY()
    if to_degrees is not None:
        with quiet():
            try:
                x, y, _ = to_degrees.TransformPoint(x, y)
            except RuntimeError as error:
                raise InputError(
                    f"A point of the catalogue has no place on the globe ({last_error(error)})."
                ) from error
    has_height = ogr.GT_HasZ(geometry.GetGeometryType())
    return [*row, x, y, -geometry.GetZ() if has_height else None]


def _value(feature: ogr.Feature, place: int) -> Any:
    if not feature.IsFieldSetAndNotNull(place):
        return None
    if feature.GetFieldDefnRef(place).GetType() != ogr.OFTDateTime:
        return feature.GetField(place)
    year, month, day, hour, minute, second, zone = feature.GetFieldAsDateTime(place)
    if zone == _LOCAL_FLAG:
        raise InputError("The times of the layer are local; give them in UTC.")
    moment = datetime(year, month, day, hour, minute, tzinfo=timezone.utc) + timedelta(seconds=second)
    return moment - timedelta(minutes=_FLAG_MINUTES * (zone - _UTC_FLAG) if zone > _LOCAL_FLAG else 0)
