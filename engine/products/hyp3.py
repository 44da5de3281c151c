"""HyP3 (ASF), GAMMA scenes and ISCE2 bursts: GeoTIFFs that share one long stem.

Phase in rad, positive away from the satellite; *_los_disp.tif in m, positive towards it; water mask 1 is
land; nodata 0. The text file of the same stem tells heading and pair.
"""

from __future__ import annotations

import re
from typing import Optional

from .containers.gdalio import Band, read_text
from .los.los_geometry import set_heading, sign_by_dates
from .los.los_vectors import tell_scene
from .model import Kind, Layer, Look, Mask, Product
from .names import SENTINEL1, dates_of
from .place import Place

NAME = "HyP3"
_ENDINGS = {
    "unw_phase": Kind.UNWRAPPED,
    "wrapped_phase": Kind.WRAPPED,
    "los_disp": Kind.DISPLACEMENT,
    "corr": Kind.COHERENCE,
    "conncomp": Kind.COMPONENTS,
    "water_mask": Kind.MASK,
    "amp": Kind.AMPLITUDE,
    "dem": Kind.ELEVATION,
    "lv_theta": Kind.LOOK,
    "lv_phi": Kind.LOOK,
}
_FILE = re.compile(
    r"^(?P<stem>(?:.*/)?S1[^/]*\d{8}[^/]*?)_(?P<what>unw_phase|wrapped_phase|los_disp|corr|conncomp)(?P<clip>_clip\w*)?\.tif$"
)
_UNITS = {
    Kind.UNWRAPPED: "rad",
    Kind.WRAPPED: "rad",
    Kind.DISPLACEMENT: "m",
    Kind.ELEVATION: "m",
    Kind.LOOK: "rad",
}


def find(place: Place) -> list[str]:
    """Stems of the products here, each with a phase or displacement layer."""
    stems = set()
    for match in map(_FILE.match, place.candidates()):
        if match and (place.named or _ENDINGS[match.group("what")].quantity):
            stems.add(match.group("stem") + "|" + (match.group("clip") or ""))
    return sorted(stems)


def describe(place: Place, key: str) -> Product:
    """Layers of one product."""
    stem, clip = key.split("|")
    product = Product(NAME, stem.rsplit("/", 1)[-1], place.path(stem), [], wavelength=SENTINEL1)
    product.look_side = "right"
    first, second = (*dates_of(product.name), "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    away = sign_by_dates("away", first, second)
    paths = {
        what: path for what in _ENDINGS if (path := place.beside(stem, f"_{what}{clip}.tif", f"_{what}.tif"))
    }
    common: list[Mask] = []
    if "corr" in paths:
        common.append(Mask(Band(paths["corr"]), "coherence"))
    if "water_mask" in paths:
        common.append(Mask(Band(paths["water_mask"]), "land"))
    for what, path in paths.items():
        kind = _ENDINGS[what]
        layer = Layer(what, kind, Band(path), _UNITS.get(kind, ""))
        if kind.quantity is not None:
            layer.positive = sign_by_dates("toward", first, second) if kind is Kind.DISPLACEMENT else away
            layer.nodata = (0.0,)
            unwrapped = kind is not Kind.WRAPPED and "conncomp" in paths
            components = (Mask(Band(paths["conncomp"]), "components"),) if unwrapped else ()
            layer.masks = (*common, *components)
        product.layers.append(layer)
    product.elevation_path = paths.get("dem")
    named = _FILE.match(place.named)
    if named:
        product.default = named.group("what")
    _look(product, paths, place.beside(stem, ".txt"))
    product.notes.append(f"HyP3: phase positive = {away}, displacement positive = toward, no data 0.")
    return product


def _look(product: Product, paths: dict[str, str], text_path: Optional[str]) -> None:
    """lv_theta is the angle above the horizon, lv_phi the direction from east, anticlockwise (both rad)."""
    if "lv_theta" in paths and "lv_phi" in paths:
        bands = (Band(paths["lv_theta"]), Band(paths["lv_phi"]))
        product.look = Look("horizon", bands, "lv_theta and lv_phi")
        tell_scene(product)
    if text_path:
        text = read_text(text_path, 2**16)
        heading = re.search(r"^Heading:\s*(-?\d{1,3}(?:\.\d*)?)", text, re.MULTILINE)
        if heading and product.heading is None:
            set_heading(product, float(heading.group(1)))
