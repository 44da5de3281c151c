"""Glaciers: ice that flows down the valleys of a part of the tile."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ..fields import log_uniform, normal, uniform
from .placement import Motion, SourceTiles, towards

VALLEY_PIXELS = 33
"""Width of the window whose mean height a valley lies below."""
FLOW_M = (0.03, 1.5)
"""Range of the flow between two dates, in metres: slow ice over days, or faster ice over weeks."""
ICE_TO_TILE_WIDTH = (0.08, 0.35)
"""Range of the radius of the ice-covered mountains over the tile's width."""
VALLEY_THRESHOLD = (0.0, 1.2)
"""Range of depths, in standard deviations, below which a valley holds ice: wide ice to narrow tongues."""
FLATTEST_SLOPE = 0.02
"""Slope of the ice where the relief is flat, so that its flow has a direction."""


def glaciers(tiles: SourceTiles) -> Motion:
    """Draw the ice of one group of mountains per tile; it flows down the smoothed relief."""
    generator, count, size = tiles.generator, len(tiles.width_km), tiles.size
    height = _mean(tiles.elevation, 9)
    metres = (tiles.width_km * 1000.0 / size)[:, None, None]
    fall_east, fall_north = _fall(height, metres)
    slope = torch.hypot(fall_east, fall_north) + FLATTEST_SLOPE
    flow = log_uniform(generator, (count,), *FLOW_M)[:, None, None] * _ice(tiles, height)
    flow = flow * (1 + 0.3 * normal(generator, (count, 1, 1))).clamp(0.3, 2.0)
    motion = (flow * fall_east / slope, flow * fall_north / slope, -flow * slope.clamp(max=0.5))
    return towards(tiles.look, motion), {}


def _ice(tiles: SourceTiles, height: Tensor) -> Tensor:
    """Part of the ground that ice covers, (S, H, W), 0 to 1: valleys near the source's place."""
    generator, count, size = tiles.generator, len(tiles.width_km), tiles.size
    depth = _mean(height, VALLEY_PIXELS) - height
    spread = depth.std(dim=(-2, -1), keepdim=True).clamp_min(1.0)
    threshold = uniform(generator, (count,), *VALLEY_THRESHOLD)[:, None, None]
    sharp = log_uniform(generator, (count,), 4.0, 20.0)[:, None, None]
    valley = torch.sigmoid((depth / spread - threshold) * sharp)
    axis = (torch.arange(size, device=height.device) + 0.5) / size
    radius = log_uniform(generator, (count,), *ICE_TO_TILE_WIDTH)[:, None, None]
    east = axis[None, None, :] - tiles.place[0][:, None, None]
    south = axis[None, :, None] - tiles.place[1][:, None, None]
    near = torch.exp(-(((east**2 + south**2) / radius**2) ** 2))
    return valley * near * (tiles.elevation > 0)


def _fall(height: Tensor, metres: Tensor) -> tuple[Tensor, Tensor]:
    """Slope of the ground towards east and north, positive where it falls that way."""
    south, east = torch.gradient(height, dim=(-2, -1))
    return -east / metres, south / metres


def _mean(field: Tensor, pixels: int) -> Tensor:
    """Mean over windows of `pixels` × `pixels`: of each row first, then of the columns of these means."""
    half = pixels // 2
    padded = F.pad(field[:, None], (half, half, half, half), mode="replicate")
    rows = F.avg_pool2d(padded, (1, pixels), stride=1)
    return F.avg_pool2d(rows, (pixels, 1), stride=1)[:, 0]
