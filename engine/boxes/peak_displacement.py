"""The peak line-of-sight displacement in a box, and the number of fringes."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap
from ..raster.resample import Read
from .neighbourhood import neighbourhood

TRIALS = ((96, True), (192, True), (288, True), (288, False))
"""Cells along the longer side of the area, and whether cells of single pixels are averaged over 3 × 3. Few,
smooth cells come first because they average noise; more and unsmoothed ones follow for dense fringes."""
STEEP_RAD = 2.2
"""Phase difference between neighbouring cells from which steeper ground nearby is likely to be aliased."""
MAX_STEEP_SHARE = 0.06
"""Fraction of the box that may be this steep."""
MARGIN_RATIO = 0.35
"""Margin of undeformed ground, as a fraction of the box's longer side."""
MIN_VALID_CELL_SHARE = 0.5
"""Valid fraction of its source pixels from which a cell is used."""
MAX_INCOHERENT_SHARE = 0.08
"""Fraction of the box that may be incoherent."""
NEAR_PEAK_CELLS = 4
"""Cells round the peak, where fringes are densest and lost ones would go unnoticed."""
MAX_INCOHERENT_SHARE_NEAR_PEAK = 0.15
"""Fraction of the cells near the peak that may be incoherent."""
PEAK_PERCENTILE = 99.5
"""Percentile of the box that counts as its peak, so that outliers do not."""
MIN_MARGIN_CELLS = 30
"""Cells of surrounding ground from which it is the reference; below, the cells along the box's edge are."""
MIN_MARGIN_SHARE = 0.6
"""Valid fraction of the surrounding ground from which a plane is fitted to it."""


def peak_phase(
    read: Read,
    size: tuple[int, int],
    corners: tuple[float, float, float, float],
    wrapped: bool,
) -> Optional[float]:
    """Largest phase change in a box relative to the surrounding ground.

    Parameters
    ----------
    read, size, corners
        The phase of the scene and the box, as for `neighbourhood`.
    wrapped : bool
        Whether the phase is wrapped.

    Returns
    -------
    float or None
        Radians, positive towards the satellite. None where it cannot be measured: there is too little valid
        ground, or wrapped phase cannot be unwrapped consistently.
    """
    ground = neighbourhood(read, size, corners, MARGIN_RATIO)
    if ground is None:
        return None
    previous: Optional[tuple[float, bool]] = None
    for cells, smoothed in TRIALS if wrapped else TRIALS[:1]:
        factor = max(1.0, max(ground.area) / cells)
        smooth = smoothed and factor < 2
        if (factor, smooth) == previous:
            continue
        previous = (factor, smooth)
        inside = ground.inside(factor)
        sums = ground.sums(factor, wrapped)
        valid = sums[-1] >= MIN_VALID_CELL_SHARE * factor * factor
        if smooth:
            sums = _smooth(sums)
        if not wrapped:
            values = np.where(valid, sums[0] / np.maximum(sums[1], 1e-6), np.nan)
            measured = _peak(values, inside)
            return None if measured is None else measured[0]
        least = _min_coherence(factor * factor * (9 if smooth else 1))
        peak = _wrapped_peak(sums, valid, inside, least)
        if peak is not None:
            return peak
    return None


def line_of_sight_cm(phase: float, wavelength: Optional[float]) -> Optional[float]:
    """Line-of-sight displacement in cm, positive towards the satellite: phase * wavelength / (4 pi).

    Parameters
    ----------
    phase : float
        Radians.
    wavelength : float, optional
        Metres; without it the displacement is None.
    """
    return None if wavelength is None else 100.0 * phase * wavelength / (4 * math.pi)


