"""GMTSAR: netCDF grids phasefilt*.grd, unwrap*.grd, corr*.grd, los*.grd; *_ll.grd are geocoded.

Phase is in rad, positive away from the satellite; los = -79.58 * wavelength * unwrap in mm is positive for
range decrease; NaN has no data. Many grids name no coordinate system: those that end in _ll are in
longitude and latitude. look_e.grd, look_n.grd and look_u.grd, written by make_los_products.csh, are the unit
vector from the ground to the satellite.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..errors import InputError
from ..raster.grid import Grid, wkt_of_epsg
from .containers.gdalio import Band, open_dataset, read_bytes, short_name
from .containers.georeference import grid_of
from .containers.hdf5 import require_driver
from .containers.hdf5check import check_if_hdf5
from .containers.netcdf3 import check_size
from .family import ProductKey, folder_holds
from .location import ProductLocation
from .los.los_vectors import from_enu, set_scene_from_vectors
from .masks import COHERENCE
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import dates_of, plausible_wavelength

NAME = "GMTSAR"
_FILE = re.compile(
    r"^(?P<folder>(?:.*/)?)(?P<what>phasefilt|phase|unwrap|los|corr)(?P<rest>(?:_[a-z0-9]+)*)\.(?P<ext>grd|nc)$"
)
_KINDS = {
    "unwrap": (LayerKind.UNWRAPPED, "rad", "away"),
    "los": (LayerKind.DISPLACEMENT, "mm", "toward"),
    "phasefilt": (LayerKind.WRAPPED, "rad", "away"),
    "phase": (LayerKind.WRAPPED, "rad", "away"),
    "corr": (LayerKind.COHERENCE, "", "unknown"),
}


def find(location: ProductLocation) -> list[ProductKey]:
    """Folders with GMTSAR's grids, geocoded ones before those in radar coordinates."""
    folders: set[tuple[str, bool]] = set()
    for match in map(_FILE.match, location.candidates()):
        if match and (location.named or match.group("what") != "corr"):
            folders.add((match.group("folder"), _geocoded(match.group("rest"))))
    geocoded = {pair for pair in folders if pair[1]}
    return [ProductKey(folder, "_ll" if flag else "") for folder, flag in sorted(geocoded or folders)]


def _geocoded(rest: str) -> bool:
    return bool(re.search(r"_ll(_|$)", rest))


def recognise(location: ProductLocation) -> bool:
    """Folders and archives; the GeoTIFFs load well by themselves."""
    return folder_holds(location, find)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """All grids of one folder."""
    folder, suffix = key.path, key.variant
    location = location.asked_for([f"{folder}corr{suffix}.grd"] if location.named else [])
    require_driver("netCDF", location.title)
    name = location.title if location.named else short_name(folder or location.root)
    product = Product(
        NAME, name, location.path(folder) if folder else location.root, [], coherence_threshold=0.1
    )
    product.dates = tuple(sorted(dates_of(f"{location.root}/{folder}")))
    matches = [m for m in map(_FILE.match, location.files) if m and m.group("folder") == folder]
    matches = [m for m in matches if _geocoded(m.group("rest")) == bool(suffix)]
    order = list(_KINDS)
    matches.sort(key=lambda m: (order.index(m.group("what")), "mask" not in m.group("rest"), m.group(0)))
    for match in matches:
        kind, unit, positive = _KINDS[match.group("what")]
        path = location.path(match.group(0))
        uri = location.subdataset if location.named == match.group(0) and location.subdataset else path
        try:
            check_size(path)
            check_if_hdf5(path)
            grid = _grid(uri, short_name(path), geocoded=bool(suffix))
        except InputError as error:
            if location.named in ("", match.group(0)) and kind.quantity is not None:
                raise
            product.warnings.append(f"{error} It is left out.")
            continue
        stem = match.group("what") + match.group("rest")
        product.layers.append(Layer(stem, kind, Band(uri), unit, positive, grid=grid))
    coherence = [layer for layer in product.layers if layer.kind is LayerKind.COHERENCE]
    for layer in product.phase_layers():
        same = [one for one in coherence if one.grid == layer.grid]
        layer.masks = tuple(Mask(one.band, COHERENCE) for one in same[:1])
    if location.named:
        product.default = short_name(location.named).rsplit(".", 1)[0]
    try:
        _look(location, folder, product)
    except InputError as error:
        product.warnings.append(f"The look vectors are left out: {error}")
    _parameters(location, folder, product)
    product.notes.append("GMTSAR: phase positive = away, los in mm positive = toward, no data NaN.")
    return product


def _grid(uri: str, title: str, geocoded: bool) -> Grid:
    grid, _ = grid_of(open_dataset(uri), title)
    if not geocoded:
        return grid
    if grid.has_crs:
        return grid
    west, south, east, north = grid.extent
    degrees = -360 <= west < east <= 360 and -90.5 <= south < north <= 90.5
    return replace(grid, crs_wkt=wkt_of_epsg(4326)) if degrees else grid


def _look(location: ProductLocation, folder: str, product: Product) -> None:
    """The look grids beside the phase, which are in longitude and latitude whatever their names."""
    paths = [location.beside(f"{folder}look_{axis}", "_ll.grd", ".grd") for axis in "enu"]
    if not all(paths):
        return
    bands = tuple(Band(path or "") for path in paths)
    for band in bands:
        check_size(band.uri)
        check_if_hdf5(band.uri)
    grid = _grid(bands[0].uri, "look_e.grd", geocoded=True)
    product.look = LosSource(from_enu, bands, "look_e, look_n and look_u", grid)
    set_scene_from_vectors(product)


def _parameters(location: ProductLocation, folder: str, product: Product) -> None:
    """Wavelength and orbit direction from a .PRM file beside the grids."""
    prm = [
        n for n in location.files if n.upper().endswith(".PRM") and n.rpartition("/")[0] == folder.rstrip("/")
    ]
    for name in prm[:2]:
        text = read_bytes(location.path(name), 2**17).decode("utf-8", errors="replace")
        pairs = dict(re.findall(r"^\s*(\w+)\s*=\s*(\S+)", text, re.MULTILINE))
        try:
            product.wavelength = plausible_wavelength(float(pairs.get("radar_wavelength", "0")))
        except ValueError:
            product.wavelength = None
        direction = {"A": "ascending", "D": "descending"}.get(pairs.get("orbdir", "")[:1].upper(), "")
        product.orbit_direction = product.orbit_direction or direction
        side = {"R": "right", "L": "left"}.get(pairs.get("lookdir", "")[:1].upper(), "")
        product.look_side = product.look_side or side
        if product.wavelength:
            return
