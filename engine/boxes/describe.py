"""A box as it is reported: its place and size on the ground and its peak displacement."""

from __future__ import annotations

import math
from typing import Optional

from ..raster.grid import Grid
from ..raster.resample import Read
from ..results import Box
from .peak_displacement import line_of_sight_cm, peak_phase
from .selection import MAX_MEASURED_BOXES, RatedBox


def describe_box(
    rank: int, box: RatedBox, grid: Grid, read: Read, wrapped: bool, wavelength: Optional[float]
) -> Box:
    """Measure a box and give its place on the ground.

    Parameters
    ----------
    rank : int
        From 1; only the first eight boxes get a peak displacement.
    box : RatedBox
    grid : Grid
        Grid of the scene.
    read : callable
        Reads the phase of the scene.
    wrapped : bool
        Whether the phase is wrapped.
    wavelength : float, optional
        Metres; without it the peak is given in fringes only.
    """
    x0, y0, x1, y1 = box.corners
    width, height = x1 - x0, y1 - y0
    (xa, ya), (xb, yb) = grid.xy(x0, y0), grid.xy(x1, y1)
    part = grid.subgrid(math.floor(x0), math.floor(y0), max(1, round(width)), max(1, round(height)))
    dx, dy = part.pixel_size_m
    metric = grid.is_metric
    phase = None
    if rank <= MAX_MEASURED_BOXES:
        phase = peak_phase(read, (grid.width, grid.height), box.corners, wrapped)
    lon, lat = _lonlat(grid, (xa + xb) / 2, (ya + yb) / 2)
    return Box(
        rank=rank,
        probability=box.probability,
        class_name="earthquake" if box.is_earthquake else "other",
        extent=(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)),
        width_km=width * dx / 1000 if metric else None,
        height_km=height * dy / 1000 if metric else None,
        area_km2=box.area * dx * dy / 1e6 if metric else None,
        lon=lon,
        lat=lat,
        peak_los_cm=None if phase is None else line_of_sight_cm(phase, wavelength),
        fringes=None if phase is None else abs(phase) / (2 * math.pi),
        scale_m=box.scale_m,
        window_probability=box.window_probability,
    )


def _lonlat(grid: Grid, x: float, y: float) -> tuple[Optional[float], Optional[float]]:
    if not grid.has_crs:
        return None, None
    try:
        return grid.lonlat(x, y)
    except ValueError:
        return None, None
