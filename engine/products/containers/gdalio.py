"""Reading through GDAL: errors become sentences, and the settings of the process stay as they are.

QGIS and the user own GDAL's global switches (exceptions, error handlers, cache). Every function here works
with exceptions on and off, and changes none of these switches.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from osgeo import gdal

from ...errors import InputError

MAX_BLOCK_BYTES = 256 * 2**20
"""Largest block in bytes that GDAL may have to hold for one read."""
FLUSH_BYTES = 96 * 2**20
"""Bytes read between two flushes of GDAL's block cache, so that memory stays small."""


@contextmanager
def quiet() -> Iterator[None]:
    """Keep GDAL's messages off the terminal; read them with `last_error`."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    gdal.ErrorReset()
    try:
        yield
    finally:
        gdal.PopErrorHandler()


def last_error(error: Optional[BaseException] = None) -> str:
    """GDAL's own message about the last error, on one line, without folders."""
    text = re.sub(r"\s+", " ", str(error) if error is not None else gdal.GetLastErrorMsg()).strip(" .")
    if not text or "not recognized as" in text:
        return "GDAL knows no such format"
    return re.sub(r"(?:/vsi\w+)?(?:/[^/\s'\":,]+)+/(?=[^/\s])", "", text)[:200]


def short_name(path: str) -> str:
    """The last part of a path, for messages; of a virtual raster given as text, that of its source."""
    source = re.search(r"<SourceFilename[^>]*>([^<]+)<", path) if path.startswith("<VRT") else None
    path = source.group(1) if source else path
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1].replace('"', "") or path


def exists(path: str) -> bool:
    """Whether a file or folder is there, also inside archives and behind /vsicurl/."""
    with quiet():
        try:
            return gdal.VSIStatL(path) is not None
        except RuntimeError:
            return False


def read_bytes(path: str, limit: int) -> bytes:
    """The first bytes of a file, also inside archives; empty when it cannot be read."""
    with quiet():
        handle, data = None, None
        try:
            handle = gdal.VSIFOpenL(path, "rb")
            data = gdal.VSIFReadL(1, limit, handle) if handle is not None else None
        except RuntimeError:
            data = None
        finally:
            if handle is not None:
                gdal.VSIFCloseL(handle)
    return bytes(data or b"")


def read_text(path: str, limit: int = 2**20) -> str:
    """A small text file (side files, headers), also inside archives; at most `limit` bytes.

    Raises
    ------
    InputError
        When the file is missing, empty or cannot be read.
    """
    data = read_bytes(path, limit)
    if not data:
        raise InputError(f"“{short_name(path)}” is empty or cannot be read; fetch it again.")
    return data.decode("utf-8", errors="replace")


def file_size(path: str) -> int:
    """Size in bytes; -1 when it is not known."""
    with quiet():
        try:
            stat = gdal.VSIStatL(path)
        except RuntimeError:
            return -1
    return int(stat.size) if stat is not None else -1


def file_stamp(path: str) -> tuple[int, int]:
    """Size in bytes and time of the last change of a file: they show whether it is still the same."""
    with quiet():
        try:
            stat = gdal.VSIStatL(path)
        except RuntimeError:
            stat = None
    return (int(stat.size), int(stat.mtime)) if stat is not None else (-1, 0)


def open_dataset(uri: str, flags: int = gdal.OF_RASTER, drivers: tuple[str, ...] = ()) -> gdal.Dataset:
    """Open read-only.

    Raises
    ------
    InputError
        When GDAL cannot open it, or it has no pixels.
    """
    with quiet(), _raw_sources(uri):
        dataset, reason = None, ""
        try:
            options: dict[str, Any] = {"allowed_drivers": list(drivers)} if drivers else {}
            dataset = gdal.OpenEx(uri, flags | gdal.OF_READONLY, **options)
            reason = "" if dataset is not None else last_error()
            if dataset is not None and not flags & gdal.OF_MULTIDIM_RASTER:
                _read_metadata(dataset)
                # the HDF5 driver also opens arrays of size zero
                if dataset.RasterCount and not (dataset.RasterXSize > 0 and dataset.RasterYSize > 0):
                    dataset, reason = None, "it has no pixels"
        except RuntimeError as error:
            reason = last_error(error)
    if dataset is None:
        raise InputError(
            f"“{short_name(uri)}” cannot be opened as a raster ({reason}); "
            "give the interferogram's own file, and check that it is complete."
        )
    return dataset


def subdatasets(dataset: gdal.Dataset) -> list[tuple[str, str]]:
    """(URI, description) of the rasters inside a file; without those whose names are no UTF-8."""
    return [
        (uri, text)
        for uri, text in dataset.GetSubDatasets() or []
        if isinstance(uri, str) and isinstance(text, str)
    ]


