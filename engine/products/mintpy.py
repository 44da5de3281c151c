"""MintPy (HDF5): ifgramStack.h5, timeseries*.h5, velocity.h5 and single-layer files.

Georeference and wavelength stand in attributes of the root, with ROI_PAC's names; X_FIRST and Y_FIRST are
the outer corner of the first pixel. Unwrapped phase in rad, positive away; displacement in m, positive
towards the satellite. Dates of a pair: older, newer. incidenceAngle and azimuthAngle of the geometry file
beside it or in inputs/ tell the look vectors.
"""

from __future__ import annotations

import re
from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, check_transform, short_name
from .containers.hdf5 import Tree, as_number, crs_of, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .los.los_vectors import azimuth_from_north, from_incidence, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import iso_date, plausible_wavelength

NAME = "MintPy"
_NAMES = re.compile(r"^(geo_)?(ifgramStack|timeseries|velocity)\w*\.(h5|he5)$")
_PHASE = {
    "unwrapPhase": (LayerKind.UNWRAPPED, "rad"),
    "wrapPhase": (LayerKind.WRAPPED, "rad"),
    "timeseries": (LayerKind.DISPLACEMENT, "m"),
    "displacement": (LayerKind.DISPLACEMENT, "m"),
    "velocity": (LayerKind.DISPLACEMENT, "m"),
}
_MAX_SLICES = 2000
_GEOMETRY = ("geometryGeo.h5", "geo_geometryRadar.h5", "geometryRadar.h5")


def find(location: ProductLocation) -> list[ProductKey]:
    """HDF5 files whose root attributes name a MintPy file type with phase or displacement in it."""
    names = [n for n in location.candidates() if n.lower().endswith((".h5", ".he5"))][:200]
    names = [n for n in names if not short_name(n).upper().startswith("NISAR")]
    paths = {name: location.path(name) for name in names}
    return [ProductKey(name) for name, path in paths.items() if is_hdf5(path) and _is_mintpy(path)]


def _is_mintpy(path: str) -> bool:
    try:
        tree = Tree(path)
    except InputError:
        return False
    return bool(tree.attribute("", "FILE_TYPE")) and bool(set(tree.arrays("/")) & set(_PHASE))


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """One layer a pair or date; a stack opens at its first pair, a time series at its last date."""
    name = key.path
    tree = Tree(location.path(name))
    product = Product(NAME, short_name(name), location.path(name), [], coherence_threshold=0.3)
    product.wavelength = plausible_wavelength(as_number(tree.attribute("", "WAVELENGTH")) or 0)
    product.orbit_direction = tree.attribute("", "ORBIT_DIRECTION").lower()
    product.look_side = {"-1": "right", "1": "left"}.get(tree.attribute("", "ANTENNA_SIDE"), "")
    heading = as_number(tree.attribute("", "HEADING"))
    if heading is not None:
        set_heading(product, heading)
    for dataset, (kind, unit) in _PHASE.items():
        shape = tree.shape(f"/{dataset}")
        if len(shape) not in (2, 3):
            continue
        grid = _grid(tree, shape, product.name)
        names = _slices(tree, shape)
        order = range(len(names) - 1, -1, -1) if dataset == "timeseries" else range(len(names))
        for index in order:
            product.layers.append(_layer(tree, dataset, kind, unit, index, names[index], grid, product))
        coherence = _coherence(tree, shape)
        if coherence:
            product.layers.append(Layer(coherence, LayerKind.COHERENCE, Band(tree.uri(coherence)), grid=grid))
        if kind is LayerKind.UNWRAPPED and tree.shape("/connectComponent") == shape:
            band = Band(tree.uri("connectComponent"))
            product.layers.append(Layer("connectComponent", LayerKind.COMPONENTS, band, grid=grid))
    if product.layers:
        first = product.phase_layers()[0]
        product.dates = _pair(first.key) or tuple(filter(None, [iso_date(first.key)]))
        if len(product.phase_layers()) > 1:
            product.notes.append(
                f"{len(product.phase_layers())} layers; {first.key} is read unless another is chosen."
            )
        _look(location, name, product)
    if tree.has("/velocity"):
        product.notes.append("Velocity: the values are taken as the displacement of one year.")
    product.notes.append("MintPy: phase positive = away, displacement positive = toward; no data 0.")
    return product


