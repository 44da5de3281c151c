"""Measurement points in a CSV file: EGMS and others, averaged into cells when the file is opened.

EGMS (European Ground Motion Service) has one line for each point with easting and northing (EPSG:3035; in
level 3 the centre of a cell of 100 m), mean_velocity in mm/year, and the displacement at each date (columns
YYYYMMDD) in mm. Level 2 (a: basic, b: calibrated) also has longitude, latitude and the direction cosines
los_east, los_north and los_up, is along the line of sight, and is positive towards the satellite: los_up is
positive, so the cosines point from the ground to the satellite. Level 3 (ortho) holds the vertical part (U,
positive up) or the east-west part (E, positive east), and no cosines.

Sources: EEA, EGMS Product Description and Format Specification, version 2.0 of 2023-10-25, sections 4 and 5
(tables 5 and 6: columns and units), which gives no sign of the motion. The sign is that of the same columns
in InSAR Norway (Geological Survey of Norway, "How does the InSAR map service work?": "positive mean velocity
values are towards the satellite").

Other tables need the same kinds of columns: a position, and a velocity, a displacement, or dates.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, replace
from typing import Optional

from ..errors import InputError
from .containers.gdalio import Band, short_name
from .containers.point_density import MIN_FILLED_SHARE
from .containers.point_grid import (
    METRES_OF_DEGREE,
    Gridded,
    PointColumns,
    beyond_degrees,
    copy_bands,
    grid_points,
    is_temporary,
)
from .containers.text_table import header_line
from .family import ProductKey
from .location import ProductLocation
from .los.los_vectors import from_enu, set_scene_from_vectors
from .model import Layer, LayerKind, LosSource, Product
from .names import SENTINEL1, iso_date, sensor_of
from .series import stack_note, with_steps

NAME = "points"
_X = ("easting", "longitude", "lon", "long", "x", "x_coord", "lon_wgs84")
_Y = ("northing", "latitude", "lat", "y", "y_coord", "lat_wgs84")
_VELOCITY = re.compile(
    r"^(mean_?)?(vel|velocity|v_?los|vel_?los|los_?vel|rate)(_?los)?(_?[(\[]?(mm|cm|m)\W?.*)?$"
)
_DISPLACEMENT = re.compile(
    r"^(los_?)?(disp|displacement|deformation|defo|los)(_?los)?(_?[(\[]?(mm|cm|m)[)\]]?)?$"
)
_DATE = re.compile(r"^d?_?(\d{8}|\d{4}-\d\d-\d\d)$")
_ORTHO = re.compile(r"EGMS_L3_.*_(?P<part>[UE])(?:_\d+)*\.csv$", re.IGNORECASE)


@dataclass(frozen=True)
class _Table:
    """The columns that the header names, by their numbers."""

    separator: str
    names: tuple[str, ...]
    x: int
    y: int
    velocity: int
    displacement: int
    dates: tuple[int, ...]

    @property
    def is_egms(self) -> bool:
        return "pid" in self.names and "mean_velocity" in self.names


def find(location: ProductLocation) -> list[ProductKey]:
    """CSV files whose header names positions and values."""
    names = [name for name in location.candidates() if name.lower().endswith((".csv", ".tsv"))]
    if not location.named:
        names = names[:50]
    return [ProductKey(name) for name in names if _table(location.path(name)) is not None]


def recognise(location: ProductLocation) -> bool:
    """Never for single files: tables load well, as points. Archives and folders of EGMS count."""
    return not location.named and any(short_name(name).startswith("EGMS_") for name in location.files)


def _table(path: str) -> Optional[_Table]:
    header = header_line(path)
    separator = max(",;\t", key=header.count)
    names = tuple(part.strip().strip('"').lower().replace(" ", "_") for part in header.split(separator))
    x = next((names.index(name) for name in _X if name in names), -1)
    y = next((names.index(name) for name in _Y if name in names), -1)
    velocity = next((i for i, name in enumerate(names) if _VELOCITY.match(name)), -1)
    displacement = next((i for i, name in enumerate(names) if _DISPLACEMENT.match(name)), -1)
    dates = tuple(i for i, name in enumerate(names) if _DATE.match(name) and _iso(name))
    if x < 0 or y < 0 or (velocity < 0 and displacement < 0 and not dates):
        return None
    if (names[x] in ("easting", "x_coord")) != (names[y] in ("northing", "y_coord")):
        return None
    return _Table(separator, names, x, y, velocity, displacement, dates)


def _iso(name: str) -> str:
    match = _DATE.match(name)
    return iso_date(match.group(1)) if match else ""


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Cells of the points: one layer for each date and step, and the velocity."""
    path = location.path(key.path)
    table = _table(path)
    product = Product(NAME, short_name(key.path), path, [], coherence_threshold=0.0)
    if table is None:
        raise InputError(f"“{product.name}” has no columns of positions and values; choose another table.")
    ortho = _ORTHO.search(product.name)
    if ortho and ortho.group("part").upper() == "E":
        raise InputError(
            f"“{product.name}” is the eastward part of the motion, not that along the line of sight; "
            "open the level 2 product (L2a or L2b) of the same area."
        )
    vectors = tuple(table.names.index(n) for n in ("los_east", "los_north", "los_up") if n in table.names)
    values = (*table.dates, *(i for i in (table.displacement, table.velocity) if i >= 0))
    columns = PointColumns(table.separator, table.x, table.y, (*values, *vectors), len(table.names))
    projected = table.names[table.x] == "easting" or beyond_degrees(path, columns)
    gridded = grid_points(path, columns, _epsg(table, projected), location.cell_m)
    product.cell_m = location.cell_m
    if projected and not table.is_egms:
        product.warnings.append(
            f"The columns {table.names[table.x]} and {table.names[table.y]} state no coordinate system, so "
            "sizes and places are not known: set the coordinate system (CRS)."
        )
    _layers(table, gridded.path, product)
    if len(vectors) == 3 and not ortho:
        bands = tuple(Band(gridded.path, len(values) + i) for i in (1, 2, 3))
        product.look = LosSource(from_enu, bands, "los_east, los_north and los_up")
        set_scene_from_vectors(product)
    _warn_if_sparse(gridded, product, 1.0 if projected else METRES_OF_DEGREE)
    product.notes.append(
        f"{gridded.points} points were averaged into cells of {gridded.cell:.4g} "
        f"{'m' if projected else 'degrees'}; cells without a point have no data."
    )
    sensor = sensor_of(product.name)
    product.wavelength = SENTINEL1 if table.is_egms else sensor[1] if sensor else None
    if ortho:
        product.warnings.append(
            "This is the vertical part of the motion (positive up), not that along the line of sight: "
            "peaks are vertical displacements."
        )
    elif table.is_egms and not vectors:
        product.warnings.append(
            "The table has no columns of the line of sight, as in level 3 of EGMS: its values may be the "
            "vertical or the eastward part of the motion. Give the file its original name."
        )
    return product


