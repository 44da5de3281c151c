"""Shaking as Modified Mercalli intensity: a model, not a measurement.

Allen, Wald and Worden 2012, Intensity attenuation for active crustal regions, J. Seismol. 16, 409-433,
doi 10.1007/s10950-012-9278-7: their relation for the closest distance to the rupture,

    I = c0 + c1 M + c2 ln sqrt(R^2 + (1 + c3 exp(M - 5))^2),   sigma = s1 + s2 / (1 + (R / s3)^2)

with R in km. The coefficients agree with those of OpenQuake (openquake.hazardlib.gsim.allen_2012_ipe). Soil
and topography are not part of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..decomposition.fault_plane import FaultPlane
from ..raster.grid import Grid, wkt_of_epsg
from .classes import Band, Classes, classify

C0, C1, C2, C3 = 3.950, 0.913, -1.107, 0.813
S1, S2, S3_KM = 0.72, 0.23, 44.7
MAGNITUDES = (5.0, 7.9)
"""Moment magnitudes of the data behind the relation."""
MAX_DISTANCE_KM = 300.0
"""Rupture distance of the data behind the relation, to which the map extends."""
LOWEST = 6
"""Lowest intensity on the map; from VI on buildings are damaged."""
GRID_SIDE = 360
"""Pixels along each side of the map; intensity is smooth."""
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
WORDS = {
    6: "strong shaking, slight damage",
    7: "very strong shaking, moderate damage",
    8: "severe shaking, heavy damage",
    9: "violent shaking, very heavy damage",
    10: "extreme shaking",
}


def intensity(distance_km: np.ndarray, mw: float) -> np.ndarray:
    """Mean Modified Mercalli intensity at a rupture distance."""
    near = (1 + C3 * math.exp(mw - 5)) ** 2
    return np.asarray(C0 + C1 * mw + C2 * np.log(np.sqrt(np.asarray(distance_km) ** 2 + near)))


def intensity_sigma(distance_km: np.ndarray, mw_sigma: float = 0.0) -> np.ndarray:
    """Standard deviation of a single observation about the mean, and that of the magnitude."""
    own = S1 + S2 / (1 + (np.asarray(distance_km) / S3_KM) ** 2)
    return np.asarray(np.hypot(own, C1 * mw_sigma))


def rupture_distance(faults: Sequence[FaultPlane], longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Shortest distance (km) to any of the faults."""
    return np.min([fault.distance_km(longitude, latitude) for fault in faults], axis=0)


def intensity_classes(faults: Sequence[FaultPlane], mw: float) -> Classes:
    """Intensity in whole degrees (VII: 6.5 to 7.5) on a grid of longitude and latitude round the faults."""
    corners = np.array([corner[:2] for fault in faults for corner in fault.corners()])
    reach = _reach_km(mw)
    per_lon, per_lat = faults[0].frame.km_per_degree
    margin = np.array([reach / per_lon, reach / per_lat])
    west, south = corners.min(axis=0) - margin
    east, north = corners.max(axis=0) + margin
    step_x, step_y = (east - west) / GRID_SIDE, (north - south) / GRID_SIDE
    grid = Grid(GRID_SIDE, GRID_SIDE, (west, step_x, 0.0, north, 0.0, -step_y), wkt_of_epsg(4326))
    longitude = west + step_x * (np.arange(GRID_SIDE) + 0.5)
    latitude = north - step_y * (np.arange(GRID_SIDE) + 0.5)
    values = intensity(rupture_distance(faults, *np.meshgrid(longitude, latitude)), mw)
    bands = [
        Band(f"mmi_{degree}", f"{ROMAN[degree]}: {WORDS[degree]}", degree - 0.5, degree + 0.5)
        for degree in range(LOWEST, 11)
    ]
    return classify(values, grid, bands, sieve=False)


def _reach_km(mw: float) -> float:
    """Distance at which the intensity falls below the lowest of the map, at most that of the data."""
    distance = np.linspace(1, MAX_DISTANCE_KM, 600)
    beyond = np.flatnonzero(intensity(distance, mw) < LOWEST - 0.5)
    return float(distance[beyond[0]]) if len(beyond) else MAX_DISTANCE_KM
