"""NSBAS / ForM@Ter (GDM-SAR): GeoTIFFs *_int_rad* (wrapped) and *_unw_mm* (displacement), *_coh*.

Wrapped phase in rad, positive for range increase (away); unwrapped in mm, positive towards the satellite.
"""

from __future__ import annotations

import re

from .gdalio import Band, short_name
from .geometry import sign_by_dates
from .model import Kind, Layer, Mask, Product
from .names import SENTINEL1, dates_of
from .place import Place

NAME = "NSBAS"
_FILE = re.compile(r"^(?P<stem>.*?)_(?P<what>int_rad|unw_mm|coh)(?P<rest>[^/]*)\.tiff?$")
_KINDS = {
    "unw_mm": (Kind.DISPLACEMENT, "mm", "toward"),
    "int_rad": (Kind.WRAPPED, "rad", "away"),
    "coh": (Kind.COHERENCE, "", "unknown"),
}


def find(place: Place) -> list[str]:
    """Stems with a phase or displacement file."""
    matches = [m for m in map(_FILE.match, place.candidates()) if m and m.group("what") != "coh"]
    return sorted({m.group("stem") for m in matches})


def describe(place: Place, stem: str) -> Product:
    """The files of one stem."""
    product = Product(NAME, short_name(stem), place.path(stem), [], wavelength=SENTINEL1)
    first, second = (*dates_of(short_name(stem)), "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    product.coherence_threshold = 0.3
    matches = [m for m in map(_FILE.match, place.files) if m and m.group("stem") == stem]
    matches.sort(key=lambda m: list(_KINDS).index(m.group("what")))
    for match in matches:
        kind, unit, positive = _KINDS[match.group("what")]
        layer = Layer(match.group("what") + match.group("rest"), kind, Band(place.path(match.group(0))), unit)
        if kind.quantity is not None:
            layer.positive, layer.nodata = sign_by_dates(positive, first, second), (0.0,)
        product.layers.append(layer)
        if match.group(0) == place.named:
            product.default = layer.key
    coherence = next((layer for layer in product.layers if layer.kind is Kind.COHERENCE), None)
    for layer in product.phase_layers():
        if coherence is not None:
            layer.masks = (Mask(coherence.band, "coherence"),)
    product.notes.append("NSBAS: rad positive = away, mm positive = toward; Sentinel-1's wavelength.")
    return product
