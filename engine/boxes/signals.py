"""Connected signals of a blended map of deformed ground, and the boxes round them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..numerics.connected_components import connected

MIN_SIGNAL_PIXELS = 5
"""Smallest signal in pixels of a quarter of a patch, a third of a patch; smaller ones are noise."""
FAINT_MASK_RATIO = 0.6
"""Fraction of its maximum at which a signal that is below the mask's threshold is outlined: the verdict knows
that it is there."""


@dataclass(frozen=True)
class Evidence:
    """What all windows say about each place of a scene.

    Attributes
    ----------
    mask : ndarray, shape (H, W)
        Probability that the ground is deformed.
    weight, earthquake : ndarray, shape (H, W)
        Strength of the evidence of deformation, and the part of it that is of an earthquake.
    scale : ndarray of int, shape (H, W)
        Index of the scale with the strongest evidence.
    pixel : tuple of float
        Source pixels across and down in one pixel.
    """

    mask: np.ndarray
    weight: np.ndarray
    earthquake: np.ndarray
    scale: np.ndarray
    pixel: tuple[float, float]


@dataclass(frozen=True)
class Signal:
    """A connected patch of deformed ground.

    Attributes
    ----------
    corners : tuple of float
        Box x0, y0, x1, y1 in source pixels; whole numbers are pixel corners.
    area : float
        Deformed area in source pixels.
    mean_mask : float
        Mean of the mask, weighted with the mask itself.
    earthquake_share : float
        Part of the evidence that is of an earthquake, 0 to 1.
    scale : int
        Index of the scale that shows most of it best.
    """

    corners: tuple[float, float, float, float]
    area: float
    mean_mask: float
    earthquake_share: float
    scale: int


def find_signals(evidence: Evidence, threshold: float) -> list[Signal]:
    """Signals whose mask reaches a threshold.

    Parameters
    ----------
    evidence : Evidence
    threshold : float
        Probability of deformed ground.
    """
    labels, count = connected(evidence.mask >= threshold)
    found = []
    for index, box in enumerate(_bounds(labels, count), start=1):
        inside = labels[box] == index
        if inside.sum() >= MIN_SIGNAL_PIXELS:
            found.append(_signal(evidence, box, inside))
    return found


def faint_signal(evidence: Evidence) -> list[Signal]:
    """The signal at the strongest evidence of an earthquake, outlined below the mask's threshold.

    Returns
    -------
    list of Signal
        One, or none where the mask is zero.
    """
    row, column = np.unravel_index(int(evidence.earthquake.argmax()), evidence.mask.shape)
    top = float(evidence.mask[row, column])
    if top <= 0 or evidence.earthquake[row, column] <= 0:
        return []
    labels, _ = connected(evidence.mask >= FAINT_MASK_RATIO * top)
    whole = labels == labels[row, column]
    box = _bounds(whole.astype(np.int32), 1)[0]
    return [_signal(evidence, box, whole[box])]


def _bounds(labels: np.ndarray, count: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the bounding box of each label from 1 on."""
    rows, columns = np.nonzero(labels)
    which = labels[rows, columns]
    spans = []
    for places, length in ((rows, labels.shape[0]), (columns, labels.shape[1])):
        first, last = np.full(count + 1, length), np.zeros(count + 1, dtype=int)
        np.minimum.at(first, which, places)
        np.maximum.at(last, which, places + 1)
        spans.append([slice(int(a), int(b)) for a, b in zip(first[1:], last[1:])])
    return list(zip(*spans))


def _signal(evidence: Evidence, box: tuple[slice, slice], inside: np.ndarray) -> Signal:
    rows, columns = box
    across, down = evidence.pixel
    mask = evidence.mask[box][inside]
    weight = float(evidence.weight[box][inside].sum())
    earthquake = float(evidence.earthquake[box][inside].sum())
    return Signal(
        (columns.start * across, rows.start * down, columns.stop * across, rows.stop * down),
        float(inside.sum()) * across * down,
        float((mask * mask).sum() / mask.sum()),
        min(1.0, earthquake / weight) if weight > 0 else 0.0,
        int(np.bincount(evidence.scale[box][inside]).argmax()),
    )
