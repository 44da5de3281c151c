"""Units of a raster's axes, where a file states them but no coordinate system (GMT grids, plain netCDF)."""

from __future__ import annotations

import re
from typing import Any, Optional

import numpy as np
from osgeo import gdal

DEGREES, METRES, KILOMETRES = "degrees", "metres", "kilometres"
_GEOGRAPHIC = re.compile(r"^(degrees?[_ ]?(east|north|e|n)|degreese|degreesn)$")
_PLAIN_DEGREES = re.compile(r"^(degrees?|deg)$")
_GEOGRAPHIC_NAME = re.compile(r"^(lon(gitude)?|lat(itude)?)\b")
_LENGTHS = ((METRES, re.compile(r"^(m|met(er|re)s?)$")), (KILOMETRES, re.compile(r"^(km|kilomet(er|re)s?)$")))
_UNEVEN = 0.01
"""Largest deviation from even spacing of coordinates, in pixels."""
_AXES = re.compile(r"^(x|y|lon|lat|longitude|latitude|easting|northing|e|n)$")


def axis_unit(dataset: gdal.Dataset) -> str:
    """DEGREES, METRES or KILOMETRES as the metadata of the axes say; empty when they say nothing.

    netCDF drivers hand the attributes of axes on as "lon#units", "x#long_name" and so on.
    """
    axes: dict[str, dict[str, str]] = {}
    for key, value in dataset.GetMetadata().items():
        owner, separator, name = key.rpartition("#")
        if separator and _AXES.match(owner.lower()):
            axes.setdefault(owner.lower(), {})[name.lower()] = str(value).strip().lower()
    for owner, attributes in axes.items():
        unit = attributes.get("units", "")
        named = (owner, attributes.get("standard_name", ""), attributes.get("long_name", ""))
        geographic = any(_GEOGRAPHIC_NAME.match(name) for name in named)
        if _GEOGRAPHIC.match(unit) or (geographic and (not unit or _PLAIN_DEGREES.match(unit))):
            return DEGREES
        for result, pattern in _LENGTHS:
            if pattern.match(unit):
                return result
    return ""


def axis_transform(dataset: gdal.Dataset) -> Optional[tuple[float, ...]]:
    """The geotransform that the coordinate arrays of a netCDF variable give; None where they give none.

    GDAL's driver only reads axes that it knows for longitude, latitude or map coordinates, and drops all
    others, such as x and y of GMT grids.
    """
    name = dataset.GetRasterBand(1).GetMetadataItem("NETCDF_VARNAME") if dataset.RasterCount else None
    if not name or dataset.GetDriver().ShortName != "netCDF":
        return None
    try:
        multidimensional = gdal.OpenEx(_file_of(dataset), gdal.OF_MULTIDIM_RASTER)
        variable = multidimensional.GetRootGroup().OpenMDArray(name)
        rows, columns = (_coordinates(one) for one in variable.GetDimensions()[-2:])
        if rows is None or columns is None:
            return None
        if _is_flipped(dataset, variable):
            rows = rows[::-1]
    except (RuntimeError, AttributeError, ValueError):
        return None
    dx, dy = (float(one[-1] - one[0]) / (len(one) - 1) for one in (columns, rows))
    return float(columns[0]) - dx / 2, dx, 0.0, float(rows[0]) - dy / 2, 0.0, dy


def _file_of(dataset: gdal.Dataset) -> str:
    """The file of a netCDF dataset, whose name may be a connection string."""
    text = str(dataset.GetDescription())
    quoted = re.match(r'^NETCDF:"([^"]+)"', text, re.IGNORECASE)
    plain = re.match(r"^NETCDF:(.+):[^:/]+$", text, re.IGNORECASE)
    return (quoted or plain).group(1) if quoted or plain else text  # type: ignore[union-attr]


def _coordinates(dimension: Any) -> Optional[np.ndarray]:
    """Evenly spaced coordinates of a dimension; None where there are none."""
    array = dimension.GetIndexingVariable()
    values = None if array is None else np.asarray(array.ReadAsArray(), dtype=np.float64)
    if values is None or values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        return None
    even = np.linspace(values[0], values[-1], len(values))
    step = abs(even[1] - even[0])
    return values if step > 0 and np.abs(values - even).max() <= _UNEVEN * step else None


def _is_flipped(dataset: gdal.Dataset, variable: Any) -> bool:
    """Whether GDAL's first row is the last that is stored."""
    first = dataset.GetRasterBand(1).ReadAsArray(0, 0, dataset.RasterXSize, 1)[0]
    start = [0] * variable.GetDimensionCount()
    count = [1] * (len(start) - 1) + [dataset.RasterXSize]
    stored = np.asarray(variable.ReadAsArray(array_start_idx=start, count=count)).ravel()
    return not np.array_equal(first, stored, equal_nan=True)
