"""Differential delay of two acquisitions: troposphere, ionosphere, ramps and burst seams, in metres of range.

Delay is positive where the path becomes longer, like motion away from the satellite. All delays are
differences of two epochs and therefore symmetric about zero.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...config.simulation import SimulationConfig
from ..fields import chance, log_uniform, normal, power_law, smooth, uniform

TURBULENCE_SLOPES = (-11 / 3, -8 / 3)
TURBULENCE_CORNER_KM = 2.0
TURBULENCE_CUT_KM = 150.0
IONOSPHERE_KM = 100.0
"""Tile width at which the ionospheric delay has its nominal strength."""
IONOSPHERE_MAX_WIDTHS = 1.6
"""Multiple of that width beyond which it does not grow, as processors remove the longest wavelengths."""

MAX_PIXEL_STEP_RAD = 1.2
"""Largest root-mean-square difference of turbulent delay between neighbouring pixels, in radians. Beyond it,
wrapped phase is noise, and such pairs are not delivered."""

STEEP_RAMP_FACTOR = (3.0, 40.0)
"""Range of factors for the ramps of a tenth of the pairs: up to dozens of fringes across a tile."""

BURST_KM = 20.0
"""Length of a TOPS burst along the track (De Zan & Monti Guarnieri 2006)."""
BURSTS_MAX_TILE_KM = 150.0
"""Largest width of a tile with seams between bursts."""
BURST_RAD = (0.2, 15.0)
"""Range of the phase ramp across a burst by misregistration, in radians."""
BURST_GAP = 0.06
"""Largest part of a burst that is missing at its seam."""

RELIEF_ERROR = (3e-5, 4e-4)
"""Range of the residual topographic delay per metre of height."""


def turbulence(
    generator: torch.Generator,
    pixel_km: Tensor,
    size: int,
    incidence: Tensor,
    median_cm: float,
    spread: float,
) -> Tensor:
    """Turbulent delay of two epochs, differenced, along the line of sight.

    The spectrum has the exponent -11/3 below 2 km and -8/3 above (Hanssen 2001), damped beyond 150 km.
    The difference of two independent Gaussian fields of standard deviations a and b is one field of
    standard deviation sqrt(a² + b²), so one transform is enough.

    Returns
    -------
    Tensor, shape (B, size, size), metres
    """
    count = pixel_km.shape[0]
    epochs = median_cm * torch.exp(spread * normal(generator, (2, count)))
    sigma = torch.sqrt((epochs**2).sum(dim=0)) * 0.01 / torch.cos(incidence)
    return (
        power_law(generator, pixel_km, size, TURBULENCE_SLOPES, TURBULENCE_CORNER_KM, TURBULENCE_CUT_KM)
        * sigma[:, None, None]
    )


def smoother(delay: Tensor, phase_per_metre: Tensor) -> Tensor:
    """Weaken delay (B, H, W), in metres, where neighbours differ by more than `MAX_PIXEL_STEP_RAD`."""
    step = delay.diff(dim=-1).square_().mean(dim=(-2, -1)).sqrt_() * phase_per_metre
    return delay * (MAX_PIXEL_STEP_RAD / step.clamp_min(MAX_PIXEL_STEP_RAD))[:, None, None]


def stratified(
    generator: torch.Generator, elevation: Tensor, incidence: Tensor, sigma_cm_km: float, blank: Tensor
) -> Tensor:
    """Delay that follows the relief, two epochs differenced.

    The delay of an epoch falls off with height as exp(-h / H). Its change between two epochs is given by the
    slope at sea level (heavy-tailed: some pairs differ greatly), a scale height H of 2 to 8 km, and a slow
    variation of the slope across the tile, as the air differs between both sides of a mountain range.

    Parameters
    ----------
    elevation : Tensor, shape (B, H, W), metres
    sigma_cm_km : float
        Standard deviation of the slope in centimetres per kilometre.
    blank : Tensor of bool, shape (B,)
        Tiles without such delay.

    Returns
    -------
    Tensor, shape (B, H, W), metres
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    tail = torch.exp(0.6 * normal(generator, (count,)))
    slope = normal(generator, (count,)) * tail * sigma_cm_km * 0.01 / torch.cos(incidence)
    slope = torch.where(blank, torch.zeros_like(slope), slope)[:, None, None]
    scale = uniform(generator, (count,), 2.0, 8.0)[:, None, None]
    varied = smooth(generator, count, size, 2)
    varied *= 0.35 * chance(generator, count, 0.6)[:, None, None]
    # integrated delay above a height, minus its mean, divided by -scale
    above = elevation.clamp_min(0).mul_(-0.001 / scale).exp_()
    above -= above.mean(dim=(-2, -1), keepdim=True)
    above *= -scale * slope
    return above.addcmul_(above, varied)


