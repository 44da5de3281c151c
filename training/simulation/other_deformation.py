"""Deformation that is not an earthquake: volcanoes, subsidence, landslides."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...engine.deformation import landslide, mogi, sill, subsidence_bowl
from .config import SimulationConfig
from .fields import chance, log_uniform, normal, smooth, uniform
from .placement import Motion, coordinates

BOWLS = 6
"""Most sinking bowls in one tile."""


def volcanoes(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> Motion:
    """Mogi points, sills and dykes under the tile, inflating or deflating, metres."""
    count, device = len(width_km), width_km.device
    x, y = coordinates(width_km, place, size)
    depth = (log_uniform(generator, (count,), 0.03, 0.3) * width_km).clamp(0.7, 12.0)
    peak = log_uniform(generator, (count,), 0.04, 1.5)
    peak = torch.where(chance(generator, count, 0.65), peak, -peak)
    shape = torch.multinomial(
        torch.tensor([0.45, 0.3, 0.25], device=device), count, True, generator=generator
    )
    enu = torch.zeros((3, count, size * size), device=device)
    index = (shape == 0).nonzero()[:, 0]
    if len(index):
        # peak uplift of a point source: (1 - nu) dV / (pi d²), the depth in metres
        volume = peak[index] * math.pi * (1000 * depth[index]) ** 2 / 0.75
        enu[:, index] = torch.stack(list(mogi(x[index], y[index], depth[index], volume)))
    # sills lie flat, dykes stand and only open
    for code, dips in ((1, (0.0, 12.0)), (2, (70.0, 90.0))):
        index = (shape == code).nonzero()[:, 0]
        if not len(index):
            continue
        number = len(index)
        long = log_uniform(generator, (number,), 0.5, 3.0) * depth[index]
        wide = (long * uniform(generator, (number,), 0.4, 1.0)).clamp(max=1.7 * depth[index])
        # opening that lifts the ground by about `peak` above a sheet of this area and depth
        opening = peak[index] * 2.2 * (depth[index] ** 2 + 0.3 * long * wide) / (long * wide)
        sheet = sill(
            x[index],
            y[index],
            depth=torch.maximum(depth[index], 0.52 * wide + 0.1),
            length=long,
            width=wide,
            opening=(opening if code == 1 else opening.abs()).clamp(-8, 8),
            strike=uniform(generator, (number,), 0, 360),
            dip=uniform(generator, (number,), *dips),
        )
        enu[:, index] = torch.stack(list(sheet))
    enu = enu.reshape(3, count, size, size)
    return (enu[0], enu[1], enu[2]), {"depth": depth}


def subsidence(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> Motion:
    """Sinking bowls (mines, wells), or whole basins, metres."""
    count = len(width_km)
    enu = torch.zeros((3, count, size * size), device=width_km.device)
    amplitude = log_uniform(generator, (count,), 0.03, 0.8)
    for number in range(BOWLS):
        spot = place + (0.12 * normal(generator, (2, count)) if number else 0.0)
        radius = (log_uniform(generator, (count,), 0.008, 0.09) * width_km).clamp(0.25, 8.0)
        lowering = amplitude * uniform(generator, (count,), 0.4, 1.0)
        there = chance(generator, count, 1.0 if number == 0 else 0.45).nonzero()[:, 0]
        if not len(there):
            continue
        x, y = coordinates(width_km[there], spot[:, there], size)
        bowl = subsidence_bowl(
            x,
            y,
            radius=radius[there],
            subsidence=lowering[there],
            elongation=1 + uniform(generator, (len(there),)),
            azimuth=uniform(generator, (len(there),), 0, 180),
        )
        enu[:, there] += torch.stack(list(bowl))
    index = chance(generator, count, 0.35).nonzero()[:, 0]
    if len(index):
        basin = torch.relu(smooth(generator, len(index), size, 3) - 0.6).flatten(1)
        enu[:, index] = 0.0
        enu[2, index] = -0.5 * basin * amplitude[index][:, None]
    enu = enu.reshape(3, count, size, size)
    return (enu[0], enu[1], enu[2]), {}


def landslides(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
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
    length = (log_uniform(generator, (count,), 0.03, 0.17) * width_km).clamp(0.6, 9.0)
    enu = landslide(
        x,
        y,
        length=length,
        width=length * uniform(generator, (count,), 0.3, 0.8),
        azimuth=azimuth,
        slope=uniform(generator, (count,), 8.0, 35.0),
        slip=log_uniform(generator, (count,), 0.02, 0.5),
    )
    east, north, up = (part.reshape(count, size, size) for part in enu)
    return (east, north, up), {}
