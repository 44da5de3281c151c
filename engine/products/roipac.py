"""ROI_PAC: flat binaries with a text header (.rsc).

.unw and .cor: two bands by line, amplitude and phase or coherence; .int: complex; 0 has no data. Phase is
first times conjugate second date (DATE12): positive away from the satellite when the first is older.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .containers.flat_binary import flat_binary
from .containers.gdalio import Band, check_raw_size, file_size, open_dataset, read_text, short_name
from .containers.georeference import MAX_SIDE, check_transform
from .containers.hdf5 import as_number, crs_of
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .masks import COHERENCE
from .model import Layer, LayerKind, Mask, Product, SampleFormat
from .names import iso_date, plausible_wavelength
from .side_files import has_isce_header

NAME = "ROI_PAC"
_KINDS = {"unw": LayerKind.UNWRAPPED, "int": LayerKind.WRAPPED, "cor": LayerKind.COHERENCE}
_RAW = re.compile(r"\.(unw|int)(\.geo)?$")
_FILE = re.compile(r"^(?P<stem>.*)\.(?P<what>unw|int|cor)(?:\.rsc)?$")


def find(location: ProductLocation) -> list[ProductKey]:
    """Stems of phase files with an .rsc header; in folders, those with unwrapped phase before others."""
    kinds_by_stem: dict[str, set[str]] = {}
    for name in location.candidates():
        match = _FILE.match(name)
        base = name[:-4] if name.endswith(".rsc") else name
        if match and location.has(base + ".rsc") and not has_isce_header(location, base):
            kinds_by_stem.setdefault(match.group("stem"), set()).add(match.group("what"))
    if location.named:
        return [ProductKey(stem) for stem in kinds_by_stem]
    unwrapped = [stem for stem, kinds in kinds_by_stem.items() if "unw" in kinds]
    wrapped = [stem for stem, kinds in kinds_by_stem.items() if "int" in kinds]
    return [ProductKey(stem) for stem in sorted(unwrapped or wrapped)]


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
            header = read_header(location.path(file + ".rsc"))
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


def _layer(
    location: ProductLocation, file: str, kind: LayerKind, header: dict[str, str], product: Product
) -> Layer:
    band, count, wkt = _open(location.path(file), kind, header)
    width, height = _size(header)
    first, second = _dates(header)
    product.dates = tuple(sorted(d for d in (first, second) if d))
    product.wavelength = plausible_wavelength(as_number(header.get("WAVELENGTH")) or 0) or product.wavelength
    heading = as_number(header.get("HEADING_DEG", header.get("HEADING")))
    if heading is not None:
        set_heading(product, heading)
    sides = {"-1": "right", "1": "left"}
    product.look_side = product.look_side or sides.get(header.get("ANTENNA_SIDE", ""), "")
    grid = _grid(header, width, height, wkt, short_name(file))
    layer = Layer(file.rsplit(".", 1)[-1], kind, band, grid=grid)
    layer.title = f"{short_name(file)}, band {count} of {count}"
    if kind.quantity is not None:
        layer.unit, layer.positive, layer.nodata = "rad", sign_by_dates("away", first, second), (0.0,)
        if kind is LayerKind.WRAPPED:
            layer.sample_format, layer.unit = SampleFormat.COMPLEX, "complex"
    return layer


def _open(path: str, kind: LayerKind, header: dict[str, str]) -> tuple[Band, int, str]:
    """The band to read, the number of bands in the file, and the coordinate system as GDAL knows it.

    MintPy writes .rsc files that give GDAL's driver another size, and beside coherence of one band (ISCE2's),
    where ROI_PAC's has two: these files are read as flat binaries of the size in the header.
    """
    dataset = open_dataset(path, drivers=("ROI_PAC",))
    wkt = dataset.GetProjection() or ""
    width, height = _size(header)
    single = kind is LayerKind.COHERENCE and file_size(path) == 4 * width * height
    if not single and (dataset.RasterXSize, dataset.RasterYSize) == (width, height):
        check_raw_size(path, dataset, short_name(path))
        return Band(path, dataset.RasterCount), dataset.RasterCount, wkt
    dtype = np.dtype("<c8" if kind is LayerKind.WRAPPED else "<f4")
    count = 1 if single or kind is LayerKind.WRAPPED else 2
    return Band(flat_binary(path, width, height, dtype, count, count)), count, wkt


def _size(header: dict[str, str]) -> tuple[int, int]:
    """Width and length in pixels."""
    width = as_number(header.get("WIDTH"))
    height = as_number(header.get("FILE_LENGTH", header.get("LENGTH")))
    if not width or not height or not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise InputError("The .rsc header names no possible WIDTH and FILE_LENGTH; fetch it again.")
    return int(width), int(height)


def read_header(path: str) -> dict[str, str]:
    """Keys and values of an .rsc file.

    Raises
    ------
    InputError
        When it holds neither width nor length.
    """
    pairs = [line.split(None, 1) for line in read_text(path, 2**17).splitlines()]
    # MintPy adds keys of the source in lower case: those in upper case are ROI_PAC's own, and count
    pairs.sort(key=lambda pair: bool(pair) and pair[0].isupper())
    header = {pair[0].upper(): pair[1].strip() for pair in pairs if len(pair) == 2}
    if "WIDTH" not in header or not {"FILE_LENGTH", "LENGTH"} & set(header):
        raise InputError(f"“{short_name(path)}” names no WIDTH and FILE_LENGTH; fetch the header again.")
    return header


def _dates(header: dict[str, str]) -> tuple[str, str]:
    """ISO dates from DATE12 (yymmdd-yymmdd or yyyymmdd-yyyymmdd); empty when missing."""
    parts = header.get("DATE12", header.get("DATE", "")).split("-")
    dates = [
        iso_date(_century(part.strip()) + part.strip()) if len(part.strip()) in (6, 8) else ""
        for part in parts
    ]
    return (dates[0], dates[1]) if len(dates) == 2 else ("", "")


def _century(text: str) -> str:
    if len(text) == 8:
        return ""
    return "19" if text[:1] in "789" else "20"


def _grid(header: dict[str, str], width: int, height: int, wkt: Optional[str], title: str) -> Grid:
    """X_FIRST and Y_FIRST are the outer corner of the first pixel, in degrees unless X_UNIT differs."""
    numbers = [as_number(header.get(name)) for name in ("X_FIRST", "X_STEP", "Y_FIRST", "Y_STEP")]
    x, dx, y, dy = numbers
    if x is None or dx is None or y is None or dy is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    code = as_number(header.get("EPSG"))
    degrees = header.get("X_UNIT", "degrees").lower().startswith("deg")
    crs = crs_of(code, title) if code else wkt or (crs_of(4326, title) if degrees and abs(x) <= 360 else "")
    return Grid(width, height, check_transform((x, dx, 0, y, 0, dy), title), crs)
