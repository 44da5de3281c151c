"""Earthquakes for the source network: any magnitude, depth and mechanism, with uniform or rough slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...engine.deformation.sources import okada_grid
from ..simulation.fields import chance, log_uniform, normal, uniform
from ..simulation.sources import scaling, slip
from ..simulation.sources.earthquakes import NORMAL, REVERSE, STRIKE_SLIP, max_depth
from ..simulation.sources.placement import coordinates
from .recipe import SourceTilesConfig

MAX_DIP_DEG = 89.6
"""Steeper planes would be computed in double precision; a vertical one moves the ground almost alike."""
INTERFACE_MAGNITUDE = 7.4
"""Reverse faults above it are plate interfaces, with a dip of 6 to 26 degrees."""
RAKE_SCATTER_DEG = 10.0
"""Standard deviation of the rake along a rough fault."""
DEPTH_SHARE_OF_EXTENT = 1.6
"""Motion falls to a fifth of its peak at about 0.8 centroid depths beyond each end of the fault."""
OFF_CENTRE = 0.1
"""Standard deviation of the fault's place about the tile's centre, in tile widths."""
FAR_OFF_CENTRE = 0.3
"""Largest offset of the quarter of the tiles whose box missed the middle of the motion, in tile widths."""


@dataclass
class FaultTiles:
    """Faults and the ground's motion in one tile about each.

    Attributes
    ----------
    fault : dict of tensors, shape (S,)
        As `to_targets` takes it: the moment centroid, effective length and width, mean rake.
    motion : tuple of three tensors, shape (S, H, W)
        East, north, up in metres.
    width_km : Tensor, shape (S,)
        Of the tiles.
    """

    fault: dict[str, Tensor]
    motion: tuple[Tensor, Tensor, Tensor]
    width_km: Tensor


def draw_fault_tiles(
    generator: torch.Generator, count: int, size: int, config: SourceTilesConfig
) -> FaultTiles:
    """Draw faults, put tiles about them and move the ground."""
    plane = _draw_planes(generator, count, config)
    grid, rough = _slip(generator, plane, config)
    down = plane["width"] * torch.cos(torch.deg2rad(plane["dip"]))
    extent = torch.hypot(plane["length"], down) + DEPTH_SHARE_OF_EXTENT * plane["depth"]
    width_km = extent / log_uniform(generator, (count,), *config.fill)
    far = chance(generator, count, 0.25)
    offset = torch.where(
        far,
        uniform(generator, (2, count), -FAR_OFF_CENTRE, FAR_OFF_CENTRE),
        OFF_CENTRE * normal(generator, (2, count)),
    )
    place = 0.5 + torch.stack([offset[0], -offset[1]])
    x, y = coordinates(width_km, place, size)
    motion = okada_grid(x, y, **grid)
    east, north, up = (part.reshape(count, size, size) for part in motion)
    fault = _equivalent(plane, grid, rough)
    fault["east"] = fault["east"] + offset[0] * width_km
    fault["north"] = fault["north"] + offset[1] * width_km
    return FaultTiles(fault, (east, north, up), width_km)


def _draw_planes(generator: torch.Generator, count: int, config: SourceTilesConfig) -> dict[str, Tensor]:
    """Fault planes, each value (S,)."""
    device = generator.device
    magnitude = uniform(generator, (count,), *config.magnitude)
    kind = torch.randint(0, 3, (count,), generator=generator, device=device)
    u = uniform(generator, (5, count))
    dip = torch.stack([58 + 31.6 * u[0], 12 + 50 * u[0], 30 + 40 * u[0]]).gather(0, kind[None])[0]
    rake = torch.stack([180.0 * (u[1] > 0.5), 90 * torch.ones_like(u[1]), -90 * torch.ones_like(u[1])])
    rake = rake.gather(0, kind[None])[0] + 18 * normal(generator, (count,))
    free = u[2] < config.any_mechanism
    dip = torch.where(free, 10 + (MAX_DIP_DEG - 10) * u[0], dip)
    rake = torch.where(free, 360 * u[1] - 180, rake)
    steep = torch.sin(torch.deg2rad(rake))
    kind = torch.where(steep > 0.6, REVERSE, torch.where(steep < -0.6, NORMAL, STRIKE_SLIP))
    interface = (kind == REVERSE) & (magnitude > INTERFACE_MAGNITUDE)
    dip = torch.where(interface, 6 + 20 * u[0], dip).clamp(max=MAX_DIP_DEG)
    length, width, mean_slip = scaling.rupture_size(
        magnitude,
        kind,
        normal(generator, (2, count)),
        leonard=chance(generator, count, 0.5),
        interface=interface,
    )
    top = torch.where(
        chance(generator, count, 0.3),
        0.05 + uniform(generator, (count,)),
        0.3 + 0.5 * max_depth(magnitude) * u[3] ** 2,
    )
    return {
        "mw": magnitude,
        "strike": 360 * u[4],
        "dip": dip,
        "rake": rake,
        "length": length,
        "width": width,
        "slip": mean_slip,
        "depth": top + 0.5 * width * torch.sin(torch.deg2rad(dip)),
    }


def _slip(
    generator: torch.Generator, plane: dict[str, Tensor], config: SourceTilesConfig
) -> tuple[dict[str, Any], Tensor]:
    """The faults as `okada_grid` takes them, and their relative slip, (S, down, along)."""
    count = len(plane["mw"])
    top = plane["depth"] - 0.5 * plane["width"] * torch.sin(torch.deg2rad(plane["dip"]))
    size = plane["length"], plane["width"], config.along, config.down
    relative = slip.slip_field(*size, breaks_surface=top < 1.5, generator=generator)
    turned = slip.slip_field(*size, generator=generator) - 1
    rough = chance(generator, count, config.rough)[:, None, None]
    relative = torch.where(rough, relative, torch.ones_like(relative))
    rake = plane["rake"][:, None, None] + torch.where(rough, RAKE_SCATTER_DEG * turned, 0.0 * turned)
    rake = torch.deg2rad(rake)
    amount = relative * plane["slip"][:, None, None]
    grid: dict[str, Any] = {name: plane[name] for name in ("depth", "strike", "dip", "length", "width")}
    grid["strike_slip"], grid["dip_slip"] = amount * torch.cos(rake), amount * torch.sin(rake)
    return grid, relative


def _equivalent(plane: dict[str, Tensor], grid: dict[str, Tensor], relative: Tensor) -> dict[str, Tensor]:
    """The uniform rectangle with the same moment, centroid, mean rake and second moments of slip."""
    weight = relative / relative.sum((1, 2), keepdim=True)
    far, along_var = _moments(weight.sum(1))
    deep, down_var = _moments(weight.sum(2))
    length, width = plane["length"], plane["width"]
    far, deep = far * length, deep * width
    strike, dip = torch.deg2rad(plane["strike"]), torch.deg2rad(plane["dip"])
    across = deep * torch.cos(dip)
    total = [grid[name].mean((1, 2)) for name in ("strike_slip", "dip_slip")]
    moment_share = torch.hypot(*total) / plane["slip"]
    return {
        "mw": plane["mw"] + torch.log10(moment_share) / 1.5,
        "depth": plane["depth"] + deep * torch.sin(dip),
        "length": length * torch.sqrt(12 * along_var),
        "width": width * torch.sqrt(12 * down_var),
        "east": far * torch.sin(strike) + across * torch.cos(strike),
        "north": far * torch.cos(strike) - across * torch.sin(strike),
        "strike": plane["strike"],
        "dip": plane["dip"],
        "rake": torch.rad2deg(torch.atan2(total[1], total[0])),
    }


def _moments(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of the place along equal cells (S, N) of a line from -1/2 to 1/2."""
    cells = weight.shape[1]
    place = (torch.arange(cells, device=weight.device, dtype=weight.dtype) + 0.5) / cells - 0.5
    mean = weight @ place
    return mean, weight @ place**2 - mean**2 + 1 / (12 * cells**2)
