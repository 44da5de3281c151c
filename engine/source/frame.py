"""A local plane of the ground: kilometres east and north of a point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..raster.grid import WGS84_A, WGS84_E2


@dataclass(frozen=True)
class LocalFrame:
    """East and north in km about an origin on the WGS 84 ellipsoid.

    A degree has the length that it has at the origin's latitude. At 100 km from the origin, places are off by
    less than 1 km up to 50 degrees of latitude.

    Attributes
    ----------
    longitude, latitude : float
        Of the origin, degrees.
    """

    longitude: float
    latitude: float

    @property
    def km_per_degree(self) -> tuple[float, float]:
        """Kilometres of one degree of longitude and of latitude at the origin."""
        phi = math.radians(self.latitude)
        curvature = 1 - WGS84_E2 * math.sin(phi) ** 2
        meridian = WGS84_A / 1000 * (1 - WGS84_E2) / curvature**1.5
        prime = WGS84_A / 1000 / math.sqrt(curvature)
        return math.radians(prime * math.cos(phi)), math.radians(meridian)

    def to_km(self, longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """East and north in km of places in degrees; longitudes may be on either side of 180 degrees."""
        per_lon, per_lat = self.km_per_degree
        turned = (np.asarray(longitude) - self.longitude + 180) % 360 - 180
        return turned * per_lon, (np.asarray(latitude) - self.latitude) * per_lat

    def to_lonlat(self, east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude (-180 to 180) and latitude in degrees of places in km."""
        per_lon, per_lat = self.km_per_degree
        longitude = self.longitude + np.asarray(east) / per_lon
        return (longitude + 180) % 360 - 180, self.latitude + np.asarray(north) / per_lat
