"""Least squares for each pixel: from displacement along several lines of sight to east, north and up.

A look sees d = l · u, with l the unit vector from the ground to the satellite and u = (east, north, up).
All radar satellites fly nearly north-south, so that l has little north, and two looks cannot tell north
motion from the others: north is then fixed to zero (Fialko et al. 2001, Geophys. Res. Lett. 28, 3063; Wright
et al. 2004, Geophys. Res. Lett. 31, L01607). What that neglects goes into the uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError

MIN_ANGLE_DEG = 12.0
"""Smallest spread of the lines of sight in the plane of east and up; two frames of one pass differ by
less."""
MAX_SIGMA_RATIO = 50.0
"""Pixels are left out whose uncertainty exceeds that of the looks by more: their lines are parallel."""
CHUNK_PIXELS = 1 << 18
"""Pixels solved at once for three components."""


@dataclass
class Components:
    """Displacement and its standard deviation in metres, each (H, W) float32 with NaN where unknown.

    Attributes
    ----------
    north, north_sigma : ndarray
        NaN everywhere where north was fixed to zero.
    misfit : float
        Root mean square of residual over sigma where more looks overlap than unknowns; NaN without any.
    north_in_up, north_in_east : float
        Change of up and east (metres, mean) for one metre of north motion that is neglected.
    """

    east: np.ndarray
    north: np.ndarray
    up: np.ndarray
    east_sigma: np.ndarray
    north_sigma: np.ndarray
    up_sigma: np.ndarray
    misfit: float
    north_in_up: float = float("nan")
    north_in_east: float = float("nan")


def check_geometry(vectors: np.ndarray) -> None:
    """Refuse looks that are all nearly parallel.

    Parameters
    ----------
    vectors : ndarray, shape (K, 3)
        One look vector for each.

    Raises
    ------
    InputError
    """
    angles = np.degrees(np.arctan2(vectors[:, 0], vectors[:, 2]))
    if np.ptp(angles) < MIN_ANGLE_DEG:
        raise InputError(
            "All looks see the ground from nearly the same direction, so up and east cannot be told apart; "
            "add a look of the other pass (ascending and descending)."
        )


def solve_up_east(
    values: np.ndarray, sigmas: np.ndarray, vectors: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Up and east with north fixed to zero.

    Parameters
    ----------
    values, sigmas : ndarray, shape (K, H, W)
        Displacement along each line of sight and its standard deviation, metres; NaN where not valid.
    vectors : ndarray, shape (K, 3, H, W)

    Returns
    -------
    solution : ndarray, shape (2, H, W)
        East and up.
    covariance : ndarray, shape (3, H, W)
        Variance of east, of up, and their covariance, from the noise of the looks.
    per_north : ndarray, shape (2, H, W)
        Error of east and up for one metre of north motion.
    residual : ndarray, shape (2, H, W)
        Sum of squared residuals over their variances, and looks less unknowns.
    """
    valid = np.isfinite(values) & np.isfinite(vectors).all(axis=1) & (sigmas > 0)
    weight = np.where(valid, 1 / np.where(valid, sigmas, 1.0).astype(np.float64) ** 2, 0.0)
    data = np.where(valid, values, 0.0)
    e, n, u = (np.where(valid, vectors[:, axis], 0.0) for axis in range(3))
    ee, uu, eu = (weight * e * e).sum(0), (weight * u * u).sum(0), (weight * e * u).sum(0)
    determinant = ee * uu - eu**2
    best = np.where(valid, sigmas, np.inf).min(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        inverse = np.stack([uu, ee, -eu]) / determinant
        known = (valid.sum(0) >= 2) & (determinant > 0)
        known &= np.sqrt(np.maximum(inverse[0], inverse[1])) < MAX_SIGMA_RATIO * best
        inverse = np.where(known, inverse, np.nan)

        def project(right: np.ndarray) -> np.ndarray:
            along_e, along_u = (weight * e * right).sum(0), (weight * u * right).sum(0)
            return np.stack(
                [inverse[0] * along_e + inverse[2] * along_u, inverse[2] * along_e + inverse[1] * along_u]
            )

        solution, per_north = project(data), project(n)
        left = data - e * solution[0] - u * solution[1]
        square = (weight * left**2).sum(0)
    return solution, inverse, per_north, np.stack([square, valid.sum(0) - 2.0])


def solve_three(
    values: np.ndarray, sigmas: np.ndarray, vectors: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """East, north and up where three or more looks overlap.

    Returns
    -------
    solution, sigma : ndarray, shape (3, H, W)
        NaN where fewer than three looks overlap or they cannot resolve the three components.
    residual : ndarray, shape (2, H, W)
        As in `solve_up_east`.
    """
    shape = values.shape[1:]
    flat_values, flat_sigmas = values.reshape(len(values), -1), sigmas.reshape(len(values), -1)
    flat_vectors = vectors.reshape(len(values), 3, -1)
    solution, sigma = (np.full((3, flat_values.shape[1]), np.nan) for _ in range(2))
    residual = np.zeros((2, flat_values.shape[1]))
    valid = np.isfinite(flat_values) & np.isfinite(flat_vectors).all(axis=1) & (flat_sigmas > 0)
    pixels = np.flatnonzero(valid.sum(0) >= 3)
    for start in range(0, len(pixels), CHUNK_PIXELS):
        part = pixels[start : start + CHUNK_PIXELS]
        good = valid[:, part]
        weight = np.where(good, 1 / np.where(good, flat_sigmas[:, part], 1.0).astype(np.float64) ** 2, 0.0)
        design = np.where(good[:, None], flat_vectors[:, :, part], 0.0)
        data = np.where(good, flat_values[:, part], 0.0)
        normal = np.einsum("kp,kip,kjp->pij", weight, design, design)
        right = np.einsum("kp,kip,kp->pi", weight, design, data)
        solved = np.linalg.cond(normal) < 1e12
        inverse = np.linalg.inv(np.where(solved[:, None, None], normal, np.eye(3)))
        found = np.einsum("pij,pj->pi", inverse, right)
        variance = np.diagonal(inverse, axis1=1, axis2=2)
        left = data - np.einsum("kip,pi->kp", design, found)
        residual[0, part] = (weight * left**2).sum(0)
        residual[1, part] = good.sum(0) - 3.0
        solution[:, part] = np.where(solved[:, None], found, np.nan).T
        sigma[:, part] = np.where(solved[:, None], np.sqrt(np.maximum(variance, 0)), np.nan).T
    return solution.reshape(3, *shape), sigma.reshape(3, *shape), residual.reshape(2, *shape)


def misfit_of(residual: np.ndarray) -> float:
    """Root mean square of residual over sigma per degree of freedom; NaN where there is no redundancy."""
    free = residual[1] > 0
    return float(np.sqrt(residual[0][free].sum() / residual[1][free].sum())) if free.any() else float("nan")
