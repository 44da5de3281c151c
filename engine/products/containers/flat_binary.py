"""Flat binaries without a header that GDAL knows, as virtual rasters."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ...errors import InputError
from .gdalio import file_size, quiet, short_name

_TYPES = {"f4": "Float32", "f8": "Float64", "c8": "CFloat32", "u1": "Byte", "i2": "Int16", "i4": "Int32"}
_SAMPLES, _SAMPLE_BYTES = 8, 2**14


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


def order_of_values(path: str, code: str, usual: str) -> np.dtype:
    """The type of 4-byte numbers in a file with the byte order that gives possible values.

    Parameters
    ----------
    path : str
    code : str
        "f4" or "c8".
    usual : str
        Byte order where the values do not decide: "<" or ">".
    """
    raw = _sample(path)

    def plausible(order: str) -> int:
        values = np.abs(np.frombuffer(raw, f"{order}f4").astype(np.float64))
        return int(((values > 1e-8) & (values < 1e6)).sum())

    with np.errstate(invalid="ignore"):
        little, big = plausible("<"), plausible(">")
    order = usual if little == big else "<" if little > big else ">"
    return np.dtype(f"{order}{code}")


def _sample(path: str) -> bytes:
    """Bytes of whole 4-byte numbers from some places of a file; its beginning may be zeros only."""
    size, parts = file_size(path), []
    with quiet():
        handle = None
        try:
            handle = gdal.VSIFOpenL(path, "rb")
            for share in range(_SAMPLES) if handle is not None else ():
                gdal.VSIFSeekL(handle, max(size, 0) * share // _SAMPLES // 4 * 4, 0)
                data = bytes(gdal.VSIFReadL(1, _SAMPLE_BYTES, handle) or b"")
                parts.append(data[: len(data) // 4 * 4])
        except RuntimeError:
            pass
        finally:
            if handle is not None:
                gdal.VSIFCloseL(handle)
    return b"".join(parts)
