"""North motion, which two looks cannot see: how large it may be, and what a source estimate says about it."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from ..boxes.deformed_area import DEFORMED_SHARE
from ..raster.grid import Grid
from .common_grid import lonlat_of
from .fault_plane import read_source
from .ramp import box_mean
from .settings import DecompositionSettings
from .solution import Components
from .warping import warp

SMOOTHING_PIXELS = 3
"""Window in which the size of the motion is averaged before its peak is taken."""
WINDOW_TO_DEFORMED_RATIO = 0.6
"""Side of the window over which the motion is averaged, relative to that of a square as large as the deformed
ground."""
NORTH_TO_MOTION_RATIO = 2.0
"""North motion relative to the root mean square of the other two components around it. Of the moving ground
(a tenth of the peak and more) of 300 random Okada faults, 81 % has less; of the faults that move north most,
62 %: dip slip within 30 degrees of an east-west strike, strike slip within 30 degrees of a northward one."""
PREDICTED_NORTH_ERROR_RATIO = 0.5
"""A source estimate halves the uncertainty of north: an assumption. It was fitted to looks that hardly see
north, and one rectangle of uniform slip only stands for the real slip."""
NORTH_NODES = 160
"""Places along each side at which the source's north motion is computed; it is smooth in between."""


def predicted_north(grid: Grid, source: Optional[str]) -> Optional[np.ndarray]:
    """North motion of a source estimate on the grid, metres; None without one."""
    if source is None:
        return None
    step = max(1, math.ceil(max(grid.width, grid.height) / NORTH_NODES))
    columns, rows = -(-grid.width // step) + 1, -(-grid.height // step) + 1
    t = grid.transform
    coarse = Grid(
        columns,
        rows,
        (t[0] - t[1] * step / 2, t[1] * step, 0.0, t[3] - t[5] * step / 2, 0.0, t[5] * step),
        grid.crs_wkt,
    )
    longitude, latitude = lonlat_of(coarse)
    north = sum(fault.motion(longitude, latitude)[1] for fault in read_source(source).faults)
    return warp(np.asarray(north)[None], coarse, grid)[0]


def north_sigma(motion: np.ndarray, given: Optional[float], predicted: Optional[np.ndarray]) -> np.ndarray:
    """Standard deviation of the north motion that is neglected: as given, or that of motion as large as seen.

    Where a source predicts north, its error is meant.

    Parameters
    ----------
    motion : ndarray, shape (2, H, W)
        East and up, metres, NaN where unknown.
    given : float, optional
        The user's value, metres.
    predicted : ndarray, shape (H, W), optional
        North motion of a source estimate, metres.

    Returns
    -------
    ndarray, shape (H, W) or ()
        Metres.
    """
    if given is not None:
        return np.asarray(given)
    known = np.isfinite(motion[0])
    square = np.where(known, (motion**2).sum(axis=0) / 2, 0.0)
    size = window_pixels(square)
    share = box_mean(known.astype(np.float64), size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nan_to_num(box_mean(square, size) / share)
    unseen = NORTH_TO_MOTION_RATIO * np.sqrt(np.maximum(mean, 0.0))
    return unseen if predicted is None else PREDICTED_NORTH_ERROR_RATIO * np.hypot(unseen, predicted)


def window_pixels(square: np.ndarray) -> int:
    """Side of the window over which the motion is averaged, odd: it follows the size of the deformed ground.

    Parameters
    ----------
    square : ndarray, shape (H, W)
        Mean square of the two components, 0 where unknown.
    """
    size = np.sqrt(box_mean(square, SMOOTHING_PIXELS).clip(0.0))
    moved = int((size > DEFORMED_SHARE * size.max()).sum())
    return 2 * int(WINDOW_TO_DEFORMED_RATIO * math.sqrt(moved) / 2) + 1


def north_note(kind: str, parts: Components, settings: DecompositionSettings, count: int) -> str:
    effect = (
        f"one metre of north motion changes up by {parts.north_in_up:+.2f} m and east by "
        f"{parts.north_in_east:+.2f} m"
    )
    if kind == "predicted":
        return (
            f"North is taken from the source estimate, which is a model: {effect}. The uncertainty contains "
            "half of the north motion that could be neglected."
        )
    if kind != "zero":
        where = "" if kind == "solved" else " where three looks overlap; elsewhere north is fixed to zero"
        return f"East, north and up are solved from {count} looks{where}."
    assumed = "as large as the motion that is seen suggests"
    if settings.north_sigma_m is not None:
        assumed = f"of {100 * settings.north_sigma_m:g} cm"
    return f"North is fixed to zero: {effect}. The uncertainty contains a north motion {assumed}."
