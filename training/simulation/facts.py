"""Facts about simulated tiles, one number each, and joining groups of tiles to a batch."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from .acquisition import Acquisition
from .scene.background import Background
from .sources.draw import Sources
from .visibility import Visibility


def facts(
    acquisition: Acquisition,
    background: Background,
    sources: Sources,
    visibility: Visibility,
    unwrapped: Tensor,
    shown: Tensor,
) -> dict[str, Tensor]:
    """One number per sample for each quantity that evaluation plots recall against."""
    values = {name: value.clone() for name, value in sources.truth.items()}
    values.update(
        kind=sources.kind.float(),
        visible=visibility.visible.float(),
        hidden=visibility.not_visible.float(),
        snr=visibility.snr,
        peak_fringes=visibility.peak / (2 * math.pi),
        peak_los=sources.line_of_sight.abs().amax(dim=(-2, -1)),
        wavelength=acquisition.wavelength.clone(),
        heading=torch.rad2deg(acquisition.heading),
        incidence=torch.rad2deg(acquisition.incidence),
        looks=acquisition.looks,
        pixel_m=acquisition.pixel_km * 1000,
        unwrapped=unwrapped.float(),
        has_elevation=shown.float(),
        real_background=background.real.float(),
        valid_share=background.valid.float().mean(dim=(-2, -1)),
    )
    return values


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Join groups of tiles to one batch."""
    whole: dict[str, Any] = {}
    for name, first in parts[0].items():
        own = [part[name] for part in parts]
        whole[name] = joined(own) if isinstance(first, dict) else torch.cat(own)
    return whole
