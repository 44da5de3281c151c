"""Acquisition geometry of each sample: wavelength, heading, incidence and tile width."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ...engine.deformation.sources import look_vector
from ..config.simulation import SimulationConfig
from .fields import chance, log_uniform, normal, uniform

BANDS = {"X": (0.0311, 0.08), "C": (0.0555, 0.62), "S": (0.0937, 0.05), "L": (0.2384, 0.25)}
"""Wavelength in metres of each band, and the part of the samples in it."""


@dataclass
class Acquisition:
    """Geometry of a batch of interferograms; every field has shape (B,) unless stated otherwise.

    Attributes
    ----------
    pixel_km : Tensor
        Pixel size on the ground in kilometres.
    wavelength : Tensor
        Metres.
    heading, incidence : Tensor
        Radians; heading clockwise from north, incidence from the vertical.
    look : Tensor, shape (3, B)
        Unit vector from the ground to the satellite: east, north, up.
    looks : Tensor
        Number of looks of the multilooked phase.
    """

    pixel_km: Tensor
    wavelength: Tensor
    heading: Tensor
    incidence: Tensor
    look: Tensor
    looks: Tensor

    @property
    def phase_per_metre(self) -> Tensor:
        """Radians of phase per metre of line-of-sight motion, shape (B,)."""
        return 4 * math.pi / self.wavelength

    def part(self, index: Tensor) -> Acquisition:
        """The acquisitions of the tiles `index`."""
        return Acquisition(**{field.name: getattr(self, field.name)[..., index] for field in fields(self)})


def draw_acquisition(
    generator: torch.Generator, count: int, size: int, config: SimulationConfig
) -> Acquisition:
    """Draw the geometry of `count` tiles of `size` pixels."""
    device = generator.device
    width = log_uniform(generator, (count,), *config.tile_km)
    wavelengths = torch.tensor([w for w, _ in BANDS.values()], device=device)
    shares = torch.tensor([s for _, s in BANDS.values()], device=device)
    band = torch.multinomial(shares, count, replacement=True, generator=generator)
    wavelength = wavelengths[band] * (1 + 0.01 * normal(generator, (count,)).clamp(-3, 3))
    ascending = chance(generator, count, 0.5)
    nominal = torch.where(ascending, torch.tensor(-12.0, device=device), torch.tensor(-168.0, device=device))
    heading = torch.deg2rad(nominal + 3.0 * normal(generator, (count,)))
    incidence = torch.deg2rad(uniform(generator, (count,), 20.0, 48.0))
    right = chance(generator, count, 0.85)
    east, north, up = look_vector(torch.rad2deg(heading), torch.rad2deg(incidence), right_looking=True)
    side = torch.where(right, 1.0, -1.0)  # a left-looking antenna mirrors the horizontal part
    look = torch.stack([east * side, north * side, up])
    # products are multilooked to about 100 m; coarser tiles average the phasors of many such pixels
    coarser = (width / size / 0.1).clamp(0.5, 6.0) ** 2
    looks = log_uniform(generator, (count,), 4.0, 120.0) * coarser
    return Acquisition(width / size, wavelength, heading, incidence, look, looks)
