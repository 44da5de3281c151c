"""A table of points averaged into the cells of a raster, which is kept in a temporary file."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from osgeo import gdal

from ...errors import InputError
from ...raster.grid import wkt_of_epsg
from .gdalio import file_stamp, quiet, short_name
from .point_density import MIN_SIDE, density
from .text_table import fields_of, last_line, lines_after_header

CELL_M, CELL_DEGREES = 100.0, 0.001
"""Default size of a cell; doubled until the raster fits into `MAX_VALUES`."""
MIN_CELL_M, MAX_CELL_M = 1.0, 100_000.0
"""Sizes that can be chosen."""
HALF_TURN = 180.0
METRES_OF_DEGREE = 111_320.0
"""Of latitude, and of longitude at the equator."""
MAX_VALUES = 20_000_000
"""Most values of all bands together, of 12 bytes each: one point that is far off must not take all memory."""
SENTINELS = (-9999.0, -32768.0, -99999.0, -999.0)
"""Values that stand for no data in tables."""
_CHUNK_LINES = 20_000
_folders: list[str] = []
_known: dict[tuple[str, tuple[int, int], PointColumns, float], Gridded] = {}


@dataclass(frozen=True)
class PointColumns:
    """Which columns of a table to read; numbers count from 0."""

    separator: str
    x: int
    y: int
    values: tuple[int, ...]
    count: int
    """Columns of the table."""


@dataclass(frozen=True)
class Gridded:
    """The raster of a table: one band for each column of values."""

    path: str
    cell: float
    points: int
    filled_share: float
    """Share of the cells near points that hold a point."""
    better_cell: float
    """Size of cells of which at least half would; 0 where there is none."""


def grid_points(path: str, columns: PointColumns, epsg: int, cell_m: float = 0.0) -> Gridded:
    """Average the points of a table into square cells; cells without points are NaN.

    Parameters
    ----------
    path : str
        Text with a header line, also inside an archive.
    columns : PointColumns
    epsg : int
        Coordinate system of the positions: 4326 for longitude and latitude, else metres; 0 if unknown.
    cell_m : float
        Size of the cells in metres; 0: the default.

    Raises
    ------
    InputError
        When there are no points, they lie in one place, or the cells are too small for their area.
    """
    key = (path, file_stamp(path), columns, cell_m)
    if key in _known and os.path.exists(_known[key].path):
        return _known[key]
    _check_end(path, columns)
    left, bottom, right, top, count = _extent(path, columns, geographic=epsg == 4326)
    turned = epsg == 4326 and right - left > HALF_TURN
    if turned:  # points on both sides of the antimeridian
        left, bottom, right, top, count = _extent(path, columns, geographic=True, turned=True)
    bands = max(len(columns.values), 1)
    cell = _cell(right - left, top - bottom, bands, geographic=epsg == 4326, chosen_m=cell_m)
    x0, y0 = np.floor(left / cell) * cell, np.ceil(top / cell) * cell
    width, height = int((right - x0) / cell) + 1, int((y0 - bottom) / cell) + 1
    if min(width, height) < MIN_SIDE:
        raise InputError(
            f"The {count} points of “{short_name(path)}” cover {width} × {height} cells of {cell:g} only; "
            "give a table of a larger area, or set smaller cells (CELL)."
        )
    shape = (bands, height, width)
    means, filled = np.zeros(shape), np.zeros((height, width), dtype=bool)
    counts = np.zeros(shape, dtype=np.int32)
    for longitude, y, values in _chunks(path, columns):
        x = east_of_greenwich(longitude) if turned else longitude
        with np.errstate(invalid="ignore"):
            inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        rows, cols = ((y0 - y[inside]) / cell).astype(int), ((x[inside] - x0) / cell).astype(int)
        for band, column in enumerate(values[inside].T):
            good = np.isfinite(column)
            np.add.at(means[band], (rows[good], cols[good]), column[good])
            np.add.at(counts[band], (rows[good], cols[good]), 1)
    for mean, count_of_band in zip(means, counts):  # in place: both are large
        known = count_of_band > 0
        np.divide(mean, count_of_band, out=mean, where=known)
        mean[~known] = np.nan
        filled |= known
    transform = (float(x0), cell, 0.0, float(y0), 0.0, -cell)
    result = Gridded(_write(means, transform, epsg), cell, count, *density(filled, cell))
    _known[key] = result
    return result


def _cell(across: float, along: float, bands: int, *, geographic: bool, chosen_m: float) -> float:
    """Size of a cell in the unit of the positions.

    Raises
    ------
    InputError
        When the cells that were chosen are too many.
    """
    cell = chosen_m / METRES_OF_DEGREE if geographic else chosen_m
    if chosen_m:
        values = (across / cell + 1) * (along / cell + 1) * bands
        if values > MAX_VALUES:
            raise InputError(
                f"Cells of {chosen_m:g} m give {values:.2g} values, more than {MAX_VALUES:.2g}; set larger "
                "cells (CELL)."
            )
        return cell
    cell = CELL_DEGREES if geographic else CELL_M
    while (across / cell + 1) * (along / cell + 1) * bands > MAX_VALUES:
        cell *= 2
    return cell


def _check_end(path: str, columns: PointColumns) -> None:
    """Refuse a table whose last line ends early."""
    last = last_line(path)
    if last.strip() and len(fields_of(last, columns.separator)) < columns.count:
        raise InputError(f"The last line of “{short_name(path)}” is cut short: fetch the file again.")


def _extent(
    path: str, columns: PointColumns, geographic: bool, turned: bool = False
) -> tuple[float, float, float, float, int]:
    """Bounds of the valid positions and their number.

    Parameters
    ----------
    turned : bool
        Whether longitudes are counted from 0 to 360.
    """
    lows, highs, count = [], [], 0
    positions = PointColumns(columns.separator, columns.x, columns.y, (), columns.count)
    for x, y, _ in _chunks(path, positions):
        limit_x, limit_y = (360.0, 90.0) if geographic else (1e8, 1e8)
        with np.errstate(invalid="ignore"):
            good = (np.abs(x) <= limit_x) & (np.abs(y) <= limit_y)
        if good.any():
            east = east_of_greenwich(x[good]) if turned else x[good]
            lows.append((east.min(), y[good].min()))
            highs.append((east.max(), y[good].max()))
            count += int(good.sum())
    if not count:
        raise InputError(f"“{short_name(path)}” has no points with a position; check its columns.")
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1]), count


def _chunks(path: str, columns: PointColumns) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Positions and values of some thousand lines at once; NaN where a number is missing."""
    wanted = (columns.x, columns.y, *columns.values)
    comma_decimals = columns.separator != ","
    rows: list[list[float]] = []
    for line in lines_after_header(path):
        parts = fields_of(line, columns.separator)
        if len(parts) > max(columns.x, columns.y):
            if comma_decimals:
                parts = [part.replace(",", ".") for part in parts]
            rows.append([_number(parts[i]) if i < len(parts) else np.nan for i in wanted])
        if len(rows) >= _CHUNK_LINES:
            yield _columns(rows)
            rows = []
    if rows:
        yield _columns(rows)


