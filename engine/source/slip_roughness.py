"""What a rectangle of uniform slip cannot explain: the motion by slip that varies on its plane.

Slip is a von Karman random field about its mean (Mai & Beroza 2002, A spatial random field model to
characterize
complexity in earthquake slip, J. Geophys. Res. 107(B11), 2308): Hurst exponent 0.75, correlation lengths of
2 km + L / 3 along strike and 1 km + W / 3 down dip. Its motion is correlated between points and looks;
weights
that know this neither trust the near field too much nor count one patch of slip many times.
"""

from __future__ import annotations

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from .observations import Observations

ALONG, DOWN = 10, 6
"""Patches of the plane."""
PLANE_GROWTH = 1.25
"""Sides of the plane in parts of the rectangle's: slip tapers towards a rupture's ends, so that a
rectangle of
uniform slip is shorter than the rupture."""
CONTRAST = 0.8
"""Standard deviation of slip about its mean, in parts of the mean (Mai & Beroza 2002: about 0.9)."""
CROSS_CONTRAST = 0.15
"""The same for slip across the rake."""
HURST = 0.75


def slip_covariance(observed: Observations, fault: np.ndarray, slips: np.ndarray) -> np.ndarray:
    """Covariance (N, N) in m^2 of the points' motion by slip that varies while its mean stays.

    Parameters
    ----------
    observed : Observations
    fault : ndarray, shape (7,)
        As `unit_slip_los` takes it.
    slips : ndarray, shape (2,)
        Mean strike slip and dip slip, m.
    """
    patches, along, down = _patches(fault)
    motion = unit_slip_los(observed.x, observed.y, observed.look, patches)
    rake = np.arctan2(slips[1], slips[0])
    parallel = motion[:, 0] * np.cos(rake) + motion[:, 1] * np.sin(rake)
    across = motion[:, 1] * np.cos(rake) - motion[:, 0] * np.sin(rake)
    far = (along[:, None] - along) / (2.0 + fault[5] * PLANE_GROWTH / 3)
    deep = (down[:, None] - down) / (1.0 + fault[6] * PLANE_GROWTH / 3)
    centre = np.eye(len(along)) - 1 / len(along)
    field = centre @ von_karman(np.hypot(far, deep)) @ centre
    size = float(np.hypot(*slips))
    total = (CONTRAST * size) ** 2 * (parallel.T @ field @ parallel)
    return np.asarray(total + (CROSS_CONTRAST * size) ** 2 * (across.T @ field @ across))


def _patches(fault: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patches (ALONG x DOWN, 7) of the grown plane, and their places along strike and down dip in km."""
    east, north, depth, strike, dip, length, width = fault
    sine, cosine = np.sin(np.radians(dip)), np.cos(np.radians(dip))
    length, half = length * PLANE_GROWTH, width * PLANE_GROWTH / 2
    # the plane ends at the surface
    upper = min(half, depth * 0.99 / max(sine, 1e-3))
    along, down = np.meshgrid(
        ((np.arange(ALONG) + 0.5) / ALONG - 0.5) * length,
        -upper + (np.arange(DOWN) + 0.5) / DOWN * (upper + half),
    )
    along, down = along.ravel(), down.ravel()
    phi = np.radians(strike)
    patches = np.empty((along.size, 7))
    patches[:, 0] = east + along * np.sin(phi) + down * cosine * np.cos(phi)
    patches[:, 1] = north + along * np.cos(phi) - down * cosine * np.sin(phi)
    patches[:, 2] = depth + down * sine
    patches[:, 3:5] = strike, dip
    patches[:, 5:7] = length / ALONG, (upper + half) / DOWN
    return patches, along, down


def von_karman(lag: np.ndarray, hurst: float = HURST) -> np.ndarray:
    """Von Karman correlation at a lag in correlation lengths: lag^H K_H(lag), 1 at 0."""
    # K_H(x) is the integral of exp(-x cosh t) cosh(H t) over t from 0; beyond 12 nothing is left
    table = np.geomspace(1e-4, 20, 400)
    t = np.linspace(0, 12, 2401)
    kernel = np.exp(-table[:, None] * np.cosh(t)) * np.cosh(hurst * t)
    bessel = (kernel[:, 1:] + kernel[:, :-1]).sum(1) * (t[1] - t[0]) / 2
    correlation = table**hurst * bessel
    return np.interp(
        lag, np.concatenate([[0.0], table]), np.concatenate([[1.0], correlation / correlation[0]])
    )
