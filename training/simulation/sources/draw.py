"""What moves the ground: earthquakes from magnitude and mechanism, volcanoes, subsidence, landslides."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from ...config.simulation import SHARES, SimulationConfig
from ..acquisition import Acquisition
from .earthquakes import Published, earthquakes
from .other_deformation import landslides, subsidence, volcanoes
from .placement import places

KINDS = SHARES
"""Names of the source kinds, in the order of their codes."""
CLASS_OF_KIND = (0, 1, 2, 2, 2)
"""Class label of each kind: none, earthquake, other deformation."""


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

    def raise_by(self, factor: Tensor) -> None:
        """Multiply each motion by `factor` (B,), as more slip on the same fault, or more magma, does."""
        self.line_of_sight = self.line_of_sight * factor[:, None, None]
        self.truth["slip"] = self.truth["slip"] * factor
        # the moment grows with the slip, see `scaling.moment_magnitude`
        self.truth["mw"] = self.truth["mw"] + torch.log10(factor) / 1.5


TRUTH = ("mw", "depth", "strike", "dip", "rake", "length", "width", "slip", "mechanism", "x", "y")


def draw_sources(
    generator: torch.Generator,
    acquisition: Acquisition,
    elevation: Tensor,
    size: int,
    config: SimulationConfig,
    summit: Tensor,
    published: Published | None = None,
) -> Sources:
    """Draw what happens in each tile and its line-of-sight motion.

    Parameters
    ----------
    elevation : Tensor, shape (B, H, W), metres
        Volcanoes prefer summits and landslides slopes.
    summit : Tensor, shape (2, B)
        Where the summit lies, in fractions of the tile, if the background has relief of its own; else NaN.
    published : PublishedSlip, optional
        Slip models that part of the earthquakes are.
    """
    count, device = elevation.shape[0], generator.device
    given = [getattr(config, f"share_{name}") for name in KINDS]
    shares = torch.tensor(given, dtype=torch.float32, device=device)
    kind = torch.multinomial(shares, count, replacement=True, generator=generator)
    sources = Sources(
        torch.zeros((count, size, size), device=device),
        kind,
        {name: torch.full((count,), math.nan, device=device) for name in TRUTH},
    )
    width_km = acquisition.pixel_km * size
    makers = (None, partial(earthquakes, published=published), volcanoes, subsidence, landslides)
    for code, make in enumerate(makers):
        index = (kind == code).nonzero()[:, 0]
        if make is None or not len(index):
            continue
        place = places(generator, elevation[index], KINDS[code] == "volcano", summit[:, index])
        look = acquisition.look[:, index]
        motion, truth = make(generator, width_km[index], place, size, config, elevation[index], look)
        sources.line_of_sight[index] = motion
        for name, value in truth.items():
            sources.truth[name][index] = value.to(torch.float32)
        sources.truth["x"][index] = place[0]
        sources.truth["y"][index] = place[1]
    return sources
