"""Checks an HDF5 file before libhdf5 opens it: damaged headers crash or hang the library, and QGIS with it.

Of 2500 damaged copies of small MintPy and NISAR files, libhdf5 1.10.8 crashed or hung on 14; this check
refused all of them (tests/engine/test_hdf5check.py repeats the experiment).

It follows the classic layout (superblocks 0 and 1, object headers of version 1, symbol tables), which has no
checksums, and the newer object headers (version 2) with their links, whose checksums do not protect against
addresses that point anywhere. Links and attributes in fractal heaps, which large groups use, are left to the
library, which verifies their checksums. Source: the HDF5 File Format Specification, version 3.0.
"""

from __future__ import annotations

import struct
from typing import Callable, Optional

from ...errors import InputError
from .gdalio import quiet, read_bytes, short_name
from .hdf5messages import UNDEFINED, ArrayType, Messages
from .pages import Damaged

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MAX_OBJECTS = 20_000
MAX_PARTS = 1_000
"""Most continuations of one object header."""


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
    """Check a file that begins with the HDF5 signature; ignore all others.

    Raises
    ------
    InputError
        As `check_file`.
    """
    if read_bytes(path, 8) == SIGNATURE:
        check_file(path)


_Parts = dict[int, tuple[int, int]]
"""Address and size of an object's messages, by kind."""
_SPACE, _TYPE, _LAYOUT = 0x01, 0x03, 0x08


