"""Look vectors of a window, on the grid of the phase."""

from __future__ import annotations

from typing import Any, Optional, Union

import numpy as np
from osgeo import gdal, osr

from ...errors import InputError
from ...raster.grid import Grid, spatial_reference
from ..containers.gdalio import Band, BandReader, grid_of, short_name
from ..model import LosSource, Product
from .los_vectors import constant_vector, layer_weights, unit, vectors

TILE = 256
"""Pixels along each side of what is resampled at once."""
LATTICE = 16
"""Pixels between the points whose position is transformed; in between it is interpolated."""


class LosReader:
    """Look vectors from a product's layers, resampled onto the phase's grid; can be pickled.

    Parameters
    ----------
    look : Look or tuple of 3 floats
        The layers, or one vector for the whole scene.
    grid : Grid
        Of the phase.

    Raises
    ------
    InputError
        When the layers cannot be read, or cannot be laid over the phase.
    """

    def __init__(self, look: Union[LosSource, tuple[float, float, float]], grid: Grid) -> None:
        self.look, self.grid = look, grid
        self._readers: dict[Band, BandReader] = {}
        if isinstance(look, LosSource):
            self.own = self._own_grid(look)

    @property
    def words(self) -> str:
        """Where the vectors come from."""
        if not isinstance(self.look, LosSource):
            return "one for the whole scene, from its incidence and heading"
        cubes = ", interpolated in height" if self.look.heights else ""
        return f"for each pixel, from {self.look.origin}{cubes}"

    def read(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> np.ndarray:
        """Vectors of a window, float32 (3, height, width); see `Interferogram.look_vectors`."""
        out = np.full((3, max(height, 0), max(width, 0)), np.nan, dtype=np.float32)
        heights = np.broadcast_to(np.asarray(elevation, dtype=np.float64), out.shape[1:])
        left, top = max(col, 0), max(row, 0)
        right, bottom = min(col + width, self.grid.width), min(row + height, self.grid.height)
        for y in range(top, bottom, TILE):
            for x in range(left, right, TILE):
                w, h = min(TILE, right - x), min(TILE, bottom - y)
                part = (slice(y - row, y - row + h), slice(x - col, x - col + w))
                out[(slice(None), *part)] = self._tile(x, y, w, h, heights[part])
        return out

    def _tile(self, col: int, row: int, width: int, height: int, elevation: np.ndarray) -> np.ndarray:
        if not isinstance(self.look, LosSource):
            return np.broadcast_to(np.asarray(self.look, np.float32)[:, None, None], (3, height, width))
        if self._same_pixels():
            if not self.look.heights:
                return vectors(self.look, self._read(0, col, row, width, height))
            cols, rows = np.meshgrid(np.arange(col, col + width) + 0.5, np.arange(row, row + height) + 0.5)
        else:
            cols, rows = positions(self.grid.subgrid(col, row, width, height), self.own)
        window = _window(cols, rows, self.own)
        if window is None:
            return np.full((3, height, width), np.nan, dtype=np.float32)
        x, y, w, h = window
        if not self.look.heights:
            return unit(bilinear(vectors(self.look, self._read(0, x, y, w, h)), cols - x, rows - y))
        total = np.zeros((3, height, width))
        # elevations may have gaps; at sea level the direction is a few hundredths of a degree off at most
        for layer, weight in layer_weights(self.look.heights, np.nan_to_num(elevation)).items():
            enu = bilinear(vectors(self.look, self._read(layer, x, y, w, h)), cols - x, rows - y)
            total += np.where(weight > 0, weight * enu, 0)
        return unit(total)

    def _read(self, layer: int, col: int, row: int, width: int, height: int) -> list[np.ndarray]:
        blocks = []
        for one in self.look.bands if isinstance(self.look, LosSource) else ():
            band = Band(one.uri, one.index + layer)
            if band not in self._readers:
                self._readers[band] = BandReader(band)
            reader = self._readers[band]
            values = reader.read(col, row, width, height).astype(np.float64)
            nodata = reader.raster_band.GetNoDataValue()
            # zeros of a component are honest numbers; all three at once are no direction, and found by that
            if nodata is not None and nodata != 0:
                values[values == nodata] = np.nan
            blocks.append(values)
        return blocks

    def _own_grid(self, look: LosSource) -> Grid:
        first = BandReader(look.bands[0])
        own = look.grid or grid_of(first.dataset, short_name(look.bands[0].uri))[0]
        for band in look.bands:
            reader = BandReader(Band(band.uri, band.index + max(len(look.heights) - 1, 0)))
            reader.check_blocks()
            if gdal.DataTypeIsComplex(reader.raster_band.DataType):
                raise InputError(f"“{short_name(band.uri)}” holds complex numbers; fetch it again.")
            if reader.shape != (own.height, own.width):
                raise InputError(f"“{short_name(band.uri)}” and its grid differ in size; fetch it again.")
        same_size = (own.width, own.height) == (self.grid.width, self.grid.height)
        if own.has_crs != self.grid.has_crs and not same_size:
            raise InputError(
                f"“{short_name(look.bands[0].uri)}” cannot be laid over the phase; project both."
            )
        if not (own.has_crs or self.grid.has_crs or same_size):
            raise InputError(f"“{short_name(look.bands[0].uri)}” is of another size than the phase.")
        return own

    def _same_pixels(self) -> bool:
        a, b = self.own, self.grid
        if (a.width, a.height) != (b.width, b.height):
            return False
        near = np.allclose(a.transform, b.transform, rtol=1e-9, atol=1e-6 * abs(b.transform[1]))
        return not (a.has_crs and b.has_crs) or (near and _same_crs(a, b))


def open_los_reader(product: Product, grid: Grid, warnings: list[str]) -> Optional[LosReader]:
    """The look vectors of a product: its layers', else one for the scene, else None."""
    if product.look is not None:
        try:
            return LosReader(product.look, grid)
        except InputError as error:
            warnings.append(f"The look vectors of {product.look.origin} are left out: {error}")
    constant = constant_vector(product)
    return LosReader(constant, grid) if constant is not None else None


def _same_crs(a: Grid, b: Grid) -> bool:
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
    if not (target.has_crs and source.has_crs) or _same_crs(target, source):
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
    steps = max(1, -(-count // LATTICE))
    return np.linspace(0.5, count - 0.5, steps + 1) if count > 1 else np.array([0.0, 1.0])


def _fill(values: np.ndarray, cols: np.ndarray, rows: np.ndarray, target: Grid) -> np.ndarray:
    """Bilinear interpolation of lattice values at every pixel's centre."""
    want_c, want_r = np.arange(target.width) + 0.5, np.arange(target.height) + 0.5
    along = np.stack([np.interp(want_c, cols, line) for line in values])
    return np.stack([np.interp(want_r, rows, line) for line in along.T], axis=1)


def _transform(target: Grid, source: Grid, points: np.ndarray) -> np.ndarray:
    start, end = spatial_reference(target.crs_wkt), spatial_reference(source.crs_wkt)
    found: Any = None
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        found = osr.CoordinateTransformation(start, end).TransformPoints(points)
    except RuntimeError:
        found = None
    finally:
        gdal.PopErrorHandler()
    out = np.full((len(points), 2), np.nan)
    if found is not None and len(found) == len(points):
        out[:] = np.asarray(found, dtype=np.float64)[:, :2]
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
