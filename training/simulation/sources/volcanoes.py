"""Volcanoes: Mogi points, sills and dykes, some with two sources, below real or simulated relief."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ....engine.deformation.sources import mogi, sill, top_depth
from ..fields import chance, log_uniform, normal, uniform
from .placement import Motion, SourceTiles, buried, coordinates

SECOND_SOURCE_SHARE = 0.2
"""Part of the volcanoes with two sources."""
DEPTH_TO_TILE_WIDTH = (0.03, 0.6)
"""Range of source depths over the tile's width. A tile shows only the core of the deepest sources."""
DYKE_MAX_DEPTH_KM = 5.0
"""Largest depth of a dyke's centre: long dykes below it would look like great thrust earthquakes."""
MAX_VOLUME_CHANGE_M3 = (2e6, 1.5e8)
"""Range from which the largest volume change between two dates is drawn, in cubic metres. Deep sources, which
move wide ground, are rarely observed, and no volcano lifts tens of kilometres of ground by a metre."""
POINT, SILL, DYKE = range(3)
"""Shapes of a magma body."""


def volcanoes(tiles: SourceTiles) -> Motion:
    """Draw one inflating or deflating magma body per tile, and a second one beneath some.

    The second body lies a few depths away: a chamber beside the first, or the one that feeds a dyke.
    """
    generator, width_km, place = tiles.generator, tiles.width_km, tiles.place
    total, depth = _magma(tiles)
    total *= relief_factor(width_km, place, tiles.elevation, depth)
    second = chance(generator, len(width_km), SECOND_SOURCE_SHARE).nonzero()[:, 0]
    if len(second):
        away = normal(generator, (2, len(second))) * log_uniform(generator, (len(second),), 0.5, 3.0)
        part = tiles.part(second)
        part.place = place[:, second] + away * depth[second] / width_km[second]
        total[second] += _magma(part)[0]
    return total, {"depth": depth}


def relief_factor(width_km: Tensor, place: Tensor, elevation: Tensor, depth: Tensor) -> Tensor:
    """Factor by which relief changes the motion above a source, shape (S, H, W).

    With relief, each point lies at its own height above the source (Williams & Wadge 1998). The uplift by a
    point source is proportional to d / (r² + d²)^1.5 with the depth d and the horizontal distance r.

    Parameters
    ----------
    width_km : Tensor, shape (S,)
    place : Tensor, shape (2, S)
    elevation : Tensor, shape (S, H, W), metres
    depth : Tensor, shape (S,)
        Kilometres below the mean elevation. The depth below a point is at least half and at most twice this.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    x, y = coordinates(width_km, place, size)
    distance_squared = x.square().addcmul_(y, y).reshape(count, size, size)
    mean = depth[:, None, None]
    rise = (elevation - elevation.mean(dim=(-2, -1), keepdim=True)) * 0.001
    here = (mean + rise).clamp(0.5 * mean, 2 * mean)
    nearness = (distance_squared + mean**2) / (distance_squared + here**2)
    return here / mean * nearness * nearness.sqrt()


def _magma(tiles: SourceTiles) -> tuple[Tensor, Tensor]:
    """One point, sill or dyke per tile: line-of-sight motion (S, H, W) in metres, and depth (S,) in km."""
    generator, width_km = tiles.generator, tiles.width_km
    count, device = len(width_km), width_km.device
    depth = (log_uniform(generator, (count,), *DEPTH_TO_TILE_WIDTH) * width_km).clamp(0.7, 12.0)
    shape = torch.multinomial(
        torch.tensor([0.5, 0.36, 0.14], device=device), count, True, generator=generator
    )
    depth = torch.where(shape == DYKE, depth.clamp(max=DYKE_MAX_DEPTH_KM), depth)
    peak = log_uniform(generator, (count,), 0.04, 1.5)
    # peak uplift of a point source per volume change: (1 - nu) / (pi d²), the depth in metres
    lift = 0.75 / (math.pi * (1000 * depth) ** 2)
    peak = torch.minimum(peak, lift * log_uniform(generator, (count,), *MAX_VOLUME_CHANGE_M3))
    peak = torch.where(chance(generator, count, 0.65), peak, -peak)
    total = torch.zeros((count, tiles.size, tiles.size), device=device)
    index = (shape == POINT).nonzero()[:, 0]
    if len(index):
        point = {"depth": depth[index], "volume_change": peak[index] / lift[index]}
        total[index] = buried(mogi, point, depth[index], tiles.part(index))
    # most sills are nearly flat; dykes are steep, run along rifts and only open
    tilt = uniform(generator, (count,))
    dip = torch.where(shape == SILL, 40.0 * tilt**2.5, 65.0 + 25.0 * tilt)
    for code, length_to_depth in ((SILL, (0.5, 3.0)), (DYKE, (0.7, 8.0))):
        index = (shape == code).nonzero()[:, 0]
        if not len(index):
            continue
        sheet = _sheet(generator, depth[index], dip[index], peak[index], length_to_depth)
        if code == DYKE:
            sheet["opening"] = sheet["opening"].abs()
        sheet["opening"] = sheet["opening"].clamp(-8, 8)
        top = top_depth(sheet["depth"], sheet["dip"], sheet["width"])
        total[index] = buried(sill, sheet, top, tiles.part(index))
    return total, depth


def _sheet(
    generator: torch.Generator, depth: Tensor, dip: Tensor, peak: Tensor, length_to_depth: tuple[float, float]
) -> dict[str, Tensor]:
    """Rectangular sheets that lift the ground by about `peak` metres, each value (S,)."""
    number = len(depth)
    length = log_uniform(generator, (number,), *length_to_depth) * depth
    width = (length * uniform(generator, (number,), 0.4, 1.0)).clamp(max=1.7 * depth)
    return {
        "depth": torch.maximum(depth, 0.52 * width + 0.1),
        "length": length,
        "width": width,
        "opening": peak * 2.2 * (depth**2 + 0.3 * length * width) / (length * width),
        "strike": uniform(generator, (number,), 0, 360),
        "dip": dip,
    }
