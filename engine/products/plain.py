"""Any raster that GDAL reads: what it is comes from its name, its tags and its values.

The reader of last resort, and the one whose every decision is a guess that the user can override;
each is said in the notes, and a warning tells where the values alone had to do.
"""

from __future__ import annotations

import math
from typing import Optional

from osgeo import gdal

from ..errors import InputError
from . import names
from .containers.gdalio import Band, BandReader, grid_of, open_dataset, read_text
from .containers.hdf5check import check_if_hdf5
from .containers.markup import refuse_entities
from .containers.netcdf3 import check_size
from .decode import to_source, valid_values
from .location import ProductLocation
from .model import Layer, LayerKind, Product, SampleFormat
from .values import Sample, masked_levels, sample

FAMILY = "GeoTIFF"
ENDINGS = (".tif", ".tiff", ".vrt", ".img", ".grd", ".nc", ".png", ".int", ".unw", ".bil", ".dat")
SENTINELS = (-9999.0, -32768.0, -99999.0, 9999.0, -999.0)
"""Numbers that often stand for no data without being declared."""


def find(location: ProductLocation) -> list[str]:
    """Every file named by its user; in folders, files that look like rasters."""
    if location.named:
        return [location.named]
    return [name for name in location.files if name.lower().endswith(ENDINGS)]


def describe(
    location: ProductLocation, name: str, band: Optional[int] = None, told: Optional[LayerKind] = None
) -> Product:
    """Work out what a raster is.

    Parameters
    ----------
    place : Place
    name : str
        The file, relative to the place.
    band : int, optional
        Band that the user chose.
    told : Kind, optional
        What the user says it is; then the values are not asked.
    """
    uri = location.subdataset or location.path(name)
    for file in (name, f"{name}.aux.xml"):
        if file.lower().endswith((".vrt", ".xml")) and location.has(file):
            refuse_entities(location.path(file), read_text(location.path(file)))
    check_size(location.path(name))
    check_if_hdf5(location.path(name))
    dataset = open_dataset(uri)
    if dataset.RasterCount == 0:
        raise InputError(_no_bands(dataset, location.title))
    _refuse_pictures(dataset, location.title)
    product = Product(FAMILY, location.title, uri, [], default="phase")
    driver = dataset.GetDriver().ShortName
    product.family = FAMILY if driver in ("GTiff", "COG") else driver
    chosen = band or _phase_band(dataset, product)
    if grid_of(dataset, location.title)[1]:
        product.warnings.append(
            "The raster is placed by control points only, so its position is unknown here; "
            "gdalwarp makes a map-projected copy."
        )
    layer = Layer("phase", LayerKind.UNWRAPPED, Band(uri, chosen))
    layer.title = f"band {chosen} of {dataset.RasterCount}" if dataset.RasterCount > 1 else "band 1"
    reader = BandReader(layer.band)
    reader.check_blocks()
    product.layers.append(layer)
    gdal_band = reader.raster_band
    layer.use_gdal_mask = bool(gdal_band.GetMaskFlags() & (gdal.GMF_PER_DATASET | gdal.GMF_ALPHA))
    declared = gdal_band.GetNoDataValue()
    if declared is not None and not math.isnan(declared):
        layer.nodata = (float(declared),)
    _decide(product, layer, reader, _texts(dataset, gdal_band, location, name), told)
    return product


def _texts(dataset: gdal.Dataset, band: gdal.Band, location: ProductLocation, name: str) -> list[str]:
    """Descriptions, tags, then the file's name: what speaks first is believed first."""
    tags = {**dataset.GetMetadata(), **band.GetMetadata()}
    keys = ("quantity", "description", "long_name", "standard_name", "tifftag_imagedescription", "band_1")
    spoken = [value[:200] for key, value in tags.items() if key.lower().split("#")[-1] in keys]
    return [band.GetDescription() or "", *spoken, location.layer, name.rsplit("/", 1)[-1].rsplit(".", 1)[0]]


def _decide(
    product: Product, layer: Layer, reader: BandReader, texts: list[str], told: Optional[LayerKind]
) -> None:
    band = reader.raster_band
    spoken = next(((k, t) for k, t in ((names.kind_of(t), t) for t in texts) if k is not None), None)
    if gdal.DataTypeIsComplex(band.DataType):
        layer.sample_format, layer.kind, layer.unit = SampleFormat.COMPLEX, LayerKind.WRAPPED, "complex"
        layer.nodata = (*layer.nodata, 0.0)
        product.notes.append("Complex values: the phase is their angle; 0 has no data.")
    elif band.DataType == gdal.GDT_Byte and told in (None, LayerKind.WRAPPED):
        _decide_gray(product, layer, reader, spoken[0] if spoken else None)
    else:
        _decide_real(product, layer, reader, texts, spoken, told)
    _sensor(product, reader, " ".join(texts))