@contextmanager
def _raw_sources(uri: str) -> Iterator[None]:
    """Let a virtual raster given as text refer to a flat binary, which GDAL 3.12 forbids by default."""
    key = "GDAL_VRT_RAWRASTERBAND_ALLOWED_SOURCE"
    if not uri.startswith("<VRTDataset"):
        yield
        return
    before = gdal.GetThreadLocalConfigOption(key, None)
    gdal.SetThreadLocalConfigOption(key, "ALL")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(key, before)


def _read_metadata(dataset: gdal.Dataset) -> None:
    """Make the driver read position and tags now.

    Some drivers read them on the first request. If they are damaged and GDAL's exceptions are on, that first
    request raises; later requests return nothing. Asking here keeps the exception out of unrelated code.
    """
    for request in (dataset.GetProjection, dataset.GetMetadata):
        with suppress(RuntimeError):
            request()


@dataclass(frozen=True)
class Band:
    """One band of something that GDAL opens. Plain data: it can be pickled."""

    uri: str
    index: int = 1


class BandReader:
    """Windowed reads of one band; the handle is opened by the first read, once per process.

    Parameters
    ----------
    band : Band
    south_up : bool
        Whether the rows are stored from south to north. Windows then count from the north, and the rows that
        are read run from north to south.
    """

    def __init__(self, band: Band, south_up: bool = False) -> None:
        self.band, self.south_up = band, south_up
        self._dataset: Optional[gdal.Dataset] = None
        self._process = 0
        self._read_bytes = 0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_dataset": None, "_process": 0, "_read_bytes": 0}

    @property
    def dataset(self) -> gdal.Dataset:
        """The open handle of this process."""
        if self._dataset is None or self._process != os.getpid():
            self._dataset = open_dataset(self.band.uri)
            self._process = os.getpid()
        return self._dataset

    @property
    def raster_band(self) -> gdal.Band:
        """GDAL's band."""
        dataset = self.dataset
        if not 1 <= self.band.index <= dataset.RasterCount:
            count = dataset.RasterCount
            raise InputError(
                f"“{short_name(self.band.uri)}” has {count} {'band' if count == 1 else 'bands'}, no band "
                f"{self.band.index}; choose a band that is there."
            )
        return dataset.GetRasterBand(self.band.index)

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.dataset.RasterYSize, self.dataset.RasterXSize

    def check_blocks(self) -> None:
        """Refuse rasters whose single blocks would not fit into memory."""
        band = self.raster_band
        width, height = band.GetBlockSize()
        if width * height * max(1, gdal.GetDataTypeSize(band.DataType) // 8) > MAX_BLOCK_BYTES:
            raise InputError(
                f"“{short_name(self.band.uri)}” is stored in blocks of {width} × {height} pixels, too large "
                "to read in parts; rewrite it with gdal_translate -co TILED=YES."
            )

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """The window's values in their own type; complex values as complex64.

        Raises
        ------
        InputError
            When a block cannot be read.
        """
        return self._fetch(self.raster_band, col, row, width, height)

    def read_mask(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """GDAL's own mask of the window (alpha band or mask band): True where valid."""
        return self._fetch(self.raster_band.GetMaskBand(), col, row, width, height) != 0

    def _fetch(self, band: gdal.Band, col: int, row: int, width: int, height: int) -> np.ndarray:
        if self.south_up:
            row = self.dataset.RasterYSize - row - height
        data_type = gdal.GDT_CFloat32 if gdal.DataTypeIsComplex(band.DataType) else band.DataType
        with quiet():
            values, reason = None, ""
            try:
                values = band.ReadAsArray(col, row, width, height, buf_type=data_type)
                reason = "" if values is not None else last_error()
            except (RuntimeError, MemoryError, ValueError) as error:
                reason = last_error(error)
            if values is not None:
                self._release(band, values.nbytes)
        if values is None:
            raise InputError(
                f"Rows {row} to {row + height} of “{short_name(self.band.uri)}” cannot be read ({reason}); "
                "the file is cut short or damaged: fetch it again."
            )
        return values[::-1] if self.south_up else values

    def _release(self, band: gdal.Band, size: int) -> None:
        """Flush GDAL's block cache at intervals; it would otherwise grow to 5 % of the machine's memory."""
        self._read_bytes += size
        if self._read_bytes > FLUSH_BYTES:
            band.FlushCache()
            self._read_bytes = 0


def check_raw_size(path: str, dataset: gdal.Dataset, name: str) -> None:
    """Refuse flat binaries that are shorter than their header says: GDAL reads zeros beyond the end.

    Raises
    ------
    InputError
        When bytes are missing.
    """
    size = file_size(path)
    cells = dataset.RasterXSize * dataset.RasterYSize
    bits = sum(
        gdal.GetDataTypeSize(dataset.GetRasterBand(i + 1).DataType) for i in range(dataset.RasterCount)
    )
    if 0 <= size < cells * bits // 8:
        raise InputError(
            f"“{name}” has {size} bytes but its header promises {cells * bits // 8}; "
            "the file is cut short, or the header belongs to another file: fetch both again."
        )
