"""From the rows of a table to events; shared by comma-separated files and point layers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from ..errors import InputError
from . import values
from .event import Event, NodalPlane
from .fields import Columns
from .magnitudes import Magnitude, choose_magnitude

_EARTHQUAKE = re.compile(
    r"^\s*$|^null$|earthquake|unknown|induced|triggered|volcan|tremor|slow|foreshock|aftershock|mainshock|^eq$|^le$|"
    r"^[kfsd][ei]$|^uk$|other event|not reported",
    re.IGNORECASE,
)
"""Event types that are kept: earthquakes in QuakeML's and USGS's words, and ISC's codes (ke, se, de …)."""
MAX_REPORTED_ROWS = 3
"""Damaged rows that a warning describes; the others are counted."""


@dataclass
class Reading:
    """Events as they are read, with what was left out and why."""

    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    other_kinds: dict[str, int] = field(default_factory=dict)

    def is_earthquake(self, kind: str) -> bool:
        """Whether an entry of this type is an earthquake; others are counted."""
        if _EARTHQUAKE.search(kind):
            return True
        self.other_kinds[kind.strip()] = self.other_kinds.get(kind.strip(), 0) + 1
        return False

    def add_damaged(self, where: str, reason: object) -> None:
        """Note an entry that cannot be read."""
        self.damaged.append(f"{where}: {reason}")


def read_rows(rows: Iterable[Sequence[Any]], columns: Columns, reading: Reading, where: str = "row") -> None:
    """Add an event for every row; rows that cannot be read are noted.

    Raises
    ------
    InputError
        When the times are local.
    """
    numbered = [
        (number, row) for number, row in enumerate(rows, start=1) if any(str(cell).strip() for cell in row)
    ]
    metres = _depths_are_metres([row for _, row in numbered], columns)
    if metres and not columns.depth_unit:
        reading.notes.append("Depths are larger than any earthquake's in km, so they are taken as metres.")
    for number, row in numbered:
        try:
            event = _event(row, columns, 1000.0 if metres else 1.0, reading)
        except values.LocalTimeError:
            raise
        except (ValueError, OverflowError) as error:
            reading.add_damaged(f"{where} {number}", error)
            continue
        if event is not None:
            reading.events.append(event)


def _depths_are_metres(rows: Sequence[Sequence[Any]], columns: Columns) -> bool:
    """Whether depths are in metres: by the column's unit, else by depths that no earthquake has in km."""
    if columns.depth_unit or "depth" not in columns.index:
        return columns.depth_unit == "m"
    for row in rows:
        try:
            value = values.number(_cell(row, columns.index, "depth"))
        except ValueError:
            continue
        if value is not None and abs(value) > values.DEEPEST_KM:
            return True
    return False


def _event(row: Sequence[Any], columns: Columns, per_km: float, reading: Reading) -> Optional[Event]:
    index = columns.index
    if not reading.is_earthquake(str(_cell(row, index, "kind") or "")):
        return None
    depth = values.number(_cell(row, index, "depth"))
    magnitude = choose_magnitude(_magnitudes(row, columns))
    return Event(
        id=str(_cell(row, index, "id") or "").strip(),
        time=_time(row, index),
        lon=values.longitude(values.number(_cell(row, index, "lon"))),
        lat=values.latitude(values.number(_cell(row, index, "lat"))),
        depth_km=values.depth(None if depth is None else depth / per_km),
        magnitude=magnitude.value if magnitude else None,
        magnitude_type=magnitude.type if magnitude else "",
        planes=_planes(row, index),
        place=str(_cell(row, index, "place") or "").strip(),
    )


def _cell(row: Sequence[Any], index: dict[str, int], quantity: str) -> Any:
    place = index.get(quantity)
    return row[place] if place is not None and place < len(row) else None


def _magnitudes(row: Sequence[Any], columns: Columns) -> list[Magnitude]:
    found = []
    value = values.magnitude(values.number(_cell(row, columns.index, "magnitude")))
    if value is not None:
        kind = str(_cell(row, columns.index, "magnitude_type") or "").strip()
        found.append(Magnitude(value, kind, preferred=True))
    for kind, place in columns.magnitudes.items():
        value = values.magnitude(values.number(row[place] if place < len(row) else None))
        # zero stands for "not determined" in old catalogues
        if value:
            found.append(Magnitude(value, kind))
    return found


def _time(row: Sequence[Any], index: dict[str, int]) -> Optional[datetime]:
    time = _cell(row, index, "time")
    if isinstance(time, datetime):
        return time
    date = str(_cell(row, index, "date") or "").strip()
    text = str(time if time is not None else "").strip()
    if date:
        return values.parse_time(f"{date} {text}" if text and not re.match(r"\d{4}-", text) else text or date)
    if text:
        return values.parse_time(text)
    parts = ("year", "month", "day", "hour", "minute", "second")
    return values.time_of_parts([values.number(_cell(row, index, part)) for part in parts])


def _planes(row: Sequence[Any], index: dict[str, int]) -> tuple[NodalPlane, ...]:
    found = []
    for suffix in ("", "2"):
        angles = [values.number(_cell(row, index, f"{name}{suffix}")) for name in ("strike", "dip", "rake")]
        strike, dip, rake = angles
        if strike is not None and dip is not None and rake is not None:
            found.append(nodal_plane(strike, dip, rake))
    return tuple(found)


def nodal_plane(strike: float, dip: float, rake: float) -> NodalPlane:
    """A nodal plane with its angles in their usual ranges.

    Raises
    ------
    ValueError
        When an angle is impossible.
    """
    if not (-360 <= strike <= 360 and 0 <= dip <= 90 and -360 <= rake <= 360):
        raise ValueError(f"strike {strike:g}, dip {dip:g}, rake {rake:g} is no fault plane")
    return NodalPlane(strike % 360, dip, (rake + 180) % 360 - 180 if abs(rake) != 180 else rake)


def refuse_table(name: str, names: Sequence[str]) -> InputError:
    """The error for a table without coordinates."""
    return InputError(
        f"“{name}” has no columns of latitude and longitude (it has {', '.join(names[:12])}); name them "
        "latitude and longitude, or map the fields, such as lat=Y, lon=X."
    )
