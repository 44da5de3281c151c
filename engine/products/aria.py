"""ARIA S1-GUNW (netCDF-4): /science/grids/data, EPSG:4326.

Unwrapped phase in rad, fill 0. The reference is the newer date, so phase is positive towards the satellite
(ARIA-tools' documentation of the GUNW product). There is no wrapped layer. The name gives the pair, newer
date first.
"""

from __future__ import annotations

import re

from ..errors import InputError
from .containers.gdalio import Band, short_name
from .containers.hdf5 import Tree, crs_of, grid_from_centres
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .los.los_vectors import azimuth_from_east, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import SENTINEL1, dates_of, iso_date, plausible_wavelength
from .values import centre_value

NAME = "ARIA S1-GUNW"
_NAMES = re.compile(r"^S1-GUNW.*\.nc$", re.IGNORECASE)
_DATA = "/science/grids/data"
_LAYERS = (
    ("unwrappedPhase", LayerKind.UNWRAPPED),
    ("coherence", LayerKind.COHERENCE),
    ("connectedComponents", LayerKind.COMPONENTS),
    ("amplitude", LayerKind.AMPLITUDE),
)


def find(location: ProductLocation) -> list[ProductKey]:
    """NetCDF files with S1-GUNW in their name."""
    names = [name for name in location.candidates() if name.lower().endswith(".nc")]
    return [ProductKey(name) for name in names if "S1-GUNW" in short_name(name).upper()]


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The layers of the product's single grid."""
    tree = Tree(location.path(key.path))
    product = Product(NAME, short_name(key.path), location.path(key.path), [], coherence_threshold=0.3)
    first, second = (*dates_of(product.name.replace("_", "-")), "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    positive = sign_by_dates("away", first, second) if first and second else "toward"
    code = tree.number(f"{_DATA}/crs")
    grid = None
    for dataset, kind in _LAYERS:
        shape = tree.shape(f"{_DATA}/{dataset}")
        if len(shape) != 2:
            continue
        if grid is None:
            grid = grid_from_centres(
                tree.values(f"{_DATA}/longitude"),
                tree.values(f"{_DATA}/latitude"),
                crs_of(code if code and code > 1024 else 4326, product.name),
                shape,
                product.name,
            )
        product.layers.append(Layer(dataset, kind, Band(tree.uri(f"{_DATA}/{dataset}")), grid=grid))
    bands = {layer.kind: layer.band for layer in product.layers}
    for layer in product.phase_layers():
        layer.unit, layer.positive, layer.nodata = "rad", positive, (0.0,)
        layer.masks = tuple(
            Mask(bands[kind], rule)
            for kind, rule in ((LayerKind.COHERENCE, COHERENCE), (LayerKind.COMPONENTS, COMPONENTS))
            if kind in bands
        )
    _metadata(tree, product)
    product.notes.append(f"ARIA: newer minus older date, phase positive = {positive} in the file, no data 0.")
    return product


def _metadata(tree: Tree, product: Product) -> None:
    radar = "/science/radarMetaData"
    product.wavelength = plausible_wavelength(tree.number(f"{radar}/wavelength") or 0) or SENTINEL1
    direction = tree.text(f"{radar}/orbitDirection", f"{radar}/orbit_direction").lower()
    letter = product.name.upper().split("-")[2:3]
    product.orbit_direction = direction or {"A": "ascending", "D": "descending"}.get("".join(letter), "")
    product.look_side = "right"
    number = re.match(r"S1-GUNW-[AD]-\w-(\d{3})-", product.name, re.IGNORECASE)
    product.track = str(int(number.group(1))) if number else ""
    try:
        _look(tree, product)
    except InputError as error:
        product.warnings.append(f"The look vectors are left out: {error}")
    if not product.dates:
        product.dates = tuple(filter(None, [iso_date(tree.text("/science/grids/date"))]))


def _look(tree: Tree, product: Product) -> None:
    """Incidence, and azimuth of ground to satellite anticlockwise from east, in degrees, by height."""
    home = "/science/grids/imagingGeometry"
    incidence, azimuth = f"{home}/incidenceAngle", f"{home}/azimuthAngle"
    shape = tree.shape(incidence)
    if len(shape) != 3:
        return
    heights = tuple(float(value) for value in tree.values(f"{home}/heightsMeta"))
    if tree.shape(azimuth) != shape or len(heights) != shape[0]:
        product.incidence = centre_value(tree.uri(incidence))
        return
    grid = grid_from_centres(
        tree.values(f"{home}/longitudeMeta"),
        tree.values(f"{home}/latitudeMeta"),
        crs_of(4326, product.name),
        shape,
        product.name,
    )
    bands = (Band(tree.uri(incidence)), Band(tree.uri(azimuth)))
    product.look = LosSource(azimuth_from_east, bands, "imagingGeometry", grid, heights)
    set_scene_from_vectors(product)
