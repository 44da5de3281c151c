"""Random access to the numbers of a file, page by page; an address outside the file raises `Damaged`."""

from __future__ import annotations

import struct
from typing import Any

from osgeo import gdal

from .gdalio import file_size

_PAGE = 2**16


class Damaged(Exception):
    """The file is damaged; the text says how."""


class Pages:
    """A file read in pages, the latest of which stay in memory."""

    def __init__(self, path: str) -> None:
        self.size = file_size(path)
        self.end = self.size
        self.pages: dict[int, bytes] = {}
        self.handle = gdal.VSIFOpenL(path, "rb")
        if self.handle is None:
            raise Damaged("it cannot be opened")

    def close(self) -> None:
        """Close the file."""
        gdal.VSIFCloseL(self.handle)

    def bytes_at(self, address: int, count: int) -> bytes:
        """Bytes of the file; raises `Damaged` outside it."""
        if not (address >= 0 and count >= 0 and address + count <= self.end):
            raise Damaged("an address points outside the file")
        if count > 16 * _PAGE:
            raise Damaged("a structure is too long")
        first, last = address // _PAGE, (address + max(count, 1) - 1) // _PAGE
        data = b"".join(self._page(number) for number in range(first, last + 1))
        start = address - first * _PAGE
        if start + count > len(data):
            raise Damaged("the file ends early")
        return data[start : start + count]

    def _page(self, number: int) -> bytes:
        if number not in self.pages:
            if len(self.pages) > 256:
                self.pages.clear()
            gdal.VSIFSeekL(self.handle, number * _PAGE, 0)
            self.pages[number] = bytes(gdal.VSIFReadL(1, _PAGE, self.handle) or b"")
        return self.pages[number]

    def numbers(self, address: int, code: str) -> tuple[Any, ...]:
        """Little-endian numbers."""
        return struct.unpack(code, self.bytes_at(address, struct.calcsize(code)))

    def expect(self, condition: bool, damage: str) -> None:
        """Raise `Damaged` unless the condition holds."""
        if not condition:
            raise Damaged(damage)
