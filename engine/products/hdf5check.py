"""Is an HDF5 file whole and sound? Asked before libhdf5 reads it, which damaged headers can bring down.

Follows the classic layout (superblock 0 and 1, object headers 1, symbol tables): its structures carry no
checksums, and a crash inside the library would take QGIS with it. Newer structures do carry checksums, which
the library verifies itself; of those only the file's length is checked. Source of the layout: the HDF5 File
Format Specification, version 3.0.
"""

from __future__ import annotations

import struct
from typing import Callable, Optional

from ..errors import InputError
from .gdalio import quiet, read_bytes, short_name
from .pages import Damaged, Pages

SIGNATURE = b"\x89HDF\r\n\x1a\n"
UNDEFINED = 0xFFFFFFFFFFFFFFFF
MAX_OBJECTS = 20_000
_VLEN = 9


def check_file(path: str) -> None:
    """Check a file.

    Raises
    ------
    InputError
        When it is cut short, or its structures do not fit together.
    """
    try:
        with quiet():
            _Walk(path).run()
    except (Damaged, struct.error, RuntimeError, RecursionError) as error:
        raise InputError(
            f"“{short_name(path)}” cannot be read as HDF5 ({error}); "
            "it is cut short or damaged: fetch it again."
        ) from error


def check_if_hdf5(path: str) -> None:
    """Check a file that begins as HDF5 files do; leave all others alone.

    Raises
    ------
    InputError
        As `check_file`.
    """
    if read_bytes(path, 8) == SIGNATURE:
        check_file(path)


