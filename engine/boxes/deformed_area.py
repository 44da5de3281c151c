"""The extent of deformed ground, measured in unwrapped phase.

The network locates deformation to a patch of sixteen pixels. Unwrapped phase shows its extent to the pixel:
the box is drawn round the ground that moved by more than a fifth of the peak. Where much of the ground round
a box moved as well, the box may hold only a part of the signal, and a larger box is tried. Where atmospheric
delay or unwrapping errors reach a fifth of the peak round the larger box too, the network's box stays.
Wrapped phase would have to be unwrapped first; boxes drawn that way are worse than the network's
(docs/development/ablations.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..numerics.connected_components import connected
from ..raster.resample import Read, averages
from .neighbourhood import Neighbourhood, neighbourhood
from .peak_displacement import PEAK_PERCENTILE
from .rectangles import areas, longer_sides, overlap, plain_corners

DEFORMED_SHARE = 0.2
"""Ground counts as deformed where it moved by more than this fraction of the peak displacement. Analysts draw
their boxes by this rule, and the network is trained with it."""
MIN_PATCH_PEAK_RATIO = 0.4
"""A patch of deformed ground belongs to the signal when it reaches this fraction of the peak."""
MARGIN_RATIO = 0.6
"""Margin of surrounding ground, as a fraction of the box's longer side."""
MAX_DEFORMED_SHARE_OUTSIDE = 0.2
"""Fraction of the surrounding ground that may appear deformed as well."""
CELLS = 160
"""Cells along the longer side of the box with its margin."""
ROUNDS = 2
"""The second round measures with a margin that fits the box of the first."""
ENLARGEMENT_RATIO = 0.5
"""A box that cannot be measured is enlarged on every side by this fraction of its longer side."""
MIN_NETWORK_BOX_SHARE = 0.3
"""Fraction of the network's box that the box measured in an enlarged one must contain; otherwise it shows
other ground."""
MAX_SCENE_SHARE = 0.6
"""Fraction of the scene that an enlarged box may cover, so that there is ground to compare with."""
MIN_VALID_CELLS = 50


@dataclass(frozen=True)
class DeformedArea:
    """Deformed ground: its box in source pixels (whole numbers are pixel corners) and its area in pixels."""

    corners: tuple[float, float, float, float]
    pixels: float


def deformed_area(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[DeformedArea]:
    """Measure the deformed ground in and round a box.

    Parameters
    ----------
    read, size, corners
        The unwrapped phase of the scene and the box, as for `neighbourhood`.

    Returns
    -------
    DeformedArea or None
        None where the phase does not show it.
    """
    measured = _measure(read, size, corners)
    if measured is not None:
        return measured
    box = np.array(corners)
    extra = ENLARGEMENT_RATIO * float(longer_sides(box))
    larger = np.concatenate([np.maximum(box[:2] - extra, 0), np.minimum(box[2:] + extra, size)])
    if areas(larger) > MAX_SCENE_SHARE * size[0] * size[1] or not _has_phase(read, size, corners):
        return None
    measured = _measure(read, size, plain_corners(larger))
    if measured is None:
        return None
    shared = overlap(box, np.array([measured.corners]))[0]
    return measured if shared >= MIN_NETWORK_BOX_SHARE * areas(box) else None


def _measure(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[DeformedArea]:
    """As `deformed_area`, without enlarging the box."""
    measured: Optional[DeformedArea] = None
    for _ in range(ROUNDS):
        refined = _measure_once(read, size, corners)
        if refined is None:
            break
        measured, corners = refined, refined.corners
    return measured


def _has_phase(read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]) -> bool:
    """Whether a box holds any valid phase."""
    ground = neighbourhood(read, size, corners, 0.0)
    return ground is not None and bool(np.isfinite(_mean_phase(ground)).any())


def _mean_phase(ground: Neighbourhood) -> np.ndarray:
    """Mean phase of cells, shape (H, W), NaN where not valid."""
    factor = _cell_size(ground)
    return averages(ground.sums(factor, False), factor * factor, False)


def _cell_size(ground: Neighbourhood) -> float:
    """Source pixels along one side of a cell."""
    return max(1.0, max(ground.area) / CELLS)


def _measure_once(
    read: Read, size: tuple[int, int], corners: tuple[float, float, float, float]
) -> Optional[DeformedArea]:
    ground = neighbourhood(read, size, corners, MARGIN_RATIO)
    if ground is None:
        return None
    factor = _cell_size(ground)
    deformed = deformed_cells(_mean_phase(ground), ground.inside(factor))
    if deformed is None:
        return None
    rows, columns = np.flatnonzero(deformed.any(axis=1)), np.flatnonzero(deformed.any(axis=0))
    return DeformedArea(
        (
            ground.left + factor * float(columns[0]),
            ground.top + factor * float(rows[0]),
            min(float(size[0]), ground.left + factor * float(columns[-1] + 1)),
            min(float(size[1]), ground.top + factor * float(rows[-1] + 1)),
        ),
        float(deformed.sum()) * factor * factor,
    )


def deformed_cells(values: np.ndarray, inside: np.ndarray) -> Optional[np.ndarray]:
    """Cells that deform with the signal in a box.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        Unwrapped phase, NaN where not valid.
    inside : ndarray of bool, shape (H, W)
        Cells of the box.

    Returns
    -------
    ndarray of bool, shape (H, W), or None
        Patches of deformed ground that lie mostly in the box. None when there are none, or when too much of
        the surrounding ground appears deformed as well.
    """
    valid = np.isfinite(values)
    outside = valid & ~inside
    if valid.sum() < MIN_VALID_CELLS or not (valid & inside).any():
        return None
    reference = stable_phase(values[outside if outside.sum() >= MIN_VALID_CELLS else valid])
    change = np.abs(_smooth(np.where(valid, values - reference, 0.0), valid))
    peak = float(np.percentile(change[valid & inside], PEAK_PERCENTILE))
    deformed = valid & (change >= DEFORMED_SHARE * peak)
    if peak <= 0 or (deformed & outside).sum() > MAX_DEFORMED_SHARE_OUTSIDE * max(1, int(outside.sum())):
        return None
    labels, count = connected(deformed)
    whole = np.bincount(labels.ravel(), minlength=count + 1)
    within = np.bincount(labels[inside], minlength=count + 1)
    highest = np.zeros(count + 1)
    np.maximum.at(highest, labels.ravel(), change.ravel())
    belongs = (within >= 0.5 * whole) & (highest >= MIN_PATCH_PEAK_RATIO * peak)
    belongs[0] = False
    signal = belongs[labels]
    return signal if signal.any() else None


def stable_phase(values: np.ndarray) -> float:
    """Phase of stable ground: the median of the densest half (the shorth, Andrews et al. 1972).

    Most of the ground round a box is stable, and its phase varies little. Ground that moves to one side would
    bias the median of all values.

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
    """Binomial mean of the valid cells over 5 × 5 cells, a standard deviation of one cell."""
    both = np.stack([values, valid.astype(float)])
    for axis in (1, 2):
        for _ in range(2):
            padded = np.pad(both, [(1, 1) if axis == index else (0, 0) for index in range(3)])
            length = both.shape[axis]
            before, own, after = (np.take(padded, np.arange(k, k + length), axis) for k in range(3))
            both = 0.25 * (before + after) + 0.5 * own
    return np.asarray(both[0] / np.maximum(both[1], 1e-9))
