"""The ground that moved, read off continuous phase: a box as exact as the pixels allow.

The network says where to look to a patch of sixteen pixels. Where phase is continuous it tells itself how
far the motion reaches: a box goes round the ground that moved by more than a fifth of the peak, as analysts
draw it and as the network is taught. Where the ground round the box reaches that level as well, the box may
hold a part of the motion only, and a larger one is tried; where it is delay or unwrapping errors that reach
it, the network's own box stands. Wrapped phase would have to be unwrapped first, and boxes drawn from
that are worse than the network's (docs/ablations.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..numerics.connected_components import connected
from ..raster.resample import Read, averages
from .neighbourhood import Neighbourhood, neighbourhood
from .peak_displacement import PEAK
from .rectangles import areas, longer_sides, overlap, plain_corners

DEFORMED_SHARE = 0.2
"""Ground counts as deformed where it moved by more than this share of the peak displacement. Analysts draw
their boxes by this rule, and the network is trained with it."""
CORE = 0.4
"""Part of the peak that a patch of moved ground must reach to belong to the motion."""
MARGIN = 0.6
"""Part of the box's longer side that is looked at all round."""
LOUD = 0.2
"""Part of the ground round the box that may seem to have moved as well."""
CELLS = 160
"""Cells along the longer side of what is looked at."""
LOOKS = 2
"""Times that the box is drawn anew, the second time from a fitting surrounding."""
GROWN = 0.5
"""Part of the box's longer side by which it is made larger all round, if it cannot be drawn anew as it is."""
HELD = 0.3
"""Part of the network's box that one found so must hold: other ground is another matter."""
LARGEST = 0.6
"""Part of the scene that a larger box may cover; beyond that there is no ground to compare with."""
LEAST = 50
"""Valid cells below which nothing is said."""


@dataclass(frozen=True)
class Footprint:
    """Ground that moved: its box and its area, in source pixels (whole numbers: pixel corners)."""

    corners: tuple[float, float, float, float]
    area: float


def deformed_area(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[Footprint]:
    """Ground that moved in and round a box.

    Parameters
    ----------
    read, size, corners
        The scene, continuous phase, and the box, as for `surroundings`.

    Returns
    -------
    Footprint or None
        None where it cannot be told.
    """
    found = _settled(read, size, corners)
    if found is not None:
        return found
    box = np.array(corners)
    extra = GROWN * float(longer_sides(box))
    larger = np.concatenate([np.maximum(box[:2] - extra, 0), np.minimum(box[2:] + extra, size)])
    if areas(larger) > LARGEST * size[0] * size[1] or not _anything(read, size, corners):
        return None
    found = _settled(read, size, plain_corners(larger))
    if found is None or overlap(box, np.array([found.corners]))[0] < HELD * areas(box):
        return None
    return found


def _settled(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[Footprint]:
    """As `footprint`, from this box alone."""
    found: Optional[Footprint] = None
    for _ in range(LOOKS):
        again = _look(read, size, corners)
        if again is None:
            break
        found, corners = again, again.corners
    return found


def _anything(read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]) -> bool:
    """Whether a box holds any phase."""
    ground = neighbourhood(read, size, corners, 0.0)
    return ground is not None and bool(np.isfinite(_values(ground)).any())


def _values(ground: Neighbourhood) -> np.ndarray:
    """Mean phase of cells, NaN where not valid, (H, W)."""
    factor = _factor(ground)
    return averages(ground.sums(factor, False), factor * factor, False)


def _factor(ground: Neighbourhood) -> float:
    """Source pixels along one side of a cell."""
    return max(1.0, max(ground.area) / CELLS)


def _look(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[Footprint]:
    ground = neighbourhood(read, size, corners, MARGIN)
    if ground is None:
        return None
    factor = _factor(ground)
    moved = moved_ground(_values(ground), ground.inside(factor))
    if moved is None:
        return None
    rows, columns = np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))
    return Footprint(
        (
            ground.left + factor * float(columns[0]),
            ground.top + factor * float(rows[0]),
            min(float(size[0]), ground.left + factor * float(columns[-1] + 1)),
            min(float(size[1]), ground.top + factor * float(rows[-1] + 1)),
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
    still = still_level(values[round_it if round_it.sum() >= LEAST else valid])
    change = np.abs(_smooth(np.where(valid, values - still, 0.0), valid))
    peak = float(np.percentile(change[valid & inside], PEAK))
    over = valid & (change >= DEFORMED_SHARE * peak)
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


def still_level(values: np.ndarray) -> float:
    """Phase of ground that does not move: the median of the densest half (Andrews et al. 1972, the shorth).

    Most of the ground round a box is still and nearly level. What moves there as well, all to one side,
    would pull the median of the whole along.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Not empty.
    """
    ordered = np.sort(values)
    half = (len(ordered) + 1) // 2
    widths = ordered[half - 1 :] - ordered[: len(ordered) - half + 1]
    first = int(widths.argmin())
    return float(np.median(ordered[first : first + half]))


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