def beyond_degrees(path: str, columns: PointColumns) -> bool:
    """Whether most of the first positions are no longitudes and latitudes, so that they are in metres."""
    positions = PointColumns(columns.separator, columns.x, columns.y, (), columns.count)
    x, y, _ = next(_chunks(path, positions), (np.zeros(0), np.zeros(0), None))
    known = np.isfinite(x) & np.isfinite(y)
    outside = known & ((np.abs(x) > 360) | (np.abs(y) > 90))
    return bool(outside.sum() > 0.5 * known.sum())


def east_of_greenwich(longitudes: np.ndarray) -> np.ndarray:
    """Longitudes from 0 to 360."""
    return np.where(longitudes < 0, longitudes + 360.0, longitudes)


def _columns(rows: list[list[float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y and values of some lines; numbers that stand for no data become NaN."""
    table = np.asarray(rows)
    values = table[:, 2:]
    return table[:, 0], table[:, 1], np.where(np.isin(values, SENTINELS), np.nan, values)


def _number(text: str) -> float:
    try:
        value = float(text.strip().strip('"'))
    except ValueError:
        return float("nan")
    return value if abs(value) < 1e9 else float("nan")


def _write(means: np.ndarray, transform: tuple[float, ...], epsg: int) -> str:
    """A GeoTIFF in this process's temporary folder, which is removed at exit."""
    if not _folders or not os.path.isdir(_folders[-1]):
        _folders.append(tempfile.mkdtemp(prefix="quakefringe-points-"))
        atexit.register(shutil.rmtree, _folders[-1], ignore_errors=True)
    path = os.path.join(_folders[-1], f"{len(_known)}.tif")
    bands, height, width = means.shape
    with quiet():
        try:
            options = ["COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]
            raster = gdal.GetDriverByName("GTiff").Create(
                path, width, height, bands, gdal.GDT_Float32, options
            )
            raster.SetGeoTransform(transform)
            if epsg:
                raster.SetProjection(wkt_of_epsg(epsg))
            for index in range(bands):
                raster.GetRasterBand(index + 1).WriteArray(means[index])
                raster.GetRasterBand(index + 1).SetNoDataValue(float("nan"))
            raster.FlushCache()
            del raster
        except (RuntimeError, AttributeError) as error:
            raise InputError(
                "The points cannot be gridded: the temporary folder cannot be written."
            ) from error
    return path


def is_temporary(path: str) -> bool:
    """Whether a raster is one of those that this module keeps until the process ends."""
    return os.path.dirname(path) in _folders


def copy_bands(path: str, bands: list[int], target: str) -> None:
    """Copy some bands of a raster to a GeoTIFF.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    with quiet():
        try:
            copy = gdal.Translate(target, path, bandList=bands, creationOptions=["COMPRESS=DEFLATE"])
        except RuntimeError:
            copy = None
    if copy is None:
        raise InputError(f"“{target}” cannot be written; choose another folder.")
