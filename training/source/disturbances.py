"""What lies over the motion in an interferogram, and what is missing: delay, ramps, noise, jumps, gaps.

Every disturbance has a strength in metres that is usual in interferograms, but at most a part of the
motion's peak: where it is larger nobody sees the earthquake, and the network is not asked.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ..simulation.fields import chance, log_uniform, normal, power_law, smooth, uniform
from ..simulation.scene.atmosphere import TURBULENCE_CORNER_KM, TURBULENCE_CUT_KM, TURBULENCE_SLOPES

MAX_DELAY_OF_PEAK = (0.05, 0.5)
"""Range of the largest root-mean-square delay, over the motion's peak."""
STRATIFIED_M = 0.006
RAMP_OF_PEAK = (0.005, 0.7)
"""Range of a ramp's rise across the tile over the motion's peak."""
WHITE_M = (0.0005, 0.015)
"""Range of the noise of single pixels."""
HALF_WAVELENGTHS_M = (0.0277, 0.1192, 0.0155)
"""Jumps where unwrapping failed: C, L and X band."""


def disturbed(
    generator: torch.Generator, motion: Tensor, pixel_km: Tensor, peak: Tensor, atmosphere_cm: float
) -> Tensor:
    """Motion (B, H, W) with delay, ramps, noise and jumps, in metres."""
    count, size = motion.shape[0], motion.shape[-1]
    limit = log_uniform(generator, (count,), *MAX_DELAY_OF_PEAK) * peak
    epochs = 0.01 * atmosphere_cm * torch.exp(0.7 * normal(generator, (2, count)))
    out = motion + _limited(
        power_law(generator, pixel_km, size, TURBULENCE_SLOPES, TURBULENCE_CORNER_KM, TURBULENCE_CUT_KM)
        * torch.hypot(*epochs)[:, None, None],
        limit,
    )
    relief = smooth(generator, count, size, 6) + 0.5 * smooth(generator, count, size, 13)
    strength = STRATIFIED_M * torch.exp(0.8 * normal(generator, (count,))) * chance(generator, count, 0.5)
    out += _limited(relief * strength[:, None, None], 0.6 * limit)
    out += _ramps(generator, peak, size)
    white = torch.minimum(log_uniform(generator, (count,), *WHITE_M), 0.2 * peak)
    uneven = torch.exp(0.5 * smooth(generator, count, size, 4))
    out += white[:, None, None] * uneven * normal(generator, (count, size, size))
    out += _jumps(generator, count, size, 0.5 * peak)
    coarse = F.interpolate(F.avg_pool2d(out[:, None], 2), scale_factor=2, mode="nearest")[:, 0]
    return torch.where(chance(generator, count, 0.15)[:, None, None], coarse, out)


def _limited(delay: Tensor, limit: Tensor) -> Tensor:
    """Delay about its mean, with a root mean square of at most `limit`."""
    delay = delay - delay.mean((1, 2), keepdim=True)
    size = delay.square().mean((1, 2)).sqrt().clamp_min(1e-9)
    return delay * (limit / size).clamp(max=1)[:, None, None]


def _ramps(generator: torch.Generator, peak: Tensor, size: int) -> Tensor:
    """Planes, some with curvature, (B, H, W)."""
    count = len(peak)
    axis = torch.linspace(-0.5, 0.5, size, device=peak.device)
    slope = normal(generator, (2, count)) * log_uniform(generator, (count,), *RAMP_OF_PEAK) * peak
    slope = slope * chance(generator, count, 0.7)
    bend = normal(generator, (3, count)) * 0.5 * slope.norm(dim=0) * chance(generator, count, 0.3)
    x, y = axis[None, None, :], axis[None, :, None]
    a, b, c, d, e = (value[:, None, None] for value in (*slope, *bend))
    return a * x + b * y + c * x * x + d * x * y + e * y * y


def _jumps(generator: torch.Generator, count: int, size: int, limit: Tensor) -> Tensor:
    """Areas that unwrapping put whole cycles away, in one tile of sixteen, (B, H, W)."""
    area = smooth(generator, count, size, 5) > uniform(generator, (count, 1, 1), 1.0, 2.0)
    heights = torch.tensor(HALF_WAVELENGTHS_M, device=limit.device)
    pick = torch.randint(0, len(heights), (count,), generator=generator, device=limit.device)
    height = heights[pick] * torch.where(chance(generator, count, 0.5), 1.0, -1.0)
    height = height * chance(generator, count, 1 / 16) * (heights[pick] < limit)
    return area * height[:, None, None]


def masked(generator: torch.Generator, displacement: Tensor, peak: Tensor) -> Tensor:
    """Displacement (B, H, W) with NaN where there is no data: patches, steep motion, coasts, frame edges."""
    count, size = displacement.shape[0], displacement.shape[-1]
    device = displacement.device
    gone = smooth(generator, count, size, 14) + 0.7 * smooth(generator, count, size, 5)
    threshold = torch.where(
        chance(generator, count, 0.5), uniform(generator, (count,), 0.0, 3.0), torch.full_like(peak, 9.0)
    )
    gone = gone > threshold[:, None, None]
    gone |= _steep(generator, displacement)
    axis = torch.linspace(-0.5, 0.5, size, device=device)
    for share, rough, low in ((0.2, 0.06, -0.15), (0.15, 0.0, 0.0)):  # coasts, edges of the frame
        angle = uniform(generator, (count, 1, 1), 0.0, 2 * math.pi)
        line = axis[None, None, :] * torch.cos(angle) + axis[None, :, None] * torch.sin(angle)
        line = line + rough * smooth(generator, count, size, 7)
        beyond = torch.where(
            chance(generator, count, share), uniform(generator, (count,), low, 0.45), torch.full_like(peak, 9)
        )
        gone |= line > beyond[:, None, None]
    return torch.where(gone, torch.nan, displacement)


def _steep(generator: torch.Generator, displacement: Tensor) -> Tensor:
    """Ground that lost its coherence because it moved too unevenly, in a quarter of the tiles."""
    slope = torch.zeros_like(displacement)
    slope[:, :, 1:] = displacement.diff(dim=2).abs()
    slope[:, 1:] = torch.maximum(slope[:, 1:], displacement.diff(dim=1).abs())
    slope = F.max_pool2d(slope[:, None], 3, 1, 1)[:, 0]
    limit = slope.amax((1, 2)) * uniform(generator, (len(slope),), 0.15, 0.7)
    chosen = chance(generator, len(slope), 0.25)
    return (slope > limit[:, None, None]) & chosen[:, None, None]
