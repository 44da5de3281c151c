"""Plain rasters that are no interferogram, or whose header is that of another file."""

from __future__ import annotations

import re

from osgeo import gdal

from ..errors import InputError
from .containers.gdalio import file_size, short_name
from .containers.hdf5 import as_number
from .location import ProductLocation
from .model import Layer, LayerKind, Product
from .units import words

OWN_DESCRIPTIONS = ("attention heat", "attention of head")
"""Begin the band descriptions of the heatmaps and maps of heads that `output.map_layers` writes."""
_RAW_DRIVERS = ("ENVI", "EHdr", "ISCE", "ROI_PAC")
"""Drivers of flat binaries, which read zeros where a file ends before its header says."""
_MOTION = r"(disp\w*|motion|velocity|vel|component|deformation|rate)"
_DIRECTION = r"(vertical|vert|up|ud|east|eastward|ew|north|northward|ns|horizontal)"
_DIRECTED = re.compile(rf"\b(?:{_DIRECTION} {_MOTION}|{_MOTION} {_DIRECTION})\b")


def refuse_parts_of_complex(location: ProductLocation) -> None:
    """Refuse what GDAL derives from complex numbers, other than their phase.

    Raises
    ------
    InputError
    """
    driver, _, rest = location.subdataset.partition(":")
    part = rest.partition(":")[0].upper()
    if driver.upper() == "DERIVED_SUBDATASET" and part not in ("PHASE", "COMPLEX"):
        raise InputError(
            f"“{part}” of “{location.title}” is not its phase; open “{location.title}” itself, whose angle "
            "is read."
        )


def check_header_fits(dataset: gdal.Dataset, path: str) -> None:
    """Refuse a flat binary that is shorter or longer than its header says.

    Raises
    ------
    InputError
        The message blames the header, unless bytes may be missing.
    """
    if (
        dataset.GetDriver().ShortName not in _RAW_DRIVERS
        or dataset.GetMetadataItem("file_compression", "ENVI") == "1"
    ):
        return
    bands = [dataset.GetRasterBand(index + 1) for index in range(dataset.RasterCount)]
    if any(band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE") for band in bands):
        return
    offset = int(as_number(dataset.GetMetadataItem("header_offset", "ENVI")) or 0)
    pixel = sum(gdal.GetDataTypeSize(band.DataType) for band in bands) // 8
    needed, size = dataset.RasterXSize * dataset.RasterYSize * pixel + offset, file_size(path)
    if size in (-1, needed):
        return
    name = short_name(path)
    why = "its header belongs to another file" + (", or it is cut short" if size < needed else "")
    raise InputError(
        f"“{name}” has {size} bytes, but its header states {dataset.RasterXSize} × {dataset.RasterYSize} "
        f"pixels, which are {needed}: {why}; put the right header beside it."
    )


def warn_of_direction(product: Product, layer: Layer, texts: list[str]) -> None:
    """Warn where a name says that displacement is not along the line of sight."""
    if layer.kind is not LayerKind.DISPLACEMENT:
        return
    found = next((match for match in (_DIRECTED.search(words(text)) for text in texts) if match), None)
    if found:
        product.warnings.append(
            f"By its name (“{found.group()}”) this is one component of the motion, not that along the line "
            "of sight: peaks and signs are those of that component."
        )


def refuse_pictures(dataset: gdal.Dataset, title: str) -> None:
    """Refuse coloured pictures, and heatmaps of this plugin.

    Raises
    ------
    InputError
    """
    first = dataset.GetRasterBand(1)
    if any(text in (first.GetDescription() or "") for text in OWN_DESCRIPTIONS):
        raise InputError(
            f"“{title}” is a heatmap or map of heads of QuakeFringe, not phase; open the interferogram "
            "itself."
        )
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
