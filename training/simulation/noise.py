"""Decorrelation, phase noise, filters, masks and unwrapping, on batches of tiles."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from .fields import chance, log_uniform, normal, smooth, uniform


def wrap(phase: Tensor) -> Tensor:
    """Wrap phase into (-pi, pi]."""
    return torch.remainder(phase + math.pi, 2 * math.pi) - math.pi


def coherence(generator: torch.Generator, elevation: Tensor, pixel_km: Tensor) -> Tensor:
    """Draw coherence for each tile, shape (B, H, W), between 0 and 0.99.

    A base level, patches of lower coherence (vegetation, snow, glaciers: thresholded smooth fields), lower
    coherence on steep slopes, and none at all on water.
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    base = 1.0 - 0.8 * uniform(generator, (count,)) ** 3
    patchy = chance(generator, count, 0.5)[:, None, None]
    coarse = smooth(generator, count, size, 4) + 0.6 * smooth(generator, count, size, 14)
    level = uniform(generator, (count,), 0.0, 3.0)[:, None, None]
    sharp = log_uniform(generator, (count,), 1.0, 8.0)[:, None, None]
    depth = uniform(generator, (count,), 0.3, 1.0)[:, None, None]
    loss = torch.sigmoid(sharp * (coarse - level)) * depth * patchy
    result = base[:, None, None] * (1.0 - loss)
    metres = pixel_km[:, None, None] * 1000.0
    rise = F.pad(elevation.diff(dim=-1), (0, 1)).abs() + F.pad(elevation.diff(dim=-2), (0, 0, 0, 1)).abs()
    steep = (rise / metres).clamp(0, 1) * uniform(generator, (count,), 0, 0.8)[:, None, None]
    result = result * (1.0 - steep)
    return torch.where(elevation <= 0, torch.zeros_like(result), result).clamp(0, 0.99)


def gradient_coherence(phase: Tensor) -> Tensor:
    """Coherence that a phase gradient leaves within one pixel: sinc of the fringes across it."""
    across = F.pad(phase.diff(dim=-1), (0, 1), mode="replicate")
    down = F.pad(phase.diff(dim=-2)[:, None], (0, 0, 0, 1), mode="replicate")[:, 0]
    fringes = torch.hypot(across, down) / (2 * math.pi)
    return torch.sinc(fringes.clamp(max=1.0)).clamp_min(0)


def add_phase_noise(generator: torch.Generator, phase: Tensor, coherence: Tensor, looks: Tensor) -> Tensor:
    """Add circular Gaussian noise to the phasor, and return the noisy complex interferogram.

    With L looks the noise has the variance (1 - coherence²) / (2 L) in each part, which gives the
    Cramér-Rao phase variance (1 - coherence²) / (2 L coherence²) at high coherence (Rodriguez & Martin
    1992) and uniform phase where there is no coherence.
    """
    sigma = torch.sqrt((1.0 - coherence**2) / (2.0 * looks[:, None, None]))
    parts = torch.randn((2, *phase.shape), generator=generator, device=phase.device)
    return torch.complex(
        coherence * torch.cos(phase) + sigma * parts[0], coherence * torch.sin(phase) + sigma * parts[1]
    )


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
    count, height, width = interferogram.shape
    step = patch // 2
    padded = F.pad(torch.view_as_real(interferogram).permute(0, 3, 1, 2), (step,) * 4, mode="reflect")
    columns = F.unfold(padded, patch, stride=step)
    pieces = columns.reshape(count, 2, patch, patch, -1).permute(0, 4, 2, 3, 1).contiguous()
    spectrum = torch.fft.fft2(torch.view_as_complex(pieces), dim=(-2, -1))
    number = spectrum.shape[1]
    power = spectrum.abs().reshape(count * number, 1, patch, patch)
    power = F.avg_pool2d(F.pad(power, (1, 1, 1, 1), mode="circular"), 3, stride=1)
    power = power.reshape(count, number, patch, patch)
    power = power / power.amax(dim=(-2, -1), keepdim=True).clamp_min(1e-12)
    filtered = torch.fft.ifft2(spectrum * power ** strength[:, None, None, None], dim=(-2, -1))
    ramp = 1.0 - (torch.arange(patch, device=interferogram.device) + 0.5 - step).abs() / step
    weight = ramp[:, None] * ramp[None, :]
    parts = torch.view_as_real(filtered * weight).permute(0, 4, 2, 3, 1).reshape(count, 2 * patch * patch, -1)
    whole = F.fold(parts.contiguous(), (height + patch, width + patch), patch, stride=step)
    inner = whole[:, :, step:-step, step:-step].permute(0, 2, 3, 1).contiguous()
    return torch.view_as_complex(inner)