class _Walk(Pages):
    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.seen: set[int] = set()
        self.waiting: list[int] = []
        self.leaf_k, self.node_k = 4, 16

    def run(self) -> None:
        """Check the superblock, then every object that can be reached from the root."""
        try:
            self._superblock()
            while self.waiting:
                address = self.waiting.pop()
                if address not in self.seen and len(self.seen) < MAX_OBJECTS:
                    self.seen.add(address)
                    self._object(address)
        finally:
            self.close()

    def _superblock(self) -> None:
        self.expect(self.bytes_at(0, 8) == SIGNATURE, "no HDF5 signature")
        (version,) = self.numbers(8, "<B")
        if version in (2, 3):
            base, _, end, _ = self.numbers(12, "<4Q")
            self.expect(base == 0 and end <= self.size, f"{end} bytes promised, {self.size} there")
            return
        self.expect(version in (0, 1), "unknown superblock")
        offsets, lengths, _, self.leaf_k, self.node_k = self.numbers(13, "<BBBHH")
        self.expect((offsets, lengths) == (8, 8), "unusual sizes of addresses")
        self.expect(1 <= self.leaf_k <= 1024 and 1 <= self.node_k <= 1024, "impossible tree sizes")
        start = 24 if version == 0 else 28
        base, _, end, _ = self.numbers(start, "<4Q")
        self.expect(base == 0 and end <= self.size, f"{end} bytes promised, {self.size} there")
        self.end = end
        self._entry(start + 32, None)

    def _entry(self, address: int, name_fits: Optional[Callable[[int], bool]]) -> None:
        """A symbol table entry: a link to an object."""
        name, header, cache, _, tree, heap = self.numbers(address, "<QQIIQQ")
        self.expect(cache in (0, 1, 2), "an entry of unknown kind")
        self.expect(name_fits is None or name_fits(name), "a name lies outside its heap")
        if cache == 1:
            self.expect(
                self.bytes_at(tree, 4) == b"TREE" and self.bytes_at(heap, 4) == b"HEAP", "a lost group"
            )
        if cache != 2:
            self.waiting.append(header)

    def _object(self, address: int) -> None:
        """An object header with all its messages."""
        if self.bytes_at(address, 4) == b"OHDR":
            return
        version, _, count, _, size = self.numbers(address, "<BBHII")
        self.expect(version == 1, "an object header of unknown version")
        blocks, found = [(address + 16, size)], 0
        while blocks:
            at, length = blocks.pop(0)
            end = at + length
            self.expect(end <= self.end, "an object header runs out of the file")
            while at + 8 <= end and found < count:
                kind, size, flags = self.numbers(at, "<HHB")
                found += 1
                self.expect(size % 8 == 0 and at + 8 + size <= end, "a message is longer than its header")
                if kind == 0x10:
                    blocks.append(self.numbers(at + 8, "<QQ"))
                elif not flags & 2:
                    self._message(kind, at + 8, size)
                at += 8 + size
            self.expect(len(blocks) <= count, "too many continuations")
        self.expect(found == count, "messages are missing")

    def _message(self, kind: int, at: int, size: int) -> None:
        if kind == 0x11:
            tree, heap = self.numbers(at, "<QQ")
            self._group(tree, heap)
        elif kind == 0x01:
            self.expect(self._dataspace(at, size) >= 0, "an impossible size")
        elif kind == 0x03:
            self._datatype(at, size)
        elif kind == 0x05:
            self._fill_value(at, size)
        elif kind == 0x06:
            self._link(at, size)
        elif kind == 0x08:
            self._layout(at, size)
        elif kind == 0x0C:
            self._attribute(at, size)

    def _dataspace(self, at: int, size: int) -> int:
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

    def _datatype(self, at: int, size: int, depth: int = 0) -> tuple[int, int, int]:
        """(class, size of one element, size of the base type's element for variable lengths)."""
        self.expect(size >= 8 and depth < 8, "a short datatype")
        head, bits, _, _, width = self.numbers(at, "<BBBBI")
        kind, version = head & 15, head >> 4
        self.expect(1 <= version <= 4 and kind <= 10 and 0 < width < 2**24, "an unknown datatype")
        base = 1
        if kind == _VLEN:
            self.expect(width == 16 and (bits & 15) <= 1, "an odd variable length")
            base = self._datatype(at + 8, size - 8, depth + 1)[1]
        elif kind in (0, 1):
            self.expect(size >= (12 if kind == 0 else 20) and width <= 64, "a short datatype")
        elif kind == 6:
            self.expect(bits > 0 and width >= bits and size >= 8 + 8 * bits, "an impossible compound")
        return kind, width, base

    def _fill_value(self, at: int, size: int) -> None:
        self.expect(size >= 4, "a short fill value")
        version, _, _, defined = self.numbers(at, "<BBBB")
        self.expect(1 <= version <= 3, "an unknown fill value")
        if version < 3 and size >= 8 and (version == 1 or defined):
            (length,) = self.numbers(at + 4, "<I")
            self.expect(8 + length <= size or length in (0, 0xFFFFFFFF), "a fill value is too long")

    def _layout(self, at: int, size: int) -> None:
        version, kind = self.numbers(at, "<BB")
        self.expect(1 <= version <= 4, "an unknown layout")
        if version == 3 and kind == 1:
            address, length = self.numbers(at + 2, "<QQ")
            self.expect(address == UNDEFINED or address + length <= self.end, "values lie outside the file")
        elif version == 3 and kind == 2:
            (rank,) = self.numbers(at + 2, "<B")
            (tree,) = self.numbers(at + 3, "<Q")
            self.expect(1 < rank <= 33 and 11 + 4 * rank <= size, "an unknown layout")
            self.expect(tree == UNDEFINED or self.bytes_at(tree, 5) == b"TREE\x01", "lost chunks")
            self.expect(all(self.numbers(at + 11, f"<{rank}I")), "empty chunks")

    def _link(self, at: int, size: int) -> None:
        """A link message of the newer groups: hard links lead on."""
        version, flags = self.numbers(at, "<BB")
        self.expect(version == 1, "an unknown link")
        place = at + 2
        hard = not flags & 8 or self.numbers(place, "<B") == (0,)
        place += (1 if flags & 8 else 0) + (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
        code = "<" + "BHIQ"[flags & 3]
        (name,) = self.numbers(place, code)
        place += struct.calcsize(code) + name
        self.expect(place + 8 <= at + size, "a link is too long")
        if hard:
            self.waiting.append(self.numbers(place, "<Q")[0])

    def _attribute(self, at: int, size: int) -> None:
        self.expect(size >= 8, "a short attribute")
        version, flags, name, kind, space = self.numbers(at, "<BBHHH")
        self.expect(1 <= version <= 3 and name > 0, "an unknown attribute")
        step = 8 if version == 1 else 1
        start = at + (9 if version == 3 else 8)
        kind_at = start + -(-name // step) * step
        space_at = kind_at + -(-kind // step) * step
        data_at = space_at + -(-space // step) * step
        self.expect(data_at <= at + size, "an attribute is too long")
        self.expect(b"\0" in self.bytes_at(start, name), "a name without an end")
        if version > 1 and flags & 3:
            return
        type_class, width, base = self._datatype(kind_at, kind)
        count = self._dataspace(space_at, space)
        self.expect(data_at + count * width <= at + size, "an attribute's values are too long")
        if type_class == _VLEN:
            for index in range(min(count, 1000)):
                self._heap_value(data_at + 16 * index, base)

    def _heap_value(self, at: int, base: int) -> None:
        """A value of variable length: it must lie in its global heap collection."""
        length, address, wanted = self.numbers(at, "<IQI")
        if length == 0:
            return
        self.expect(self.bytes_at(address, 5) == b"GCOL\x01", "a lost heap")
        (size,) = self.numbers(address + 8, "<Q")
        self.expect(size >= 4096 and address + size <= self.end, "an impossible heap")
        place, end = address + 16, address + size
        while place + 16 <= end:
            index, _, _, stored = self.numbers(place, "<HHIQ")
            self.expect(index == 0 or place + 16 + stored <= end, "a heap's value is too long")
            if index == wanted:
                self.expect(length * base <= stored, "a value is longer than stored")
                return
            if index == 0:
                break
            place += 16 + -(-stored // 8) * 8
        raise Damaged("a value is not in its heap")

    def _group(self, tree: int, heap: int) -> None:
        self.expect(self.bytes_at(heap, 5) == b"HEAP\0", "a lost heap of names")
        size, free, data = self.numbers(heap + 8, "<QQQ")
        self.expect(
            data + size <= self.end and (free == 1 or free < size or free == UNDEFINED), "a short heap"
        )

        def fits(name: int) -> bool:
            return name < size and b"\0" in self.bytes_at(data + name, min(size - name, 4096))

        self._free_blocks(data, size, free)
        self._tree(tree, fits, 0, None)

    def _free_blocks(self, data: int, size: int, free: int) -> None:
        for _ in range(10_000):
            if free in (1, UNDEFINED):
                return
            self.expect(free + 16 <= size, "a heap's free space lies outside it")
            free, length = self.numbers(data + free, "<QQ")
            self.expect(length <= size, "a heap's free space is too long")
        raise Damaged("a heap's free space goes round in circles")

    def _tree(self, address: int, fits: Callable[[int], bool], depth: int, level: Optional[int]) -> None:
        self.expect(depth < 16 and len(self.seen) < 10 * MAX_OBJECTS, "a tree without an end")
        self.expect(address + 24 + 16 * 2 * self.node_k + 8 <= self.end, "a tree runs out of the file")
        signature, kind, own_level, used = self.numbers(address, "<4sBBH")
        self.expect(signature == b"TREE" and kind == 0 and used <= 2 * self.node_k, "a broken tree")
        self.expect(level is None or own_level == level - 1, "a tree's levels are mixed up")
        for index in range(used):
            key, child = self.numbers(address + 24 + 16 * index, "<QQ")
            self.expect(fits(key), "a key lies outside its heap")
            if own_level > 0:
                self._tree(child, fits, depth + 1, own_level)
            else:
                self._leaf(child, fits)
        (key,) = self.numbers(address + 24 + 16 * used, "<Q")
        self.expect(fits(key), "a key lies outside its heap")

    def _leaf(self, address: int, fits: Callable[[int], bool]) -> None:
        self.expect(address + 8 + 80 * self.leaf_k <= self.end, "a leaf runs out of the file")
        signature, version, _, used = self.numbers(address, "<4sBBH")
        self.expect(signature == b"SNOD" and version == 1 and used <= 2 * self.leaf_k, "a broken leaf")
        for index in range(used):
            self._entry(address + 8 + 40 * index, fits)
