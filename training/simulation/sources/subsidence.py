"""Subsidence: bowls above mines and wells, basins of pumped aquifers, or both."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.deformation.sources import subsidence_bowl
from ..fields import chance, log_uniform, normal, smooth, uniform
from .placement import Motion, SourceTiles, coordinates, towards

MAX_BOWLS = 6
"""Largest number of bowls in one tile."""
BOWL_MAX_RADIUS_KM = 2.5
"""Mines, wells and salt works cause no wider round and smooth bowls; wider subsidence is a basin."""
EQUAL_CHANCE_TILE_KM = 20.0
"""Width of tiles that hold a basin as often as bowls alone."""
BASIN_WIDTH_KM = (12.0, 120.0)
"""Range of basin widths; narrow tiles show a part of a basin."""
BASINS_WITH_BOWLS_SHARE = 0.35
"""Part of the basins that also hold bowls around wells."""
BASINS_WITH_ISLANDS_SHARE = 0.4
"""Part of the basins with islands of stable ground."""
ISLAND_THRESHOLD = (0.8, 2.0)
"""Range of thresholds, in standard deviations of a smooth field, above which ground is stable: from many
islands to few or none."""


def subsidence(tiles: SourceTiles) -> Motion:
    """Draw bowls, a basin, or both for each tile."""
    generator, width_km, look = tiles.generator, tiles.width_km, tiles.look
    count, size = len(width_km), tiles.size
    total = torch.zeros((count, size, size), device=width_km.device)
    amplitude = log_uniform(generator, (count,), 0.03, 0.8)
    has_basin = chance(generator, count, width_km / (width_km + EQUAL_CHANCE_TILE_KM))
    basins = has_basin.nonzero()[:, 0]
    has_bowls = ~has_basin | chance(generator, count, BASINS_WITH_BOWLS_SHARE)
    if len(basins):
        basin = _basins(generator, tiles.elevation[basins], width_km[basins])
        total[basins] = basin * (-0.7 * amplitude * look[2])[basins, None, None]
    _add_bowls(total, tiles, has_bowls.nonzero()[:, 0], amplitude)
    return total, {}


def _add_bowls(total: Tensor, tiles: SourceTiles, index: Tensor, amplitude: Tensor) -> None:
    """Add one to `MAX_BOWLS` bowls to the motion `total` of the tiles `index`, in place."""
    generator, width_km, size = tiles.generator, tiles.width_km, tiles.size
    present = uniform(generator, (MAX_BOWLS, len(index))) < 0.45
    present[0] = True
    number, tile = present.nonzero(as_tuple=True)
    tile = index[tile]
    if not len(tile):
        return
    centre = tiles.place[:, tile] + 0.12 * normal(generator, (2, len(tile))) * (number > 0)
    bowl = subsidence_bowl(
        *coordinates(width_km[tile], centre, size),
        radius=(log_uniform(generator, (len(tile),), 0.008, 0.09) * width_km[tile]).clamp(
            0.2, BOWL_MAX_RADIUS_KM
        ),
        subsidence=amplitude[tile] * uniform(generator, (len(tile),), 0.4, 1.0),
        elongation=1 + uniform(generator, (len(tile),)),
        azimuth=uniform(generator, (len(tile),), 0, 180),
    )
    # adds in the same order every time, as `index_add_` does not on a GPU
    total.index_put_((tile,), towards(tiles.look[:, tile], bowl).reshape(-1, size, size), accumulate=True)


def _basins(generator: torch.Generator, elevation: Tensor, width_km: Tensor) -> Tensor:
    """Relative subsidence above pumped aquifers, from 0 to about 1, shape as `elevation`, (S, H, W).

    Basins lie in low ground and have ragged outlines. They sink evenly where the sediment is thick, and end
    sharply where rock comes up. Narrow tiles show the rim of a basin, or a slope without a rim.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    ragged = torch.zeros_like(elevation)
    for cells, part in ((3, 1.0), (7, 0.5), (15, 0.25)):
        ragged += part * smooth(generator, count, size, cells)
    whole = log_uniform(generator, (count,), *BASIN_WIDTH_KM)
    factor = (whole / width_km).clamp(1.0, 6.0)
    ragged = _magnified(generator, ragged, factor) + 0.12 * smooth(generator, count, size, 15)
    spread, mean = torch.std_mean(elevation, dim=(-2, -1), keepdim=True)
    low = (mean - elevation) / (spread + 30.0)
    thickness = ragged + uniform(generator, (count,), 0.0, 1.0)[:, None, None] * low
    lowest, highest = (part[:, None, None] for part in thickness.flatten(1).aminmax(dim=1))
    # a tile shows much quiet ground around a whole basin, and perhaps none around a part of one
    share = torch.lerp(0.6 / factor, torch.full_like(factor, 0.87), uniform(generator, (count,)))
    rim = torch.lerp(lowest, highest, share[:, None, None])
    even = 0.5 * (highest - lowest) * log_uniform(generator, (count,), 0.05, 0.6)[:, None, None]
    sunk = torch.tanh(torch.relu(thickness - rim) / even)
    # wells and clay differ from place to place
    sunk = sunk * (1 + 0.25 * smooth(generator, count, size, 10)).clamp_min(0.2)
    # hills of rock stand in some basins and stay where they are, with rings of fringes around them
    rock = smooth(generator, count, size, 8) - uniform(generator, (count,), *ISLAND_THRESHOLD)[:, None, None]
    rock = torch.sigmoid(rock * log_uniform(generator, (count,), 8.0, 40.0)[:, None, None])
    return sunk * (1 - rock * chance(generator, count, BASINS_WITH_ISLANDS_SHARE)[:, None, None])


def _magnified(generator: torch.Generator, fields: Tensor, factor: Tensor) -> Tensor:
    """A random window of each field, 1 / `factor` (S,) as wide, resampled to the full size, (S, H, W)."""
    free = 1 - 1 / factor
    offset = (2 * uniform(generator, (2, len(factor))) - 1) * free
    zero = torch.zeros_like(factor)
    affine = torch.stack([1 / factor, zero, offset[0], zero, 1 / factor, offset[1]], dim=1).reshape(-1, 2, 3)
    grid = F.affine_grid(affine, [len(fields), 1, *fields.shape[1:]], align_corners=False)
    return F.grid_sample(fields[:, None], grid, "bicubic", "border", align_corners=False)[:, 0]
