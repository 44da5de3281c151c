"""Line-of-sight displacement of many trial faults at the same points, for unit slip in each mode.

An inversion tries thousands of faults at the same few hundred points and solves for slip afterwards. The
modes share all of Okada's terms, so that two modes cost little more than one.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from .dislocation import corner_modes, patch_modes
from .okada import CPU_CHUNK, MIN_SINGLE_PRECISION_COSINE

MODES = ("strike", "dip", "opening")
"""Left-lateral slip, thrust slip and opening."""
STEEPEST_SINGLE_DEG = float(np.degrees(np.arccos(MIN_SINGLE_PRECISION_COSINE)))
"""Largest dip in single precision."""


def unit_slip_los(
    x: np.ndarray,
    y: np.ndarray,
    look: np.ndarray,
    faults: np.ndarray,
    modes: tuple[str, ...] = ("strike", "dip"),
    poisson: float = 0.25,
    dtype: Optional[type] = None,
) -> np.ndarray:
    """Displacement along the line of sight for 1 m of slip in each mode.

    Parameters
    ----------
    x, y : ndarray, shape (P,)
        Points, east and north in km.
    look : ndarray, shape (P, 3)
        East, north, up, from the ground to the satellite.
    faults : ndarray, shape (S, 7)
        East, north and depth of the centroid (km), strike, dip (degrees), length and width (km). Upper edges
        must lie below the surface; this is not checked.
    modes : tuple of str
        Some of `MODES`, in their order.
    poisson : float
        Poisson's ratio of the half-space.
    dtype : type, optional
        numpy.float32 is twice as fast; dips within 0.3 degrees of 90 are then tilted by as much. Otherwise
        numpy.float64.

    Returns
    -------
    ndarray, shape (S, number of modes, P)
        Metres for each metre of slip.
    """
    kind: np.dtype = np.dtype(dtype or np.float64)
    points = [np.ascontiguousarray(value, kind)[None] for value in (x, y, *np.asarray(look).T)]
    columns = np.array(faults, kind)
    if kind == np.float32:
        columns[:, 4] = np.minimum(columns[:, 4], STEEPEST_SINGLE_DEG)
    needed = tuple(mode in modes for mode in MODES)
    medium = 1.0 - 2.0 * poisson
    count, size = len(columns), points[0].shape[1]
    out = np.empty((count, sum(needed), size), kind)
    step = max(1, CPU_CHUNK // size)
    for first in range(0, count, step):
        east, north, *values = (columns[first : first + step, i : i + 1] for i in range(7))
        moved = corner_modes(np, points[0] - east, points[1] - north, values, medium, needed)
        for index, (ux, uy, uz) in enumerate(moved):
            along = ux * points[2]
            along += uy * points[3]
            along += uz * points[4]
            out[first : first + step, index] = along
    return out


def unit_slip_patches(
    x: np.ndarray,
    y: np.ndarray,
    look: np.ndarray,
    plane: np.ndarray,
    lines: tuple[np.ndarray, np.ndarray],
    poisson: float = 0.25,
) -> np.ndarray:
    """The same for shear on every patch of a grid on one plane, in single precision.

    Corners that patches share are evaluated once, so that a fine grid costs a quarter of single patches.

    Parameters
    ----------
    x, y, look
        As for `unit_slip_los`.
    plane : ndarray, shape (5,)
        East, north and depth of a point on the plane (km), strike and dip (degrees).
    lines : tuple of ndarray, shapes (A + 1,) and (D + 1,)
        Lines between the patches: km along strike and down the dip from that point, ascending.
    poisson : float
        Poisson's ratio of the half-space.

    Returns
    -------
    ndarray, shape (D * A, 2, P)
        Metres for each metre of left-lateral slip and of thrust slip; rows from the upper edge down, columns
        along strike.
    """
    kind = np.dtype(np.float32)
    east, north, depth, strike, dip = (float(value) for value in plane)
    values = [np.full((1, 1), value, kind) for value in (depth, strike, min(dip, STEEPEST_SINGLE_DEG))]
    points = (x - east).astype(kind)[None], (y - north).astype(kind)[None]
    given = np.asarray(lines[0], kind), np.asarray(lines[1], kind)
    moved = patch_modes(np, *points, values, 1.0 - 2.0 * poisson, (True, True, False), given)
    vectors = np.asarray(look, kind).T
    return np.stack([sum(part * vector for part, vector in zip(mode, vectors)) for mode in moved], 1)
