"""Random fields on a batch of tiles: power-law spectra by FFT, and smooth ones by interpolation."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor


def uniform(
    generator: torch.Generator, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0
) -> Tensor:
    """Draw uniform numbers on the generator's device."""
    return torch.rand(shape, generator=generator, device=generator.device) * (high - low) + low


def log_uniform(generator: torch.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    """Draw numbers whose logarithm is uniform between `low` and `high`."""
    return torch.exp(uniform(generator, shape, math.log(low), math.log(high)))


def normal(generator: torch.Generator, shape: tuple[int, ...]) -> Tensor:
    """Draw standard normal numbers on the generator's device."""
    return torch.randn(shape, generator=generator, device=generator.device)


def chance(generator: torch.Generator, count: int, probability: float | Tensor) -> Tensor:
    """Draw `count` booleans that hold with `probability`, one for all or one for each."""
    return uniform(generator, (count,)) < probability


def split(where: Tensor) -> tuple[Tensor, Tensor]:
    """Tiles where `where` holds, and the others: two index tensors, for which a GPU is asked only once."""
    order = torch.argsort(where.to(torch.uint8), descending=True, stable=True)
    number = int(where.sum())
    return order[:number], order[number:]


def fft_size(size: int) -> int:
    """Return a size with small prime factors that leaves room to cut the periodic edge away."""
    return 16 * math.ceil(size * 9 / 7 / 16)


def power_law(
    generator: torch.Generator,
    pixel_km: Tensor,
    size: int,
    slopes: tuple[float, float],
    corner_km: float,
    cut_km: float,
) -> Tensor:
    """Draw isotropic random fields whose power spectrum has two slopes.

    The field is made on a larger periodic grid and cropped, so that its edges do not match.

    Parameters
    ----------
    generator : torch.Generator
        Source of randomness; also gives the device.
    pixel_km : Tensor, shape (B,)
        Pixel size in kilometres.
    size : int
        Pixels along one side.
    slopes : tuple of float
        Exponents of the two-dimensional power spectrum below and above `corner_km` of wavelength (short
        wavelengths first), for instance -11/3 and -8/3 for turbulent delay.
    corner_km : float
        Wavelength where the slope changes, in kilometres.
    cut_km : float
        Wavelengths beyond this are damped.

    Returns
    -------
    Tensor, shape (B, size, size)
        Fields normalised so that a 50 km wide piece of ground would have unit variance: small tiles hold
        only the short wavelengths, and are quieter, as they are in nature.
    """
    count = pixel_km.shape[0]
    full = fft_size(size)
    device = generator.device
    radii, place = _radii(full, device)
    amplitude = _amplitude(radii / pixel_km[:, None], slopes, corner_km, cut_km)
    amplitude[:, 0] = 0
    # a sum over the grid's frequencies approximates the integral of the spectrum: each stands for df * df
    spacing = 1.0 / (full * pixel_km[:, None])
    amplitude *= spacing / math.sqrt(_variance(slopes, corner_km, cut_km))
    half = (count, full, full // 2 + 1)
    white = torch.randn(half, generator=generator, device=device, dtype=torch.complex64)
    white *= amplitude.index_select(1, place).reshape(half)
    return torch.fft.irfft2(white, s=(full, full), norm="forward")[:, :size, :size]


@lru_cache(maxsize=16)
def _radii(full: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Different radial frequencies of an rfft grid in cycles per pixel, the first infinite in the place of
    0, and the number of each grid point's: several points share one, so the spectrum is asked less often."""
    rows = torch.arange(full).minimum(full - torch.arange(full))
    squared = rows[:, None] ** 2 + torch.arange(full // 2 + 1) ** 2
    different, place = torch.unique(squared, return_inverse=True)
    radii = torch.sqrt(different.double()).float() / full
    radii[0] = math.inf
    return radii.to(device), place.flatten().to(device)


def _amplitude(frequency: Tensor, slopes: tuple[float, float], corner_km: float, cut_km: float) -> Tensor:
    """Square root of the two-slope power spectrum at `frequency` (cycles per kilometre)."""
    corner = 1.0 / corner_km
    short, long = slopes
    relative = frequency / corner
    power = torch.where(relative > 1, relative**short, relative**long)
    damp = 1.0 / (1.0 + (1.0 / (frequency * cut_km)) ** 4)
    return torch.sqrt(power * damp)


@lru_cache(maxsize=64)
def _variance(slopes: tuple[float, float], corner_km: float, cut_km: float) -> float:
    """Variance that the spectrum gives to wavelengths from 0.1 to 50 km: the norm of `power_law`."""
    frequency = torch.logspace(math.log10(1 / 50.0), 1.0, 400, dtype=torch.float64)
    power = _amplitude(frequency, slopes, corner_km, cut_km) ** 2
    return float(torch.trapezoid(power * 2 * math.pi * frequency, frequency))


def smooth(generator: torch.Generator, count: int, size: int, cells: int) -> Tensor:
    """Draw smooth unit-variance fields: a cubic B-spline through `cells` × `cells` cells of white noise.

    Returns
    -------
    Tensor, shape (count, size, size)
    """
    weights, overlap = _spline(size, cells, generator.device)
    knots = normal(generator, (count, cells + 3, cells + 3))
    # the weights of a pixel sum to 1, so mean and variance of the pixels can be set on the few knots
    share = weights.mean(dim=0)
    knots = knots - ((knots @ share) @ share)[:, None, None]
    variance = ((overlap @ knots @ overlap) * knots).sum(dim=(-2, -1), keepdim=True)
    return weights @ (knots / torch.sqrt(variance.clamp_min(1e-12))) @ weights.T


@lru_cache(maxsize=64)
def _spline(size: int, cells: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cubic B-spline weights of `cells` + 3 knots at `size` pixel centres, (size, cells + 3), and the mean
    product of two knots' weights, (cells + 3, cells + 3)."""
    position = (torch.arange(size, dtype=torch.float64) + 0.5) * cells / size + 1.0
    distance = (position[:, None] - torch.arange(cells + 3, dtype=torch.float64)[None, :]).abs()
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = (2 - distance).clamp_min(0) ** 3 / 6
    weights = torch.where(distance < 1, near, far)
    return weights.float().to(device), (weights.T @ weights / size).float().to(device)


def block_means(values: Tensor, cells: int) -> Tensor:
    """Means of `cells` × `cells` equal blocks of square fields, (B, H, H) -> (B, cells, cells)."""
    size = values.shape[-1]
    owner = torch.arange(size, device=values.device) * cells // size
    average = (owner == torch.arange(cells, device=values.device)[:, None]).float() * (cells / size)
    return average @ values @ average.T


def quantiles(values: Tensor, where: Tensor, shares: tuple[float, ...], samples: int = 1024) -> list[Tensor]:
    """Estimate quantiles of each tile from a regular subset of its pixels.

    Parameters
    ----------
    values : Tensor, shape (B, H, W)
    where : Tensor of bool, shape (B, H, W)
        Pixels that count.
    shares : tuple of float
        The quantiles asked for, between 0 and 1.
    samples : int
        Number of pixels looked at.

    Returns
    -------
    list of Tensor, shape (B,)
        One for each of `shares`; 0 where no looked-at pixel counts.
    """
    flat = values.flatten(1)
    step = max(1, flat.shape[1] // samples)
    if step % 2 == 0:
        step += 1  # an odd step does not walk along columns of an even grid
    picked, counts = flat[:, ::step], where.flatten(1)[:, ::step]
    ordered = torch.sort(torch.where(counts, picked, torch.inf), dim=1).values
    number = counts.sum(dim=1)
    found = []
    for share in shares:
        index = ((number - 1).clamp_min(0) * share).round().long()
        value = ordered.gather(1, index[:, None])[:, 0]
        found.append(torch.where(number > 0, value, torch.zeros_like(value)))
    return found
