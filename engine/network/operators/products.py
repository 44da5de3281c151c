"""Matrix products and convolution, computed by BLAS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .base import (
    Attributes,
    Inputs,
    Kernel,
    OperatorError,
    check_size,
    given,
    integers,
    optional,
    real,
    whole,
    word,
)


def _matmul(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    a, b = given(inputs, 0), given(inputs, 1)
    if not a.ndim or not b.ndim or a.dtype != b.dtype:
        raise OperatorError("its inputs do not fit")
    matmul_shape(a, b)
    return [np.asarray(np.matmul(a, b))]


def matmul_shape(a: np.ndarray, b: np.ndarray) -> tuple[int, ...]:
    """Shape of the product of two stacks of matrices; refused if it is too large."""
    if a.ndim < 2 or b.ndim < 2:
        return check_size((max(a.size, b.size),))
    return check_size((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]))


def gemm_operands(attributes: Attributes, inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """The two matrices of a Gemm node, transposed as its attributes say."""
    a, b = given(inputs, 0), given(inputs, 1)
    if a.ndim != 2 or b.ndim != 2 or a.dtype != b.dtype:
        raise OperatorError("its inputs do not fit")
    a = a.T if whole(attributes, "transA", 0) else a
    b = b.T if whole(attributes, "transB", 0) else b
    matmul_shape(a, b)
    return a, b


def _gemm(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    a, b = gemm_operands(attributes, inputs)
    y = np.matmul(a, b)
    y *= y.dtype.type(real(attributes, "alpha", 1.0))
    c = optional(inputs, 2)
    if c is not None:
        np.broadcast_to(c, y.shape)
        y += c * c.dtype.type(real(attributes, "beta", 1.0))
    return [y]


@dataclass(frozen=True)
class ConvShape:
    """Geometry of a two-dimensional convolution; pairs are (rows, columns)."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    pads: tuple[int, int, int, int]
    """Top, left, bottom, right."""
    padded: tuple[int, int]
    out: tuple[int, int]
    groups: int


def conv_shape(attributes: Attributes, x: np.ndarray, weight: np.ndarray) -> ConvShape:
    """Compute and check the geometry of a Conv node."""
    if x.ndim != 4 or weight.ndim != 4 or x.dtype != weight.dtype:
        raise OperatorError("only two-dimensional convolutions are supported")
    groups = whole(attributes, "group", 1)
    kernel = (weight.shape[2], weight.shape[3])
    stride = integers(attributes.get("strides", [1, 1]))
    dilation = integers(attributes.get("dilations", [1, 1]))
    pads = integers(attributes.get("pads", [0, 0, 0, 0]))
    if word(attributes, "auto_pad", "NOTSET") not in ("NOTSET", "", "VALID"):
        raise OperatorError("automatic padding is not supported")
    if tuple(integers(attributes.get("kernel_shape", kernel))) != kernel:
        raise OperatorError("its kernel has another shape than its weights")
    lengths_fit = len(stride) == 2 and len(dilation) == 2 and len(pads) == 4
    if not lengths_fit or min(*stride, *dilation, *kernel, groups) < 1:
        raise OperatorError("its geometry is damaged")
    if min(pads) < 0 or weight.shape[1] * groups != x.shape[1] or weight.shape[0] % groups:
        raise OperatorError("its channels do not fit")
    padded = (x.shape[2] + pads[0] + pads[2], x.shape[3] + pads[1] + pads[3])
    check_size((x.shape[0], x.shape[1], *padded))
    reach = [dilation[i] * (kernel[i] - 1) + 1 for i in range(2)]
    if padded[0] < reach[0] or padded[1] < reach[1]:
        raise OperatorError("its kernel is larger than its input")
    out = tuple((padded[i] - reach[i]) // stride[i] + 1 for i in range(2))
    check_size((x.shape[0], weight.shape[0], *out))
    return ConvShape(
        kernel,
        (stride[0], stride[1]),
        (dilation[0], dilation[1]),
        (pads[0], pads[1], pads[2], pads[3]),
        padded,
        (out[0], out[1]),
        groups,
    )


def windows(padded: np.ndarray, shape: ConvShape) -> np.ndarray:
    """View of channels-last images (B, H, W, C) as (B, rows, columns, kernel rows, kernel columns, C)."""
    batch, rows, columns, values = padded.strides
    return np.lib.stride_tricks.as_strided(
        padded,
        (padded.shape[0], *shape.out, *shape.kernel, padded.shape[3]),
        (
            batch,
            rows * shape.stride[0],
            columns * shape.stride[1],
            rows * shape.dilation[0],
            columns * shape.dilation[1],
            values,
        ),
        writeable=False,
    )


def conv_matrix(weight: np.ndarray) -> np.ndarray:
    """Weights (out, in, rows, columns) as a matrix (rows · columns · in, out) for the views of `windows`."""
    return np.ascontiguousarray(weight.transpose(2, 3, 1, 0)).reshape(-1, weight.shape[0])


def _conv(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x, weight, bias = given(inputs, 0), given(inputs, 1), optional(inputs, 2)
    shape = conv_shape(attributes, x, weight)
    top, left, bottom, right = shape.pads
    padded = np.pad(x.transpose(0, 2, 3, 1), ((0, 0), (top, bottom), (left, right), (0, 0)))
    parts = []
    for image, matrix in zip(np.split(padded, shape.groups, axis=3), np.split(weight, shape.groups)):
        view = windows(np.ascontiguousarray(image), shape)
        check_size(view.shape)
        columns = view.reshape(-1, int(np.prod(view.shape[3:])))
        parts.append(columns @ conv_matrix(matrix))
    y = np.concatenate(parts, axis=1)
    if bias is not None:
        y += np.broadcast_to(bias, y.shape[1:])
    return [y.reshape(x.shape[0], *shape.out, -1).transpose(0, 3, 1, 2)]


KERNELS: dict[str, Kernel] = {"MatMul": _matmul, "Gemm": _gemm, "Conv": _conv}
