"""Tables with a header, such as the CSV of USGS and of most networks: columns are found by their name.

USGS: time, latitude, longitude, depth (km), mag, magType, nst, gap, dmin, rms, net, id, updated, place,
type, …, in UTC. Separators may be commas, semicolons, tabs or bars.

https://earthquake.usgs.gov/earthquakes/feed/v1.0/csv.php
"""

from __future__ import annotations

import csv
import io

from ...errors import InputError
from ..fields import NEEDED, find_columns
from ..rows import Reading, read_rows, refuse_table
from ..source_file import CatalogueFile

NAME = "table"
_SEPARATORS = (",", ";", "\t", "|")
_CONTROL = "\x00"


def recognise(source: CatalogueFile) -> bool:
    """Text whose first line names a latitude, or the fields that the user maps."""
    first = _header(source.head)
    if _CONTROL in source.head or first[:1] in ("<", "{"):
        return False
    names = _split(first)
    mapped = set(source.fields.values())
    return len(names) >= 3 and ("lat" in first.lower() or bool(mapped & set(names)))


def read(source: CatalogueFile) -> Reading:
    """All events."""
    text = "\n".join(line for line in source.text.splitlines() if line.strip())
    first = _header(text)
    names = _split(first)
    columns = find_columns(names, source.fields)
    if not all(quantity in columns.index for quantity in NEEDED):
        raise refuse_table(source.name, names)
    reading = Reading()
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_separator(first)))[1:]
    except csv.Error as error:
        raise InputError(f"“{source.name}” is damaged ({error}); fetch the catalogue again.") from error
    read_rows(rows, columns, reading)
    return reading


def _header(text: str) -> str:
    return text.lstrip().partition("\n")[0].strip().lstrip("# ")


def _separator(first: str) -> str:
    return max(_SEPARATORS, key=first.count)


def _split(first: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([first], delimiter=_separator(first)), [])]
