"""Mechanisms: moment tensor, the auxiliary plane, and the angle between two mechanisms."""

from __future__ import annotations

import numpy as np

from ..numerics.arrays import Array

Angles = tuple[float, float, float]
"""Strike, dip and rake in degrees (Aki & Richards)."""


def slip_and_normal(strike: Array, dip: Array, rake: Array) -> tuple[np.ndarray, np.ndarray]:
    """Unit slip vector of the hanging wall and unit normal of the plane.

    Aki & Richards (2002), Quantitative Seismology, equations 4.88 and 4.89.

    Parameters
    ----------
    strike, dip, rake : arrays of one shape
        Degrees.

    Returns
    -------
    slip, normal : ndarray, shape (..., 3)
        North, east, down. The normal points into the hanging wall (up).
    """
    phi, delta, lam = (np.radians(np.asarray(angle, float)) for angle in (strike, dip, rake))
    sp, cp, sd, cd, sl, cl = np.sin(phi), np.cos(phi), np.sin(delta), np.cos(delta), np.sin(lam), np.cos(lam)
    slip = np.stack([cl * cp + cd * sl * sp, cl * sp - cd * sl * cp, -sl * sd], -1)
    normal = np.stack([-sd * sp, sd * cp, -cd], -1)
    return slip, normal


def plane_of(slip: np.ndarray, normal: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strike (0 to 360), dip (0 to 90) and rake (-180 to 180) in degrees from slip and normal, (..., 3)."""
    turn = np.where(normal[..., 2:] > 0, -1.0, 1.0)
    slip, normal = slip * turn, normal * turn
    strike = np.arctan2(-normal[..., 0], normal[..., 1])
    dip = np.arccos(np.clip(-normal[..., 2], -1, 1))
    along = slip[..., 0] * np.cos(strike) + slip[..., 1] * np.sin(strike)
    up_dip = (slip[..., 0] * np.sin(strike) - slip[..., 1] * np.cos(strike)) * np.cos(dip)
    up_dip = up_dip - slip[..., 2] * np.sin(dip)
    rake = np.arctan2(up_dip, along)
    return np.degrees(strike) % 360, np.degrees(dip), np.degrees(rake)


def auxiliary(strike: Array, dip: Array, rake: Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The other nodal plane of a double couple: slip and normal change places."""
    slip, normal = slip_and_normal(strike, dip, rake)
    return plane_of(normal, slip)


def moment_tensor(strike: float, dip: float, rake: float, moment: float = 1.0) -> np.ndarray:
    """Mrr, Mtt, Mpp, Mrt, Mrp, Mtp of a double couple (r up, t south, p east), in the unit of `moment`."""
    slip, normal = slip_and_normal(np.float64(strike), np.float64(dip), np.float64(rake))
    m = moment * (np.outer(slip, normal) + np.outer(normal, slip))
    return np.array([m[2, 2], m[0, 0], m[1, 1], m[0, 2], -m[1, 2], -m[0, 1]])


def tensor_matrix(tensor: np.ndarray) -> np.ndarray:
    """The symmetric matrix (north, east, down) of Mrr, Mtt, Mpp, Mrt, Mrp, Mtp."""
    rr, tt, pp, rt, rp, tp = tensor
    return np.array([[tt, -tp, rt], [-tp, pp, -rp], [rt, -rp, rr]])


def planes_of_tensor(tensor: np.ndarray) -> tuple[Angles, Angles]:
    """Both nodal planes of the best double couple of a moment tensor in the order of `moment_tensor`."""
    _, vectors = np.linalg.eigh(tensor_matrix(np.asarray(tensor, float)))
    pressure, tension = vectors[:, 0], vectors[:, 2]
    one, other = (tension + pressure) / np.sqrt(2), (tension - pressure) / np.sqrt(2)
    first = plane_of(one, other)
    second = plane_of(other, one)
    return tuple(float(a) for a in first), tuple(float(a) for a in second)  # type: ignore[return-value]


def kagan_angle(strike: Array, dip: Array, rake: Array, other: tuple[Array, Array, Array]) -> np.ndarray:
    """Smallest rotation in degrees (0 to 120) that turns one double couple into another (Kagan 1991).

    Kagan, Y. Y. (1991), 3-D rotation of double-couple earthquake sources, Geophys. J. Int. 106, 709-716.

    Parameters
    ----------
    strike, dip, rake : arrays, shape (N,) or numbers
        Degrees.
    other : tuple of three arrays or numbers
        Strike, dip and rake of the other mechanism.
    """
    mine, theirs = _axes(strike, dip, rake), _axes(*other)
    product = np.swapaxes(mine, -1, -2) @ theirs
    # a double couple is unchanged by half turns about its three axes: flip pairs of signs
    flips = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    traces = np.einsum("...ii,fi->...f", product, flips)
    cosine = np.clip((traces.max(-1) - 1) / 2, -1, 1)
    return np.asarray(np.degrees(np.arccos(cosine)))


def _axes(strike: Array, dip: Array, rake: Array) -> np.ndarray:
    """Tension, null and pressure axes as columns of a right-handed (..., 3, 3)."""
    slip, normal = slip_and_normal(strike, dip, rake)
    tension, pressure = (slip + normal) / np.sqrt(2), (normal - slip) / np.sqrt(2)
    return np.stack([tension, np.cross(pressure, tension), pressure], -1)
