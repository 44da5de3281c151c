"""Checks of the messages in HDF5 object headers.

Source of the layout: the HDF5 File Format Specification, version 3.0, chapter IV.A.2.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Optional

from .hdf5datatypes import VLEN, Datatypes

UNDEFINED = 0xFFFFFFFFFFFFFFFF
_INDEX_SIGNATURES = {3: b"FAHD", 4: b"EAHD", 5: b"BTHD"}
"""Signatures of the newer chunk indexes: fixed array, extensible array, B-tree 2."""
_INDEX_WORDS = {3: 1, 4: 5, 5: 6}
"""Bytes of an index's parameters before its address."""


class ArrayType(NamedTuple):
    """Number of dimensions and elements of an array, and bytes of one element."""

    rank: int
    elements: int
    width: int


class Messages(Datatypes):
    """Each method checks one kind of message and raises `Damaged`, or `struct.error` where the file ends."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.heaps: dict[int, dict[int, int]] = {}
        """Sizes of the values of each global heap collection, by its address."""

    def dataspace(self, at: int, size: int) -> int:
        """Number of elements."""
        self.expect(size >= 4, "a short dataspace")
        version, rank, flags, kind = self.numbers(at, "<BBBB")
        self.expect(version in (1, 2) and rank <= 32, "an unknown dataspace")
        if version == 2 and kind == 2:
            return 0
        head = 8 if version == 1 else 4
        self.expect(head + 8 * rank * (2 if flags & 1 else 1) <= size, "a short dataspace")
        count = 1
        for length in self.numbers(at + head, f"<{rank}Q") if rank else ():
            self.expect(length < 2**40, "an impossible size")
            count *= length
        return count

    def fill_value(self, at: int, size: int) -> None:
        """A fill value, old or new."""
        self.expect(size >= 2, "a short fill value")
        version, flags = self.numbers(at, "<BB")
        self.expect(1 <= version <= 3, "an unknown fill value")
        head = 6 if version == 3 else 8
        defined = flags & 32 if version == 3 else version == 1 or (size > 3 and self.numbers(at + 3, "<B")[0])
        if defined and size >= head:
            (length,) = self.numbers(at + head - 4, "<I")
            self.expect(head + length <= size or length in (0, 0xFFFFFFFF), "a fill value is too long")

    def layout(self, at: int, size: int, array: Optional[ArrayType]) -> None:
        """A data layout: where an array's values lie, and whether all of them are stored.

        libhdf5 1.10 does not compare the stored bytes with the array's size and reads beyond their end.
        `array` is None when the dataspace or the datatype is stored outside the object header.
        """
        version, kind = self.numbers(at, "<BB")
        self.expect(1 <= version <= 4, "an unknown layout")
        if version < 3:
            self._old_layout(at, size, array)
        elif kind == 0:
            (length,) = self.numbers(at + 2, "<H")
            self._compact(at + 4, length, at + size, array)
        elif kind == 1:
            address, length = self.numbers(at + 2, "<QQ")
            self._contiguous(address, length, array)
        elif version == 4 and kind == 2:
            self._chunks(at, size, array)
        elif kind == 2:
            (rank,) = self.numbers(at + 2, "<B")
            self.expect(11 + 4 * rank <= size, "an unknown layout")
            self._tree_chunks(self.numbers(at + 3, "<Q")[0], self.numbers(at + 11, f"<{rank}I"), array)
        else:
            self.expect(version == 4 and kind == 3, "an unknown layout")

    def _old_layout(self, at: int, size: int, array: Optional[ArrayType]) -> None:
        """A layout of version 1 or 2: it states its dimensions before its class."""
        rank, kind = self.numbers(at + 1, "<BB")
        shape_at = at + (8 if kind == 0 else 16)
        end = shape_at + 4 * rank
        self.expect(1 <= rank <= 33 and kind <= 2 and end <= at + size, "an unknown layout")
        if kind == 0:
            self._compact(end + 4, self.numbers(end, "<I")[0], at + size, array)
        elif kind == 1:
            stored = array.elements * array.width if array else 0
            self._contiguous(self.numbers(at + 8, "<Q")[0], stored, array)
        else:
            self._tree_chunks(self.numbers(at + 8, "<Q")[0], self.numbers(shape_at, f"<{rank}I"), array)

    def _compact(self, at: int, length: int, end: int, array: Optional[ArrayType]) -> None:
        """Values inside the object header."""
        self.expect(at + length <= end, "values are longer than their header")
        self.expect(array is None or array.elements * array.width <= length, "values are missing")

    def _contiguous(self, address: int, length: int, array: Optional[ArrayType]) -> None:
        """Values in one piece; an undefined address means that none are stored."""
        if address == UNDEFINED:
            return
        self.expect(address + length <= self.end, "values lie outside the file")
        self.expect(array is None or array.elements * array.width <= length, "values are missing")

    def _tree_chunks(self, tree: int, shape: tuple[int, ...], array: Optional[ArrayType]) -> None:
        """Chunks in a B-tree of version 1."""
        self._chunk_shape(shape, array)
        self.expect(tree == UNDEFINED or self.bytes_at(tree, 5) == b"TREE\x01", "lost chunks")

    def _chunk_shape(self, shape: tuple[int, ...], array: Optional[ArrayType]) -> None:
        """The shape of a chunk; its last number is the width of one element in bytes."""
        self.expect(1 < len(shape) <= 33, "an unknown layout")
        self.expect(all(shape), "empty chunks")
        self.expect(
            array is None or (array.rank + 1, array.width) == (len(shape), shape[-1]),
            "chunks do not fit their array",
        )

    def _chunks(self, at: int, size: int, array: Optional[ArrayType]) -> None:
        """The newer chunked layout: the chunks' shape, and the index that finds them."""
        flags, rank, width = self.numbers(at + 2, "<BBB")
        self.expect(1 < rank <= 33 and 1 <= width <= 8 and 6 + rank * width + 8 <= size, "an unknown layout")
        raw = self.bytes_at(at + 5, rank * width)
        shape = tuple(int.from_bytes(raw[i : i + width], "little") for i in range(0, len(raw), width))
        self._chunk_shape(shape, array)
        location = at + 5 + rank * width
        (index,) = self.numbers(location, "<B")
        self.expect(1 <= index <= 5, "an unknown index of chunks")
        filtered = index == 1 and flags & 2
        location += 1 + (12 if filtered else _INDEX_WORDS.get(index, 0))
        self.expect(location + 8 <= at + size, "a layout is too long")
        (address,) = self.numbers(location, "<Q")
        if address == UNDEFINED:
            return
        if index in _INDEX_SIGNATURES:
            self.expect(self.bytes_at(address, 4) == _INDEX_SIGNATURES[index], "lost chunks")
            return
        length = self.numbers(location - 12, "<Q")[0] if filtered else math.prod(shape)
        self.expect(address + length <= self.end, "values lie outside the file")

    def attribute(self, at: int, size: int) -> None:
        """An attribute with its values."""
        self.expect(size >= 8, "a short attribute")
        version, flags, name, kind, space = self.numbers(at, "<BBHHH")
        self.expect(1 <= version <= 3 and name > 0, "an unknown attribute")
        step = 8 if version == 1 else 1
        start = at + (9 if version == 3 else 8)
        kind_at = start + -(-name // step) * step
        space_at = kind_at + -(-kind // step) * step
        data_at = space_at + -(-space // step) * step
        self.expect(data_at <= at + size, "an attribute is too long")
        # libhdf5 1.10 takes the first zero byte for the end, and crashes where more of the name follows
        self.expect(self.bytes_at(start, name).find(b"\0") == name - 1, "a name without an end")
        if version > 1 and flags & 3:
            return
        type_class, width, base, _ = self.datatype(kind_at, kind)
        count = self.dataspace(space_at, space)
        self.expect(data_at + count * width <= at + size, "an attribute's values are too long")
        if type_class == VLEN:
            for index in range(min(count, 1000)):
                self._heap_value(data_at + 16 * index, base)

    def _heap_value(self, at: int, base: int) -> None:
        """A value of variable length: it must lie in its global heap collection."""
        length, address, wanted = self.numbers(at, "<IQI")
        if length == 0:
            return
        if address not in self.heaps:
            self.heaps[address] = self._global_heap(address)
        stored = self.heaps[address].get(wanted)
        self.expect(stored is not None, "a value is not in its heap")
        self.expect(length * base <= (stored or 0), "a value is longer than stored")

    def _global_heap(self, address: int) -> dict[int, int]:
        """Sizes of the values of a global heap collection by their numbers.

        libhdf5 1.10 reads a collection to its end whenever it needs one value, and never ends where the free
        space (number 0) has no size.
        """
        self.expect(self.bytes_at(address, 5) == b"GCOL\x01", "a lost heap")
        (size,) = self.numbers(address + 8, "<Q")
        self.expect(size >= 4096 and address + size <= self.end, "an impossible heap")
        values: dict[int, int] = {}
        location, end = address + 16, address + size
        while location + 16 <= end:
            index, _, _, stored = self.numbers(location, "<HHIQ")
            self.expect(index not in values, "two values of a heap have one number")
            needed = stored if index == 0 else 16 + -(-stored // 8) * 8
            self.expect(needed >= 16 and location + needed <= end, "a heap's value is too long")
            values[index] = stored
            location += needed
        values.pop(0, None)
        return values
