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
from .model import LENGTH_UNITS, PHASE_UNITS, Layer, LayerKind, Product, SampleFormat
from .packing import stores_whole_numbers
from .values import Sample, masked_levels, sample

SENTINELS = (-9999.0, -32768.0, -99999.0, 9999.0, -999.0)
"""Numbers that often stand for no data without being declared."""
PACKED_CYCLES = {
    360.0: "degrees",
    628.32: "1/100 rad",
    6283.2: "1/1000 rad",
    62832.0: "1/10000 rad",
    65535.0: "1/65535 of a cycle",
}
"""Lengths of a cycle in the integers that wrapped phase is often stored in, ascending."""
METRE_MAX = 5.0
"""Displacements up to this size are taken for metres when nothing states the unit."""
BACKGROUND_MM = 2.5
"""Background spread from which displacement without a unit is taken for millimetres, else for centimetres.
The atmosphere alone spreads a quiet interferogram by some 2 to 30 mm."""


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
    whole_type = stores_whole_numbers(reader.raster_band) and layer.packing == (1.0, 0.0)
    stats = _nodata(product, layer, reader, whole_type)
    unit, tag = unit_tag(reader)
    kind, source = _kind_by_texts(texts, stats)
    named = bool(source)
    may_be_packed = whole_type and not unit and chosen in (None, LayerKind.WRAPPED)
    if may_be_packed and _is_packed_cycle(product, layer, stats):
        return
    if chosen is not None:
        kind = chosen
    elif unit in PHASE_UNITS and kind not in (LayerKind.WRAPPED, LayerKind.UNWRAPPED):
        kind = None  # the unit tag wins over a name; the values decide between wrapped and unwrapped
    elif unit in LENGTH_UNITS and kind in (None, LayerKind.UNWRAPPED, LayerKind.WRAPPED):
        kind, source = LayerKind.DISPLACEMENT, tag
    if tag and not unit:
        product.warnings.append(f"The unit tag “{tag}” is not known; set the unit (rad, m, cm or mm).")
    unit = unit or names.unit_of(source)
    if kind is not None and kind.quantity is None:
        product.warnings.append(
            f"By its name (“{source}”) this is {kind.value}: it does not look like phase, "
            "and the result means little."
        )
        kind = None
    if kind is LayerKind.WRAPPED and chosen is None and unit != "deg" and stats.largest > 7:
        kind, unit = _wrapped_by_name(product, stats, unit)
    elif kind is None:
        kind, unit = _by_values(product, stats, unit, whole_type)
    elif chosen is None:
        product.notes.append(f"Quantity {kind.value}: “{source}” says so.")
    if kind is LayerKind.DISPLACEMENT and unit not in LENGTH_UNITS:
        unit = _length_unit(product, stats, whole_type, chosen is not None)
    layer.kind = kind
    layer.unit = unit if unit in (LENGTH_UNITS if kind is LayerKind.DISPLACEMENT else PHASE_UNITS) else "rad"
    if kind is LayerKind.DISPLACEMENT:
        _warn_of_rate(product, tag or source)
    if chosen is None:
        _suspect(product, layer, stats, named=named)


def _is_packed_cycle(product: Product, layer: Layer, stats: Sample) -> bool:
    """Recognise wrapped phase stored as integers, and set how to unpack it."""
    cycle = next((cycle for cycle in PACKED_CYCLES if stats.fills(cycle)), None)
    if cycle is None:
        return False
    layer.kind, layer.unit, layer.packing = LayerKind.WRAPPED, "rad", (2 * math.pi / cycle, 0.0)
    product.warnings.append(
        f"The integers fill one cycle, {stats.low:g} to {stats.high:g}: they are read as wrapped phase in "
        f"{PACKED_CYCLES[cycle]}. Set the quantity and the unit if that is wrong."
    )
    return True


def unit_tag(reader: BandReader) -> tuple[str, str]:
    """The band's unit as known here, and the tag's own text; the band's unit type counts before tags."""
    tags = band_tags(reader)
    texts = [reader.raster_band.GetUnitType() or ""]
    texts += [tags[key] for key in ("unit", "units", "unittype") if key in tags]
    text = next((text.strip() for text in texts if text.strip()), "")[:40]
    return names.unit_of_tag(text), "" if text in ("1", "-", "none", "unitless") else text


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


def _kind_by_texts(texts: list[str], stats: Sample) -> tuple[Optional[LayerKind], str]:
    """What the first text that mentions a kind of layer says, and the text.

    Names such as "unw_mask" and "ifg_corr" mention phase and something else. They are phase that was masked
    or corrected, unless the values are those of a mask or of coherence.
    """
    for text in texts:
        kinds = names.kinds_of(text)
        phases = [kind for kind in kinds if kind.quantity is not None]
        others = [kind for kind in kinds if kind.quantity is None and _values_allow(kind, stats)]
        if phases and not others:
            return phases[0], text
        if kinds:
            return (others or kinds)[0], text
    return None, ""


