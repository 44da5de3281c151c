"""What a plain raster holds: quantity and unit from unit tags, names and values, in this order of trust.

Whatever is guessed from values alone is a warning that names the parameter to set; what a tag or a name
states is a note.
"""

from __future__ import annotations

import math
from typing import Optional

from osgeo import gdal

from ..errors import InputError
from . import names
from .containers.gdalio import BandReader
from .decode import to_source, valid_values
from .length_unit import likely_length_unit
from .model import LENGTH_UNITS, PHASE_UNITS, UNIT_SCALE, Layer, LayerKind, Product, SampleFormat
from .not_phase import kind_by_texts, refuse_if_not_phase, warn_if_suspicious
from .packing import NO_PACKING, stores_whole_numbers
from .undeclared import find_fill_values
from .units import measures_other_quantity, period_of, unit_of, unit_of_tag
from .values import Sample, masked_levels, sample

PACKED_CYCLES = {
    360.0: "degrees",
    628.32: "1/100 rad",
    6283.2: "1/1000 rad",
    62832.0: "1/10000 rad",
    65535.0: "1/65535 of a cycle",
}
"""Lengths of a cycle in the integers that wrapped phase is often stored in, ascending."""

CYCLE_MAX_RAD = 7.0
"""Largest value of wrapped phase, 2 pi, with some room."""
_NO_UNIT = (
    "1",
    "-",
    "none",
    "unitless",
    "dimensionless",
    "unknown",
    "undefined",
    "unspecified",
    "n/a",
    "na",
    "null",
)
"""Unit tags that say that there is no unit."""
GUESSED_UNIT = "Nothing states the unit of the displacement"
"""How the warning begins that a unit was guessed."""


def decide(
    product: Product, layer: Layer, reader: BandReader, texts: list[str], chosen: Optional[LayerKind]
) -> None:
    """Set quantity, unit and no-data values of a layer.

    Parameters
    ----------
    texts : list of str
        Descriptions, tags and the file's name, the most trusted first.
    chosen : LayerKind, optional
        What the user says the raster holds.
    """
    data_type = reader.raster_band.DataType
    if gdal.DataTypeIsComplex(data_type):
        layer.sample_format, layer.kind, layer.unit = SampleFormat.COMPLEX, LayerKind.WRAPPED, "complex"
        layer.nodata = (*layer.nodata, 0.0)
        product.notes.append("Complex values: the phase is their angle; 0 has no data.")
    elif _is_grey_phase(layer, reader, chosen):
        _decide_grey(product, layer, reader, texts, chosen is not None)
    else:
        _decide_real(product, layer, reader, texts, chosen)


def _is_grey_phase(layer: Layer, reader: BandReader, chosen: Optional[LayerKind]) -> bool:
    """Bytes that stand for wrapped phase: unless a scale, a unit of length or the user says otherwise."""
    if reader.raster_band.DataType != gdal.GDT_Byte or chosen not in (None, LayerKind.WRAPPED):
        return False
    return layer.packing == (1.0, 0.0) and unit_tag(reader)[0] not in LENGTH_UNITS


def _decide_grey(product: Product, layer: Layer, reader: BandReader, texts: list[str], chosen: bool) -> None:
    layer.sample_format, layer.kind, layer.unit = SampleFormat.GRAY, LayerKind.WRAPPED, "8-bit"
    kinds = next((kinds for kinds in map(names.kinds_of, texts) if kinds), [])
    if not chosen and kinds == [LayerKind.UNWRAPPED]:
        raise InputError(
            f"“{product.name}” is unwrapped phase by its name, but holds bytes without a scale; fetch the "
            "file of floating-point numbers, or set the quantity to wrapped if it shows wrapped phase."
        )
    layer.flat_levels = masked_levels(reader)
    if layer.flat_levels:
        levels = ", ".join(str(level) for level in layer.flat_levels)
        product.notes.append(f"Areas of the one grey level {levels} are taken as masked ground.")
    meaning = "8-bit grey: 0 is −π, 255 is +π of wrapped phase."
    if kinds:
        product.notes.append(meaning)
    else:
        product.warnings.append(f"{meaning} Nothing states this: set the quantity (QUANTITY) if it is wrong.")
    if kinds and all(kind.quantity is None for kind in kinds):
        product.warnings.append(f"By its name this is {kinds[0].value}: it does not look like phase.")


