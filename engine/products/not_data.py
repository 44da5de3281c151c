"""Files that hold no raster at all, recognised by their first bytes or their ending."""

from __future__ import annotations

import re

from ..errors import InputError
from .containers.gdalio import file_size, read_bytes, short_name
from .containers.text_table import header_line
from .location import ProductLocation

_WEB_PAGE = re.compile(rb"^\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)", re.IGNORECASE)
_SERVER_ERROR = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?<(Error|ServiceException|ows:Exception)", re.IGNORECASE)
_LFS = b"version https://git-lfs"
_TABLES = (".csv", ".tsv")
_HEADERS = (".hdr", ".rsc", ".aux.xml", ".tfw", ".pgw", ".wld", ".prj", ".qml", ".ovr")
"""Side files that describe a raster and hold none."""
_DATA_ENDINGS = ("", ".tif", ".tiff", ".img", ".dat", ".bin", ".bil", ".unw", ".int", ".png")
_COLUMNS = (
    "positions (easting and northing, or longitude and latitude) and a velocity, a displacement or dates"
)


def refuse_no_data(location: ProductLocation) -> None:
    """Refuse a named file that is empty, a web page or a pointer.

    Raises
    ------
    InputError
        With what the file is and what to do.
    """
    if not location.named or location.subdataset:
        return
    path, name = location.path(location.named), short_name(location.named)
    if file_size(path) == 0:
        raise InputError(f"“{name}” is empty (0 bytes): fetch it again.")
    head = read_bytes(path, 512)
    if _WEB_PAGE.match(head):
        raise InputError(
            f"“{name}” is a web page and no data, as a download without log-in gives; "
            "log in where you got it, and fetch it again."
        )
    if _SERVER_ERROR.match(head):
        raise InputError(f"“{name}” is the error message of a server and no data; fetch the file again.")
    if head.startswith(_LFS):
        raise InputError(f"“{name}” is a pointer of Git LFS and not the file itself; run git lfs pull.")


def refuse_side_file(location: ProductLocation) -> None:
    """Refuse a table or a header that no family reads, with what is needed instead.

    Raises
    ------
    InputError
    """
    if location.named.lower().endswith(_HEADERS) and not location.subdataset:
        _refuse_header(location, short_name(location.named))
    if not location.named.lower().endswith(_TABLES):
        return
    first = header_line(location.path(location.named)).strip()[:100]
    raise InputError(
        f"“{location.title}” is a table without the columns that are needed, {_COLUMNS}; "
        f"its first line is “{first}”."
    )


def _refuse_header(location: ProductLocation, name: str) -> None:
    """Refuse a side file with the name of the raster that it describes, where that is beside it.

    A .hdr file of more than text is no header and is left to GDAL.
    """
    head = read_bytes(location.path(location.named), 512)
    if b"\0" in head:
        return
    ending = next(one for one in _HEADERS if name.lower().endswith(one))
    stem = name[: -len(ending)]
    candidates = [stem + one for one in _DATA_ENDINGS]
    beside = next((one for one in candidates if one != name and location.has(one)), "")
    remedy = f"open “{beside}”" if beside else "open the file that it describes"
    raise InputError(f"“{name}” only describes a raster and holds none; {remedy} instead.")
