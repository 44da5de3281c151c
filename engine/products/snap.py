"""SNAP: BEAM-DIMAP, a .dim file (XML) and a .data folder of ENVI rasters.

The .dim file gives the unit of each band. Phase is reference times conjugate secondary: positive away when
the reference is older. The operator Phase to Displacement computes -wavelength / (4 pi) times the unwrapped
phase, in m along the line of sight: positive towards the satellite (PhaseToDisplacementOp.java of
github.com/senbox-org/microwave-toolbox). 0 has no data.

An interferogram is two bands, i_ifg and q_ifg, the real and the imaginary part; Phase_ifg is a virtual band
that SNAP computes and stores only on request (SNAP help, "Interferogram Formation"). The phase is the angle
of i and q.
"""

from __future__ import annotations

import re
from typing import Optional

from osgeo import gdal

from ..errors import InputError
from ..raster.grid import Grid, spatial_reference
from .containers.gdalio import Band, check_raw_size, open_dataset, read_bytes, short_name
from .containers.georeference import check_transform, grid_of
from .containers.hdf5 import as_number
from .containers.markup import Node, attribute, elements, parse, text_of
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import set_heading, sign_by_dates
from .los.los_vectors import from_incidence, set_scene_from_vectors
from .masks import COHERENCE
from .model import Layer, LayerKind, LosSource, Mask, Product, SampleFormat
from .names import iso_date, kind_of, wavelength_of_frequency
from .packing import NO_PACKING
from .units import unit_of
from .values import centre_value

NAME = "SNAP"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def find(location: ProductLocation) -> list[ProductKey]:
    """.dim files; the one above a .data folder when a raster inside it is named."""
    if (
        location.named
        and location.root.endswith(".data")
        and location.named.lower().endswith((".img", ".hdr"))
    ):
        above = f"../{short_name(location.root)[:-5]}.dim"
        return [ProductKey(above, location.named.rsplit(".", 1)[0])]
    return [ProductKey(name) for name in location.candidates() if name.lower().endswith(".dim")]


def recognise(location: ProductLocation) -> bool:
    """Folders with a .dim file; a .dim file of SNAP with its data beside it."""
    if not location.named.lower().endswith(".dim"):
        return not location.named and bool(find(location))
    header = read_bytes(location.path(location.named), 2048)
    return b"Dimap_Document" in header and f"{location.named[:-4]}.data" in location.files


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """The bands of one .dim file."""
    name, band_file = key.path, key.variant
    root = location.root
    if name.startswith("../"):
        root, name = location.root.rpartition("/")[0], name[3:]
    document = parse(f"{root}/{name}")
    product = Product(NAME, short_name(name), f"{root}/{name}", [], coherence_threshold=0.3)
    files = {
        text_of(node, "BAND_INDEX"): attribute(next(elements(node, "DATA_FILE_PATH"), [0, ""]), "href")
        for node in elements(document, "Data_File")
    }
    _radar(document, product)
    grid = _grid(document, product.name)
    folder = f"{root}/{name}".rpartition("/")[0]
    parts: dict[str, str] = {}
    for info in elements(document, "Spectral_Band_Info"):
        href = files.get(text_of(info, "BAND_INDEX"), "").replace("\\", "/")
        if not href or href.startswith("/") or ".." in href.split("/"):
            continue
        path = f"{folder}/{href.rsplit('.', 1)[0]}.img"
        if text_of(info, "BAND_NAME").lower().startswith(("i_", "q_")):
            parts[text_of(info, "BAND_NAME")] = path
        try:
            layer = _layer(info, path, grid, product)
        except InputError as error:
            kind = _kind(text_of(info, "BAND_NAME"), text_of(info, "PHYSICAL_UNIT"))
            if kind is not None and kind.quantity is not None and band_file in ("", _stem(path)):
                raise
            product.warnings.append(f"{error} It is left out.")
            continue
        if layer is not None:
            product.layers.append(layer)
            if band_file and href.rsplit("/", 1)[-1].startswith(band_file + "."):
                product.default = layer.key
    pairs = _complex_pairs(parts, grid, product)
    product.layers += pairs
    for pair in pairs:
        files_of_pair = {
            short_name(band.uri).rpartition(".")[0] for band in (pair.band, pair.imaginary) if band
        }
        if band_file in files_of_pair:
            product.default = pair.key
    _look(product)
    coherence = next((layer for layer in product.layers if layer.kind is LayerKind.COHERENCE), None)
    for layer in product.phase_layers():
        if coherence is not None and coherence.grid == layer.grid:
            layer.masks = (Mask(coherence.band, COHERENCE),)
    if not product.phase_layers():
        raise InputError(
            f"“{product.name}” has no stored phase or displacement band. In SNAP, convert the virtual band "
            "Phase_ifg with “Convert Band”, or save i_ifg and q_ifg."
        )
    phase, moved = _sign(product, "away"), _sign(product, "toward")
    product.notes.append(f"SNAP: phase positive = {phase}, displacement positive = {moved}, no data 0.")
    return product