def _values_allow(kind: LayerKind, stats: Sample) -> bool:
    """Whether values can be those of a layer that is no phase."""
    if kind in (LayerKind.COHERENCE, LayerKind.MASK):
        return stats.low >= 0 and (stats.high <= 1 or (stats.whole and stats.high <= 255))
    if kind is LayerKind.COMPONENTS:
        return stats.whole and stats.low >= 0
    if kind is LayerKind.ELEVATION:
        return stats.low > -500 and stats.span > 60
    return kind is LayerKind.LOOK or stats.low >= 0


def _nodata(product: Product, layer: Layer, reader: BandReader, whole_type: bool) -> Sample:
    """Decide whether 0 or an undeclared number has no data; the statistics leave them out."""

    def statistics() -> Sample:
        return sample(reader, lambda raw: (to_source(layer, raw), valid_values(layer, raw)))

    stats = statistics()
    for value in SENTINELS:
        if value in (stats.low, stats.high) and stats.count:
            layer.nodata = (*layer.nodata, value)
            product.notes.append(f"{value:g} stands for no data though nothing declares it.")
            stats = statistics()
    if 0.0 not in layer.nodata and stats.zero_share > 0.002 and not stores_whole_numbers(reader.raster_band):
        layer.nodata = (*layer.nodata, 0.0)
        product.notes.append("Exact zeros are taken as no data: phase is hardly ever exactly 0.")
        stats = statistics()
    return stats


def _wrapped_by_name(product: Product, stats: Sample, unit: str) -> tuple[LayerKind, str]:
    """Phase that is wrapped by its name but goes beyond 2 pi: other numbers for the cycle, or unwrapped."""
    if stats.fills(360.0):
        product.warnings.append(
            "The values fill −180 to 180 or 0 to 360: they are read as wrapped phase in degrees. Set the "
            "unit if that is wrong."
        )
        return LayerKind.WRAPPED, "deg"
    product.notes.append("The name says wrapped, but values go beyond a cycle: read as unwrapped.")
    return LayerKind.UNWRAPPED, unit


def _by_values(product: Product, stats: Sample, unit: str, whole_type: bool) -> tuple[LayerKind, str]:
    if unit in LENGTH_UNITS:
        return LayerKind.DISPLACEMENT, unit
    if unit in PHASE_UNITS:
        cycle = {"rad": 0.0, "deg": 360.0, "cycle": 1.0}[unit]
        wrapped = stats.fills(cycle) if cycle else stats.looks_wrapped
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
    elif stats.largest < 1.8:
        guess = (LayerKind.DISPLACEMENT, "m")
    else:
        guess = (LayerKind.UNWRAPPED, "rad")
    product.warnings.append(
        f"Nothing says what the values are; from {stats.low:.3g} to {stats.high:.3g} they were taken for "
        f"{guess[0].value} in {guess[1]}: set the quantity and the unit if that is wrong."
    )
    return guess


def _length_unit(product: Product, stats: Sample, whole_type: bool, chosen: bool) -> str:
    """The unit of displacement that states none: a guess from the size of the values."""
    if whole_type:
        unit = "mm"
    elif stats.largest <= METRE_MAX:
        unit = "m"
    else:
        unit = "cm" if stats.quartile_spread < BACKGROUND_MM else "mm"
    product.warnings.append(
        f"Nothing states the unit of the displacement, {stats.low:.3g} to {stats.high:.3g}: {unit} is a "
        "guess from the size of the values. Set the unit (m, cm or mm)."
    )
    return unit


def _warn_of_rate(product: Product, text: str) -> None:
    period = names.period_of(text)
    if period:
        product.warnings.append(
            f"The values are a rate (“{text}”): they are read as the displacement of one {period}."
        )


def _suspect(product: Product, layer: Layer, stats: Sample, named: bool) -> None:
    """Warn where the values look like elevation, amplitude or coherence."""
    if stats.count == 0 or stats.constant:
        return
    kind = ""
    if stats.low >= 0 and stats.rough > 0.3 and layer.kind is not LayerKind.WRAPPED:
        kind = "coherence" if stats.high <= 1.0 else "amplitude"
    elif stats.low > -500 and stats.span > 60 and (stats.whole or (not named and stats.low >= 0)):
        kind = "elevation"
    elif stats.largest > 5000:
        kind = "something else"
    if kind and not any("does not look like phase" in text for text in product.warnings):
        product.warnings.append(
            f"This does not look like phase but like {kind}: the result may mean nothing."
        )