def _decide_real(
    product: Product, layer: Layer, reader: BandReader, texts: list[str], chosen: Optional[LayerKind]
) -> None:
    whole_type = stores_whole_numbers(reader.raster_band) and layer.packing == NO_PACKING
    find_fill_values(product, layer, reader)
    stats = sample(reader, lambda raw: (to_source(layer, raw), valid_values(layer, raw)))
    unit, tag = unit_tag(reader)
    if chosen is None and not unit and measures_other_quantity(tag):
        raise InputError(
            f"“{product.name}” is in “{tag}”, which is no unit of phase or displacement; open the "
            "interferogram, or set the quantity (QUANTITY) and the unit (UNIT) if the tag is wrong."
        )
    if (
        not unit
        and chosen in (None, LayerKind.WRAPPED)
        and whole_type
        and _is_packed_cycle(product, layer, stats)
    ):
        return
    kind, source = kind_by_texts(texts, stats)
    named = bool(source)
    if chosen is not None:
        kind = chosen
    elif unit in PHASE_UNITS and kind not in (LayerKind.WRAPPED, LayerKind.UNWRAPPED, LayerKind.LOOK):
        kind = None  # the unit tag wins over a name; the values decide between wrapped and unwrapped
    elif unit in LENGTH_UNITS and kind is not LayerKind.ELEVATION:
        kind, source = LayerKind.DISPLACEMENT, tag
    refuse_if_not_phase(product, kind, source, stats)
    unit = unit or unit_of(source)
    beyond_a_cycle = (
        stats.largest * UNIT_SCALE.get(unit if unit in PHASE_UNITS else "rad", 1.0) > CYCLE_MAX_RAD
    )
    if kind is LayerKind.WRAPPED and chosen is None and beyond_a_cycle:
        kind, unit = _wrapped_by_name(product, stats, unit)
    elif kind is None:
        kind, unit = _by_values(product, stats, unit, whole_type)
    elif chosen is None:
        product.notes.append(f"Quantity {kind.value}: “{source}” says so.")
    if kind is LayerKind.DISPLACEMENT and unit not in LENGTH_UNITS:
        unit = _length_unit(product, stats, whole_type)
    layer.kind = kind
    layer.unit = unit if unit in (LENGTH_UNITS if kind is LayerKind.DISPLACEMENT else PHASE_UNITS) else "rad"
    if tag and not unit_of_tag(tag):
        product.warnings.append(
            f"The unit tag “{tag}” is not known, so the values are read in {layer.unit}: set the unit (UNIT)."
        )
    if kind is LayerKind.DISPLACEMENT or unit_of_tag(tag) in PHASE_UNITS:
        _warn_of_rate(product, tag or source)
    if chosen is None:
        warn_if_suspicious(product, layer, stats, named=named)


def _is_packed_cycle(product: Product, layer: Layer, stats: Sample) -> bool:
    """Recognise wrapped phase stored as integers, and set how to unpack it."""
    cycle = next((cycle for cycle in PACKED_CYCLES if stats.fills(cycle)), None)
    if cycle is None:
        return False
    layer.kind, layer.unit, layer.packing = LayerKind.WRAPPED, "rad", (2 * math.pi / cycle, 0.0)
    product.warnings.append(
        f"The integers fill one cycle, {stats.low:g} to {stats.high:g}: they are read as wrapped phase in "
        f"{PACKED_CYCLES[cycle]}. Set the quantity (QUANTITY) and the unit (UNIT) if that is wrong."
    )
    return True


