"""The ground that moved, read off continuous phase: a box as exact as the pixels allow.

The network says where to look to a patch of sixteen pixels. Where phase is continuous it tells itself how
far the motion reaches: a box goes round the ground that moved by more than a fifth of the peak, as analysts
draw it and as the network is taught. Where delay or unwrapping errors reach that level round the box as
well, the network's own box stands. Wrapped phase would have to be unwrapped first, and boxes drawn from
that are worse than the network's (docs/ablations.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .labels import connected
from .resample import Read, averages, lattice_rows

MOVED = 0.2
"""Part of the peak from which ground counts as moved."""
CORE = 0.4
"""Part of the peak that a patch of moved ground must reach to belong to the motion."""
PEAK = 99.5
"""Percentile of the box that counts as its peak: single wild pixels do not."""
MARGIN = 0.6
"""Part of the box's longer side that is looked at all round."""
LOUD = 0.2
"""Part of the ground round the box that may seem to have moved as well."""
CELLS = 160
"""Cells along the longer side of what is looked at."""
LOOKS = 2
"""Times that the box is drawn anew, the second time from a fitting surrounding."""
LEAST = 50
"""Valid cells below which nothing is said."""


@dataclass(frozen=True)
class Footprint:
    """Ground that moved: its box and its area, in source pixels (whole numbers: pixel corners)."""

    corners: tuple[float, float, float, float]
    area: float


def footprint(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[Footprint]:
    """Ground that moved in and round a box.

    Parameters
    ----------
    read : callable
        The scene's continuous phase.
    size : tuple of int
        Its width and height.
    corners : tuple of float
        The box in source pixels.

    Returns
    -------
    Footprint or None
        None where it cannot be told.
    """
    found: Optional[Footprint] = None
    for _ in range(LOOKS):
        again = _look(read, size, corners)
        if again is None:
            break
        found, corners = again, again.corners
    return found


def _look(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[Footprint]:
    x0, y0, x1, y1 = corners
    extra = MARGIN * max(x1 - x0, y1 - y0) + 2
    left, top = max(0, math.floor(x0 - extra)), max(0, math.floor(y0 - extra))
    area = (min(size[0], math.ceil(x1 + extra)) - left, min(size[1], math.ceil(y1 + extra)) - top)
    if min(area) < 4:
        return None

    def part(col: int, row: int, width: int, height: int) -> np.ndarray:
        return read(left + col, top + row, width, height)

    factor = max(1.0, max(area) / CELLS)
    sums = np.concatenate([rows for _, rows in lattice_rows(part, area, (factor, factor), False)], axis=1)
    values = averages(sums, factor * factor, False)
    middle_x = (np.arange(values.shape[1]) + 0.5) * factor + left
    middle_y = (np.arange(values.shape[0]) + 0.5) * factor + top
    inside = ((middle_y >= y0) & (middle_y <= y1))[:, None] & ((middle_x >= x0) & (middle_x <= x1))
    moved = moved_ground(values, inside)
    if moved is None:
        return None
    rows, columns = np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))
    return Footprint(
        (
            left + factor * float(columns[0]),
            top + factor * float(rows[0]),
            min(float(size[0]), left + factor * float(columns[-1] + 1)),
            min(float(size[1]), top + factor * float(rows[-1] + 1)),
        ),
        float(moved.sum()) * factor * factor,
    )


def moved_ground(values: np.ndarray, inside: np.ndarray) -> Optional[np.ndarray]:
    """Cells that moved with what is in a box.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        Continuous phase, NaN where not valid.
    inside : ndarray of bool, shape (H, W)
        The box.

    Returns
    -------
    ndarray of bool, shape (H, W), or None
        Patches of ground that mostly lie in the box. None where there are none, or too much of the ground
        round the box seems to have moved as well.
    """
    valid = np.isfinite(values)
    round_it = valid & ~inside
    if valid.sum() < LEAST or not (valid & inside).any():
        return None
    still = np.median(values[round_it if round_it.sum() >= LEAST else valid])
    change = np.abs(_smooth(np.where(valid, values - still, 0.0), valid))
    peak = float(np.percentile(change[valid & inside], PEAK))
    over = valid & (change >= MOVED * peak)
    if peak <= 0 or (over & round_it).sum() > LOUD * max(1, int(round_it.sum())):
        return None
    labels, count = connected(over)
    whole = np.bincount(labels.ravel(), minlength=count + 1)
    within = np.bincount(labels[inside], minlength=count + 1)
    highest = np.zeros(count + 1)
    np.maximum.at(highest, labels.ravel(), change.ravel())
    belongs = (within >= 0.5 * whole) & (highest >= CORE * peak)
    belongs[0] = False
    moved = belongs[labels]
    return moved if moved.any() else None


def _smooth(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Means with binomial weights over 5 × 5 cells (a standard deviation of one), of the valid ones."""
    both = np.stack([values, valid.astype(float)])
    for axis in (1, 2):
        for _ in range(2):
            padded = np.pad(both, [(1, 1) if axis == index else (0, 0) for index in range(3)])
            inner = both.shape[axis]
            before, own, after = (np.take(padded, np.arange(k, k + inner), axis) for k in range(3))
            both = 0.25 * (before + after) + 0.5 * own
    return np.asarray(both[0] / np.maximum(both[1], 1e-9))
