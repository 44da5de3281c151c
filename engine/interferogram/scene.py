"""One open interferogram: what was read, and its windows of phase."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np

from ..errors import InputError
from ..products.join import JoinedLos, JoinedSource
from ..products.los.los_reader import LosReader
from ..products.model import Quantity
from ..products.source import PhaseSource
from ..raster.grid import Grid


@dataclass
class Interferogram:
    """One interferogram, read in windows as phase in radians, positive towards the satellite.

    Attributes
    ----------
    quantity, unit, positive
        Of the source, before it becomes phase; unit "rad", "deg", "cycle", "m", "cm", "mm", "complex" or
        "8-bit";
        positive "toward", "away" or "unknown" (then the values are left as they are).
    wavelength : float or None
        Metres; `wavelength_source` is "product", "user", "assumed" or empty when unknown.
    layer : str
        Band or layer of the product that was read.
    nodata, coherence : str
        For people: what has no data, and what coherence and masks take out.
    heading, incidence : float or None
        Degrees; heading clockwise from north.
    notes, warnings : list of str
        Every decision, and what the user should check.
    """

    path: str
    name: str
    product: str
    quantity: Quantity
    unit: str
    positive: str
    wavelength: Optional[float]
    wavelength_source: str
    grid: Grid
    layer: str
    nodata: str
    coherence: str = ""
    dates: tuple[str, ...] = ()
    orbit_direction: str = ""
    look_side: str = ""
    heading: Optional[float] = None
    incidence: Optional[float] = None
    elevation_path: Optional[str] = None
    track: str = ""
    frame: str = ""
    pass_time: str = ""
    """UTC time at which the reference image was taken; empty if unknown."""
    choices: tuple[str, ...] = ()
    """Keys of the layers of the product that hold phase or displacement."""
    corrections: tuple[str, ...] = ()
    """Names of the product's corrections that are subtracted."""
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    source: Union[PhaseSource, JoinedSource, None] = field(default=None, repr=False)
    look: Union[LosReader, JoinedLos, None] = field(default=None, repr=False)

    @property
    def fringe_m(self) -> Optional[float]:
        """One fringe (2 pi of phase) along the line of sight in metres: half the wavelength."""
        return self.wavelength / 2 if self.wavelength else None

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window.

        Parameters
        ----------
        col, row, width, height : int
            In pixels; what lies outside the raster is NaN.

        Returns
        -------
        ndarray, shape (height, width), float32
            Radians, positive towards the satellite, NaN where not valid; wrapped quantities in
            [-pi, pi], unwrapped phase and displacement continuous.

        Raises
        ------
        InputError
            When a block cannot be read.
        """
        if self.source is None:
            raise InputError(f"“{self.name}” was not opened from a file and cannot be read.")
        return self.source.read(col, row, width, height)

    def look_vectors(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> Optional[np.ndarray]:
        """Unit vectors from the ground to the satellite in a window.

        Displacement (east, north, up) times this vector is line-of-sight displacement, positive towards the
        satellite. Each product's own formula stands in `products.look`.

        Parameters
        ----------
        col, row, width, height : int
            In pixels of the phase; what lies outside the raster is NaN.
        elevation : float or ndarray, shape (height, width)
            Metres above the ellipsoid. Products with vectors at several heights (NISAR, ARIA) are
            interpolated between them; without it at height 0, which is off by about 0.01 degrees a kilometre.
            All others know the ground and take no notice.

        Returns
        -------
        ndarray, shape (3, height, width), float32, or None
            East, north, up; NaN where unknown. The same vector everywhere when the product gives one
            incidence and heading for the scene; None when it does not give them either.

        Raises
        ------
        InputError
            When a block cannot be read.
        """
        if self.look is None:
            return None
        return self.look.read(col, row, width, height, elevation)

    def describe(self) -> dict[str, Any]:
        """What was read, as plain data for results and reports."""
        fringe = self.fringe_m
        dx, dy = self.grid.pixel_size_m
        return {
            "path": self.path,
            "name": self.name,
            "product": self.product,
            "quantity": self.quantity.value,
            "unit": self.unit,
            "positive": self.positive,
            "wavelength_m": self.wavelength,
            "wavelength_source": self.wavelength_source,
            "fringe_cm": None if fringe is None else fringe * 100,
            "layer": self.layer,
            "nodata": self.nodata,
            "coherence": self.coherence,
            "dates": list(self.dates),
            "orbit_direction": self.orbit_direction,
            "look_side": self.look_side,
            "heading": self.heading,
            "incidence": self.incidence,
            "look_vectors": "" if self.look is None else self.look.words,
            "elevation_path": self.elevation_path,
            "track": self.track,
            "frame": self.frame,
            "corrections": list(self.corrections),
            "width": self.grid.width,
            "height": self.grid.height,
            "transform": list(self.grid.transform),
            "crs_wkt": self.grid.crs_wkt,
            "pixel_size_m": [dx, dy] if self.grid.is_metric else None,
            "extent": list(self.grid.extent),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
        }
