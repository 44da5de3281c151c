"""Tables in GeoParquet 1.1: geometry as well-known binary in longitude and latitude."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from shapely import Polygon, total_bounds

from ...engine.output.atomic import replacing
from .rows import Row

TYPES = {int: pa.int64(), float: pa.float64(), str: pa.string()}


def write_table(rows: list[Row], fields: dict[str, type], path: Path) -> None:
    """Write rows with their rings as polygons; the file appears whole or not at all.

    Parameters
    ----------
    rows : list of dict
    fields : dict
        Columns and their types (int, float or str).
    path : Path

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    polygons = [Polygon(row["ring"]) if row["ring"] else None for row in rows]
    columns = {name: pa.array([row[name] for row in rows], TYPES[kind]) for name, kind in fields.items()}
    columns["geometry"] = pa.array(
        [shape.wkb if shape is not None else None for shape in polygons], pa.binary()
    )
    present = [shape for shape in polygons if shape is not None]
    geometry: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Polygon"] if present else []}
    if present:
        geometry["bbox"] = [float(value) for value in total_bounds(present)]
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    table = pa.table(columns).replace_schema_metadata({"geo": json.dumps(about)})
    with replacing(path, errors=(OSError, pa.ArrowException)) as temporary:
        parquet.write_table(table, temporary, compression="zstd")
