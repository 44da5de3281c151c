"""Bind operators to their memory: in place where possible, and without allocations during a run.

Each function of `BINDERS` takes the program, a node and its inputs. It defines the node's output and adds the
steps that compute it. Operators without such a function run their plain kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Optional

import numpy as np

from ..numerics.blas import product
from .graph import Node
from .operators import OperatorError
from .operators.base import broadcast_shape, real, whole
from .operators.elementwise import BINARY, UNARY, power
from .operators.products import conv_matrix, conv_shape, gemm_operands, matmul_shape, windows
from .program import Binder, Program, Tensor
from .simplify import evaluate
from .special import gelu, gelu_chunk

Inputs = list[Optional[Tensor]]

VIEWS = frozenset(
    (
        *("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand"),
        *("Slice", "Split", "Gather", "Identity", "Dropout", "Cast"),
    )
)
"""Operators whose output may be a view of their first input."""
MAX_COLUMN_VALUES = 1 << 16
"""Maximum number of values of a convolution's matrix at a time, so that they stay in the cache."""


def _required(inputs: Inputs, index: int) -> Tensor:
    tensor = inputs[index] if index < len(inputs) else None
    if tensor is None:
        raise OperatorError(f"input {index} is missing")
    return tensor


def _target(program: Program, node: Node, candidates: list[Tensor], shape: tuple[int, ...]) -> np.ndarray:
    """The output array: an input that is no longer needed, or new memory."""
    dtype = candidates[0].array.dtype
    for tensor in candidates:
        if program.reusable(tensor, shape, dtype):
            program.view(node.outputs[0], tensor.array, tensor)
            return tensor.array
    return program.new(node.outputs[0], shape, dtype)


def _unary(function: Callable[..., object]) -> Binder:
    def bind(program: Program, node: Node, inputs: Inputs) -> None:
        x = _required(inputs, 0)
        if x.array.dtype != np.float32:
            return program.bind_plain(node, inputs)
        out = _target(program, node, [x], x.array.shape)
        return program.steps.append(partial(function, x.array, out=out))

    return bind


def _binary(function: Callable[..., object]) -> Binder:
    def bind(program: Program, node: Node, inputs: Inputs) -> None:
        a, b = _required(inputs, 0), _required(inputs, 1)
        if a.array.dtype != np.float32 or b.array.dtype != np.float32:
            return program.bind_plain(node, inputs)
        out = _target(program, node, [a, b], broadcast_shape(a.array, b.array))
        return program.steps.append(partial(function, a.array, b.array, out=out))

    return bind


def _relu(program: Program, node: Node, inputs: Inputs) -> None:
    x = _required(inputs, 0)
    out = _target(program, node, [x], x.array.shape)
    program.steps.append(partial(np.maximum, x.array, x.array.dtype.type(0), out=out))


def _pow(program: Program, node: Node, inputs: Inputs) -> None:
    x, exponent = _required(inputs, 0), _required(inputs, 1)
    single = exponent.block is None and exponent.array.size == 1 and exponent.array.ndim <= x.array.ndim
    if single and x.array.dtype == np.float32 and float(exponent.array.reshape(-1)[0]) == 2:
        out = _target(program, node, [x], x.array.shape)
        program.steps.append(partial(np.multiply, x.array, x.array, out=out))
        return
    out = program.new(node.outputs[0], broadcast_shape(x.array, exponent.array), x.array.dtype)
    program.steps.append(lambda: np.copyto(out, power(x.array, exponent.array)))


def _gelu(program: Program, node: Node, inputs: Inputs) -> None:
    x = _required(inputs, 0)
    if node.attributes.get("approximate", "none") != "none" or not _plain(x.array):
        return program.bind_plain(node, inputs)
    out = _target(program, node, [x], x.array.shape)
    scratch = program.scratch(
        (2, gelu_chunk(out.size) + 16), out.dtype
    )  # 16 keeps the two rows apart in the cache
    return program.steps.append(partial(gelu, x.array, out, scratch))


def _plain(array: np.ndarray) -> bool:
    return bool(array.dtype == np.float32 and array.flags.c_contiguous and array.ndim and array.size)


def _contiguous(program: Program, array: np.ndarray) -> np.ndarray:
    """The array itself if BLAS can read it, else scratch memory to which a step copies it."""
    rows, columns = array.strides[-2:]
    width = array.itemsize
    by_rows = columns == width and rows >= width * array.shape[-1]
    by_columns = rows == width and columns >= width * array.shape[-2]
    if by_rows or by_columns:
        return array
    copy = program.scratch(array.shape, array.dtype)
    program.steps.append(partial(np.copyto, copy, array))
    return copy


