"""What uneven slip does to the motion: the covariance of what a rectangle of uniform slip cannot explain.

A rupture slips unevenly on its plane. Its motion is that of the uniform rectangle plus that of a random field
of slip on the same plane. The field has neither a moment nor a first moment of its own, so that the rectangle
keeps the rupture's moment and centroid, and the fit is not free to wander off with them.
"""

from __future__ import annotations

import numpy as np

from ..deformation.unit_slip import unit_slip_patches
from .observations import Observations

PATCHES_ALONG, PATCHES_DOWN = 20, 8
"""Patches of the field along strike and down dip: the ground above a shallow rupture sees each patch."""
GROWTH = 1.3
"""Sides of the field over those of the rectangle: uniform slip makes a rectangle shorter than its rupture, by
a fifth, and slip tapers beyond."""
SLIP_VARIATION = 0.9
"""Standard deviation of slip along the mean rake in parts of the mean: slip models have maxima of two to
three times their mean, and taper to zero at their edges."""
RAKE_VARIATION = 0.15
"""The same across the mean rake: local rakes differ from it by about ten degrees."""
CORRELATION_KM, CORRELATION_OF_SIDE = (2.0, 1.0), 1 / 3
"""Correlation lengths are 2 + L / 3 km along strike and 1 + W / 3 km down dip (Mai & Beroza 2002, JGR
107(B11), 2308). An exponential stands for the von Karman correlation (exponent 0.5 instead of 0.75)."""
MEDIUM_ERROR = 0.1
"""What layers, relief and bends of the fault change, in parts of the motion at the point itself."""
MIN_TOP_KM = 0.02
"""Depth of the upper edge of the shallowest patches."""


def field_lines(fault: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines between the patches on which slip varies.

    Parameters
    ----------
    fault : ndarray, shape (7,)
        East, north, depth of the centroid (km), strike, dip (degrees), length and width (km).

    Returns
    -------
    along, down : ndarray, shapes (PATCHES_ALONG + 1,) and (PATCHES_DOWN + 1,)
        Km along strike and down the dip from the rectangle's middle.
    """
    depth, length, width = (float(fault[index]) for index in (2, 5, 6))
    sine = max(float(np.sin(np.radians(fault[4]))), 1e-3)
    beyond = (GROWTH - 1) / 2 * width
    above = (depth - MIN_TOP_KM) / sine - width / 2
    upper, lower = -width / 2 - min(beyond, max(above, 0.0)), width / 2 + beyond
    # equal rows below a deep edge; rows that grow with depth below an edge at the surface
    row, highest = (lower - upper) * sine / PATCHES_DOWN, depth + upper * sine
    power = 1 + row / max(row + highest, 1e-6)
    down = upper + (lower - upper) * np.linspace(0, 1, PATCHES_DOWN + 1) ** power
    return GROWTH * length * np.linspace(-0.5, 0.5, PATCHES_ALONG + 1), down


def field_root(lines_along: np.ndarray, lines_down: np.ndarray) -> np.ndarray:
    """Root F (P, P) of the covariance F F' of relative slip on the patches.

    The field has neither a moment nor a first moment of its own.

    Parameters
    ----------
    lines_along, lines_down : ndarray, shapes (A + 1,) and (D + 1,)
        Those of `field_lines`; patches are in rows from the upper edge down.
    """
    length, width = np.ptp(lines_along), np.ptp(lines_down)
    along, down = (
        grid.ravel()
        for grid in np.meshgrid(*((line[1:] + line[:-1]) / 2 for line in (lines_along, lines_down)))
    )
    area = np.outer(np.diff(lines_down), np.diff(lines_along)).ravel()
    scale = [shortest + CORRELATION_OF_SIDE * side for shortest, side in zip(CORRELATION_KM, (length, width))]
    distance = np.hypot((along[:, None] - along) / scale[0], (down[:, None] - down) / scale[1])
    plane = np.stack([np.ones_like(along), along / length, down / width], 1)
    moments = plane.T * area
    root = np.linalg.cholesky(np.exp(-distance))
    return np.asarray(root - plane @ np.linalg.solve(moments @ plane, moments @ root))


def uneven_slip_covariance(
    observed: Observations, fault: np.ndarray, slips: np.ndarray, motion: np.ndarray
) -> np.ndarray:
    """Covariance (N, N) in m^2 of what a rectangle cannot explain of a rupture on its plane.

    Parameters
    ----------
    observed : Observations
    fault : ndarray, shape (7,)
        The rectangle, as `unit_slip_los` takes it.
    slips : ndarray, shape (2,)
        Strike slip and dip slip, m.
    motion : ndarray, shape (N,)
        The rectangle's motion with these slips, m.
    """
    lines = field_lines(fault)
    unit = unit_slip_patches(observed.x, observed.y, observed.look, fault[:5], lines)
    amount = max(float(np.hypot(*slips)), 1e-9)
    direction = np.asarray(slips, float) / amount
    across = np.array([-direction[1], direction[0]])
    field = field_root(*lines)
    parts = [
        variation * amount * field.T @ np.einsum("pmn,m->pn", unit, turned)
        for variation, turned in ((SLIP_VARIATION, direction), (RAKE_VARIATION, across))
    ]
    stacked = np.concatenate(parts)
    out = np.asarray(stacked.T @ stacked)
    out[np.diag_indices(len(out))] += (MEDIUM_ERROR * observed.without_ramp(motion)) ** 2
    return out