def _stem(path: str) -> str:
    return short_name(path).rsplit(".", 1)[0]


def _layer(info: Node, path: str, grid: Optional[Grid], product: Product) -> Optional[Layer]:
    name, unit_text = text_of(info, "BAND_NAME"), text_of(info, "PHYSICAL_UNIT")
    kind = _kind(name, unit_text)
    if kind is None:
        return None
    own = _open_band(path, grid, product)
    layer = Layer(name, kind, Band(path), grid=own if own.has_crs or grid is None else grid)
    if kind.quantity is not None:
        first, second = _pair(product, name)
        layer.unit = unit_of(unit_text) if kind is LayerKind.DISPLACEMENT else "rad"
        if kind is LayerKind.DISPLACEMENT and layer.unit in ("", "rad"):
            layer.unit = "m"
        layer.positive = sign_by_dates("toward" if kind is LayerKind.DISPLACEMENT else "away", first, second)
        nodata = as_number(text_of(info, "NO_DATA_VALUE"))
        layer.nodata = tuple(sorted({0.0, nodata if nodata is not None else 0.0}))
        layer.packing = _packing(info)
        dataset = open_dataset(path, drivers=("ENVI",))
        if gdal.DataTypeIsComplex(dataset.GetRasterBand(1).DataType):
            layer.sample_format, layer.unit = SampleFormat.COMPLEX, "complex"
    return layer


def _packing(info: Node) -> tuple[float, float]:
    """Scale and offset of a band that is stored in packed numbers."""
    scale, offset = (as_number(text_of(info, tag)) for tag in ("SCALING_FACTOR", "SCALING_OFFSET"))
    return (scale, offset or 0.0) if scale else NO_PACKING


def _complex_pairs(bands: dict[str, str], grid: Optional[Grid], product: Product) -> list[Layer]:
    """Wrapped phase from each pair of bands i_… and q_…, of which `bands` gives the paths by name."""
    layers = []
    for name in (name for name in bands if name.lower().startswith("i_")):
        partner = next((other for other in bands if other.lower() == f"q_{name[2:].lower()}"), "")
        if not partner:
            continue
        readings = [_open_band(bands[one], grid, product) for one in (name, partner)]
        own = readings[0]
        first, second = _pair(product, name)
        layer = Layer(f"{name[2:]}/wrapped", LayerKind.WRAPPED, Band(bands[name]), "complex")
        layer.positive = sign_by_dates("away", first, second)
        layer.sample_format, layer.nodata = SampleFormat.COMPLEX, (0.0,)
        layer.grid = own if own.has_crs or grid is None else grid
        layer.imaginary = Band(bands[partner])
        layer.title = f"angle of {name} and {partner}"
        layers.append(layer)
    return layers


def _open_band(path: str, grid: Optional[Grid], product: Product) -> Grid:
    """The grid of a band's file, checked against its header and the product's size."""
    dataset = open_dataset(path, drivers=("ENVI",))
    check_raw_size(path, dataset, short_name(path))
    own, _ = grid_of(dataset, product.name)
    if grid is not None and (grid.width, grid.height) != (own.width, own.height):
        raise InputError(f"“{product.name}” and {short_name(path)} differ in size; fetch the product again.")
    return own


