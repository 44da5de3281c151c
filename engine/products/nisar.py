"""NISAR GUNW (level 2, HDF5), layouts 1.1 to 1.4.

Under /science/{LSAR,SSAR}/GUNW/grids/frequency{A,B}: unwrapped phase (rad, fill NaN) and a wrapped
complex layer on a finer grid of its own. Coordinates and projection stand per polarisation (1.1) or per
group (1.2 on). Phase is reference times conjugate secondary: positive away when the reference is older.
The mask has three decimal digits: water, reference subswath, secondary subswath.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from ..errors import InputError
from .containers.gdalio import Band, short_name
from .containers.hdf5 import Tree, as_number, crs_of, grid_from_centres, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .los.los_vectors import from_east_north, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS
from .model import Layer, LayerKind, LosSource, Mask, MaskRule, Product, SampleFormat
from .names import iso_date, wavelength_of_frequency
from .values import centre_value

NAME = "NISAR GUNW"
_NAMES = re.compile(r"^NISAR_.*GUNW.*\.(h5|hdf5)$", re.IGNORECASE)


def subswath_valid(values: np.ndarray, mask: Optional[Mask] = None) -> np.ndarray:
    """Three decimal digits: water, reference subswath, secondary subswath; 255 is fill.

    A zero in either subswath digit is invalid, and so is water (hundreds not 0).
    """
    number = values.astype(np.int32)
    return (number != 255) & (number // 100 == 0) & (number // 10 % 10 > 0) & (number % 10 > 0)


SUBSWATHS = MaskRule("mask", subswath_valid, "water and pixels outside the subswaths are left out")
_GROUPS = (
    ("unwrappedInterferogram", "unwrappedPhase", LayerKind.UNWRAPPED),
    ("wrappedInterferogram", "wrappedInterferogram", LayerKind.WRAPPED),
)


def find(location: ProductLocation) -> list[ProductKey]:
    """HDF5 files with GUNW in their name, or with a GUNW group inside."""
    names = [name for name in location.candidates() if name.lower().endswith((".h5", ".hdf5"))]
    return [ProductKey(name) for name in names if _is_gunw(location, name)]


def _is_gunw(location: ProductLocation, name: str) -> bool:
    base = short_name(name).upper()
    if base.startswith("NISAR") and "GUNW" in base:
        return True
    if not (location.named and is_hdf5(location.path(name))):
        return False
    try:
        return bool(_bands(Tree(location.path(name))))
    except InputError:
        return False


def _bands(tree: Tree) -> list[str]:
    """Radar bands (LSAR, SSAR) with a GUNW group."""
    return [b for b in tree.groups("/science") if tree.groups(f"/science/{b}/GUNW/grids")]


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Layers of all frequencies and polarisations; frequency A, the first polarisation first."""
    name = key.path
    tree = Tree(location.path(name))
    product = Product(NAME, short_name(name), location.path(name), [], coherence_threshold=0.3)
    radars = sorted(_bands(tree))
    for radar in radars:
        _identify(tree, f"/science/{radar}/identification", product)
        positive = sign_by_dates("away", *(_dates(tree, f"/science/{radar}/identification") or ("", "")))
        grids = f"/science/{radar}/GUNW/grids"
        for frequency in sorted(tree.groups(grids)):
            hertz = tree.number(f"{grids}/{frequency}/centerFrequency")
            wavelength = wavelength_of_frequency(hertz) if hertz is not None else None
            start = len(product.layers)
            for group, dataset, kind in _GROUPS:
                _group(tree, f"{grids}/{frequency}/{group}", dataset, kind, positive, product)
            for layer in product.layers[start:]:
                layer.wavelength = wavelength
                layer.key = layer.key if radar == radars[0] else f"{radar}/{layer.key}"
        try:
            _look(tree, f"/science/{radar}/GUNW/metadata/radarGrid", product)
        except InputError as error:
            product.warnings.append(f"The look vectors are left out: {error}")
    if product.phase_layers():
        product.notes.append(f"NISAR: phase positive = {product.phase_layers()[0].positive} in the file.")
    return product


