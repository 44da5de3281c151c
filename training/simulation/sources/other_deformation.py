"""Deformation that is not an earthquake: volcanoes, subsidence, landslides."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.deformation.sources import landslide, mogi, sill, subsidence_bowl, top_depth
from ...config.simulation import SimulationConfig
from ..fields import chance, log_uniform, normal, smooth, uniform
from .placement import Motion, buried, coordinates, towards

BOWLS = 6
"""Most sinking bowls in one tile."""
WIDEST_BOWL_KM = 2.5
"""Mines, wells and salt works sink no more of the ground round and smoothly; what is wider is a basin."""
WIDE_TILE_KM = 20.0
"""Tiles as wide as this hold a basin as often as bowls alone."""
BASIN_KM = (12.0, 120.0)
"""Least and greatest width of the ground that a basin is drawn for; narrow tiles show a part of it."""
BOWLS_IN_BASINS = 0.35
"""Part of the basins that sink more about wells."""
WITH_ISLANDS = 0.4
"""Part of the basins that ground which stays stands in."""
ISLANDS = (0.8, 2.0)
"""Standard deviations of a smooth field above which such ground is: from many islands to few or none."""
SECOND_SOURCE = 0.2
"""Part of the volcanoes with two sources."""
VOLCANO_DEPTHS = (0.03, 0.6)
"""Depths over the tile's width: of the deepest sources a tile shows only the core."""
DEEPEST_DYKE_KM = 5.0
"""Depth of a dyke's middle at most: long ones that lie deeper would look as great thrusts do."""
MOST_VOLUME = (2e6, 1.5e8)
"""Cubic metres that magma's volume changes by at most between two dates, drawn between these: deep sources,
which move wide ground, are seldom seen, and where tens of kilometres rise by a metre, no volcano did it."""
LANDSLIDE_LENGTHS = (0.06, 0.3)
"""Lengths over the tile's width: of shorter ones a tile shows too few pixels to tell them from noise."""


def volcanoes(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
    look: Tensor,
) -> Motion:
    """Mogi points, sills and dykes under the tile, inflating or deflating, metres.

    Some volcanoes have a second source a few depths away: a chamber beside the first, or the one that feeds a
    dyke.
    """
    total, depth = _magma(generator, width_km, place, size, look)
    total *= nearer(width_km, place, elevation, depth)
    second = chance(generator, len(width_km), SECOND_SOURCE).nonzero()[:, 0]
    if len(second):
        away = normal(generator, (2, len(second))) * log_uniform(generator, (len(second),), 0.5, 3.0)
        spot = place[:, second] + away * depth[second] / width_km[second]
        total[second] += _magma(generator, width_km[second], spot, size, look[:, second])[0]
    return total, {"depth": depth}


