"""Where sources lie in their tiles, and the pixels' coordinates as a source sees them."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from .fields import chance, normal, uniform

Motion = tuple[tuple[Tensor, Tensor, Tensor], dict[str, Tensor]]
"""East, north and up motion of the ground in metres, each (S, H, W), and the truth about the sources."""


def places(generator: torch.Generator, elevation: Tensor, prefer_summits: bool, known: Tensor) -> Tensor:
    """Where the sources lie, (2, S): fractions of the tile, x to the right and y down."""
    count, size = elevation.shape[0], elevation.shape[-1]
    place = uniform(generator, (2, count), 0.04, 0.96)
    if prefer_summits:
        summit = F.avg_pool2d(elevation[:, None], 7, stride=4)[:, 0]
        cells = summit.shape[-1]
        favour = summit * (1 + 0.3 * normal(generator, tuple(summit.shape)))
        best = favour.flatten(1).argmax(dim=1)
        peak = torch.stack([best % cells, best // cells]).float() * 4 + 3.5
        peak = peak / size + 0.02 * normal(generator, (2, count))
        on_summit = known & chance(generator, count, 0.6)
        place = torch.where(on_summit, peak.clamp(0.02, 0.98), place)
    return place


def coordinates(width_km: Tensor, place: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """East and north of every pixel from each source in km, both (S, H * W)."""
    axis = (torch.arange(size, device=width_km.device) + 0.5) / size
    east = (axis[None, :] - place[0][:, None]) * width_km[:, None]
    north = (place[1][:, None] - axis[None, :]) * width_km[:, None]
    shape = (len(width_km), size, size)
    return east[:, None, :].expand(shape).flatten(1), north[:, :, None].expand(shape).flatten(1)
