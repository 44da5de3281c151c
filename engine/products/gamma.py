"""GAMMA: flat big-endian binaries and the parameter files (.par, .dem_par, .off) beside them.

Geocoded files have the size that a DEM/MAP parameter file gives (width, nlines, and corner_lat … or
corner_north …, the centre of the upper left pixel); files in radar geometry have that of an offset parameter
file (interferogram_width, interferogram_azimuth_lines). Unwrapped phase, coherence and displacement are
float32, interferograms complex64; 0 has no data.

Phase is reference times conjugate secondary: positive away from the satellite when the reference is the older
date. ASF states this sign for the scenes that it makes with GAMMA: movement towards the sensor has negative
values in the unwrapped interferogram (los_disp_tif.xml.j2 of github.com/ASFHyP3/hyp3-gamma).

Displacement is in m. The program dispmap has three modes: along the line of sight, positive towards the
sensor (mode 0, the default); vertical, positive up (1); horizontal, positive with decreasing ground range
(2). A file does not state its mode; only names such as .vert.disp do. Source: GAMMA DIFF&GEO reference
manual, software of 2015-07-02, "dispmap".

Wavelength, heading and incidence come from the parameter file of an SLC or MLI image (radar_frequency,
heading, incidence_angle, azimuth_angle).
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .containers.dem_par import grid_of_dem_par
from .containers.flat_binary import flat_binary, order_of_values
from .containers.gdalio import Band, file_size, read_text, short_name
from .containers.hdf5 import as_number
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .masks import COHERENCE
from .model import Layer, LayerKind, Mask, Product, SampleFormat
from .names import dates_of, wavelength_of_frequency
from .side_files import has_header

NAME = "GAMMA"
_FILE = re.compile(
    r"(?:^|[._/])(?P<what>unw|diff|int|adf|flt|smcc|cc|cor|coh|disp|los|displacement)(?:[._]\w+)*$"
)
_PARAMETERS = re.compile(r"(?:\.|_)(?:par|dem_par|off|diff_par)$|dem_par$", re.IGNORECASE)
_COHERENCE = ("smcc", "cc", "cor", "coh")
_DISPLACEMENT = ("disp", "los", "displacement")
_VERTICAL = re.compile(r"(?:^|[._])(?:vert|vertical)(?=[._]|$)", re.IGNORECASE)
_HORIZONTAL = re.compile(r"(?:^|[._])(?:hor|horz|horiz|horizontal)(?=[._]|$)", re.IGNORECASE)
_PARAMETER_BYTES = 2**16
_MAX_PARAMETER_FILES = 60


def find(location: ProductLocation) -> list[ProductKey]:
    """Binaries with GAMMA's names, without another tool's header, and with the size of a parameter file."""
    names = [name for name in location.candidates() if _kind_of_name(name) and not has_header(location, name)]
    keys = []
    for name in names:
        if not location.named and _kind_of_name(name) in _COHERENCE:
            continue
        if _grid_for(location, name) is not None:
            keys.append(ProductKey(name))
    if location.named:
        return keys
    unwrapped = [key for key in keys if _kind_of_name(key.path) == "unw"]
    return unwrapped or keys


def recognise(location: ProductLocation) -> bool:
    """Every binary of GAMMA: no map program can load one without its parameter file."""
    return bool(find(location))


def _kind_of_name(name: str) -> str:
    base = short_name(name)
    if base.lower().endswith((".tif", ".tiff", ".grd", ".nc", ".h5", ".png", ".kml", ".bmp", ".ras", ".vrt")):
        return ""
    if _PARAMETERS.search(base):
        return ""
    match = _FILE.search(base)
    kinds = re.findall(r"(?:^|[._])(unw)(?=[._]|$)", base)
    return "unw" if kinds else match.group("what") if match else ""


def _parameter_texts(location: ProductLocation, name: str) -> list[str]:
    """Texts of the parameter files in the folder; those that share the file's name come first."""
    folder, base = name.rpartition("/")[0], short_name(name)
    files = [one for one in location.files if one.rpartition("/")[0] == folder and _PARAMETERS.search(one)]
    files.sort(key=lambda one: (not short_name(one).startswith(base.split(".")[0]), one))
    texts = []
    for file in files[:_MAX_PARAMETER_FILES]:
        try:
            texts.append(read_text(location.path(file), _PARAMETER_BYTES))
        except InputError:
            continue
    return texts


def _grid_for(location: ProductLocation, name: str) -> Optional[tuple[Grid, np.dtype]]:
    """Grid and type of a binary, from the first parameter file whose size fits it."""
    size = file_size(location.path(name))
    for text in _parameter_texts(location, name):
        grid = _grid_of(text, name)
        if grid is not None and size in (4 * grid.width * grid.height, 8 * grid.width * grid.height):
            code = "f4" if size == 4 * grid.width * grid.height else "c8"
            return grid, order_of_values(location.path(name), code, ">")
    return None


