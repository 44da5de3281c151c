"""HDF5 files through GDAL: groups, scalars, attributes, coordinates, and the URIs of arrays.

NetCDF-4 files are HDF5 files too, so this module serves NISAR, ARIA, OPERA, MintPy and LiCSBAS alike.
"""

from __future__ import annotations

import math
from typing import Any, Optional, Union

import numpy as np
from osgeo import gdal

from ...errors import InputError
from ...raster.grid import Grid, wkt_of_epsg
from .gdalio import file_size, open_dataset, quiet, read_bytes, short_name
from .hdf5check import SIGNATURE, check_file

ENDINGS = (".h5", ".hdf5", ".he5", ".nc", ".hdf")
MAX_VALUES = 2_000_000
"""Most values of a coordinate vector or list that are read."""

Scalar = Union[str, float, None]


def is_hdf5(path: str) -> bool:
    """Whether the file begins as HDF5 files do."""
    return path.lower().endswith(ENDINGS) and read_bytes(path, 8) == SIGNATURE


def require_driver(driver: str, title: str) -> None:
    """Refuse with advice when GDAL was built without a driver.

    Raises
    ------
    InputError
        When the driver is missing.
    """
    if gdal.GetDriverByName(driver) is None:
        raise InputError(
            f"“{title}” needs GDAL's {driver} driver, which this GDAL lacks; install the package that "
            f"brings it (libgdal-{driver.lower()} on conda-forge, the full GDAL in OSGeo4W), or convert the "
            "file to GeoTIFF elsewhere."
        )


class Tree:
    """An open HDF5 file as a tree of groups and arrays. Values are read on request only."""

    def __init__(self, path: str, title: str = "") -> None:
        self.path = path
        self.title = title or short_name(path)
        require_driver("HDF5", self.title)
        if '"' in path:
            raise InputError(
                f"The path {path} contains a quotation mark, which GDAL cannot handle; rename it."
            )
        check_file(path)
        try:
            # without the prefix the driver leaves .nc files to the netCDF driver
            self._dataset = open_dataset(f"HDF5:{path}", gdal.OF_MULTIDIM_RASTER, ("HDF5",))
        except InputError as error:
            raise InputError(
                f"“{self.title}” cannot be read as HDF5 ({file_size(path)} bytes); it is cut short or "
                "damaged: fetch it again."
            ) from error
        self._root = self._dataset.GetRootGroup()
        self._known: dict[tuple[str, str], list[str]] = {}

    def _group(self, path: str) -> Any:
        group = self._root
        for part in path.strip("/").split("/"):
            if group is None or not part:
                break
            with quiet():
                try:
                    group = group.OpenGroup(part)
                except (RuntimeError, TypeError):  # TypeError: a name with a zero byte
                    return None
        return group

    def groups(self, path: str) -> list[str]:
        """Names of the groups inside a group; empty when it is not there."""
        return self._names(path, "GetGroupNames")

    def arrays(self, path: str) -> list[str]:
        """Names of the arrays inside a group; empty when it is not there."""
        return self._names(path, "GetMDArrayNames")

    def _names(self, path: str, method: str) -> list[str]:
        key = (path.strip("/"), method)
        if key not in self._known:
            group, names = self._group(path), None
            with quiet():
                try:
                    names = getattr(group, method)() if group is not None else None
                except RuntimeError:
                    names = None
            # GDAL hands over names that are no UTF-8 as bytes; nothing here is named so
            self._known[key] = [name for name in names or [] if isinstance(name, str)]
        return self._known[key]

    def has(self, path: str) -> bool:
        """Whether an array exists."""
        parent, _, name = path.rstrip("/").rpartition("/")
        return name in self.arrays(parent)

    def _array(self, path: str) -> Any:
        if not self.has(path):
            return None
        parent, _, name = path.rstrip("/").rpartition("/")
        with quiet():
            try:
                return self._group(parent).OpenMDArray(name)
            except (RuntimeError, TypeError):
                return None

    def shape(self, path: str) -> tuple[int, ...]:
        """Sizes of an array's dimensions; empty for scalars and missing arrays."""
        array = self._array(path)
        return tuple(int(d.GetSize()) for d in array.GetDimensions() or []) if array is not None else ()

    def values(self, path: str) -> list[Any]:
        """All values of a short array, as strings or floats; empty when missing or unreadable."""
        array = self._array(path)
        if array is None or math.prod(self.shape(path)) > MAX_VALUES:
            return []
        with quiet():
            try:
                if array.GetDataType().GetClass() == gdal.GEDTC_STRING:
                    return [_text(text) for text in array.Read()]
                return np.asarray(array.ReadAsArray(), dtype=np.float64).ravel().tolist()
            except (RuntimeError, TypeError, ValueError):
                return []

    def text(self, *paths: str) -> str:
        """The first of the arrays that exists, as text; empty when none does."""
        for path in paths:
            values = self.values(path)
            if values:
                return str(values[0]).strip()
        return ""

    def number(self, *paths: str) -> Optional[float]:
        """The first of the arrays that exists and holds a finite number."""
        for path in paths:
            number = as_number(next(iter(self.values(path)), None))
            if number is not None:
                return number
        return None

    def attribute(self, path: str, name: str) -> str:
        """An attribute of an array or group ("" is the root) as text; empty when missing."""
        owner = self._array(path) if path else self._root
        owner = owner if owner is not None else self._group(path)
        with quiet():
            try:
                attributes = owner.GetAttributes() if owner is not None else []
                match = next((one for one in attributes if one.GetName() == name), None)
                return _text(match.ReadAsString()).strip() if match is not None else ""
            except RuntimeError:
                return ""

    def uri(self, path: str) -> str:
        """The URI under which GDAL opens one array as a raster."""
        return f'HDF5:"{self.path}"://{path.strip("/")}'