def _look(location: ProductLocation, name: str, product: Product) -> None:
    """The first geometry file whose grid is that of the phase, or is placed on the ground as the phase is."""
    folder = name.rpartition("/")[0]
    wanted = product.phase_layers()[0].grid
    for geometry in (f"{inside}{file}" for inside in ("", "inputs/") for file in _GEOMETRY):
        path = location.path(f"{folder}/{geometry}" if folder else geometry)
        if not is_hdf5(path):
            continue
        try:
            tree = Tree(path)
            shape = tree.shape("/incidenceAngle")
            grid = _grid(tree, shape, short_name(path)) if len(shape) == 2 else None
        except InputError:
            continue
        if grid is None or wanted is None or (grid != wanted and not (grid.has_crs and wanted.has_crs)):
            continue
        both = tree.shape("/azimuthAngle") == shape
        if not both and product.heading is None:
            continue
        names = ("incidenceAngle", "azimuthAngle") if both else ("incidenceAngle",)
        bands = tuple(Band(tree.uri(one)) for one in names)
        rule, heading, side = (
            azimuth_from_north if both else from_incidence,
            product.heading or 0.0,
            product.look_side,
        )
        product.look = LosSource(rule, bands, short_name(path), grid, heading=heading, side=side or "right")
        set_scene_from_vectors(product)
        return


def _slices(tree: Tree, shape: tuple[int, ...]) -> list[str]:
    """Names of the slices of a stack: pairs or dates."""
    if len(shape) == 2:
        return [""]
    count = min(shape[0], _MAX_SLICES)
    dates = [str(v) for v in tree.values("/date")]
    if len(dates) >= 2 * shape[0]:
        return [f"{dates[2 * i]}_{dates[2 * i + 1]}" for i in range(count)]
    if len(dates) >= shape[0]:
        return dates[:count]
    return [str(i + 1) for i in range(count)]


def _coherence(tree: Tree, shape: tuple[int, ...]) -> str:
    return "coherence" if tree.shape("/coherence") == shape else ""


def _layer(
    tree: Tree, dataset: str, kind: LayerKind, unit: str, index: int, name: str, grid: Grid, product: Product
) -> Layer:
    shape = tree.shape(f"/{dataset}")
    masks = []
    if _coherence(tree, shape):
        masks.append(Mask(Band(tree.uri("coherence"), index + 1), COHERENCE))
    if kind is LayerKind.UNWRAPPED and tree.shape("/connectComponent") == shape:
        masks.append(Mask(Band(tree.uri("connectComponent"), index + 1), COMPONENTS))
    pair = _pair(name)
    away = sign_by_dates("away", *pair) if pair else "away"
    return Layer(
        f"{name}/{kind.value}" if name else kind.value,
        kind,
        Band(tree.uri(dataset), index + 1),
        unit,
        "toward" if kind is LayerKind.DISPLACEMENT else away,
        nodata=(0.0,),
        grid=grid,
        masks=tuple(masks),
        title=f"{dataset} {name}".strip(),
    )


def _pair(name: str) -> Optional[tuple[str, str]]:
    parts = [iso_date(part) for part in name.split("/", maxsplit=1)[0].split("_")]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def _grid(tree: Tree, shape: tuple[int, ...], title: str) -> Grid:
    height, width = shape[-2:]
    numbers = [as_number(tree.attribute("", name)) for name in ("X_FIRST", "X_STEP", "Y_FIRST", "Y_STEP")]
    x, dx, y, dy = numbers
    if x is None or dx is None or y is None or dy is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    code = as_number(tree.attribute("", "EPSG"))
    if code is None and tree.attribute("", "X_UNIT").lower().startswith("deg"):
        code = 4326
    return Grid(width, height, check_transform((x, dx, 0, y, 0, dy), title), crs_of(code, title))
