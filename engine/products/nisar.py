"""NISAR GUNW (level 2, HDF5), specification 1.1 to 1.4 (JPL D-102272, revisions A to E).

Under /science/{LSAR,SSAR}/GUNW/grids/frequency{A,B}: unwrapped phase (rad, fill NaN, 80 m) and a wrapped
complex layer on a finer grid of its own (20 m), in UTM or polar stereographic coordinates. Coordinates and
projection are stored per polarisation (1.1) or per group (1.2 on). Phase is reference times conjugate
secondary: positive away from the satellite when the reference is the older date, as in standard products.

The mask is uint8, or uint32 since composite release X05014. Its bits 0 to 7 hold three decimal digits: water,
reference subswath, secondary subswath (255: fill); higher bits are flags, such as bit 24 for the ionosphere
(isce3 pull requests 247 and 273). Masks with bit 24 were geocoded as float32, which rounds the value to a
multiple of 4 next to it: digits 21 become 20 (isce3 pull request 381). Both are accepted here.

Delivered but not applied, all in rad of the unwrapped phase (isce3's GUNW_writer.py, troposphere.py,
solid_earth_tides.py, ionosphere.py): ionospherePhaseScreen on the grid of the phase, and in
metadata/radarGrid, at several heights and for frequency A, wetTroposphericPhaseScreen,
hydrostaticTroposphericPhaseScreen and slantRangeSolidEarthTidesPhase. They are phase screens of the pair and
are subtracted. (The tides are computed as -4 pi / wavelength times reference minus secondary motion towards
the satellite; over one frame they change by some tenths of a radian only.)
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, short_name
from .containers.hdf5 import Tree, as_number, crs_of, grid_from_centres, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .los.los_vectors import from_east_north, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS, VALID
from .model import Correction, Layer, LayerKind, LosSource, Mask, MaskRule, Product, SampleFormat
from .names import wavelength_of_frequency
from .nisar_metadata import GRANULE, OTHER_PRODUCTS, dates, identify, other_product, refuse
from .values import centre_value

NAME = "NISAR GUNW"
_NAMES = re.compile(r"^NISAR_.*GUNW.*\.(h5|hdf5)$", re.IGNORECASE)
_DIGITS = 0xFF
_ROUNDED_FROM = 1 << 24
"""Masks from here on were rounded when they were geocoded as float32."""
_GROUPS = (
    ("unwrappedInterferogram", "unwrappedPhase", LayerKind.UNWRAPPED),
    ("wrappedInterferogram", "wrappedInterferogram", LayerKind.WRAPPED),
)
_CUBES = (
    ("wet_troposphere", "wetTroposphericPhaseScreen"),
    ("hydrostatic_troposphere", "hydrostaticTroposphericPhaseScreen"),
    ("solid_earth_tides", "slantRangeSolidEarthTidesPhase"),
)


def subswath_valid(values: np.ndarray, mask: Optional[Mask] = None) -> np.ndarray:
    """True on land inside both subswaths: no water digit, and neither subswath digit 0; 255 is fill."""
    known = np.isfinite(values)
    word = np.where(known, values, _DIGITS).astype(np.int64)
    digits = word & _DIGITS
    valid = _digits_valid(digits)
    rounded = (word >= _ROUNDED_FROM) & (digits % 4 == 0)
    if rounded.any():
        dry = rounded & (digits < 100)
        valid |= dry & (_digits_valid(digits - 1) | _digits_valid(digits + 1))
    return known & valid


def _digits_valid(digits: np.ndarray) -> np.ndarray:
    return (digits > 0) & (digits // 100 == 0) & (digits // 10 % 10 > 0) & (digits % 10 > 0)


SUBSWATHS = MaskRule("mask", subswath_valid, "water and pixels outside the subswaths are left out")


def find(location: ProductLocation) -> list[ProductKey]:
    """HDF5 files with GUNW in their name or a GUNW group inside; named files of other NISAR products."""
    names = [name for name in location.candidates() if name.lower().endswith((".h5", ".hdf5"))]
    return [ProductKey(name) for name in names if _is_gunw(location, name)]


def _is_gunw(location: ProductLocation, name: str) -> bool:
    base = short_name(name).upper()
    if base.startswith("NISAR") and "GUNW" in base:
        return True
    if not (location.named and is_hdf5(location.path(name))):
        return False
    match = GRANULE.match(base)
    if match and match.group("product") in OTHER_PRODUCTS:
        return True
    try:
        tree = Tree(location.path(name))
        return bool(_radars(tree)) or bool(other_product(name, tree))
    except InputError:
        return False


def _radars(tree: Tree) -> list[str]:
    """Radar bands (LSAR, SSAR) with a GUNW group."""
    return [name for name in tree.groups("/science") if tree.groups(f"/science/{name}/GUNW/grids")]


def recognise(location: ProductLocation) -> bool:
    """By the file's name and first bytes."""
    return hdf5_named(location, _NAMES)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Layers of all frequencies and polarisations; frequency A and the first polarisation come first.

    Raises
    ------
    InputError
        For NISAR products other than GUNW; the message names the product to fetch.
    """
    name = key.path
    tree = Tree(location.path(name))
    radars = sorted(_radars(tree))
    kind = "" if radars else other_product(name, tree)
    if kind:
        raise refuse(kind, name)
    product = Product(NAME, short_name(name), location.path(name), [], coherence_threshold=0.3)
    for radar in radars:
        identify(tree, radar, product)
        _radar(tree, radar, product, "" if radar == radars[0] else f"{radar}/")
    phases = product.phase_layers()
    if phases:
        product.notes.append(f"NISAR: phase positive = {phases[0].positive} in the file.")
        _ionosphere_note(tree, phases[0], product)
    return product


def _radar(tree: Tree, radar: str, product: Product, prefix: str) -> None:
    """The layers and line-of-sight vectors of one radar band."""
    pair = dates(tree, f"/science/{radar}/identification")
    positive = sign_by_dates("away", *pair) if pair else "away"
    grids = f"/science/{radar}/GUNW/grids"
    metadata = f"/science/{radar}/GUNW/metadata/radarGrid"
    start = len(product.layers)
    for frequency in sorted(tree.groups(grids)):
        first = len(product.layers)
        for group, dataset, kind in _GROUPS:
            _group(tree, f"{grids}/{frequency}/{group}", dataset, kind, positive, product)
        hertz = tree.number(f"{grids}/{frequency}/centerFrequency")
        for layer in product.layers[first:]:
            layer.wavelength = wavelength_of_frequency(hertz) if hertz is not None else None
    layers = product.layers[start:]
    try:
        _corrections(tree, grids, metadata, layers, product)
    except InputError as error:
        product.warnings.append(f"The corrections are left out: {error}")
    for layer in layers:
        layer.key = prefix + layer.key
    try:
        _look(tree, metadata, product)
    except InputError as error:
        product.warnings.append(f"The look vectors are left out: {error}")


def _group(tree: Tree, path: str, dataset: str, kind: LayerKind, positive: str, product: Product) -> None:
    """Phase and masks of every polarisation in one group."""
    frequency = path.split("/")[-2]
    for polarisation in sorted(tree.groups(path)):
        inside = f"{path}/{polarisation}"
        phase = f"{inside}/{dataset}"
        shape = tree.shape(phase)
        if len(shape) != 2:
            continue
        home = {name: _home(tree, path, inside, name) for name in ("xCoordinates", "yCoordinates")}
        grid = grid_from_centres(
            tree.values(home["xCoordinates"]),
            tree.values(home["yCoordinates"]),
            crs_of(_epsg(tree, _home(tree, path, inside, "projection")), product.name),
            shape,
            product.name,
        )
        key = f"{frequency}/{polarisation}"
        masks = []
        for where, layer_kind, rule, fill in _mask_layers(tree, path, inside):
            band = Band(tree.uri(where))
            name = f"{key}/{kind.value} {'valid mask' if rule is VALID else layer_kind.value}"
            product.layers.append(Layer(name, layer_kind, band, nodata=fill, grid=grid))
            masks.append(Mask(band, rule))
        layer = Layer(f"{key}/{kind.value}", kind, Band(tree.uri(phase)), "rad", positive)
        if kind is LayerKind.WRAPPED:
            layer.unit, layer.sample_format, layer.nodata = "complex", SampleFormat.COMPLEX, (0.0,)
        layer.grid, layer.masks = grid, tuple(masks)
        product.layers.append(layer)


def _mask_layers(
    tree: Tree, group: str, inside: str
) -> list[tuple[str, LayerKind, MaskRule, tuple[float, ...]]]:
    """Paths of the layers that say which pixels to trust, with their meaning."""
    known: list[tuple[str, LayerKind, MaskRule, tuple[float, ...]]] = [
        ("coherenceMagnitude", LayerKind.COHERENCE, COHERENCE, ()),
        ("connectedComponents", LayerKind.COMPONENTS, COMPONENTS, (65535.0,)),
        ("mask", LayerKind.MASK, SUBSWATHS, (255.0,)),
    ]
    homes = [(_home(tree, group, inside, name), kind, rule, fill) for name, kind, rule, fill in known]
    for home in (inside, group):
        homes += [
            (f"{home}/{name}", LayerKind.MASK, VALID, (255.0,))
            for name in tree.arrays(home)
            if name.lower().endswith("validmask")
        ]
    return [one for one in homes if one[0]]


def _home(tree: Tree, group: str, inside: str, name: str) -> str:
    """Path of an array: per polarisation (1.1) or per group (1.2 and later); empty without one."""
    return next((f"{location}/{name}" for location in (inside, group) if tree.has(f"{location}/{name}")), "")


def _epsg(tree: Tree, path: str) -> Optional[float]:
    value = tree.number(path)
    return value if value else as_number(tree.attribute(path, "epsg_code"))


def _cube_grid(tree: Tree, path: str, shape: tuple[int, ...], title: str) -> Grid:
    """The coarse grid of metadata/radarGrid."""
    return grid_from_centres(
        tree.values(f"{path}/xCoordinates"),
        tree.values(f"{path}/yCoordinates"),
        crs_of(_epsg(tree, f"{path}/projection"), title),
        shape,
        title,
    )


def _corrections(tree: Tree, grids: str, metadata: str, layers: list[Layer], product: Product) -> None:
    """The phase screens of each phase layer; cubes are for frequency A and scale with the frequency."""
    heights = tuple(float(value) for value in tree.values(f"{metadata}/heightAboveEllipsoid"))
    base = tree.number(f"{grids}/frequencyA/centerFrequency")
    cubes = []
    for name, dataset in _CUBES:
        shape = tree.shape(f"{metadata}/{dataset}")
        if len(shape) == 3 and len(heights) == shape[0]:
            grid = _cube_grid(tree, metadata, shape, product.name)
            cubes.append(Correction(name, Band(tree.uri(f"{metadata}/{dataset}")), dataset, grid, heights))
    for layer in (one for one in layers if one.kind.quantity is not None):
        frequency, polarisation = layer.key.split("/")[:2]
        hertz = tree.number(f"{grids}/{frequency}/centerFrequency")
        scale = hertz / base if hertz and base else 1.0
        screens = []
        group = f"{grids}/{frequency}/unwrappedInterferogram/{polarisation}"
        if len(tree.shape(f"{group}/ionospherePhaseScreen")) == 2:
            key = f"{frequency}/{polarisation}/unwrapped"
            grid_of_phase = next((one.grid for one in layers if one.key == key), None)
            band = Band(tree.uri(f"{group}/ionospherePhaseScreen"))
            screens.append(Correction("ionosphere", band, "ionospherePhaseScreen", grid_of_phase))
        layer.corrections = (*screens, *(replace(cube, scale=scale) for cube in cubes))


def _ionosphere_note(tree: Tree, layer: Layer, product: Product) -> None:
    """The uncertainty of the ionosphere near the centre."""
    path = layer.band.uri.rpartition("://")[2].rpartition("/")[0]
    uncertainty = f"/{path}/ionospherePhaseScreenUncertainty"
    if tree.has(uncertainty):
        value = centre_value(tree.uri(uncertainty))
        if value is not None:
            product.notes.append(f"NISAR: the ionosphere is uncertain by {value:.2g} rad near the centre.")


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
    grid = _cube_grid(tree, path, shape, product.name)
    bands = (Band(tree.uri(x)), Band(tree.uri(y)))
    product.look = LosSource(from_east_north, bands, "losUnitVectorX and losUnitVectorY", grid, heights)
    set_scene_from_vectors(product)