def _text(value: object) -> str:
    """Text from GDAL, which hands over bytes where they are no UTF-8."""
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value or "")


def as_number(value: Scalar) -> Optional[float]:
    """A finite float, or None."""
    try:
        number = float(value) if value is not None else math.nan
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def grid_from_centres(
    xs: list[float], ys: list[float], crs_wkt: str, shape: tuple[int, ...], title: str
) -> Grid:
    """A grid from the coordinates of pixel centres.

    Raises
    ------
    InputError
        When the coordinates do not fit the raster, or are not evenly spaced.
    """
    height, width = shape[-2:]
    if len(xs) != width or len(ys) != height or width < 2 or height < 2:
        raise InputError(
            f"“{title}”: {len(xs)} × {len(ys)} coordinates do not fit a raster of {width} × {height} pixels; "
            "the file is damaged: fetch it again."
        )
    dx, dy = (xs[-1] - xs[0]) / (width - 1), (ys[-1] - ys[0]) / (height - 1)
    for values, step in ((xs, dx), (ys, dy)):
        even = values[0] + step * np.arange(len(values))
        if not (math.isfinite(step) and step != 0 and np.allclose(values, even, rtol=0, atol=abs(step) / 2)):
            raise InputError(f"“{title}”: the coordinates are not evenly spaced; the file is damaged.")
    if dx < 0:
        raise InputError(f"“{title}” runs from east to west, which no such product does; fetch it again.")
    return Grid(width, height, (xs[0] - dx / 2, dx, 0.0, ys[0] - dy / 2, 0.0, dy), crs_wkt)


def crs_of(code: Optional[float], title: str) -> str:
    """WKT of an EPSG code read from a product; empty without a code.

    Raises
    ------
    InputError
        When there is no coordinate system of this code.
    """
    if code is None:
        return ""
    wkt = wkt_of_epsg(int(code)) if 1024 <= code <= 999_999 else ""
    if not wkt:
        raise InputError(
            f"“{title}” names the coordinate system EPSG:{code:g}, which is not known; fetch it again."
        )
    return wkt
