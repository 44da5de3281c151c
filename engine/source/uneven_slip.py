"""What uneven slip does to the motion: the covariance of what a rectangle of uniform slip cannot explain.

A rupture slips unevenly on its plane. Its motion is that of the uniform rectangle plus that of a random field
of slip on the same plane. The field has neither a moment nor a first moment of its own, so that the rectangle
keeps the rupture's moment and centroid, and the fit is not free to wander off with them.
"""

from __future__ import annotations

import numpy as np

from ..deformation.unit_slip import unit_slip_los
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


def field_patches(fault: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The patches on which slip varies.

    Parameters
    ----------
    fault : ndarray, shape (7,)
        East, north, depth of the centroid (km), strike, dip (degrees), length and width (km).

    Returns
    -------
    patches : ndarray, shape (P, 7)
        As `unit_slip_los` takes them.
    along, down : ndarray, shape (P,)
        Their places on the plane, km from the rectangle's middle.
    """
    east, north, depth, strike, dip, length, width = (float(value) for value in fault)
    phi, delta = np.radians(strike), np.radians(dip)
    beyond = (GROWTH - 1) / 2 * width
    above = (depth - MIN_TOP_KM) / max(np.sin(delta), 1e-3) - width / 2
    upper, lower = -width / 2 - min(beyond, max(above, 0.0)), width / 2 + beyond
    # equal rows below a deep edge; rows that grow with depth below an edge at the surface
    row, highest = (lower - upper) * np.sin(delta) / PATCHES_DOWN, depth + upper * np.sin(delta)
    power = 1 + row / max(row + highest, 1e-6)
    edges = upper + (lower - upper) * np.linspace(0, 1, PATCHES_DOWN + 1) ** power
    side_along, side_down = GROWTH * length / PATCHES_ALONG, np.repeat(np.diff(edges), PATCHES_ALONG)
    along, down = np.meshgrid(
        (np.arange(PATCHES_ALONG) + 0.5) * side_along - GROWTH * length / 2, (edges[1:] + edges[:-1]) / 2
    )
    along, down = along.ravel(), down.ravel()
    across = down * np.cos(delta)
    patches = np.empty((along.size, 7))
    patches[:, 0] = east + along * np.sin(phi) + across * np.cos(phi)
    patches[:, 1] = north + along * np.cos(phi) - across * np.sin(phi)
    patches[:, 2] = np.maximum(depth + down * np.sin(delta), side_down / 2 * np.sin(delta) + 1e-3)
    patches[:, 3:6] = strike, dip, side_along
    patches[:, 6] = side_down
    return patches, along, down


def field_covariance(
    along: np.ndarray, down: np.ndarray, area: np.ndarray, sides: tuple[float, float]
) -> np.ndarray:
    """Covariance (P, P) of relative slip on patches, without a moment or a first moment of its own.

    Parameters
    ----------
    along, down : ndarray, shape (P,)
        Middles of the patches on the plane, km.
    area : ndarray, shape (P,)
        Square km.
    sides : tuple of 2 floats
        Length and width of the field, km.
    """
    scale = [shortest + CORRELATION_OF_SIDE * side for shortest, side in zip(CORRELATION_KM, sides)]
    distance = np.hypot((along[:, None] - along) / scale[0], (down[:, None] - down) / scale[1])
    plane = np.stack([np.ones_like(along), along / sides[0], down / sides[1]], 1)
    moments = plane.T * area
    keep = np.eye(len(along)) - plane @ np.linalg.solve(moments @ plane, moments)
    return np.asarray(keep @ np.exp(-distance) @ keep.T)


def uneven_slip_covariance(observed: Observations, fault: np.ndarray, slips: np.ndarray) -> np.ndarray:
    """Covariance (N, N) in m^2 of what a rectangle cannot explain of a rupture on its plane.

    Parameters
    ----------
    observed : Observations
    fault : ndarray, shape (7,)
        The rectangle, as `unit_slip_los` takes it.
    slips : ndarray, shape (2,)
        Strike slip and dip slip, m.
    """
    patches, along, down = field_patches(fault)
    unit = unit_slip_los(observed.x, observed.y, observed.look, patches, dtype=np.float32)
    amount = max(float(np.hypot(*slips)), 1e-9)
    direction = np.asarray(slips, float) / amount
    sides = GROWTH * float(fault[5]), GROWTH * float(fault[6])
    field = field_covariance(along, down, patches[:, 5] * patches[:, 6], sides)
    out = np.zeros((len(observed.x),) * 2)
    for variation, turned in (
        (SLIP_VARIATION, direction),
        (RAKE_VARIATION, np.array([-direction[1], direction[0]])),
    ):
        motion = np.einsum("pmn,m->pn", unit, turned)
        out += (variation * amount) ** 2 * motion.T @ field @ motion
    whole = slips @ unit_slip_los(observed.x, observed.y, observed.look, np.asarray(fault)[None])[0]
    out[np.diag_indices(len(out))] += (MEDIUM_ERROR * observed.without_ramp(whole)) ** 2
    return out
