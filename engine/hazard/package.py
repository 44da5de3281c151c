"""The layers of a hazard assessment as one GeoPackage with styles."""

from __future__ import annotations

from typing import Any

from osgeo import gdal, ogr

from ..output.geopackage import in_memory, take_bytes, write_layer_style
from ..raster.grid import spatial_reference, wkt_of_epsg
from .colours import fault_qml, places_qml, theme_qml
from .result import HazardResult, Theme

THEME_FIELDS = (
    ("class", ogr.OFTString),
    ("label", ogr.OFTString),
    ("low", ogr.OFTReal),
    ("high", ogr.OFTReal),
    ("area_km2", ogr.OFTReal),
    ("people", ogr.OFTReal),
    ("settlements", ogr.OFTInteger),
    ("buildings", ogr.OFTInteger),
    ("roads_km", ogr.OFTReal),
    ("source", ogr.OFTString),
    ("limits", ogr.OFTString),
)
"""Fields of the layers zones, tilt, strain and intensity."""
FAULT_FIELDS = tuple(
    (name, ogr.OFTReal)
    for name in ("depth_km", "top_km", "strike", "dip", "rake", "length_km", "width_km", "slip_m", "mw")
)
PLACE_FIELDS = (
    ("name", ogr.OFTString),
    ("people", ogr.OFTReal),
    ("zone", ogr.OFTString),
    ("rise_m", ogr.OFTReal),
    ("fault_km", ogr.OFTReal),
    ("rupture_km", ogr.OFTReal),
    ("intensity", ogr.OFTReal),
    ("intensity_sigma", ogr.OFTReal),
)


def package_bytes(result: HazardResult) -> bytes:
    """The GeoPackage as bytes; raises `OutputError` when GDAL cannot create it."""
    with in_memory(".gpkg", "hazard layers") as name:
        package = gdal.GetDriverByName("GPKG").Create(name, 0, 0, 0, gdal.GDT_Unknown)
        for theme in result.themes:
            _write_theme(package, theme)
        if result.faults:
            _write_faults(package, result)
        if result.places:
            _write_places(package, result)
        package.FlushCache()
        package = None
        return take_bytes(name)


def _write_theme(package: Any, theme: Theme) -> None:
    layer = _layer(package, theme.key, theme.classes.grid.crs_wkt, ogr.wkbMultiPolygon, THEME_FIELDS)
    exposed = theme.exposed
    layer.StartTransaction()
    for index, (band, shape, area) in enumerate(
        zip(theme.classes.bands, theme.classes.polygons(), theme.classes.areas_km2())
    ):
        if shape.IsEmpty():
            continue
        values: dict[str, Any] = {
            "class": band.key,
            "label": band.label,
            "low": band.low,
            "high": band.high,
            "area_km2": area,
            "source": theme.source,
            "limits": theme.limits,
        }
        for name in ("people", "settlements", "buildings", "roads_km"):
            counted = getattr(exposed, name)
            values[name] = None if counted is None else counted[index]
        _add(layer, shape, values)
    layer.CommitTransaction()
    write_layer_style(package, theme.key, theme_qml(theme), f"QuakeFringe {theme.key}", theme.title)


def _write_faults(package: Any, result: HazardResult) -> None:
    layer = _layer(package, "fault", wkt_of_epsg(4326), ogr.wkbPolygon, FAULT_FIELDS)
    for fault in result.faults:
        ring = ogr.Geometry(ogr.wkbLinearRing)
        corners = fault.corners()
        for lon, lat, _ in (*corners, corners[0]):
            turns = 360.0 * round((corners[0][0] - lon) / 360.0)
            ring.AddPoint_2D(lon + turns, lat)
        shape = ogr.Geometry(ogr.wkbPolygon)
        shape.AddGeometry(ring)
        values = {name: getattr(fault, name, None) for name, _ in FAULT_FIELDS}
        _add(layer, shape, {**values, "mw": result.mw})
    write_layer_style(package, "fault", fault_qml(), "QuakeFringe fault", "Surface projection of the fault")


def _write_places(package: Any, result: HazardResult) -> None:
    layer = _layer(package, "places", wkt_of_epsg(4326), ogr.wkbPoint, PLACE_FIELDS)
    layer.StartTransaction()
    for place in result.places:
        shape = ogr.Geometry(ogr.wkbPoint)
        shape.AddPoint_2D(place.feature.longitude, place.feature.latitude)
        names = [name for name, _ in PLACE_FIELDS[2:]]
        values = {"name": place.feature.name, "people": place.feature.people}
        _add(layer, shape, {**values, **{name: getattr(place, name) for name in names}})
    layer.CommitTransaction()
    write_layer_style(package, "places", places_qml(result), "QuakeFringe places", "Settlements")


def _layer(package: Any, name: str, crs: str, kind: int, fields: tuple[tuple[str, int], ...]) -> Any:
    layer = package.CreateLayer(name, spatial_reference(crs), kind, ["GEOMETRY_NAME=geom"])
    for field, type_ in fields:
        layer.CreateField(ogr.FieldDefn(field, type_))
    return layer


def _add(layer: Any, shape: Any, values: dict[str, Any]) -> None:
    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        if value is None or (isinstance(value, float) and value in (float("inf"), -float("inf"))):
            feature.SetFieldNull(name)
        else:
            feature.SetField(name, value)
    feature.SetGeometry(shape)
    layer.CreateFeature(feature)
