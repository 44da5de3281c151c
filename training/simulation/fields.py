"""Random numbers and fields for batches of tiles: power-law fields by FFT, smooth fields by splines."""

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
    """Draw numbers whose logarithm is uniformly distributed between `low` and `high`."""
    return torch.exp(uniform(generator, shape, math.log(low), math.log(high)))


def normal(generator: torch.Generator, shape: tuple[int, ...]) -> Tensor:
    """Draw standard normal numbers on the generator's device."""
    return torch.randn(shape, generator=generator, device=generator.device)


def chance(generator: torch.Generator, count: int, probability: float | Tensor) -> Tensor:
    """Draw `count` booleans that are true with `probability`, one for all or one for each."""
    return uniform(generator, (count,)) < probability


def split(where: Tensor) -> tuple[Tensor, Tensor]:
    """Indices of the tiles where `where` is true, and of the others; synchronises a GPU only once."""
    order = torch.argsort(where.to(torch.uint8), descending=True, stable=True)
    count = int(where.sum())
    return order[:count], order[count:]


def fft_size(size: int) -> int:
    """A size with small prime factors that leaves room to crop the periodic edge."""
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

    Fields are computed on a larger periodic grid and cropped, so that opposite edges do not match.

    Parameters
    ----------
    generator : torch.Generator
        Source of the random numbers; also determines the device.
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
        Longer wavelengths are damped, in kilometres.

    Returns
    -------
    Tensor, shape (B, size, size)
        Fields normalised to unit variance over 50 km of ground. Small tiles contain only short wavelengths
        and vary less, as in nature.
    """
    count = pixel_km.shape[0]
    full = fft_size(size)
    device = generator.device
    radii, owner = _radii(full, device)
    amplitude = _amplitude(radii / pixel_km[:, None], slopes, corner_km, cut_km)
    amplitude[:, 0] = 0
    # a sum over the grid's frequencies approximates the integral of the spectrum; each represents df * df
    spacing = 1.0 / (full * pixel_km[:, None])
    amplitude *= spacing / math.sqrt(_variance(slopes, corner_km, cut_km))
    half = (count, full, full // 2 + 1)
    white = torch.randn(half, generator=generator, device=device, dtype=torch.complex64)
    white *= amplitude.index_select(1, owner).reshape(half)
    return torch.fft.irfft2(white, s=(full, full), norm="forward")[:, :size, :size]


@lru_cache(maxsize=16)
def _radii(full: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Distinct radial frequencies of an rfft grid in cycles per pixel, and the index of each grid point's.

    The zero frequency is stored as infinity. Several points share a frequency, so the spectrum is evaluated
    less often.
    """
    rows = torch.arange(full).minimum(full - torch.arange(full))
    squared = rows[:, None] ** 2 + torch.arange(full // 2 + 1) ** 2
    distinct, owner = torch.unique(squared, return_inverse=True)
    radii = torch.sqrt(distinct.double()).float() / full
    radii[0] = math.inf
    return radii.to(device), owner.flatten().to(device)


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
    """Variance of the spectrum between wavelengths of 0.1 and 50 km, which normalises `power_law`."""
    frequency = torch.logspace(math.log10(1 / 50.0), 1.0, 400, dtype=torch.float64)
    power = _amplitude(frequency, slopes, corner_km, cut_km) ** 2
    return float(torch.trapezoid(power * 2 * math.pi * frequency, frequency))


def smooth(generator: torch.Generator, count: int, size: int, cells: int) -> Tensor:
    """Draw smooth fields of unit variance: cubic B-splines with `cells` × `cells` cells of white noise.

    Returns
    -------
    Tensor, shape (count, size, size)
    """
    weights, overlap = _spline(size, cells, generator.device)
    knots = normal(generator, (count, cells + 3, cells + 3))
    # the weights of a pixel sum to 1, so the mean and variance of the pixels follow from those of the knots
    share = weights.mean(dim=0)
    knots = knots - ((knots @ share) @ share)[:, None, None]
    variance = ((overlap @ knots @ overlap) * knots).sum(dim=(-2, -1), keepdim=True)
    return weights @ (knots / torch.sqrt(variance.clamp_min(1e-12))) @ weights.T


@lru_cache(maxsize=64)
def _spline(size: int, cells: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cubic B-spline weights of `cells` + 3 knots at `size` pixel centres, (size, cells + 3).

    Also the mean product of two knots' weights, (cells + 3, cells + 3).
    """
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
        Pixels to use.
    shares : tuple of float
        The quantiles, between 0 and 1.
    samples : int
        Approximate number of pixels in the subset.

    Returns
    -------
    list of Tensor, shape (B,)
        One for each of `shares`; 0 where the subset has no pixel to use.
    """
    flat = values.flatten(1)
    step = max(1, flat.shape[1] // samples)
    if step % 2 == 0:
        step += 1  # an odd step does not follow the columns of an even grid
    subset, used = flat[:, ::step], where.flatten(1)[:, ::step]
    ordered = torch.sort(torch.where(used, subset, torch.inf), dim=1).values
    number = used.sum(dim=1)
    results = []
    for share in shares:
        index = ((number - 1).clamp_min(0) * share).round().long()
        value = ordered.gather(1, index[:, None])[:, 0]
        results.append(torch.where(number > 0, value, torch.zeros_like(value)))
    return results
