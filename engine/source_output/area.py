"""The part of the ground that a box of a detection covers, in degrees."""

from __future__ import annotations

import numpy as np
from osgeo import gdal, osr

from ..errors import InputError
from ..output.map_layers import LAYER
from ..products.containers.gdalio import exists, quiet, short_name
from ..raster.grid import spatial_reference
from ..raster.longitude import near_longitude
from ..source.scenes import LonLatExtent

EDGE_POINTS = 9
"""Points of each side that are transformed, as sides are curved in another coordinate system."""


def box_extent(path: str, rank: int = 1) -> LonLatExtent:
    """West, south, east, north in degrees of a box in a GeoPackage that `detect` wrote.

    Raises
    ------
    InputError
        When the file holds no boxes or none of this rank.
    """
    name = short_name(path)
    if not exists(path):
        raise InputError(f"There is no file “{name}”; give the boxes of a detection.")
    with quiet():
        try:
            package = gdal.OpenEx(path, gdal.OF_VECTOR)
        except RuntimeError:
            package = None
    layer = package.GetLayerByName(LAYER) if package is not None else None
    if layer is None or layer.GetLayerDefn().GetFieldIndex("rank") < 0:
        raise InputError(f"“{name}” holds no boxes of a detection; give the GeoPackage that it wrote.")
    boxes = {feature.GetField("rank"): feature.GetGeometryRef().Clone() for feature in layer}
    if rank not in boxes:
        known = ", ".join(str(one) for one in sorted(boxes)) or "none"
        raise InputError(f"“{name}” has no box {rank}; its boxes are: {known}.")
    reference = layer.GetSpatialRef()
    if reference is None:
        raise InputError("The place of the boxes is not known: set the CRS of the scene and detect again.")
    west, east, south, north = boxes[rank].GetEnvelope()
    return to_degrees((west, south, east, north), reference.ExportToWkt())


def to_degrees(extent: LonLatExtent, crs: str) -> LonLatExtent:
    """An extent (xmin, ymin, xmax, ymax) in any coordinate system as west, south, east, north in degrees.

    Raises
    ------
    InputError
        When it cannot be transformed.
    """
    source, target = spatial_reference(crs), spatial_reference("EPSG:4326")
    if source is None or target is None:
        raise InputError(f"The coordinate system “{crs[:60]}” is not known; write it as EPSG:32611 or WKT.")
    if source.IsGeographic():
        return extent
    xs, ys = np.linspace(extent[0], extent[2], EDGE_POINTS), np.linspace(extent[1], extent[3], EDGE_POINTS)
    points = [(x, y) for x in xs for y in ys]
    with quiet():
        try:
            moved = np.array(osr.CoordinateTransformation(source, target).TransformPoints(points))
        except RuntimeError as error:
            raise InputError("The extent lies outside the area of its coordinate system.") from error
    if not np.isfinite(moved[:, :2]).all():
        raise InputError("The extent lies outside the area of its coordinate system.")
    longitude = near_longitude(moved[:, 0], float(moved[0, 0]))
    return (
        float(longitude.min()),
        float(moved[:, 1].min()),
        float(longitude.max()),
        float(moved[:, 1].max()),
    )
