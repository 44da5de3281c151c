"""Processing of the phase: noise, filters, wrapping, unwrapping, gridding, change of wavelength."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.numerics.phase import wrap
from ...config.simulation import MAX_WAVELENGTH_RATIO, SimulationConfig
from ..acquisition import Acquisition
from ..fields import chance, log_uniform, quantiles, smooth, split, uniform
from . import noise
from .background import Background
from .gridding import triangulated

BOXCAR_SHARE = 0.15
"""Part of the interferograms that are filtered by a boxcar."""
EIGHT_BIT_SHARE = 0.3
"""Part of the wrapped products that are stored in 8 bits: 256 steps of phase."""


def smoothing(generator: torch.Generator, count: int, config: SimulationConfig) -> Tensor:
    """Width in pixels of the Gaussian that smooths some interferograms, (B,); 0: not smoothed."""
    sigma = log_uniform(generator, (count,), 0.7, noise.MAX_SMOOTHING_PIXELS)
    return sigma * chance(generator, count, config.low_pass)


def processed(
    generator: torch.Generator,
    config: SimulationConfig,
    acquisition: Acquisition,
    background: Background,
    signal: Tensor,
    followed: Tensor,
    unwrapped: Tensor,
    sigma: Tensor,
) -> Tensor:
    """Phase as a processor delivers it.

    Parameters
    ----------
    generator : torch.Generator
    config : SimulationConfig
    acquisition : Acquisition
    background : Background
    signal : Tensor, shape (B, H, W)
        Phase of the ground's motion in radians.
    followed : Tensor, shape (B, H, W)
        Coherence that remains under the signal's gradient.
    unwrapped : Tensor of bool, shape (B,)
    sigma : Tensor, shape (B,)
        What `smoothing` drew, in pixels.

    Returns
    -------
    Tensor, shape (B, H, W), radians
    """
    count = len(signal)
    clean = background.phase + signal
    # a real crop has its own noise; only decorrelation by the signal's gradient is added
    real = background.real.float()[:, None, None]
    spatial = torch.lerp(background.coherence, followed.clamp(max=0.995), real)
    looks = torch.where(background.real, acquisition.looks * 4, acquisition.looks)
    parts = noise.noisy_phasor(generator, clean, spatial, looks)
    phase = _filtered(generator, config, parts, background.real, sigma)
    index = (chance(generator, count, EIGHT_BIT_SHARE) & ~unwrapped).nonzero()[:, 0]
    if len(index):
        step = 2 * math.pi / 255
        phase[index] = torch.round(phase[index] / step) * step
    gridded = chance(generator, count, config.gridded) & ~background.real
    index = (unwrapped & gridded).nonzero()[:, 0]
    if len(index):
        phase[index] = _gridded(generator, clean[index], signal[index])
    index = (unwrapped & ~gridded).nonzero()[:, 0]
    if len(index):
        phase[index] = _unwrapping_errors(
            generator,
            config,
            noise.congruent(phase[index], clean[index]),
            background.coherence[index],
            background.valid[index],
        )
    return phase


def rescale_wavelength(
    generator: torch.Generator, config: SimulationConfig, phase: Tensor, unwrapped: Tensor
) -> Tensor:
    """Scale the phase (B, H, W) of some `unwrapped` (B,) tiles to a shorter wavelength."""
    if config.rescaled_wavelength == 0:
        return phase
    count = len(phase)
    factor = log_uniform(generator, (count,), 1.0, MAX_WAVELENGTH_RATIO)
    chosen = unwrapped & chance(generator, count, config.rescaled_wavelength)
    return phase * torch.where(chosen, factor, torch.ones_like(factor))[:, None, None]


def _filtered(
    generator: torch.Generator, config: SimulationConfig, parts: Tensor, real: Tensor, sigma: Tensor
) -> Tensor:
    """Wrapped phase (B, H, W) of phasors (2, B, H, W), each tile with its own filter or none."""
    count, size = parts.shape[1], parts.shape[-1]
    phase = torch.atan2(parts[1], parts[0])
    choice = uniform(generator, (count,))
    choice = torch.where(real, torch.ones_like(choice), choice)
    sharp = sigma == 0  # the others are smoothed below instead of filtered
    index = (choice < config.goldstein).nonzero()[:, 0]
    strength = uniform(generator, (len(index),), 0.2, 1.0)[sharp[index]]
    index = index[sharp[index]]
    if len(index):
        noisy = torch.complex(*parts[:, index])
        phase[index] = torch.angle(noise.goldstein(noisy, strength, 32 if size % 16 == 0 else 16))
    boxcar = (choice >= config.goldstein) & (choice < config.goldstein + BOXCAR_SHARE)
    index = (boxcar & sharp).nonzero()[:, 0]
    if len(index):
        phase[index] = torch.angle(noise.blur(torch.complex(*parts[:, index])))
    index = (~sharp).nonzero()[:, 0]
    if len(index):
        passed = noise.low_pass(parts[:, index], sigma[index])
        phase[index] = torch.atan2(passed[1], passed[0])
    return phase


def _gridded(generator: torch.Generator, field: Tensor, signal: Tensor) -> Tensor:
    """Displacement fields gridded from points or coarse cells: no phase noise, less detail."""
    size = field.shape[-1]
    triangles, squares = split(chance(generator, len(field), 0.6))
    out = torch.empty_like(field)
    if len(triangles):
        out[triangles] = triangulated(generator, field[triangles], signal[triangles])
    factors = [f for f in (2, 4, 7, 8, 14, 16) if size % f == 0]
    pick = int(torch.randint(len(factors), (1,), generator=generator, device=field.device))
    if len(squares):
        small = F.avg_pool2d(field[squares][:, None], factors[pick])
        resampled = F.interpolate(small, (size, size), mode="bilinear", align_corners=False)[:, 0]
        cells = max(4, size // factors[pick] // 2)
        out[squares] = resampled + 0.15 * smooth(generator, len(squares), size, cells)
    return out


def _unwrapping_errors(
    generator: torch.Generator, config: SimulationConfig, unwrapped: Tensor, coherence: Tensor, valid: Tensor
) -> Tensor:
    """Unwrap some tiles by least squares and give others whole-cycle errors."""
    count = len(unwrapped)
    choice = uniform(generator, (count,))
    index = (choice < config.real_unwrapping).nonzero()[:, 0]
    if len(index):
        filled = torch.where(valid[index], unwrapped[index], torch.zeros_like(unwrapped[index]))
        solved = noise.unwrap_least_squares(wrap(filled))
        (offset,) = quantiles(unwrapped[index] - solved, valid[index], (0.5,))
        cycles = torch.round(offset / (2 * math.pi)) * 2 * math.pi
        unwrapped[index] = solved + cycles[:, None, None]
    index = (choice > 0.7).nonzero()[:, 0]
    if len(index):
        unwrapped[index] = unwrapped[index] + noise.jumps(generator, coherence[index])
    return unwrapped
