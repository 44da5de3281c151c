"""An ONNX file as plain data: its nodes, constants, inputs and outputs.

Field numbers are those of `onnx.proto` (ONNX, Apache-2.0); fields that inference does not need are skipped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from .protobuf import Value, WireError, fields, float32, message, signed, signed_list, text

DTYPES: dict[int, np.dtype] = {
    1: np.dtype("<f4"),
    2: np.dtype("u1"),
    3: np.dtype("i1"),
    4: np.dtype("<u2"),
    5: np.dtype("<i2"),
    6: np.dtype("<i4"),
    7: np.dtype("<i8"),
    9: np.dtype("?"),
    10: np.dtype("<f2"),
    11: np.dtype("<f8"),
    12: np.dtype("<u4"),
    13: np.dtype("<u8"),
}
"""Data types of ONNX that can be read; bfloat16, complex numbers and strings cannot."""
TYPED_FIELDS: dict[int, np.dtype] = {4: np.dtype("<f4"), 10: np.dtype("<f8")}
"""Fields of a tensor that hold packed floats and doubles."""
EMPTY = memoryview(b"")
"""Value of a text field that is left out."""


@dataclass
class Node:
    """One operator with the names of its inputs and outputs; an empty name stands for a missing one."""

    op: str
    name: str = ""
    domain: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TensorInfo:
    """An input or output; a length of None is free, a shape of None is unknown."""

    name: str
    shape: Optional[tuple[Optional[int], ...]]
    dtype: Optional[np.dtype]


@dataclass
class Graph:
    """The parts of an ONNX file that inference needs."""

    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)
    inputs: list[TensorInfo] = field(default_factory=list)
    outputs: list[TensorInfo] = field(default_factory=list)
    opset: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    """SHA-256 of the graph's bytes, that is of everything except the metadata."""


def read_graph(data: memoryview) -> Graph:
    """Read an ONNX model from its bytes.

    Raises
    ------
    WireError
        If the bytes are not an ONNX model, or use parts of the format that this reader does not support.
    """
    graph = Graph()
    has_body = False
    for number, _, value in fields(data):
        if number == 7:
            body = message(value)
            graph.digest = hashlib.sha256(body).hexdigest()
            _read_body(body, graph)
            has_body = True
        elif number == 8:
            entry = _by_number(message(value))
            if text(entry.get(1, EMPTY)) in ("", "ai.onnx"):
                graph.opset = signed(entry.get(2, 0))
        elif number == 14:
            entry = _by_number(message(value))
            graph.metadata[text(entry.get(1, EMPTY))] = text(entry.get(2, EMPTY))
    if not has_body:
        raise WireError("it contains no graph")
    return graph


def _by_number(data: memoryview) -> dict[int, Value]:
    """The fields of a small message by their number; of repeated fields the last."""
    return {number: value for number, _, value in fields(data)}


def _read_body(data: memoryview, graph: Graph) -> None:
    for number, _, value in fields(data):
        if number == 1:
            graph.nodes.append(_node(message(value)))
        elif number == 5:
            name, array = tensor(message(value))
            graph.constants[name] = array
        elif number == 11:
            graph.inputs.append(_info(message(value)))
        elif number == 12:
            graph.outputs.append(_info(message(value)))
        elif number == 15:
            raise WireError("it has sparse weights")
    # Old files list the constants as inputs too.
    graph.inputs = [info for info in graph.inputs if info.name not in graph.constants]


def _node(data: memoryview) -> Node:
    node = Node("")
    for number, _, value in fields(data):
        if number == 1:
            node.inputs.append(text(value))
        elif number == 2:
            node.outputs.append(text(value))
        elif number == 3:
            node.name = text(value)
        elif number == 4:
            node.op = text(value)
        elif number == 5:
            name, content = _attribute(message(value))
            node.attributes[name] = content
        elif number == 7:
            node.domain = text(value)
    return node


def _attribute(data: memoryview) -> tuple[str, Any]:
    name = ""
    content: Any = None
    ints: list[int] = []
    floats: list[float] = []
    kind = 0
    for number, _, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 20:
            kind = signed(value)
        elif number == 2:
            content = float32(value)
        elif number == 3:
            content = signed(value)
        elif number == 4:
            content = text(value)
        elif number == 5:
            content = tensor(message(value))[1]
        elif number == 7:
            packed = message(value)
            if len(packed) % 4:
                raise WireError("a list of floats has an odd length")
            floats += np.frombuffer(packed, "<f4").tolist()
        elif number == 8:
            ints += signed_list(value)
    if kind == 6:
        content = floats
    elif kind == 7:
        content = ints
    elif content is None:  # proto3 does not write zeros
        content = {1: 0.0, 2: 0, 3: ""}.get(kind)
    return name, content


def _info(data: memoryview) -> TensorInfo:
    name = ""
    shape: Optional[tuple[Optional[int], ...]] = None
    dtype: Optional[np.dtype] = None
    for number, _, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            for kind, _, tensor_type in fields(message(value)):
                if kind != 1:
                    raise WireError("an input or output is not a tensor")
                for inner, _, entry in fields(message(tensor_type)):
                    if inner == 1:
                        dtype = DTYPES.get(signed(entry))
                    elif inner == 2:
                        shape = tuple(_length(message(d)) for n, _, d in fields(message(entry)) if n == 1)
    return TensorInfo(name, shape, dtype)


def _length(data: memoryview) -> Optional[int]:
    for number, _, value in fields(data):
        if number == 1:
            return signed(value)
    return None


def tensor(data: memoryview) -> tuple[str, np.ndarray]:
    """Read a TensorProto: its name and its values, which are a view of the file if they are stored raw."""
    dims: list[int] = []
    kind = 0
    name = ""
    raw: Optional[memoryview] = None
    integers: list[int] = []
    floats: list[np.ndarray] = []
    for number, _, value in fields(data):
        if number == 1:
            dims += signed_list(value)
        elif number == 2:
            kind = signed(value)
        elif number == 8:
            name = text(value)
        elif number == 9:
            raw = message(value)
        elif number in TYPED_FIELDS:
            width = TYPED_FIELDS[number]
            packed = message(value)
            if len(packed) % width.itemsize:
                raise WireError("a tensor's values have an odd length")
            floats.append(np.frombuffer(packed, width))
        elif number in (5, 7, 11):
            integers += signed_list(value)
        elif number == 14 and signed(value):
            raise WireError("it keeps its weights in another file")
    values = _values(kind, raw, floats, integers)
    count = 1
    for length in dims:
        if length < 0:
            raise WireError("a tensor has a negative length")
        count *= length
    if count != values.size or len(dims) > 32:
        raise WireError("a tensor's shape does not fit its values")
    return name, values.reshape(dims)


def _values(
    kind: int, raw: Optional[memoryview], floats: list[np.ndarray], integers: list[int]
) -> np.ndarray:
    """The values of a tensor from the field that holds them."""
    if kind not in DTYPES:
        raise WireError(f"a tensor has the unknown data type {kind}")
    dtype = DTYPES[kind]
    if raw is not None:
        if len(raw) % dtype.itemsize:
            raise WireError("a tensor's values have an odd length")
        return np.frombuffer(raw, dtype)
    if floats:
        return np.concatenate(floats).astype(dtype)
    if kind == 10:  # half floats are stored as bit patterns in integers
        return np.array([entry & 0xFFFF for entry in integers], np.uint16).view(np.float16)
    try:
        return np.array(integers, np.int64).astype(dtype)
    except OverflowError:
        raise WireError("a tensor's value is out of range") from None
