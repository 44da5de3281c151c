"""Decorrelation, phase noise, filters, masks and unwrapping, on batches of tiles."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.numerics.phase import wrap
from ..fields import chance, log_uniform, normal, smooth, uniform

MAX_SMOOTHING_PIXELS = 3.0
"""Largest standard deviation in pixels of the Gaussian that smooths phasors."""


def congruent(wrapped: Tensor, near: Tensor) -> Tensor:
    """`wrapped` plus the whole cycles that bring it closest to `near`."""
    cycles = (near - wrapped).mul_(0.5 / math.pi).round_()
    return torch.add(wrapped, cycles, alpha=2 * math.pi)


def coherence(generator: torch.Generator, elevation: Tensor, pixel_km: Tensor) -> Tensor:
    """Draw coherence for each tile, shape (B, H, W), between 0 and 0.99.

    A base value, patches of lower coherence (vegetation, snow, glaciers: thresholded smooth fields), lower
    coherence on steep slopes, and none on water.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    base = 1.0 - 0.8 * uniform(generator, (count,)) ** 3
    metres = pixel_km * 1000.0
    result = torch.zeros_like(elevation)
    result[..., :-1] = elevation.diff(dim=-1).abs_()
    result[..., :-1, :] += elevation.diff(dim=-2).abs_()
    result.mul_((1.0 / metres)[:, None, None]).clamp_(max=1.0)
    steep = uniform(generator, (count,), 0, 0.8)
    result.mul_((-steep * base)[:, None, None]).add_(base[:, None, None])
    patchy = chance(generator, count, 0.5).nonzero()[:, 0]
    if len(patchy):
        result[patchy] *= _patches(generator, len(patchy), size)
    return result.mul_(elevation > 0).clamp_(max=0.99)


def _patches(generator: torch.Generator, count: int, size: int) -> Tensor:
    """Factors of the coherence in patches of vegetation, snow or ice, (count, size, size)."""
    coarse = smooth(generator, count, size, 4).add_(smooth(generator, count, size, 14), alpha=0.6)
    threshold = uniform(generator, (count,), 0.0, 3.0)[:, None, None]
    sharp = log_uniform(generator, (count,), 1.0, 8.0)[:, None, None]
    depth = uniform(generator, (count,), 0.3, 1.0)[:, None, None]
    return coarse.sub_(threshold).mul_(sharp).sigmoid_().mul_(-depth).add_(1.0)


def gradient_coherence(phase: Tensor, sigma: Tensor | None = None) -> Tensor:
    """Coherence that remains under a phase gradient: sinc of the fringes across a pixel.

    Parameters
    ----------
    phase : Tensor, shape (B, H, W), radians
    sigma : Tensor, shape (B,), optional
        Width in pixels of a Gaussian that smooths the phasor, which adds the factor
        exp(-(sigma * gradient)² / 2).
    """
    down = phase.diff(dim=-2).square_()
    squared = torch.empty_like(phase)
    squared[..., :-1] = phase.diff(dim=-1).square_()
    squared[..., -1] = squared[..., -2]
    squared[..., :-1, :] += down
    squared[..., -1, :] += down[..., -1, :]
    left = (squared.sqrt() * (0.5 / math.pi)).clamp_(max=1.0).sinc_().clamp_(min=0.0)
    if sigma is not None:
        left *= squared.mul_(-0.5 * (sigma**2)[:, None, None]).exp_()
    return left


def add_phase_noise(generator: torch.Generator, phase: Tensor, coherence: Tensor, looks: Tensor) -> Tensor:
    """The complex interferogram with circular Gaussian noise; see `noisy_phasor`."""
    return torch.complex(*noisy_phasor(generator, phase, coherence, looks))


def noisy_phasor(generator: torch.Generator, phase: Tensor, coherence: Tensor, looks: Tensor) -> Tensor:
    """Phasor with circular Gaussian noise: real and imaginary part, (2, B, H, W).

    With L looks the noise has the variance (1 - coherence²) / (2 L) in each part, which gives the
    Cramér-Rao phase variance (1 - coherence²) / (2 L coherence²) at high coherence (Rodriguez & Martin
    1992) and uniform phase where there is no coherence.
    """
    sigma = (1.0 - coherence**2).mul_((0.5 / looks)[:, None, None]).sqrt_()
    parts = torch.randn((2, *phase.shape), generator=generator, device=phase.device)
    parts *= sigma
    parts[0].addcmul_(coherence, torch.cos(phase))
    parts[1].addcmul_(coherence, torch.sin(phase))
    return parts


