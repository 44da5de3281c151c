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
DYKE_LENGTH_TO_TILE_WIDTH = (0.1, 0.9)
"""Range of dyke lengths over the tile's width: the four lobes are seen on all scales, whole and in part."""
DYKE_MAX_LENGTH_KM = 65.0
"""Longest dykes: 60 km at Dabbahu in 2005 (Wright et al. 2006, doi:10.1038/nature04978)."""
DYKE_TOP_KM = (0.05, 3.0)
DYKE_HEIGHT_KM = (1.5, 9.0)
"""Ranges of the depth of a dyke's top and of its extent down the dip: dykes stay in the upper crust."""
DYKE_OPENING_M = (0.3, 6.0)
"""Range of a dyke's opening."""
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
        torch.tensor([0.38, 0.30, 0.32], device=device), count, True, generator=generator
    )
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
    index = (shape == SILL).nonzero()[:, 0]
    if len(index):
        sheet = _sills(generator, depth[index], peak[index])
        total[index] = _sheet_motion(sheet, tiles.part(index))
    index = (shape == DYKE).nonzero()[:, 0]
    if len(index):
        sheet = _dykes(generator, width_km[index])
        depth[index] = sheet["depth"]
        total[index] = _sheet_motion(sheet, tiles.part(index))
    return total, depth


def _sheet_motion(sheet: dict[str, Tensor], tiles: SourceTiles) -> Tensor:
    """Line-of-sight motion of opening sheets, (S, H, W) metres."""
    return buried(sill, sheet, top_depth(sheet["depth"], sheet["dip"], sheet["width"]), tiles)


def _sills(generator: torch.Generator, depth: Tensor, peak: Tensor) -> dict[str, Tensor]:
    """Sills, most of them nearly flat, that lift the ground by about `peak` metres, each value (S,)."""
    number = len(depth)
    length = log_uniform(generator, (number,), 0.5, 3.0) * depth
    width = (length * uniform(generator, (number,), 0.4, 1.0)).clamp(max=1.7 * depth)
    opening = peak * 2.2 * (depth**2 + 0.3 * length * width) / (length * width)
    return {
        "depth": torch.maximum(depth, 0.52 * width + 0.1),
        "length": length,
        "width": width,
        "opening": opening.clamp(-8, 8),
        "strike": uniform(generator, (number,), 0, 360),
        "dip": 40.0 * uniform(generator, (number,)) ** 2.5,
    }


def _dykes(generator: torch.Generator, width_km: Tensor) -> dict[str, Tensor]:
    """Steep dykes that open in the upper crust, each value (S,)."""
    number = len(width_km)
    length = log_uniform(generator, (number,), *DYKE_LENGTH_TO_TILE_WIDTH) * width_km
    length = length.clamp(max=DYKE_MAX_LENGTH_KM)
    height = torch.minimum(log_uniform(generator, (number,), *DYKE_HEIGHT_KM), 0.8 * length)
    dip = 60.0 + 30.0 * uniform(generator, (number,)) ** 0.5
    top = torch.minimum(log_uniform(generator, (number,), *DYKE_TOP_KM), 0.5 * length)
    return {
        "depth": top + 0.5 * height * torch.sin(torch.deg2rad(dip)),
        "length": length,
        "width": height,
        "opening": log_uniform(generator, (number,), *DYKE_OPENING_M) * (length / 20.0).clamp(0.15, 1.0),
        "strike": uniform(generator, (number,), 0, 360),
        "dip": dip,
    }
