"""GAMMA's DEM/MAP parameter file (.dem_par): size and position of geocoded flat binaries.

Its corner is the centre of the upper left pixel. LiCSBAS keeps one with its results, too.
"""

from __future__ import annotations

import re

from ...errors import InputError
from ...raster.grid import Grid, wkt_of_epsg
from .georeference import check_transform


def grid_of_dem_par(text: str, title: str) -> Grid:
    """The grid of a GAMMA DEM parameter file in longitude and latitude or UTM.

    Raises
    ------
    InputError
        When it gives no size or no position.
    """
    pairs = dict(re.findall(r"^\s*(\w+)\s*:\s*([^\s]+)", text, re.MULTILINE))
    try:
        width, height = int(pairs["width"]), int(pairs["nlines"])
        geographic = "corner_lat" in pairs
        names = ("corner_lon", "post_lon", "corner_lat", "post_lat")
        names = names if geographic else ("corner_east", "post_east", "corner_north", "post_north")
        x, dx, y, dy = (float(pairs[name]) for name in names)
    except (KeyError, ValueError) as error:
        raise InputError(f"The parameter file of “{title}” gives no size or position.") from error
    if not (0 < width < 10**6 and 0 < height < 10**6):
        raise InputError(f"The parameter file of “{title}” claims {width} × {height} pixels; fetch it again.")
    corner = (x - dx / 2, dx, 0, y - dy / 2, 0, dy)
    return Grid(width, height, check_transform(corner, title), _crs_of_dem_par(pairs, geographic))


def _crs_of_dem_par(pairs: dict[str, str], geographic: bool) -> str:
    if geographic:
        return wkt_of_epsg(4326)
    zone = re.sub(r"\D", "", pairs.get("projection_zone", ""))
    if pairs.get("DEM_projection", "").upper() != "UTM" or not zone or not 1 <= int(zone) <= 60:
        return ""
    south = float(pairs.get("false_northing", "0") or 0) > 0
    return wkt_of_epsg((32700 if south else 32600) + int(zone))