def resultant(coherence: Tensor, looks: Tensor) -> Tensor:
    """Mean resultant length of the phase under the noise of `noisy_phasor`, (B, H, W), from 0 to 1.

    sqrt(k / (k + 4 / pi)) with k = L coherence² / (1 - coherence²) is accurate for small and large k, and
    too low by up to 0.07 in between.
    """
    strength = coherence**2
    strength = strength * looks[:, None, None] / (1 - strength).clamp_min(1e-3)
    return torch.sqrt_(strength / (strength + 4 / math.pi))


def goldstein(interferogram: Tensor, strength: Tensor, patch: int = 32) -> Tensor:
    """Filter after Goldstein & Werner (1998), in half-overlapping patches with triangular weights.

    Parameters
    ----------
    interferogram : Tensor of complex, shape (B, H, W)
    strength : Tensor, shape (B,)
        The exponent alpha of the smoothed spectrum.
    patch : int
        Width of a patch in pixels; H and W must be multiples of half of it.

    Returns
    -------
    Tensor of complex, shape (B, H, W)
    """
    device = interferogram.device
    step = patch // 2
    rows, columns = (_mirror(extent, step, device) for extent in interferogram.shape[-2:])
    padded = interferogram.index_select(1, rows).index_select(2, columns)
    spectrum = torch.fft.fft2(padded.unfold(1, patch, step).unfold(2, patch, step))
    position = torch.arange(patch, device=device)
    distance = (position[:, None] - position).abs()
    near = ((distance <= 1) | (distance == patch - 1)).float()  # sums of three neighbours on a ring
    power = near @ (_length(spectrum) @ near)
    # (power / its maximum) ** strength by logarithms, with one exponent per tile
    alpha = strength[:, None, None, None, None]
    logarithm = power.clamp_(min=1e-12).log2_()
    logarithm.sub_(logarithm.amax(dim=(-2, -1), keepdim=True)).mul_(alpha)
    ramp = 1.0 - (position + 0.5 - step).abs() / step
    pieces = torch.fft.ifft2(spectrum.mul_(logarithm.exp2_())).mul_(ramp[:, None] * ramp)
    return _overlap(pieces)[:, step:-step, step:-step]


def _length(spectrum: Tensor) -> Tensor:
    """Absolute value; four times as fast as torch's own, which guards against overflow."""
    squared = torch.view_as_real(spectrum).square()
    return (squared[..., 0] + squared[..., 1]).sqrt_()


def _mirror(extent: int, margin: int, device: torch.device) -> Tensor:
    """Indices that extend 0 … extent - 1 by its mirror image on both sides."""
    index = torch.arange(-margin, extent + margin, device=device).abs()
    return extent - 1 - (extent - 1 - index).abs()


def _overlap(pieces: Tensor) -> Tensor:
    """Sum of half-overlapping patches (B, rows, columns, patch, patch), added quarter by quarter."""
    count, down, across, patch, _ = pieces.shape
    step = patch // 2
    quarters = pieces.reshape(count, down, across, 2, step, 2, step).permute(3, 5, 0, 1, 4, 2, 6)
    whole = pieces.new_zeros((count, down + 1, step, across + 1, step))
    for i in range(2):
        for j in range(2):
            whole[:, i : i + down, :, j : j + across] += quarters[i, j]
    return whole.reshape(count, (down + 1) * step, (across + 1) * step)


def blur(interferogram: Tensor) -> Tensor:
    """Smooth the complex interferogram over 3 × 3 pixels, like slight additional multilooking."""
    parts = torch.stack([interferogram.real, interferogram.imag])
    parts = F.pad(parts, (1, 1, 1, 1), mode="replicate")
    for axis in (-2, -1):
        inner = parts.shape[axis] - 2
        before, own, after = (parts.narrow(axis, start, inner) for start in range(3))
        parts = (before + after).mul_(0.25).add_(own, alpha=0.5)
    return torch.complex(parts[0], parts[1])


def low_pass(phasor: Tensor, sigma: Tensor) -> Tensor:
    """Smooth phasors by Gaussians, as GMTSAR (Sandwell et al. 2011) and strong multilooking do.

    Parameters
    ----------
    phasor : Tensor, shape (2, B, H, W)
        Real and imaginary part.
    sigma : Tensor, shape (B,)
        Width of each tile's Gaussian in pixels, at most `MAX_SMOOTHING_PIXELS`.

    Returns
    -------
    Tensor, shape (2, B, H, W)
        Edge pixels are repeated beyond the edges.
    """
    reach = math.ceil(2.5 * MAX_SMOOTHING_PIXELS)
    position = torch.arange(-reach, reach + 1, device=phasor.device)
    kernel = torch.exp(-0.5 * (position / sigma[:, None]) ** 2)
    kernel = (kernel / kernel.sum(dim=1, keepdim=True))[:, None]
    count = len(sigma)
    for rows, columns in ((reach, 0), (0, reach)):
        padded = F.pad(phasor, (columns, columns, rows, rows), mode="replicate")
        weight = kernel[..., None] if rows else kernel[..., None, :]
        phasor = F.conv2d(padded, weight, groups=count)
    return phasor


