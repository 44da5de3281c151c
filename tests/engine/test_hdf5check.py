"""HDF5 files are checked before libhdf5 opens them, because damaged headers crash the library."""

from __future__ import annotations

import importlib.util
import os
import random
import struct
import subprocess
import sys

import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.products.containers.gdalio import open_dataset
from quakefringe.engine.products.containers.hdf5 import Tree
from quakefringe.engine.products.containers.hdf5check import SIGNATURE, check_file

WRITE = """
import sys, h5py, numpy as np
version = sys.argv[2]
with h5py.File(sys.argv[1], "w", libver=(version, version)) as file:
    file.attrs["title"] = "a text of variable length"
    file.attrs["numbers"] = np.arange(5.0)
    inside = file.create_group("science/grids")
    inside["contiguous"] = np.arange(5000.0).reshape(50, 100)
    inside.create_dataset("one_chunk", data=np.ones((40, 40)), chunks=(40, 40))
    inside.create_dataset("one_packed", data=np.ones((40, 40)), chunks=(40, 40), compression="gzip")
    inside.create_dataset("fixed", data=np.ones((400, 400)), chunks=(16, 16))
    inside.create_dataset("growing", data=np.ones((40, 40)), chunks=(8, 8), maxshape=(None, 40))
    inside.create_dataset("growing_both", data=np.ones((40, 40)), chunks=(8, 8), maxshape=(None, None))
    inside.create_dataset("empty", shape=(10, 10), chunks=(5, 5), dtype="f4")
    inside["complex"] = np.ones((8, 8), np.complex64)
    inside["text"] = ["one", "two"]
    inside["yes_or_no"] = np.array([True, False])
    inside["members"] = np.zeros(4, [("a", "f4"), ("longer_name", "i2", (3, 2)), ("text", "S5")])
    inside.attrs["members"] = np.zeros(2, [("a", "u1"), ("b", "f8")])
    inside.attrs["opaque"] = np.void(b"12345")
    for number in range(30):
        inside.attrs[f"attribute{number}"] = number
        file[f"many/member{number}"] = number
    for number in range(6):
        file["few/" + str(number) * 60] = number
"""


@pytest.fixture(scope="module", params=["v108", "v110", "latest"])
def newer(request, tmp_path_factory):
    """A file with the newer structures, written by h5py in another process."""
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    path = tmp_path_factory.mktemp("newer") / "newer.h5"
    subprocess.run([sys.executable, "-c", WRITE, str(path), request.param], check=True)
    return path


def hdf5_file(header: bytes, *rest: bytes) -> bytes:
    """A file of superblock 2 whose root object has these bytes, followed by the rest."""
    body = header + b"".join(rest)
    superblock = SIGNATURE + struct.pack("<4B4QI", 2, 8, 8, 0, 0, 2**64 - 1, 48 + len(body), 48, 0)
    return superblock + body


def header(messages: bytes, mark: bytes = b"OHDR\x02\x00") -> bytes:
    """A root object with one byte for its size, and a checksum that the check ignores."""
    return mark + bytes([len(messages)]) + messages + b"\0\0\0\0"


def message(kind: int, data: bytes) -> bytes:
    return struct.pack("<BHB", kind, len(data), 0) + data


SPACE = message(1, struct.pack("<BBBBIQQ", 1, 2, 0, 0, 0, 4, 3))
"""4 × 3 elements."""
FLOAT32 = message(3, struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 31, 0, 4, 0, 32, 23, 8, 0, 23, 127))


def refused(tmp_path, data: bytes) -> str:
    path = tmp_path / "built.h5"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        check_file(str(path))
    return str(caught.value)


def test_undamaged_files_of_newer_layouts_pass_and_can_be_read(newer, request):
    assert b"OHDR" in newer.read_bytes()
    check_file(str(newer))
    if "latest" not in request.node.name:  # GDAL's own HDF5 library may be older than h5py's
        assert Tree(str(newer)).shape("/science/grids/growing") == (40, 40)


def test_truncated_files_of_newer_layouts_are_refused(newer, tmp_path):
    data = newer.read_bytes()
    for share in (0.3, 0.9, 0.999):
        assert "cut short" in refused(tmp_path, data[: int(share * len(data))])


def test_damage_in_newer_headers_passes_or_is_refused_in_one_sentence(newer, tmp_path):
    data, rng, path = newer.read_bytes(), random.Random(5), tmp_path / "damaged.h5"
    marks = [i for i in range(len(data)) if data.startswith((b"OHDR", b"OCHK"), i)]
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(data)
        start = rng.choice(marks)
        for _ in range(rng.choice((1, 4, 16))):
            damaged[min(start + rng.randrange(300), len(damaged) - 1)] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            check_file(str(path))
            outcomes.add("passed")
        except InputError as error:
            outcomes.add("refused" if str(error).endswith(".") else str(error))
    assert outcomes == {"passed", "refused"}


