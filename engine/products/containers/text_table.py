"""Lines of a text table, in the encodings that spreadsheets write: UTF-8, UTF-16 and UTF-32."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from osgeo import gdal

from ...errors import InputError
from .gdalio import file_size, quiet, read_bytes, short_name

_HEADER_BYTES = 2**17
_READ_BYTES = 2**22
_END_BYTES = 2**16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""


def encoding_of(head: bytes) -> str:
    """The encoding of a text by its first bytes: by its mark, else by the zeros between the letters."""
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    if marked:
        return marked
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" and head[1:2] not in (b"", b"\0") else "utf-8"


def header_line(path: str) -> str:
    """The line with the names of the columns; empty where there is none.

    Comments (#) may stand before it. A comment right before the numbers is the header itself.
    """
    data = read_bytes(path, _HEADER_BYTES)
    lines = [line for line in data.decode(encoding_of(data), errors="replace").splitlines() if line.strip()]
    comments = 0
    while comments < len(lines) and lines[comments].startswith("#"):
        comments += 1
    following = lines[comments] if comments < len(lines) else ""
    if comments and following[:1] in "+-.0123456789":
        return lines[comments - 1].lstrip("# ")
    return following


def lines_after_header(path: str) -> Iterator[str]:
    """All other lines that are neither empty nor comments (#).

    Raises
    ------
    InputError
        When the file cannot be opened, or has no lines.
    """
    encoding = encoding_of(read_bytes(path, 4))
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with _opened(path) as handle:
        rest, first = "", header_line(path)
        while True:
            data = bytes(gdal.VSIFReadL(1, _READ_BYTES, handle) or b"")
            lines = (rest + decoder.decode(data, final=not data)).split("\n")
            rest = lines.pop() if data else ""
            for line in lines:
                if not line.strip() or line.startswith("#"):
                    continue
                if first and line.strip() == first.strip():
                    first = ""  # the header itself
                    continue
                yield line
            if not data:
                break
            if len(rest) > _READ_BYTES:
                raise InputError(f"“{short_name(path)}” has no lines; it is no table of points.")


def last_line(path: str) -> str:
    """What follows the last line break; empty where the file ends with one."""
    encoding = encoding_of(read_bytes(path, 4))
    start = max(file_size(path) - _END_BYTES, 0) // 4 * 4  # a whole letter in every encoding
    with _opened(path) as handle:
        gdal.VSIFSeekL(handle, start, 0)
        data = bytes(gdal.VSIFReadL(1, _END_BYTES + 4, handle) or b"")
    if encoding == "utf-16":  # the mark is at the start only
        encoding = "utf-16-be" if read_bytes(path, 2) == codecs.BOM_UTF16_BE else "utf-16-le"
    return data.decode(encoding, errors="replace").rsplit("\n", 1)[-1]


def fields_of(line: str, separator: str) -> list[str]:
    """The fields of one line; a separator inside quotes separates nothing."""
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """GDAL's handle of a file, also inside an archive; it is closed afterwards."""
    with quiet():
        try:
            handle = gdal.VSIFOpenL(path, "rb")
        except RuntimeError:
            handle = None
    if handle is None:
        raise InputError(f"“{short_name(path)}” cannot be opened; check the file.")
    try:
        yield handle
    finally:
        gdal.VSIFCloseL(handle)
