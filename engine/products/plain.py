"""Any raster that GDAL reads: the reader of last resort.

It chooses the band and the position; what the values are is decided in `guess`. The user can override all of
it, every decision is in the notes, and a warning says where the values alone had to do.
"""

from __future__ import annotations

import math
import re
from typing import Optional

from osgeo import gdal

from ..errors import InputError
from . import names
from .containers.gdalio import Band, BandReader, open_dataset, read_text, short_name
from .containers.georeference import grid_of
from .containers.hdf5check import check_if_hdf5
from .containers.markup import refuse_entities
from .containers.netcdf3 import check_size
from .containers.vrt import virtual_source
from .decode import valid_values
from .guess import band_tags, decide, unit_tag
from .inside import RasterInside, choose_raster
from .location import ProductLocation
from .model import LENGTH_UNITS, PHASE_UNITS, Layer, LayerKind, Product
from .packing import packing_of
from .plain_checks import check_header_fits, refuse_parts_of_complex, refuse_pictures, warn_of_direction
from .raw import raw_advice
from .values import Sample, sample

FAMILY = "GeoTIFF"
ENDINGS = (".tif", ".tiff", ".vrt", ".img", ".grd", ".nc", ".png", ".int", ".unw", ".bil", ".dat")
MAX_SEARCHED_BANDS = 64
"""Bands that are searched for phase; a damaged file can claim thousands."""
_EGMS_ORTHO = re.compile(r"EGMS_L3_.*_([UE])(?:_\d+)*\.tiff?$", re.IGNORECASE)
"""Names of EGMS level 3: vertical (U) and eastward (E) mean velocity."""


def find(location: ProductLocation) -> list[str]:
    """The named file; in folders and archives all files that look like rasters."""
    if location.named:
        return [location.named]
    return [name for name in location.files if name.lower().endswith(ENDINGS)]


def is_phase_by_name(file: str) -> bool:
    """Whether the name of a file mentions phase or displacement."""
    kind = names.kind_of(short_name(file).rsplit(".", 1)[0])
    return kind is not None and kind.quantity is not None


def describe(
    location: ProductLocation,
    name: str,
    band: Optional[int] = None,
    chosen: Optional[LayerKind] = None,
    wanted: str = "",
) -> Product:
    """Work out what a raster is.

    Parameters
    ----------
    location : ProductLocation
    name : str
        The file, relative to the location.
    band : int, optional
        Band that the user chose.
    chosen : LayerKind, optional
        What the user says it is; then the values do not decide.
    wanted : str
        Of a file with several rasters: the name of the one to read, or a part of it.
    """
    inside, dataset = _open(location, name, wanted)
    uri = inside.uri
    refuse_parts_of_complex(location)
    check_header_fits(dataset, location.path(name))
    refuse_pictures(dataset, location.title)
    key = inside.name or "phase"
    product = Product(FAMILY, location.title, uri, [], default=key)
    if uri.startswith("<VRTDataset") and not location.subdataset:
        product.notes.append(
            "The virtual raster states paths that are missing; the files beside it are read."
        )
    driver = dataset.GetDriver().ShortName
    product.family = FAMILY if driver in ("GTiff", "COG") else driver
    index = band or _phase_band(dataset, product)
    if grid_of(dataset, location.title)[1]:
        product.warnings.append(
            "The raster is placed by control points only, so its position is unknown here; "
            "gdalwarp makes a map-projected copy."
        )
    layer = Layer(key, LayerKind.UNWRAPPED, Band(uri, index))
    layer.title = f"band {index} of {dataset.RasterCount}" if dataset.RasterCount > 1 else "band 1"
    if inside.name:
        layer.title = f"{inside.name}, {layer.title}"
    reader = BandReader(layer.band)
    reader.check_blocks()
    product.layers.append(layer)
    gdal_band = reader.raster_band
    layer.packing = packing_of(gdal_band)
    layer.use_gdal_mask = bool(gdal_band.GetMaskFlags() & (gdal.GMF_PER_DATASET | gdal.GMF_ALPHA))
    declared = gdal_band.GetNoDataValue()
    if declared is not None and not math.isnan(declared):
        layer.nodata = (float(declared),)
    texts = [*_egms_ortho(product, name), *_texts(dataset, reader, location, [inside.name, name])]
    decide(product, layer, reader, texts, chosen)
    warn_of_direction(product, layer, texts)
    _sensor(product, reader, " ".join(texts))
    return product


