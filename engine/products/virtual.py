"""A layer of a product as GDAL's virtual raster: what QGIS can load, with position, unit and nodata.

Complex layers become their phase, grey bytes radians; signs stay as the product has them. The tags lead
back to the product, so that a layer loaded this way can be scanned with all that the product knows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from osgeo import gdal

from ..raster.grid import Grid
from .containers.gdalio import Band, BandReader, short_name
from .containers.georeference import grid_of
from .model import Layer, Product, SampleFormat
from .packing import NO_PACKING, unpack

_SIGN = {"toward": "positive towards the satellite", "away": "positive away from the satellite"}


def escape(text: str) -> str:
    """Text made safe inside XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def layer_title(product: Product, layer: Layer) -> str:
    """A name for people: product, layer, unit and sign."""
    name = product.name.rsplit(".", 1)[0]
    unit = "rad" if layer.sample_format is not SampleFormat.REAL else layer.unit
    details = ", ".join(filter(None, [unit, _SIGN.get(layer.positive, "")]))
    what = layer.kind.value if layer.kind.value in layer.key else f"{layer.key} {layer.kind.value}"
    return f"{name} {layer.key if layer.kind.value in layer.key else what}" + (
        f" ({details})" if details else ""
    )


def virtual_raster(product: Product, layer: Layer) -> str:
    """The text of a .vrt file.

    Raises
    ------
    InputError
        When the layer cannot be opened.
    """
    reader = BandReader(layer.band)
    dataset, band = reader.dataset, reader.raster_band
    unpack(layer, band)
    grid = layer.grid or grid_of(dataset, product.name)[0]
    source_type = gdal.GetDataTypeName(band.DataType)
    block = band.GetBlockSize()
    parts = [f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">']
    parts += _position(grid)
    tags = {
        "QUAKEFRINGE_PRODUCT": product.source or product.path,
        "QUAKEFRINGE_LAYER": layer.key,
        "PRODUCT": product.family,
        "QUANTITY": layer.kind.value,
        "POSITIVE": layer.positive,
        "DATES": " ".join(product.dates),
    }
    wavelength = layer.wavelength or product.wavelength
    if wavelength:
        tags["WAVELENGTH"] = f"{wavelength:.9g}"
    if product.cell_m:
        tags["QUAKEFRINGE_CELL"] = f"{product.cell_m:.9g}"
    parts += [
        "<Metadata>",
        *(f'<MDI key="{escape(k)}">{escape(v)}</MDI>' for k, v in tags.items()),
        "</Metadata>",
    ]
    parts += _band(layer, source_type, grid, block)
    parts += ["</VRTDataset>", ""]
    return "\n".join(parts)


def _position(grid: Grid) -> list[str]:
    if not grid.has_crs and grid.transform == (0.0, 1.0, 0.0, 0.0, 0.0, -1.0):
        return []
    numbers = ", ".join(f"{value:.17g}" for value in grid.transform)
    srs = (
        [f'<SRS dataAxisToSRSAxisMapping="{_axes(grid)}">{escape(grid.crs_wkt)}</SRS>']
        if grid.has_crs
        else []
    )
    return [*srs, f"<GeoTransform>{numbers}</GeoTransform>"]


def _axes(grid: Grid) -> str:
    return "2,1" if grid.is_geographic else "1,2"


def _band(layer: Layer, source_type: str, grid: Grid, block: list[int]) -> list[str]:
    """The band: as stored, or computed from complex, grey or packed numbers or from two dates."""
    grey = layer.sample_format in (SampleFormat.GRAY, SampleFormat.GRAY_FROM_ONE)
    function = _pixel_function(layer)
    computed = bool(function) or grey or layer.packing != NO_PACKING
    kind = "Float32" if computed else source_type
    head = '<VRTRasterBand dataType="{}" band="1"{}>'.format(
        kind, ' subClass="VRTDerivedRasterBand"' if function else ""
    )
    parts = [head, f"<Description>{escape(layer.kind.value + ' ' + (layer.unit or ''))}</Description>"]
    if not computed and layer.nodata:
        parts.append(f"<NoDataValue>{layer.nodata[0]:.17g}</NoDataValue>")
    elif kind.startswith("Float"):
        parts.append("<NoDataValue>nan</NoDataValue>")
    unit = layer.unit if layer.sample_format is SampleFormat.REAL else "rad"
    if unit:
        parts.append(f"<UnitType>{escape(unit)}</UnitType>")
    if function:
        transfer = "CFloat32" if layer.sample_format is SampleFormat.COMPLEX else "Float32"
        parts += [
            f"<PixelFunctionType>{function}</PixelFunctionType>",
            f"<SourceTransferType>{transfer}</SourceTransferType>",
        ]
    bands = [layer.band, *([layer.minus] if layer.minus is not None else [])]
    if layer.imaginary is not None:
        bands = [Band(_complex_raster(layer.band, layer.imaginary, source_type, grid, block), 1)]
        source_type = "CFloat32"
    values = _values_in_source(layer) if computed else []
    for band in bands:
        parts += _source(band, source_type, grid, block, values)
    return [*parts, "</VRTRasterBand>"]


def _pixel_function(layer: Layer) -> str:
    """GDAL's function that computes the layer; empty where it is a plain copy."""
    if layer.sample_format is SampleFormat.COMPLEX:
        return "phase"
    return "diff" if layer.minus is not None else ""


def _values_in_source(layer: Layer) -> list[str]:
    """What a source does with the stored numbers: scale, offset and the value without data."""
    if layer.sample_format in (SampleFormat.GRAY, SampleFormat.GRAY_FROM_ONE):
        first = 1 if layer.sample_format is SampleFormat.GRAY_FROM_ONE else 0
        ratio = 2 * np.pi / (255 - first)
        scale, offset, nodata = ratio, -np.pi - first * ratio, [0.0] if first else []
    elif layer.sample_format is SampleFormat.COMPLEX:
        return []
    else:
        (scale, offset), nodata = layer.packing, list(layer.nodata[:1])
    parts = []
    if (scale, offset) != NO_PACKING:
        parts.append(f"<ScaleOffset>{offset:.17g}</ScaleOffset><ScaleRatio>{scale:.17g}</ScaleRatio>")
    return parts + [f"<NODATA>{value:.17g}</NODATA>" for value in nodata]


def _source(
    band: Band, source_type: str, grid: Grid, block: list[int], values: Sequence[str] = ()
) -> list[str]:
    tag = "ComplexSource" if values else "SimpleSource"
    size = f'RasterXSize="{grid.width}" RasterYSize="{grid.height}"'
    rect = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    return [
        f"<{tag}>",
        f'<SourceFilename relativeToVRT="0">{escape(band.uri)}</SourceFilename>',
        f"<SourceBand>{band.index}</SourceBand>",
        f'<SourceProperties {size} DataType="{source_type}" '
        f'BlockXSize="{block[0]}" BlockYSize="{block[1]}"/>',
        f"<SrcRect {rect}/><DstRect {rect}/>",
        *values,
        f"</{tag}>",
    ]


def _complex_raster(real: Band, imaginary: Band, source_type: str, grid: Grid, block: list[int]) -> str:
    """A virtual raster of complex numbers from two bands, as text that GDAL opens in place of a path."""
    parts = [
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">',
        '<VRTRasterBand dataType="CFloat32" band="1" subClass="VRTDerivedRasterBand">',
        "<PixelFunctionType>complex</PixelFunctionType>",
        "<SourceTransferType>Float32</SourceTransferType>",
        *_source(real, source_type, grid, block),
        *_source(imaginary, source_type, grid, block),
        "</VRTRasterBand></VRTDataset>",
    ]
    return "".join(parts)


def file_stem(product: Product) -> str:
    """A safe beginning for the names of a product's files."""
    return safe_name(short_name(product.name).rsplit(".", 1)[0])[:120]


def file_name(product: Product, layer: Layer) -> str:
    """A safe file name for the virtual raster, of at most 154 characters; each layer's own."""
    key = safe_name(layer.key)[-110:]
    # what is too long loses letters of the product, never of the layer: NISAR's names alone have 117
    return f"{file_stem(product)[: 149 - len(key)]}_{key}.vrt"


def safe_name(text: str) -> str:
    """Text with everything but letters, digits and - _ . turned into underscores, for names of files."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in text)