def _kind(name: str, unit: str) -> Optional[LayerKind]:
    lower = name.lower()
    if lower.startswith(("i_", "q_", "intensity")):
        return None
    if unit_of(unit) in ("m", "cm", "mm") and "elevation" not in lower:
        return LayerKind.DISPLACEMENT
    if lower.startswith(("unw", "unwrapped")):
        return LayerKind.UNWRAPPED
    if lower.startswith(("incidenceanglefromellipsoid", "incident_angle", "incidence_angle")):
        return LayerKind.LOOK
    if "incidenceangle" in lower:  # localIncidenceAngle is that to the slope, not to the vertical
        return None
    if lower.startswith("phase") or unit.lower() in ("phase", "rad", "radians"):
        return LayerKind.WRAPPED
    found = kind_of(name)
    return found if found in (LayerKind.COHERENCE, LayerKind.ELEVATION, LayerKind.DISPLACEMENT) else None


def dates_of_band(name: str) -> tuple[str, ...]:
    """Reference and secondary date (ISO) from a band's name (…_04Jul2019_16Jul2019); empty when missing."""
    dates = [
        iso_date(f"{year}{_MONTHS.index(month.lower()) + 1:02d}{day}")
        for day, month, year in re.findall(r"(?<![0-9])(\d\d)([A-Za-z]{3})(\d{4})", name)
        if month.lower() in _MONTHS
    ]
    return tuple(dates[:2]) if len(dates) >= 2 and all(dates[:2]) else ()


def _pair(product: Product, name: str) -> tuple[str, str]:
    """Dates from a band's name, which become the product's; empty when missing."""
    dates = dates_of_band(name)
    if not dates:
        return "", ""
    product.dates = tuple(sorted(dates))
    return dates[0], dates[1]


def _look(product: Product) -> None:
    """Incidence on the ellipsoid in degrees; the azimuth follows from the heading of the scene."""
    layer = next((one for one in product.layers if one.kind is LayerKind.LOOK), None)
    if layer is None:
        return
    layer.unit = "deg"
    if product.heading is None:
        product.incidence = centre_value(layer.band.uri)
        return
    side = product.look_side or "right"
    bands = (layer.band,)
    product.look = LosSource(from_incidence, bands, layer.key, layer.grid, heading=product.heading, side=side)
    set_scene_from_vectors(product)


def _sign(product: Product, otherwise: str) -> str:
    wanted = otherwise == "toward"
    signs = [one.positive for one in product.phase_layers() if (one.kind is LayerKind.DISPLACEMENT) == wanted]
    return signs[0] if signs else otherwise


def _radar(document: Node, product: Product) -> None:
    """Frequency (MHz), pass and antenna side from the abstracted metadata."""
    metadata: dict[str, str] = {}
    for node in elements(document, "MDATTR"):
        metadata.setdefault(attribute(node, "name"), text_of(node))
    megahertz = as_number(metadata.get("radar_frequency"))
    product.wavelength = wavelength_of_frequency(megahertz * 1e6) if megahertz else None
    direction = metadata.get("PASS", "").lower()
    product.orbit_direction = direction if direction in ("ascending", "descending") else ""
    heading = as_number(metadata.get("centre_heading"))
    if heading is not None:
        set_heading(product, heading)
    side = metadata.get("antenna_pointing", "").lower()
    product.look_side = side if side in ("left", "right") else ""


def _grid(document: Node, title: str) -> Optional[Grid]:
    """Size, transform and WKT of the .dim file; None when it gives no transform."""
    width, height = as_number(text_of(document, "NCOLS")), as_number(text_of(document, "NROWS"))
    numbers = [as_number(part) for part in text_of(document, "IMAGE_TO_MODEL_TRANSFORM").split(",")]
    if not width or not height or len(numbers) != 6 or any(n is None for n in numbers):
        return None
    a, b, c, d, x, y = (n or 0.0 for n in numbers)
    srs = spatial_reference(text_of(document, "WKT"))
    crs = srs.ExportToWkt() if srs is not None else ""
    return Grid(int(width), int(height), check_transform((x, a, c, y, b, d), title), crs)