def test_an_undamaged_small_file_passes(tmp_path):
    path = tmp_path / "small.h5"
    child = header(b"")
    root_size = len(header(message(6, struct.pack("<BBB1sQ", 1, 0, 1, b"a", 0))))
    root = header(message(6, struct.pack("<BBB1sQ", 1, 0, 1, b"a", 48 + root_size)))
    path.write_bytes(hdf5_file(root, child))
    check_file(str(path))


@pytest.mark.parametrize(
    ("root", "words"),
    [
        (header(message(6, struct.pack("<BBB1sQ", 1, 0, 1, b"a", 10**6))), "outside the file"),
        (header(message(6, struct.pack("<BBB1sQ", 1, 0, 200, b"a", 48))), "a link is too long"),
        (header(message(8, struct.pack("<BBQQ", 3, 1, 48, 10**9))), "values lie outside the file"),
        (header(message(8, struct.pack("<BBBBBBBBBQ", 4, 2, 0, 2, 1, 4, 4, 3, 1, 48))), "lost chunks"),
        (header(message(8, struct.pack("<BBBBBBBBQ", 4, 2, 0, 2, 1, 0, 4, 1, 48))), "empty chunks"),
        (header(struct.pack("<BHB", 1, 5000, 0)), "longer than its header"),
        (header(b"", b"OHDR\x07\x00"), "unknown version"),
        (b"OHDR\x02\x00\xff", "runs out of the file"),
        (header(message(0x10, struct.pack("<QQ", 48, 30))), "a lost continuation"),
    ],
)
def test_the_message_names_the_damage(tmp_path, root, words):
    assert words in refused(tmp_path, hdf5_file(root))


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (struct.pack("<BBH", 3, 0, 47) + bytes(47), "values are missing"),
        (struct.pack("<BBH", 3, 0, 48) + bytes(40), "values are longer"),
        (struct.pack("<BBBBIII", 2, 1, 0, 0, 0, 48, 0), "values are missing"),
        (struct.pack("<BBBBIII", 2, 1, 0, 0, 0, 48, 99) + bytes(48), "values are longer"),
        (struct.pack("<BBQQ", 3, 1, 48, 47), "values are missing"),
        (struct.pack("<BBBBIQI", 1, 1, 1, 0, 0, 10**6, 48), "values lie outside"),
        (struct.pack("<BBBQIII", 3, 2, 3, 2**64 - 1, 2, 2, 8), "chunks do not fit"),
        (struct.pack("<BBBQII", 3, 2, 2, 2**64 - 1, 2, 4), "chunks do not fit"),
        (struct.pack("<BBBBIQIII", 1, 3, 2, 0, 0, 2**64 - 1, 2, 2, 8), "chunks do not fit"),
        (struct.pack("<BBBBBBBBBQ", 4, 2, 0, 3, 1, 2, 2, 8, 1, 2**64 - 1), "chunks do not fit"),
        (struct.pack("<BBQQ", 3, 7, 48, 48), "unknown layout"),
    ],
)
@pytest.mark.parametrize("layout_first", [False, True])
def test_layouts_that_do_not_fit_their_array_are_refused(tmp_path, layout, words, layout_first):
    parts = [SPACE, FLOAT32, message(8, layout)]
    root = header(b"".join(reversed(parts) if layout_first else parts))
    assert words in refused(tmp_path, hdf5_file(root))


@pytest.mark.parametrize(
    "layout",
    [
        struct.pack("<BBH", 3, 0, 48) + bytes(48),
        struct.pack("<BBBBIII", 2, 1, 0, 0, 0, 48, 48) + bytes(48),
        struct.pack("<BBQQ", 3, 1, 48, 48),
        struct.pack("<BBQQ", 3, 1, 2**64 - 1, 0),
        struct.pack("<BBBBIQI", 1, 1, 1, 0, 0, 48, 48),
        struct.pack("<BBBQIII", 3, 2, 3, 2**64 - 1, 2, 2, 4),
        struct.pack("<BBBBIQIII", 1, 3, 2, 0, 0, 2**64 - 1, 2, 2, 4),
        struct.pack("<BBBBBBBBBQ", 4, 2, 0, 3, 1, 2, 2, 4, 1, 2**64 - 1),
    ],
)
def test_layouts_of_every_version_that_fit_their_array_pass(tmp_path, layout):
    path = tmp_path / "built.h5"
    path.write_bytes(hdf5_file(header(SPACE + FLOAT32 + message(8, layout))))
    check_file(str(path))


