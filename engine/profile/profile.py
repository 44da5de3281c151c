"""The profile as a whole: from an interferogram and a line to displacement over distance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..errors import InputError
from ..interferogram import Interferogram, Quantity
from .line import Vertices, distances_m, lonlats, positions
from .sampling import sample
from .unwrapping import UNSAFE_STEP_RAD, unwrap_along

REFERENCE_SAMPLES = 9
"""Valid samples at the start of the line whose median is the zero of the displacement."""
LOW_CONSISTENCY = 0.5
"""Median length of the averaged phasors below which noise hides the fringes."""


@dataclass(frozen=True)
class ProfileSettings:
    """How a line is sampled.

    Attributes
    ----------
    average_pixels : int
        Pixels along and across that are averaged for each sample; odd, 1 for none.
    zero_at_start : bool
        Whether displacement is relative to the start of the line. Wrapped phase has no other zero, so it
        always is.
    unsafe_step_rad : float
        Difference between neighbouring samples of wrapped phase from which unwrapping is unsafe.
    """

    average_pixels: int = 3
    zero_at_start: bool = True
    unsafe_step_rad: float = UNSAFE_STEP_RAD

    def check(self) -> None:
        """Refuse settings that cannot be used."""
        if self.average_pixels < 1 or self.average_pixels % 2 == 0:
            raise InputError("The number of averaged pixels must be odd, such as 1, 3 or 5.")
        if not 0 < self.unsafe_step_rad <= math.pi:
            raise InputError("The largest safe step must be more than 0 and at most pi radians.")


@dataclass(frozen=True)
class Profile:
    """Line-of-sight displacement along a line.

    Attributes
    ----------
    name : str
        The interferogram.
    distance : ndarray, shape (N,)
        From the start along the line; `distance_unit` is "km", or "pixels" without a coordinate system.
    x, y : ndarray, shape (N,)
        In the coordinate system of the interferogram.
    lon, lat : ndarray, shape (N,)
        Degrees, WGS 84; NaN where unknown.
    phase_rad : ndarray, shape (N,)
        As read, positive towards the satellite; wrapped if `wrapped`.
    continuous_rad : ndarray, shape (N,)
        Unwrapped along the line and relative to its zero.
    los_cm : ndarray, shape (N,), or None
        Displacement along the line of sight, positive towards the satellite; None without a wavelength.
    consistency : ndarray, shape (N,)
        Length of the mean phasor, 0 to 1.
    unsafe : ndarray, shape (N,), bool
        Samples that cannot be joined safely to the one before.
    fringe_cm : float or None
        Displacement of one fringe.
    positive : str
        "toward", "away" or "unknown": the motion that positive values of the source meant.
    """

    name: str
    distance: np.ndarray
    distance_unit: str
    x: np.ndarray
    y: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    phase_rad: np.ndarray
    continuous_rad: np.ndarray
    los_cm: Optional[np.ndarray]
    consistency: np.ndarray
    unsafe: np.ndarray
    wrapped: bool
    fringe_cm: Optional[float]
    positive: str
    zero_at_start: bool
    warnings: list[str] = field(default_factory=list)

    @property
    def values(self) -> np.ndarray:
        """What a plot shows: displacement in cm, or fringes where the wavelength is not known."""
        return self.continuous_rad / (2 * math.pi) if self.los_cm is None else self.los_cm

    @property
    def unit(self) -> str:
        """Unit of `values`: "cm" or "fringes"."""
        return "fringes" if self.los_cm is None else "cm"

    @property
    def fringe(self) -> float:
        """One fringe in the unit of `values`."""
        return self.fringe_cm if self.los_cm is not None and self.fringe_cm else 1.0


def profile_along(
    interferogram: Interferogram, vertices: Vertices, settings: Optional[ProfileSettings] = None
) -> Profile:
    """Read an interferogram along a line.

    Parameters
    ----------
    interferogram : Interferogram
    vertices : sequence of (x, y)
        The line in the coordinate system of the interferogram.
    settings : ProfileSettings, optional

    Raises
    ------
    InputError
        When the line is too short, does not touch valid data, or cannot be read.
    """
    settings = settings or ProfileSettings()
    settings.check()
    grid = interferogram.grid
    points = positions(grid, vertices)
    wrapped = interferogram.quantity is Quantity.WRAPPED
    phase, consistency = sample(interferogram.read, points, settings.average_pixels, wrapped)
    if np.isfinite(phase).sum() < 2:
        raise InputError(f"“{interferogram.name}” has no valid data along this line; draw it elsewhere.")
    unsafe = np.zeros(len(phase), dtype=bool)
    continuous = phase
    if wrapped:
        continuous, unsafe = unwrap_along(phase, settings.unsafe_step_rad)
    zero_at_start = settings.zero_at_start or wrapped
    if zero_at_start:
        continuous = continuous - _zero(continuous)
    fringe_m = interferogram.fringe_m
    scale = 1000.0 if grid.is_metric else 1.0
    lonlat = lonlats(grid, points)
    xy = np.array([grid.xy(col, row) for col, row in points.tolist()])
    return Profile(
        name=interferogram.name,
        distance=distances_m(grid, points) / scale,
        distance_unit="km" if grid.is_metric else "pixels",
        x=xy[:, 0],
        y=xy[:, 1],
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        phase_rad=phase,
        continuous_rad=continuous,
        los_cm=None if not fringe_m else continuous / (2 * math.pi) * 100 * fringe_m,
        consistency=consistency,
        unsafe=unsafe,
        wrapped=wrapped,
        fringe_cm=None if not fringe_m else 100 * fringe_m,
        positive=interferogram.positive,
        zero_at_start=zero_at_start,
        warnings=_warnings(interferogram, unsafe, consistency if wrapped else None),
    )


def _zero(continuous: np.ndarray) -> float:
    """Median of the first valid samples."""
    valid = continuous[np.isfinite(continuous)]
    return float(np.median(valid[:REFERENCE_SAMPLES]))


def _warnings(
    interferogram: Interferogram, unsafe: np.ndarray, consistency: Optional[np.ndarray]
) -> list[str]:
    """What the reader of the profile must know, as sentences."""
    found = []
    count = int(unsafe.sum())
    if count:
        places = "one place" if count == 1 else f"{count} places"
        found.append(
            f"Unwrapping is unsafe at {places} (marked): the phase changes too fast there, or data are "
            "missing, so the displacement beyond may be off by whole fringes."
        )
    if consistency is not None and float(np.nanmedian(consistency)) < LOW_CONSISTENCY:
        found.append("The phase along this line is mostly noise; average more pixels or draw it elsewhere.")
    if interferogram.positive == "unknown":
        found.append("The sign of the phase is not known, so up and down may be exchanged.")
    if not interferogram.fringe_m:
        found.append("The wavelength is not known, so the profile is in fringes.")
    return found
