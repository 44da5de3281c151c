"""The event of a catalogue that an estimate is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Optional

from ..catalogue import Catalogue, Event, read_catalogue
from ..raster.grid import ground_distance
from ..raster.longitude import near_longitude
from ..source.look import Look
from ..source.scenes import LonLatExtent, across_180

MIN_RADIUS_KM = 50.0
"""Smallest distance from the middle of the scene at which an event is looked for: catalogues are off by tens
of kilometres, and a hypocentre lies at one end of a long rupture."""
OUTSIDE_RATIO = 1.5
"""Radius relative to half of the diagonal of the scene."""


def event_near(
    catalogue: Optional[str], extent: Optional[LonLatExtent], look: Look, dates: Sequence[Sequence[str]]
) -> Optional[Event]:
    """The event in the catalogue's file that fits an extent, or the points of a look where there is none."""
    if not catalogue:
        return None
    longitude = near_longitude(look.longitude, float(look.longitude[0]))
    around = (
        float(longitude.min()),
        float(look.latitude.min()),
        float(longitude.max()),
        float(look.latitude.max()),
    )
    return choose_event(read_catalogue(catalogue), across_180(extent) if extent else around, dates)


def mechanism_of(event: Optional[Event]) -> Optional[tuple[float, float, float]]:
    """Strike, dip and rake in degrees of an event's first nodal plane, where it has one."""
    if event is None or not event.mechanisms:
        return None
    plane = event.mechanisms[0]
    return plane.strike, plane.dip, plane.rake


def choose_event(
    catalogue: Catalogue, extent: LonLatExtent, dates: Sequence[Sequence[str]]
) -> Optional[Event]:
    """The largest event near enough, within the time that all looks share; None when there is none.

    Parameters
    ----------
    catalogue : Catalogue
    extent : tuple of float
        West, south, east, north of the scene in degrees.
    dates : sequence of pairs of str
        Acquisitions of the looks, ISO dates; looks without both are left out.
    """
    west, south, east, north = extent
    middle = ((west + east) / 2, (south + north) / 2)
    half = ground_distance((west, south), (east, north)) / 2000
    near = catalogue.near(*middle, max(MIN_RADIUS_KM, OUTSIDE_RATIO * half))
    pairs = [sorted(pair) for pair in dates if len(pair) >= 2]
    if pairs:
        start = _day(max(pair[0] for pair in pairs))
        end = _day(min(pair[-1] for pair in pairs)) + timedelta(days=1)
        near = tuple(event for event in near if event.time is not None and start <= event.time <= end)
    sized = [event for event in near if event.mw is not None]
    return max(sized, key=lambda event: event.mw or 0.0, default=None)


def _day(iso: str) -> datetime:
    return datetime.fromisoformat(iso).replace(tzinfo=timezone.utc)