def nearer(width_km: Tensor, place: Tensor, elevation: Tensor, depth: Tensor) -> Tensor:
    """How much more ground moves that lies higher or lower than the rest, over a source, (S, H, W).

    On relief a source lies at a depth of its own below every point (Williams & Wadge 1998); the uplift by a
    point source is proportional to d / (r² + d²)^1.5, with the depth d and the horizontal distance r. `depth`
    (S,), km, is that below the mean of `elevation` (S, H, W), metres; it is halved or doubled at most.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    x, y = coordinates(width_km, place, size)
    away = x.square().addcmul_(y, y).reshape(count, size, size)
    mean = depth[:, None, None]
    rise = (elevation - elevation.mean(dim=(-2, -1), keepdim=True)) * 0.001
    here = (mean + rise).clamp(0.5 * mean, 2 * mean)
    nearness = (away + mean**2) / (away + here**2)
    return here / mean * nearness * nearness.sqrt()


def _magma(
    generator: torch.Generator, width_km: Tensor, place: Tensor, size: int, look: Tensor
) -> tuple[Tensor, Tensor]:
    """One point, sill or dyke a tile: line-of-sight motion (S, H, W) in metres, and its depth (S,) in km."""
    count, device = len(width_km), width_km.device
    depth = (log_uniform(generator, (count,), *VOLCANO_DEPTHS) * width_km).clamp(0.7, 12.0)
    shape = torch.multinomial(
        torch.tensor([0.5, 0.36, 0.14], device=device), count, True, generator=generator
    )
    depth = torch.where(shape == 2, depth.clamp(max=DEEPEST_DYKE_KM), depth)
    peak = log_uniform(generator, (count,), 0.04, 1.5)
    # peak uplift of a point source over its change of volume: (1 - nu) / (pi d²), the depth in metres
    lift = 0.75 / (math.pi * (1000 * depth) ** 2)
    peak = torch.minimum(peak, lift * log_uniform(generator, (count,), *MOST_VOLUME))
    peak = torch.where(chance(generator, count, 0.65), peak, -peak)
    total = torch.zeros((count, size, size), device=device)
    index = (shape == 0).nonzero()[:, 0]
    if len(index):
        point = {"depth": depth[index], "volume_change": peak[index] / lift[index]}
        total[index] = buried(
            mogi, point, depth[index], width_km[index], place[:, index], look[:, index], size
        )
    # most sills lie flat, dykes stand, run along rifts and only open; lengths are over the depth
    tilt = uniform(generator, (count,))
    dip = torch.where(shape == 1, 40.0 * tilt**2.5, 65.0 + 25.0 * tilt)
    for code, lengths in ((1, (0.5, 3.0)), (2, (0.7, 8.0))):
        index = (shape == code).nonzero()[:, 0]
        if not len(index):
            continue
        number = len(index)
        long = log_uniform(generator, (number,), *lengths) * depth[index]
        wide = (long * uniform(generator, (number,), 0.4, 1.0)).clamp(max=1.7 * depth[index])
        # opening that lifts the ground by about `peak` above a sheet of this area and depth
        opening = peak[index] * 2.2 * (depth[index] ** 2 + 0.3 * long * wide) / (long * wide)
        sheet = {
            "depth": torch.maximum(depth[index], 0.52 * wide + 0.1),
            "length": long,
            "width": wide,
            "opening": (opening if code == 1 else opening.abs()).clamp(-8, 8),
            "strike": uniform(generator, (number,), 0, 360),
            "dip": dip[index],
        }
        top = top_depth(sheet["depth"], sheet["dip"], wide)
        total[index] = buried(sill, sheet, top, width_km[index], place[:, index], look[:, index], size)
    return total, depth


def subsidence(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
    look: Tensor,
) -> Motion:
    """Sinking bowls (mines, wells), basins, or both, metres."""
    count, device = len(width_km), width_km.device
    total = torch.zeros((count, size, size), device=device)
    amplitude = log_uniform(generator, (count,), 0.03, 0.8)
    wide = chance(generator, count, width_km / (width_km + WIDE_TILE_KM))
    basins, holed = wide.nonzero()[:, 0], ~wide | chance(generator, count, BOWLS_IN_BASINS)
    if len(basins):
        basin = _basins(generator, elevation[basins], width_km[basins])
        total[basins] = basin * (-0.7 * amplitude * look[2])[basins, None, None]
    holed = holed.nonzero()[:, 0]
    there = uniform(generator, (BOWLS, len(holed))) < 0.45
    there[0] = True
    number, tile = there.nonzero(as_tuple=True)
    tile = holed[tile]
    if len(tile):
        spot = place[:, tile] + 0.12 * normal(generator, (2, len(tile))) * (number > 0)
        bowl = subsidence_bowl(
            *coordinates(width_km[tile], spot, size),
            radius=(log_uniform(generator, (len(tile),), 0.008, 0.09) * width_km[tile]).clamp(
                0.2, WIDEST_BOWL_KM
            ),
            subsidence=amplitude[tile] * uniform(generator, (len(tile),), 0.4, 1.0),
            elongation=1 + uniform(generator, (len(tile),)),
            azimuth=uniform(generator, (len(tile),), 0, 180),
        )
        # adds in the same order every time, as `index_add_` does not on a GPU
        total.index_put_((tile,), towards(look[:, tile], bowl).reshape(-1, size, size), accumulate=True)
    return total, {}


def _basins(generator: torch.Generator, elevation: Tensor, width_km: Tensor) -> Tensor:
    """How much the ground above emptied aquifers sinks, from 0 to about 1, shape as `elevation`, (S, H, W).

    They lie in low ground, have ragged outlines, sink evenly where the sediment is thick, and end sharply
    where rock comes up. Narrow tiles show the rim of a basin, or a slope without a rim.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    ragged = torch.zeros_like(elevation)
    for cells, part in ((3, 1.0), (7, 0.5), (15, 0.25)):
        ragged += part * smooth(generator, count, size, cells)
    whole = log_uniform(generator, (count,), *BASIN_KM)
    factor = (whole / width_km).clamp(1.0, 6.0)
    ragged = _magnified(generator, ragged, factor) + 0.12 * smooth(generator, count, size, 15)
    spread, level = torch.std_mean(elevation, dim=(-2, -1), keepdim=True)
    low = (level - elevation) / (spread + 30.0)
    thick = ragged + uniform(generator, (count,), 0.0, 1.0)[:, None, None] * low
    lowest, highest = (part[:, None, None] for part in thick.flatten(1).aminmax(dim=1))
    # of the whole basin a tile shows much quiet ground; of a part of it, perhaps none
    share = torch.lerp(0.6 / factor, torch.full_like(factor, 0.87), uniform(generator, (count,)))
    brim = torch.lerp(lowest, highest, share[:, None, None])
    even = 0.5 * (highest - lowest) * log_uniform(generator, (count,), 0.05, 0.6)[:, None, None]
    sunk = torch.tanh(torch.relu(thick - brim) / even)
    # wells and clay differ from place to place
    sunk = sunk * (1 + 0.25 * smooth(generator, count, size, 10)).clamp_min(0.2)
    # hills of rock stand in some of them and stay where they are, rings of fringes about them
    rock = smooth(generator, count, size, 8) - uniform(generator, (count,), *ISLANDS)[:, None, None]
    rock = torch.sigmoid(rock * log_uniform(generator, (count,), 8.0, 40.0)[:, None, None])
    return sunk * (1 - rock * chance(generator, count, WITH_ISLANDS)[:, None, None])