def test_an_array_that_is_described_twice_is_refused(tmp_path):
    assert "described twice" in refused(tmp_path, hdf5_file(header(SPACE + FLOAT32 + SPACE)))


def test_headers_that_go_in_circles_end(tmp_path):
    first = len(header(message(0x10, bytes(16))))
    again = message(0x10, struct.pack("<QQ", 48 + first, 28))
    part = b"OCHK" + again + b"\0\0\0\0"
    assert len(part) == 28
    assert "in circles" in refused(tmp_path, hdf5_file(header(again), part))


def test_an_array_of_size_zero_is_refused_as_a_raster(tmp_path):
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    path = tmp_path / "empty.h5"
    write = "import h5py, sys; h5py.File(sys.argv[1], 'w')['cum'] = __import__('numpy').zeros((4, 0, 0))"
    subprocess.run([sys.executable, "-c", write, str(path)], check=True)
    with pytest.raises(InputError, match="it has no pixels"):
        open_dataset(Tree(str(path)).uri("cum"))


CLASSIC = """
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "w") as file:
    file["timeseries"] = np.zeros((2, 20, 20), np.float32)
    file["date"] = np.array(["20200101", "20200113"], dtype="S8")
    file.attrs.update({f"ATTRIBUTE_{i}": f"value {i}" for i in range(20)})
    file["flags"] = np.array([True, False])
    file["members"] = np.zeros(4, [("a", "f4"), ("longer_name", "i2", (3, 2)), ("text", "S5")])
"""
OPEN_DAMAGED = """
import os, signal, sys
from pathlib import Path
from quakefringe.engine.errors import InputError
from quakefringe.engine.products.containers import hdf5

source, checked = Path(sys.argv[1]), sys.argv[2] == "checked"
if not checked:
    hdf5.check_file = lambda path: None
data = source.read_bytes()


def dies(damaged):
    path = source.with_name("damaged.h5")
    path.write_bytes(damaged)
    child = os.fork()
    if not child:
        signal.alarm(2)
        os.close(2)
        try:
            tree = hdf5.Tree(str(path))
            [tree.attribute("", f"ATTRIBUTE_{i}") for i in range(20)]
            tree.values("date")
            tree.values("timeseries")
            tree.values("flags")
            tree.values("members")
        except InputError:
            pass
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


"""
DAMAGED_ATTRIBUTE = """
deaths, name = 0, data.index(b"ATTRIBUTE_7")
for spot in range(name - 40, name + 56):
    for flip in (0x20, 0xFF):
        damaged = bytearray(data)
        damaged[spot] ^= flip
        deaths += dies(damaged)
    if deaths:
        break
print(deaths)
"""
DAMAGED_CLASSES = """
deaths, spot = 0, data.find(b"ATTRIBUTE_7") + 16
assert data[spot : spot + 12] == bytes([0x19, 1, 1, 0, 16, 0, 0, 0, 16, 0, 0, 0])
for at in (spot, spot + 8):
    for kind in range(16):
        for members in (data[at + 1], 2, 255):
            damaged = bytearray(data)
            damaged[at : at + 2] = bytes([data[at] & 0xF0 | kind, members])
            deaths += dies(damaged)
print(deaths)
"""
DAMAGED_LAYOUTS = """
head = bytes([8, 0, 24, 0, 0, 0, 0, 0])
assert data.count(head) == data.count(head + bytes([3, 1])) == 4
# in version 2, the lowest byte of the address is the class (0: inside the header), with no bytes of values
damaged, spot = bytearray(data), data.find(head)
while spot >= 0:
    damaged[spot + 8 : spot + 11] = bytes([2, 1, 0])
    spot = data.find(head, spot + 1)
print(int(dies(damaged)))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each damaged file is opened in a forked process")
@pytest.mark.parametrize(
    "damage",
    [DAMAGED_ATTRIBUTE, DAMAGED_CLASSES, DAMAGED_LAYOUTS],
    ids=["attribute", "classes", "layouts"],
)
def test_the_check_prevents_crashes_of_libhdf5(tmp_path, damage):
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    path = tmp_path / "timeseries.h5"
    subprocess.run([sys.executable, "-c", CLASSIC, str(path)], check=True)

    def deaths(mode: str) -> int:
        command = [sys.executable, "-c", OPEN_DAMAGED + damage, str(path), mode]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert deaths("checked") == 0
    if not deaths("unchecked"):
        pytest.skip("this version of libhdf5 survives these damaged files without the check")


def head(kind: int, width: int, version: int = 1, bits: int = 0) -> bytes:
    """The first eight bytes of a datatype."""
    return bytes([version << 4 | kind]) + struct.pack("<I", bits)[:3] + struct.pack("<I", width)


BYTE = head(0, 1) + struct.pack("<HH", 0, 8)
MEMBER = b"a".ljust(8, b"\0")
OLD_MEMBER = MEMBER + struct.pack("<IBxxxII4I", 0, 1, 0, 0, 3, 0, 0, 0)


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (head(0, 4) + struct.pack("<HH", 8, 24), "a number outside its bytes"),
        (head(1, 4, bits=31 << 8) + struct.pack("<HHBBBBI", 0, 32, 23, 8, 0, 23, 127), "outside its bytes"),
        (head(3, 5), ""),
        (head(4, 1) + struct.pack("<HH", 0, 8), "a number outside its bytes"),
        (head(5, 9, bits=8) + b"a tag".ljust(8, b"\0"), ""),
        (head(6, 3, 1, bits=1) + OLD_MEMBER + BYTE, "a member outside its compound"),
        (head(6, 1, 2, bits=1) + MEMBER + struct.pack("<I", 0) + BYTE, "a member outside its compound"),
        (head(6, 1, 3, bits=1) + b"a\0\0" + BYTE, "a member outside its compound"),
        (head(7, 8), ""),
        (head(8, 1, 1, bits=2) + BYTE + MEMBER * 2 + b"\0\1", "an impossible enumeration"),
        (head(8, 1, 3, bits=2) + BYTE + b"no\0yes\0" + b"\0\1", "an impossible enumeration"),
        (head(9, 16, 1, bits=1) + BYTE, "an odd variable length"),
        (head(10, 6, 2) + bytes([1, 0, 0, 0]) + struct.pack("<II", 6, 0) + BYTE, "an impossible array"),
        (head(10, 6, 3) + bytes([2]) + struct.pack("<II", 2, 3) + BYTE, "an impossible array"),
    ],
)
def test_datatypes_of_every_class_pass_whole_and_are_refused_cut_or_with_another_width(
    tmp_path, whole, words
):
    path = tmp_path / "built.h5"
    path.write_bytes(hdf5_file(header(message(3, whole))))
    check_file(str(path))
    assert "datatype" in refused(tmp_path, hdf5_file(header(message(3, whole[:-1]))))
    if words:
        other = whole[:4] + struct.pack("<I", whole[4] - 1 or 2) + whole[8:]
        if whole[0] & 15 == 4:
            other = whole[:8] + struct.pack("<HH", 4, 8)
        elif whole[0] & 15 == 6 and whole[4] == 1:
            other = whole[:-12] + head(0, 9) + struct.pack("<HH", 0, 8)
        assert words in refused(tmp_path, hdf5_file(header(message(3, other))))


def heap_file(free_size: int) -> bytes:
    """An attribute of variable length whose global heap ends with free space of a given size."""
    address = 48 + 7 + 4 + 71 + 4
    kind = struct.pack("<BBBBIBBBBI", 0x19, 1, 0, 0, 16, 0x13, 0, 0, 0, 1)
    kind += b"\0" * (-len(kind) % 8)
    space = struct.pack("<BBBB4x", 1, 0, 0, 0)
    value = struct.pack("<IQI", 8, address, 1)
    data = struct.pack("<BxHHH", 1, 2, len(kind), len(space)) + b"a\0".ljust(8, b"\0") + kind + space + value
    start = header(message(0x0C, data))
    heap = b"GCOL\x01\0\0\0" + struct.pack("<Q", 4096)
    heap += struct.pack("<HHIQ", 1, 1, 0, 8) + b"8 bytes!" + struct.pack("<HHIQ", 0, 0, 0, free_size)
    address_now = 48 + len(start)
    start = start.replace(struct.pack("<Q", address), struct.pack("<Q", address_now))
    return hdf5_file(start, heap.ljust(4096, b"\0"))


def test_a_global_heap_that_never_ends_is_refused(tmp_path):
    path = tmp_path / "good.h5"
    path.write_bytes(heap_file(4096 - 16 - 24))
    check_file(str(path))
    assert "heap" in refused(tmp_path, heap_file(0))


def test_a_shared_message_that_leads_nowhere_is_refused(tmp_path):
    lost = struct.pack("<BHB", 0x0C, 16, 2) + struct.pack("<BBQ6x", 3, 2, 10**9)
    assert refused(tmp_path, hdf5_file(header(lost)))
    unknown = struct.pack("<BHB", 0x0C, 16, 2) + struct.pack("<BBQ6x", 0, 0, 48)
    assert "shared message" in refused(tmp_path, hdf5_file(header(unknown)))
