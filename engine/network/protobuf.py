"""The wire format of protocol buffers, as far as ONNX files use it.

Every length in a file is checked against the bytes that follow, and data are returned as views. A damaged
file can therefore neither crash the reader nor make it allocate much memory.
Source: "Encoding", protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Union

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Value = Union[int, memoryview]


class WireError(ValueError):
    """The bytes are not a protocol-buffer message."""


def read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """Read an unsigned varint of at most 64 bits; returns the value and the position after it."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise WireError("a number runs past the end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                break
            return value, at
    raise WireError("a number has more than 64 bits")


def fields(data: memoryview) -> Iterator[tuple[int, int, Value]]:
    """Iterate over the fields of one message.

    Parameters
    ----------
    data : memoryview
        The message's bytes.

    Yields
    ------
    (field number, wire type, value)
        The value is an int for `VARINT`, a view of the bytes for the others.

    Raises
    ------
    WireError
        If the bytes are not a message.
    """
    at = 0
    end = len(data)
    while at < end:
        key, at = read_varint(data, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise WireError("a field has number 0")
        if kind == VARINT:
            value, at = read_varint(data, at)
            yield number, kind, value
            continue
        if kind == BYTES:
            length, at = read_varint(data, at)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            raise WireError("a field has an unknown wire type")
        if length > end - at:
            raise WireError("a field runs past the end")
        yield number, kind, data[at : at + length]
        at += length


def message(value: Value) -> memoryview:
    """The bytes of a nested message, string or bytes field."""
    if isinstance(value, int):
        raise WireError("a number was found instead of bytes")
    return value


def text(value: Value) -> str:
    """A string field."""
    try:
        return bytes(message(value)).decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("a string is not UTF-8") from None


def signed(value: Value) -> int:
    """An int32 or int64 field: two's complement in 64 bits."""
    if not isinstance(value, int):
        raise WireError("bytes were found instead of a number")
    return value - (1 << 64) if value >> 63 else value


def signed_list(value: Value) -> list[int]:
    """One entry, or all packed entries, of a repeated int32 or int64 field."""
    if isinstance(value, int):
        return [signed(value)]
    numbers = []
    at = 0
    while at < len(value):
        entry, at = read_varint(value, at)
        numbers.append(signed(entry))
    return numbers


def float32(value: Value) -> float:
    """A float field."""
    data = message(value)
    if len(data) != 4:
        raise WireError("a float has not 4 bytes")
    return float(struct.unpack("<f", data)[0])
