"""All points that enter a fit, in one local frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .frame import LocalFrame
from .look import Look
from .thinning import thin

MAX_POINTS = 600
"""Largest number of points of all looks together; memory and time grow with its square."""


@dataclass(frozen=True)
class Observations:
    """Thinned points of all looks, one after the other.

    Attributes
    ----------
    frame : LocalFrame
    x, y : ndarray, shape (N,)
        East and north, km.
    look : ndarray, shape (N, 3)
        East, north, up, from the ground to the satellite.
    data : ndarray, shape (N,)
        Metres towards the satellite.
    part : ndarray of int, shape (N,)
        The look to which a point belongs, from 0.
    extra_noise : ndarray, shape (number of looks,)
        Metres, to be added to the noise of each look.
    """

    frame: LocalFrame
    x: np.ndarray
    y: np.ndarray
    look: np.ndarray
    data: np.ndarray
    part: np.ndarray
    extra_noise: np.ndarray

    @property
    def looks(self) -> int:
        """Number of looks."""
        return len(self.extra_noise)

    @cached_property
    def distance(self) -> np.ndarray:
        """Km between all points, (N, N)."""
        return np.hypot(self.x[:, None] - self.x, self.y[:, None] - self.y)

    @cached_property
    def extent(self) -> float:
        """Larger side of the area in km."""
        return float(max(np.ptp(self.x), np.ptp(self.y)))

    @cached_property
    def ramps(self) -> np.ndarray:
        """Offset and slopes (a unit is half the extent) of each look, (N, 3 x looks)."""
        scale = 2 / self.extent
        plane = np.stack([np.ones_like(self.x), self.x * scale, self.y * scale], 1)
        return np.hstack([plane * (self.part == look)[:, None] for look in range(self.looks)])

    def without_ramp(self, values: np.ndarray) -> np.ndarray:
        """Values less the least-squares ramp of each look."""
        return np.asarray(values - self.ramps @ np.linalg.lstsq(self.ramps, values, rcond=None)[0])


def observe(looks: Sequence[Look], frame: LocalFrame, cells: int) -> Observations:
    """Thin the looks to at most `cells` points each and put them into one frame."""
    cells = min(cells, MAX_POINTS // len(looks))
    columns = []
    for number, look in enumerate(looks):
        x, y = frame.to_km(look.longitude, look.latitude)
        chosen = thin(x, y, look.displacement, cells)
        columns.append(
            (x[chosen], y[chosen], look.look_vectors[chosen], look.displacement[chosen], chosen * 0 + number)
        )
    x, y, vectors, data, part = (np.concatenate(values) for values in zip(*columns))
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    extra = np.array([look.extra_noise_m for look in looks])
    return Observations(frame, x, y, vectors.astype(float), data.astype(float), part, extra)


def variance_reduction(observed: Observations, residual: np.ndarray) -> float:
    """1 - (residuals)^2 / (data without ramps)^2; ramps are fitted to the residuals, (N,)."""
    left = observed.without_ramp(residual)
    ramp = residual - left
    return float(1 - (left**2).sum() / max(((observed.data - ramp) ** 2).sum(), 1e-30))
