"""The eight symmetries of the square, for tiles, boxes and points."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor


def symmetry(code: int) -> Callable[[Tensor], Tensor]:
    """Symmetry 0 to 7 of the last two axes: bit 0 transposes, then bit 1 flips rows and bit 2 columns."""
    axes = [axis for bit, axis in ((2, -2), (4, -1)) if code & bit]

    def turn(values: Tensor) -> Tensor:
        if code & 1:
            values = values.transpose(-1, -2)
        return values.flip(axes) if axes else values

    return turn


def turn_box(box: Tensor, code: int) -> Tensor:
    """Boxes (B, 4) (xmin, ymin, xmax, ymax) in fractions of the tile, after `symmetry(code)`."""
    x0, y0, x1, y1 = box.unbind(dim=1)
    if code & 1:
        x0, y0, x1, y1 = y0, x0, y1, x1
    if code & 2:
        y0, y1 = 1 - y1, 1 - y0
    if code & 4:
        x0, x1 = 1 - x1, 1 - x0
    return torch.stack([x0, y0, x1, y1], dim=1)


def turn_points(points: Tensor, code: int) -> Tensor:
    """Points (B, 2) (x, y) in fractions of the tile, after `symmetry(code)`."""
    return turn_box(points.repeat(1, 2), code)[:, :2]


def inverse(code: int) -> int:
    """The code of the symmetry that reverses `symmetry(code)`."""
    # after a transposition, the flip of rows becomes a flip of columns
    return 1 | (code & 2) << 1 | (code & 4) >> 1 if code & 1 else code
