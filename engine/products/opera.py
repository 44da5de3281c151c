"""OPERA DISP-S1 and DISP-NISAR (level 3, netCDF-4): displacement between two dates, UTM, 30 m.

Layers of the root group, as the product's own attributes describe them (src/disp_s1/product_info.py of
github.com/opera-adt/disp-s1, class DisplacementProducts):

- displacement (m): along the line of sight, "positive values indicate apparent motion towards the platform",
  fill NaN;
- short_wavelength_displacement (m): the same without long wavelengths, which takes a part of a large
  earthquake away, so it is read on request only;
- recommended_mask: 1 is good, 0 is bad (water, no connected component, or low quality), fill 255;
- connected_component_labels, temporal_coherence, phase_similarity, water_mask.

A file holds the change from a reference date to a secondary date. The files of one frame in a folder are a
time series: those with the same reference date are subtracted from each other to give single steps. Layers
of the group corrections are not applied. Line-of-sight vectors come from the static product
(…DISP-S1-STATIC…line_of_sight_enu.tif) beside it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid, spatial_reference
from .containers.gdalio import Band, short_name
from .containers.hdf5 import Tree, grid_from_centres, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_vectors import from_enu, set_scene_from_vectors
from .masks import COMPONENTS, VALID
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import SENTINEL1, iso_date, plausible_wavelength, wavelength_of_frequency
from .series import largest_first, stack_note, step_between

NAME = "OPERA DISP"
MAX_FILES = 500
"""Most files of one frame that are read as a time series."""
_FILE = re.compile(
    r"^(?P<folder>(?:.*/)?)OPERA_L3_DISP-(?P<sensor>S1|NI\w*)_(?:[A-Z0-9]+_)?(?P<frame>F\d+)_.*?"
    r"(?P<first>\d{8})T\d{6}Z?_(?P<second>\d{8})T\d{6}Z?[^/]*\.nc$",
    re.IGNORECASE,
)
_NAMES = re.compile(r"^OPERA_L3_DISP-\w+_.*\.nc$", re.IGNORECASE)
_STATIC = re.compile(r"OPERA_L3_DISP-\w+-STATIC_(?P<frame>F\d+)_.*line_of_sight_enu\.tiff?$", re.IGNORECASE)
_LAYERS = (
    ("displacement", LayerKind.DISPLACEMENT),
    ("short_wavelength_displacement", LayerKind.DISPLACEMENT),
    ("recommended_mask", LayerKind.MASK),
    ("connected_component_labels", LayerKind.COMPONENTS),
    ("temporal_coherence", LayerKind.COHERENCE),
    ("water_mask", LayerKind.MASK),
)


def find(location: ProductLocation) -> list[ProductKey]:
    """The named file; in folders one product for each frame, whatever the number of its dates."""
    matches = [match for match in map(_FILE.match, location.candidates()) if match]
    if location.named:
        named = bool(matches) or _is_opera(location)
        return [ProductKey(location.named)] if named else []
    frames = {(match.group("folder"), match.group("frame").upper()) for match in matches}
    return [ProductKey(folder, frame, frame) for folder, frame in sorted(frames)]


def _is_opera(location: ProductLocation) -> bool:
    """Whether a file of another name holds the layers that only this product has."""
    path = location.path(location.named)
    if not location.named.lower().endswith((".nc", ".h5")) or not is_hdf5(path):
        return False
    try:
        return {"displacement", "recommended_mask"} <= set(Tree(path).arrays("/"))
    except InputError:
        return False


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The layers of one file, or of all files of a frame."""
    if not key.variant:
        return _file(location, key.path)
    matches = [match for match in map(_FILE.match, location.files) if match]
    names = [
        match.group(0)
        for match in sorted(matches, key=lambda match: (match.group("second"), match.group("first")))
        if match.group("folder") == key.path and match.group("frame").upper() == key.variant
    ]
    product = _file(location, names[-1])
    if len(names) > 1:
        _series(location, names[-MAX_FILES:], product)
    return product


