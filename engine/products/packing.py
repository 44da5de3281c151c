"""Scale and offset of packed numbers, as a band states them."""

from __future__ import annotations

import math

from osgeo import gdal

from .model import Layer, SampleFormat

NO_PACKING = (1.0, 0.0)


def packing_of(band: gdal.Band) -> tuple[float, float]:
    """(scale, offset): the meant value is the stored number times the scale plus the offset.

    From GDAL's scale and offset, else from the tags of the CF conventions (scale_factor, add_offset), which
    some drivers only pass on. A scale of 0, or numbers that are not finite, count as not stated.
    """
    scale, offset = band.GetScale(), band.GetOffset()
    if scale is None and offset is None:
        tags = {key.lower(): value for key, value in band.GetMetadata().items()}
        scale, offset = _number(tags.get("scale_factor")), _number(tags.get("add_offset"))
    scale, offset = 1.0 if scale is None else float(scale), 0.0 if offset is None else float(offset)
    usable = math.isfinite(scale) and math.isfinite(offset) and scale != 0
    return (scale, offset) if usable else NO_PACKING


def stores_whole_numbers(band: gdal.Band) -> bool:
    """Whether the band stores integers, complex ones not included."""
    return not gdal.DataTypeIsComplex(band.DataType) and "Float" not in gdal.GetDataTypeName(band.DataType)


def unpack(layer: Layer, band: gdal.Band) -> None:
    """Set a layer's packing from its band, unless its family has done so or its numbers are no quantities."""
    if layer.sample_format is SampleFormat.REAL and layer.packing == NO_PACKING:
        layer.packing = packing_of(band)


def _number(text: object) -> object:
    try:
        return None if text is None else float(str(text))
    except ValueError:
        return None
