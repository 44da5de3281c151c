"""What a product family has to offer, and the key of one product.

A family is a module (or any object) with the members of `ProductFamily`. It becomes known by one line in
`families.FAMILIES`, or at run time by `families.register`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Protocol

from .containers.gdalio import read_bytes, short_name
from .containers.hdf5check import SIGNATURE
from .location import ProductLocation
from .model import Product


@dataclass(frozen=True, order=True)
class ProductKey:
    """One product of a family at a location.

    Attributes
    ----------
    path : str
        File, common stem of several files, or folder; relative to the location's root.
    variant : str
        What else the family needs to find the product's files, such as ".geo" for geocoded ISCE2 files.
    label : str
        Name for messages where the path does not distinguish two products; empty: the path's last part.
    """

    path: str
    variant: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """Name for messages."""
        return self.label or short_name(self.path)


class ProductFamily(Protocol):
    """The reader of one product family.

    Attributes
    ----------
    NAME : str
        The family's name in results, reports and messages.
    """

    NAME: str

    def find(self, location: ProductLocation) -> list[ProductKey]:
        """Products of this family at a location, found by file names and headers; no phase is read.

        For a named file the product that it belongs to; for a folder or an archive all of them.
        """

    def describe(self, location: ProductLocation, key: ProductKey) -> Product:
        """Layers and metadata of one product; no phase is read."""

    def recognise(self, location: ProductLocation) -> bool:
        """Whether this is a product of the family that a map program would load badly.

        Answered from file names and first bytes alone: it decides what happens to a file that is dropped
        on the map. Single GeoTIFFs load well and are not recognised; folders and archives are.
        """


def folder_holds(location: ProductLocation, find: Callable[[ProductLocation], list[ProductKey]]) -> bool:
    """`recognise` for families of plain rasters: folders and archives count, single files do not."""
    return not location.named and bool(find(location))


def hdf5_named(location: ProductLocation, pattern: re.Pattern[str]) -> bool:
    """`recognise` for HDF5 families: by the file's name, and for a single file its first bytes too."""
    if location.named:
        named = bool(pattern.match(short_name(location.named)))
        return named and read_bytes(location.path(location.named), len(SIGNATURE)) == SIGNATURE
    return any(pattern.match(short_name(file)) for file in location.files)
