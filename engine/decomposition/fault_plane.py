"""The fault as a rectangle in the ground: from the source estimate's JSON, or from numbers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..deformation.okada import okada
from ..errors import InputError
from ..products.containers.gdalio import read_text, short_name
from ..source.frame import LocalFrame

MAX_JSON_BYTES = 50 * 2**20


@dataclass(frozen=True)
class FaultPlane:
    """A rectangle of uniform slip.

    Attributes
    ----------
    longitude, latitude : float
        Of the point above the centroid, degrees.
    depth_km : float
        Of the centroid, positive down.
    strike, dip, rake : float
        Degrees; strike clockwise from north, the fault dips to its right (Aki & Richards).
    length_km, width_km : float
        Along strike and down dip.
    slip_m : float
        0 when it is not known.
    """

    longitude: float
    latitude: float
    depth_km: float
    strike: float
    dip: float
    length_km: float
    width_km: float
    rake: float = 90.0
    slip_m: float = 0.0

    def check(self) -> None:
        """Refuse numbers that cannot be right; raises `InputError`."""
        good = (
            -360 <= self.strike <= 360
            and 0 < self.dip <= 90
            and self.length_km > 0
            and self.width_km > 0
            and 0 <= self.depth_km <= 700
            and -90 <= self.latitude <= 90
        )
        if not good:
            raise InputError(
                "The fault is not possible; give strike (0 to 360°), dip (0 to 90°), length and width "
                "above 0 km, depth (0 to 700 km), and the longitude and latitude of its centre."
            )
        if self.top_km < -0.05:
            raise InputError(
                f"The fault's upper edge is {-self.top_km:.1f} km above the ground; increase its depth or "
                "reduce its width."
            )

    @property
    def top_km(self) -> float:
        """Depth of the upper edge."""
        return self.depth_km - self.width_km / 2 * math.sin(math.radians(self.dip))

    @property
    def frame(self) -> LocalFrame:
        """Kilometres about the centroid."""
        return LocalFrame(self.longitude, self.latitude)

    def corners(self) -> list[tuple[float, float, float]]:
        """Longitude, latitude and depth (km): along the upper edge, then the lower edge back."""
        strike, dip = math.radians(self.strike), math.radians(self.dip)
        along = math.sin(strike), math.cos(strike)
        across = math.cos(strike) * math.cos(dip), -math.sin(strike) * math.cos(dip)
        out = []
        for a, d in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
            x = a * self.length_km * along[0] + d * self.width_km * across[0]
            y = a * self.length_km * along[1] + d * self.width_km * across[1]
            lon, lat = self.frame.to_lonlat(np.array(x), np.array(y))
            out.append((float(lon), float(lat), self.depth_km + d * self.width_km * math.sin(dip)))
        return out

    def distance_km(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """Shortest distance (km) from places on the surface to the rectangle: the rupture distance."""
        along, across, up = self._axes(longitude, latitude)
        beyond = [
            np.maximum(np.abs(part) - size / 2, 0)
            for part, size in ((along, self.length_km), (across, self.width_km))
        ]
        return np.sqrt(beyond[0] ** 2 + beyond[1] ** 2 + up**2)

    def surface_distance_km(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """Distance (km) to the surface projection, 0 above the fault (Joyner-Boore distance)."""
        x, y = self.frame.to_km(np.asarray(longitude), np.asarray(latitude))
        strike = math.radians(self.strike)
        along = x * math.sin(strike) + y * math.cos(strike)
        across = x * math.cos(strike) - y * math.sin(strike)
        width = self.width_km * math.cos(math.radians(self.dip))
        return np.hypot(
            np.maximum(np.abs(along) - self.length_km / 2, 0), np.maximum(np.abs(across) - width / 2, 0)
        )

    def motion(
        self, longitude: np.ndarray, latitude: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """East, north and up displacement of the surface in m (Okada 1985)."""
        x, y = self.frame.to_km(np.asarray(longitude), np.asarray(latitude))
        rake = math.radians(self.rake)
        east, north, up = okada(
            x,
            y,
            depth=self.depth_km - min(self.top_km, 0.0),
            strike=self.strike,
            dip=self.dip,
            length=self.length_km,
            width=self.width_km,
            strike_slip=self.slip_m * math.cos(rake),
            dip_slip=self.slip_m * math.sin(rake),
        )
        return np.asarray(east), np.asarray(north), np.asarray(up)

    def _axes(self, longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Places in the fault's own axes: along strike, down dip and normal to the plane, km."""
        x, y = self.frame.to_km(np.asarray(longitude), np.asarray(latitude))
        strike, dip = math.radians(self.strike), math.radians(self.dip)
        along = x * math.sin(strike) + y * math.cos(strike)
        right = x * math.cos(strike) - y * math.sin(strike)
        return (
            along,
            right * math.cos(dip) - self.depth_km * math.sin(dip),
            right * math.sin(dip) + self.depth_km * math.cos(dip),
        )


@dataclass(frozen=True)
class SourceFile:
    """What a source estimate says that others need.

    Attributes
    ----------
    faults : tuple of FaultPlane
        The rectangles whose sum is the best model.
    mw, mw_sigma : float
        Moment magnitude and its standard deviation (0 when not known).
    weight : float or None
        Probability of the nodal plane that the faults lie on.
    """

    faults: tuple[FaultPlane, ...]
    mw: float
    mw_sigma: float = 0.0
    weight: Optional[float] = None


def read_source(path: str) -> SourceFile:
    """Read the JSON of a source estimate.

    Raises
    ------
    InputError
        When the file is not one.
    """
    name = short_name(path)
    try:
        data = json.loads(read_text(path, MAX_JSON_BYTES))
        rectangles = data.get("faults") or [data["planes"][0]["fault"]]
        faults = tuple(_plane(one) for one in rectangles)
        mw, interval = float(data["mw"]), data.get("mw_90") or (data["mw"], data["mw"])
        sigma = (float(interval[1]) - float(interval[0])) / (2 * 1.645)
        weight = (data.get("planes") or [{}])[0].get("weight")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(
            f"“{name}” is not the JSON of a source estimate; give the file that quakefringe:source writes."
        ) from error
    if not faults:
        raise InputError(f"“{name}” holds no fault; run the source estimate again.")
    for fault in faults:
        fault.check()
    return SourceFile(faults, mw, max(sigma, 0.0), None if weight is None else float(weight))


def _plane(data: dict[str, Any]) -> FaultPlane:
    corners = np.array(data["corners"], dtype=np.float64)
    east = (corners[:, 0] - corners[0, 0] + 180) % 360 - 180  # of both sides of 180 degrees
    longitude = float((corners[0, 0] + east.mean() + 180) % 360 - 180)
    return FaultPlane(
        longitude,
        float(corners[:, 1].mean()),
        float(data["depth_km"]),
        float(data["strike"]),
        float(data["dip"]),
        float(data["length_km"]),
        float(data["width_km"]),
        float(data["rake"]),
        float(data["slip_m"]),
    )
