"""LiCSBAS (COMET): time series cum.h5 and cum_filt.h5, and the flat binaries and GeoTIFFs derived from them.

cum.h5 holds cum (date, row, column) in mm since the first date, vel in mm/yr, imdates (YYYYMMDD), and
corner_lat, corner_lon, post_lat, post_lon: the centre of the upper left pixel and the steps in degrees
(LiCSBAS13_sb_inv.py; LiCSBAS_flt2geotiff.py subtracts half a step to get the pixel's corner). Unwrapped phase
is turned into mm by -wavelength / (4 pi) * 1000 there ("rad -> mm, positive is -LOS"): LiCSAR's phase is
positive away from the satellite, so displacement is positive towards it. C-band of Sentinel-1 is assumed.
Pixels without data are NaN. The scripts are those of github.com/yumorishita/LiCSBAS and of COMET's version,
github.com/comet-licsar/LiCSBAS; both keep this sign.

TS_*/results/vel and the like are little-endian float32 of the size that info/EQA.dem_par gives.
results/mask, where there is one, is 1 on good pixels. The frame's E, N and U files give the line of sight.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid, wkt_of_epsg
from .containers.dem_par import grid_of_dem_par
from .containers.flat_binary import flat_binary
from .containers.gdalio import Band, file_size, read_text, short_name
from .containers.georeference import check_transform
from .containers.hdf5 import Tree, is_hdf5
from .family import ProductKey, hdf5_named
from .location import ProductLocation
from .los.los_vectors import from_enu, set_scene_from_vectors
from .masks import VALID
from .model import Layer, LayerKind, LosSource, Mask, Product
from .names import SENTINEL1, dates_of, iso_date
from .orbit_names import set_frame_of_licsar
from .series import stack_note, with_steps

NAME = "LiCSBAS"
_HDF5 = re.compile(r"^(.*[._])?cum(_filt)?\w*\.h5$")
_FLAT = re.compile(r"^(?:vel2?|cum|\d{8}(?:_\d{8})?\.(?:cum|unw))(?:\.mskd|_mskd|_filt|\.filt)*$")
_TIFF = re.compile(r"(?:^|/)[^/]*[._](?P<what>vel2?|cum)(?:[._]mskd|[._]filt)*\.geo\.tif$")
_PARAMETERS = ("EQA.dem_par", "info/EQA.dem_par", "../info/EQA.dem_par", "../EQA.dem_par")


def find(location: ProductLocation) -> list[ProductKey]:
    """cum.h5, a flat binary with its EQA.dem_par, or a velocity GeoTIFF; of folders the HDF5 files."""
    candidates = location.candidates()
    files = [name for name in candidates if _HDF5.match(short_name(name)) and _is_series(location, name)]
    if location.named:
        name = location.named
        if _FLAT.match(name) and _parameter_file(location):
            files.append(name)
        if _TIFF.search(name):
            files.append(name)
        return [ProductKey(name) for name in files]
    filtered = [name for name in files if "filt" in short_name(name)]
    return [ProductKey(name) for name in (filtered or files)]


def _is_series(location: ProductLocation, name: str) -> bool:
    path = location.path(name)
    if not is_hdf5(path):
        return False
    try:
        tree = Tree(path)
    except InputError:
        return False
    return tree.has("/imdates") and (tree.has("/cum") or tree.has("/vel"))


def recognise(location: ProductLocation) -> bool:
    """cum.h5 by its name and first bytes."""
    return hdf5_named(location, re.compile(r"^(.*[._])?cum(_filt)?\.h5$"))


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The layers of one file."""
    name = key.path
    path = location.path(name)
    product = Product(NAME, short_name(name), path, [], wavelength=SENTINEL1, look_side="right")
    product.coherence_threshold = 0.0
    if name.endswith(".h5"):
        _series(Tree(path), product)
    elif _TIFF.search(name):
        what = "velocity" if "vel" in short_name(name) else "displacement"
        product.layers.append(_displacement(what, Band(path), None))
        product.default = what
    else:
        _flat(location, name, product)
    if any(layer.key == "velocity" for layer in product.layers):
        product.notes.append("Velocity: the values are taken as the displacement of one year.")
    _look(location, product)
    product.notes.append("LiCSBAS: displacement in mm, positive = toward, no data NaN.")
    return product


