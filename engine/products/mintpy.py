"""MintPy (HDF5): ifgramStack.h5, timeseries*.h5, velocity.h5, their geo_ versions, and HDF-EOS5 (.he5).

Facts from MintPy's documentation (mintpy.readthedocs.io, "attributes" and "HDF-EOS5") and its sources:

- the root's attributes give position and wavelength with ROI_PAC's names. X_FIRST and Y_FIRST are the outer
  corner of the first pixel, in degrees, or in metres of the zone UTM_ZONE ("10N") or of EPSG;
- unwrapPhase in rad is positive away from the satellite; timeseries, displacement and velocity are positive
  towards it, in the unit that UNIT names (m, m/year …). 0 has no data;
- timeseries holds the displacement of each date since REF_DATE;
- timeseries2velocity writes the offset of an earthquake as stepYYYYMMDD beside velocity, in m;
- HDF-EOS5 has HDFEOS/GRIDS/timeseries/{observation/displacement, observation/date, quality/mask,
  quality/temporalCoherence, geometry/incidenceAngle, geometry/azimuthAngle}; mask is 1 on good pixels.

incidenceAngle and azimuthAngle, also of a geometry file beside the data or in inputs/, give the
line-of-sight vectors.
"""

from __future__ import annotations

import re
from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, short_name
from .containers.georeference import check_transform
from .containers.hdf5 import Tree, as_number, crs_of, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .los.los_vectors import azimuth_from_north, from_incidence, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS, VALID
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import iso_date, plausible_wavelength
from .series import largest_first, stack_note, with_steps
from .units import unit_of

NAME = "MintPy"
_NAMES = re.compile(r"^(?:(geo_)?(ifgramStack|timeseries|velocity)\w*\.(h5|he5)|.*\.he5)$")
_PHASE = {
    "unwrapPhase": (LayerKind.UNWRAPPED, "rad"),
    "wrapPhase": (LayerKind.WRAPPED, "rad"),
    "timeseries": (LayerKind.DISPLACEMENT, "m"),
    "displacement": (LayerKind.DISPLACEMENT, "m"),
    "velocity": (LayerKind.DISPLACEMENT, "m"),
}
_STEP = re.compile(r"^step(\d{8})(?:T?\d{4,6})?$")
_EOS = "/HDFEOS/GRIDS/timeseries"
_MAX_SLICES = 2000
_OTHER_TYPES = {
    "geometry": "geometry",
    "mask": "mask",
    "coherence": "coherence",
    "temporalcoherence": "temporal coherence",
    "connectcomponent": "connected components",
    "dem": "elevation model",
    "hgt": "elevation model",
}
"""FILE_TYPE of files that hold no phase, and what they are."""
_GEOMETRY = ("geometryGeo.h5", "geo_geometryRadar.h5", "geometryRadar.h5")


def find(location: ProductLocation) -> list[ProductKey]:
    """HDF5 files whose root attributes name a MintPy file type with phase or displacement in it."""
    names = [n for n in location.candidates() if n.lower().endswith((".h5", ".he5"))][:200]
    names = [n for n in names if not short_name(n).upper().startswith("NISAR")]
    paths = {name: location.path(name) for name in names}
    keys = [ProductKey(name) for name, path in paths.items() if is_hdf5(path) and _is_mintpy(path)]
    if location.named and paths and not keys:
        _refuse_other(location)
    return keys


def _refuse_other(location: ProductLocation) -> None:
    """Refuse MintPy's geometry, masks and coherence with what they are.

    Raises
    ------
    InputError
    """
    path = location.path(location.named)
    try:
        kind = Tree(path).attribute("", "FILE_TYPE") if is_hdf5(path) else ""
    except InputError:
        return
    if kind and kind.lower() in _OTHER_TYPES:
        raise InputError(
            f"“{location.title}” is MintPy's {_OTHER_TYPES[kind.lower()]}, not phase or displacement; "
            "open the timeseries, velocity or ifgramStack file of the same folder."
        )


