"""Longitudes are the same ground every 360 degrees: 243 is -117, and -180.3 is 179.7."""

from __future__ import annotations

from typing import Any

from osgeo import gdal

Extent = tuple[float, float, float, float]
"""(xmin, ymin, xmax, ymax)"""


def normal_longitude(degrees: float) -> float:
    """The longitude between -180 and 180."""
    if -180 <= degrees <= 180:
        return degrees
    return (degrees + 180) % 360 - 180


def turns_to_meet(extent: Extent, target: Extent) -> list[float]:
    """By how many degrees (multiples of 360) an extent must be shifted to meet another one.

    Several values where the other one lies across the edge of this one, no shift first; empty when the
    extents share no ground.
    """
    west, south, east, north = extent
    if south >= target[3] or north <= target[1]:
        return []
    shifts = [360.0 * turns for turns in (0, -1, 1, -2, 2)]
    return [shift for shift in shifts if west + shift < target[2] and east + shift > target[0]]


def shifted(dataset: gdal.Dataset, degrees: float) -> Any:
    """A virtual copy of a raster, moved in longitude; None when GDAL cannot make it."""
    x, dx, rx, y, ry, dy = dataset.GetGeoTransform()
    try:
        copy = gdal.Translate("", dataset, format="VRT")
    except RuntimeError:
        return None
    if copy is not None:
        copy.SetGeoTransform((x + degrees, dx, rx, y, ry, dy))
    return copy