def _group(tree: Tree, path: str, dataset: str, kind: LayerKind, positive: str, product: Product) -> None:
    frequency = path.split("/")[-2]
    for polarisation in sorted(tree.groups(path)):
        inside = f"{path}/{polarisation}"
        phase = f"{inside}/{dataset}"
        shape = tree.shape(phase)
        if len(shape) != 2:
            continue
        grid = grid_from_centres(
            tree.values(f"{_home(tree, path, inside, 'xCoordinates')}"),
            tree.values(f"{_home(tree, path, inside, 'yCoordinates')}"),
            crs_of(_epsg(tree, _home(tree, path, inside, "projection")), product.name),
            shape,
            product.name,
        )
        key = f"{frequency}/{polarisation}"
        masks = []
        for layer_name, layer_kind, rule, fill in (
            ("coherenceMagnitude", LayerKind.COHERENCE, COHERENCE, ()),
            ("connectedComponents", LayerKind.COMPONENTS, COMPONENTS, (65535.0,)),
            ("mask", LayerKind.MASK, SUBSWATHS, (255.0,)),
        ):
            where = _home(tree, path, inside, layer_name)
            if not where:
                continue
            band = Band(tree.uri(where))
            mask_key = f"{key}/{kind.value} {layer_kind.value}"
            product.layers.append(Layer(mask_key, layer_kind, band, nodata=fill, grid=grid))
            masks.append(Mask(band, rule))
        product.layers.append(
            Layer(
                f"{key}/{kind.value}",
                kind,
                Band(tree.uri(phase)),
                "complex" if kind is LayerKind.WRAPPED else "rad",
                positive,
                SampleFormat.COMPLEX if kind is LayerKind.WRAPPED else SampleFormat.REAL,
                nodata=(0.0,) if kind is LayerKind.WRAPPED else (),
                grid=grid,
                masks=tuple(masks),
            )
        )


def _home(tree: Tree, group: str, inside: str, name: str) -> str:
    """Where an array stands: per polarisation (1.1) or per group (1.2 and later); empty if nowhere."""
    return next((f"{location}/{name}" for location in (inside, group) if tree.has(f"{location}/{name}")), "")


def _epsg(tree: Tree, path: str) -> Optional[float]:
    value = tree.number(path)
    return value if value else as_number(tree.attribute(path, "epsg_code"))


def _dates(tree: Tree, path: str) -> Optional[tuple[str, str]]:
    first = iso_date(tree.text(f"{path}/referenceZeroDopplerStartTime"))
    second = iso_date(tree.text(f"{path}/secondaryZeroDopplerStartTime"))
    return (first, second) if first and second else None


def _identify(tree: Tree, path: str, product: Product) -> None:
    product.dates = tuple(sorted(_dates(tree, path) or ()))
    direction = tree.text(f"{path}/orbitPassDirection").lower()
    product.orbit_direction = direction if direction in ("ascending", "descending") else ""
    side = tree.text(f"{path}/lookDirection").lower()
    product.look_side = side if side in ("left", "right") else ""


def _look(tree: Tree, path: str, product: Product) -> None:
    """East and north of the unit vector from the ground to the satellite, at several heights."""
    x, y = f"{path}/losUnitVectorX", f"{path}/losUnitVectorY"
    shape = tree.shape(x)
    heights = tuple(float(value) for value in tree.values(f"{path}/heightAboveEllipsoid"))
    if product.look is not None or len(shape) != 3:
        return
    if tree.shape(y) != shape or len(heights) != shape[0]:
        if tree.has(f"{path}/incidenceAngle"):
            product.incidence = centre_value(tree.uri(f"{path}/incidenceAngle"))
        return
    grid = grid_from_centres(
        tree.values(f"{path}/xCoordinates"),
        tree.values(f"{path}/yCoordinates"),
        crs_of(_epsg(tree, f"{path}/projection"), product.name),
        shape,
        product.name,
    )
    bands = (Band(tree.uri(x)), Band(tree.uri(y)))
    product.look = LosSource(from_east_north, bands, "losUnitVectorX and losUnitVectorY", grid, heights)
    set_scene_from_vectors(product)
