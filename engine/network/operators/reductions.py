"""Operators that reduce axes: sums, means, extremes, softmax and normalisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .base import Attributes, Inputs, Kernel, OperatorError, axis_of, given, integers, optional, real, whole


def _reduce(function: Callable[..., Any]) -> Kernel:
    def kernel(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
        x = given(inputs, 0)
        keep = bool(whole(attributes, "keepdims", 1))
        asked = optional(inputs, 1)
        if asked is None:
            asked = attributes.get("axes")
        axes = None if asked is None else integers(asked)
        if not axes:
            if whole(attributes, "noop_with_empty_axes", 0):
                return [x]
            return [np.asarray(function(x, axis=None, keepdims=keep), x.dtype)]
        checked = tuple(axis_of(axis, x.ndim) for axis in axes)
        return [np.asarray(function(x, axis=checked, keepdims=keep), x.dtype)]

    return kernel


def _softmax(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    axis = axis_of(whole(attributes, "axis", -1), x.ndim)
    if not x.size:
        return [x]
    y = np.exp(x - x.max(axis=axis, keepdims=True))
    y /= y.sum(axis=axis, keepdims=True)
    return [y]


def _log_softmax(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    axis = axis_of(whole(attributes, "axis", -1), x.ndim)
    if not x.size:
        return [x]
    shifted = x - x.max(axis=axis, keepdims=True)
    return [shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))]


def _layer_normalization(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x, scale, shift = given(inputs, 0), given(inputs, 1), optional(inputs, 2)
    axis = axis_of(whole(attributes, "axis", -1), x.ndim)
    axes = tuple(range(axis, x.ndim))
    np.broadcast_to(scale, x.shape)
    centred = x - x.mean(axis=axes, keepdims=True, dtype=x.dtype)
    variance = np.mean(centred * centred, axis=axes, keepdims=True, dtype=x.dtype)
    y = centred / np.sqrt(variance + x.dtype.type(real(attributes, "epsilon", 1e-5))) * scale
    if shift is not None:
        np.broadcast_to(shift, x.shape)
        y = y + shift
    return [y.astype(x.dtype, copy=False)]


def _batch_normalization(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    if whole(attributes, "training_mode", 0):
        raise OperatorError("it is still in training")
    if x.ndim < 2:
        raise OperatorError("its input has no channels")
    form = (x.shape[1],) + (1,) * (x.ndim - 2)
    scale, shift, mean, variance = (given(inputs, index).reshape(form) for index in range(1, 5))
    factor = scale / np.sqrt(variance + variance.dtype.type(real(attributes, "epsilon", 1e-5)))
    return [(x * factor + (shift - mean * factor)).astype(x.dtype, copy=False)]


def _global_average(attributes: Attributes, inputs: Inputs) -> list[np.ndarray]:
    x = given(inputs, 0)
    return [np.asarray(x.mean(axis=tuple(range(2, x.ndim)), keepdims=True), x.dtype)]


KERNELS: dict[str, Kernel] = {
    "ReduceMean": _reduce(np.mean),
    "ReduceSum": _reduce(np.sum),
    "ReduceMax": _reduce(np.max),
    "ReduceMin": _reduce(np.min),
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "LayerNormalization": _layer_normalization,
    "BatchNormalization": _batch_normalization,
    "GlobalAveragePool": _global_average,
}
