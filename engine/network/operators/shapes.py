"""Operators that rearrange values without changing them; views where numpy can return one."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .base import (
    Attributes,
    Inputs,
    Kernel,
    OperatorError,
    axis_of,
    check_size,
    given,
    integers,
    optional,
    whole,
)


def _constant(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    for name, dtype in (
        ("value", None),
        ("value_float", np.float32),
        ("value_floats", np.float32),
        ("value_int", np.int64),
        ("value_ints", np.int64),
    ):
        if name in attributes:
            return [np.asarray(attributes[name], dtype)]
    raise OperatorError("it has no value that can be read")


def _constant_of_shape(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    shape = check_size(integers(given(inputs, 0)))
    value = np.asarray(attributes.get("value", np.zeros(1, np.float32)))
    if value.size != 1:
        raise OperatorError("its value is not a single number")
    return [np.full(shape, value.reshape(())[()], value.dtype)]


def _shape(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    lengths = given(inputs, 0).shape
    start, end = attributes.get("start", 0), attributes.get("end")
    return [np.array(lengths[start:end], np.int64)]


def _reshape(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    shape = integers(given(inputs, 1))
    if not whole(attributes, "allowzero", 0):
        if any(length == 0 and index >= x.ndim for index, length in enumerate(shape)):
            raise OperatorError("it copies a length that does not exist")
        shape = [x.shape[index] if length == 0 else length for index, length in enumerate(shape)]
    return [x.reshape(shape)]


def _flatten(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    axis = whole(attributes, "axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    if not 0 <= axis <= x.ndim:
        raise OperatorError(f"axis {axis} does not exist")
    before = int(np.prod(x.shape[:axis], dtype=np.int64))
    return [x.reshape(before, x.size // before if before else 0)]


def _transpose(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    order = attributes.get("perm")
    return [given(inputs, 0).transpose(None if order is None else integers(order))]


def _axes(attributes: Attributes, inputs: Inputs, index: int) -> Optional[list[int]]:
    """The axes: an input in newer operator sets, an attribute in older ones."""
    values = optional(inputs, index)
    if values is None:
        values = attributes.get("axes")
    return None if values is None else integers(values)


def _unsqueeze(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    axes = _axes(attributes, inputs, 1)
    if axes is None or len(axes) > 16:
        raise OperatorError("its axes are missing")
    return [np.expand_dims(given(inputs, 0), tuple(axes))]


def _squeeze(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    axes = _axes(attributes, inputs, 1)
    return [np.squeeze(given(inputs, 0), None if axes is None else tuple(axes))]


def _concat(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    arrays = [given(inputs, index) for index in range(len(inputs))]
    if not arrays or len({array.dtype for array in arrays}) != 1:
        raise OperatorError("its inputs are of different types")
    check_size((sum(array.size for array in arrays),))
    return [np.concatenate(arrays, axis=whole(attributes, "axis", 0))]


def _split(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    axis = axis_of(whole(attributes, "axis", 0), x.ndim)
    sizes = optional(inputs, 1)
    length = x.shape[axis]
    if sizes is not None:
        parts = integers(sizes)
    else:
        count = whole(attributes, "num_outputs", 0)
        if not 0 < count <= max(length, 1):
            raise OperatorError("the number of parts is wrong")
        step = -(-length // count)
        parts = [min(step, max(0, length - step * index)) for index in range(count)]
    if any(part < 0 for part in parts) or sum(parts) != length:
        raise OperatorError("the parts do not add up")
    slices, start = [], 0
    for part in parts:
        slices.append(x[(slice(None),) * axis + (slice(start, start + part),)])
        start += part
    return slices


def _slice(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    starts, ends = integers(given(inputs, 1)), integers(given(inputs, 2))
    axes_given, steps_given = optional(inputs, 3), optional(inputs, 4)
    axes = list(range(len(starts))) if axes_given is None else integers(axes_given)
    steps = [1] * len(starts) if steps_given is None else integers(steps_given)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise OperatorError("its lists are of different lengths")
    index = [slice(None)] * x.ndim
    for start, end, asked, step in zip(starts, ends, axes, steps):
        if step == 0:
            raise OperatorError("a step is zero")
        axis = axis_of(asked, x.ndim)
        first, last, _ = slice(start, end, step).indices(x.shape[axis])
        index[axis] = slice(first, None if last < 0 else last, step)
    return [x[tuple(index)]]


def _gather(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x, which = given(inputs, 0), given(inputs, 1)
    axis = axis_of(whole(attributes, "axis", 0), x.ndim)
    if which.dtype.kind not in "iu":
        raise OperatorError("its indices are not whole numbers")
    if which.ndim == 0:
        return [x[(slice(None),) * axis + (int(which),)]]
    check_size(x.shape[:axis] + which.shape + x.shape[axis + 1 :])
    return [np.take(x, which, axis=axis)]


def _expand(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    asked = integers(given(inputs, 1))
    if any(length < 0 for length in asked):
        raise OperatorError("a length is negative")
    shape = check_size(np.broadcast_shapes(x.shape, tuple(asked)))
    return [np.broadcast_to(x, shape)]


def _tile(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x, times = given(inputs, 0), integers(given(inputs, 1))
    if len(times) != x.ndim:
        raise OperatorError("its list of repeats is of the wrong length")
    check_size([length * count for length, count in zip(x.shape, times)])
    return [np.tile(x, times)]


def _range(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    start, end, step = (given(inputs, index).reshape(-1)[:1] for index in range(3))
    if not (start.size and end.size and step.size and step[0]):
        raise OperatorError("its bounds are not single numbers")
    count = max(0, int(np.ceil((float(end[0]) - float(start[0])) / float(step[0]))))
    check_size((count,))
    return [(start[0] + np.arange(count, dtype=np.float64) * float(step[0])).astype(start.dtype)]


KERNELS: dict[str, Kernel] = {
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Shape": _shape,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Gather": _gather,
    "Expand": _expand,
    "Tile": _tile,
    "Range": _range,
}
