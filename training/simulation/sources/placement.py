"""Where sources lie in their tiles, and the pixels' coordinates as a source sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ..fields import chance, normal, uniform
from ..interpolation import node_places, smooth_motion

Motion = tuple[Tensor, dict[str, Tensor]]
"""Line-of-sight motion in metres, (S, H, W), positive towards the satellite, and the truth about sources."""


def places(generator: torch.Generator, elevation: Tensor, prefer_summits: bool, summit: Tensor) -> Tensor:
    """Where the sources lie, (2, S): fractions of the tile, x to the right and y down.

    `summit` (2, S) tells the summit's place, or is NaN where the elevation (S, H, W) does.
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

    With a `factor` above 1: of the nodes of a coarser grid (see `interpolation`).
    """
    axis = node_places(size, factor, width_km.device)
    east = (axis[None, :] - place[0][:, None]) * width_km[:, None]
    north = (place[1][:, None] - axis[None, :]) * width_km[:, None]
    shape = (len(width_km), len(axis), len(axis))
    return east[:, None, :].expand(shape).flatten(1), north[:, :, None].expand(shape).flatten(1)


def towards(look: Tensor, motion: Sequence[Tensor]) -> Tensor:
    """Line-of-sight part of east, north and up motion (S, …), for look vectors (3, S)."""
    grow = (slice(None),) + (None,) * (motion[0].ndim - 1)
    east, north, up = (part[grow] for part in look)
    return (motion[0] * east).addcmul_(motion[1], north).addcmul_(motion[2], up)


def buried(
    source: Callable[..., tuple[Tensor, Tensor, Tensor]],
    parameters: dict[str, Tensor],
    top_km: Tensor,
    width_km: Tensor,
    place: Tensor,
    look: Tensor,
    size: int,
) -> Tensor:
    """Line-of-sight motion of buried sources, on coarser grids where their depth allows it.

    Parameters
    ----------
    source : callable
        One of the engine's sources, as `okada`.
    parameters : dict of str to Tensor, shape (S,)
        What it takes after the coordinates.
    top_km : Tensor, shape (S,)
        Depth of the sources' shallowest points.

    Returns
    -------
    Tensor, shape (S, size, size), metres
    """

    def motion(index: Tensor, factor: int) -> Tensor:
        x, y = coordinates(width_km[index], place[:, index], size, factor)
        own = {name: value[index] for name, value in parameters.items()}
        return towards(look[:, index], source(x, y, **own))

    return smooth_motion(top_km * size / width_km, size, motion)
