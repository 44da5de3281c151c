"""Longitudes are the same ground every 360 degrees: 243 is -117, and -180.3 is 179.7."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from osgeo import gdal

Degrees = TypeVar("Degrees", float, np.ndarray)

Extent = tuple[float, float, float, float]
"""(xmin, ymin, xmax, ymax)"""


def normal_longitude(degrees: float) -> float:
    """The longitude between -180 and 180."""
    if -180 <= degrees <= 180:
        return degrees
    return (degrees + 180) % 360 - 180


def near_longitude(degrees: Degrees, centre: float) -> Degrees:
    """The longitudes within half a turn of a centre: they may run past 180."""
    return centre + (degrees - centre + 180) % 360 - 180


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
