"""What a reader of one product family says about a product: its layers and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Optional

from ..raster.grid import Grid
from .containers.gdalio import Band


class Quantity(str, Enum):
    """What the numbers of an interferogram are."""

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
    """How a layer's numbers stand for its quantity."""

    REAL = "real"
    COMPLEX = "complex"
    GRAY = "gray"
    """Bytes: 0 is -pi, 255 is +pi."""
    GRAY_FROM_ONE = "gray from one"
    """Bytes: 1 is -pi, 255 is +pi, 0 has no data."""


UNIT_SCALE = {"rad": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
"""Source unit to rad or m."""


@dataclass(frozen=True)
class Mask:
    """A layer that says which pixels of the phase to trust, on the phase's own grid.

    Attributes
    ----------
    rule : str
        "coherence": at least `threshold` after division by `scale`; "components": neither 0 nor 65535
        nor -1; "nisar": both subswath digits set, and no water; "land": 1; "water": 0 (1 is water).
    """

    band: Band
    rule: str
    scale: float = 1.0
    threshold: float = 0.0


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
        Source values that mean nothing; NaN always does.
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
    use_gdal_mask: bool = False
    flat_levels: tuple[int, ...] = ()
    """Grey levels whose connected areas are masked ground."""


@dataclass(frozen=True)
class LosSource:
    """Layers that tell the direction from the ground to the satellite for every pixel.

    Attributes
    ----------
    rule : str
        How the numbers stand for the direction; see `look`.
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

    rule: str
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
    coherence_threshold: float = 0.2
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def phase_layers(self) -> list[Layer]:
        """Layers that can be scanned."""
        return [layer for layer in self.layers if layer.kind.quantity is not None]
