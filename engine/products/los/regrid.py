"""Layers and cubes of a product, interpolated to the grid of the phase."""

from __future__ import annotations

from typing import Any, Callable, Optional, Union

import numpy as np
from osgeo import gdal, osr

from ...errors import InputError
from ...raster.grid import Grid, spatial_reference
from ..containers.gdalio import Band, BandReader, short_name
from ..containers.georeference import grid_of

TILE_PIXELS = 256
"""Width and height in pixels of the tiles that are interpolated at once."""
LATTICE_PIXELS = 16
"""Pixels between the points that are transformed exactly; positions in between are interpolated."""


class Regridder:
    """Layers, or cubes of layers at several heights, interpolated to another grid; can be pickled.

    Parameters
    ----------
    bands : tuple of Band
        One for each quantity; of cubes the lowest layer.
    own : Grid or None
        Grid of the layers where GDAL does not know it.
    heights : tuple of float
        Heights of a cube's layers in m; empty for layers on the ground.
    target : Grid
        Of the phase.
    decode : callable
        decode(blocks) -> array (n, h, w): what is interpolated, from one block (h, w) for each band.
    count : int
        n, the number of arrays that `decode` returns.

    Raises
    ------
    InputError
        When the layers cannot be read, or cannot be laid over the phase.
    """

    def __init__(
        self,
        bands: tuple[Band, ...],
        own: Optional[Grid],
        heights: tuple[float, ...],
        target: Grid,
        decode: Callable[[list[np.ndarray]], np.ndarray],
        count: int,
    ) -> None:
        self.bands, self.heights, self.target = bands, heights, target
        self.decode, self.count = decode, count
        self._readers: dict[Band, BandReader] = {}
        stored = self._checked_grid(own)
        self.south_up, self.own = stored.is_south_up, stored.north_up()
        self.exact = self._same_pixels() and not heights
        """Whether values are read as they are, without interpolation."""

    def read(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> np.ndarray:
        """A window of the target grid, float64 (n, height, width); NaN outside and where unknown.

        `elevation` in m, a number or an array of the window's shape, chooses between the layers of a cube.
        """
        out = np.full((self.count, max(height, 0), max(width, 0)), np.nan)
        heights = np.broadcast_to(np.asarray(elevation, dtype=np.float64), out.shape[1:])
        left, top = max(col, 0), max(row, 0)
        right, bottom = min(col + width, self.target.width), min(row + height, self.target.height)
        for y in range(top, bottom, TILE_PIXELS):
            for x in range(left, right, TILE_PIXELS):
                w, h = min(TILE_PIXELS, right - x), min(TILE_PIXELS, bottom - y)
                part = (slice(y - row, y - row + h), slice(x - col, x - col + w))
                out[(slice(None), *part)] = self._tile(x, y, w, h, heights[part])
        return out

    def _tile(self, col: int, row: int, width: int, height: int, elevation: np.ndarray) -> np.ndarray:
        if self.exact:
            return self.decode(self._read(0, col, row, width, height))
        if self._same_pixels():
            cols, rows = np.meshgrid(np.arange(col, col + width) + 0.5, np.arange(row, row + height) + 0.5)
        else:
            cols, rows = positions(self.target.subgrid(col, row, width, height), self.own)
        window = _window(cols, rows, self.own)
        if window is None:
            return np.full((self.count, height, width), np.nan)
        x, y, w, h = window
        if not self.heights:
            return bilinear(self.decode(self._read(0, x, y, w, h)), cols - x, rows - y)
        total = np.zeros((self.count, height, width))
        # unknown elevations count as 0: look vectors change by a few hundredths of a degree at most
        for layer, weight in layer_weights(self.heights, np.nan_to_num(elevation)).items():
            values = bilinear(self.decode(self._read(layer, x, y, w, h)), cols - x, rows - y)
            total += np.where(weight > 0, weight * values, 0)
        return total

    def _read(self, layer: int, col: int, row: int, width: int, height: int) -> list[np.ndarray]:
        blocks = []
        for one in self.bands:
            band = Band(one.uri, one.index + layer)
            if band not in self._readers:
                self._readers[band] = BandReader(band, self.south_up)
            reader = self._readers[band]
            values = reader.read(col, row, width, height).astype(np.float64)
            nodata = reader.raster_band.GetNoDataValue()
            # a single component of a vector may be 0; only all three at once mean no data
            if nodata is not None and nodata != 0:
                values[values == nodata] = np.nan
            blocks.append(values)
        return blocks

    def _checked_grid(self, own: Optional[Grid]) -> Grid:
        title = short_name(self.bands[0].uri)
        own = own or grid_of(BandReader(self.bands[0]).dataset, title)[0]
        for band in self.bands:
            reader = BandReader(Band(band.uri, band.index + max(len(self.heights) - 1, 0)))
            reader.check_blocks()
            if gdal.DataTypeIsComplex(reader.raster_band.DataType):
                raise InputError(f"“{short_name(band.uri)}” holds complex numbers; fetch it again.")
            if reader.shape != (own.height, own.width):
                raise InputError(f"“{short_name(band.uri)}” and its grid differ in size; fetch it again.")
        same_size = (own.width, own.height) == (self.target.width, self.target.height)
        if own.has_crs != self.target.has_crs and not same_size:
            raise InputError(f"“{title}” cannot be laid over the phase; give both a coordinate system.")
        if not (own.has_crs or self.target.has_crs or same_size):
            raise InputError(f"“{title}” and the phase differ in size, and neither has a position.")
        return own

    def _same_pixels(self) -> bool:
        a, b = self.own, self.target
        if (a.width, a.height) != (b.width, b.height):
            return False
        near = np.allclose(a.transform, b.transform, rtol=1e-9, atol=1e-6 * abs(b.transform[1]))
        return not (a.has_crs and b.has_crs) or (near and same_crs(a, b))


def layer_weights(heights: tuple[float, ...], elevation: np.ndarray) -> dict[int, np.ndarray]:
    """Weights of a cube's layers for linear interpolation in height, held at the lowest and the highest.

    Parameters
    ----------
    heights : tuple of float
        Ascending or descending, in the unit of `elevation`.
    elevation : ndarray, any shape

    Returns
    -------
    dict of int to ndarray
        By layer, from 0; layers of weight 0 everywhere are left out.
    """
    order = np.argsort(heights)
    sorted_heights = np.asarray(heights, dtype=np.float64)[order]
    weights = {}
    for rank, layer in enumerate(order):
        tent = np.zeros(len(order))
        tent[rank] = 1.0
        weight = np.interp(elevation, sorted_heights, tent)
        if np.any(weight > 0):
            weights[int(layer)] = weight
    return weights


def same_crs(a: Grid, b: Grid) -> bool:
    """Whether two grids have the same coordinate system."""
    if a.crs_wkt == b.crs_wkt:
        return True
    one, other = spatial_reference(a.crs_wkt), spatial_reference(b.crs_wkt)
    return one is not None and other is not None and bool(one.IsSame(other))


def positions(target: Grid, source: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Where the centres of a grid's pixels lie in another grid.

    Returns
    -------
    cols, rows : ndarray, shape (target.height, target.width), float64
        Pixel positions in `source`, whole numbers are corners; NaN where a point cannot be transformed.
    """
    if not (target.has_crs and source.has_crs) or same_crs(target, source):
        x, y = target.xy(np.arange(target.width) + 0.5, np.arange(target.height) + 0.5)  # type: ignore[arg-type]
        cols, rows = np.meshgrid(*source.colrow(x, y))
        return cols, rows
    at_cols, at_rows = _lattice(target.width), _lattice(target.height)
    xs, ys = target.xy(at_cols, at_rows)  # type: ignore[arg-type]
    grid_x, grid_y = np.meshgrid(xs, ys)
    points = _transform(target, source, np.stack([grid_x.ravel(), grid_y.ravel()], axis=1))
    at = source.colrow(points[:, 0], points[:, 1])  # type: ignore[arg-type]
    shape = (len(at_rows), len(at_cols))
    cols, rows = (_fill(np.reshape(v, shape), at_cols, at_rows, target) for v in at)
    return cols, rows


def _lattice(count: int) -> np.ndarray:
    steps = max(1, -(-count // LATTICE_PIXELS))
    return np.linspace(0.5, count - 0.5, steps + 1) if count > 1 else np.array([0.0, 1.0])


def _fill(values: np.ndarray, cols: np.ndarray, rows: np.ndarray, target: Grid) -> np.ndarray:
    """Bilinear interpolation of lattice values at every pixel's centre."""
    want_c, want_r = np.arange(target.width) + 0.5, np.arange(target.height) + 0.5
    along = np.stack([np.interp(want_c, cols, line) for line in values])
    return np.stack([np.interp(want_r, rows, line) for line in along.T], axis=1)


def _transform(target: Grid, source: Grid, points: np.ndarray) -> np.ndarray:
    start, end = spatial_reference(target.crs_wkt), spatial_reference(source.crs_wkt)
    result: Any = None
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        result = osr.CoordinateTransformation(start, end).TransformPoints(points)
    except (RuntimeError, TypeError):  # TypeError: PROJ knows no such transformation
        result = None
    finally:
        gdal.PopErrorHandler()
    out = np.full((len(points), 2), np.nan)
    if result is not None and len(result) == len(points):
        out[:] = np.asarray(result, dtype=np.float64)[:, :2]
    out[~np.isfinite(out).all(axis=1)] = np.nan
    return out


def _window(cols: np.ndarray, rows: np.ndarray, grid: Grid) -> Optional[tuple[int, int, int, int]]:
    """The source pixels that the positions and their neighbours need; None when they need none."""
    with np.errstate(invalid="ignore"):
        inside = (cols >= 0) & (cols <= grid.width) & (rows >= 0) & (rows <= grid.height)
    if not inside.any():
        return None
    x0, x1 = max(int(cols[inside].min()) - 1, 0), min(int(cols[inside].max()) + 2, grid.width)
    y0, y1 = max(int(rows[inside].min()) - 1, 0), min(int(rows[inside].max()) + 2, grid.height)
    return x0, y0, x1 - x0, y1 - y0


def bilinear(values: np.ndarray, cols: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Values at positions between pixel centres.

    Parameters
    ----------
    values : ndarray, shape (n, h, w)
        NaN (in all n) where unknown; a position is known where known neighbours hold half the weight.
    cols, rows : ndarray, shape (k, m)
        Whole numbers are pixel corners; outside 0 to w and 0 to h all is NaN.

    Returns
    -------
    ndarray, shape (n, k, m), float64
    """
    height, width = values.shape[1:]
    with np.errstate(invalid="ignore"):
        inside = (cols >= 0) & (cols <= width) & (rows >= 0) & (rows <= height)
    x = np.clip(np.where(inside, cols, 0.5) - 0.5, 0, width - 1)
    y = np.clip(np.where(inside, rows, 0.5) - 0.5, 0, height - 1)
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    fx, fy = x - x0, y - y0
    total = np.zeros((values.shape[0], *x.shape))
    known = np.zeros(x.shape)
    for rows_at, cols_at, share in (
        (y0, x0, (1 - fy) * (1 - fx)),
        (y0, x1, (1 - fy) * fx),
        (y1, x0, fy * (1 - fx)),
        (y1, x1, fy * fx),
    ):
        corner = values[:, rows_at, cols_at]
        weight = np.where(np.isfinite(corner).all(axis=0), share, 0)
        total += np.where(weight > 0, corner, 0) * weight
        known += weight
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(inside & (known >= 0.5), total / known, np.nan)
