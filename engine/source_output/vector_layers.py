"""The estimate as a GeoPackage: fault plane, top edge, centroid and the points of the fit, with styles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional

import numpy as np
from osgeo import gdal, ogr

from ..output.geopackage import in_memory, take_bytes, write_layer_style
from ..output.transaction import write_bytes
from ..raster.grid import spatial_reference
from ..raster.longitude import near_longitude
from ..source.results import Fault, NodalPlane, SourceEstimate
from .focal_sphere import fault_style
from .ground_motion import FitPoints, colour_limit, fit_points
from .layer_styles import centroid_style, points_style, vector_style

ROLE_FAULT, ROLE_OTHER = "fault", "other nodal plane"
"""Values of the field `role`: part of the model, or the plane that did not win."""
CIRCLE_POINTS = 72
FAULT_FIELDS = (
    ("role", ogr.OFTString),
    ("weight", ogr.OFTReal),
    ("strike", ogr.OFTReal),
    ("dip", ogr.OFTReal),
    ("rake", ogr.OFTReal),
    ("length_km", ogr.OFTReal),
    ("width_km", ogr.OFTReal),
    ("slip_m", ogr.OFTReal),
    ("top_km", ogr.OFTReal),
    ("bottom_km", ogr.OFTReal),
)
CENTROID_FIELDS = (
    ("mw", ogr.OFTReal),
    ("mw_low", ogr.OFTReal),
    ("mw_high", ogr.OFTReal),
    ("depth_km", ogr.OFTReal),
    ("depth_low_km", ogr.OFTReal),
    ("depth_high_km", ogr.OFTReal),
    ("style", ogr.OFTString),
    ("strike", ogr.OFTReal),
    ("dip", ogr.OFTReal),
    ("rake", ogr.OFTReal),
    ("strike_2", ogr.OFTReal),
    ("dip_2", ogr.OFTReal),
    ("rake_2", ogr.OFTReal),
    ("horizontal_90_km", ogr.OFTReal),
    ("variance_reduction", ogr.OFTReal),
    ("kind", ogr.OFTString),
    ("verdict", ogr.OFTString),
    ("run_id", ogr.OFTString),
)
POINT_FIELDS = (
    ("look", ogr.OFTInteger),
    ("scene", ogr.OFTString),
    ("data_m", ogr.OFTReal),
    ("model_m", ogr.OFTReal),
    ("residual_m", ogr.OFTReal),
    ("ramp_m", ogr.OFTReal),
)
POINT_COLUMNS = ("data", "model", "residual")

Row = tuple[dict[str, Any], ogr.Geometry]


def write_layers(estimate: SourceEstimate, path: str, run_id: str = "") -> None:
    """Write the layers `points`, `centroid_90`, `fault_plane`, `top_edge` and `centroid` in EPSG:4326.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    looks = [fit_points(estimate, look) for look in estimate.looks]
    limit = max((colour_limit(look.data, look.model) for look in looks), default=0.0)
    with in_memory(".gpkg", "source") as name:
        package = gdal.GetDriverByName("GPKG").Create(name, 0, 0, 0, gdal.GDT_Unknown)
        faults = _faults(estimate)
        for layer, kind, fields, rows in (
            ("points", ogr.wkbPoint, POINT_FIELDS, _points(looks)),
            ("centroid_90", ogr.wkbPolygon, CENTROID_FIELDS, [_circle(estimate, run_id)]),
            ("fault_plane", ogr.wkbPolygon, FAULT_FIELDS, [_outline(*fault) for fault in faults]),
            ("top_edge", ogr.wkbLineString, FAULT_FIELDS, [_edge(*fault) for fault in faults]),
            ("centroid", ogr.wkbPoint, CENTROID_FIELDS, [_centroid(estimate, run_id)]),
        ):
            near = ((values, _near(shape, estimate.longitude)) for values, shape in rows)
            _write_layer(package, layer, kind, fields, near)
        _write_styles(package, estimate, limit)
        package.FlushCache()
        package = None
        data = take_bytes(name)
    write_bytes(path, data)


def _write_layer(
    package: Any, name: str, kind: int, fields: Sequence[tuple[str, int]], rows: Iterable[Row]
) -> None:
    layer = package.CreateLayer(name, spatial_reference("EPSG:4326"), kind, ["GEOMETRY_NAME=geom"])
    for field, field_type in fields:
        layer.CreateField(ogr.FieldDefn(field, field_type))
    definition = layer.GetLayerDefn()
    layer.StartTransaction()
    for values, geometry in rows:
        feature = ogr.Feature(definition)
        for field, value in values.items():
            if value is None or (isinstance(value, float) and not np.isfinite(value)):
                feature.SetFieldNull(field)
            else:
                feature.SetField(field, value)
        feature.SetGeometry(geometry)
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def _write_styles(package: Any, estimate: SourceEstimate, limit: float) -> None:
    for column in POINT_COLUMNS:
        text = points_style(f"{column}_m", limit)
        write_layer_style(
            package, "points", text, f"QuakeFringe {column}", f"Line-of-sight {column}", column == "data"
        )
    for layer in ("centroid_90", "fault_plane", "top_edge"):
        write_layer_style(package, layer, vector_style(f"source_{layer}"), f"QuakeFringe {layer}", layer)
    text = centroid_style(estimate)
    write_layer_style(package, "centroid", text, "QuakeFringe beachball", "Focal mechanism at the centroid")