def _open(location: ProductLocation, name: str, wanted: str) -> tuple[RasterInside, gdal.Dataset]:
    """What GDAL opens for a file, and the open raster; of several the one that `inside` chooses."""
    path = location.path(name)
    uri = location.subdataset or path
    for file in (name, f"{name}.aux.xml"):
        if file.lower().endswith((".vrt", ".xml")) and location.has(file):
            refuse_entities(location.path(file), read_text(location.path(file)))
    refuse_entities(name, location.subdataset)
    if name.lower().endswith(".vrt") and not location.subdataset:
        uri = virtual_source(path)
    check_size(path)
    check_if_hdf5(path)
    try:
        dataset = open_dataset(uri)
    except InputError as error:
        raise InputError(raw_advice(path) or str(error)) from error
    inside = choose_raster(dataset, uri, location.title, wanted)
    return inside, dataset if inside.uri == uri else open_dataset(inside.uri)


def _texts(
    dataset: gdal.Dataset, reader: BandReader, location: ProductLocation, given: list[str]
) -> list[str]:
    """Descriptions, tags, then the names given: the first that mentions a kind of layer is believed."""
    tags = band_tags(reader)
    keys = ("quantity", "description", "long_name", "standard_name", "tifftag_imagedescription", "band_1")
    described = [tags[key][:200] for key in keys if key in tags]
    name_of_band = reader.raster_band.GetDescription() or ""
    if dataset.GetDriver().ShortName == "GPKG" and name_of_band == "Height":
        name_of_band = ""  # GDAL's name for every band of floating-point numbers in a GeoPackage
    stems = [name.rsplit("/", 1)[-1].rsplit(".", 1)[0] for name in given]
    return [name_of_band, *described, location.layer, *stems]


def _egms_ortho(product: Product, name: str) -> list[str]:
    """What a GeoTIFF of EGMS level 3 holds, which its name alone states: mean velocity in mm/year.

    Raises
    ------
    InputError
        When it is the eastward part.
    """
    part = _EGMS_ORTHO.search(name)
    if not part:
        return []
    if part.group(1).upper() == "E":
        raise InputError(
            f"“{product.name}” is the eastward part of the motion, not that along the line of sight; "
            "open the level 2 product (L2a or L2b) of the same area."
        )
    product.wavelength = names.SENTINEL1
    product.warnings.append(
        "This is the vertical part of the motion (positive up), not that along the line of sight: "
        "peaks are vertical displacements."
    )
    return ["EGMS mean velocity mm/year"]


def _sensor(product: Product, reader: BandReader, text: str) -> None:
    tags = band_tags(reader)
    for key in ("wavelength", "wavelength_m", "radar_wavelength"):
        try:
            value = names.plausible_wavelength(float(tags.get(key, "nan")))
        except ValueError:
            value = None
        if value:
            product.wavelength = value
            product.notes.append(f"Wavelength {value:g} m: the tag “{key}” says so.")
            return
    sensor = names.sensor_of(text)
    if sensor:
        product.wavelength = sensor[1]
        product.notes.append(f"Wavelength {sensor[1]:g} m: {sensor[0]} by the name.")
    product.dates = tuple(sorted(names.dates_of(text)))


def _phase_band(dataset: gdal.Dataset, product: Product) -> int:
    """The band that its unit or description calls phase or displacement, else band 1.

    Where amplitude stands in band 1 (two-band BIL files of ISCE and ROI_PAC), phase is in band 2.
    """
    count = dataset.RasterCount
    if count == 1:
        return 1
    searched = range(1, min(count, MAX_SEARCHED_BANDS) + 1)
    for index in searched:
        kind = names.kind_of(dataset.GetRasterBand(index).GetDescription() or "")
        if kind is not None and kind.quantity is not None:
            product.notes.append(f"Band {index} of {count}: its description says {kind.value}.")
            return index
    units = [unit_tag(BandReader(Band(product.path, index)))[0] for index in searched]
    for known in (PHASE_UNITS, LENGTH_UNITS):
        indices = [index for index, unit in enumerate(units, 1) if unit in known]
        if indices and len(indices) < count:
            product.notes.append(f"Band {indices[0]} of {count}: its unit is {units[indices[0] - 1]}.")
            return indices[0]
    if count == 2 and dataset.GetRasterBand(2).DataType in (gdal.GDT_Float32, gdal.GDT_Float64):
        first, second = (_sample_raw(product.path, index) for index in (1, 2))
        by_line = dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "LINE"
        if first.low >= 0 and (second.low < 0 or by_line):
            product.notes.append("Band 2 of 2: amplitude stands in band 1, phase in band 2.")
            return 2
    product.notes.append(f"Band 1 of {count}; choose another with the band parameter.")
    return 1


def _sample_raw(uri: str, index: int) -> Sample:
    layer = Layer("raw", LayerKind.UNWRAPPED, Band(uri, index))
    return sample(BandReader(layer.band), lambda raw: (raw.astype("f4"), valid_values(layer, raw)), False)