def _file(location: ProductLocation, name: str) -> Product:
    path = location.path(name)
    tree = Tree(path)
    product = Product(NAME, short_name(name), path, [], coherence_threshold=0.0)
    match = _FILE.match(name)
    first, second = (iso_date(match.group(g)) for g in ("first", "second")) if match else ("", "")
    product.dates = (first, second) if first and second else ()
    product.frame = match.group("frame").upper() if match else ""
    _identify(tree, match.group("sensor").upper() if match else "S1", product)
    grid: Optional[Grid] = None
    for layer_name, kind in _LAYERS:
        shape = tree.shape(layer_name)
        if len(shape) == 2:
            grid = grid or _grid(tree, shape, product.name)
            product.layers.append(Layer(layer_name, kind, Band(tree.uri(layer_name)), grid=grid))
    bands = {layer.key: layer.band for layer in product.layers}
    masks = _masks(bands)
    for layer in product.phase_layers():
        layer.unit, layer.positive, layer.masks = "m", "toward", masks
        layer.title = f"{layer.key} {first} to {second}".strip()
    if not masks and product.layers:
        product.warnings.append("The product has no recommended mask: low-quality pixels are kept.")
    _look(location, product)
    product.notes.append("OPERA DISP: displacement in m, positive = toward (stated by the product).")
    if tree.groups("/corrections") or tree.arrays("/corrections"):
        product.notes.append("OPERA DISP: the layers of the group corrections are not applied.")
    return product


def _masks(bands: dict[str, Band]) -> tuple[Mask, ...]:
    if "recommended_mask" in bands:
        return (Mask(bands["recommended_mask"], VALID),)
    if "connected_component_labels" in bands:
        return (Mask(bands["connected_component_labels"], COMPONENTS),)
    return ()


def _series(location: ProductLocation, names: list[str], product: Product) -> None:
    """The displacement of every file, and the steps between consecutive files of one reference date."""
    pairs: list[Layer] = []
    for name in names:
        try:
            one = _file(location, name)
        except InputError as error:
            product.warnings.append(f"One date is left out: {error}")
            continue
        for layer in one.phase_layers():
            date = "_".join(one.dates)
            pairs.append(replace(layer, key=f"{date}/{layer.key}", date=date))
    main = [one for one in pairs if one.key.endswith("/displacement")]
    steps = []
    for earlier, later in zip(main, main[1:]):
        if _reference(earlier) == _reference(later) and earlier.grid == later.grid:
            ends = (replace(one, date=one.date.rpartition("_")[2]) for one in (earlier, later))
            steps.append(step_between(*ends))
        else:
            steps.append(later)
    if main:
        candidates = largest_first([main[0], *steps])
        others = [one for one in pairs if all(one.key != step.key for step in candidates)]
        product.layers = [*candidates, *others]
        product.notes.append(stack_note(len(main), candidates[0], "files"))


def _reference(layer: Layer) -> str:
    return layer.date.partition("_")[0]


def _grid(tree: Tree, shape: tuple[int, ...], title: str) -> Grid:
    return grid_from_centres(tree.values("/x"), tree.values("/y"), _crs(tree), shape, title)


def _crs(tree: Tree) -> str:
    """WKT from the grid-mapping variable that the displacement names, or from any that states one."""
    names = [tree.attribute("/displacement", "grid_mapping"), "spatial_ref", *tree.arrays("/")]
    for name in names:
        for attribute in ("crs_wkt", "spatial_ref"):
            text = tree.attribute(f"/{name}", attribute) if name else ""
            srs = spatial_reference(text)
            if srs is not None:
                return srs.ExportToWkt()
    return ""


def _identify(tree: Tree, sensor: str, product: Product) -> None:
    """Wavelength, pass, look side and track from the group identification, where they are there."""
    group = "/identification"
    hertz = tree.number(f"{group}/radar_center_frequency", f"{group}/radar_frequency")
    wavelength = plausible_wavelength(tree.number(f"{group}/radar_wavelength") or 0)
    known = wavelength or (wavelength_of_frequency(hertz) if hertz else None)
    product.wavelength = known or (SENTINEL1 if sensor == "S1" else None)
    direction = tree.text(f"{group}/orbit_pass_direction").lower()
    product.orbit_direction = direction if direction in ("ascending", "descending") else ""
    side = tree.text(f"{group}/look_direction").lower()
    product.look_side = side if side in ("left", "right") else "right" if sensor == "S1" else ""
    number = tree.number(f"{group}/track_number")
    product.track = f"{number:g}" if number is not None else ""


def _look(location: ProductLocation, product: Product) -> None:
    """East, north and up towards the satellite, from the frame's static product."""
    for name in location.files:
        match = _STATIC.search(name)
        if match and match.group("frame").upper() == product.frame:
            path = location.path(name)
            bands = tuple(Band(path, index) for index in (1, 2, 3))
            product.look = LosSource(from_enu, bands, short_name(name))
            set_scene_from_vectors(product)
            return
