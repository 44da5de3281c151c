"""Flat binaries without a header that GDAL knows, as virtual rasters."""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from .gdalio import file_size, short_name

_TYPES = {"f4": "Float32", "f8": "Float64", "c8": "CFloat32", "u1": "Byte", "i2": "Int16", "i4": "Int32"}


def flat_binary(path: str, width: int, height: int, dtype: np.dtype, band: int = 1, bands: int = 1) -> str:
    """A URI under which GDAL opens one band of a flat binary; bands interleaved by line.

    Parameters
    ----------
    path : str
    width, height : int
        Pixels.
    dtype : dtype
        With its byte order.
    band, bands : int
        Which band, from 1, of how many.

    Raises
    ------
    InputError
        When the file does not have the size that follows.
    """
    size, expected = file_size(path), width * height * bands * dtype.itemsize
    if size != expected:
        raise InputError(
            f"“{short_name(path)}” has {size} bytes, but {width} × {height} pixels need {expected}; "
            "the parameter file belongs to another file, or one of the two is damaged."
        )
    order = "MSB" if dtype.byteorder == ">" else "LSB"
    name = path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    pixel, line = dtype.itemsize, width * dtype.itemsize * bands
    return (
        f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">'
        f'<VRTRasterBand dataType="{_TYPES[dtype.str[1:]]}" band="1" subClass="VRTRawRasterBand">'
        f'<SourceFilename relativeToVRT="0">{name}</SourceFilename>'
        f"<ImageOffset>{(band - 1) * width * pixel}</ImageOffset><PixelOffset>{pixel}</PixelOffset>"
        f"<LineOffset>{line}</LineOffset><ByteOrder>{order}</ByteOrder></VRTRasterBand></VRTDataset>"
    )