def unit_tag(reader: BandReader) -> tuple[str, str]:
    """The band's unit as known here, and the tag's own text; the band's unit type counts before tags."""
    tags = band_tags(reader)
    texts = [reader.raster_band.GetUnitType() or ""]
    texts += [tags[key] for key in ("unit", "units", "unittype") if key in tags]
    text = next((text.strip() for text in texts if text.strip()), "")[:40]
    return unit_of_tag(text), "" if text.lower() in _NO_UNIT else text


def band_tags(reader: BandReader) -> dict[str, str]:
    """Tags of the file and the band by the last part of their names, in lower case; the band's count more.

    Of a netCDF file only tags of the file itself and of the variable that is read: those of axes and of other
    variables say nothing about the values.
    """
    variable = reader.raster_band.GetMetadataItem("NETCDF_VARNAME") or ""
    both = {**reader.dataset.GetMetadata(), **reader.raster_band.GetMetadata()}
    tags = {}
    for key, value in both.items():
        owner, _, last = key.rpartition("#")
        if owner in ("", "NC_GLOBAL", variable):
            tags[last.lower()] = value
    return tags


def _wrapped_by_name(product: Product, stats: Sample, unit: str) -> tuple[LayerKind, str]:
    """Phase that is wrapped by its name but goes beyond 2 pi: other numbers for the cycle, or unwrapped."""
    if unit in ("", "deg") and stats.fills(360.0):
        if unit == "deg":
            return LayerKind.WRAPPED, unit
        product.warnings.append(
            "The values fill −180 to 180 or 0 to 360: they are read as wrapped phase in degrees. Set the "
            "unit (UNIT) if that is wrong."
        )
        return LayerKind.WRAPPED, "deg"
    product.notes.append("The name says wrapped, but values go beyond a cycle: read as unwrapped.")
    return LayerKind.UNWRAPPED, unit


def _by_values(product: Product, stats: Sample, unit: str, whole_type: bool) -> tuple[LayerKind, str]:
    if unit in LENGTH_UNITS:
        return LayerKind.DISPLACEMENT, unit
    if unit in PHASE_UNITS:
        wrapped = stats.looks_wrapped if unit == "rad" else stats.fills(2 * math.pi / UNIT_SCALE[unit])
        kind = LayerKind.WRAPPED if wrapped else LayerKind.UNWRAPPED
        product.notes.append(
            f"Quantity {kind.value}: the unit is {unit}, and the values fill "
            f"{'one cycle' if wrapped else 'more or less than one cycle'}."
        )
        return kind, unit
    if stats.looks_wrapped:
        product.notes.append("Quantity wrapped phase in rad: the values fill one cycle.")
        return LayerKind.WRAPPED, "rad"
    if stats.fills(360.0):
        guess = (LayerKind.WRAPPED, "deg")
    elif whole_type or stats.largest > 400:
        guess = (LayerKind.DISPLACEMENT, "mm")
    elif stats.largest < 1.8 and likely_length_unit(stats, product.wavelength, ("m",)):
        guess = (LayerKind.DISPLACEMENT, "m")
    else:
        guess = (LayerKind.UNWRAPPED, "rad")
    product.warnings.append(
        f"Nothing says what the values are; from {stats.low:.3g} to {stats.high:.3g} they were taken for "
        f"{guess[0].value} in {guess[1]}: set the quantity (QUANTITY) and the unit (UNIT) if that is wrong."
    )
    return guess


def _length_unit(product: Product, stats: Sample, whole_type: bool) -> str:
    """The unit of displacement that states none: a guess from the size of the values."""
    unit = "mm" if whole_type else likely_length_unit(stats, product.wavelength) or "mm"
    product.warnings.append(
        f"{GUESSED_UNIT}, {stats.low:.3g} to {stats.high:.3g}: {unit} is a "
        "guess from the size of the values. Set the unit (UNIT): m, cm or mm."
    )
    return unit


def _warn_of_rate(product: Product, text: str) -> None:
    period = period_of(text)
    if period:
        product.warnings.append(
            f"The values are a rate (“{text}”): they are read as the change of one {period}."
        )
