"""The CSV event catalogue of the International Seismological Centre, saved as text or as the web page.

A line holds EVENTID, TYPE (not in EHB), the prime origin (AUTHOR, DATE, TIME, LAT, LON, DEPTH, DEPFIX) and
then any number of magnitudes, each as AUTHOR, TYPE, MAG. Fields are padded with spaces; the table ends with
STOP. Times are UTC, depths in km.

http://www.isc.ac.uk/iscbulletin/search/catalogue/csvoutput/
"""

from __future__ import annotations

import re
from typing import Optional

from .. import values
from ..event import Event
from ..magnitudes import Magnitude, choose_magnitude
from ..rows import Reading
from ..source_file import CatalogueFile

NAME = "ISC CSV"
_HEADER = re.compile(r"^\s*EVENTID\s*,.*\bDATE\b.*\bTIME\b.*\bLAT\b.*\bLON\b", re.MULTILINE)
_ORIGIN = ("DATE", "TIME", "LAT", "LON", "DEPTH", "DEPFIX")


def recognise(source: CatalogueFile) -> bool:
    """Whether the header of the table is there, also below the lines of a web page."""
    return bool(_HEADER.search(source.head))


def read(source: CatalogueFile) -> Reading:
    """All events."""
    text = source.text
    header = _HEADER.search(text)
    lines = text[header.start() if header else 0 :].lstrip("\r\n").splitlines()
    names = [name.strip().upper() for name in lines[0].split(",")]
    place = {name: names.index(name) for name in _ORIGIN if name in names}
    # the first TYPE before DATE is the event's; AUTHOR, TYPE, MAG after the origin repeat
    place["KIND"] = names.index("TYPE") if "TYPE" in names[: place["DATE"]] else -1
    reading = Reading()
    for number, line in enumerate(lines[1:], start=1):
        if line.strip().startswith(("STOP", "<")):
            break
        if not re.match(r"\s*\d+\s*,", line):
            continue
        cells = [cell.strip() for cell in line.split(",")]
        try:
            event = _event(cells, place, reading)
        except (ValueError, IndexError, OverflowError) as error:
            reading.add_damaged(f"line {number} of the table", error)
            continue
        if event is not None:
            reading.events.append(event)
    return reading


def _event(cells: list[str], place: dict[str, int], reading: Reading) -> Optional[Event]:
    if place["KIND"] >= 0 and not reading.is_earthquake(cells[place["KIND"]]):
        return None
    magnitude = choose_magnitude(_magnitudes(cells[max(place.values()) + 1 :]))
    depth = cells[place["DEPTH"]] if "DEPTH" in place else ""
    return Event(
        id=cells[0],
        time=values.parse_time(f"{cells[place['DATE']]} {cells[place['TIME']]}"),
        lon=values.longitude(values.number(cells[place["LON"]])),
        lat=values.latitude(values.number(cells[place["LAT"]])),
        depth_km=values.depth(values.number(depth.rstrip("f"))),
        magnitude=magnitude.value if magnitude else None,
        magnitude_type=magnitude.type if magnitude else "",
        depth_is_fixed="DEPFIX" in place and cells[place["DEPFIX"]].upper() == "TRUE",
    )


def _magnitudes(cells: list[str]) -> list[Magnitude]:
    """Author, type and value repeat; the ISC lists its preferred authors first."""
    found = []
    for start in range(0, len(cells) - 2, 3):
        value = values.magnitude(values.number(cells[start + 2]))
        if value is not None:
            found.append(Magnitude(value, cells[start + 1]))
    return found
