"""Units of a raster's axes, where a file states them but no coordinate system (GMT grids, plain netCDF)."""

from __future__ import annotations

import re

from osgeo import gdal

DEGREES, METRES, KILOMETRES = "degrees", "metres", "kilometres"
_GEOGRAPHIC = re.compile(r"^(degrees?[_ ]?(east|north|e|n)|degreese|degreesn)$")
_PLAIN_DEGREES = re.compile(r"^(degrees?|deg)$")
_GEOGRAPHIC_NAME = re.compile(r"^(lon(gitude)?|lat(itude)?)\b")
_LENGTHS = ((METRES, re.compile(r"^(m|met(er|re)s?)$")), (KILOMETRES, re.compile(r"^(km|kilomet(er|re)s?)$")))
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
