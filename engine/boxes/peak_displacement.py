"""What a box measures: the peak line-of-sight change and the number of fringes."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap
from ..raster.resample import Read
from .neighbourhood import neighbourhood

TRIALS = ((96, True), (192, True), (288, True), (288, False))
"""Cells along the longer side of the area, and whether single pixels take in their neighbours: few and
smooth first, which averages noise; more, and then raw ones, for dense fringes."""
STEEP = 2.2
"""Radians between neighbouring cells: where phase is this steep, steeper ground is aliased nearby."""
MOST_STEEP = 0.06
"""Part of the box that may be so steep before nothing is said."""
MARGIN = 0.35
"""Part of the box's longer side that is added all round, to see the undeformed ground."""
MOST_LOST = 0.08
"""Part of the box that may be lost to incoherence before nothing is said."""
NEAR = 4
"""Cells round the peak that must not be lost: fringes are densest there, and missed ones go unseen."""
MOST_LOST_NEAR = 0.15
PEAK = 99.5
"""Percentile of the box that counts as its peak: single wild pixels do not."""


def peak_phase(
    read: Read,
    size: tuple[int, int],
    corners: tuple[float, float, float, float],
    wrapped: bool,
) -> Optional[float]:
    """Largest phase change in a box against the ground round it.

    Parameters
    ----------
    read, size, corners
        The scene and the box, as for `surroundings`.
    wrapped : bool

    Returns
    -------
    float or None
        Radians, positive towards the satellite; None where it cannot be told (too little valid ground,
        or wrapped phase that cannot be unwrapped consistently).
    """
    ground = neighbourhood(read, size, corners, MARGIN)
    if ground is None:
        return None
    before: Optional[tuple[float, bool]] = None
    for cells, smoothed in TRIALS if wrapped else TRIALS[:1]:
        factor = max(1.0, max(ground.area) / cells)
        smooth = smoothed and factor < 2
        if (factor, smooth) == before:
            continue
        before = (factor, smooth)
        inside = ground.inside(factor)
        sums = ground.sums(factor, wrapped)
        known = sums[-1] >= 0.5 * factor * factor
        if smooth:
            sums = _smooth(sums)
        if not wrapped:
            values = np.where(known, sums[0] / np.maximum(sums[1], 1e-6), np.nan)
            found = _peak(values, inside)
            return None if found is None else found[0]
        peak = _wrapped_peak(sums, known, inside, _least_coherence(factor * factor * (9 if smooth else 1)))
        if peak is not None:
            return peak
    return None


def line_of_sight_cm(phase: float, wavelength: Optional[float]) -> Optional[float]:
    """Line-of-sight change in cm, positive towards the satellite: phase * wavelength / (4 pi)."""
    return None if wavelength is None else 100.0 * phase * wavelength / (4 * math.pi)


def _wrapped_peak(sums: np.ndarray, known: np.ndarray, inside: np.ndarray, least: float) -> Optional[float]:
    """Peak of averaged phasors, unwrapped; None where incoherent, aliased or inconsistent."""
    coherence = np.hypot(sums[0], sums[1]) / np.maximum(sums[2], 1e-6)
    lost = known & (coherence < least)
    if (lost & inside).sum() > MOST_LOST * max(1, (known & inside).sum()):
        return None
    weight = np.where(known & ~lost, coherence**2, 0.0)
    phase = np.arctan2(sums[1], sums[0])
    values = None if _aliased(phase, (weight > 0) & inside) else unwrap(phase, weight)
    found = None if values is None else _peak(values, inside)
    if found is None:
        return None
    peak, row, col = found
    near = lost[max(0, row - NEAR) : row + NEAR + 1, max(0, col - NEAR) : col + NEAR + 1]
    return None if near.mean() > MOST_LOST_NEAR else peak


def _aliased(phase: np.ndarray, where: np.ndarray) -> bool:
    """Whether phase changes too fast from cell to cell to be followed."""
    across = wrap(np.diff(phase, axis=1))[where[:, 1:] & where[:, :-1]]
    down = wrap(np.diff(phase, axis=0))[where[1:] & where[:-1]]
    steep = np.abs(np.concatenate([across, down])) > STEEP
    return bool(steep.sum() > MOST_STEEP * steep.size)


def _least_coherence(samples: float) -> float:
    """Length of a mean phasor that pure noise hardly reaches: 1.5 / sqrt(n), between 0.2 and 0.5."""
    return min(0.5, max(0.2, 1.5 / math.sqrt(samples)))


def _smooth(sums: np.ndarray) -> np.ndarray:
    """Sums over 3 × 3 cells: tells coherence where a cell holds too few source pixels to do so."""
    padded = np.pad(sums, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return np.asarray(rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:])


def _peak(values: np.ndarray, inside: np.ndarray) -> Optional[tuple[float, int, int]]:
    """Robust peak inside, with its row and column, against a plane through the ground outside.

    Against the median of that ground where there is too little of it for a plane.
    """
    valid = np.isfinite(values)
    here, round_it = valid & inside, valid & ~inside
    if here.sum() < max(4, 0.1 * inside.sum()):
        return None
    if round_it.sum() < 30:
        edge = inside.copy()
        edge[2:-2, 2:-2] = False
        round_it = valid & edge if (valid & edge).sum() >= 8 else here
    rows, columns = np.nonzero(round_it)
    flat = values[round_it]
    change = values - float(np.median(flat))
    all_round = (~inside).sum() > 0 and (valid & ~inside).sum() >= 0.6 * (~inside).sum()
    if all_round and _surrounds(inside):
        middle = np.array(values.shape) / 2
        design = np.column_stack([np.ones(len(flat)), rows - middle[0], columns - middle[1]])
        keep = np.ones(len(flat), dtype=bool)
        plane = np.zeros(3)
        for _ in range(3):
            plane = np.linalg.lstsq(design[keep], flat[keep], rcond=None)[0]
            rest = np.abs(flat - design @ plane)
            keep = rest <= max(3 * float(np.median(rest)), 1e-6)
        y, x = np.indices(values.shape)
        change = values - (plane[0] + plane[1] * (y - middle[0]) + plane[2] * (x - middle[1]))
    low, high = np.percentile(change[here], [100 - PEAK, PEAK])
    peak = float(high if abs(high) >= abs(low) else low)
    row, col = np.unravel_index(np.argmin(np.where(here, np.abs(change - peak), np.inf)), change.shape)
    return peak, int(row), int(col)


def _surrounds(inside: np.ndarray) -> bool:
    """Whether there is ground on all four sides of the box, so that a ramp can be told."""
    rows, columns = inside.any(axis=1), inside.any(axis=0)
    return not (rows[0] or rows[-1] or columns[0] or columns[-1])