def blur(interferogram: Tensor) -> Tensor:
    """Smooth the complex interferogram over 3 × 3 pixels, as a little extra multilooking does."""
    parts = torch.view_as_real(interferogram).permute(0, 3, 1, 2)
    kernel = torch.tensor([0.25, 0.5, 0.25], device=parts.device)
    kernel = (kernel[:, None] * kernel[None, :]).expand(2, 1, 3, 3)
    parts = F.conv2d(F.pad(parts, (1, 1, 1, 1), mode="replicate"), kernel, groups=2)
    return torch.view_as_complex(parts.permute(0, 2, 3, 1).contiguous())


def draw_masks(generator: torch.Generator, coherence: Tensor, elevation: Tensor) -> Tensor:
    """Draw where there is data: a boolean (B, H, W) that holds on valid pixels.

    Some tiles are whole; others lose water, low coherence, what lies beyond the swath's straight edge, or
    all but a rectangle (a scene smaller than the tile, padded).
    """
    count, size = coherence.shape[0], coherence.shape[-1]
    device = coherence.device
    valid = torch.ones_like(coherence, dtype=torch.bool)
    valid &= ~((elevation <= 0) & chance(generator, count, 0.6)[:, None, None])
    threshold = torch.where(
        chance(generator, count, 0.45),
        uniform(generator, (count,), 0.08, 0.35),
        torch.zeros(count, device=device),
    )
    rough = coherence + 0.05 * normal(generator, tuple(coherence.shape))
    valid &= ~((rough < threshold[:, None, None]) & (threshold > 0)[:, None, None])
    axis = torch.linspace(-0.5, 0.5, size, device=device)
    x, y = axis[None, None, :], axis[None, :, None]
    for probability in (0.14, 0.05):
        angle = uniform(generator, (count,), 0, 2 * math.pi)[:, None, None]
        offset = uniform(generator, (count,), 0.05, 0.6)[:, None, None]
        beyond = x * torch.cos(angle) + y * torch.sin(angle) > offset
        valid &= ~(beyond & chance(generator, count, probability)[:, None, None])
    padded = chance(generator, count, 0.15)
    half = uniform(generator, (2, count), 0.15, 0.5)
    longest = torch.randint(2, (count,), generator=generator, device=device)
    half[longest, torch.arange(count, device=device)] = 0.5
    outside = (x.abs() > half[0, :, None, None]) | (y.abs() > half[1, :, None, None])
    return valid & ~(outside & padded[:, None, None])


def unwrap_least_squares(wrapped: Tensor) -> Tensor:
    """Unwrap by least squares and make the answer congruent to the wrapped phase.

    The Poisson equation of Ghiglia & Romero (1994) is solved on the mirrored grid by FFT; adding the
    nearest multiple of 2 pi then keeps the wrapped phase as it is. Noise and steep fringes leave the
    errors that such unwrapping makes: whole areas that are cycles off.

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
    return wrapped + 2 * math.pi * torch.round((solution - wrapped) / (2 * math.pi))


def jumps(generator: torch.Generator, coherence: Tensor) -> Tensor:
    """Draw unwrapping errors: areas that are whole cycles off, shape (B, H, W), radians.

    The areas are blobs of a smooth field, preferably where coherence is low, or everything beyond a line.
    """
    count, size = coherence.shape[0], coherence.shape[-1]
    bumps = smooth(generator, count, size, 5) + 1.5 * (0.5 - coherence)
    level = uniform(generator, (count,), 1.0, 2.4)[:, None, None]
    cycles = torch.randint(1, 3, (count,), generator=generator, device=coherence.device)
    sign = torch.where(chance(generator, count, 0.5), 1, -1)
    off = (bumps > level) * (cycles * sign)[:, None, None]
    axis = torch.linspace(-0.5, 0.5, size, device=coherence.device)
    angle = uniform(generator, (count,), 0, 2 * math.pi)[:, None, None]
    bent = axis[None, None, :] * torch.cos(angle) + axis[None, :, None] * torch.sin(angle)
    bent = bent + 0.08 * smooth(generator, count, size, 4)
    beyond = (bent > uniform(generator, (count,), 0.1, 0.5)[:, None, None]) * sign[:, None, None]
    lined = chance(generator, count, 0.25)[:, None, None]
    return 2 * math.pi * torch.where(lined, beyond, off).float()