def _is_mintpy(path: str) -> bool:
    try:
        tree = Tree(path)
    except InputError:
        return False
    if tree.has(f"{_EOS}/observation/displacement"):
        return True
    arrays = tree.arrays("/")
    with_phase = bool(set(arrays) & set(_PHASE)) or any(_STEP.match(name) for name in arrays)
    return bool(tree.attribute("", "FILE_TYPE")) and with_phase


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """One layer for each pair, date or step; of stacks and series the largest step comes first."""
    name = key.path
    tree = Tree(location.path(name))
    product = Product(NAME, short_name(name), location.path(name), [], coherence_threshold=0.3)
    product.wavelength = plausible_wavelength(as_number(tree.attribute("", "WAVELENGTH")) or 0)
    direction = tree.attribute("", "ORBIT_DIRECTION") or tree.attribute("", "flight_direction")
    product.orbit_direction = {"a": "ascending", "d": "descending"}.get(direction[:1].lower(), "")
    product.look_side = {"-1": "right", "1": "left"}.get(tree.attribute("", "ANTENNA_SIDE"), "")
    heading = as_number(tree.attribute("", "HEADING"))
    if heading is not None:
        set_heading(product, heading)
    _steps(tree, product)
    for dataset, (kind, unit) in _PHASE.items():
        _stack(tree, f"/{dataset}", kind, unit, product)
    _stack(tree, f"{_EOS}/observation/displacement", LayerKind.DISPLACEMENT, "m", product)
    if not product.phase_layers():
        return product
    first = product.phase_layers()[0]
    product.dates = _pair(first.date) or tuple(filter(None, [iso_date(first.date)]))
    _look(location, name, tree, product)
    _notes(tree, product)
    return product


def _notes(tree: Tree, product: Product) -> None:
    phases = product.phase_layers()
    stack = [layer for layer in phases if layer.date and not layer.minus]
    if len(stack) > 1:
        unit = "pairs" if "_" in stack[0].date else "dates"
        product.notes.append(stack_note(len(stack), phases[0], unit))
    elif len(phases) > 1:
        others = ", ".join(layer.key for layer in phases[1:6])
        product.notes.append(f"{phases[0].key} is read unless another layer is chosen: {others}.")
    if tree.has("/velocity"):
        product.notes.append("Velocity: the values are taken as the displacement of one year.")
    product.notes.append("MintPy: phase positive = away, displacement positive = toward; no data 0.")


def _steps(tree: Tree, product: Product) -> None:
    """Offsets at the date of an earthquake that were estimated with the velocity."""
    layers = []
    for dataset in tree.arrays("/"):
        match, shape = _STEP.match(dataset), tree.shape(f"/{dataset}")
        if not match or len(shape) != 2:
            continue
        grid, unit = _grid(tree, shape, product.name), _unit(tree, f"/{dataset}", "m")
        band = Band(tree.uri(dataset))
        layer = Layer(dataset, LayerKind.DISPLACEMENT, band, unit, "toward", nodata=(0.0,), grid=grid)
        layer.date, layer.title = iso_date(match.group(1)), dataset
        layers.append(layer)
    product.layers += largest_first(layers)


def _unit(tree: Tree, path: str, otherwise: str) -> str:
    """Unit of a displacement: the array's own, else the file's; years are dropped from rates."""
    text = tree.attribute(path, "UNIT") or tree.attribute(path, "Units") or tree.attribute("", "UNIT")
    unit = unit_of(text.split("/")[0])
    return unit if unit in ("m", "cm", "mm") else otherwise


def _stack(tree: Tree, path: str, kind: LayerKind, unit: str, product: Product) -> None:
    """The layers of one dataset, each date or pair with its masks."""
    shape = tree.shape(path)
    if len(shape) not in (2, 3):
        return
    grid, names = _grid(tree, shape, product.name), _slices(tree, path, shape)
    unit = unit if unit == "rad" else _unit(tree, path, unit)
    masks = _masks(tree, path, shape, kind)
    layers = []
    for index, name in enumerate(names):
        pair = _pair(name)
        away = sign_by_dates("away", *pair) if pair else "away"
        layer = Layer(
            f"{name}/{kind.value}" if name else path.strip("/").rpartition("/")[2],
            kind,
            Band(tree.uri(path), index + 1),
            unit,
            "toward" if kind is LayerKind.DISPLACEMENT else away,
            nodata=(0.0,),
            grid=grid,
            masks=tuple(
                Mask(Band(mask.band.uri, index + 1) if cube else mask.band, mask.rule) for mask, cube in masks
            ),
            title=f"{path.rpartition('/')[2]} {name}".strip(),
            date="_".join(pair) if pair else iso_date(name) or name,
        )
        layers.append(layer)
    if len(layers) > 1:
        in_series = kind is LayerKind.DISPLACEMENT and "_" not in layers[0].date
        layers = with_steps(layers) if in_series else largest_first(layers)
    product.layers += layers
    for mask, _ in masks:
        layer_kind = {COHERENCE: LayerKind.COHERENCE, COMPONENTS: LayerKind.COMPONENTS}.get(mask.rule)
        key = mask.band.uri.rpartition("/")[2]
        product.layers.append(Layer(key, layer_kind or LayerKind.MASK, mask.band, grid=grid))


