"""Landslides: elongated patches of ground that creep downhill."""

from __future__ import annotations

import torch

from ....engine.deformation.sources import landslide
from ..fields import log_uniform, normal, uniform
from .placement import Motion, SourceTiles, coordinates, towards

LENGTH_TO_TILE_WIDTH = (0.06, 0.3)
"""Range of lengths over the tile's width: shorter landslides cover too few pixels to differ from noise."""


def landslides(tiles: SourceTiles) -> Motion:
    """Draw one landslide per tile; it moves down the slope of the relief at its centre."""
    generator, width_km, elevation = tiles.generator, tiles.width_km, tiles.elevation
    count, size = len(width_km), tiles.size
    x, y = coordinates(width_km, tiles.place, size)
    column = (tiles.place[0] * (size - 1)).long().clamp(1, size - 2)
    row = (tiles.place[1] * (size - 1)).long().clamp(1, size - 2)
    each = torch.arange(count, device=width_km.device)
    fall_east = elevation[each, row, column - 1] - elevation[each, row, column + 1]
    fall_north = elevation[each, row + 1, column] - elevation[each, row - 1, column]
    azimuth = torch.rad2deg(torch.atan2(fall_east, fall_north)) + 12 * normal(generator, (count,))
    length = (log_uniform(generator, (count,), *LENGTH_TO_TILE_WIDTH) * width_km).clamp(0.6, 9.0)
    patch = landslide(
        x,
        y,
        length=length,
        width=length * uniform(generator, (count,), 0.3, 0.8),
        azimuth=azimuth,
        slope=uniform(generator, (count,), 8.0, 35.0),
        slip=log_uniform(generator, (count,), 0.02, 0.5),
    )
    return towards(tiles.look, patch).reshape(count, size, size), {}
