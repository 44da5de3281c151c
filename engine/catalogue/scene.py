"""What matching needs to know of a scene: its dates, its line of sight, and where it has valid ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

import numpy as np
from osgeo import gdal, osr

from ..errors import InputError
from ..interferogram import Interferogram
from ..raster.grid import Grid, spatial_reference
from . import values


@dataclass(frozen=True)
class SceneView:
    """An interferogram as the catalogue sees it.

    Attributes
    ----------
    dates : tuple of datetime
        Midnights (UTC) at the start of the two acquisition days; empty where they are not known.
    look : tuple of three float, optional
        East, north, up of the unit vector from the ground to the satellite.
    fringe_m : float, optional
        One fringe in m.
    grid : Grid
        Of the heatmap.
    valid : ndarray of bool, shape (grid.height, grid.width)
        Where the interferogram has phase.
    """

    dates: tuple[datetime, ...]
    look: Optional[tuple[float, float, float]]
    fringe_m: Optional[float]
    grid: Grid
    valid: np.ndarray

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of the scene; raises ValueError without a CRS."""
        xmin, ymin, xmax, ymax = self.grid.extent
        return self.grid.lonlat((xmin + xmax) / 2, (ymin + ymax) / 2)

    @property
    def radius_km(self) -> float:
        """Half the diagonal of the scene."""
        dx, dy = self.grid.pixel_size_m
        return float(np.hypot(dx * self.grid.width, dy * self.grid.height)) / 2000

    def window(self, tolerance: timedelta) -> Optional[tuple[datetime, datetime]]:
        """From the first acquisition day to the end of the last, widened; None without two dates."""
        if len(self.dates) < 2:
            return None
        return self.dates[0] - tolerance, self.dates[-1] + timedelta(days=1) + tolerance

    def is_between(self, time: Optional[datetime]) -> bool:
        """Whether a time lies after the first acquisition day and before the last one."""
        return (
            time is not None and len(self.dates) > 1 and self.dates[0] + timedelta(1) <= time < self.dates[-1]
        )

    def covers(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """Whether places lie on valid ground."""
        x, y = self._coordinates(np.asarray(longitude, float), np.asarray(latitude, float))
        t = self.grid.transform
        with np.errstate(invalid="ignore"):
            col, row = np.floor((x - t[0]) / t[1]), np.floor((y - t[3]) / t[5])
            inside = (col >= 0) & (col < self.grid.width) & (row >= 0) & (row < self.grid.height)
        out = np.zeros(x.shape, bool)
        out[inside] = self.valid[row[inside].astype(int), col[inside].astype(int)]
        return out

    def _coordinates(self, longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """In the CRS of the grid; longitudes on the grid's own turn."""
        if self.grid.is_geographic:
            west, _, east, _ = self.grid.extent
            middle = (west + east) / 2
            return (longitude - middle + 180) % 360 - 180 + middle, latitude
        source, target = spatial_reference("EPSG:4326"), spatial_reference(self.grid.crs_wkt)
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        try:
            points = osr.CoordinateTransformation(source, target).TransformPoints(
                np.stack([longitude, latitude], 1)
            )
        except (RuntimeError, TypeError) as error:
            raise InputError(f"The catalogue cannot be placed in the CRS of the scene: {error}.") from error
        finally:
            gdal.PopErrorHandler()
        array = np.array(points, float)
        return array[:, 0], array[:, 1]


def scene_view(interferogram: Interferogram, heat: np.ndarray, grid: Grid) -> SceneView:
    """The view of an open interferogram with its heatmap (NaN where the phase is not valid)."""
    return SceneView(
        dates=acquisition_days(interferogram.dates),
        look=_look(interferogram),
        fringe_m=interferogram.fringe_m,
        grid=grid,
        valid=np.isfinite(heat),
    )


def acquisition_days(dates: Sequence[str]) -> tuple[datetime, ...]:
    """Midnights of ISO dates in order; empty unless there are two different ones."""
    days = []
    for date in dates:
        try:
            day = values.parse_time(str(date)[:10])
        except ValueError:
            continue
        if day is not None:
            days.append(day)
    days = sorted(set(days))
    return (days[0], days[-1]) if len(days) > 1 else ()


def _look(interferogram: Interferogram) -> Optional[tuple[float, float, float]]:
    """Median line of sight near the middle of the scene; None where the product gives none."""
    height, width = interferogram.grid.height, interferogram.grid.width
    size = min(64, width), min(64, height)
    try:
        vectors = interferogram.look_vectors((width - size[0]) // 2, (height - size[1]) // 2, *size)
    except InputError:
        return None
    if vectors is None or not np.isfinite(vectors).any():
        return None
    east, north, up = (float(value) for value in np.nanmedian(vectors.reshape(3, -1), axis=1))
    return east, north, up