def _masks(tree: Tree, path: str, shape: tuple[int, ...], kind: LayerKind) -> list[tuple[Mask, bool]]:
    """Masks of a dataset, and whether each has one layer for each date or pair."""
    masks = []
    if path.startswith(_EOS):
        for name, rule in (("mask", VALID), ("temporalCoherence", COHERENCE)):
            if tree.shape(f"{_EOS}/quality/{name}") == shape[-2:]:
                masks.append((Mask(Band(tree.uri(f"{_EOS}/quality/{name}")), rule), False))
        return masks
    if tree.shape("/coherence") == shape:
        masks.append((Mask(Band(tree.uri("coherence")), COHERENCE), True))
    if kind is LayerKind.UNWRAPPED and tree.shape("/connectComponent") == shape:
        masks.append((Mask(Band(tree.uri("connectComponent")), COMPONENTS), True))
    return masks


def _slices(tree: Tree, path: str, shape: tuple[int, ...]) -> list[str]:
    """Names of the layers of a stack: pairs or dates, or their numbers; one empty name without a stack."""
    if len(shape) == 2:
        return [""]
    count = min(shape[0], _MAX_SLICES)
    beside = f"{path.rpartition('/')[0]}/date"
    dates = [str(value).partition(".")[0] for value in tree.values(beside)]
    if len(dates) >= 2 * shape[0]:
        return [f"{dates[2 * i]}_{dates[2 * i + 1]}" for i in range(count)]
    if len(dates) >= shape[0]:
        return dates[:count]
    return [str(i + 1) for i in range(count)]


def _pair(name: str) -> Optional[tuple[str, str]]:
    parts = [iso_date(part) for part in name.split("_")]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def _look(location: ProductLocation, name: str, tree: Tree, product: Product) -> None:
    """Angles in the file itself, or in the first geometry file that fits the phase's grid."""
    if _look_in(tree, f"{_EOS}/geometry", product):
        return
    folder = name.rpartition("/")[0]
    for geometry in (f"{inside}{file}" for inside in ("", "inputs/") for file in _GEOMETRY):
        path = location.path(f"{folder}/{geometry}" if folder else geometry)
        if not is_hdf5(path):
            continue
        try:
            if _look_in(Tree(path), "", product):
                return
        except InputError:
            continue


def _look_in(tree: Tree, group: str, product: Product) -> bool:
    """Take the angles of a group, if their grid is that of the phase or both are on the map."""
    incidence, azimuth = f"{group}/incidenceAngle", f"{group}/azimuthAngle"
    shape = tree.shape(incidence)
    wanted = product.phase_layers()[0].grid
    grid = _grid(tree, shape, tree.title) if len(shape) == 2 else None
    if grid is None or wanted is None or (grid != wanted and not (grid.has_crs and wanted.has_crs)):
        return False
    both = tree.shape(azimuth) == shape
    if not both and product.heading is None:
        return False
    bands = tuple(Band(tree.uri(one)) for one in ((incidence, azimuth) if both else (incidence,)))
    rule = azimuth_from_north if both else from_incidence
    side = product.look_side or "right"
    product.look = LosSource(rule, bands, tree.title, grid, heading=product.heading or 0.0, side=side)
    set_scene_from_vectors(product)
    return True


def _grid(tree: Tree, shape: tuple[int, ...], title: str) -> Grid:
    height, width = shape[-2:]
    numbers = [as_number(tree.attribute("", name)) for name in ("X_FIRST", "X_STEP", "Y_FIRST", "Y_STEP")]
    x, dx, y, dy = numbers
    if x is None or dx is None or y is None or dy is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    code = as_number(tree.attribute("", "EPSG")) or _utm_code(tree.attribute("", "UTM_ZONE"))
    degrees = tree.attribute("", "X_UNIT").lower().startswith("deg")
    if code is None and (degrees or (not tree.attribute("", "X_UNIT") and abs(x) <= 360 and abs(y) <= 90)):
        code = 4326
    return Grid(width, height, check_transform((x, dx, 0, y, 0, dy), title), crs_of(code, title))


def _utm_code(zone: str) -> Optional[float]:
    """EPSG code of a UTM zone such as "10N" or "17S"; letters of latitude bands ("33T") work, too."""
    match = re.match(r"^\s*(\d{1,2})\s*([A-Za-z]?)", zone)
    if not match or not 1 <= int(match.group(1)) <= 60:
        return None
    letter = match.group(2).upper() or "N"
    south = letter == "S" if letter in "NS" else letter < "N"
    return (32700.0 if south else 32600.0) + int(match.group(1))
