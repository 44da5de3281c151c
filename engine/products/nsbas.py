"""NSBAS / ForM@Ter: GeoTIFFs of GDM-SAR, ISDeform and FLATSIM.

Files are named in two ways. Phase in rad is positive for range increase (away from the satellite) in both:

- ``geo_filtSW_DATE-DATE_int_rad_4rlks.tif`` (wrapped), ``…_unw_mm_…`` (displacement in mm, positive towards
  the satellite), ``…_coh…``, and ``geo_A052_incidence_deg_4rlks.tif`` (README of ISDeform's products);
- ``CNES_InU_geo_DATE_DATE_…_8rlks.tiff`` (unwrapped), InWF (wrapped and filtered), InW (wrapped) and Coh,
  of which the first band is read, and CosENU or CosNEU with the line-of-sight vector; geo is in EPSG:4326,
  radar has no position
  (https://formater.pages.in2p3.fr/flatsim/product.html).
"""

from __future__ import annotations

import re

from .containers.gdalio import Band, short_name
from .family import ProductKey, folder_holds
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .los.los_vectors import from_line, set_scene_from_vectors
from .masks import COHERENCE
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import SENTINEL1, dates_of
from .values import centre_value

NAME = "NSBAS"
_FILE = re.compile(r"^(?P<stem>.*?)_(?P<what>int_rad|unw_mm|coh)(?P<rest>[^/]*)\.tiff?$")
_FLATSIM = re.compile(
    r"^(?P<folder>(?:.*/)?)[A-Za-z0-9]+_(?P<what>InU|InWF|InW|Coh)_(?P<where>geo|radar)_"
    r"(?P<first>\d{8})[-_](?P<second>\d{8})(?P<rest>[^/]*)\.tiff?$"
)
_INCIDENCE = re.compile(r"(?:^|/)[^/]*_(?P<orbit>[AD])\d{3}_incidence_deg[^/]*\.tiff?$")
_COSINES = re.compile(r"(?:^|/)[^/]*_Cos(?P<order>ENU|NEU)_geo[^/]*\.tiff?$")
_KINDS = {
    "unw_mm": (LayerKind.DISPLACEMENT, "mm", "toward"),
    "InU": (LayerKind.UNWRAPPED, "rad", "away"),
    "int_rad": (LayerKind.WRAPPED, "rad", "away"),
    "InWF": (LayerKind.WRAPPED, "rad", "away"),
    "InW": (LayerKind.WRAPPED, "rad", "away"),
    "coh": (LayerKind.COHERENCE, "", "unknown"),
    "Coh": (LayerKind.COHERENCE, "", "unknown"),
}


def find(location: ProductLocation) -> list[ProductKey]:
    """Stems with a phase or displacement file; geocoded FLATSIM files before those in radar geometry."""
    names = location.candidates()
    stems = {ProductKey(m.group("stem")) for m in map(_FILE.match, names) if m and m.group("what") != "coh"}
    flatsim = {_flatsim_key(m) for m in map(_FLATSIM.match, names) if m and m.group("what") != "Coh"}
    placed = {key for key in flatsim if key.variant == "geo"}
    return sorted(stems | (placed or flatsim))


def _flatsim_key(match: re.Match[str]) -> ProductKey:
    pair = f"{match.group('first')}_{match.group('second')}"
    return ProductKey(f"{match.group('folder')}{pair}", match.group("where"))


def recognise(location: ProductLocation) -> bool:
    """Folders and archives; the GeoTIFFs load well by themselves."""
    return folder_holds(location, find)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The files of one pair."""
    stem, where = key.path, key.variant
    product = Product(NAME, short_name(stem), location.path(stem), [], wavelength=SENTINEL1)
    first, second = (*dates_of(short_name(stem)), "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    product.coherence_threshold = 0.3
    if where:
        matches = [m for m in map(_FLATSIM.match, location.files) if m and _flatsim_key(m) == key]
    else:
        matches = [m for m in map(_FILE.match, location.files) if m and m.group("stem") == stem]
    matches.sort(key=lambda m: (list(_KINDS).index(m.group("what")), m.group(0)))
    for match in matches:
        kind, unit, positive = _KINDS[match.group("what")]
        layer = Layer(
            match.group("what") + match.group("rest"), kind, Band(location.path(match.group(0))), unit
        )
        if kind.quantity is not None:
            layer.positive, layer.nodata = sign_by_dates(positive, first, second), (0.0,)
        product.layers.append(layer)
        if match.group(0) == location.named:
            product.default = layer.key
    coherence = next((layer for layer in product.layers if layer.kind is LayerKind.COHERENCE), None)
    for layer in product.phase_layers():
        if coherence is not None:
            layer.masks = (Mask(coherence.band, COHERENCE),)
    _look(location, stem.rpartition("/")[0], product)
    product.notes.append("NSBAS: rad positive = away, mm positive = toward; Sentinel-1's wavelength.")
    if where == "radar":
        product.warnings.append("This is in radar geometry; the _geo_ file of the same dates is on the map.")
    return product


def _look(location: ProductLocation, folder: str, product: Product) -> None:
    """The incidence or the cosines of the line of sight in the same folder."""
    for name in (n for n in location.files if n.rpartition("/")[0] == folder):
        incidence, cosines = _INCIDENCE.search(name), _COSINES.search(name)
        path = location.path(name)
        if incidence:
            product.layers.append(Layer("incidence", LayerKind.LOOK, Band(path), "deg"))
            product.incidence = centre_value(path)
            orbits = {"A": "ascending", "D": "descending"}
            product.orbit_direction = orbits[incidence.group("orbit")]
        elif cosines:
            order = cosines.group("order")
            bands = tuple(Band(path, order.index(axis) + 1) for axis in "ENU")
            product.look = LosSource(from_line, bands, f"Cos{order}")
            set_scene_from_vectors(product)