def _points(looks: Sequence[FitPoints]) -> Iterable[Row]:
    for number, look in enumerate(looks, 1):
        columns = (look.longitude, look.latitude, look.data, look.model, look.residual, look.ramp)
        for longitude, latitude, data, model, residual, ramp in zip(*(column.tolist() for column in columns)):
            values = {
                "look": number,
                "scene": look.name,
                "data_m": data,
                "model_m": model,
                "residual_m": residual,
                "ramp_m": ramp,
            }
            yield values, _point(longitude, latitude)


def _faults(estimate: SourceEstimate) -> list[tuple[Fault, str, Optional[float]]]:
    """Rectangles with their role and weight, the model's on top (last)."""
    first, second = estimate.planes
    if len(estimate.faults) > 1:
        return [(fault, ROLE_FAULT, None) for fault in estimate.faults]
    return [(second.fault, ROLE_OTHER, second.weight), (estimate.faults[0], ROLE_FAULT, first.weight)]


def _fault_values(fault: Fault, role: str, weight: Optional[float]) -> dict[str, Any]:
    depths = [corner[2] for corner in fault.corners]
    return {
        "role": role,
        "weight": weight,
        "strike": fault.strike,
        "dip": fault.dip,
        "rake": fault.rake,
        "length_km": fault.length_km,
        "width_km": fault.width_km,
        "slip_m": fault.slip_m,
        "top_km": min(depths, default=None),
        "bottom_km": max(depths, default=None),
    }


def _outline(fault: Fault, role: str, weight: Optional[float]) -> Row:
    return _fault_values(fault, role, weight), polygon([corner[:2] for corner in fault.corners])


def _edge(fault: Fault, role: str, weight: Optional[float]) -> Row:
    line = ogr.Geometry(ogr.wkbLineString)
    for longitude, latitude, _ in fault.top_edge:
        line.AddPoint_2D(longitude, latitude)
    return _fault_values(fault, role, weight), line


def _centroid_values(estimate: SourceEstimate, run_id: str) -> dict[str, Any]:
    first, second = estimate.planes
    return {
        "mw": estimate.mw,
        "mw_low": estimate.mw_90[0],
        "mw_high": estimate.mw_90[1],
        "depth_km": estimate.depth_km,
        "depth_low_km": estimate.depth_km_90[0],
        "depth_high_km": estimate.depth_km_90[1],
        "style": fault_style(first.rake),
        **_angles(first, ""),
        **_angles(second, "_2"),
        "horizontal_90_km": estimate.horizontal_90_km,
        "variance_reduction": estimate.variance_reduction,
        "kind": estimate.kind,
        "verdict": estimate.verdict,
        "run_id": run_id,
    }


def _angles(plane: NodalPlane, suffix: str) -> dict[str, float]:
    return {f"strike{suffix}": plane.strike, f"dip{suffix}": plane.dip, f"rake{suffix}": plane.rake}


def _centroid(estimate: SourceEstimate, run_id: str) -> Row:
    return _centroid_values(estimate, run_id), _point(estimate.longitude, estimate.latitude)


def _circle(estimate: SourceEstimate, run_id: str) -> Row:
    """The circle that holds the centroid with 90 % probability."""
    east, north = estimate.frame.to_km(np.array(estimate.longitude), np.array(estimate.latitude))
    turn = np.linspace(0, 2 * np.pi, CIRCLE_POINTS, endpoint=False)
    radius = estimate.horizontal_90_km
    longitude, latitude = estimate.frame.to_lonlat(
        float(east) + radius * np.cos(turn), float(north) + radius * np.sin(turn)
    )
    return _centroid_values(estimate, run_id), polygon(list(zip(longitude.tolist(), latitude.tolist())))


def polygon(corners: Sequence[tuple[float, float]]) -> ogr.Geometry:
    """A closed polygon of (longitude, latitude)."""
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for longitude, latitude in (*corners, *corners[:1]):
        ring.AddPoint_2D(longitude, latitude)
    shape = ogr.Geometry(ogr.wkbPolygon)
    shape.AddGeometry(ring)
    return shape


def _near(shape: ogr.Geometry, longitude: float) -> ogr.Geometry:
    """The shape with longitudes within half a turn of another: all layers lie on one side of 180 degrees."""
    for index in range(shape.GetGeometryCount()):
        _near(shape.GetGeometryRef(index), longitude)
    for index in range(shape.GetPointCount()):
        shape.SetPoint_2D(index, near_longitude(shape.GetX(index), longitude), shape.GetY(index))
    return shape


def _point(longitude: float, latitude: float) -> ogr.Geometry:
    point = ogr.Geometry(ogr.wkbPoint)
    point.AddPoint_2D(longitude, latitude)
    return point