def _matmul(program: Program, node: Node, inputs: Inputs) -> None:
    a, b = _required(inputs, 0), _required(inputs, 1)
    if min(a.array.ndim, b.array.ndim) < 2 or a.array.dtype != b.array.dtype or a.array.dtype != np.float32:
        return program.bind_plain(node, inputs)
    shape = matmul_shape(a.array, b.array)
    if a.array.shape[-1] != b.array.shape[-2]:
        raise OperatorError("the matrices do not fit")
    if 0 in shape or not a.array.shape[-1]:
        return program.bind_plain(node, inputs)
    left, right = _contiguous(program, a.array), _contiguous(program, b.array)
    out = program.new(node.outputs[0], shape, a.array.dtype)
    target = out
    if (
        right.ndim == 2 and left.ndim > 2 and left.flags.c_contiguous
    ):  # one large product instead of many small ones
        left, target = left.reshape(-1, left.shape[-1]), out.reshape(-1, shape[-1])
    return program.steps.append(product(left, right, target))


def _gemm(program: Program, node: Node, inputs: Inputs) -> None:
    arrays = [None if tensor is None else tensor.array for tensor in inputs]
    a, b = gemm_operands(node.attributes, arrays)
    alpha, beta = (real(node.attributes, name, 1.0) for name in ("alpha", "beta"))
    c = inputs[2] if len(inputs) > 2 else None
    shape = (a.shape[0], b.shape[1])
    if a.dtype != np.float32 or (alpha, beta) != (1.0, 1.0) or a.shape[1] != b.shape[0] or 0 in shape:
        return program.bind_plain(node, inputs)
    out = program.new(node.outputs[0], shape, a.dtype)
    program.steps.append(product(a, b, out))
    if c is not None:
        np.broadcast_to(c.array, shape)
        program.steps.append(partial(np.add, out, c.array, out=out))
    return None


def _softmax(program: Program, node: Node, inputs: Inputs) -> None:
    x = _required(inputs, 0)
    array = x.array
    axis = whole(node.attributes, "axis", -1)
    if not _plain(array) or axis not in (-1, array.ndim - 1):
        return program.bind_plain(node, inputs)
    out = _target(program, node, [x], array.shape)
    width = array.shape[-1]
    source, target = array.reshape(-1, width), out.reshape(-1, width)
    column = program.scratch((source.shape[0], 1), array.dtype)
    flat, ones = column.reshape(-1), np.ones(width, array.dtype)
    program.steps += [
        partial(np.maximum.reduce, source, axis=1, keepdims=True, out=column),
        partial(np.subtract, source, column, out=target),
        partial(np.exp, target, out=target),
        product(target, ones, flat),  # the sum of each row, faster in BLAS
        partial(np.reciprocal, column, out=column),
        partial(np.multiply, target, column, out=target),
    ]
    return None


def _layer_normalization(program: Program, node: Node, inputs: Inputs) -> None:
    x, scale = _required(inputs, 0), _required(inputs, 1)
    shift = inputs[2] if len(inputs) > 2 else None
    array = x.array
    axis = whole(node.attributes, "axis", -1)
    if not _plain(array) or axis not in (-1, array.ndim - 1):
        return program.bind_plain(node, inputs)
    width = array.shape[-1]
    for parameter in (scale, shift):
        if parameter is not None and parameter.array.shape not in ((width,), (1,)):
            raise OperatorError("its scale does not fit")
    out = _target(program, node, [x], array.shape)
    source, target = array.reshape(-1, width), out.reshape(-1, width)
    column = program.scratch((source.shape[0], 1), array.dtype)
    flat, mean = column.reshape(-1), np.full(width, 1 / width, array.dtype)
    epsilon = np.float32(real(node.attributes, "epsilon", 1e-5))
    program.steps += [
        product(source, mean, flat),
        partial(np.subtract, source, column, out=target),
        partial(np.einsum, "ij,ij->i", target, target, out=flat),
        partial(np.multiply, flat, np.float32(1 / width), out=flat),
        partial(np.add, flat, epsilon, out=flat),
        partial(np.sqrt, flat, out=flat),
        partial(np.divide, target, column, out=target),
        partial(np.multiply, target, scale.array, out=target),
    ]
    if shift is not None:
        program.steps.append(partial(np.add, target, shift.array, out=target))
    return None


