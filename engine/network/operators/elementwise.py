"""Element-wise operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import DTYPES
from ..special import erf, gelu, sigmoid
from .base import Attributes, Inputs, Kernel, OperatorError, broadcast_shape, given, optional, whole, word


def _unary(function: Callable[[np.ndarray], Any]) -> Kernel:
    def kernel(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
        return [np.asarray(function(given(inputs, 0)))]

    return kernel


def _binary(function: Callable[[np.ndarray, np.ndarray], Any]) -> Kernel:
    def kernel(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
        a, b = given(inputs, 0), given(inputs, 1)
        if a.dtype != b.dtype:
            raise OperatorError("its inputs are of different types")
        broadcast_shape(a, b)
        return [np.asarray(function(a, b))]

    return kernel


def _variadic(function: Callable[[np.ndarray, np.ndarray], Any]) -> Kernel:
    pair = _binary(function)

    def kernel(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
        result = given(inputs, 0)
        for index in range(1, len(inputs)):
            result = pair(attributes, [result, given(inputs, index)])[0]
        return [result]

    return kernel


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind not in "iu":
        return np.divide(a, b)
    if not b.all():
        raise OperatorError("a whole number is divided by zero")
    quotient = np.floor_divide(np.abs(a), np.abs(b))  # ONNX rounds towards zero, numpy downwards
    return np.where((a < 0) != (b < 0), -quotient, quotient).astype(a.dtype)


def power(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a to the power of b in a's type; squares, cubes and square roots avoid the slow general function."""
    broadcast_shape(a, b)
    if b.size == 1 and a.dtype.kind == "f" and a.ndim >= b.ndim:
        exponent = float(b.reshape(-1)[0])
        if exponent == 2:
            return a * a
        if exponent == 3:
            return a * a * a
        if exponent == 0.5:
            return np.sqrt(a)
    if a.dtype.kind in "iu" and b.dtype.kind in "iu" and (b < 0).any():
        raise OperatorError("a whole number has a negative exponent")
    return np.power(a, b.astype(a.dtype)).astype(a.dtype, copy=False)


def _pow(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    return [np.asarray(power(given(inputs, 0), given(inputs, 1)))]


def _gelu(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    if word(attributes, "approximate", "none") == "tanh":
        inner = (x + x * x * x * x.dtype.type(0.044715)) * x.dtype.type(np.sqrt(2 / np.pi))
        return [x * (np.tanh(inner) + x.dtype.type(1)) * x.dtype.type(0.5)]
    return [gelu(x).astype(x.dtype, copy=False)]


def _clip(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x, low, high = given(inputs, 0), optional(inputs, 1), optional(inputs, 2)
    for bound in (low, high):
        if bound is not None and bound.size != 1:
            raise OperatorError("a bound is not a single value")
    if low is not None:
        x = np.maximum(x, low.reshape(()))
    if high is not None:
        x = np.minimum(x, high.reshape(()))
    return [x]


def _where(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    condition, a, b = given(inputs, 0), given(inputs, 1), given(inputs, 2)
    if condition.dtype != bool or a.dtype != b.dtype:
        raise OperatorError("its inputs are of the wrong types")
    broadcast_shape(condition, a, b)
    return [np.where(condition, a, b)]


def _cast(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    kind = whole(attributes, "to", 0)
    if kind not in DTYPES:
        raise OperatorError(f"the data type {kind} is unknown")
    return [given(inputs, 0).astype(DTYPES[kind], copy=False)]


def _identity(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    return [given(inputs, 0)]


UNARY: dict[str, Callable[..., Any]] = {
    "Sqrt": np.sqrt,
    "Exp": np.exp,
    "Log": np.log,
    "Tanh": np.tanh,
    "Neg": np.negative,
    "Abs": np.abs,
    "Reciprocal": np.reciprocal,
    "Not": np.logical_not,
}
"""Operators that are one numpy function of one input."""
BINARY: dict[str, Callable[..., Any]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Equal": np.equal,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "And": np.logical_and,
    "Or": np.logical_or,
}
"""Operators that are one numpy function of two inputs."""

KERNELS: dict[str, Kernel] = {
    **{name: _unary(function) for name, function in UNARY.items()},
    **{name: _binary(function) for name, function in BINARY.items()},
    "Div": _binary(_divide),
    "Pow": _pow,
    "Max": _variadic(np.maximum),
    "Min": _variadic(np.minimum),
    "Sum": _variadic(np.add),
    "Relu": _unary(lambda x: np.maximum(x, x.dtype.type(0))),
    "Sigmoid": _unary(sigmoid),
    "Erf": _unary(erf),
    "Gelu": _gelu,
    "Clip": _clip,
    "Where": _where,
    "Cast": _cast,
    "Identity": _identity,
    "Dropout": _identity,
}
