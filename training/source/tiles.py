"""Tiles of line-of-sight displacement for the source network: satellites, delay, noise, gaps and targets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ...engine.source_network.tile import RAKE, SOURCE_TILE, STRIKE, encode_tiles, to_targets
from ..simulation.fields import chance, normal, uniform
from .disturbances import disturbed, masked
from .faults import FaultTiles, draw_fault_tiles
from .recipe import SourceTilesConfig

ORBIT_KM = 700.0
"""Height of the satellites (Sentinel-1, ALOS-2, NISAR: 620 to 750 km)."""
MIN_VALID_SHARE = 0.08
"""Tiles with less data do not count."""
MIN_PEAK_M = 0.004
"""Tiles whose largest motion is smaller do not count: no interferogram shows them."""


@dataclass
class SourceTileBatch:
    """Tiles as the network reads them, and what it should say.

    Attributes
    ----------
    tiles : Tensor, shape (B, 3, H, W)
    geometry : Tensor, shape (B, 5)
    targets : Tensor, shape (B, 9)
    weight : Tensor, shape (B,)
        1, or 0 for tiles that do not count.
    motion_m, width_km : Tensor, shape (B,)
        What scales the targets.
    """

    tiles: Tensor
    geometry: Tensor
    targets: Tensor
    weight: Tensor
    motion_m: Tensor
    width_km: Tensor


def draw_batch(
    generator: torch.Generator, count: int, config: SourceTilesConfig, size: int = SOURCE_TILE
) -> SourceTileBatch:
    """Simulate `count` tiles on the generator's device."""
    faults = draw_fault_tiles(generator, math.ceil(count / config.looks), size, config)
    width_km = faults.width_km.repeat(config.looks)[:count]
    fault = {name: value.repeat(config.looks)[:count] for name, value in faults.fault.items()}
    displacement, look = _seen(generator, faults, count, config)
    peak = displacement.abs().amax((1, 2))
    displacement = disturbed(generator, displacement, width_km / size, peak, config.atmosphere_cm)
    displacement = masked(generator, displacement, peak)
    valid = torch.isfinite(displacement).float().mean((1, 2))
    weight = ((valid > MIN_VALID_SHARE) & (peak > MIN_PEAK_M)).float()
    tiles, geometry, motion = encode_tiles(displacement, look, width_km)
    targets = to_targets(fault, motion, width_km)
    for axis in (0, 1):
        chosen = chance(generator, count, 0.5)
        tiles, geometry, targets = mirrored(tiles, geometry, targets, axis, chosen)
    return SourceTileBatch(tiles, geometry, targets, weight, motion, width_km)


def _seen(
    generator: torch.Generator, faults: FaultTiles, count: int, config: SourceTilesConfig
) -> tuple[Tensor, Tensor]:
    """Motion towards `count` satellites, (B, H, W), and the look vectors at the tiles' centres, (B, 3)."""
    device = generator.device
    sources, size = len(faults.width_km), faults.motion[0].shape[-1]
    ascending = chance(generator, count, 0.5)
    heading = torch.where(ascending, -12.0 + 0 * ascending, -168.0) + 5 * normal(generator, (count,))
    free = chance(generator, count, config.any_heading)
    heading = torch.where(free, uniform(generator, (count,), -180.0, 180.0), heading)
    side = torch.where(chance(generator, count, config.left_looking), -90.0, 90.0)
    azimuth = torch.deg2rad(heading + side)[:, None, None]
    incidence = torch.deg2rad(uniform(generator, (count,), 20.0, 50.0))[:, None, None]
    owner = torch.arange(count, device=device) % sources
    axis = (torch.arange(size, device=device) + 0.5) / size - 0.5
    far = axis[None, None, :] * torch.sin(azimuth) - axis[None, :, None] * torch.cos(azimuth)
    # ground range grows by H / cos^2 of the incidence per radian
    angle = incidence + far * faults.width_km[owner][:, None, None] * torch.cos(incidence) ** 2 / ORBIT_KM
    angle = angle.clamp(0.17, 1.05)
    level = torch.sin(angle)
    east, north, up = (part[owner] for part in faults.motion)
    seen = up * torch.cos(angle) - level * (east * torch.sin(azimuth) + north * torch.cos(azimuth))
    flat = torch.sin(incidence)
    look = torch.cat([-flat * torch.sin(azimuth), -flat * torch.cos(azimuth), torch.cos(incidence)], 2)[:, 0]
    return seen, look


def mirrored(
    tiles: Tensor, geometry: Tensor, targets: Tensor, axis: int, chosen: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The chosen tiles in a mirror: `axis` 0 swaps east and west, 1 north and south.

    The mirror image of a fault is a fault, and it moves the mirrored ground: an exact symmetry.
    """
    flipped = torch.where(chosen[:, None, None, None], tiles.flip(3 - axis), tiles)
    looked, turned = geometry.clone(), targets.clone()
    looked[:, axis] = -geometry[:, axis]
    turned[:, 4 + axis] = -targets[:, 4 + axis]
    turned[:, STRIKE] = (math.pi if axis == 0 else 0.0) - targets[:, STRIKE]
    turned[:, RAKE] = math.pi - targets[:, RAKE]
    chosen = chosen[:, None]
    return flipped, torch.where(chosen, looked, geometry), torch.where(chosen, turned, targets)
