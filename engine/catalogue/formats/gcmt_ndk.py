"""The "ndk" files of the Global Centroid-Moment-Tensor project: five lines of 80 characters an event.

1. hypocentre of a reference catalogue: source, date, time, latitude, longitude, depth (km), mb and MS, region
2. name of the event, data used, type of source, half duration
3. CENTROID: seconds after the origin time, latitude, longitude, depth (km), each with its standard
   error; FREE, FIX or BDY
4. exponent, then Mrr, Mtt, Mpp, Mrt, Mrp, Mtp with their errors; in 10^exponent dyne cm
5. version, principal axes (value, plunge, azimuth), scalar moment, strike, dip, rake of both nodal planes

The event is placed at the centroid, with the hypocentre beside it; its time is the origin time. The scalar
moment gives the moment magnitude (1 dyne cm is 1e-7 N m).

https://www.ldeo.columbia.edu/~gcmt/projects/CMT/catalog/allorder.ndk_explained
"""

from __future__ import annotations

import re
from typing import Optional

from .. import values
from ..event import CENTROID, Event, MomentTensor
from ..magnitudes import magnitude_of_moment
from ..rows import Reading, nodal_plane
from ..source_file import CatalogueFile

NAME = "GCMT ndk"
LINES = 5
NEWTON_METRES_PER_DYNE_CM = 1e-7
_FIRST = re.compile(r"^.{5}\d{4}/\d\d/\d\d \d\d:\d\d:[\d. ]{4}")
_TENSOR_START = 2


def recognise(source: CatalogueFile) -> bool:
    """Whether a hypocentre line is followed, two lines further, by the centroid."""
    lines = [line for line in source.head.splitlines() if line.strip()][:LINES]
    return len(lines) >= 3 and bool(_FIRST.match(lines[0])) and lines[2].startswith("CENTROID:")


def read(source: CatalogueFile) -> Reading:
    """All events. A damaged event is left out; reading resumes at the next hypocentre line."""
    lines = [line for line in source.text.splitlines() if line.strip()]
    reading, place = Reading(), 0
    while place < len(lines):
        block = lines[place : place + LINES]
        if not _FIRST.match(block[0]):
            place += 1
            continue
        following = next((n for n in range(1, len(block)) if _FIRST.match(block[n])), len(block))
        if following < LINES:
            reading.add_damaged(f"event at line {place + 1}", "it has fewer than five lines")
            place += following
            continue
        try:
            reading.events.append(_event(block))
        except (ValueError, IndexError, OverflowError) as error:
            reading.add_damaged(f"event at line {place + 1}", error)
        place += LINES
    return reading


def _event(block: list[str]) -> Event:
    hypocentre, name, centroid, tensor, planes = block
    scale = NEWTON_METRES_PER_DYNE_CM * 10 ** float(tensor[:_TENSOR_START])
    components = [float(tensor[start : start + 7]) * scale for start in range(2, 80, 13)]
    numbers = planes[3:].split()
    moment = float(numbers[9]) * scale
    strike1, dip1, rake1, strike2, dip2, rake2 = (float(text) for text in numbers[10:16])
    middle = centroid[len("CENTROID:") :].split()
    return Event(
        id=name[:16].strip(),
        time=values.parse_time(f"{hypocentre[5:15]} {hypocentre[16:26].strip()}"),
        lon=values.longitude(float(middle[4])),
        lat=values.latitude(float(middle[2])),
        depth_km=values.depth(float(middle[6])),
        magnitude=_rounded(magnitude_of_moment(moment)),
        magnitude_type="Mwc",
        planes=(nodal_plane(strike1, dip1, rake1), nodal_plane(strike2, dip2, rake2)),
        tensor=MomentTensor(*components),
        place=hypocentre[56:80].strip(),
        position=CENTROID,
        hypocentre=(
            values.longitude(values.number(hypocentre[34:41])),
            values.latitude(values.number(hypocentre[27:33])),
            values.depth(values.number(hypocentre[42:47])),
        ),
        depth_is_fixed="FIX" in middle[8:9],
    )


def _rounded(mw: Optional[float]) -> Optional[float]:
    """Two decimals, as the project's own search writes it."""
    return None if mw is None else round(mw, 2)
