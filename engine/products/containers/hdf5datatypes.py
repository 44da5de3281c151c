"""Checks of the datatypes in HDF5 files: of numbers, texts, compounds, enumerations, arrays and sequences.

libhdf5 1.10 decodes a datatype without looking where its message ends. A damaged class makes it read members,
names or a base type that are not there, and crash.

Source of the layout: the HDF5 File Format Specification, version 3.0, chapter IV.A.2.d.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .pages import Pages

FIXED, FLOAT, TIME, STRING, BITS, OPAQUE, COMPOUND, REFERENCE, ENUMERATION, VLEN, ARRAY = range(11)
MAX_DEPTH = 8
MAX_WIDTH_BYTES = 2**24
_PROPERTY_BYTES = {FIXED: 4, FLOAT: 12, TIME: 2, BITS: 4}
"""Bytes after the head of the classes whose description has a fixed length; the others without are 0."""


class Datatype(NamedTuple):
    """Class, bytes of one element, bytes of the base type's element, and where the description ends."""

    kind: int
    width: int
    base: int
    end: int


class Datatypes(Pages):
    """Each method checks one part of a datatype and raises `Damaged`, or `struct.error`."""

    def datatype(self, at: int, size: int, depth: int = 0) -> Datatype:
        """Check a datatype that must end within `size` bytes; `base` is 1 without a base type."""
        end = at + size
        self.expect(size >= 8 and depth < MAX_DEPTH, "a short datatype")
        head, low, middle, high, width = self.numbers(at, "<BBBBI")
        kind, version, bits = head & 15, head >> 4, low | middle << 8 | high << 16
        known = 1 <= version <= 4 and kind <= ARRAY and 0 < width < MAX_WIDTH_BYTES
        self.expect(known, "an unknown datatype")
        base, after = 1, at + 8 + _PROPERTY_BYTES.get(kind, 0)
        if kind in (FIXED, FLOAT, BITS) and after <= end:
            self._number(kind, at + 8, width, sign_bit=middle)
        elif kind == OPAQUE:
            after += low
        elif kind == COMPOUND:
            after = self._compound(after, end, (version, bits & 0xFFFF, width), depth)
        elif kind == ENUMERATION:
            base, after = self._enumeration(after, end, (version, bits & 0xFFFF, width), depth)
        elif kind == VLEN:
            self.expect(width == 16 and (bits & 15) <= 1, "an odd variable length")
            _, base, _, after = self.datatype(after, end - after, depth + 1)
        elif kind == ARRAY:
            base, after = self._array(after, end, (version, width), depth)
        self.expect(after <= end, "a short datatype")
        return Datatype(kind, width, base, after)

    def _number(self, kind: int, at: int, width: int, sign_bit: int) -> None:
        """The bits of a number must lie inside its bytes."""
        offset, precision = self.numbers(at, "<HH")
        self.expect(width <= 64 and 0 < precision <= 8 * width - offset, "a number outside its bytes")
        if kind == FLOAT:
            exponent, exponent_bits, mantissa, mantissa_bits = self.numbers(at + 4, "<BBBB")
            inside = max(exponent + exponent_bits, mantissa + mantissa_bits, sign_bit + 1) <= precision
            self.expect(inside and exponent_bits and mantissa_bits, "a number outside its bytes")

    def _name(self, at: int, end: int, version: int) -> int:
        """Address after the name of a member; before version 3 it is padded to a multiple of eight bytes."""
        self.expect(at < end, "a short datatype")
        length = self.bytes_at(at, min(end - at, 4096)).find(b"\0") + 1
        self.expect(length > 0, "a name without an end")
        return at + (length if version >= 3 else -(-length // 8) * 8)

    def _compound(self, at: int, end: int, what: tuple[int, int, int], depth: int) -> int:
        """Members of a compound, each with its name, its offset and its datatype."""
        version, members, width = what
        self.expect(0 < members <= width, "an impossible compound")
        offset_bytes = (width.bit_length() + 7) // 8 if version >= 3 else 4
        for _ in range(members):
            at = self._name(at, end, version)
            self.expect(at + offset_bytes <= end, "a short datatype")
            offset = int.from_bytes(self.bytes_at(at, offset_bytes), "little")
            at += offset_bytes
            count = 1
            if version == 1:
                (rank,) = self.numbers(at, "<B")
                self.expect(rank <= 4, "an impossible compound")
                count = math.prod(self.numbers(at + 12, f"<{rank}I"))
                at += 28
            _, member, _, at = self.datatype(at, end - at, depth + 1)
            self.expect(offset + count * member <= width, "a member outside its compound")
        return at

    def _enumeration(self, at: int, end: int, what: tuple[int, int, int], depth: int) -> tuple[int, int]:
        """Base type, names and values of an enumeration."""
        version, members, width = what
        kind, base, _, at = self.datatype(at, end - at, depth + 1)
        self.expect(kind == FIXED and base == width, "an impossible enumeration")
        for _ in range(members):
            at = self._name(at, end, version)
        return base, at + members * base

    def _array(self, at: int, end: int, what: tuple[int, int], depth: int) -> tuple[int, int]:
        """Dimensions and base type of an array inside an element."""
        version, width = what
        self.expect(version >= 2 and at < end, "an unknown datatype")
        (rank,) = self.numbers(at, "<B")
        self.expect(1 <= rank <= 32, "an impossible array")
        lengths_at = at + (4 if version == 2 else 1)
        lengths = self.numbers(lengths_at, f"<{rank}I")
        at = lengths_at + 4 * rank * (2 if version == 2 else 1)
        _, base, _, at = self.datatype(at, end - at, depth + 1)
        self.expect(math.prod(lengths) * base == width, "an impossible array")
        return base, at
