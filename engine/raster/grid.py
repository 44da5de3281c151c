"""Where a raster's pixels lie on the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Optional

from osgeo import gdal, osr

from .longitude import Extent, normal_longitude, turns_to_meet

WGS84_A = 6378137.0
WGS84_E2 = 6.69437999014e-3
POLAR_LATITUDE = 85.0
"""Degrees beyond which distances are chords: at the pole a mean of longitudes has no meaning."""

Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Grid:
    """A raster's size, position and coordinate system.

    Attributes
    ----------
    width, height : int
        Pixels.
    transform : tuple of 6 floats
        GDAL's geotransform, north up or south up, never rotated.
    crs_wkt : str
        The coordinate system as WKT; empty when it is not known.
    metres : float
        Metres in one unit of the axes where these are known to be lengths but the coordinate system is not;
        0 otherwise.
    """

    width: int
    height: int
    transform: Transform
    crs_wkt: str = ""
    metres: float = 0.0

    @property
    def has_crs(self) -> bool:
        """Whether the coordinate system is known."""
        return bool(self.crs_wkt)

    @property
    def is_metric(self) -> bool:
        """Whether sizes in metres are known."""
        return self.has_crs or self.metres > 0

    @cached_property
    def is_geographic(self) -> bool:
        """Whether coordinates are longitude and latitude in degrees."""
        srs = spatial_reference(self.crs_wkt)
        return bool(srs is not None and srs.IsGeographic())

    @property
    def is_south_up(self) -> bool:
        """Whether the first row is the southernmost."""
        return self.transform[5] > 0

    def north_up(self) -> Grid:
        """The same ground with the rows counted from north to south."""
        if not self.is_south_up:
            return self
        x, dx, _, y, _, dy = self.transform
        return replace(self, transform=(x, dx, 0.0, y + self.height * dy, 0.0, -dy))

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(xmin, ymin, xmax, ymax) in the raster's coordinate system."""
        x0, y0 = self.xy(0, 0)
        x1, y1 = self.xy(self.width, self.height)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    @cached_property
    def pixel_size_m(self) -> tuple[float, float]:
        """(dx, dy): positive metres on the ground at the scene's centre; (1, 1) where they are not known."""
        if not self.has_crs:
            unit = self.metres
            return (abs(self.transform[1]) * unit, abs(self.transform[5]) * unit) if unit > 0 else (1.0, 1.0)
        col, row = self.width / 2, self.height / 2
        try:
            west, east = self.lonlat(*self.xy(col - 0.5, row)), self.lonlat(*self.xy(col + 0.5, row))
            south, north = self.lonlat(*self.xy(col, row - 0.5)), self.lonlat(*self.xy(col, row + 0.5))
        except ValueError:
            srs = spatial_reference(self.crs_wkt)
            unit = srs.GetLinearUnits() if srs is not None else 1.0
            return abs(self.transform[1]) * unit, abs(self.transform[5]) * unit
        return ground_distance(west, east), ground_distance(south, north)

    def xy(self, col: float, row: float) -> tuple[float, float]:
        """Coordinates of a pixel position; whole numbers are pixel corners."""
        t = self.transform
        return t[0] + col * t[1], t[3] + row * t[5]

    def on_its_turn(self, extent: Extent) -> Extent:
        """An extent in this grid's CRS, shifted by 360 degrees of longitude where only that makes it meet."""
        if not self.is_geographic:
            return extent
        shifts = turns_to_meet(extent, self.extent)
        shift = shifts[0] if shifts else 0.0
        return extent[0] + shift, extent[1], extent[2] + shift, extent[3]

    def colrow(self, x: float, y: float) -> tuple[float, float]:
        """Pixel position of coordinates; whole numbers are pixel corners."""
        t = self.transform
        return (x - t[0]) / t[1], (y - t[3]) / t[5]

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude (degrees, WGS 84) of coordinates in the raster's CRS.

        Raises
        ------
        ValueError
            When there is no CRS, or the point cannot be transformed.
        """
        if self.is_geographic:
            return normal_longitude(x), y
        source, target = spatial_reference(self.crs_wkt), spatial_reference("EPSG:4326")
        if source is None or target is None:
            raise ValueError("no coordinate system")
        point: Optional[tuple[float, ...]] = None
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        try:
            point = osr.CoordinateTransformation(source, target).TransformPoint(x, y)
        except (RuntimeError, TypeError) as error:  # TypeError: PROJ knows no such transformation
            raise ValueError(str(error)) from error
        finally:
            gdal.PopErrorHandler()
        if point is None or not (math.isfinite(point[0]) and math.isfinite(point[1])):
            raise ValueError("the point cannot be transformed")
        return normal_longitude(point[0]), point[1]

    def subgrid(self, col: int, row: int, width: int, height: int) -> Grid:
        """The grid of a window."""
        x, y = self.xy(col, row)
        t = self.transform
        return replace(self, width=width, height=height, transform=(x, t[1], 0.0, y, 0.0, t[5]))


def ground_distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two near points given as (longitude, latitude), on the WGS 84 ellipsoid."""
    if max(abs(a[1]), abs(b[1])) > POLAR_LATITUDE:
        return math.dist(_geocentric(*a), _geocentric(*b))
    latitude = math.radians((a[1] + b[1]) / 2)
    w = 1 - WGS84_E2 * math.sin(latitude) ** 2
    meridian = WGS84_A * (1 - WGS84_E2) / w**1.5
    normal = WGS84_A / math.sqrt(w)
    step = (b[0] - a[0] + 180) % 360 - 180
    return math.hypot(math.radians(step) * normal * math.cos(latitude), math.radians(b[1] - a[1]) * meridian)


def _geocentric(lon: float, lat: float) -> tuple[float, float, float]:
    """Cartesian coordinates in m of a point on the WGS 84 ellipsoid."""
    longitude, latitude = math.radians(lon), math.radians(lat)
    normal = WGS84_A / math.sqrt(1 - WGS84_E2 * math.sin(latitude) ** 2)
    across = normal * math.cos(latitude)
    up = normal * (1 - WGS84_E2) * math.sin(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), up


def spatial_reference(text: str) -> Optional[osr.SpatialReference]:
    """A coordinate system (x east, y north) from WKT or "EPSG:n"; None when it is empty or unknown."""
    if not text:
        return None
    srs = osr.SpatialReference()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        if srs.SetFromUserInput(text) != 0:
            return None
    except (RuntimeError, TypeError):  # TypeError: text that is no UTF-8
        return None
    finally:
        gdal.PopErrorHandler()
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def wkt_of_epsg(code: int) -> str:
    """WKT of an EPSG code; empty when the code is unknown."""
    srs = spatial_reference(f"EPSG:{int(code)}")
    return srs.ExportToWkt() if srs is not None else ""
