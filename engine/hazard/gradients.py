"""Tilt and strain of the ground, and the levels at which buildings suffer.

Tilt is the gradient of vertical displacement. A building on ground that bends by an angle is distorted by at
most that angle; from 1/500 walls crack, from 1/300 walls of frames crack, from 1/150 structures are damaged
(Skempton and MacDonald 1956, Proc. Inst. Civ. Eng. 5, 727; Bjerrum 1963, Eur. Conf. Soil Mech. 2, 135).
Strain is the horizontal gradient of horizontal displacement; the limiting tensile strains of masonry are
those of Boscardin and Cording 1989 (J. Geotech. Eng. 115, 1), after Burland et al. 1977.
"""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from ..decomposition.ramp import box_mean
from ..raster.grid import Grid
from .classes import Band, Classes, classify
from .ground import GroundMotion

TILT_BANDS = (
    Band("tilt_1e-5", "10 to 50 µrad", 1e-5, 5e-5),
    Band("tilt_5e-5", "50 to 200 µrad", 5e-5, 2e-4),
    Band("tilt_2e-4", "0.2 to 2 mrad (below 1/500)", 2e-4, 1 / 500),
    Band(
        "tilt_1/500",
        "1/500 to 1/300: limit for buildings in which cracks are not permitted",
        1 / 500,
        1 / 300,
    ),
    Band("tilt_1/300", "1/300 to 1/150: cracks in walls", 1 / 300, 1 / 150),
    Band("tilt_1/150", "above 1/150: structural damage", 1 / 150, math.inf),
)
STRAIN_BANDS = (
    Band("strain_1e-5", "10 to 50 µstrain", 1e-5, 5e-5),
    Band("strain_5e-5", "50 to 500 µstrain: negligible", 5e-5, 5e-4),
    Band("strain_5e-4", "0.05 to 0.075 %: very slight damage", 5e-4, 7.5e-4),
    Band("strain_7.5e-4", "0.075 to 0.15 %: slight damage", 7.5e-4, 1.5e-3),
    Band("strain_1.5e-3", "0.15 to 0.3 %: moderate damage", 1.5e-3, 3e-3),
    Band("strain_3e-3", "above 0.3 %: severe damage", 3e-3, math.inf),
)
TILT_DAMAGE_FROM, STRAIN_DAMAGE_FROM = 1 / 500, 5e-4
"""From here on buildings are at risk."""
BASE_M = 1000.0
"""Displacement is averaged over this length before its gradient is taken: noise from pixel to pixel has steep
gradients of its own."""


def gradient(values: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Gradient to the east and to the north, metres per metre, of values averaged over `BASE_M`."""
    dx, dy = grid.pixel_size_m
    size = 2 * int(BASE_M / max(dx, dy) / 2) + 1
    if size > 1:
        valid = np.isfinite(values)
        share = box_mean(valid.astype(np.float64), size)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = box_mean(np.where(valid, values, 0.0).astype(np.float64), size) / share
        values = np.where(valid, mean, np.nan)
    down, across = np.gradient(values.astype(np.float64))
    return across / dx, -down / dy


def tilt(motion: GroundMotion) -> np.ndarray:
    """Size of the gradient of `rise`, radians."""
    return np.asarray(np.hypot(*gradient(motion.rise, motion.grid)))


def strain(motion: GroundMotion) -> Optional[np.ndarray]:
    """Largest horizontal extension or shortening; of the east component alone where north is unknown."""
    if motion.east is None:
        return None
    ee, en = gradient(motion.east, motion.grid)
    if motion.north is None or not np.isfinite(motion.north).any():
        return np.abs(ee)
    ne, nn = gradient(motion.north, motion.grid)
    mean, half = (ee + nn) / 2, np.hypot((ee - nn) / 2, (en + ne) / 2)
    return np.asarray(np.abs(mean) + half)


def tilt_classes(motion: GroundMotion) -> Classes:
    """Classes of tilt, with the levels of the literature."""
    return classify(tilt(motion), motion.grid, TILT_BANDS)


def strain_classes(motion: GroundMotion) -> Optional[Classes]:
    """Classes of strain, with the levels of the literature; None with one look."""
    values = strain(motion)
    return None if values is None else classify(values, motion.grid, STRAIN_BANDS)
