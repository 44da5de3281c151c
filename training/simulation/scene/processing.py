"""What the processor delivers of a scene: noisy, filtered, wrapped, unwrapped, gridded or rescaled phase."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.numerics.phase import wrap
from ...config.simulation import MOST_RESCALED, SimulationConfig
from ..acquisition import Acquisition
from ..fields import chance, log_uniform, quantiles, smooth, split, uniform
from . import noise
from .background import Background
from .gridding import triangulated

BLURRED = 0.15
"""Part of the interferograms that are filtered by a boxcar."""
STORED_IN_BYTES = 0.3
"""Part of the wrapped products that are stored in 8 bits: 256 levels of phase."""


def smoothing(generator: torch.Generator, count: int, config: SimulationConfig) -> Tensor:
    """Pixels, (B,): width of the Gaussian that some interferograms are smoothed with; 0: none."""
    sigma = log_uniform(generator, (count,), 0.7, noise.WIDEST_PASS)
    return sigma * chance(generator, count, config.low_pass)


def delivered(
    generator: torch.Generator,
    config: SimulationConfig,
    acquisition: Acquisition,
    background: Background,
    signal: Tensor,
    followed: Tensor,
    unwrapped: Tensor,
    sigma: Tensor,
) -> Tensor:
    """Phase as it is handed to the user.

    Parameters
    ----------
    generator : torch.Generator
    config : SimulationConfig
    acquisition : Acquisition
    background : Background
    signal : Tensor, shape (B, H, W)
        Phase of the ground's motion in radians.
    followed : Tensor, shape (B, H, W)
        Coherence that the signal's gradient leaves.
    unwrapped : Tensor of bool, shape (B,)
    sigma : Tensor, shape (B,)
        Pixels: what `smoothing` drew.

    Returns
    -------
    Tensor, shape (B, H, W), radians
    """
    count = len(signal)
    true = background.phase + signal
    # a real crop brings its own noise; only what the signal's gradient destroys is added
    real = background.real.float()[:, None, None]
    spatial = torch.lerp(background.coherence, followed.clamp(max=0.995), real)
    looks = torch.where(background.real, acquisition.looks * 4, acquisition.looks)
    parts = noise.noisy_phasor(generator, true, spatial, looks)
    phase = _filtered(generator, config, parts, background.real, sigma)
    index = (chance(generator, count, STORED_IN_BYTES) & ~unwrapped).nonzero()[:, 0]
    if len(index):
        level = 2 * math.pi / 255
        phase[index] = torch.round(phase[index] / level) * level
    gridded = chance(generator, count, config.gridded) & ~background.real
    index = (unwrapped & gridded).nonzero()[:, 0]
    if len(index):
        phase[index] = _gridded(generator, true[index], signal[index])
    index = (unwrapped & ~gridded).nonzero()[:, 0]
    if len(index):
        phase[index] = _unwrapping_errors(
            generator,
            config,
            noise.congruent(phase[index], true[index]),
            background.coherence[index],
            background.valid[index],
        )
    return phase


def rescaled(
    generator: torch.Generator, config: SimulationConfig, phase: Tensor, unwrapped: Tensor
) -> Tensor:
    """`phase` (B, H, W), some of the `unwrapped` (B,) tiles as a shorter wavelength would show them."""
    if config.rescaled == 0:
        return phase
    count = len(phase)
    factor = log_uniform(generator, (count,), 1.0, MOST_RESCALED)
    chosen = unwrapped & chance(generator, count, config.rescaled)
    return phase * torch.where(chosen, factor, torch.ones_like(factor))[:, None, None]


def _filtered(
    generator: torch.Generator, config: SimulationConfig, parts: Tensor, real: Tensor, sigma: Tensor
) -> Tensor:
    """Phase of phasors (2, B, H, W) after the filter that each tile is given, wrapped, (B, H, W)."""
    count, size = parts.shape[1], parts.shape[-1]
    phase = torch.atan2(parts[1], parts[0])
    choice = uniform(generator, (count,))
    choice = torch.where(real, torch.ones_like(choice), choice)
    sharp = sigma == 0  # the others are smoothed below, and not filtered before
    index = (choice < config.goldstein).nonzero()[:, 0]
    strength = uniform(generator, (len(index),), 0.2, 1.0)[sharp[index]]
    index = index[sharp[index]]
    if len(index):
        noisy = torch.complex(*parts[:, index])
        phase[index] = torch.angle(noise.goldstein(noisy, strength, 32 if size % 16 == 0 else 16))
    index = ((choice >= config.goldstein) & (choice < config.goldstein + BLURRED) & sharp).nonzero()[:, 0]
    if len(index):
        phase[index] = torch.angle(noise.blur(torch.complex(*parts[:, index])))
    index = (~sharp).nonzero()[:, 0]
    if len(index):
        passed = noise.low_pass(parts[:, index], sigma[index])
        phase[index] = torch.atan2(passed[1], passed[0])
    return phase


def _gridded(generator: torch.Generator, true: Tensor, signal: Tensor) -> Tensor:
    """Displacement fields gridded from a point set: no noise, blunt detail."""
    size = true.shape[-1]
    triangles, squares = split(chance(generator, len(true), 0.6))
    out = torch.empty_like(true)
    if len(triangles):
        out[triangles] = triangulated(generator, true[triangles], signal[triangles])
    factors = [f for f in (2, 4, 7, 8, 14, 16) if size % f == 0]
    pick = int(torch.randint(len(factors), (1,), generator=generator, device=true.device))
    if len(squares):
        small = F.avg_pool2d(true[squares][:, None], factors[pick])
        grown = F.interpolate(small, (size, size), mode="bilinear", align_corners=False)[:, 0]
        cells = max(4, size // factors[pick] // 2)
        out[squares] = grown + 0.15 * smooth(generator, len(squares), size, cells)
    return out


def _unwrapping_errors(
    generator: torch.Generator, config: SimulationConfig, continuous: Tensor, coherence: Tensor, valid: Tensor
) -> Tensor:
    """Unwrap some tiles for good and give others whole-cycle errors."""
    count = len(continuous)
    choice = uniform(generator, (count,))
    index = (choice < config.real_unwrapping).nonzero()[:, 0]
    if len(index):
        filled = torch.where(valid[index], continuous[index], torch.zeros_like(continuous[index]))
        solved = noise.unwrap_least_squares(wrap(filled))
        (offset,) = quantiles(continuous[index] - solved, valid[index], (0.5,))
        cycles = torch.round(offset / (2 * math.pi)) * 2 * math.pi
        continuous[index] = solved + cycles[:, None, None]
    index = (choice > 0.7).nonzero()[:, 0]
    if len(index):
        continuous[index] = continuous[index] + noise.jumps(generator, coherence[index])
    return continuous