def _displacement(key: str, band: Band, grid: Optional[Grid], date: str = "") -> Layer:
    layer = Layer(key, LayerKind.DISPLACEMENT, band, "mm", "toward", nodata=(), grid=grid, date=date)
    layer.title = f"{key.rpartition('/')[2]} {date}".strip()
    return layer


def _series(tree: Tree, product: Product) -> None:
    """Dates and steps of cum, the velocity, and the mask that filtering leaves."""
    shape = tree.shape("/cum")
    dates = [iso_date(f"{float(value):.0f}") for value in tree.values("/imdates")]
    if len(shape) == 3:
        grid = _grid(tree, shape, product.name)
        if len(dates) != shape[0]:
            raise InputError(
                f"“{product.name}” has {len(dates)} dates for {shape[0]} layers; fetch it again."
            )
        names = [date or str(index + 1) for index, date in enumerate(dates)]
        layers = [
            _displacement(f"{date}/displacement", Band(tree.uri("cum"), index + 1), grid, date)
            for index, date in enumerate(names)
        ]
        product.layers += with_steps(layers)
        if len(layers) > 1:
            product.notes.append(stack_note(len(layers), product.layers[0]))
    shape = tree.shape("/vel")
    if len(shape) == 2:
        grid = _grid(tree, shape, product.name)
        product.layers.append(_displacement("velocity", Band(tree.uri("vel")), grid))
    if tree.shape("/mask") == shape and len(shape) == 2:
        mask = Mask(Band(tree.uri("mask")), VALID)
        for layer in product.phase_layers():
            layer.masks = (mask,)
    known = [date for date in dates if date]
    product.dates = (known[0], known[-1]) if len(known) > 1 else tuple(known)


def _grid(tree: Tree, shape: tuple[int, ...], title: str) -> Grid:
    numbers = [tree.number(f"/{name}") for name in ("corner_lon", "post_lon", "corner_lat", "post_lat")]
    height, width = shape[-2:]
    x, dx, y, dy = numbers
    if x is None or dx is None or y is None or dy is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    corner = (x - dx / 2, dx, 0, y - dy / 2, 0, dy)
    return Grid(width, height, check_transform(corner, title), wkt_of_epsg(4326))


def _parameter_file(location: ProductLocation) -> str:
    """Path of the parameter file that belongs to a flat binary; empty without one."""
    paths = (f"{location.root}/{name}" for name in _PARAMETERS)
    return next((path for path in paths if file_size(path) > 0), "")


def _flat(location: ProductLocation, name: str, product: Product) -> None:
    """A flat binary: its position from EQA.dem_par, its meaning from its name."""
    grid = grid_of_dem_par(read_text(_parameter_file(location), 2**16), product.name)
    path = location.path(name)
    band = Band(flat_binary(path, grid.width, grid.height, np.dtype("<f4")))
    if ".unw" in name:
        layer = Layer("unwrapped", LayerKind.UNWRAPPED, band, "rad", "away", nodata=(0.0,), grid=grid)
    else:
        layer = _displacement("velocity" if name.startswith("vel") else "displacement", band, grid)
    product.dates = tuple(sorted(dates_of(name)))
    mask_path = f"{location.root}/mask"
    if file_size(mask_path) == file_size(path):
        layer.masks = (Mask(Band(flat_binary(mask_path, grid.width, grid.height, np.dtype("<f4"))), VALID),)
    product.layers.append(layer)


def _look(location: ProductLocation, product: Product) -> None:
    """E.geo, N.geo and U.geo GeoTIFFs beside the file, and the frame that the path names."""
    set_frame_of_licsar(product, *location.files, f"{location.root}/{product.name}")
    files = {name.rsplit(".geo.", 1)[-1]: name for name in location.files if ".geo." in name}
    if all(f"{axis}.tif" in files for axis in "ENU"):
        bands = tuple(Band(location.path(files[f"{axis}.tif"])) for axis in "ENU")
        product.look = LosSource(from_enu, bands, "the frame's E, N and U files")
        set_scene_from_vectors(product)