def _magnified(generator: torch.Generator, fields: Tensor, factor: Tensor) -> Tensor:
    """A random part of each field, a `factor`-th (S,) as wide, at the size of the whole, (S, H, W)."""
    free = 1 - 1 / factor
    offset = (2 * uniform(generator, (2, len(factor))) - 1) * free
    zero = torch.zeros_like(factor)
    affine = torch.stack([1 / factor, zero, offset[0], zero, 1 / factor, offset[1]], dim=1).reshape(-1, 2, 3)
    grid = F.affine_grid(affine, [len(fields), 1, *fields.shape[1:]], align_corners=False)
    return F.grid_sample(fields[:, None], grid, "bicubic", "border", align_corners=False)[:, 0]


def landslides(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
    look: Tensor,
) -> Motion:
    """Elongated patches that creep downhill, metres; downhill is that of the relief at the patch."""
    count = len(width_km)
    x, y = coordinates(width_km, place, size)
    column = (place[0] * (size - 1)).long().clamp(1, size - 2)
    row = (place[1] * (size - 1)).long().clamp(1, size - 2)
    each = torch.arange(count, device=width_km.device)
    fall_east = elevation[each, row, column - 1] - elevation[each, row, column + 1]
    fall_north = elevation[each, row + 1, column] - elevation[each, row - 1, column]
    azimuth = torch.rad2deg(torch.atan2(fall_east, fall_north)) + 12 * normal(generator, (count,))
    length = (log_uniform(generator, (count,), *LANDSLIDE_LENGTHS) * width_km).clamp(0.6, 9.0)
    patch = landslide(
        x,
        y,
        length=length,
        width=length * uniform(generator, (count,), 0.3, 0.8),
        azimuth=azimuth,
        slope=uniform(generator, (count,), 8.0, 35.0),
        slip=log_uniform(generator, (count,), 0.02, 0.5),
    )
    return towards(look, patch).reshape(count, size, size), {}
