"""Earthquakes: fault planes from magnitude and mechanism, with uniform or distributed slip."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.deformation.sources import okada, okada_grid, top_depth
from ...config.simulation import SimulationConfig
from ..fields import chance, log_uniform, normal, split, uniform
from . import scaling, slip
from .placement import Motion, SlipPool, SourceTiles, buried, coordinates, towards

MAX_DEPTH_MAGNITUDE = (4.5, 5.5, 5.7, 6.0, 6.2, 6.5, 6.8, 7.0, 7.5, 9.0)
MAX_DEPTH_KM = (4.0, 10.0, 12.0, 18.0, 24.0, 36.0, 55.0, 60.0, 60.0, 60.0)
"""Largest depth that is drawn at a magnitude: deeper earthquakes leave no signal (COMET's search depths)."""

STRIKE_SLIP, REVERSE, NORMAL = 0, 1, 2


def max_depth(magnitude: Tensor) -> Tensor:
    """Largest depth that is drawn, km (linear between the points of the table)."""
    points = torch.tensor(MAX_DEPTH_MAGNITUDE, device=magnitude.device)
    depths = torch.tensor(MAX_DEPTH_KM, device=magnitude.device)
    right = torch.searchsorted(points, magnitude.contiguous()).clamp(1, len(points) - 1)
    share = ((magnitude - points[right - 1]) / (points[right] - points[right - 1])).clamp(0, 1)
    return depths[right - 1] * (1 - share) + depths[right] * share


def draw_faults(generator: torch.Generator, width_km: Tensor, config: SimulationConfig) -> dict[str, Tensor]:
    """Draw fault planes whose length suits the tile: 0.08 to 1.3 times the tile's width.

    Returns
    -------
    dict of str to Tensor, shape (S,)
        mw, mechanism, strike, dip, rake, length, width, slip, depth (centroid).
    """
    count, device = len(width_km), width_km.device
    target = log_uniform(generator, (count,), 0.05, 1.3) * width_km
    # subsurface rupture length of all mechanisms, Wells & Coppersmith (1994): log10 L = -2.44 + 0.59 Mw
    magnitude = (torch.log10(target) + 2.44) / 0.59 + 0.15 * normal(generator, (count,))
    magnitude = magnitude.clamp(*config.magnitude)
    kinds = torch.tensor([0.36, 0.34, 0.30], device=device)
    mechanism = torch.multinomial(kinds, count, replacement=True, generator=generator)
    mechanism = torch.where(magnitude > 8.0, torch.full_like(mechanism, REVERSE), mechanism)
    u = uniform(generator, (3, count))
    dips = torch.stack([60 + 30 * u[0], 12 + 48 * u[0], 32 + 38 * u[0]])
    rakes = torch.stack([180.0 * (u[1] > 0.5), 90 * torch.ones_like(u[1]), -90 * torch.ones_like(u[1])])
    dip = dips.gather(0, mechanism[None])[0]
    dip = torch.where((mechanism == REVERSE) & (magnitude > 7.4), 6 + 20 * u[0], dip)
    rake = rakes.gather(0, mechanism[None])[0] + 18 * normal(generator, (count,))
    rake = torch.remainder(rake + 180, 360) - 180
    length, width, mean_slip = scaling.rupture_size(
        magnitude, mechanism, normal(generator, (2, count)), leonard=chance(generator, count, 0.5)
    )
    down = width * torch.sin(torch.deg2rad(dip))
    shallow = chance(generator, count, 0.3)
    top = torch.where(
        shallow,
        0.05 + 1.0 * uniform(generator, (count,)),
        0.3 + max_depth(magnitude) * 0.5 * uniform(generator, (count,)) ** 2.2,
    )
    return {
        "mw": magnitude,
        "mechanism": mechanism,
        "strike": 360 * u[2],
        "dip": dip,
        "rake": rake,
        "length": length,
        "width": width,
        "slip": mean_slip,
        "depth": top + 0.5 * down,
    }


def earthquakes(tiles: SourceTiles) -> Motion:
    """Draw one earthquake per tile; some have a second shock beside the first.

    Where there are published slip models, part of the tiles shows one of them.
    """
    if tiles.published is not None:
        chosen = chance(tiles.generator, len(tiles.width_km), tiles.config.slip_share)
        if chosen.any():
            return _mixed(tiles, tiles.published, chosen)
    return _drawn(tiles)


def _drawn(tiles: SourceTiles) -> Motion:
    """Earthquakes on drawn faults with uniform or distributed slip."""
    generator, width_km, size = tiles.generator, tiles.width_km, tiles.size
    count = len(width_km)
    fault = draw_faults(generator, width_km, tiles.config)
    total = torch.zeros((count, size, size), device=width_km.device)
    distributed = split(chance(generator, count, tiles.config.distributed))
    for index, motion in zip(distributed, (_distributed, _uniform)):
        if len(index):
            total[index] = motion({name: value[index] for name, value in fault.items()}, tiles.part(index))
    second = chance(generator, count, 0.06).nonzero()[:, 0]
    if len(second):
        shock, part = {name: value[second] for name, value in fault.items()}, tiles.part(second)
        shock["strike"] = shock["strike"] + 25 * normal(generator, (len(second),))
        away = normal(generator, (2, len(second))) * 0.8 * shock["length"] / width_km[second]
        part.place = part.place + away
        total[second] += _uniform(shock, part)
    return total, fault


def _mixed(tiles: SourceTiles, published: SlipPool, chosen: Tensor) -> Motion:
    """Published slip models in the chosen tiles, drawn faults in the others."""
    size, width_km = tiles.size, tiles.width_km
    total = torch.zeros((len(width_km), size, size), device=width_km.device)
    truth: dict[str, Tensor] = {}
    for index, draw in zip(split(chosen), (published.draw, _drawn)):
        if not len(index):
            continue
        total[index], facts = draw(tiles.part(index))
        for name, value in facts.items():
            truth.setdefault(name, torch.empty_like(width_km))[index] = value.to(width_km)
    return total, truth


def _uniform(fault: dict[str, Tensor], tiles: SourceTiles) -> Tensor:
    """Line-of-sight motion by uniform slip on one rectangle, (S, H, W) metres."""
    rake = torch.deg2rad(fault["rake"])
    plane = {name: fault[name] for name in ("depth", "strike", "dip", "length", "width")}
    plane["strike_slip"] = fault["slip"] * torch.cos(rake)
    plane["dip_slip"] = fault["slip"] * torch.sin(rake)
    top = top_depth(plane["depth"], plane["dip"], plane["width"])
    return buried(okada, plane, top, tiles)


def _distributed(fault: dict[str, Tensor], tiles: SourceTiles) -> Tensor:
    """Line-of-sight motion by von Kármán slip on 10 × 5 patches, (S, H, W) metres.

    It is computed on a grid four times as coarse and interpolated.
    """
    patches: dict[str, Any] = slip.von_karman(tiles.generator, fault, along=10, down=5)
    coarse = max(28, tiles.size // 4)
    x, y = coordinates(tiles.width_km, tiles.place, coarse)
    motion = towards(tiles.look, okada_grid(x, y, **patches)).reshape(-1, 1, coarse, coarse)
    return F.interpolate(motion, (tiles.size, tiles.size), mode="bicubic", align_corners=False)[:, 0]