def _wrapped_peak(sums: np.ndarray, valid: np.ndarray, inside: np.ndarray, least: float) -> Optional[float]:
    """Peak of averaged phasors after unwrapping; None where incoherent, aliased or inconsistent."""
    coherence = np.hypot(sums[0], sums[1]) / np.maximum(sums[2], 1e-6)
    incoherent = valid & (coherence < least)
    if (incoherent & inside).sum() > MAX_INCOHERENT_SHARE * max(1, (valid & inside).sum()):
        return None
    weight = np.where(valid & ~incoherent, coherence**2, 0.0)
    phase = np.arctan2(sums[1], sums[0])
    values = None if _aliased(phase, (weight > 0) & inside) else unwrap(phase, weight)
    measured = None if values is None else _peak(values, inside)
    if measured is None:
        return None
    peak, row, col = measured
    rows = slice(max(0, row - NEAR_PEAK_CELLS), row + NEAR_PEAK_CELLS + 1)
    columns = slice(max(0, col - NEAR_PEAK_CELLS), col + NEAR_PEAK_CELLS + 1)
    return None if incoherent[rows, columns].mean() > MAX_INCOHERENT_SHARE_NEAR_PEAK else peak


def _aliased(phase: np.ndarray, where: np.ndarray) -> bool:
    """Whether phase changes too fast from cell to cell to be unwrapped."""
    across = wrap(np.diff(phase, axis=1))[where[:, 1:] & where[:, :-1]]
    down = wrap(np.diff(phase, axis=0))[where[1:] & where[:-1]]
    steep = np.abs(np.concatenate([across, down])) > STEEP_RAD
    return bool(steep.sum() > MAX_STEEP_SHARE * steep.size)


def _min_coherence(samples: float) -> float:
    """Length of a mean phasor that pure noise hardly reaches: 1.5 / sqrt(n), between 0.2 and 0.5."""
    return min(0.5, max(0.2, 1.5 / math.sqrt(samples)))


def _smooth(sums: np.ndarray) -> np.ndarray:
    """Sums over 3 × 3 cells, which estimate coherence where a cell holds too few source pixels."""
    padded = np.pad(sums, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return np.asarray(rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:])


def _peak(values: np.ndarray, inside: np.ndarray) -> Optional[tuple[float, int, int]]:
    """Robust peak in the box with its row and column, relative to the surrounding ground.

    The reference is a plane through that ground, or its median where too little of it is valid.
    """
    valid = np.isfinite(values)
    box, margin = valid & inside, valid & ~inside
    if box.sum() < max(4, 0.1 * inside.sum()):
        return None
    enough = (~inside).sum() > 0 and margin.sum() >= MIN_MARGIN_SHARE * (~inside).sum()
    if margin.sum() < MIN_MARGIN_CELLS:
        edge = inside.copy()
        edge[2:-2, 2:-2] = False
        margin = valid & edge if (valid & edge).sum() >= 8 else box
    if enough and _surrounded(inside):
        change = values - _plane(values, margin)
    else:
        change = values - float(np.median(values[margin]))
    low, high = np.percentile(change[box], [100 - PEAK_PERCENTILE, PEAK_PERCENTILE])
    peak = float(high if abs(high) >= abs(low) else low)
    row, col = np.unravel_index(np.argmin(np.where(box, np.abs(change - peak), np.inf)), change.shape)
    return peak, int(row), int(col)


def _plane(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The plane that fits the values in some cells, shape (H, W); outliers are left out in three rounds."""
    rows, columns = np.nonzero(where)
    chosen = values[where]
    middle = np.array(values.shape) / 2
    design = np.column_stack([np.ones(len(chosen)), rows - middle[0], columns - middle[1]])
    keep = np.ones(len(chosen), dtype=bool)
    plane = np.zeros(3)
    for _ in range(3):
        plane = np.linalg.lstsq(design[keep], chosen[keep], rcond=None)[0]
        residual = np.abs(chosen - design @ plane)
        keep = residual <= max(3 * float(np.median(residual)), 1e-6)
    y, x = np.indices(values.shape)
    return np.asarray(plane[0] + plane[1] * (y - middle[0]) + plane[2] * (x - middle[1]))


def _surrounded(inside: np.ndarray) -> bool:
    """Whether there is ground on all four sides of the box, which a plane needs."""
    rows, columns = inside.any(axis=1), inside.any(axis=0)
    return not (rows[0] or rows[-1] or columns[0] or columns[-1])
