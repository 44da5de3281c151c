"""The record of one scene: its result, or the sentence that says why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Optional

from ..engine.context.box_fields import box_fields
from ..engine.output.result_json import result_to_dict
from ..engine.raster.grid import Grid
from ..engine.results import Result
from .scene import Scene

SCHEMA = 1
"""Version of the records, raised when a key changes its meaning or is removed."""
HEATMAP, THUMBNAIL = "heatmap", "thumbnail"
"""Kinds of further files of a scene."""
Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Examined:
    """What a worker returns for one scene.

    Attributes
    ----------
    record : dict
        See `done` and `failed`.
    files : mapping of str to bytes
        Contents of further files by their kind, `HEATMAP` or `THUMBNAIL`.
    stuck_worker : str, optional
        Address of the worker when the scene still keeps one of its threads busy, so that the worker has to
        be restarted.
    """

    record: dict[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    stuck_worker: Optional[str] = None


def done(scene: Scene, result: Result, seconds: float) -> dict[str, Any]:
    """The record of a scene that was examined."""
    data = result_to_dict(result)
    del data["windows"], data["window_scores"]
    grid = _grid(result)
    for box in data["boxes"]:
        box["ring"] = ring_of(grid, tuple(box["extent"]))
        box.update(box_fields(result, box["rank"]))
    return {**_head(scene, "done", seconds), "ring": ring_of(grid, grid.extent), "result": data}


def failed(scene: Scene, sentence: str, seconds: Optional[float] = None) -> dict[str, Any]:
    """The record of a scene that could not be examined."""
    return {**_head(scene, "failed", seconds), "error": sentence}


def _head(scene: Scene, status: str, seconds: Optional[float]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "key": scene.key,
        "path": scene.path,
        "date": scene.date,
        "status": status,
        "seconds": seconds,
        "finished": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def _grid(result: Result) -> Grid:
    scene = result.input
    return Grid(scene["width"], scene["height"], tuple(scene["transform"]), scene["crs_wkt"])


def ring_of(grid: Grid, extent: tuple[float, float, float, float]) -> Optional[Ring]:
    """Corners of an extent as a closed ring of longitude and latitude (degrees, WGS 84), anticlockwise.

    East of the 180th meridian longitudes exceed 180 where the extent crosses it. None without a coordinate
    system.
    """
    if not grid.has_crs:
        return None
    xmin, ymin, xmax, ymax = extent
    try:
        corners = [grid.lonlat(x, y) for x, y in ((xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax))]
    except ValueError:
        return None
    if not all(math.isfinite(value) for corner in corners for value in corner):
        return None
    longitudes = [lon for lon, _ in corners]
    if max(longitudes) - min(longitudes) > 180:
        corners = [(lon + 360 if lon < 0 else lon, lat) for lon, lat in corners]
    return [*corners, corners[0]]
