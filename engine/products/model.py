"""A product as its reader describes it: layers, masks, line of sight and metadata."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, Optional

import numpy as np

from ..raster.grid import Grid
from .containers.gdalio import Band


class Quantity(str, Enum):
    """The physical quantity of an interferogram."""

    WRAPPED = "wrapped"
    UNWRAPPED = "unwrapped"
    DISPLACEMENT = "displacement"


class LayerKind(str, Enum):
    """What a layer of a product holds."""

    WRAPPED = "wrapped"
    UNWRAPPED = "unwrapped"
    DISPLACEMENT = "displacement"
    COHERENCE = "coherence"
    COMPONENTS = "components"
    MASK = "mask"
    AMPLITUDE = "amplitude"
    ELEVATION = "elevation"
    LOOK = "look"

    @property
    def quantity(self) -> Optional[Quantity]:
        """The quantity of phase and displacement layers, None for all others."""
        return Quantity(self.value) if self.value in {q.value for q in Quantity} else None


class SampleFormat(str, Enum):
    """How a layer stores its quantity."""

    REAL = "real"
    COMPLEX = "complex"
    GRAY = "gray"
    """Bytes: 0 is -pi, 255 is +pi."""
    GRAY_FROM_ONE = "gray from one"
    """Bytes: 1 is -pi, 255 is +pi, 0 has no data."""


UNIT_SCALE = {
    "rad": 1.0,
    "deg": math.pi / 180,
    "cycle": 2 * math.pi,
    "mrad": 0.001,
    "m": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "km": 1000.0,
    "dm": 0.1,
    "um": 1e-6,
    "in": 0.0254,
    "ft": 0.3048,
}
"""Source unit to rad or m."""
PHASE_UNITS = ("rad", "deg", "cycle", "mrad")
LENGTH_UNITS = ("m", "cm", "mm", "km", "dm", "um", "in", "ft")


@dataclass(frozen=True)
class MaskRule:
    """How a mask's numbers are read. Module-level functions only, so that it can be pickled.

    Attributes
    ----------
    name : str
        For messages, such as "coherence".
    valid : callable
        valid(values, mask) -> bool array, True where the phase is let through.
    description : str
        What is left out, for the report; may use {threshold}.
    has_threshold : bool
        Whether the rule compares with the coherence threshold, and is off when that is 0.
    """

    name: str
    valid: Callable[[np.ndarray, Mask], np.ndarray]
    description: str
    has_threshold: bool = False


@dataclass(frozen=True)
class Mask:
    """A layer that says which pixels of the phase to trust, on the phase's own grid.

    Attributes
    ----------
    rule : MaskRule
        See `masks` for those that several families share.
    scale, threshold : float
        For coherence: what divides the values to give 0 to 1, and the least coherence to keep.
    """

    band: Band
    rule: MaskRule
    scale: float = 1.0
    threshold: float = 0.0


@dataclass(frozen=True)
class Correction:
    """A layer that a product delivers but does not apply, to be subtracted from its phase or displacement.

    Attributes
    ----------
    name : str
        How a person chooses it, such as "ionosphere".
    band : Band
        In the unit and sign of the layer that it corrects; of a cube the lowest layer.
    origin : str
        Its name in the product, for the report.
    grid : Grid, optional
        Where GDAL does not know it.
    heights : tuple of float
        Heights of a cube's layers in m above the ellipsoid; empty for layers on the ground.
    scale : float
        Multiplies the numbers to give the unit of the layer that is corrected.
    """

    name: str
    band: Band
    origin: str
    grid: Optional[Grid] = None
    heights: tuple[float, ...] = ()
    scale: float = 1.0


@dataclass
class Layer:
    """One raster of a product.

    Attributes
    ----------
    key : str
        How a person chooses it, such as "frequencyA/HH/unwrapped".
    positive : str
        "toward" or "away" (from the satellite), "unknown" otherwise; phase and displacement only.
    nodata : tuple of float
        Stored values without data, beside NaN.
    grid : Grid, optional
        Where GDAL does not know it; None: GDAL's own.
    scale : float
        Divides coherence to give 0 to 1.
    """

    key: str
    kind: LayerKind
    band: Band
    unit: str = ""
    positive: str = "unknown"
    sample_format: SampleFormat = SampleFormat.REAL
    nodata: tuple[float, ...] = ()
    grid: Optional[Grid] = None
    masks: tuple[Mask, ...] = ()
    scale: float = 1.0
    title: str = ""
    wavelength: Optional[float] = None
    """Where the layers of one product differ (NISAR's frequencies); else the product's."""
    packing: tuple[float, float] = (1.0, 0.0)
    """Scale and offset: the meant value is the stored number times the scale plus the offset."""
    use_gdal_mask: bool = False
    flat_levels: tuple[int, ...] = ()
    """Grey levels whose connected areas are masked ground."""
    date: str = ""
    """In a stack: the date (since the first one) or the pair, such as "2020-01-01_2020-01-13"."""
    minus: Optional[Band] = None
    """In a time series: the earlier date, which is subtracted."""
    imaginary: Optional[Band] = None
    """Where the real and the imaginary part of an interferogram are two layers; the format is COMPLEX."""
    corrections: tuple[Correction, ...] = ()


LosRule = Callable[[list[np.ndarray], "LosSource"], np.ndarray]
"""From the numbers of a look-vector source's bands (float64) to east, north and up."""


@dataclass(frozen=True)
class LosSource:
    """Layers that give the direction from the ground to the satellite for every pixel.

    Attributes
    ----------
    rule : callable
        rule(values, look) -> east, north and up as float64 (3, h, w), of any length; see `los_vectors`.
    bands : tuple of Band
        As the rule wants them; of cubes the first layer.
    origin : str
        Where they stand in the product, for people.
    grid : Grid, optional
        Where GDAL does not know it; None: GDAL's own.
    heights : tuple of float
        Of a cube's layers, in m above the ellipsoid; empty for layers on the ground.
    heading, side
        For the rule "incidence": degrees clockwise from north, and "left" or "right".
    """

    rule: LosRule
    bands: tuple[Band, ...]
    origin: str
    grid: Optional[Grid] = None
    heights: tuple[float, ...] = ()
    heading: float = 0.0
    side: str = "right"


@dataclass
class Product:
    """A product as delivered: its layers, the one to read by default, and its metadata."""

    family: str
    name: str
    path: str
    layers: list[Layer]
    source: str = ""
    """The path as the user gave it."""
    default: str = ""
    """Key of the layer that the path itself names; empty for folders and multi-layer files."""
    wavelength: Optional[float] = None
    dates: tuple[str, ...] = ()
    orbit_direction: str = ""
    look_side: str = ""
    heading: Optional[float] = None
    incidence: Optional[float] = None
    look: Optional[LosSource] = None
    elevation_path: Optional[str] = None
    track: str = ""
    frame: str = ""
    """Track and frame as the product names them; only frames of one track can be joined."""
    pass_time: str = ""
    """UTC time at which the reference image was taken, such as 2020-06-04T02:22:51; empty if unknown."""
    coherence_threshold: float = 0.2
    cell_m: float = 0.0
    """Size of the cells in metres that the user chose for a table of points; 0: the default."""
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def phase_layers(self) -> list[Layer]:
        """Layers that can be scanned."""
        return [layer for layer in self.layers if layer.kind.quantity is not None]
