"""People, settlements, buildings and roads in each class of a raster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import numpy as np
from osgeo import gdal

from ..errors import InputError
from ..products.containers.gdalio import Band, BandReader, last_error, open_dataset, quiet, short_name
from ..products.containers.georeference import grid_of
from ..raster.grid import ground_distance, spatial_reference, wkt_of_epsg
from .classes import Classes, row_areas_km2, transformed

BLOCK_PIXELS = 1 << 18
"""Pixels of the population raster that are read at once."""
MAX_SPLIT = 8
"""A coarse pixel of people is split into at most this many parts along each side."""
NAME_FIELDS = ("name", "name_en", "place", "city", "town", "label")
PEOPLE_FIELDS = ("population", "pop", "people")
ROAD_STEP_RATIO = 0.5
"""Roads are cut into pieces of this many pixels of the classes."""

Tick = Callable[[], None]


@dataclass
class Feature:
    """A settlement, or the middle of a building: its place in degrees and its name."""

    longitude: float
    latitude: float
    name: str = ""
    people: Optional[float] = None


@dataclass
class Exposed:
    """What lies in each class, in the order of its bands; `outside` is on no class."""

    people: Optional[list[float]] = None
    settlements: Optional[list[int]] = None
    buildings: Optional[list[int]] = None
    roads_km: Optional[list[float]] = None
    warnings: list[str] = field(default_factory=list)


def people_in(
    path: str, unit: str, classes: Sequence[Classes], tick: Tick
) -> tuple[list[list[float]], list[str]]:
    """People in each class of several rasters.

    Parameters
    ----------
    path : str
        Raster of people in any coordinate system.
    unit : str
        "count": people in each pixel; "density": people per km².
    classes : sequence of Classes

    Returns
    -------
    list of list of float
        For each raster the people in each of its classes.
    list of str
        Warnings.

    Raises
    ------
    InputError
        When the raster cannot be read or has no coordinate system.
    """
    name = short_name(path)
    dataset = open_dataset(path)
    stored, _ = grid_of(dataset, name)
    grid = stored.north_up()
    if not grid.has_crs:
        raise InputError(f"The population raster “{name}” has no coordinate system; set it first.")
    reader, nodata = BandReader(Band(path, 1), stored.is_south_up), dataset.GetRasterBand(1).GetNoDataValue()
    areas = row_areas_km2(grid)
    split = [_split(grid, one) for one in classes]
    totals = [np.zeros(len(one.bands)) for one in classes]
    negative, met = 0, False
    rows_at_once = max(1, BLOCK_PIXELS // grid.width)
    for top in range(0, grid.height, rows_at_once):
        tick()
        rows = min(rows_at_once, grid.height - top)
        values = np.asarray(reader.read(0, top, grid.width, rows), dtype=np.float64)
        missing = ~np.isfinite(values) if nodata is None else ~np.isfinite(values) | (values == nodata)
        negative += int((~missing & (values < 0)).sum())
        values = np.where(missing | (values < 0), 0.0, values)
        if unit == "density":
            values = values * areas[top : top + rows, None]
        where = np.nonzero(values > 0)
        people = values[where]
        for total, one, parts in zip(totals, classes, split):
            for dx in (np.arange(parts) + 0.5) / parts:
                for dy in (np.arange(parts) + 0.5) / parts:
                    x, y = grid.xy(where[1] + dx, top + where[0] + dy)
                    number = one.at(
                        *transformed(np.asarray(x), np.asarray(y), grid.crs_wkt, one.grid.crs_wkt)
                    )
                    met |= bool((number >= 0).any())
                    inside = number > 0
                    np.add.at(total, number[inside] - 1, people[inside] / parts**2)
    warnings = []
    if negative:
        warnings.append(
            f"{negative} pixels of “{name}” are negative and count as no data; set its nodata value."
        )
    if not met:
        warnings.append(f"“{name}” holds nobody in this area; check its place and coordinate system.")
    return [total.tolist() for total in totals], warnings


def _split(grid: Any, classes: Classes) -> int:
    """Parts along each side of a pixel of people, so that none is larger than a pixel of the classes."""
    return int(np.clip(np.ceil(max(grid.pixel_size_m) / min(classes.grid.pixel_size_m)), 1, MAX_SPLIT))


def read_features(path: str, what: str, name_field: Optional[str] = None) -> list[Feature]:
    """Points, or the middles of polygons and lines, of a vector layer; raises `InputError`."""
    out: list[Feature] = []
    for layer, crs in _layer(path, what):
        fields = _field_names(layer)
        if name_field is not None and name_field not in fields:
            raise InputError(f"“{short_name(path)}” has no field “{name_field}”; it has {', '.join(fields)}.")
        name = name_field or _first(fields, NAME_FIELDS)
        people = _first(fields, PEOPLE_FIELDS)
        rows = []
        for feature in layer:
            shape = feature.GetGeometryRef()
            if shape is None or shape.IsEmpty():
                continue
            centre = shape.Centroid()
            label = feature.GetField(name) if name else ""
            number = feature.GetField(people) if people else None
            rows.append((centre.GetX(), centre.GetY(), str(label or ""), number))
        x, y = _lonlat(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), crs)
        for lon, lat, row in zip(x, y, rows):
            if np.isfinite(lon) and np.isfinite(lat):
                value = float(row[3]) if isinstance(row[3], (int, float)) else None
                out.append(Feature(float(lon), float(lat), row[2], value))
    return out


def counts(features: Sequence[Feature], classes: Classes) -> tuple[list[int], np.ndarray]:
    """Features in each class, and the class number of each feature."""
    x = np.array([one.longitude for one in features], dtype=np.float64)
    y = np.array([one.latitude for one in features], dtype=np.float64)
    numbers = classes.at(*transformed(x, y, wkt_of_epsg(4326), classes.grid.crs_wkt))
    return [int((numbers == n).sum()) for n in range(1, len(classes.bands) + 1)], numbers


def roads_in(path: str, classes: Sequence[Classes]) -> list[list[float]]:
    """Kilometres of road in each class of several rasters; raises `InputError`."""
    totals = [np.zeros(len(one.bands)) for one in classes]
    for layer, crs in _layer(path, "road layer"):
        for feature in layer:
            for points in _lines(feature.GetGeometryRef()):
                lon, lat = _lonlat(points[:, 0], points[:, 1], crs)
                for total, one in zip(totals, classes):
                    _add_line(total, lon, lat, one)
    return [total.tolist() for total in totals]


def _add_line(total: np.ndarray, lon: np.ndarray, lat: np.ndarray, classes: Classes) -> None:
    step = max(classes.grid.pixel_size_m) * ROAD_STEP_RATIO
    for a, b in zip(zip(lon[:-1], lat[:-1]), zip(lon[1:], lat[1:])):
        length = ground_distance(a, b)
        if not np.isfinite(length) or length <= 0:
            continue
        parts = max(1, int(np.ceil(length / step)))
        middle = (np.arange(parts) + 0.5) / parts
        x, y = a[0] + (b[0] - a[0]) * middle, a[1] + (b[1] - a[1]) * middle
        number = classes.at(*transformed(x, y, wkt_of_epsg(4326), classes.grid.crs_wkt))
        np.add.at(total, number[number > 0] - 1, length / parts / 1000)


def _lines(shape: Any) -> Iterator[np.ndarray]:
    """Vertices (N, 2) of every line in a geometry."""
    if shape is None:
        return
    if shape.GetGeometryCount():
        for index in range(shape.GetGeometryCount()):
            yield from _lines(shape.GetGeometryRef(index))
    elif shape.GetPointCount() > 1:
        yield np.array([shape.GetPoint_2D(index) for index in range(shape.GetPointCount())])


def _layer(path: str, what: str) -> Iterator[tuple[Any, str]]:
    """The layers of a vector file with their coordinate systems (WKT)."""
    file, _, part = path.partition("|layername=")
    store = None
    with quiet():
        try:
            store = gdal.OpenEx(file, gdal.OF_VECTOR | gdal.OF_READONLY)
            reason = last_error() if store is None else ""
        except RuntimeError as error:
            reason = last_error(error)
    if store is None:
        raise InputError(f"The {what} “{short_name(file)}” cannot be opened ({reason}).")
    names = [store.GetLayer(index).GetName() for index in range(store.GetLayerCount())]
    if part and part.split("|")[0] not in names:
        raise InputError(f"“{short_name(file)}” has no layer “{part}”; it has {', '.join(names)}.")
    layer = store.GetLayerByName(part.split("|")[0]) if part else store.GetLayer(0)
    if layer is None:
        raise InputError(f"The {what} “{short_name(file)}” holds no layer.")
    reference = layer.GetSpatialRef()
    if reference is None:
        raise InputError(f"The {what} “{short_name(file)}” has no coordinate system; set it first.")
    yield layer, reference.ExportToWkt()


def _lonlat(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    reference = spatial_reference(crs)
    if reference is not None and reference.IsGeographic():
        return x, y
    return transformed(x, y, crs, wkt_of_epsg(4326))


def _field_names(layer: Any) -> list[str]:
    definition = layer.GetLayerDefn()
    return [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]


def _first(fields: Sequence[str], wanted: Sequence[str]) -> Optional[str]:
    return next((one for name in wanted for one in fields if one.lower() == name), None)
