"""The formats of catalogues that are known: add one here.

A new format is one module with the members of `CatalogueFormat` and one entry in the list below.
"""

from __future__ import annotations

from typing import Protocol

from ..rows import Reading
from ..source_file import CatalogueFile
from . import fdsn_text, gcmt_ndk, isc_csv, point_layer, quakeml, table, usgs_geojson


class CatalogueFormat(Protocol):
    """The reader of one format.

    Attributes
    ----------
    NAME : str
        The format's name in results and messages.
    """

    NAME: str

    def recognise(self, source: CatalogueFile) -> bool:
        """Whether the file has this format, judged by its first characters."""

    def read(self, source: CatalogueFile) -> Reading:
        """All earthquakes of the file; raises `InputError` when the file as a whole cannot be read."""


FORMATS: list[CatalogueFormat] = [
    quakeml,
    usgs_geojson,
    gcmt_ndk,
    fdsn_text,
    isc_csv,
    table,
    point_layer,
]
"""In the order in which a file is tried; what GDAL opens as a layer comes last."""


def register(new: CatalogueFormat) -> None:
    """Make a format known to `read_catalogue`; it is tried before all others.

    Raises
    ------
    ValueError
        When a format of this name is known already.
    """
    if new.NAME in {known.NAME for known in FORMATS}:
        raise ValueError(f"the catalogue format {new.NAME} is registered already")
    FORMATS.insert(0, new)


def unregister(known: CatalogueFormat) -> None:
    """Forget a format again."""
    FORMATS.remove(known)
