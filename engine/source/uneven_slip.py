"""What uneven slip does to the motion: the covariance of what a rectangle of uniform slip cannot explain.

A rupture slips unevenly on its plane. Its motion is that of the uniform rectangle plus that of a random field
of slip on the same plane. The field has neither a moment nor a first moment of its own, so that the rectangle
keeps the rupture's moment and centroid, and the fit is not free to wander off with them.
"""

from __future__ import annotations

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from .observations import Observations

PATCHES_ALONG, PATCHES_DOWN = 10, 6
"""Patches of the field along strike and down dip."""
GROWTH = 1.3
"""Sides of the field over those of the rectangle: uniform slip makes a rectangle shorter than its rupture, by
a fifth, and slip tapers beyond."""
SLIP_VARIATION = 0.7
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
    side_along, side_down = GROWTH * length / PATCHES_ALONG, (lower - upper) / PATCHES_DOWN
    along, down = np.meshgrid(
        (np.arange(PATCHES_ALONG) + 0.5) * side_along - GROWTH * length / 2,
        upper + (np.arange(PATCHES_DOWN) + 0.5) * side_down,
    )
    along, down = along.ravel(), down.ravel()
    across = down * np.cos(delta)
    patches = np.empty((along.size, 7))
    patches[:, 0] = east + along * np.sin(phi) + across * np.cos(phi)
    patches[:, 1] = north + along * np.cos(phi) - across * np.sin(phi)
    patches[:, 2] = np.maximum(depth + down * np.sin(delta), side_down / 2 * np.sin(delta) + 1e-3)
    patches[:, 3:] = strike, dip, side_along, side_down
    return patches, along, down


def field_covariance(along: np.ndarray, down: np.ndarray, length: float, width: float) -> np.ndarray:
    """Covariance (P, P) of relative slip on patches without a moment or a first moment of its own."""
    scale = [shortest + CORRELATION_OF_SIDE * side for shortest, side in zip(CORRELATION_KM, (length, width))]
    distance = np.hypot((along[:, None] - along) / scale[0], (down[:, None] - down) / scale[1])
    basis, _ = np.linalg.qr(np.stack([np.ones_like(along), along / length, down / width], 1))
    keep = np.eye(len(along)) - basis @ basis.T
    return np.asarray(keep @ np.exp(-distance) @ keep)


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
    unit = unit_slip_los(observed.x, observed.y, observed.look, patches)
    amount = max(float(np.hypot(*slips)), 1e-9)
    direction = np.asarray(slips, float) / amount
    field = field_covariance(along, down, GROWTH * float(fault[5]), GROWTH * float(fault[6]))
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
