"""Paths that are more than a path: GDAL's connection strings, and what QGIS hands over for its layers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional
from urllib.parse import unquote, urlsplit

from ..errors import InputError
from .containers.gdalio import exists

_DRIVER = re.compile(r"^([A-Za-z][A-Za-z0-9_]+):(.*)$", re.DOTALL)
_DATABASES = re.compile(
    r"^(PG|POSTGRES(QL|RASTER)?|POSTGISRASTER|MSSQL(SPATIAL)?|MYSQL|OCI|GEORASTER|GEOR|MONGODB\w*|SDE|ODBC):"
    r"|\b(dbname|service)\s*=",
    re.IGNORECASE,
)
_SERVICES = re.compile(
    r"^(WMS|WMTS|WCS|WFS|OGC|XYZ|TMS|OGCAPI|ESRIREST|STACTA|STACIT|EEDAI?|PLSCENES|DAAS|RASTERLITE2?):"
    r"|^<(GDAL_WMS|WCS_GDAL|GDAL_WMTS)|(^|&)(url|type=xyz&url)=",
    re.IGNORECASE,
)
_MEMORY = re.compile(r"^(MEM:::|memory[:?])", re.IGNORECASE)


@dataclass(frozen=True)
class Connection:
    """A GDAL connection string to a raster inside a file.

    Attributes
    ----------
    text : str
        As GDAL takes it.
    file : str
        The file; empty for a virtual raster that is given as text.
    inside : str
        The raster's path or name in the file.
    """

    text: str
    file: str
    inside: str


def plain_path(given: str) -> str:
    """A path as a file manager or QGIS gives it, without "file://" and without "|option" behind it."""
    if given.lower().startswith("file:"):
        given = unquote(urlsplit(given).path)
    base, separator, options = given.partition("|")
    if separator and not exists(given) and exists(base):
        table = re.search(r"(?:^|\|)layername=([^|]+)", options, re.IGNORECASE)
        return f"GPKG:{base}:{table.group(1)}" if table and base.lower().endswith(".gpkg") else base
    return given


def refuse_remote(given: str) -> None:
    """Refuse databases, web services and rasters in another program's memory; passwords are not repeated.

    Raises
    ------
    InputError
    """
    remedy = "export it to a GeoTIFF (in QGIS: Export, Save As) and give that file"
    if _DATABASES.search(given) and not exists(given):
        raise InputError(f"This is a raster in a database, which cannot be read window by window; {remedy}.")
    if _SERVICES.search(given) and not exists(given):
        raise InputError(f"This is a web service, which serves pictures and not phase; {remedy}.")
    if _MEMORY.search(given):
        raise InputError(f"This raster exists in another program’s memory only; {remedy}.")


def connection(given: str) -> Optional[Connection]:
    """The connection string in a path; None for plain paths."""
    if given.lstrip().startswith("<VRTDataset"):
        return Connection(given, "", "")
    match = _DRIVER.match(given)
    if not match or exists(given):
        return None
    rest = match.group(2)
    if match.group(1).lower() == "vrt" and rest.startswith("//"):
        file = rest[2:].partition("?")[0]
        return Connection(given, file, "")
    quoted = re.search(r'"([^"]+)"', rest)
    if quoted:
        return Connection(given, quoted.group(1), rest[quoted.end() :].strip(":/"))
    parts = rest.split(":")
    spans = [(i, j) for i in range(len(parts)) for j in range(len(parts), i, -1)]
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        file = ":".join(parts[first:last])
        if file and exists(file):
            # the name of the raster follows the file; that of a derived one stands before it
            inside = parts[last:] or parts[:first]
            return Connection(given, file, ":".join(inside).strip(":/"))
    if match.group(1).upper() not in ("HDF5", "NETCDF", "GMT", "GPKG"):
        return None
    file, _, inside = rest.partition(":")
    return Connection(given, file, inside.strip(":/"))
