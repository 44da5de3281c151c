"""What all operators share: their signature, their errors and the limit on sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np

LARGEST = 1 << 26
"""Values that one tensor may have (256 MB of floats); the network itself stays below a million per tile."""

Attributes = dict[str, Any]
Inputs = Sequence[Optional[np.ndarray]]
Kernel = Callable[[Attributes, Inputs], list[np.ndarray]]


class OperatorError(ValueError):
    """An operator cannot be carried out as the file asks."""


def given(inputs: Inputs, index: int) -> np.ndarray:
    """The input with this index, which must be there."""
    value = inputs[index] if index < len(inputs) else None
    if value is None:
        raise OperatorError(f"input {index} is missing")
    return value


def optional(inputs: Inputs, index: int) -> Optional[np.ndarray]:
    """The input with this index, None when it was left out."""
    return inputs[index] if index < len(inputs) else None


def check_size(shape: Sequence[int]) -> tuple[int, ...]:
    """Refuse shapes that no honest file asks for, before anything is allocated."""
    count = 1
    for length in shape:
        if length < 0:
            raise OperatorError("a length is negative")
        count *= int(length)
    if count > LARGEST:
        raise OperatorError("a tensor would be too large")
    return tuple(int(length) for length in shape)


def broadcast_shape(*arrays: np.ndarray) -> tuple[int, ...]:
    """Common shape of the arrays, refused when too large."""
    return check_size(np.broadcast_shapes(*(array.shape for array in arrays)))


def integers(values: Any) -> list[int]:
    """A tensor or list of whole numbers (axes, lengths) as a list."""
    array = np.asarray(values).reshape(-1)
    if array.size > 4096 or (array.size and array.dtype.kind not in "iu"):
        raise OperatorError("a list of axes or lengths is damaged")
    return [int(value) for value in array]


def whole(attributes: Attributes, name: str, default: int) -> int:
    """A whole-number attribute."""
    value = attributes.get(name, default)
    if not isinstance(value, int):
        raise OperatorError(f"attribute {name} is no whole number")
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
        raise OperatorError(f"attribute {name} is no text")
    return value


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from the front; negative ones count from the end."""
    if not -rank <= axis < max(rank, 1):
        raise OperatorError(f"axis {axis} does not exist")
    return axis % rank if rank else 0
