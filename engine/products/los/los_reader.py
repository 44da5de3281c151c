"""Line-of-sight vectors of a window, on the grid of the phase."""

from __future__ import annotations

from functools import partial
from typing import Optional, Union

import numpy as np

from ...errors import InputError
from ...raster.grid import Grid
from ..containers.gdalio import BandReader
from ..model import LosSource, Product
from ..values import check_ends
from .los_vectors import constant_vector, unit, vectors
from .regrid import Regridder


class LosReader:
    """Line-of-sight vectors of a product, interpolated to the phase's grid; can be pickled.

    Parameters
    ----------
    look : LosSource or tuple of 3 floats
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
        self._layers: Optional[Regridder] = None
        if isinstance(look, LosSource):
            self._layers = Regridder(look.bands, look.grid, look.heights, grid, partial(vectors, look), 3)

    @property
    def words(self) -> str:
        """Where the vectors come from, for the report."""
        if not isinstance(self.look, LosSource):
            return "one for the whole scene, from its incidence and heading"
        cubes = ", interpolated in height" if self.look.heights else ""
        return f"for each pixel, from {self.look.origin}{cubes}"

    def read(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> np.ndarray:
        """Vectors of a window, float32 (3, height, width); see `Interferogram.look_vectors`."""
        if self._layers is not None:
            values = self._layers.read(col, row, width, height, elevation)
            return values.astype(np.float32) if self._layers.exact else unit(values)
        out = np.full((3, max(height, 0), max(width, 0)), np.nan, dtype=np.float32)
        left, top = max(col, 0), max(row, 0)
        right, bottom = min(col + width, self.grid.width), min(row + height, self.grid.height)
        if right > left and bottom > top:
            inside = (slice(None), slice(top - row, bottom - row), slice(left - col, right - col))
            out[inside] = np.asarray(self.look, np.float32)[:, None, None]
        return out


def open_los_reader(product: Product, grid: Grid, warnings: list[str]) -> Optional[LosReader]:
    """Line-of-sight vectors of a product: from its layers, else one for the scene, else None."""
    if product.look is not None:
        try:
            for band in product.look.bands:
                check_ends(BandReader(band))
            return LosReader(product.look, grid)
        except InputError as error:
            warnings.append(f"The look vectors of {product.look.origin} are left out: {error}")
    constant = constant_vector(product)
    return LosReader(constant, grid) if constant is not None else None
