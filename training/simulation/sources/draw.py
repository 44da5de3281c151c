"""What moves the ground: draws the kind of source of each tile, and its line-of-sight motion."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Optional

import torch
from torch import Tensor

from ...config.simulation import SimulationConfig
from ...config.source_kinds import SourceKind, source_kinds
from ..acquisition import Acquisition
from .placement import Maker, SlipPool, SourceTiles, places

TRUTH = ("mw", "depth", "strike", "dip", "rake", "length", "width", "slip", "mechanism", "x", "y")
"""What is kept of each source; see `Sources.truth`."""


@dataclass
class Sources:
    """Ground motion of a batch and the truth about it.

    Attributes
    ----------
    line_of_sight : Tensor, shape (B, H, W)
        Metres, positive towards the satellite; zero where nothing was added.
    kind : Tensor of int64, shape (B,)
        Index into `source_kinds()`.
    truth : dict of str to Tensor, shape (B,)
        mw, depth (centroid, km), strike, dip, rake (degrees), length, width (km), slip (m), mechanism,
        x, y (centroid, fractions of the tile from its upper left corner); NaN where they do not apply.
    """

    line_of_sight: Tensor
    kind: Tensor
    truth: dict[str, Tensor] = field(default_factory=dict)

    def scale(self, factor: Tensor) -> None:
        """Multiply each motion by `factor` (B,), as more slip on the same fault or more magma does."""
        self.line_of_sight = self.line_of_sight * factor[:, None, None]
        self.truth["slip"] = self.truth["slip"] * factor
        # the moment grows with the slip, see `scaling.moment_magnitude`
        self.truth["mw"] = self.truth["mw"] + torch.log10(factor) / 1.5


def draw_sources(
    generator: torch.Generator,
    acquisition: Acquisition,
    elevation: Tensor,
    config: SimulationConfig,
    summit: Tensor,
    published: Optional[SlipPool] = None,
) -> Sources:
    """Draw what happens in each tile and its line-of-sight motion.

    Parameters
    ----------
    generator : torch.Generator
    acquisition : Acquisition
    elevation : Tensor, shape (B, H, W), metres
        Volcanoes prefer summits, and landslides follow the slope.
    config : SimulationConfig
    summit : Tensor, shape (2, B)
        Position of the summit in fractions of the tile where it is known, else NaN.
    published : SlipPool, optional
        Slip models that part of the earthquakes are drawn from.
    """
    count, size, device = elevation.shape[0], elevation.shape[-1], generator.device
    kinds = source_kinds()
    shares = torch.tensor([config.shares.get(kind.name, 0.0) for kind in kinds], dtype=torch.float32)
    code = torch.multinomial(shares.to(device), count, replacement=True, generator=generator)
    sources = Sources(
        torch.zeros((count, size, size), device=device),
        code,
        {name: torch.full((count,), math.nan, device=device) for name in TRUTH},
    )
    width_km = acquisition.pixel_km * size
    for number, kind in enumerate(kinds):
        index = (code == number).nonzero()[:, 0]
        if not kind.maker or not len(index):
            continue
        place = places(generator, elevation[index], kind.on_summits, summit[:, index])
        look = acquisition.look[:, index]
        tiles = SourceTiles(generator, width_km[index], place, elevation[index], look, config, published)
        sources.line_of_sight[index], truth = _maker(kind)(tiles)
        for name, value in truth.items():
            sources.truth[name][index] = value.to(torch.float32)
        sources.truth["x"][index] = place[0]
        sources.truth["y"][index] = place[1]
    return sources


@lru_cache(maxsize=64)
def _maker(kind: SourceKind) -> Maker:
    """The function that moves the ground; a maker given as text is imported."""
    if not isinstance(kind.maker, str):
        return kind.maker
    module, _, function = kind.maker.partition(":")
    maker: Maker = getattr(import_module(f".{module}", __package__), function)
    return maker
