"""Operations on both NumPy arrays and torch tensors, without an import of torch."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

Array = Any
"""A NumPy array or a torch tensor."""


def namespace(*arrays: Array) -> Any:
    """The module whose functions take `arrays`: torch if one of them is a tensor, else numpy."""
    for array in arrays:
        if type(array).__module__.split(".")[0] == "torch":
            return sys.modules["torch"]
    return np


def on_cpu(array: Array) -> bool:
    """Whether the array is in main memory."""
    return str(getattr(array, "device", "cpu")).startswith("cpu")


def floating(xp: Any, array: Array) -> Array:
    """`array` as a floating-point array of `xp`, in its own precision or else float64."""
    if xp is np:
        array = np.asarray(array)
        return array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)
    array = xp.as_tensor(array)
    return array if array.is_floating_point() else array.to(xp.float64)


def double(xp: Any, array: Array) -> Array:
    """`array` in double precision."""
    return array.astype(np.float64) if xp is np else array.to(xp.float64)


def like(xp: Any, value: Any, array: Array) -> Array:
    """`value` (number, sequence or array) with the precision and on the device of `array`."""
    if xp is np:
        return np.asarray(value, dtype=array.dtype)
    if isinstance(value, np.ndarray) and not value.flags.writeable:
        value = value.copy()
    return xp.as_tensor(value, dtype=array.dtype, device=array.device)


def integers(xp: Any, value: Any, array: Array) -> Array:
    """`value` (number, bool or array of them) as 64-bit integers on the device of `array`."""
    if xp is np:
        return np.asarray(value).astype(np.int64)
    return xp.as_tensor(value, device=array.device).to(xp.int64)


def align(x: Array, y: Array, *values: Array) -> tuple[Any, ...]:
    """Pixels and source parameters, shaped so that they broadcast with the source axis in front.

    Parameters
    ----------
    x, y : array, shape (P,), (S, P), (S, H, W) or broadcastable to one of these
        Pixel coordinates. If they have one axis, all sources share them.
    *values : float or array, shape (S,)
        Parameters of the sources.

    Returns
    -------
    tuple
        The namespace, then `x`, `y` and the `values`, all in the precision and on the device of `x`;
        values with a source axis have gained one axis for each of the pixels' axes.
    """
    xp = namespace(x, y, *values)
    x = floating(xp, x)
    y = like(xp, y, x)
    axes = max(x.ndim, y.ndim)
    pixel_axes = axes - 1 if axes > 1 else axes
    arrays = [like(xp, value, x) for value in values]
    arrays = [array.reshape(array.shape + (1,) * pixel_axes) if array.ndim else array for array in arrays]
    return (xp, x, y, *arrays)
