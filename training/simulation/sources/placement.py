"""Tiles that take a source, the source's position in them, and the pixels' coordinates about the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Optional, Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ...config.simulation import SimulationConfig
from ..fields import chance, normal, uniform
from ..interpolation import node_places, smooth_motion

Motion = tuple[Tensor, dict[str, Tensor]]
"""Line-of-sight motion in metres, (S, H, W), positive towards the satellite, and facts about the sources."""


class SlipPool(Protocol):
    """A pool of published slip models (see `published.PublishedSlip`)."""

    def draw(self, tiles: SourceTiles) -> Motion: ...


@dataclass
class SourceTiles:
    """Tiles that each take one source of the same kind.

    Attributes
    ----------
    generator : torch.Generator
        Source of the random numbers.
    width_km : Tensor, shape (S,)
        Width of the tiles on the ground in kilometres.
    place : Tensor, shape (2, S)
        Position of the source in fractions of the tile: x to the right, y down.
    elevation : Tensor, shape (S, H, W), metres
    look : Tensor, shape (3, S)
        Unit vector from the ground to the satellite: east, north, up.
    config : SimulationConfig
    published : SlipPool, optional
        Published slip models that part of the earthquakes are drawn from.
    """

    generator: torch.Generator
    width_km: Tensor
    place: Tensor
    elevation: Tensor
    look: Tensor
    config: SimulationConfig
    published: Optional[SlipPool] = None

    @property
    def size(self) -> int:
        """Pixels along one side of a tile."""
        return int(self.elevation.shape[-1])

    def part(self, index: Tensor) -> SourceTiles:
        """The tiles `index`, shape (N,)."""
        return replace(
            self,
            width_km=self.width_km[index],
            place=self.place[:, index],
            elevation=self.elevation[index],
            look=self.look[:, index],
        )


Maker = Callable[[SourceTiles], Motion]
"""A function that moves the ground of tiles; each `SourceKind` names one."""


def places(generator: torch.Generator, elevation: Tensor, prefer_summits: bool, summit: Tensor) -> Tensor:
    """Draw the sources' positions, (2, S): fractions of the tile, x to the right and y down.

    Parameters
    ----------
    generator : torch.Generator
    elevation : Tensor, shape (S, H, W), metres
    prefer_summits : bool
        Put six sources in ten at a summit.
    summit : Tensor, shape (2, S)
        Known position of the summit; where it is NaN, the summit is taken from the elevation.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    place = uniform(generator, (2, count), 0.04, 0.96)
    if prefer_summits:
        height = F.avg_pool2d(elevation[:, None], 7, stride=4)[:, 0]
        cells = height.shape[-1]
        favour = height * (1 + 0.3 * normal(generator, tuple(height.shape)))
        best = favour.flatten(1).argmax(dim=1)
        peak = torch.stack([best % cells, best // cells]).float() * 4 + 3.5
        peak = torch.where(torch.isnan(summit), peak / size, summit)
        peak = peak + 0.02 * normal(generator, (2, count))
        on_summit = chance(generator, count, 0.6)
        place = torch.where(on_summit, peak.clamp(0.02, 0.98), place)
    return place


def coordinates(width_km: Tensor, place: Tensor, size: int, factor: int = 1) -> tuple[Tensor, Tensor]:
    """East and north of every pixel from each source in km, both (S, H * W).

    With a `factor` above 1, the nodes of a coarser grid replace the pixels (see `interpolation`).
    """
    axis = node_places(size, factor, width_km.device)
    east = (axis[None, :] - place[0][:, None]) * width_km[:, None]
    north = (place[1][:, None] - axis[None, :]) * width_km[:, None]
    shape = (len(width_km), len(axis), len(axis))
    return east[:, None, :].expand(shape).flatten(1), north[:, :, None].expand(shape).flatten(1)


def towards(look: Tensor, motion: Sequence[Tensor]) -> Tensor:
    """Line-of-sight part of east, north and up motion (S, …), for line-of-sight vectors (3, S)."""
    grow = (slice(None),) + (None,) * (motion[0].ndim - 1)
    east, north, up = (part[grow] for part in look)
    return (motion[0] * east).addcmul_(motion[1], north).addcmul_(motion[2], up)


def buried(
    source: Callable[..., tuple[Tensor, Tensor, Tensor]],
    parameters: dict[str, Tensor],
    top_km: Tensor,
    tiles: SourceTiles,
) -> Tensor:
    """Line-of-sight motion of buried sources, computed on coarser grids where their depth allows it.

    Parameters
    ----------
    source : callable
        One of the engine's sources, such as `okada`.
    parameters : dict of str to Tensor, shape (S,)
        Its arguments after the coordinates.
    top_km : Tensor, shape (S,)
        Depth of the sources' shallowest points.
    tiles : SourceTiles

    Returns
    -------
    Tensor, shape (S, size, size), metres
    """

    def motion(index: Tensor, factor: int) -> Tensor:
        x, y = coordinates(tiles.width_km[index], tiles.place[:, index], tiles.size, factor)
        own = {name: value[index] for name, value in parameters.items()}
        return towards(tiles.look[:, index], source(x, y, **own))

    return smooth_motion(top_km * tiles.size / tiles.width_km, tiles.size, motion)
