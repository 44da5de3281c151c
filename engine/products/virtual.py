"""A layer of a product as GDAL's virtual raster: what QGIS can load, with position, unit and nodata.

Complex layers become their phase, grey bytes radians; signs stay as the product has them. The tags lead
back to the product, so that a layer loaded this way can be scanned with all that the product knows.
"""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ..raster.grid import Grid
from .containers.gdalio import BandReader, grid_of, short_name
from .model import Layer, Product, SampleFormat

_SIGN = {"toward": "positive towards the satellite", "away": "positive away from the satellite"}


def escape(text: str) -> str:
    """Text made safe inside XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def layer_title(product: Product, layer: Layer) -> str:
    """A name for people: product, layer, unit and sign."""
    name = product.name.rsplit(".", 1)[0]
    unit = "rad" if layer.sample_format is not SampleFormat.REAL else layer.unit
    said = ", ".join(filter(None, [unit, _SIGN.get(layer.positive, "")]))
    what = layer.kind.value if layer.kind.value in layer.key else f"{layer.key} {layer.kind.value}"
    return f"{name} {layer.key if layer.kind.value in layer.key else what}" + (f" ({said})" if said else "")


def virtual_raster(product: Product, layer: Layer) -> str:
    """The text of a .vrt file.

    Raises
    ------
    InputError
        When the layer cannot be opened.
    """
    reader = BandReader(layer.band)
    dataset, band = reader.dataset, reader.raster_band
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
    derived = layer.sample_format is SampleFormat.COMPLEX
    grey = layer.sample_format in (SampleFormat.GRAY, SampleFormat.GRAY_FROM_ONE)
    kind = "Float32" if derived or grey else source_type
    head = '<VRTRasterBand dataType="{}" band="1"{}>'.format(
        kind, ' subClass="VRTDerivedRasterBand"' if derived else ""
    )
    parts = [head, f"<Description>{escape(layer.kind.value + ' ' + (layer.unit or ''))}</Description>"]
    if not derived and not grey and layer.nodata:
        parts.append(f"<NoDataValue>{layer.nodata[0]:.17g}</NoDataValue>")
    elif kind.startswith("Float"):
        parts.append("<NoDataValue>nan</NoDataValue>")
    unit = "rad" if derived or grey else layer.unit
    if unit:
        parts.append(f"<UnitType>{escape(unit)}</UnitType>")
    if derived:
        parts += [
            "<PixelFunctionType>phase</PixelFunctionType>",
            "<SourceTransferType>CFloat32</SourceTransferType>",
        ]
    tag = "ComplexSource" if grey else "SimpleSource"
    size = f'RasterXSize="{grid.width}" RasterYSize="{grid.height}"'
    rect = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    parts += [
        f"<{tag}>",
        f'<SourceFilename relativeToVRT="0">{escape(layer.band.uri)}</SourceFilename>',
        f"<SourceBand>{layer.band.index}</SourceBand>",
        f'<SourceProperties {size} DataType="{source_type}" '
        f'BlockXSize="{block[0]}" BlockYSize="{block[1]}"/>',
        f"<SrcRect {rect}/><DstRect {rect}/>",
    ]
    if grey:
        first = 1 if layer.sample_format is SampleFormat.GRAY_FROM_ONE else 0
        ratio = 2 * np.pi / (255 - first)
        parts.append(
            f"<ScaleOffset>{-np.pi - first * ratio:.17g}</ScaleOffset><ScaleRatio>{ratio:.17g}</ScaleRatio>"
        )
        if first:
            parts.append("<NODATA>0</NODATA>")
    return [*parts, f"</{tag}>", "</VRTRasterBand>"]


def file_stem(product: Product) -> str:
    """A safe beginning for the names of a product's files."""
    return _safe(short_name(product.name).rsplit(".", 1)[0])[:120]


def file_name(product: Product, layer: Layer) -> str:
    """A safe file name for the virtual raster, of at most 154 characters; each layer's own."""
    key = _safe(layer.key)[-110:]
    # what is too long loses letters of the product, never of the layer: NISAR's names alone have 117
    return f"{file_stem(product)[: 149 - len(key)]}_{key}.vrt"


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in text)
