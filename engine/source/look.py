"""What an estimate starts from: displacement along one line of sight, with its direction at each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..raster.grid import Grid
from .frame import LocalFrame


@dataclass(frozen=True)
class LookRaster:
    """The part of a scene that an estimate looked at, on the scene's own or a coarser grid.

    Attributes
    ----------
    grid : Grid
        Where the pixels lie.
    displacement : ndarray, shape (H, W), float32
        Metres, positive towards the satellite; NaN where there is no data.
    look_vectors : ndarray, shape (3, H, W), float32
        East, north, up, from the ground to the satellite.
    """

    grid: Grid
    displacement: np.ndarray
    look_vectors: np.ndarray


@dataclass(frozen=True)
class Look:
    """Displacement of one interferogram along its line of sight, at points.

    Attributes
    ----------
    name : str
        The scene, for messages and reports.
    longitude, latitude : ndarray, shape (N,)
        Degrees, WGS 84.
    displacement : ndarray, shape (N,)
        Metres, positive towards the satellite.
    look_vectors : ndarray, shape (N, 3)
        East, north, up, from the ground to the satellite; unit vectors.
    spacing_km : float, optional
        Distance between neighbouring points of a grid; None for scattered points.
    extra_noise_m : float
        Standard deviation to be added to the noise that the residuals show, such as that of unwrapping.
    dates : tuple of str
        First and second acquisition, ISO dates, where known.
    wavelength : float, optional
        Metres.
    raster : LookRaster, optional
        The pixels that the points come from, for maps.
    warnings : tuple of str
        What a reader of the result should know of this look.
    """

    name: str
    longitude: np.ndarray
    latitude: np.ndarray
    displacement: np.ndarray
    look_vectors: np.ndarray
    spacing_km: Optional[float] = None
    extra_noise_m: float = 0.0
    dates: tuple[str, ...] = ()
    wavelength: Optional[float] = None
    raster: Optional[LookRaster] = None
    warnings: tuple[str, ...] = ()

    def only(self, kept: np.ndarray) -> Look:
        """The same with some of its points, chosen by a mask (N,)."""
        return replace(
            self,
            longitude=self.longitude[kept],
            latitude=self.latitude[kept],
            displacement=self.displacement[kept],
            look_vectors=self.look_vectors[kept],
        )

    def turned(self) -> Look:
        """The same with the other sign, for data whose positive values are motion away."""
        raster = self.raster and replace(self.raster, displacement=-self.raster.displacement)
        return replace(self, displacement=-self.displacement, raster=raster)


def looks_frame(looks: Sequence[Look]) -> LocalFrame:
    """The local frame of an estimate: about the middle of all looks' points."""
    longitude = np.concatenate([look.longitude for look in looks])
    latitude = np.concatenate([look.latitude for look in looks])
    first = longitude[0]
    turned = (longitude - first + 180) % 360 - 180
    middle = first + (turned.min() + turned.max()) / 2
    return LocalFrame(float((middle + 180) % 360 - 180), float((latitude.min() + latitude.max()) / 2))
