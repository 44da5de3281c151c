"""ROI_PAC: flat binaries with a text header (.rsc).

.unw and .cor: two bands by line, amplitude and phase or coherence; .int: complex; 0 has no data. Phase is
first times conjugate second date (DATE12): positive away from the satellite when the first is older.
"""

from __future__ import annotations

import re

import numpy as np

from ..errors import InputError
from .containers.flat_binary import flat_binary, order_of_values
from .containers.gdalio import Band, open_dataset, short_name
from .containers.hdf5 import as_number
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .masks import COHERENCE
from .model import Layer, LayerKind, Mask, Product, SampleFormat
from .names import plausible_wavelength
from .rsc_header import (
    Header,
    check_fits,
    dates_of_header,
    grid_of_header,
    is_usable,
    read_header,
    size_of,
)
from .side_files import has_envi_header, has_isce_header

NAME = "ROI_PAC"
_KINDS = {"unw": LayerKind.UNWRAPPED, "int": LayerKind.WRAPPED, "cor": LayerKind.COHERENCE}
_ONE_BAND = ("gamma", "snap", "doris")
"""Processors, as MintPy's headers name them, whose unwrapped phase is one band."""
_RAW = re.compile(r"\.(unw|int)(\.geo)?$")
_FILE = re.compile(r"^(?P<stem>.*)\.(?P<what>unw|int|cor)(?:\.rsc)?$")


def find(location: ProductLocation) -> list[ProductKey]:
    """Stems of phase files with an .rsc header; in folders, those with unwrapped phase before others."""
    kinds_by_stem: dict[str, set[str]] = {}
    for name in location.candidates():
        match = _FILE.match(name)
        base = name[:-4] if name.endswith(".rsc") else name
        if match and location.has(base + ".rsc") and not _is_of_another_tool(location, base):
            kinds_by_stem.setdefault(match.group("stem"), set()).add(match.group("what"))
    if location.named:
        return [ProductKey(stem) for stem in kinds_by_stem]
    unwrapped = [stem for stem, kinds in kinds_by_stem.items() if "unw" in kinds]
    wrapped = [stem for stem, kinds in kinds_by_stem.items() if "int" in kinds]
    return [ProductKey(stem) for stem in sorted(unwrapped or wrapped)]


def _is_of_another_tool(location: ProductLocation, file: str) -> bool:
    """Whether ISCE2's header, or that of another tool beside a damaged .rsc file, describes a file."""
    if has_isce_header(location, file):
        return True
    return has_envi_header(location, file) and not is_usable(location.path(f"{file}.rsc"))


def recognise(location: ProductLocation) -> bool:
    """Folders, and flat binaries: a map program shows their amplitude, or complex numbers as nothing."""
    return bool(_RAW.search(location.named) or not location.named) and bool(find(location))


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The files of one stem."""
    stem = key.path
    product = Product(NAME, location.title if location.named else short_name(stem), location.path(stem), [])
    for what, kind in _KINDS.items():
        file = f"{stem}.{what}"
        if not location.has(file) or not location.has(file + ".rsc"):
            continue
        try:
            header = read_header(location.path(f"{file}.rsc"))
            product.layers.append(_layer(location, file, kind, header, product))
        except InputError as error:
            if kind.quantity is not None and location.named.removesuffix(".rsc") in (file, ""):
                raise
            product.warnings.append(f"{error} It is left out.")
    if location.named:
        product.default = short_name(location.named).rsplit(".rsc", 1)[0].rsplit(".", 1)[-1]
        if product.default not in [layer.key for layer in product.layers]:
            missing = location.named.removesuffix(".rsc")
            raise InputError(
                f"“{missing}”, which “{location.named}” describes, is missing; put it beside it."
            )
    coherence = next((layer for layer in product.layers if layer.kind is LayerKind.COHERENCE), None)
    for layer in product.phase_layers():
        if coherence is not None:
            layer.masks = (Mask(coherence.band, COHERENCE),)
    signs = [layer.positive for layer in product.phase_layers()] or ["away"]
    how = "by DATE12" if product.dates else "the first date taken for the older"
    product.notes.append(f"ROI_PAC: phase positive = {signs[0]} in the file ({how}), no data 0.")
    return product


def _layer(location: ProductLocation, file: str, kind: LayerKind, header: Header, product: Product) -> Layer:
    band, count, wkt = _open(location.path(file), kind, header)
    first, second = dates_of_header(header)
    product.dates = tuple(sorted(d for d in (first, second) if d))
    product.wavelength = plausible_wavelength(as_number(header.get("WAVELENGTH")) or 0) or product.wavelength
    heading = as_number(header.get("HEADING_DEG", header.get("HEADING")))
    if heading is not None:
        set_heading(product, heading)
    sides = {"-1": "right", "1": "left"}
    product.look_side = product.look_side or sides.get(header.get("ANTENNA_SIDE", ""), "")
    grid = grid_of_header(header, wkt, f"{short_name(file)}.rsc")
    layer = Layer(file.rsplit(".", 1)[-1], kind, band, grid=grid)
    layer.title = f"{short_name(file)}, band {count} of {count}"
    if kind.quantity is not None:
        layer.unit, layer.positive, layer.nodata = "rad", sign_by_dates("away", first, second), (0.0,)
        if kind is LayerKind.WRAPPED:
            layer.sample_format, layer.unit = SampleFormat.COMPLEX, "complex"
    return layer


def _open(path: str, kind: LayerKind, header: Header) -> tuple[Band, int, str]:
    """The band to read, the number of bands in the file, and the coordinate system as GDAL knows it.

    GDAL's driver reads ROI_PAC's own files. It takes the size from another key where MintPy writes two, knows
    no file of a single band, and refuses headers with unusual keys: these files are read as flat binaries.
    """
    complex_numbers = kind is LayerKind.WRAPPED
    # half of a file of two bands is no file of one band, unless its header names another processor
    one_band = kind is LayerKind.COHERENCE or header.get("PROCESSOR", "roipac").lower() in _ONE_BAND
    pixel = check_fits(path, header, (8, 4) if one_band and not complex_numbers else (8,))
    width, height = size_of(header)
    try:
        dataset = open_dataset(path, drivers=("ROI_PAC",))
    except InputError:
        wkt = ""
    else:
        wkt = dataset.GetProjection() or ""
        count = 1 if complex_numbers else 2
        if pixel == 8 and (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount) == (
            width,
            height,
            count,
        ):
            return Band(path, count), count, wkt
    if complex_numbers or pixel == 4:
        dtype = order_of_values(path, "c8" if complex_numbers else "f4", "<")
        return Band(flat_binary(path, width, height, dtype)), 1, wkt
    return Band(flat_binary(path, width, height, np.dtype("<f4"), 2, 2)), 2, wkt
