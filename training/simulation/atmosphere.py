"""What two acquisitions add to the phase between them: delay, ramps, ionosphere. In metres of range.

Delay is positive when the path is longer, so that it counts as motion away from the satellite; only
differences of two epochs appear, and these are symmetric about zero.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .config import SimulationConfig
from .fields import chance, log_uniform, normal, power_law, smooth, uniform

TURBULENCE_SLOPES = (-11 / 3, -8 / 3)
TURBULENCE_CORNER_KM = 2.0
TURBULENCE_CUT_KM = 150.0


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


def stratified(
    generator: torch.Generator, elevation: Tensor, incidence: Tensor, sigma_cm_km: float, blank: Tensor
) -> Tensor:
    """Delay that follows the relief, two epochs differenced.

    The delay of an epoch falls off with height as exp(-h / H); its change between two epochs is given by
    the slope at sea level (heavy-tailed: some pairs differ a great deal), by a scale height H of 2 to 8 km,
    and by a slow change of the slope across the tile, for the air is not the same on both sides of a range.

    Parameters
    ----------
    elevation : Tensor, shape (B, H, W), metres
    sigma_cm_km : float
        Standard deviation of the slope in centimetres per kilometre.
    blank : Tensor of bool, shape (B,)
        Tiles that carry no such delay.

    Returns
    -------
    Tensor, shape (B, H, W), metres
    """
    count, size = elevation.shape[0], elevation.shape[-1]
    tail = torch.exp(0.6 * normal(generator, (count,)))
    slope = normal(generator, (count,)) * tail * sigma_cm_km * 0.01 / torch.cos(incidence)
    slope = torch.where(blank, torch.zeros_like(slope), slope)[:, None, None]
    scale = uniform(generator, (count,), 2.0, 8.0)[:, None, None]
    varied = 1.0 + 0.35 * smooth(generator, count, size, 2) * chance(generator, count, 0.6)[:, None, None]
    kilometres = elevation.clamp_min(0) * 0.001
    column = scale * (1.0 - torch.exp(-kilometres / scale))
    return slope * varied * (column - column.mean(dim=(-2, -1), keepdim=True))


def ramps(
    generator: torch.Generator, count: int, size: int, wavelength: Tensor, config: SimulationConfig
) -> Tensor:
    """Orbital and ionospheric ramps, metres of range, shape (B, size, size).

    Orbital errors are planes with a little curvature; a tenth of the pairs keep a ramp of many fringes.
    The ionosphere grows with the square of the wavelength: it is nothing at X band and several fringes
    of slow undulation, sometimes streaked, at L band.
    """
    device = generator.device
    axis = torch.linspace(-0.5, 0.5, size, device=device)
    x, y = axis[None, None, :], axis[None, :, None]
    plane = normal(generator, (6, count)) * config.ramp_cm * 0.01
    steep = chance(generator, count, 0.1)
    plane[:2] = torch.where(steep, plane[:2] * log_uniform(generator, (count,), 3.0, 15.0), plane[:2])
    a, b, c, d, e, _ = plane[:, :, None, None]
    orbit = a * x + b * y + 0.7 * (c * x * y + d * (x**2 - 1 / 12) + e * (y**2 - 1 / 12))
    strength = (wavelength / 0.2362) ** 2 * 0.04 * torch.exp(0.7 * normal(generator, (count,)))
    slow = smooth(generator, count, size, 2)
    angle = uniform(generator, (count,), 0, 3.1416)[:, None, None]
    along = x * torch.cos(angle) + y * torch.sin(angle)
    cycles = uniform(generator, (count,), 1.0, 6.0)[:, None, None]
    phase = uniform(generator, (count,), 0, 6.2832)[:, None, None]
    streaked = chance(generator, count, 0.3)[:, None, None] * 0.4
    iono = slow + streaked * torch.sin(6.2832 * cycles * along + phase + smooth(generator, count, size, 3))
    return orbit + strength[:, None, None] * iono