def draw_masks(generator: torch.Generator, coherence: Tensor, elevation: Tensor) -> Tensor:
    """Draw the valid pixels, a boolean (B, H, W).

    Some tiles are complete. Others lack water, ground of low coherence, ground beyond the swath's straight
    edge, or all but a rectangle (a padded scene that is smaller than the tile).
    """
    count, size = coherence.shape[0], coherence.shape[-1]
    device = coherence.device
    valid = elevation > torch.where(chance(generator, count, 0.6), 0.0, -torch.inf)[:, None, None]
    index = chance(generator, count, 0.45).nonzero()[:, 0]
    if len(index):
        threshold = uniform(generator, (len(index),), 0.08, 0.35)[:, None, None]
        rough = coherence[index] + 0.05 * normal(generator, (len(index), size, size))
        valid[index] &= rough >= threshold
    axis = torch.linspace(-0.5, 0.5, size, device=device)
    for probability in (0.14, 0.05):
        angle = uniform(generator, (count, 1), 0, 2 * math.pi)
        offset = uniform(generator, (count, 1), 0.05, 0.6)
        offset = torch.where(chance(generator, count, probability)[:, None], offset, torch.inf)
        valid &= (axis * torch.cos(angle))[:, None, :] <= (offset - axis * torch.sin(angle))[:, :, None]
    half = uniform(generator, (2, count), 0.15, 0.5)
    longest = torch.randint(2, (count,), generator=generator, device=device)
    half[longest, torch.arange(count, device=device)] = 0.5
    half = torch.where(chance(generator, count, 0.15), half, 1.0)
    across, down = axis.abs() <= half[:, :, None]
    return valid & across[:, None, :] & down[:, :, None]


def unwrap_least_squares(wrapped: Tensor) -> Tensor:
    """Unwrap by least squares and make the result congruent to the wrapped phase.

    The Poisson equation of Ghiglia & Romero (1994) is solved on the mirrored grid by FFT; adding the
    nearest multiple of 2 pi then restores the wrapped phase. Noise and dense fringes cause the usual errors:
    areas that are off by whole cycles.

    Parameters
    ----------
    wrapped : Tensor, shape (B, H, W), radians

    Returns
    -------
    Tensor, shape (B, H, W), radians
    """
    height, width = wrapped.shape[-2:]
    across, down = wrap(wrapped.diff(dim=-1)), wrap(wrapped.diff(dim=-2))
    rho = torch.zeros_like(wrapped)
    rho[..., :, :-1] += across
    rho[..., :, 1:] -= across
    rho[..., :-1, :] += down
    rho[..., 1:, :] -= down
    mirrored = torch.cat([rho, rho.flip(-1)], dim=-1)
    mirrored = torch.cat([mirrored, mirrored.flip(-2)], dim=-2)
    device = wrapped.device
    fy = torch.cos(math.pi * torch.arange(2 * height, device=device) / height)
    fx = torch.cos(math.pi * torch.arange(width + 1, device=device) / width)
    laplace = 2 * fy[:, None] + 2 * fx[None, :] - 4
    laplace[0, 0] = 1.0
    spectrum = torch.fft.rfft2(mirrored) / laplace
    spectrum[..., 0, 0] = 0
    solution = torch.fft.irfft2(spectrum, s=mirrored.shape[-2:])[..., :height, :width]
    return congruent(wrapped, solution)


def jumps(generator: torch.Generator, coherence: Tensor) -> Tensor:
    """Draw unwrapping errors: areas that are off by whole cycles, shape (B, H, W), radians.

    The areas are blobs of a smooth field, preferably where coherence is low, or everything beyond a line.
    """
    count, size = coherence.shape[0], coherence.shape[-1]
    bumps = smooth(generator, count, size, 5) + 1.5 * (0.5 - coherence)
    threshold = uniform(generator, (count,), 1.0, 2.4)[:, None, None]
    cycles = torch.randint(1, 3, (count,), generator=generator, device=coherence.device)
    sign = torch.where(chance(generator, count, 0.5), 1, -1)
    off = (bumps > threshold) * (cycles * sign)[:, None, None]
    axis = torch.linspace(-0.5, 0.5, size, device=coherence.device)
    angle = uniform(generator, (count,), 0, 2 * math.pi)[:, None, None]
    bent = axis[None, None, :] * torch.cos(angle) + axis[None, :, None] * torch.sin(angle)
    bent = bent + 0.08 * smooth(generator, count, size, 4)
    beyond = (bent > uniform(generator, (count,), 0.1, 0.5)[:, None, None]) * sign[:, None, None]
    lined = chance(generator, count, 0.25)[:, None, None]
    return 2 * math.pi * torch.where(lined, beyond, off).float()
