"""The reader of ONNX files, on bytes made by hand."""

import struct

import numpy as np
import pytest

from quakefringe.engine.network.graph import read_graph, tensor
from quakefringe.engine.network.protobuf import WireError, fields, read_varint, signed_list


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def entry(number, value):
    """One field: whole numbers as varints, bytes and text with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def test_numbers_texts_and_fixed_width_fields_are_read_as_written():
    data = entry(1, 300) + entry(2, "phase") + varint(3 << 3 | 5) + struct.pack("<f", 1.5)
    data += varint(4 << 3 | 1) + struct.pack("<d", 2.5)
    read = [
        (number, value if isinstance(value, int) else bytes(value))
        for number, _, value in fields(memoryview(data))
    ]
    assert read == [(1, 300), (2, b"phase"), (3, struct.pack("<f", 1.5)), (4, struct.pack("<d", 2.5))]


@pytest.mark.parametrize("value", [0, 1, 127, 128, 2**63 - 1, -1, -(2**63)])
def test_whole_numbers_keep_their_sign(value):
    assert signed_list(memoryview(varint(value) * 2)) == [value, value]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x80", "past the end"),
        (b"\xff" * 9 + b"\x7f", "64 bits"),
        (b"\xff" * 11, "64 bits"),
        (varint(1 << 3 | 2) + varint(2**62) + b"abc", "past the end"),
        (varint(1 << 3 | 2) + varint(4) + b"abc", "past the end"),
        (varint(1 << 3 | 5) + b"abc", "past the end"),
        (varint(1 << 3 | 3), "wire type"),
        (varint(0 << 3) + varint(1), "number 0"),
    ],
)
def test_damaged_messages_are_refused(data, message):
    with pytest.raises(WireError, match=message):
        list(fields(memoryview(data)))


def test_a_number_at_the_very_end_is_read():
    assert read_varint(memoryview(b"\xac\x02"), 0) == (300, 2)


def raw_tensor(kind, dims, raw):
    return b"".join(entry(1, n) for n in dims) + entry(2, kind) + entry(8, "w") + entry(9, raw)


@pytest.mark.parametrize(
    ("kind", "dtype"), [(1, "<f4"), (7, "<i8"), (10, "<f2"), (11, "<f8"), (6, "<i4"), (9, "?"), (2, "u1")]
)
def test_raw_tensors_are_read_in_every_type(kind, dtype):
    values = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    name, read = tensor(memoryview(raw_tensor(kind, values.shape, values.tobytes())))
    assert name == "w"
    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, values)


def test_tensors_are_read_from_typed_fields():
    floats = entry(1, 2) + entry(2, 1) + entry(4, struct.pack("<2f", 1.5, -2.0))
    np.testing.assert_array_equal(tensor(memoryview(floats))[1], np.array([1.5, -2.0], np.float32))
    integers = entry(1, 2) + entry(2, 7) + entry(7, varint(-3) + varint(4))
    np.testing.assert_array_equal(tensor(memoryview(integers))[1], [-3, 4])
    halves = entry(1, 1) + entry(2, 10) + entry(5, varint(int(np.float16(0.5).view(np.uint16))))
    np.testing.assert_array_equal(tensor(memoryview(halves))[1], np.array([0.5], np.float16))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (raw_tensor(1, (2**40,), b"\0" * 8), "does not fit"),
        (raw_tensor(1, (2**40, 2**40), b""), "does not fit"),
        (raw_tensor(1, (3,), b"\0" * 8), "does not fit"),
        (raw_tensor(1, (2,), b"\0" * 7), "odd length"),
        (raw_tensor(1, (-2, -1), b"\0" * 8), "negative"),
        (raw_tensor(16, (2,), b"\0" * 4), "unknown data type"),
        (raw_tensor(1, (2,), b"\0" * 8) + entry(14, 1), "another file"),
    ],
)
def test_inconsistent_tensors_are_refused(data, message):
    with pytest.raises(WireError, match=message):
        tensor(memoryview(data))


def test_a_message_without_a_graph_is_refused():
    with pytest.raises(WireError, match="no graph"):
        read_graph(memoryview(entry(1, 8)))


def test_metadata_operator_set_and_nodes_are_read():
    node = (
        entry(1, "a")
        + entry(2, "b")
        + entry(4, "Relu")
        + entry(5, entry(1, "axis") + entry(3, -1) + entry(20, 2))
    )
    body = entry(1, node) + entry(11, entry(1, "a")) + entry(12, entry(1, "b"))
    data = entry(7, body) + entry(8, entry(2, 17)) + entry(14, entry(1, "key") + entry(2, "value"))
    graph = read_graph(memoryview(data))
    assert (graph.opset, graph.metadata) == (17, {"key": "value"})
    assert [(n.op, n.inputs, n.outputs, n.attributes) for n in graph.nodes] == [
        ("Relu", ["a"], ["b"], {"axis": -1})
    ]
    assert len(graph.digest) == 64
