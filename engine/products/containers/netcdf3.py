"""The length that a classic netCDF file should have: GDAL silently reads past the end of a truncated file."""

from __future__ import annotations

import struct
from typing import Optional

from ...errors import InputError
from .gdalio import file_size, read_bytes, short_name

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8}
_HEADER = 2**18


def check_size(path: str) -> None:
    """Refuse a classic netCDF file (CDF-1, CDF-2) that is damaged or ends before its last value.

    Other files, and headers of more than 256 KiB, are left to GDAL. A header that cannot be parsed is
    refused, because libnetcdf would hang on it for minutes or read memory out of bounds.

    Raises
    ------
    InputError
        When bytes are missing, or the header is damaged.
    """
    head = read_bytes(path, _HEADER)
    if head[:4] not in (b"CDF\x01", b"CDF\x02"):
        return
    try:
        expected = _expected_size(head)
    except (struct.error, IndexError, KeyError) as error:
        if len(head) < _HEADER:
            raise InputError(f"“{short_name(path)}” has a damaged netCDF header; fetch it again.") from error
        expected = None
    size = file_size(path)
    if expected is not None and 0 <= size < expected:
        raise InputError(
            f"“{short_name(path)}” has {size} bytes but its header promises {expected}; "
            "the file is cut short: fetch it again."
        )


class _Cursor:
    """Reads big-endian numbers and padded names in sequence."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 4

    def number(self, code: str = ">i") -> int:
        (value,) = struct.unpack_from(code, self.data, self.at)
        self.at += struct.calcsize(code)
        return int(value)

    def skip(self, count: int) -> None:
        if count < 0 or self.at + count > len(self.data):
            raise IndexError("the header ends early")
        self.at += -(-count // 4) * 4

    def attributes(self) -> None:
        for _ in range(self.list_length()):
            self.skip(self.number())
            size = _TYPE_BYTES[self.number()]
            self.skip(size * self.number())

    def list_length(self) -> int:
        self.number()
        count = self.number()
        if not 0 <= count <= 10_000:
            raise IndexError("a list is too long")
        return count


def _expected_size(head: bytes) -> Optional[int]:
    cursor = _Cursor(head)
    cursor.number()
    sizes = []
    for _ in range(cursor.list_length()):
        cursor.skip(cursor.number())
        sizes.append(cursor.number())
    cursor.attributes()
    ends = []
    for _ in range(cursor.list_length()):
        cursor.skip(cursor.number())
        count = cursor.number()
        if not 0 <= count <= 64:
            raise IndexError("too many dimensions")
        numbers = [cursor.number() for _ in range(count)]
        if any(number < 0 or sizes[number] < 0 for number in numbers):
            raise IndexError("an unknown dimension")
        shape = [sizes[number] for number in numbers]
        cursor.attributes()
        cells = _TYPE_BYTES[cursor.number()]
        cursor.number()
        begin = cursor.number(">i" if head[3] == 1 else ">q")
        for length in shape:
            cells *= length
        if 0 not in shape:
            ends.append(begin + cells)
    return max(ends) if ends else None
