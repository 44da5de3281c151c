"""The text output of FDSN event services: one event a line, fields between bars, named in the first line.

#EventID|Time|Latitude|Longitude|Depth/km|Author|Catalog|Contributor|ContributorID|MagType|Magnitude|MagAuthor|
EventLocationName, since version 1.2 also EventType. Times are UTC.

https://www.fdsn.org/webservices/fdsnws-event-1.2.pdf
"""

from __future__ import annotations

from ..fields import NEEDED, find_columns
from ..rows import Reading, read_rows, refuse_table
from ..source_file import CatalogueFile

NAME = "FDSN event text"


def recognise(source: CatalogueFile) -> bool:
    """Whether the first line names fields between bars, a magnitude and a place among them."""
    first = source.head.lstrip().partition("\n")[0].lower()
    return first.count("|") >= 5 and "lat" in first and "mag" in first


def read(source: CatalogueFile) -> Reading:
    """All events; lines that begin with # are comments."""
    lines = [line for line in source.text.splitlines() if line.strip()]
    names = [name.strip() for name in lines[0].lstrip("# ").split("|")]
    columns = find_columns(names, source.fields)
    if not all(quantity in columns.index for quantity in NEEDED):
        raise refuse_table(source.name, names)
    reading = Reading()
    rows = [[] if line.startswith("#") else [cell.strip() for cell in line.split("|")] for line in lines[1:]]
    read_rows(rows, columns, reading, "event")
    return reading