class _Walk(Messages):
    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.visited: set[int] = set()
        self.waiting: list[int] = []
        self.leaf_k, self.node_k = 4, 16
        self.parts: _Parts = {}
        """Messages of the present object that describe an array."""

    def run(self) -> None:
        """Check the superblock, then every object that can be reached from the root."""
        try:
            self._superblock()
            while self.waiting:
                address = self.waiting.pop()
                if address not in self.visited and len(self.visited) < MAX_OBJECTS:
                    self.visited.add(address)
                    self._object(address)
        finally:
            self.close()

    def _superblock(self) -> None:
        self.expect(self.bytes_at(0, 8) == SIGNATURE, "no HDF5 signature")
        (version,) = self.numbers(8, "<B")
        if version in (2, 3):
            self.expect(self.numbers(9, "<BB") == (8, 8), "unusual sizes of addresses")
            base, _, end, root = self.numbers(12, "<4Q")
            self.expect(base == 0 and end <= self.size, f"{end} bytes expected, {self.size} present")
            self.end = end
            self.waiting.append(root)
            return
        self.expect(version in (0, 1), "unknown superblock")
        offsets, lengths, _, self.leaf_k, self.node_k = self.numbers(13, "<BBBHH")
        self.expect((offsets, lengths) == (8, 8), "unusual sizes of addresses")
        self.expect(1 <= self.leaf_k <= 1024 and 1 <= self.node_k <= 1024, "impossible tree sizes")
        start = 24 if version == 0 else 28
        base, _, end, _ = self.numbers(start, "<4Q")
        self.expect(base == 0 and end <= self.size, f"{end} bytes expected, {self.size} present")
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
        """An object header with all its messages; if it is an array, its values must be complete."""
        self.parts = {}
        if self.bytes_at(address, 4) == b"OHDR":
            self._new_object(address)
        else:
            self._old_object(address)
        if _LAYOUT in self.parts:
            self.layout(*self.parts[_LAYOUT], self._array_type())

    def _array_type(self) -> Optional[ArrayType]:
        """Size and type of the present array; None when one of them is stored elsewhere."""
        if _SPACE not in self.parts or _TYPE not in self.parts:
            return None
        at, size = self.parts[_SPACE]
        return ArrayType(
            self.numbers(at + 1, "<B")[0], self.dataspace(at, size), self.datatype(*self.parts[_TYPE])[1]
        )

    def _old_object(self, address: int) -> None:
        """An object header of version 1."""
        version, _, count, _, size = self.numbers(address, "<BBHII")
        self.expect(version == 1, "an object header of unknown version")
        blocks, messages = [(address + 16, size)], 0
        while blocks:
            at, length = blocks.pop(0)
            end = at + length
            self.expect(end <= self.end, "an object header runs out of the file")
            while at + 8 <= end and messages < count:
                kind, size, flags = self.numbers(at, "<HHB")
                messages += 1
                self.expect(size % 8 == 0 and at + 8 + size <= end, "a message is longer than its header")
                if kind == 0x10:
                    blocks.append(self.numbers(at + 8, "<QQ"))
                elif flags & 2:
                    self._shared(at + 8, size)
                else:
                    self._message(kind, at + 8, size)
                at += 8 + size
            self.expect(len(blocks) <= count, "too many continuations")
        self.expect(messages == count, "messages are missing")

    def _new_object(self, address: int) -> None:
        """An object header of version 2: its first part, then its continuations."""
        version, flags = self.numbers(address + 4, "<BB")
        self.expect(version == 2, "an object header of unknown version")
        code = "<" + "BHIQ"[flags & 3]
        location = address + 6 + (16 if flags & 32 else 0) + (4 if flags & 16 else 0)
        (size,) = self.numbers(location, code)
        location += struct.calcsize(code)
        parts, visited = [(location, size)], {location}
        while parts:
            at, length = parts.pop()
            self.expect(at + length + 4 <= self.end, "an object header runs out of the file")
            for start, whole in self._new_messages(at, length, ordered=bool(flags & 4)):
                self.expect(
                    start not in visited and len(visited) < MAX_PARTS, "an object header goes in circles"
                )
                self.expect(self.bytes_at(start, 4) == b"OCHK" and whole >= 8, "a lost continuation")
                visited.add(start)
                parts.append((start + 4, whole - 8))

    def _new_messages(self, at: int, length: int, ordered: bool) -> list[tuple[int, int]]:
        """Check the messages of one part; (address, length) of those that lead to other parts."""
        end, head, continuations = at + length, 6 if ordered else 4, []
        while at + head <= end:
            kind, size, flags = self.numbers(at, "<BHB")
            at += head
            self.expect(at + size <= end, "a message is longer than its header")
            if kind == 0x10:
                self.expect(size >= 16, "a short continuation")
                continuations.append(self.numbers(at, "<QQ"))
            elif flags & 2:
                self._shared(at, size)
            else:
                self._message(kind, at, size)
            at += size
        return continuations

    def _message(self, kind: int, at: int, size: int) -> None:
        if kind in (_SPACE, _TYPE, _LAYOUT):
            self.expect(kind not in self.parts, "an array is described twice")
            self.parts[kind] = at, size
        if kind == 0x11:
            tree, heap = self.numbers(at, "<QQ")
            self._group(tree, heap)
        elif kind == _SPACE:
            self.expect(self.dataspace(at, size) >= 0, "an impossible size")
        elif kind == _TYPE:
            self.datatype(at, size)
        elif kind == 0x05:
            self.fill_value(at, size)
        elif kind == 0x06:
            self._link(at, size)
        elif kind == 0x0C:
            self.attribute(at, size)

    def _shared(self, at: int, size: int) -> None:
        """A message that is stored elsewhere: in an object's header, which is checked, or in a heap."""
        version, kind = self.numbers(at, "<BB")
        self.expect(1 <= version <= 3 and size >= 10, "an unknown shared message")
        if version == 3 and kind == 1:
            return
        self.expect(version < 3 or kind == 2, "an unknown shared message")
        (header,) = self.numbers(at + (8 if version == 1 else 2), "<Q")
        start = self.bytes_at(header, 4)
        self.expect(start == b"OHDR" or start[:1] == b"\x01", "a lost shared message")
        self.waiting.append(header)

    def _link(self, at: int, size: int) -> None:
        """A link message of the newer groups: hard links lead on."""
        version, flags = self.numbers(at, "<BB")
        self.expect(version == 1, "an unknown link")
        location = at + 2
        hard = not flags & 8 or self.numbers(location, "<B") == (0,)
        location += (1 if flags & 8 else 0) + (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
        code = "<" + "BHIQ"[flags & 3]
        (name,) = self.numbers(location, code)
        location += struct.calcsize(code) + name
        self.expect(location + 8 <= at + size, "a link is too long")
        if hard:
            self.waiting.append(self.numbers(location, "<Q")[0])

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
        raise Damaged("a heap's free space goes in circles")

    def _tree(self, address: int, fits: Callable[[int], bool], depth: int, level: Optional[int]) -> None:
        self.expect(depth < 16 and len(self.visited) < 10 * MAX_OBJECTS, "an endless tree")
        self.expect(address + 24 + 16 * 2 * self.node_k + 8 <= self.end, "a tree runs out of the file")
        signature, kind, own_level, used = self.numbers(address, "<4sBBH")
        self.expect(signature == b"TREE" and kind == 0 and used <= 2 * self.node_k, "a broken tree")
        self.expect(level is None or own_level == level - 1, "a tree's levels do not decrease")
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
