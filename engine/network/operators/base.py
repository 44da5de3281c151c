"""Common parts of all operators: their signature, their errors and the limit on tensor sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np

MAX_TENSOR_VALUES = 1 << 26
"""Maximum number of values in one tensor (256 MB of floats); the network needs less than a million."""
MAX_LIST_LENGTH = 4096
"""Maximum number of axes or lengths in one list."""

Attributes = dict[str, Any]
Inputs = Sequence[Optional[np.ndarray]]
Kernel = Callable[[Attributes, Inputs], list[np.ndarray]]


class OperatorError(ValueError):
    """An operator cannot be carried out as the model file specifies."""


def given(inputs: Inputs, index: int) -> np.ndarray:
    """A required input."""
    value = inputs[index] if index < len(inputs) else None
    if value is None:
        raise OperatorError(f"input {index} is missing")
    return value


def optional(inputs: Inputs, index: int) -> Optional[np.ndarray]:
    """An optional input; None if it is missing."""
    return inputs[index] if index < len(inputs) else None


def check_size(shape: Sequence[int]) -> tuple[int, ...]:
    """Refuse shapes that are too large, before anything is allocated."""
    count = 1
    for length in shape:
        if length < 0:
            raise OperatorError("a length is negative")
        count *= int(length)
    if count > MAX_TENSOR_VALUES:
        raise OperatorError("a tensor would be too large")
    return tuple(int(length) for length in shape)


def broadcast_shape(*arrays: np.ndarray) -> tuple[int, ...]:
    """Common shape of the arrays; refused if it is too large."""
    return check_size(np.broadcast_shapes(*(array.shape for array in arrays)))


def integers(values: Any) -> list[int]:
    """A tensor or list of whole numbers (axes, lengths) as a list."""
    array = np.asarray(values).reshape(-1)
    if array.size > MAX_LIST_LENGTH or (array.size and array.dtype.kind not in "iu"):
        raise OperatorError("a list of axes or lengths is damaged")
    return [int(value) for value in array]


def whole(attributes: Attributes, name: str, default: int) -> int:
    """A whole-number attribute."""
    value = attributes.get(name, default)
    if not isinstance(value, int):
        raise OperatorError(f"attribute {name} is not a whole number")
    return value


def real(attributes: Attributes, name: str, default: float) -> float:
    """A real-number attribute."""
    value = attributes.get(name, default)
    if not isinstance(value, (int, float)):
        raise OperatorError(f"attribute {name} is no number")
    return float(value)


def word(attributes: Attributes, name: str, default: str) -> str:
    """A text attribute."""
    value = attributes.get(name, default)
    if not isinstance(value, str):
        raise OperatorError(f"attribute {name} is not a text")
    return value


def axis_of(axis: int, rank: int) -> int:
    """The axis as an index from the front; negative axes count from the end."""
    if not -rank <= axis < max(rank, 1):
        raise OperatorError(f"axis {axis} does not exist")
    return axis % rank if rank else 0
