"""The file of a catalogue, as its format sees it: path, first characters, whole text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import InputError
from ..products.connection import plain_path
from ..products.containers.gdalio import exists, file_size, read_bytes, short_name

MAX_BYTES = 256 * 2**20
"""Largest text catalogue in bytes; the whole Global CMT catalogue has 28 MB."""
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class CatalogueFile:
    """A file that may be a catalogue.

    Attributes
    ----------
    path : str
        As GDAL opens it.
    layer : str
        Layer inside a file with several; empty for the first.
    fields : dict of str to str
        The user's names of columns by quantity.
    """

    path: str
    layer: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Last part of the path, for messages."""
        return short_name(self.path)

    @cached_property
    def head(self) -> str:
        """The first characters, without a byte-order mark."""
        return _decode(read_bytes(self.path, _HEAD_BYTES))

    @cached_property
    def text(self) -> str:
        """The whole text.

        Raises
        ------
        InputError
            When it is too large or empty.
        """
        if file_size(self.path) > MAX_BYTES:
            raise InputError(
                f"“{self.name}” is larger than {MAX_BYTES // 2**20} MB; cut the catalogue to the years and "
                "the region of the interferogram."
            )
        data = read_bytes(self.path, MAX_BYTES)
        if not data.strip():
            raise InputError(f"“{self.name}” is empty or cannot be read; fetch the catalogue again.")
        return _decode(data)


def open_file(given: str, fields: dict[str, str]) -> CatalogueFile:
    """The file behind a path as a user or QGIS gives it ("file://…", "…|layername=…").

    Raises
    ------
    InputError
        When it does not exist.
    """
    layer = re.search(r"\|(?:.*\|)?layername=([^|]+)", given, re.IGNORECASE)
    base = given.partition("|")[0] if "|" in given and not exists(given) else given
    path = plain_path(base)
    if not exists(path):
        raise InputError(f"The catalogue “{short_name(path)}” does not exist; check its path.")
    return CatalogueFile(path, layer.group(1) if layer else "", fields)


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # a cut in the middle of a character is the usual reason in the head of a file; Latin-1 reads anything
        return (
            data.decode("utf-8-sig", errors="replace")
            if data[:3] == b"\xef\xbb\xbf"
            else data.decode("latin-1")
        )