def _decide_gray(product: Product, layer: Layer, reader: BandReader, spoken: Optional[LayerKind]) -> None:
    layer.sample_format, layer.kind, layer.unit = SampleFormat.GRAY, LayerKind.WRAPPED, "8-bit"
    layer.flat_levels = masked_levels(reader)
    product.notes.append("8-bit grey: 0 is −π, 255 is +π of wrapped phase.")
    if layer.flat_levels:
        levels = ", ".join(str(level) for level in layer.flat_levels)
        product.notes.append(f"Areas of the one grey level {levels} are taken as masked ground.")
    if spoken not in (None, LayerKind.WRAPPED, LayerKind.UNWRAPPED):
        product.warnings.append(f"By its name this is {spoken.value}: it does not look like phase.")


def _decide_real(
    product: Product,
    layer: Layer,
    reader: BandReader,
    texts: list[str],
    spoken: Optional[tuple[LayerKind, str]],
    told: Optional[LayerKind],
) -> None:
    whole_type = reader.raster_band.DataType not in (gdal.GDT_Float32, gdal.GDT_Float64)
    stats = _nodata(product, layer, reader, whole_type)
    kind, said_by = spoken if spoken else (None, "")
    if told is not None:
        kind = told
    unit = names.unit_of(reader.raster_band.GetUnitType() or "")
    unit = unit or _tagged_unit(reader) or names.unit_of(said_by)
    if kind in (
        LayerKind.COHERENCE,
        LayerKind.AMPLITUDE,
        LayerKind.ELEVATION,
        LayerKind.MASK,
        LayerKind.COMPONENTS,
        LayerKind.LOOK,
    ):
        product.warnings.append(
            f"By its name (“{said_by}”) this is {kind.value}: it does not look like phase, "
            "and the result means little."
        )
        kind = None
    if kind is LayerKind.WRAPPED and told is None and stats.largest > 7:
        product.notes.append("The name says wrapped, but values go beyond a cycle: read as unwrapped.")
        kind = LayerKind.UNWRAPPED
    if unit in ("m", "cm", "mm") and kind in (None, LayerKind.UNWRAPPED) and told is None:
        kind = LayerKind.DISPLACEMENT
    if kind is None:
        kind, unit = _by_values(product, stats, unit, whole_type)
    elif told is None:
        product.notes.append(f"Quantity {kind.value}: “{said_by}” says so.")
    if kind is LayerKind.DISPLACEMENT and unit not in ("m", "cm", "mm"):
        unit = _length_unit(stats, whole_type)
        product.notes.append(f"Unit {unit}: from the size of the values.")
    layer.kind = kind
    layer.unit = unit if kind is LayerKind.DISPLACEMENT else "rad"
    if told is None:
        _suspect(product, layer, stats, named=spoken is not None)


def _tagged_unit(reader: BandReader) -> str:
    spoken = [value for key, value in _tags(reader).items() if key in ("unit", "units", "unittype")]
    return next((unit for unit in (names.unit_of(text[:40]) for text in spoken) if unit), "")


def _tags(reader: BandReader) -> dict[str, str]:
    """Tags of file and band by the last part of their names, in lower case."""
    both = {**reader.dataset.GetMetadata(), **reader.raster_band.GetMetadata()}
    return {key.lower().split("#")[-1]: value for key, value in both.items()}


def _nodata(product: Product, layer: Layer, reader: BandReader, whole_type: bool) -> Sample:
    """Decide whether 0 or an undeclared number has no data; the statistics leave them out."""
    stats = sample(reader, lambda raw: (to_source(layer, raw), valid_values(layer, raw)))
    for value in SENTINELS:
        if value in (stats.low, stats.high) and stats.count:
            layer.nodata = (*layer.nodata, value)
            product.notes.append(f"{value:g} stands for no data though nothing declares it.")
            stats = sample(reader, lambda raw: (to_source(layer, raw), valid_values(layer, raw)))
    if 0.0 not in layer.nodata and stats.zero_share > 0.002 and not whole_type:
        layer.nodata = (*layer.nodata, 0.0)
        product.notes.append("Exact zeros are taken as no data: phase is hardly ever exactly 0.")
        stats = sample(reader, lambda raw: (to_source(layer, raw), valid_values(layer, raw)))
    return stats