def residual_topography(generator: torch.Generator, elevation: Tensor, share: float) -> Tensor:
    """Residual topographic phase as range, where the baseline or the elevation model is wrong.

    It is proportional to the height (Hanssen 2001); in the worst pairs, dozens of rings surround a peak.

    Parameters
    ----------
    elevation : Tensor, shape (B, H, W), metres
    share : float
        Part of the tiles with residual topography.

    Returns
    -------
    Tensor, shape (B, H, W), metres
    """
    count = elevation.shape[0]
    slope = log_uniform(generator, (count,), *RELIEF_ERROR)
    slope = torch.where(chance(generator, count, 0.5), slope, -slope)
    slope = slope * chance(generator, count, share)
    return (elevation - elevation.mean(dim=(-2, -1), keepdim=True)) * slope[:, None, None]


def ramps(
    generator: torch.Generator, pixel_km: Tensor, size: int, wavelength: Tensor, config: SimulationConfig
) -> Tensor:
    """Orbital and ionospheric ramps, metres of range, shape (B, size, size).

    Orbital errors are planes with slight curvature; a tenth of the pairs keep a ramp of many fringes.
    Ionospheric delay grows with the square of the wavelength: it is negligible at X band, and causes several
    fringes of slow undulation, sometimes streaks, across a whole frame at L band. Its structure function is
    that of turbulence, so it grows with the tile's width w as w^(5/6).
    """
    count, device = len(pixel_km), generator.device
    axis = torch.linspace(-0.5, 0.5, size, device=device)
    plane = normal(generator, (6, count)) * config.ramp_cm * 0.01
    steep = chance(generator, count, 0.1)
    plane[:2] = torch.where(
        steep, plane[:2] * log_uniform(generator, (count,), *STEEP_RAMP_FACTOR), plane[:2]
    )
    a, b, c, d, e, zero = torch.cat([plane[:2], 0.7 * plane[2:5], torch.zeros_like(plane[:1])])
    # coefficients of y^i x^j; the mean of the curvature is removed
    surface = torch.stack([-(d + e) / 12, a, d, b, c, zero, e, zero, zero], dim=1).reshape(count, 3, 3)
    powers = torch.stack([torch.ones_like(axis), axis, axis**2], dim=1)
    strength = (wavelength / 0.2362) ** 2 * 0.04 * torch.exp(0.7 * normal(generator, (count,)))
    strength *= (pixel_km * (size / IONOSPHERE_KM)).clamp(max=IONOSPHERE_MAX_WIDTHS) ** (5 / 6)
    delay = smooth(generator, count, size, 2)
    index = chance(generator, count, 0.3).nonzero()[:, 0]
    if len(index):
        delay[index] += 0.4 * _streaks(generator, len(index), axis)
    delay *= strength[:, None, None]
    return delay.add_(powers @ surface @ powers.T)


def bursts(generator: torch.Generator, pixel_km: Tensor, size: int, share: float) -> tuple[Tensor, Tensor]:
    """Seams between the bursts of a TOPS acquisition: a sawtooth of phase along the track, and gaps.

    If the acquisitions are misregistered, phase grows along each burst and jumps back at its end
    (Prats-Iraola et al. 2012). Bursts that do not overlap leave gaps.

    Parameters
    ----------
    pixel_km : Tensor, shape (B,)
    share : float
        Part of the tiles up to `BURSTS_MAX_TILE_KM` wide that have seams.

    Returns
    -------
    phase : Tensor, shape (B, size, size), radians
    whole : Tensor of bool, shape (B, size, size)
        False in the gaps.
    """
    count, device = len(pixel_km), generator.device
    phase = torch.zeros((count, size, size), device=device)
    whole = torch.ones((count, size, size), dtype=torch.bool, device=device)
    torn = chance(generator, count, share) & (pixel_km * size <= BURSTS_MAX_TILE_KM)
    index = torn.nonzero()[:, 0]
    if not len(index):
        return phase, whole
    count = len(index)
    axis = torch.arange(size, device=device) - size / 2
    across = uniform(generator, (count,), -0.3, 0.3)  # seams follow the range direction, nearly east to west
    step = pixel_km[index] / BURST_KM
    position = (torch.cos(across) * step)[:, None, None] * axis[:, None]
    position = position + (torch.sin(across) * step)[:, None, None] * axis
    position = position + uniform(generator, (count, 1, 1))
    position -= position.floor()
    strength = log_uniform(generator, (count,), *BURST_RAD)
    strength = torch.where(chance(generator, count, 0.5), strength, -strength)
    phase[index] = strength[:, None, None] * (position - 0.5)
    gap = uniform(generator, (count,), 0.0, BURST_GAP) * chance(generator, count, 0.5)
    whole[index] = position >= gap[:, None, None]
    return phase, whole


def _streaks(generator: torch.Generator, count: int, axis: Tensor) -> Tensor:
    """Curved waves of one to six cycles across the tile, between -1 and 1."""
    angle = uniform(generator, (count,), 0, 3.1416)
    wave = 6.2832 * uniform(generator, (count,), 1.0, 6.0)
    start = uniform(generator, (count,), 0, 6.2832)
    bent = smooth(generator, count, len(axis), 3)
    bent += ((wave * torch.cos(angle))[:, None] * axis)[:, None, :]
    bent += ((wave * torch.sin(angle))[:, None] * axis + start[:, None])[:, :, None]
    return bent.sin_()
