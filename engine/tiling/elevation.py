"""A digital elevation model in any coordinate system and resolution, warped to the lattice of the windows."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
from osgeo import gdal

from ..errors import InputError
from ..products.connection import connection
from ..products.containers.gdalio import last_error, open_dataset, quiet, short_name
from ..products.location import require_file
from ..products.position import wkt_of_stated
from ..raster.grid import Grid, spatial_reference
from ..raster.longitude import shifted, turns_to_meet

MIN_ELEVATION_M, MAX_ELEVATION_M = -12_000.0, 9_500.0
"""Values outside this range are nodata values that the file does not declare."""
METRES_PER_UNIT = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200 / 3937}


class Elevation:
    """Rows of elevation in metres on the lattice of a scene; GDAL warps them as they are read.

    Parameters
    ----------
    path : str
        Any raster that GDAL opens; its first band counts.
    grid : Grid
        The scene.
    size : tuple of int
        Lattice cells (columns, rows).
    factors : tuple of float
        Pixels of `grid` in one cell (fx, fy).
    crs : str, optional
        Coordinate system that the user gave the model ("EPSG:n" or WKT); None: its file's own.

    Raises
    ------
    InputError
        If it cannot be opened, has no position, or does not overlap the scene.
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        size: tuple[int, int],
        factors: tuple[float, float],
        crs: Optional[str] = None,
    ) -> None:
        self.path = path
        self.name = short_name(path)
        self.size = size
        self.crs = crs
        try:
            self._source = open_dataset(path)
        except InputError:
            if connection(path) is None:
                require_file(path)
            raise
        if self._source.RasterCount < 1:
            raise InputError(f"The elevation model “{self.name}” has no raster band; choose another file.")
        unit = (self._source.GetRasterBand(1).GetUnitType() or "").strip().lower()
        self._to_metres = METRES_PER_UNIT.get(unit, 1.0)
        if crs:
            self._source = self._assigned(crs)
        self._source = self._turned(grid)
        self._check_overlap(grid)
        self._warped = self._warp(grid, factors)

    def _assigned(self, crs: str) -> gdal.Dataset:
        """The model with the coordinate system that the user gave it."""
        with quiet():
            try:
                copy = gdal.Translate("", self._source, format="VRT", outputSRS=wkt_of_stated(crs))
            except RuntimeError:
                copy = None
        if copy is None:
            raise InputError(
                f"The coordinate system of the elevation model “{self.name}” cannot be set; save the layer "
                "with its coordinate system (Export ▸ Save As…) and use that file."
            )
        return copy

    def _crs(self, grid: Grid) -> tuple[str, str]:
        """Coordinate systems of model and scene; a model without one is assumed to be in the scene's."""
        own = self._source.GetProjection() or ""
        if own and not grid.has_crs:
            raise InputError(
                "The interferogram has no coordinate system, so the elevation model cannot be laid over it; "
                "run without the elevation model, or set the interferogram's coordinate system first."
            )
        return own or grid.crs_wkt, grid.crs_wkt

    def _turned(self, grid: Grid) -> gdal.Dataset:
        """The model, moved by 360 degrees where its longitudes are counted otherwise than the scene's.

        Twice where the scene lies across the edge of the model, at the antimeridian.
        """
        own = spatial_reference(self._crs(grid)[0])
        transform = self._source.GetGeoTransform(can_return_null=True)
        if transform is None or own is None or not (own.IsGeographic() and grid.is_geographic):
            return self._source
        x, dx, _, y, _, dy = transform
        ys = (y, y + dy * self._source.RasterYSize)
        extent = (x, min(ys), x + dx * self._source.RasterXSize, max(ys))
        with quiet():
            shifts = turns_to_meet(extent, grid.extent)
            copies = [shifted(self._source, shift) if shift else self._source for shift in shifts]
            copies = [copy for copy in copies if copy is not None]
            return gdal.BuildVRT("", copies) if len(copies) > 1 else (copies or [self._source])[0]

    def _check_overlap(self, grid: Grid) -> None:
        if self._source.GetGeoTransform(can_return_null=True) is None and not self._source.GetGCPCount():
            raise InputError(f"The elevation model “{self.name}” is not georeferenced; choose one that is.")
        own, scene = self._crs(grid)
        options: dict[str, Any] = {"format": "VRT"}
        if scene:
            options.update(srcSRS=own, dstSRS=scene)
        with quiet():
            try:
                whole = gdal.Warp("", self._source, **options)
            except RuntimeError:
                whole = None
        if whole is None:
            return  # a global model may not fit into the scene's projection as a whole
        x, dx, _, y, _, dy = whole.GetGeoTransform()
        west, south, east, north = grid.extent
        outside = x >= east or x + whole.RasterXSize * dx <= west
        if outside or y <= south or y + whole.RasterYSize * dy >= north:
            raise InputError(
                f"The elevation model “{self.name}” does not overlap the interferogram; choose another."
            )

    def _warp(self, grid: Grid, factors: tuple[float, float]) -> Any:
        x0, y0 = grid.xy(0, 0)
        x1, y1 = grid.xy(self.size[0] * factors[0], self.size[1] * factors[1])
        own, scene = self._crs(grid)
        options: dict[str, Any] = {
            "format": "VRT",
            "outputBounds": (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)),
            "width": self.size[0],
            "height": self.size[1],
            "resampleAlg": "bilinear",
            "outputType": gdal.GDT_Float32,
            "dstNodata": "nan",
            "warpMemoryLimit": 32,
        }
        if scene:
            options.update(srcSRS=own, dstSRS=scene)
        with quiet():
            warped, reason = None, ""
            try:
                warped = gdal.Warp("", self._source, **options)
                reason = "" if warped is not None else last_error()
            except RuntimeError as error:
                reason = last_error(error)
        if warped is None:
            raise InputError(
                f"The elevation model “{self.name}” cannot be laid over the interferogram ({reason}); "
                "choose another one, or run without."
            )
        return warped

    def rows(self, first: int, count: int) -> np.ndarray:
        """Elevation in metres of `count` lattice rows from `first` on; NaN where unknown.

        Returns
        -------
        ndarray, shape (count, columns), float32

        Raises
        ------
        InputError
            If the file is damaged.
        """
        values: Optional[np.ndarray] = None
        with quiet():
            reason = ""
            try:
                values = self._warped.GetRasterBand(1).ReadAsArray(0, first, self.size[0], count)
                reason = "" if values is not None else last_error()
            except (RuntimeError, MemoryError) as error:
                reason = last_error(error)
        if values is None:
            raise InputError(
                f"The elevation model “{self.name}” cannot be read ({reason}); fetch it again or run without."
            )
        values = np.asarray(values, dtype=np.float32)
        if self._to_metres != 1.0:
            values = values * np.float32(self._to_metres)
        return np.where((values > MIN_ELEVATION_M) & (values < MAX_ELEVATION_M), values, np.float32(np.nan))