def _by_values(product: Product, stats: Sample, unit: str, whole_type: bool) -> tuple[LayerKind, str]:
    if unit == "rad":
        kind = LayerKind.WRAPPED if stats.looks_wrapped else LayerKind.UNWRAPPED
        product.notes.append(
            f"Quantity {kind.value}: the unit is rad, and the values fill "
            f"{'one cycle' if kind is LayerKind.WRAPPED else 'more or less than one cycle'}."
        )
        return kind, unit
    if stats.looks_wrapped:
        product.notes.append("Quantity wrapped phase in rad: the values fill one cycle.")
        return LayerKind.WRAPPED, "rad"
    if whole_type or stats.largest > 400:
        guess = (LayerKind.DISPLACEMENT, "mm")
    elif stats.largest < 1.8:
        guess = (LayerKind.DISPLACEMENT, "m")
    else:
        guess = (LayerKind.UNWRAPPED, "rad")
    product.warnings.append(
        f"Nothing says what the values are; from {stats.low:.3g} to {stats.high:.3g} they were taken for "
        f"{guess[0].value} in {guess[1]}: set the quantity if that is wrong."
    )
    return guess


def _length_unit(stats: Sample, whole_type: bool) -> str:
    if whole_type or stats.largest > 40:
        return "mm"
    return "m"


def _suspect(product: Product, layer: Layer, stats: Sample, named: bool) -> None:
    """Warn where the values look like elevation, amplitude or coherence."""
    if stats.count == 0 or stats.constant:
        return
    why = ""
    if stats.low >= 0 and stats.rough > 0.3 and layer.kind is not LayerKind.WRAPPED:
        why = "coherence" if stats.high <= 1.0 else "amplitude"
    elif stats.low > -500 and stats.span > 60 and (stats.whole or (not named and stats.low >= 0)):
        why = "elevation"
    elif stats.largest > 5000:
        why = "something else"
    if why and not any("does not look like phase" in text for text in product.warnings):
        product.warnings.append(f"This does not look like phase but like {why}: the result may mean nothing.")


def _sensor(product: Product, reader: BandReader, text: str) -> None:
    tags = _tags(reader)
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
    """Band 1, but the phase where amplitude stands before it (two-band BIL of ISCE and ROI_PAC)."""
    count = dataset.RasterCount
    if count == 1:
        return 1
    for index in range(1, count + 1):
        kind = names.kind_of(dataset.GetRasterBand(index).GetDescription() or "")
        if kind is not None and kind.quantity is not None:
            product.notes.append(f"Band {index} of {count}: its description says {kind.value}.")
            return index
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


def _refuse_pictures(dataset: gdal.Dataset, title: str) -> None:
    first = dataset.GetRasterBand(1)
    coloured = dataset.RasterCount >= 3 and first.DataType in (gdal.GDT_Byte, gdal.GDT_UInt16)
    if coloured or first.GetColorTable() is not None:
        raise InputError(
            f"“{title}” is a coloured picture, not phase; open the phase file itself{_advice(title)}."
        )


def _advice(title: str) -> str:
    """The name of the file to use instead of a picture."""
    stem = title.rsplit(".", 1)[0]
    if ".geo." in title:
        kind = "unw" if ".unw" in title else "diff_pha"
        return f" (LiCSAR: {title.split('.geo.', maxsplit=1)[0]}.geo.{kind}.tif)"
    for ending in ("_unw_phase", "_wrapped_phase", "_color_phase"):
        if ending in stem:
            real = "_wrapped_phase" if ending == "_color_phase" else ending
            return f" (HyP3: {stem.split(ending)[0]}{real}.tif)"
    return " (LiCSAR *.geo.unw.tif or *.geo.diff_pha.tif, HyP3 *_unw_phase.tif or *_wrapped_phase.tif)"


def _no_bands(dataset: gdal.Dataset, title: str) -> str:
    inside = [text.rsplit(":", 1)[-1] for text, _ in (dataset.GetSubDatasets() or [])][:6]
    if inside:
        listed = ", ".join(inside)
        return f"“{title}” holds several rasters ({listed}) of no product known here; give one of them."
    return f"“{title}” holds no raster; give the interferogram's own file."
