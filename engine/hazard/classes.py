"""Classes of a raster: their polygons, their areas, and the class at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

from ..errors import InputError
from ..products.containers.gdalio import quiet
from ..raster.grid import Grid, ground_distance, spatial_reference

MIN_PATCH_PIXELS = 9
"""Smaller patches join their surroundings: they are noise."""


@dataclass(frozen=True)
class Band:
    """One class: values from `low` (included) to `high`.

    Attributes
    ----------
    key : str
        Short name in files, such as "uplift_0.5".
    label : str
        Name for people.
    low, high : float
    """

    key: str
    label: str
    low: float
    high: float


@dataclass
class Classes:
    """A raster of classes: 0 is none, n is bands[n - 1]."""

    grid: Grid
    bands: Sequence[Band]
    index: np.ndarray

    def areas_km2(self) -> list[float]:
        """Area of each class on the ellipsoid."""
        rows = row_areas_km2(self.grid)
        return [float(((self.index == n).sum(axis=1) * rows).sum()) for n in range(1, len(self.bands) + 1)]

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Class numbers at coordinates in the grid's system; -1 outside."""
        grid = self.grid
        if grid.is_geographic:
            x = x + 360.0 * np.round((grid.xy(grid.width / 2, 0)[0] - x) / 360.0)
        columns = np.floor((x - grid.transform[0]) / grid.transform[1])
        rows = np.floor((y - grid.transform[3]) / grid.transform[5])
        inside = (columns >= 0) & (rows >= 0) & (columns < grid.width) & (rows < grid.height)
        out = np.full(np.shape(x), -1)
        out[inside] = self.index[rows[inside].astype(int), columns[inside].astype(int)]
        return out

    def polygons(self) -> list[Any]:
        """A multipolygon for each class, in the grid's system; empty ones included."""
        return polygons(self.index, self.grid, len(self.bands))


def classify(values: np.ndarray, grid: Grid, bands: Sequence[Band], sieve: bool = True) -> Classes:
    """Classes of values; NaN has none."""
    index = np.zeros(values.shape, dtype=np.int16)
    with np.errstate(invalid="ignore"):
        for number, band in enumerate(bands, start=1):
            index[(values >= band.low) & (values < band.high)] = number
    if sieve and index.any():
        memory, band = _memory(index, grid)
        with quiet():
            gdal.SieveFilter(band, None, band, MIN_PATCH_PIXELS, 4)
        index = np.where(np.isfinite(values), band.ReadAsArray(), 0).astype(np.int16)
        del band, memory
    return Classes(grid, bands, index)


def polygons(index: np.ndarray, grid: Grid, count: int) -> list[Any]:
    """A multipolygon for each class from 1 to `count`."""
    out = [ogr.Geometry(ogr.wkbMultiPolygon) for _ in range(count)]
    memory, band = _memory(index, grid)
    store = ogr.GetDriverByName("Memory").CreateDataSource("polygons")
    layer = store.CreateLayer("polygons", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("class", ogr.OFTInteger))
    with quiet():
        gdal.Polygonize(band, band, layer, 0)
    for feature in layer:
        number = feature.GetField(0)
        if 1 <= number <= count:
            out[number - 1].AddGeometry(feature.GetGeometryRef())
    del layer, store, band, memory
    return out


def row_areas_km2(grid: Grid) -> np.ndarray:
    """Area in km² of a pixel of each row."""
    if not grid.is_geographic:
        dx, dy = grid.pixel_size_m
        return np.full(grid.height, dx * dy / 1e6)
    west, dx, dy = grid.transform[0], abs(grid.transform[1]), abs(grid.transform[5])
    latitude = grid.transform[3] + grid.transform[5] * (np.arange(grid.height) + 0.5)
    sides = [
        ground_distance((west, lat), (west + dx, lat))
        * ground_distance((west, lat - dy / 2), (west, lat + dy / 2))
        for lat in latitude
    ]
    return np.array(sides) / 1e6


def transformed(x: np.ndarray, y: np.ndarray, source: str, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in another system (WKT); infinite where they cannot be transformed.

    Raises
    ------
    InputError
        When a system is unknown.
    """
    one, other = spatial_reference(source), spatial_reference(target)
    if one is None or other is None:
        raise InputError("A layer has no coordinate system; set it in QGIS, or write it into the file.")
    if one.IsSame(other) or not len(x):
        return x, y
    with quiet():
        try:
            points = osr.CoordinateTransformation(one, other).TransformPoints(np.stack([x, y], 1).tolist())
        except RuntimeError as error:
            raise InputError("The coordinate systems of two layers cannot be transformed.") from error
    places = np.array(points, dtype=np.float64)
    return places[:, 0], places[:, 1]


def _memory(index: np.ndarray, grid: Grid) -> tuple[Any, Any]:
    memory = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1, gdal.GDT_Int16)
    memory.SetGeoTransform(grid.transform)
    memory.SetProjection(grid.crs_wkt)
    memory.GetRasterBand(1).WriteArray(np.ascontiguousarray(index, dtype=np.int16))
    return memory, memory.GetRasterBand(1)
