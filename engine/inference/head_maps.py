"""Attention maps of each head of the network, blended over the windows of a scene on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from ..raster.grid import Grid
from ..tiling.scales import Scale
from .blending import ScaleBlend, raster_size


class HeadMaps:
    """Adds up windows, head by head, as the heatmap does.

    Its memory is bounded: at most 16 MB for each head and map, on top of that of the heatmap.

    Parameters
    ----------
    grid : Grid
        The scene.
    scales : sequence of Scale
        Coarsest first.
    """

    def __init__(self, grid: Grid, scales: Sequence[Scale]) -> None:
        self._grid, self._scales = grid, scales
        self._blends: dict[int, ScaleBlend] = {}

    def add(self, scale: Scale, col: int, row: int, heads: np.ndarray, probability: float) -> None:
        """Add one window.

        Parameters
        ----------
        scale : Scale
        col, row : int
            Its first lattice cell.
        heads : ndarray, shape (heads, 14, 14)
            Attention of each head.
        probability : float
            Probability of any deformation.
        """
        if scale.index not in self._blends:
            size = raster_size(self._grid, self._scales[-1])
            self._blends[scale.index] = ScaleBlend(self._grid, scale, size, len(heads))
        peak = np.maximum(heads.max(axis=(1, 2), keepdims=True), np.finfo(np.float32).tiny)
        self._blends[scale.index].add(col, row, probability * heads / peak)

    def values(self, heat: np.ndarray) -> Optional[np.ndarray]:
        """The maps so far, shape (heads, height, width), float32, 0 to 1, NaN where the heatmap is; None
        before the first window.

        Parameters
        ----------
        heat : ndarray, shape (height, width)
            The heatmap.
        """
        maps = None
        for blend in self._blends.values():
            if maps is None:
                maps = np.zeros((blend.layers, *heat.shape), dtype=np.float32)
            for layer, values in enumerate(maps):
                np.maximum(values, blend.mean(layer), out=values)
        if maps is not None:
            np.clip(maps, 0, 1, out=maps)
            maps[:, np.isnan(heat)] = np.nan
        return maps
