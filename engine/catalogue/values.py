"""Numbers, places and times of catalogues: parsed strictly, with units and time zones checked."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from typing import Optional

from ..errors import InputError
from ..raster.longitude import normal_longitude
from .magnitudes import LARGEST, SMALLEST

DEEPEST_KM = 800.0
"""No earthquake is deeper (the deepest known are near 750 km); larger numbers are metres."""
HIGHEST_KM = 10.0
"""Hypocentres inside volcanoes lie up to this height above sea level (negative depth)."""

_TIME = re.compile(
    r"\s*(\d{4})[-/]?(\d\d)[-/]?(\d\d)(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d(?:\.\d*)?))?)?\s*(\S.*?)?\s*$"
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?$")
_UTC = ("", "Z", "UTC", "GMT", "UT")


class LocalTimeError(InputError):
    """A time that is stated in a zone other than UTC, by a name that is ambiguous."""


def number(text: object) -> Optional[float]:
    """A finite number; None for empty text and for what stands for "unknown".

    Raises
    ------
    ValueError
        When the text is no number.
    """
    plain = str(text).strip() if text is not None else ""
    if plain.lower() in ("", "-", "--", "none", "null", "nan", "n/a"):
        return None
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(f"“{plain}” is not a finite number")
    return value


def longitude(value: Optional[float]) -> float:
    """A longitude in -180 to 180; raises ValueError where it is missing or beyond -180 to 360."""
    if value is None or not -180 <= value <= 360:
        raise ValueError(f"the longitude {value} is not between -180 and 360 degrees")
    return normal_longitude(value)


def latitude(value: Optional[float]) -> float:
    """A latitude; raises ValueError where it is missing or beyond -90 to 90."""
    if value is None or not -90 <= value <= 90:
        raise ValueError(f"the latitude {value} is not between -90 and 90 degrees")
    return value


def magnitude(value: Optional[float]) -> Optional[float]:
    """A magnitude; raises ValueError where it cannot be one."""
    if value is not None and not SMALLEST <= value <= LARGEST:
        raise ValueError(f"the magnitude {value:g} is not between {SMALLEST:g} and {LARGEST:g}")
    return value


def depth(kilometres: Optional[float]) -> Optional[float]:
    """A depth in km; raises ValueError where it cannot be one."""
    if kilometres is not None and not -HIGHEST_KM <= kilometres <= DEEPEST_KM:
        raise ValueError(f"the depth {kilometres:g} km is not between -10 and 800 km")
    return kilometres


def parse_time(text: str) -> Optional[datetime]:
    """A time in UTC from ISO text; None for empty text.

    A stated offset ("+05:45") is applied; text without an offset is UTC.

    Raises
    ------
    LocalTimeError
        When a time zone is stated by name, which is ambiguous.
    ValueError
        When it is no date.
    """
    if not text.strip():
        return None
    match = _TIME.match(text)
    if not match:
        raise ValueError(f"“{text.strip()}” is not a time such as 2015-04-25T06:11:25Z")
    year, month, day, hour, minute, second, zone = match.groups()
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=timezone.utc)
    # some catalogues round seconds up to 60.0, which datetime refuses
    return moment + timedelta(seconds=float(second or 0)) - _offset(zone or "", text.strip())


def _offset(zone: str, text: str) -> timedelta:
    if zone.upper() in _UTC:
        return timedelta(0)
    match = _OFFSET.match(zone)
    if match:
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return offset if sign == "+" else -offset
    if re.fullmatch(r"[A-Za-z][A-Za-z/_]*", zone):
        raise LocalTimeError(
            f"The time “{text}” is local; give times in UTC, or with their offset, such as "
            "2015-04-25T11:56:25+05:45."
        )
    raise ValueError(f"“{text}” is not a time such as 2015-04-25T06:11:25Z")


def time_of_milliseconds(value: float) -> datetime:
    """UTC of milliseconds since 1970, also before it."""
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=value)


def time_of_parts(parts: list[Optional[float]]) -> Optional[datetime]:
    """UTC of year, month, day, hour, minute, second; None without a year, missing parts are the first."""
    if parts[0] is None:
        return None
    year, month, day = int(parts[0]), int(parts[1] or 1), int(parts[2] or 1)
    start = datetime(year, month, day, tzinfo=timezone.utc)
    return start + timedelta(hours=parts[3] or 0, minutes=parts[4] or 0, seconds=parts[5] or 0)
