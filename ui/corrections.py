"""What the user corrected in the reading of a layer, remembered with the layer in the project."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from qgis.core import QgsMapLayer

NUMBER_OF_DATES = 2
"""Dates of an interferogram; fewer are no correction."""
PROPERTY = "quakefringe/corrections"
"""Custom property of the layer with the corrections as JSON."""
TYPES = {
    "quantity": str,
    "unit": str,
    "positive": str,
    "wavelength": float,
    "layer": str,
    "product": str,
    "pixel_m": float,
    "dates": list,
}


@dataclass(frozen=True)
class Corrections:
    """Corrections by the user; an empty value leaves the reader's own.

    Attributes
    ----------
    quantity : {"", "wrapped", "unwrapped", "displacement"}
    unit : {"", "rad", "deg", "cycle", "m", "cm", "mm"}
    positive : {"", "toward", "away"}
        The motion that positive values mean.
    wavelength : float
        Metres; 0: the reader's.
    layer : str
        Layer of a product with several.
    product : {"", "plain"}
        "plain": a plain raster, whatever product its name suggests.
    pixel_m : float
        Width of a pixel in metres; 0: the reader's.
    dates : tuple of str
        ISO dates of the two acquisitions, for catalogues and reports.
    """

    quantity: str = ""
    unit: str = ""
    positive: str = ""
    wavelength: float = 0.0
    layer: str = ""
    product: str = ""
    pixel_m: float = 0.0
    dates: tuple[str, ...] = ()

    @classmethod
    def of_layer(cls, layer: QgsMapLayer) -> Corrections:
        """The corrections that a layer carries; a damaged property counts as none."""
        try:
            stored = json.loads(layer.customProperty(PROPERTY) or "{}")
        except (TypeError, ValueError):
            return cls()
        if not isinstance(stored, dict):
            return cls()
        values = {
            name: stored[name]
            for name, kind in TYPES.items()
            if isinstance(stored.get(name), (kind, int) if kind is float else kind)
        }
        if "dates" in values:
            values["dates"] = tuple(str(date) for date in values["dates"])
        return cls(**values)

    def remember(self, layer: QgsMapLayer) -> None:
        """Store the corrections with the layer."""
        changed = {name: value for name, value in asdict(self).items() if value}
        if changed:
            layer.setCustomProperty(PROPERTY, json.dumps(changed))
        else:
            layer.removeCustomProperty(PROPERTY)

    def options(self) -> dict[str, Any]:
        """The corrections as options of `engine.interferogram.open_interferogram`."""
        names = ("quantity", "unit", "positive", "wavelength", "layer", "product", "pixel_m")
        values = {name: value for name in names if (value := getattr(self, name))}
        if len(self.dates) == NUMBER_OF_DATES:
            values["acquired"] = self.dates
        return values

    def parameters(self) -> dict[str, Any]:
        """The corrections as parameters of ``quakefringe:detect``."""
        values = {name.upper(): value for name, value in self.options().items()}
        if "ACQUIRED" in values:
            values["ACQUIRED"] = " ".join(self.dates)
        return values
