"""A published slip model as arrays, as the readers return it and the forward model takes it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ....engine.deformation.okada import bury
from ....engine.errors import InputError
from .scaling import RIGIDITY, moment_magnitude

PATCH_FIELDS = (
    "east", "north", "depth", "strike", "dip", "length", "width", "strike_slip", "dip_slip", "opening",
)  # fmt: skip


@dataclass(frozen=True)
class FiniteFault:
    """Rectangular patches with their slip.

    Attributes
    ----------
    event : str
        Name of the earthquake in the file.
    source : str
        Name of the file.
    origin : tuple of two floats, optional
        Longitude and latitude of the zero point of `east` and `north`; None if the file has only map
        coordinates. These are counted from the patches' mean.
    east, north, depth : ndarray, shape (N,)
        Centroids of the patches in km, depth positive down.
    strike, dip : ndarray, shape (N,)
        Degrees, as in `okada`.
    length, width : ndarray, shape (N,)
        Km.
    strike_slip, dip_slip, opening : ndarray, shape (N,)
        Metres; left-lateral, thrust and tensile positive.
    stated_magnitude : float, optional
        Moment magnitude in the file.
    """

    event: str
    source: str
    origin: Optional[tuple[float, float]]
    east: np.ndarray
    north: np.ndarray
    depth: np.ndarray
    strike: np.ndarray
    dip: np.ndarray
    length: np.ndarray
    width: np.ndarray
    strike_slip: np.ndarray
    dip_slip: np.ndarray
    opening: np.ndarray
    stated_magnitude: Optional[float] = None

    def __post_init__(self) -> None:
        arrays = [getattr(self, name) for name in PATCH_FIELDS]
        if not len(self.east):
            raise InputError(f"{self.source} holds no fault patches: use another slip model.")
        if not all(np.isfinite(array).all() for array in arrays):
            raise InputError(f"{self.source} holds values that are not numbers: use another slip model.")
        if (self.length <= 0).any() or (self.width <= 0).any():
            raise InputError(f"{self.source} has patches without length or width: use another slip model.")

    @property
    def slip(self) -> np.ndarray:
        """Shear slip of the patches in m."""
        return np.hypot(self.strike_slip, self.dip_slip)

    @property
    def afterslip(self) -> bool:
        """Whether the model is of slow slip after the earthquake, by its file name."""
        return "afterslip" in self.source.lower()

    def moment(self, rigidity: float = RIGIDITY) -> float:
        """Seismic moment in N m, the sum over the patches."""
        return float(rigidity * 1e6 * (self.length * self.width * self.slip).sum())

    def magnitude(self, rigidity: float = RIGIDITY) -> float:
        """Moment magnitude; minus infinity for a model without slip."""
        moment = self.moment(rigidity)
        return float(moment_magnitude(np.float64(moment))) if moment > 0 else -np.inf

    def patches(self) -> dict[str, np.ndarray]:
        """The patches as `okada_patches` takes them; those that reach above the ground are lowered."""
        values = {name: getattr(self, name) for name in PATCH_FIELDS}
        values["depth"] = bury(self.depth, self.dip, self.width)
        return values

    def centred(self) -> FiniteFault:
        """The same model with its zero point above the centre of moment (of the patches without slip)."""
        weight = self.length * self.width * self.slip
        weight = weight if weight.sum() > 0 else np.ones_like(weight)
        east, north = (np.average(value, weights=weight) for value in (self.east, self.north))
        origin = None
        if self.origin is not None:
            per_lat, per_lon = km_per_degree(self.origin[1])
            origin = (self.origin[0] + east / per_lon, self.origin[1] + north / per_lat)
        return dataclasses.replace(self, origin=origin, east=self.east - east, north=self.north - north)


def km_per_degree(latitude: float) -> tuple[float, float]:
    """Kilometres of one degree of latitude and of longitude on the WGS 84 ellipsoid."""
    phi = np.radians(latitude)
    squared = 0.00669437999014
    curvature = 1 - squared * np.sin(phi) ** 2
    meridian, prime = 6378.137 * (1 - squared) / curvature**1.5, 6378.137 / np.sqrt(curvature)
    return float(np.radians(meridian)), float(np.radians(prime * np.cos(phi)))


def local_km(lon: np.ndarray, lat: np.ndarray, origin: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """East and north in km about `origin`, with the length of a degree at the middle latitude."""
    per_lat, per_lon = km_per_degree((float(lat.mean()) + origin[1]) / 2)
    difference = (lon - origin[0] + 180) % 360 - 180
    return difference * per_lon, (lat - origin[1]) * per_lat


def down_dip(
    east: np.ndarray,
    north: np.ndarray,
    depth: np.ndarray,
    strike: np.ndarray,
    dip: np.ndarray,
    down: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The point `down` km down dip."""
    horizontal = down * np.cos(np.radians(dip))
    azimuth = np.radians(strike)
    return (
        east + horizontal * np.cos(azimuth),
        north - horizontal * np.sin(azimuth),
        depth + down * np.sin(np.radians(dip)),
    )
