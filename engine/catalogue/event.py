"""What a catalogue says about one earthquake: frozen plain data, the same for every format."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ..raster.grid import ground_distance
from .magnitudes import MOMENT_TYPE, moment_magnitude
from .mechanism import MomentTensor, NodalPlane, auxiliary_plane

__all__ = ["Catalogue", "Event", "MomentTensor", "NodalPlane"]

HYPOCENTRE, CENTROID = "hypocentre", "centroid"


@dataclass(frozen=True)
class Event:
    """One earthquake of a catalogue.

    Attributes
    ----------
    id : str
        Identifier of the catalogue.
    time : datetime or None
        Origin time in UTC, with its time zone set; None where the catalogue gives none.
    lon, lat : float
        Degrees, WGS 84; longitude in -180 to 180.
    depth_km : float or None
        Positive down.
    magnitude : float or None
        As in the catalogue; `mw` is the moment magnitude.
    magnitude_type : str
        As in the catalogue, such as "Mww", "mb"; empty where it is not stated.
    planes : tuple of NodalPlane
        The two nodal planes of the best double couple, or the one that the catalogue gives.
    tensor : MomentTensor or None
    place : str
        Region or place name.
    position : str
        "hypocentre" (where the rupture began) or "centroid" (its centre, from the moment tensor).
    hypocentre : tuple of three float, optional
        Longitude, latitude, depth in km of the hypocentre where `position` is the centroid.
    depth_is_fixed : bool
        Whether the catalogue held the depth at a default value.
    """

    id: str
    time: Optional[datetime]
    lon: float
    lat: float
    depth_km: Optional[float]
    magnitude: Optional[float]
    magnitude_type: str = ""
    planes: tuple[NodalPlane, ...] = ()
    tensor: Optional[MomentTensor] = None
    place: str = ""
    position: str = HYPOCENTRE
    hypocentre: Optional[tuple[float, float, Optional[float]]] = None
    depth_is_fixed: bool = False

    @property
    def mw(self) -> Optional[float]:
        """Moment magnitude; converted from the catalogue's magnitude where that is of another type."""
        return None if self.magnitude is None else moment_magnitude(self.magnitude, self.magnitude_type)[0]

    @property
    def has_moment_magnitude(self) -> bool:
        """Whether the catalogue itself gives a moment magnitude."""
        return self.magnitude is not None and bool(MOMENT_TYPE.match(self.magnitude_type))

    @property
    def mechanisms(self) -> tuple[NodalPlane, ...]:
        """Both nodal planes; empty where the catalogue gives no mechanism."""
        if len(self.planes) == 1:
            return self.planes[0], auxiliary_plane(self.planes[0])
        if self.planes or self.tensor is None:
            return self.planes
        return self.tensor.planes

    def distance_km(self, lon: float, lat: float) -> float:
        """Distance in km from a place on the ground to the hypocentre's or centroid's surface projection.

        Where the catalogue gives both, the nearer of the two counts.
        """
        nearest = ground_distance((self.lon, self.lat), (lon, lat))
        if self.hypocentre is not None:
            nearest = min(nearest, ground_distance(self.hypocentre[:2], (lon, lat)))
        return nearest / 1000

    def describe(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "time": self.time.isoformat().replace("+00:00", "Z") if self.time else None,
            "lon": self.lon,
            "lat": self.lat,
            "depth_km": self.depth_km,
            "depth_is_fixed": self.depth_is_fixed,
            "position": self.position,
            "magnitude": self.magnitude,
            "magnitude_type": self.magnitude_type,
            "mw": self.mw,
            "planes": [[plane.strike, plane.dip, plane.rake] for plane in self.mechanisms],
            "place": self.place,
        }


@dataclass(frozen=True)
class Catalogue:
    """The earthquakes of one file.

    Attributes
    ----------
    name : str
        Of the file.
    format : str
        Such as "QuakeML" or "GCMT ndk".
    events : tuple of Event
        In order of time; events without a time last.
    notes, warnings : tuple of str
        Every decision of the reader, and what the user should check.
    """

    name: str
    format: str
    events: tuple[Event, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.events)

    def between(self, start: datetime, end: datetime) -> tuple[Event, ...]:
        """Events from `start` to `end`, both in UTC and included."""
        return tuple(event for event in self.events if event.time is not None and start <= event.time <= end)

    def near(self, lon: float, lat: float, radius_km: float) -> tuple[Event, ...]:
        """Events within `radius_km` of a place, the nearest first."""
        distances = [(event.distance_km(lon, lat), number) for number, event in enumerate(self.events)]
        return tuple(self.events[number] for distance, number in sorted(distances) if distance <= radius_km)

    @property
    def time_span(self) -> Optional[tuple[datetime, datetime]]:
        """Times of the first and the last event; None where no event has a time."""
        times = [event.time for event in self.events if event.time is not None]
        return (min(times), max(times)) if times else None


def by_time(event: Event) -> tuple[bool, float]:
    """Key that sorts events by time, those without a time last."""
    return event.time is None, event.time.timestamp() if event.time else math.inf