def _conv(program: Program, node: Node, inputs: Inputs) -> None:
    """Convolution with the channels last in memory, where the rows of each window are contiguous."""
    x, weight = _required(inputs, 0), _required(inputs, 1)
    bias = inputs[2] if len(inputs) > 2 else None
    shape = conv_shape(node.attributes, x.array, weight.array)
    if shape.groups != 1 or weight.block is not None or x.array.dtype != np.float32:
        return program.bind_plain(node, inputs)
    batch, channels, rows, columns = x.array.shape
    filters = weight.array.shape[0]
    if bias is not None:
        np.broadcast_to(bias.array, (filters,))
    image = x.array.transpose(0, 2, 3, 1)
    if any(shape.pads) or not image.flags.c_contiguous:
        # The memory belongs to this layer only, so that its border stays zero.
        padded, _ = program.arena.take((batch, *shape.padded, channels), x.array.dtype, fixed=True)
        top, left = shape.pads[:2]
        inside = padded[:, top : top + rows, left : left + columns]
        program.steps.append(partial(np.copyto, inside, image))
        image = padded
    matrix = conv_matrix(weight.array)
    out = program.new(node.outputs[0], (batch, *shape.out, filters), x.array.dtype)
    program.view(node.outputs[0], out.transpose(0, 3, 1, 2), program.tensor(node.outputs[0]))
    view = windows(image, shape)
    block_rows = max(1, MAX_COLUMN_VALUES // (shape.out[1] * matrix.shape[0]))
    pointwise = shape.kernel == (1, 1) and shape.stride == (1, 1) and image.flags.c_contiguous
    buffer = None if pointwise else program.scratch((block_rows, *view.shape[2:]), x.array.dtype)
    for index in range(batch):
        for first in range(0, shape.out[0], shape.out[0] if pointwise else block_rows):
            target = out[index, first : first + (shape.out[0] if pointwise else block_rows)].reshape(
                -1, filters
            )
            if buffer is None:
                left_side = image[index].reshape(-1, channels)
            else:
                part = view[index, first : first + block_rows]
                matrix_rows = buffer[: part.shape[0]]
                program.steps.append(partial(np.copyto, matrix_rows, part))
                left_side = matrix_rows.reshape(-1, matrix.shape[0])
            program.steps.append(product(left_side, matrix, target))
            if bias is not None:
                program.steps.append(partial(np.add, target, bias.array, out=target))
    return None


def _concat(program: Program, node: Node, inputs: Inputs) -> None:
    arrays = [tensor.array for tensor in inputs if tensor is not None]
    if len(arrays) == 1 and inputs[0] is not None and inputs[0].block is not None:
        return program.view(node.outputs[0], arrays[0], inputs[0])
    result = evaluate(node, [*arrays])[0]
    out = program.new(node.outputs[0], result.shape, result.dtype)
    return program.steps.append(partial(np.concatenate, arrays, whole(node.attributes, "axis", 0), out))


def _reshape(program: Program, node: Node, inputs: Inputs) -> None:
    x = _required(inputs, 0)
    if len(inputs) > 1 and _required(inputs, 1).block is not None:
        raise OperatorError("a shape depends on the data")
    result = evaluate(node, [None if tensor is None else tensor.array for tensor in inputs])[0]
    if np.may_share_memory(result, x.array) or not result.size:
        return program.view(node.outputs[0], result, x)
    out = program.new(node.outputs[0], result.shape, result.dtype)
    return program.steps.append(partial(np.copyto, out.reshape(x.array.shape), x.array))


BINDERS: dict[str, Binder] = {
    **{name: _unary(UNARY[name]) for name in ("Sqrt", "Exp", "Log", "Tanh", "Neg", "Abs", "Reciprocal")},
    **{name: _binary(BINARY[name]) for name in ("Add", "Sub", "Mul")},
    "Div": _binary(np.divide),
    "Relu": _relu,
    "Pow": _pow,
    "Gelu": _gelu,
    "MatMul": _matmul,
    "Gemm": _gemm,
    "Softmax": _softmax,
    "LayerNormalization": _layer_normalization,
    "Conv": _conv,
    "Concat": _concat,
    "Reshape": _reshape,
    "Flatten": _reshape,
}
