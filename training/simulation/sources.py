"""What moves the ground: earthquakes from magnitude and mechanism, volcanoes, subsidence, landslides."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ...engine.deformation import mogi, okada, okada_grid
from . import scaling, slip
from .acquisition import Acquisition
from .config import SHARES, SimulationConfig
from .fields import chance, log_uniform, normal, smooth, uniform

KINDS = SHARES
"""Names of the source kinds, in the order of their codes."""
CLASS_OF_KIND = (0, 1, 2, 2, 2)
"""Class label of each kind: none, earthquake, other deformation."""

REACH_MAGNITUDE = (4.5, 5.5, 5.7, 6.0, 6.2, 6.5, 6.8, 7.0, 7.5, 9.0)
REACH_KM = (4.0, 10.0, 12.0, 18.0, 24.0, 36.0, 55.0, 60.0, 60.0, 60.0)
"""Greatest depth that is worth drawing at a magnitude: beyond it nothing can be seen (COMET's search depths)."""

STRIKE_SLIP, REVERSE, NORMAL = 0, 1, 2


@dataclass
class Sources:
    """Ground motion of a batch and the truth about it.

    Attributes
    ----------
    line_of_sight : Tensor, shape (B, H, W)
        Metres, positive towards the satellite; zero where nothing was added.
    kind : Tensor of int64, shape (B,)
        Index into `KINDS`.
    truth : dict of str to Tensor, shape (B,)
        mw, depth (centroid, km), strike, dip, rake (degrees), length, width (km), slip (m), mechanism,
        x, y (centroid, fractions of the tile from its upper left corner); NaN where they do not apply.
    """

    line_of_sight: Tensor
    kind: Tensor
    truth: dict[str, Tensor] = field(default_factory=dict)


TRUTH = ("mw", "depth", "strike", "dip", "rake", "length", "width", "slip", "mechanism", "x", "y")


def draw_sources(
    generator: torch.Generator,
    acquisition: Acquisition,
    elevation: Tensor,
    size: int,
    config: SimulationConfig,
    relief_known: Tensor,
) -> Sources:
    """Draw what happens in each tile and its line-of-sight motion.

    Parameters
    ----------
    elevation : Tensor, shape (B, H, W), metres
        Volcanoes prefer summits and landslides slopes.
    relief_known : Tensor of bool, shape (B,)
        Tiles whose elevation is that of their background; elsewhere sources lie anywhere.
    """
    count, device = elevation.shape[0], generator.device
    shares = torch.tensor([getattr(config, f"share_{name}") for name in KINDS], device=device)
    kind = torch.multinomial(shares, count, replacement=True, generator=generator)
    sources = Sources(
        torch.zeros((count, size, size), device=device),
        kind,
        {name: torch.full((count,), math.nan, device=device) for name in TRUTH},
    )
    width_km = acquisition.pixel_km * size
    makers = (None, _earthquakes, _volcanoes, _subsidence, _landslides)
    for code, make in enumerate(makers):
        index = (kind == code).nonzero()[:, 0]
        if make is None or not len(index):
            continue
        place = _places(generator, elevation[index], code, relief_known[index])
        enu, truth = make(generator, width_km[index], place, size, config, elevation[index])
        look = acquisition.look[:, index]
        sources.line_of_sight[index] = sum(c * look[i, :, None, None] for i, c in enumerate(enu))
        for name, value in truth.items():
            sources.truth[name][index] = value.to(torch.float32)
        sources.truth["x"][index] = place[0]
        sources.truth["y"][index] = place[1]
    return sources


def _places(generator: torch.Generator, elevation: Tensor, code: int, known: Tensor) -> Tensor:
    """Where the sources lie, (2, S): fractions of the tile, x to the right and y down."""
    count, size = elevation.shape[0], elevation.shape[-1]
    place = uniform(generator, (2, count), 0.04, 0.96)
    if KINDS[code] == "volcano":
        summit = F.avg_pool2d(elevation[:, None], 7, stride=4)[:, 0]
        cells = summit.shape[-1]
        favour = summit * (1 + 0.3 * normal(generator, tuple(summit.shape)))
        best = favour.flatten(1).argmax(dim=1)
        peak = torch.stack([best % cells, best // cells]).float() * 4 + 3.5
        peak = peak / size + 0.02 * normal(generator, (2, count))
        on_summit = known & chance(generator, count, 0.6)
        place = torch.where(on_summit, peak.clamp(0.02, 0.98), place)
    return place


def _coordinates(width_km: Tensor, place: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """East and north of every pixel from each source in km, both (S, H * W)."""
    axis = (torch.arange(size, device=width_km.device) + 0.5) / size
    east = (axis[None, :] - place[0][:, None]) * width_km[:, None]
    north = (place[1][:, None] - axis[None, :]) * width_km[:, None]
    shape = (len(width_km), size, size)
    return east[:, None, :].expand(shape).flatten(1), north[:, :, None].expand(shape).flatten(1)


def _reach(magnitude: Tensor) -> Tensor:
    """Greatest depth worth drawing, km (linear between the table's points)."""
    points = torch.tensor(REACH_MAGNITUDE, device=magnitude.device)
    depths = torch.tensor(REACH_KM, device=magnitude.device)
    right = torch.searchsorted(points, magnitude.contiguous()).clamp(1, len(points) - 1)
    share = ((magnitude - points[right - 1]) / (points[right] - points[right - 1])).clamp(0, 1)
    return depths[right - 1] * (1 - share) + depths[right] * share


def draw_faults(generator: torch.Generator, width_km: Tensor, config: SimulationConfig) -> dict[str, Tensor]:
    """Draw fault planes whose rupture length suits the tile: from a sixteenth of its width to 1.3 widths.

    Returns
    -------
    dict of str to Tensor, shape (S,)
        mw, mechanism, strike, dip, rake, length, width, slip, depth (centroid).
    """
    count, device = len(width_km), width_km.device
    wanted = log_uniform(generator, (count,), 0.06, 1.3) * width_km
    # subsurface rupture length of all mechanisms, Wells & Coppersmith (1994): log10 L = -2.44 + 0.59 Mw
    magnitude = (torch.log10(wanted) + 2.44) / 0.59 + 0.15 * normal(generator, (count,))
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
        0.3 + _reach(magnitude) * 0.6 * uniform(generator, (count,)) ** 1.9,
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


def _earthquakes(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> tuple[tuple[Tensor, Tensor, Tensor], dict[str, Tensor]]:
    """Surface motion of one earthquake a tile (some have a second shock beside the first), metres."""
    count = len(width_km)
    fault = draw_faults(generator, width_km, config)
    enu = torch.zeros((3, count, size, size), device=width_km.device)
    spread = chance(generator, count, config.distributed)
    for distributed in (False, True):
        index = (spread == distributed).nonzero()[:, 0]
        if len(index):
            part = {name: value[index] for name, value in fault.items()}
            motion = _distributed if distributed else _uniform
            enu[:, index] = motion(generator, part, width_km[index], place[:, index], size)
    second = chance(generator, count, 0.06).nonzero()[:, 0]
    if len(second):
        part = {name: value[second] for name, value in fault.items()}
        part["strike"] = part["strike"] + 25 * normal(generator, (len(second),))
        away = normal(generator, (2, len(second))) * 0.8 * part["length"] / width_km[second]
        enu[:, second] += _uniform(generator, part, width_km[second], place[:, second] + away, size)
    return (enu[0], enu[1], enu[2]), fault


def _uniform(
    generator: torch.Generator, fault: dict[str, Tensor], width_km: Tensor, place: Tensor, size: int
) -> Tensor:
    """Uniform slip on one rectangle: (3, S, H, W) metres."""
    x, y = _coordinates(width_km, place, size)
    rake = torch.deg2rad(fault["rake"])
    enu = okada(
        x,
        y,
        depth=fault["depth"],
        strike=fault["strike"],
        dip=fault["dip"],
        length=fault["length"],
        width=fault["width"],
        strike_slip=fault["slip"] * torch.cos(rake),
        dip_slip=fault["slip"] * torch.sin(rake),
    )
    return torch.stack(list(enu)).reshape(3, len(width_km), size, size)


def _distributed(
    generator: torch.Generator, fault: dict[str, Tensor], width_km: Tensor, place: Tensor, size: int
) -> Tensor:
    """Von Kármán slip on 10 × 5 patches, evaluated on a coarser grid and interpolated: (3, S, H, W) metres."""
    patches = slip.von_karman(generator, fault, along=10, down=5)
    coarse = max(28, size // 4)
    x, y = _coordinates(width_km, place, coarse)
    enu = okada_grid(x, y, **patches)
    stacked = torch.stack(list(enu)).reshape(3, len(width_km), coarse, coarse)
    return F.interpolate(stacked, (size, size), mode="bicubic", align_corners=False)


def _volcanoes(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> tuple[tuple[Tensor, Tensor, Tensor], dict[str, Tensor]]:
    """Mogi points, sills and dykes under the tile, inflating or deflating, metres."""
    count, device = len(width_km), width_km.device
    x, y = _coordinates(width_km, place, size)
    depth = (log_uniform(generator, (count,), 0.03, 0.3) * width_km).clamp(0.7, 12.0)
    peak = log_uniform(generator, (count,), 0.02, 1.2)
    peak = torch.where(chance(generator, count, 0.65), peak, -peak)
    shape = torch.multinomial(
        torch.tensor([0.45, 0.3, 0.25], device=device), count, True, generator=generator
    )
    enu = torch.zeros((3, count, size * size), device=device)
    index = (shape == 0).nonzero()[:, 0]
    if len(index):
        # peak uplift of a point source: (1 - nu) dV / (pi d²)
        volume = peak[index] * math.pi * depth[index] ** 2 / 0.75  # 1e6 m³, for the depth is in km
        enu[:, index] = torch.stack(
            list(mogi(x[index], y[index], depth=depth[index], volume_change=volume * 1e6))
        )
    for code, dips in ((1, (0.0, 12.0)), (2, (70.0, 90.0))):
        index = (shape == code).nonzero()[:, 0]
        if not len(index):
            continue
        number = len(index)
        long = log_uniform(generator, (number,), 0.5, 3.0) * depth[index]
        wide = (long * uniform(generator, (number,), 0.4, 1.0)).clamp(max=1.7 * depth[index])
        dip = uniform(generator, (number,), *dips)
        # opening that lifts the ground by about `peak` above a source of this area and depth
        opening = peak[index] * 2.2 * (depth[index] ** 2 + 0.3 * long * wide) / (long * wide)
        opening = opening if code == 1 else opening.abs()
        centre = depth[index] if code == 1 else torch.maximum(depth[index], 0.52 * wide + 0.1)
        enu[:, index] = torch.stack(
            list(
                okada(
                    x[index],
                    y[index],
                    depth=centre,
                    strike=uniform(generator, (number,), 0, 360),
                    dip=dip,
                    length=long,
                    width=wide,
                    strike_slip=torch.zeros_like(dip),
                    dip_slip=torch.zeros_like(dip),
                    opening=opening.clamp(-8, 8),
                )
            )
        )
    enu = enu.reshape(3, count, size, size)
    return (enu[0], enu[1], enu[2]), {"depth": depth}


def _subsidence(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> tuple[tuple[Tensor, Tensor, Tensor], dict[str, Tensor]]:
    """Sinking bowls (mines, wells) or whole basins, with motion towards their middle, metres."""
    count, device = len(width_km), width_km.device
    up = torch.zeros((count, size * size), device=device)
    east, north = torch.zeros_like(up), torch.zeros_like(up)
    amplitude = log_uniform(generator, (count,), 0.02, 0.6)
    for number in range(6):
        there = torch.ones(count, device=device) if number == 0 else chance(generator, count, 0.45).float()
        spot = place + (0.12 * normal(generator, (2, count)) if number else 0.0)
        x, y = _coordinates(width_km, spot, size)
        radius = (log_uniform(generator, (count,), 0.008, 0.09) * width_km).clamp(0.25, 8.0)[:, None]
        flat = uniform(generator, (count,), 1.0, 2.5)[:, None]
        squeeze = torch.exp(0.25 * normal(generator, (count,)))[:, None]
        distance = ((x * squeeze) ** 2 + (y / squeeze) ** 2) / (2 * radius**2)
        bowl = (
            torch.exp(-(distance**flat))
            * (amplitude * there * uniform(generator, (count,), 0.4, 1.0))[:, None]
        )
        up -= bowl
        # horizontal motion towards the middle goes with the slope of the bowl
        east -= 0.4 * bowl * x / radius
        north -= 0.4 * bowl * y / radius
    basin = chance(generator, count, 0.35)
    index = basin.nonzero()[:, 0]
    if len(index):
        ground = torch.relu(smooth(generator, len(index), size, 3) - 0.6).flatten(1)
        up[index] = -ground * amplitude[index][:, None] * 0.5
        east[index], north[index] = 0.0, 0.0
    shape = (count, size, size)
    return (east.reshape(shape), north.reshape(shape), up.reshape(shape)), {}


def _landslides(
    generator: torch.Generator,
    width_km: Tensor,
    place: Tensor,
    size: int,
    config: SimulationConfig,
    elevation: Tensor,
) -> tuple[tuple[Tensor, Tensor, Tensor], dict[str, Tensor]]:
    """Elongated patches that creep downhill, metres; downhill is that of the relief at the patch."""
    count = len(width_km)
    x, y = _coordinates(width_km, place, size)
    column = (place[0] * (size - 1)).long().clamp(1, size - 2)
    row = (place[1] * (size - 1)).long().clamp(1, size - 2)
    each = torch.arange(count, device=width_km.device)
    fall_east = elevation[each, row, column - 1] - elevation[each, row, column + 1]
    fall_north = elevation[each, row + 1, column] - elevation[each, row - 1, column]
    downhill = torch.atan2(fall_north, fall_east) + 0.2 * normal(generator, (count,))
    length = (log_uniform(generator, (count,), 0.02, 0.12) * width_km).clamp(0.4, 6.0)[:, None]
    across = length * uniform(generator, (count,), 0.3, 0.8)[:, None]
    cos, sin = torch.cos(downhill)[:, None], torch.sin(downhill)[:, None]
    u, v = (x * cos + y * sin) / length, (y * cos - x * sin) / across
    patch = torch.exp(-((u**2 + v**2) ** 2) * 4)
    amount = patch * log_uniform(generator, (count,), 0.02, 0.5)[:, None]
    steep = torch.deg2rad(uniform(generator, (count,), 8.0, 35.0))[:, None]
    shape = (count, size, size)
    motion = (amount * torch.cos(steep) * cos, amount * torch.cos(steep) * sin, -amount * torch.sin(steep))
    return (motion[0].reshape(shape), motion[1].reshape(shape), motion[2].reshape(shape)), {}
