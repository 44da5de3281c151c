"""Which column of a table is what: columns are found by their name, and their unit is read from it.

This serves every table of events: comma-separated files of any service, and point layers. Names are
compared in lower case, without spaces and punctuation, and without a unit ("Depth/km",
"DepthMeters").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ..errors import InputError

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "eventid", "evid", "eventcode", "publicid", "eqid", "cuspid"),
    "time": ("time", "origintime", "datetime", "eventtime", "otime", "timeutc", "utc", "utctime"),
    "date": ("date", "origindate", "eventdate"),
    "year": ("year", "yr", "ye"),
    "month": ("month", "mo", "mon"),
    "day": ("day", "da"),
    "hour": ("hour", "hr", "ho"),
    "minute": ("minute", "min", "mi"),
    "second": ("second", "sec", "se"),
    "lat": ("latitude", "lat", "ylat", "eventlat", "lat84"),
    "lon": ("longitude", "lon", "long", "lng", "xlon", "eventlon", "lon84"),
    "depth": ("depth", "dep", "focaldepth", "hypodepth"),
    "magnitude": ("magnitude", "mag", "prefmag", "magvalue"),
    "magnitude_type": ("magtype", "magnitudetype", "mtype", "magscale"),
    "kind": ("eventtype", "type", "evtype", "eventype"),
    "place": ("place", "eventlocationname", "region", "location", "placename", "eventdescrtxt", "eventx"),
    "strike": ("strike", "strike1", "str1", "np1strike"),
    "dip": ("dip", "dip1", "np1dip"),
    "rake": ("rake", "rake1", "rak1", "np1rake", "slip1"),
    "strike2": ("strike2", "str2", "np2strike"),
    "dip2": ("dip2", "np2dip"),
    "rake2": ("rake2", "rak2", "np2rake", "slip2"),
}
"""Names of each quantity, the best first. QQuake's short and long names are among them."""
MAGNITUDE_COLUMNS = ("mw", "mww", "mwc", "mwb", "mwr", "ms", "mb", "ml")
"""Columns whose name is a type of magnitude."""
NEEDED = ("lat", "lon")
_UNIT = re.compile(r"[\s_/(\[]*(km|kilomet(?:er|re)s?|m|met(?:er|re)s?)[)\]]?$", re.IGNORECASE)
_LOCAL = re.compile(r"local|(?<![a-z])lt(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Where each quantity stands in a table.

    Attributes
    ----------
    index : dict of str to int
        Column by quantity (a key of `NAMES`).
    magnitudes : dict of str to int
        Columns that are named after a type of magnitude, by that type as it is written.
    depth_unit : str
        "km", "m", or empty where the name does not state it.
    """

    index: dict[str, int]
    magnitudes: dict[str, int]
    depth_unit: str = ""


def plain_name(name: str) -> str:
    """A column's name in lower-case letters and digits."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def find_columns(names: Sequence[str], chosen: Optional[Mapping[str, str]] = None) -> Columns:
    """The quantities in a table's columns.

    Parameters
    ----------
    names : sequence of str
        The header.
    chosen : mapping of str to str, optional
        Column names by quantity as the user maps them; they win over the names that are known.

    Raises
    ------
    InputError
        When a chosen column does not exist, a quantity is unknown, or the time is local.
    """
    plain = [plain_name(name) for name in names]
    index = _chosen(names, chosen or {})
    for quantity, known in NAMES.items():
        if quantity not in index:
            place = next((plain.index(name) for name in known if name in plain), None)
            if place is not None:
                index[quantity] = place
    depth_unit = ""
    for place, name in enumerate(names):
        unit = _UNIT.search(name)
        if unit and plain_name(_UNIT.sub("", name)) in NAMES["depth"] and index.get("depth", place) == place:
            index["depth"], depth_unit = place, "km" if unit.group(1).lower().startswith("k") else "m"
    _refuse_local_times(names, index)
    magnitudes = {
        names[plain.index(kind)].strip(): plain.index(kind) for kind in MAGNITUDE_COLUMNS if kind in plain
    }
    return Columns(index, magnitudes, depth_unit)


def _chosen(names: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    index = {}
    for quantity, name in chosen.items():
        if quantity not in NAMES:
            raise InputError(f"“{quantity}” is no quantity of an event; use one of {', '.join(NAMES)}.")
        if name not in names:
            raise InputError(f"The catalogue has no field “{name}”; it has {', '.join(names)}.")
        index[quantity] = list(names).index(name)
    return index


def _refuse_local_times(names: Sequence[str], index: Mapping[str, int]) -> None:
    """Local times cannot be compared with a radar's dates: ask for UTC."""
    local = next((name for name in names if _LOCAL.search(name) and re.search("time|date", name, re.I)), None)
    if local is not None and not {"time", "date", "year"} & index.keys():
        raise InputError(
            f"The times of the catalogue are local (field “{local}”); add a field “time” in UTC, or write "
            "the offset behind each time, such as 2015-04-25T11:56:25+05:45."
        )


def parse_mapping(text: str) -> dict[str, str]:
    """Column names by quantity from "magnitude=M, time=Origin"; empty text is no mapping.

    Raises
    ------
    InputError
    """
    mapping = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        quantity, equals, name = part.partition("=")
        if not equals or not name.strip():
            raise InputError(f"“{part}” is no field mapping; write quantity=field, such as magnitude=M_best.")
        mapping[quantity.strip()] = name.strip()
    return mapping