def _warn_if_sparse(gridded: Gridded, product: Product, metres: float) -> None:
    """Warn where the cells are so small that most of those near points are empty.

    Parameters
    ----------
    metres : float
        Of one unit of the positions.
    """
    if gridded.filled_share >= MIN_FILLED_SHARE:
        return
    size = f"{gridded.cell * metres:.0f} m"
    advice = "set larger cells (CELL)"
    if gridded.better_cell:
        advice += f", such as {math.ceil(gridded.better_cell * metres / 50) * 50} m"
    product.warnings.append(
        f"Only {100 * gridded.filled_share:.0f} % of the cells of {size} near the points hold a point, so "
        f"most of the scene has no data: {advice}."
    )


def with_own_cells(layer: Layer, target: str) -> Layer:
    """The layer with its cells copied beside a file that refers to them; other layers as they are.

    The cells of a table are in a temporary file that ends with the process.

    Parameters
    ----------
    target : str
        The file; the cells become "<target without its ending>_cells.tif".

    Raises
    ------
    InputError
        When the copy cannot be written.
    """
    bands = [band for band in (layer.band, layer.minus) if band is not None]
    if not all(is_temporary(band.uri) for band in bands):
        return layer
    path = f"{os.path.splitext(target)[0]}_cells.tif"
    copy_bands(layer.band.uri, [band.index for band in bands], path)
    return replace(layer, band=Band(path, 1), minus=Band(path, 2) if layer.minus is not None else None)


def _epsg(table: _Table, projected: bool) -> int:
    """Coordinate system of the positions; 0 if the table does not state it (only EGMS has a fixed one)."""
    if not projected:
        return 4326
    return 3035 if table.is_egms else 0


def _layers(table: _Table, path: str, product: Product) -> None:
    unit, positive = ("mm", "toward") if table.is_egms else ("", "unknown")
    band = 0
    series = []
    for column in table.dates:
        band += 1
        date = _iso(table.names[column])
        layer = Layer(f"{date}/displacement", LayerKind.DISPLACEMENT, Band(path, band), unit, positive)
        layer.date, layer.title = date, f"displacement {date}"
        layer.unit = unit or "mm"
        series.append(layer)
    series.sort(key=lambda layer: layer.date)
    product.layers += with_steps(series)
    if len(series) > 1:
        product.notes.append(stack_note(len(series), product.layers[0]))
        product.dates = tuple(product.layers[0].date.split("_"))
    for column, name in ((table.displacement, "displacement"), (table.velocity, "velocity")):
        if column >= 0:
            band += 1
            layer = Layer(name, LayerKind.DISPLACEMENT, Band(path, band), unit, positive, title=name)
            layer.unit = unit or _unit_of_name(table.names[column]) or "mm"
            product.layers.append(layer)
    if table.velocity >= 0:
        product.notes.append("Velocity: the values are taken as the displacement of one year.")
    if table.is_egms:
        sign = "up" if _ORTHO.search(product.name) else "toward"
        product.notes.append(f"EGMS: displacement in mm, positive = {sign}.")
    elif not any(_unit_of_name(table.names[i]) for i in (table.displacement, table.velocity) if i >= 0):
        product.warnings.append(
            "Nothing states the unit of the points: mm is a guess. Set the unit if it is another."
        )


def _unit_of_name(name: str) -> str:
    match = re.search(r"[_(\[](mm|cm|m)(?:\W|_|$)", name)
    return match.group(1) if match else ""