def _grid_of(text: str, name: str) -> Optional[Grid]:
    if "corner_lat" in text or "corner_north" in text:
        try:
            return grid_of_dem_par(text, short_name(name))
        except InputError:
            return None
    pairs = _pairs(text)
    width, height = (as_number(pairs.get(f"interferogram_{side}")) for side in ("width", "azimuth_lines"))
    if not width or not height or not (0 < width < 1e6 and 0 < height < 1e6):
        return None
    return Grid(int(width), int(height), (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")


def _pairs(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\s*(\w+)\s*:\s*(\S+)", text, re.MULTILINE))


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The binary and the coherence of the same pair beside it."""
    name = key.path
    product = Product(NAME, short_name(name), location.path(name), [], coherence_threshold=0.3)
    dates = dates_of(short_name(name)) or dates_of(location.root)
    product.dates = tuple(sorted(dates))
    texts = _parameter_texts(location, name)
    for text in texts:
        _radar(text, product)
    layer = _layer(location, name, dates)
    if layer.kind is LayerKind.DISPLACEMENT:
        _check_direction(product, layer)
    product.layers.append(layer)
    product.default = layer.key
    coherence = _coherence_beside(location, name)
    if coherence and layer.kind.quantity is not None:
        mask = _layer(location, coherence, dates)
        if mask.grid == layer.grid:
            product.layers.append(mask)
            layer.masks = (Mask(mask.band, COHERENCE),)
    if layer.grid is not None and not layer.grid.has_crs:
        product.warnings.append("This is in radar geometry; geocode it to have its place on the map.")
    how = (
        "the first date is the older"
        if len(dates) == 2 and dates[0] < dates[1]
        else "by the dates in the name"
    )
    product.notes.append(
        f"GAMMA: phase positive = away when {how}, displacement in m positive = toward, no data 0."
    )
    return product


def _check_direction(product: Product, layer: Layer) -> None:
    """Name the direction of the displacement, of which dispmap writes three.

    Raises
    ------
    InputError
        When the name says that it is horizontal.
    """
    if _HORIZONTAL.search(product.name):
        raise InputError(
            f"“{product.name}” is horizontal displacement by its name, not that along the line of sight; "
            "open the unwrapped phase of the same pair."
        )
    if _VERTICAL.search(product.name):
        layer.title = "vertical displacement"
        product.warnings.append(
            "This is vertical displacement by its name, positive up, for ground that moves only vertically: "
            "open the unwrapped phase for the motion along the line of sight."
        )
    else:
        product.notes.append("Displacement of dispmap: taken as that along the line of sight (mode 0).")


def _layer(location: ProductLocation, name: str, dates: tuple[str, ...]) -> Layer:
    found = _grid_for(location, name)
    if found is None:
        raise InputError(f"No parameter file beside “{short_name(name)}” fits its size; put its .par there.")
    grid, dtype = found
    what = _kind_of_name(name)
    uri = flat_binary(location.path(name), grid.width, grid.height, dtype)
    first, second = (*dates, "", "")[:2]
    away = sign_by_dates("away", first, second)
    if what in _COHERENCE:
        return Layer("coherence", LayerKind.COHERENCE, Band(uri), grid=grid)
    if dtype.kind == "c":
        layer = Layer("wrapped", LayerKind.WRAPPED, Band(uri), "complex", away, SampleFormat.COMPLEX)
    elif what in _DISPLACEMENT:
        toward = sign_by_dates("toward", first, second)
        layer = Layer("displacement", LayerKind.DISPLACEMENT, Band(uri), "m", toward)
    elif what == "unw":
        layer = Layer("unwrapped", LayerKind.UNWRAPPED, Band(uri), "rad", away)
    else:
        layer = Layer("wrapped", LayerKind.WRAPPED, Band(uri), "rad", away)
    layer.nodata, layer.grid, layer.title = (0.0,), grid, short_name(name)
    return layer


def _coherence_beside(location: ProductLocation, name: str) -> str:
    """The coherence file of the same folder and dates; empty without one."""
    folder, pair = name.rpartition("/")[0], dates_of(short_name(name))
    for other in location.files:
        same = other.rpartition("/")[0] == folder and dates_of(short_name(other)) == pair
        if same and _kind_of_name(other) in _COHERENCE and _grid_for(location, other) is not None:
            return other
    return ""


def _radar(text: str, product: Product) -> None:
    """Wavelength, heading, incidence and look side of an image's parameter file."""
    pairs = _pairs(text)
    hertz, heading = as_number(pairs.get("radar_frequency")), as_number(pairs.get("heading"))
    incidence, azimuth = as_number(pairs.get("incidence_angle")), as_number(pairs.get("azimuth_angle"))
    if hertz and product.wavelength is None:
        product.wavelength = wavelength_of_frequency(hertz)
    if azimuth is not None and not product.look_side:
        product.look_side = "right" if azimuth > 0 else "left"
    if heading is not None and product.heading is None and hertz:
        set_heading(product, heading)
    if incidence is not None and 0 < incidence < 90 and product.incidence is None:
        product.incidence = incidence
