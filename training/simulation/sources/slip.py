"""Distributed slip: von Kármán random fields on many faults at once.

Mai & Beroza (2002), A spatial random field model to characterize complexity in earthquake slip, JGR
107(B11), 2308: a von Kármán correlation with Hurst exponent about 0.75 and correlation lengths that grow
with the fault, a_x = 2.0 + L / 3 km along strike and a_z = 1.0 + W / 3 km down dip.
"""

from __future__ import annotations

import math
from typing import Any, Optional

import torch
from torch import Tensor

from ....engine.deformation.okada import top_depth

HURST = 0.75


def von_karman(
    generator: Optional[torch.Generator], fault: dict[str, Tensor], along: int = 16, down: int = 8
) -> dict[str, Tensor]:
    """Draw faults with random slip, as `okada_grid` takes them.

    Parameters
    ----------
    generator : torch.Generator, optional
        Source of the random numbers.
    fault : dict of tensors, shape (S,)
        depth (centroid, km), strike, dip, rake (degrees), length, width (km), slip (mean, m); others are
        ignored. Slip reaches the upper edge if this lies within 1.5 km of the surface.
    along, down : int
        Patches along strike and down dip.

    Returns
    -------
    dict of tensors
        The plane, each (S,), and strike_slip and dip_slip, (S, down, along), with the moment of the mean
        slip.
    """
    top = top_depth(fault["depth"], fault["dip"], fault["width"])
    slip = slip_field(
        fault["length"], fault["width"], along, down, breaks_surface=top < 1.5, generator=generator
    )
    amount = slip * fault["slip"][:, None, None]
    rake = torch.deg2rad(fault["rake"])[:, None, None]
    plane = {name: fault[name] for name in ("depth", "strike", "dip", "length", "width")}
    return {**plane, "strike_slip": amount * rake.cos(), "dip_slip": amount * rake.sin()}


def slip_field(
    length: Tensor,
    width: Tensor,
    along: int = 16,
    down: int = 8,
    *,
    breaks_surface: Optional[Tensor] = None,
    contrast: float = 0.9,
    taper: float = 0.2,
    hurst: float = HURST,
    generator: Optional[torch.Generator] = None,
) -> Tensor:
    """Draw relative slip on equal patches, with a mean of 1 and no negative values.

    Parameters
    ----------
    length, width : tensor, shape (S,)
        Size of the faults in km.
    along, down : int
        Patches along strike and down dip.
    breaks_surface : tensor of bool, shape (S,), optional
        Faults whose slip does not taper at the upper edge.
    contrast : float
        Standard deviation of the random field about its mean of 1, before negative values become 0.
    taper : float
        Part of the fault at each edge over which slip tapers to 0.
    hurst : float
        Hurst exponent of the von Kármán correlation.
    generator : torch.Generator, optional
        Source of the random numbers, on the device of `length`.

    Returns
    -------
    tensor, shape (S, down, along)
        Rows from the upper edge down, columns along strike.
    """
    sources = length.shape[0]
    kind: dict[str, Any] = {"dtype": length.dtype, "device": length.device}
    # twice the fault in each direction, so that opposite edges are not correlated
    rows, columns = 2 * down, 2 * along
    noise = torch.randn((sources, rows, columns), generator=generator, **kind)
    wave_x = (
        2 * math.pi * torch.fft.rfftfreq(columns, **kind)[None, None, :] * (along / length)[:, None, None]
    )
    wave_z = 2 * math.pi * torch.fft.fftfreq(rows, **kind)[None, :, None] * (down / width)[:, None, None]
    length_x, length_z = 2.0 + length / 3, 1.0 + width / 3
    squared = (wave_x * length_x[:, None, None]) ** 2 + (wave_z * length_z[:, None, None]) ** 2
    amplitude = (1 + squared) ** (-(hurst + 1) / 2)
    field = torch.fft.irfft2(torch.fft.rfft2(noise) * amplitude, s=(rows, columns))[:, :down, :along]
    field = field - field.mean((1, 2), keepdim=True)
    field = field / field.square().mean((1, 2), keepdim=True).sqrt().clamp_min(1e-12)
    slip = (1 + contrast * field).clamp_min(0)
    slip = slip * edge_taper(sources, along, down, taper, breaks_surface, length)
    return slip / slip.mean((1, 2), keepdim=True).clamp_min(1e-12)


def edge_taper(
    sources: int, along: int, down: int, share: float, breaks_surface: Optional[Tensor], reference: Tensor
) -> Tensor:
    """Cosine taper towards the edges, (S, down, along); none at the top of faults that reach the surface."""

    def side(count: int) -> Tensor:
        centres = (torch.arange(count, dtype=reference.dtype, device=reference.device) + 0.5) / count
        return 0.5 - 0.5 * torch.cos(math.pi * (centres / max(share, 1e-6)).clamp_max(1))

    left, top = side(along), side(down)[None].expand(sources, down)
    if breaks_surface is not None:
        top = torch.where(breaks_surface[:, None], torch.ones_like(top), top)
    return (left * left.flip(0))[None, None, :] * (top * side(down).flip(0))[:, :, None]


def patches(grid: dict[str, Tensor]) -> dict[str, Tensor]:
    """The faults as N = down * along patches, each value (S, N), as `okada_patches` takes them.

    East and north of the patches are relative to the point above each fault's centroid.
    """
    sources, down, along = grid["strike_slip"].shape
    kind: dict[str, Any] = {"dtype": grid["strike_slip"].dtype, "device": grid["strike_slip"].device}
    depth, strike, dip, length, width = (
        grid[name][:, None, None] for name in ("depth", "strike", "dip", "length", "width")
    )
    far = ((torch.arange(along, **kind) + 0.5) / along - 0.5) * length
    deep = ((torch.arange(down, **kind) + 0.5) / down - 0.5)[:, None] * width
    azimuth, slope = torch.deg2rad(strike), torch.deg2rad(dip)
    horizontal = deep * slope.cos()
    values = {
        "east": far * azimuth.sin() + horizontal * azimuth.cos(),
        "north": far * azimuth.cos() - horizontal * azimuth.sin(),
        "depth": depth + deep * slope.sin(),
        "strike": strike,
        "dip": dip,
        "length": length / along,
        "width": width / down,
        "strike_slip": grid["strike_slip"],
        "dip_slip": grid["dip_slip"],
    }
    return {name: value.expand(sources, down, along).reshape(sources, -1) for name, value in values.items()}
