"""HyP3 (ASF), GAMMA scenes and ISCE2 bursts: GeoTIFFs that share one long stem.

Phase in rad, positive away from the satellite: the reference is always the older scene, and movement towards
the sensor has negative values. *_los_disp.tif in m, positive towards the sensor. *_vert_disp.tif in m,
positive up, "assuming that there is no horizontal component". Water mask: 1 is land. 0 has no data. The text
file of the same stem states heading and pair.

Sources: ASF, Sentinel-1 InSAR Product Guide (hyp3-docs.asf.alaska.edu/guides/insar_product_guide, "Processing
Options", "Image Files", "InSAR Parameter File"), and the metadata delivered with each file
(los_disp_tif.xml.j2, vert_disp_tif.xml.j2 of github.com/ASFHyP3/hyp3-gamma).
"""

from __future__ import annotations

import re

from .containers.gdalio import Band, read_bytes
from .family import ProductKey, folder_holds
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .los.los_vectors import from_horizon, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS, LAND
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import SENTINEL1, dates_of
from .orbit_names import set_pass_of_hyp3

NAME = "HyP3"
_ENDINGS = {
    "unw_phase": LayerKind.UNWRAPPED,
    "wrapped_phase": LayerKind.WRAPPED,
    "los_disp": LayerKind.DISPLACEMENT,
    "vert_disp": LayerKind.DISPLACEMENT,
    "corr": LayerKind.COHERENCE,
    "conncomp": LayerKind.COMPONENTS,
    "water_mask": LayerKind.MASK,
    "amp": LayerKind.AMPLITUDE,
    "dem": LayerKind.ELEVATION,
    "lv_theta": LayerKind.LOOK,
    "lv_phi": LayerKind.LOOK,
}
_FILE = re.compile(
    r"^(?P<stem>(?:.*/)?S1[^/]*\d{8}[^/]*?)_(?P<what>unw_phase|wrapped_phase|los_disp|vert_disp|corr|conncomp)(?P<clip>_clip\w*)?\.tif$"
)
_UNITS = {
    LayerKind.UNWRAPPED: "rad",
    LayerKind.WRAPPED: "rad",
    LayerKind.DISPLACEMENT: "m",
    LayerKind.ELEVATION: "m",
    LayerKind.LOOK: "rad",
}


def find(location: ProductLocation) -> list[ProductKey]:
    """Stems of the products here, each with a phase or displacement layer."""
    stems = set()
    for match in map(_FILE.match, location.candidates()):
        if match and (location.named or _ENDINGS[match.group("what")].quantity):
            stems.add(ProductKey(match.group("stem"), match.group("clip") or ""))
    return sorted(stems)


def recognise(location: ProductLocation) -> bool:
    """Folders and archives; the GeoTIFFs load well by themselves."""
    return folder_holds(location, find)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Layers of one product."""
    stem, clip = key.path, key.variant
    product = Product(NAME, stem.rsplit("/", 1)[-1], location.path(stem), [], wavelength=SENTINEL1)
    product.look_side = "right"
    first, second = (*dates_of(product.name), "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    away = sign_by_dates("away", first, second)
    paths = {
        what: path
        for what in _ENDINGS
        if (path := location.beside(stem, f"_{what}{clip}.tif", f"_{what}.tif"))
    }
    common: list[Mask] = []
    if "corr" in paths:
        common.append(Mask(Band(paths["corr"]), COHERENCE))
    if "water_mask" in paths:
        common.append(Mask(Band(paths["water_mask"]), LAND))
    for what, path in paths.items():
        kind = _ENDINGS[what]
        layer = Layer(what, kind, Band(path), _UNITS.get(kind, ""))
        if kind.quantity is not None:
            layer.positive = (
                sign_by_dates("toward", first, second) if kind is LayerKind.DISPLACEMENT else away
            )
            layer.nodata = (0.0,)
            unwrapped = kind is not LayerKind.WRAPPED and "conncomp" in paths
            components = (Mask(Band(paths["conncomp"]), COMPONENTS),) if unwrapped else ()
            layer.masks = (*common, *components)
        if what == "vert_disp":
            layer.title = "vertical displacement"
        product.layers.append(layer)
    product.elevation_path = paths.get("dem")
    named = _FILE.match(location.named)
    if named:
        product.default = named.group("what")
        if product.default == "vert_disp":
            product.warnings.append(
                "This is vertical displacement, positive up, for ground that moves only vertically: "
                "open _los_disp.tif for the motion along the line of sight."
            )
    text_path = location.beside(stem, ".txt")
    text = read_bytes(text_path, 2**16).decode("utf-8", errors="replace") if text_path else ""
    set_pass_of_hyp3(product, stem, text)
    _look(product, paths, text)
    toward = sign_by_dates("toward", first, second)
    product.notes.append(
        f"HyP3: phase positive = {away}, displacement along the line of sight positive = {toward}, no data 0."
    )
    return product


def _look(product: Product, paths: dict[str, str], text: str) -> None:
    """lv_theta is the angle above the horizon, lv_phi the direction from east, anticlockwise (both rad)."""
    if "lv_theta" in paths and "lv_phi" in paths:
        bands = (Band(paths["lv_theta"]), Band(paths["lv_phi"]))
        product.look = LosSource(from_horizon, bands, "lv_theta and lv_phi")
        set_scene_from_vectors(product)
    heading = re.search(r"^Heading:\s*(-?\d{1,3}(?:\.\d*)?)", text, re.MULTILINE)
    if heading and product.heading is None:
        set_heading(product, float(heading.group(1)))
