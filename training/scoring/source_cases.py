"""Simulated earthquakes for scoring the source estimate: rough slip, noise, ramps, gaps, one or two looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...engine.deformation.sources import look_vector, okada_grid
from ...engine.source import Look
from ...engine.source.frame import LocalFrame
from ..simulation.sources import slip
from ..simulation.sources.scaling import rupture_size

MAGNITUDES = (5.6, 7.2)
NOISE_M = (0.004, 0.015)
CORRELATION_KM = (5.0, 20.0)
PIXELS = 128
"""Pixels along each side of a simulated look."""
DETECTABLE_RATIO = 5.0
"""Largest motion in parts of the noise: weaker earthquakes would not have been detected and are drawn
again."""
PAIR_MAGNITUDES, PAIR_STEP, PAIR_DISTANCE = (6.2, 7.1), (0.2, 0.8), (0.2, 1.0)
"""Of two earthquakes in one pair: Mw of the larger, by how much the other is smaller, and the distance of
their centroids in lengths of the larger."""
HEADINGS = (-12.0, -168.0)
"""Ascending and descending."""
Part = tuple[dict[str, torch.Tensor], float, float]
"""A fault with its slip, and east and north of its middle in km."""


@dataclass(frozen=True)
class SourceCase:
    """One simulated pair of acquisitions.

    Attributes
    ----------
    looks : list of Look
        Ascending and descending.
    truth : dict of str to float
        mw, east_km, north_km, depth_km (centroid of moment), strike, dip, rake, length_km, width_km; of two
        faults those of the larger one.
    mw : float
        Of the total moment.
    """

    looks: list[Look]
    truth: dict[str, float]
    mw: float


def draw_case(seed: int, rough: bool = True) -> SourceCase:
    """Draw one detectable earthquake with two looks; the same seed gives the same case."""
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    while True:
        fault = _fault(rng)
        grid = slip.von_karman(generator, fault, along=20, down=10)
        if not rough:
            for name in ("strike_slip", "dip_slip"):
                grid[name] = torch.ones_like(grid[name]) * grid[name].mean()
        truth = _truth(fault, grid)
        width = float(np.clip(3.0 * truth["length_km"] + 4 * truth["depth_km"], 25, 250))
        looks = [_look(rng, [(grid, 0.0, 0.0)], heading, width) for heading in HEADINGS]
        if all(look is not None for look in looks):
            return SourceCase([look for look in looks if look is not None], truth, truth["mw"])


def draw_pair(seed: int) -> SourceCase:
    """Draw two earthquakes in one pair: the second is smaller, near the first, and of any mechanism."""
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    while True:
        larger = rng.uniform(*PAIR_MAGNITUDES)
        faults = [_fault(rng, mw) for mw in (larger, larger - rng.uniform(*PAIR_STEP))]
        grids = [slip.von_karman(generator, fault, along=20, down=10) for fault in faults]
        truth = _truth(faults[0], grids[0])
        away, azimuth = rng.uniform(*PAIR_DISTANCE) * truth["length_km"], rng.uniform(0, 2 * np.pi)
        width = float(np.clip(3.0 * truth["length_km"] + 4 * truth["depth_km"] + away, 25, 250))
        parts = [(grids[0], 0.0, 0.0), (grids[1], away * np.sin(azimuth), away * np.cos(azimuth))]
        looks = [_look(rng, parts, heading, width) for heading in HEADINGS]
        moment = sum(10 ** (1.5 * float(fault["mw"])) for fault in faults)
        if all(look is not None for look in looks):
            mw = float(np.log10(moment) / 1.5)
            return SourceCase([look for look in looks if look is not None], truth, mw)


def _fault(rng: np.random.Generator, magnitude: float | None = None) -> dict[str, torch.Tensor]:
    mechanism = int(rng.integers(3))
    mw = rng.uniform(*MAGNITUDES) if magnitude is None else magnitude
    dip = (rng.uniform(60, 90), rng.uniform(15, 55), rng.uniform(35, 70))[mechanism]
    rake = (rng.choice([0.0, 180.0]), 90.0, -90.0)[mechanism] + rng.normal(0, 18)
    deviates = np.clip(rng.normal(size=(2, 1)), -2, 2)
    size = rupture_size(np.array([mw]), np.array([mechanism]), deviates, leonard=bool(rng.integers(2)))
    height = size.width[0] * np.sin(np.radians(dip))
    top = 0.05 if rng.random() < 0.2 else rng.uniform(0.3, 3 + 0.5 * float(size.length[0]) ** 0.7)
    values = {
        "mw": mw,
        "depth": top + height / 2,
        "strike": rng.uniform(0, 360),
        "dip": dip,
        "rake": (rake + 180) % 360 - 180,
        "length": size.length[0],
        "width": size.width[0],
        "slip": size.slip[0],
    }
    return {name: torch.tensor([float(value)], dtype=torch.float64) for name, value in values.items()}


def _truth(fault: dict[str, torch.Tensor], grid: dict[str, torch.Tensor]) -> dict[str, float]:
    """Parameters of the case; the centroid is that of moment."""
    parts = slip.patches(grid)
    weight = torch.hypot(parts["strike_slip"], parts["dip_slip"])[0]
    weight = weight / weight.sum()
    out = {name: float(fault[name]) for name in ("mw", "strike", "dip", "rake")}
    out["length_km"], out["width_km"] = float(fault["length"]), float(fault["width"])
    out["east_km"], out["north_km"], out["depth_km"] = (
        float((parts[name][0] * weight).sum()) for name in ("east", "north", "depth")
    )
    return out


FRAME = LocalFrame(62.0, 34.5)
"""Where simulated earthquakes lie."""


def _look(rng: np.random.Generator, parts: list[Part], heading: float, width: float) -> Look | None:
    """One look, about `width` km wide and not centred; None when the earthquake would not be seen."""
    place = rng.uniform(-0.15, 0.15, 2) * width
    step = width / PIXELS
    x = (np.arange(PIXELS) + 0.5) * step - width / 2 + place[0]
    y = (np.arange(PIXELS) + 0.5) * step - width / 2 + place[1]
    east, north = np.meshgrid(x, y)
    motion = _motion(parts, east, north)
    incidence = rng.uniform(30, 44) + np.linspace(-1, 1, PIXELS) * 0.02 * width
    vectors = np.stack(
        [np.broadcast_to(v, (PIXELS, PIXELS)) for v in look_vector(heading + rng.normal(0, 2), incidence)]
    )
    signal = sum(component * vector for component, vector in zip(motion, vectors))
    noise = rng.uniform(*NOISE_M)
    valid = ~_gaps(rng)
    if np.abs(signal[valid]).max() < DETECTABLE_RATIO * noise:
        return None
    ramp = rng.normal(0, 1.5 * noise, 2) / width * 2
    total = signal + noise * _correlated(rng, rng.uniform(*CORRELATION_KM) / step)
    total = total + rng.normal(0, 0.3 * noise, signal.shape) + rng.normal(0, 0.02)
    total = total + ramp[0] * east + ramp[1] * north
    longitude, latitude = FRAME.to_lonlat(east[valid], north[valid])
    name = "ascending" if heading > -90 else "descending"
    return Look(name, longitude, latitude, total[valid], vectors[:, valid].T.copy(), spacing_km=step)


def _motion(parts: list[Part], east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """East, north and up, (3, H, W) m, of faults together."""
    out = np.zeros((3, *east.shape))
    for grid, x, y in parts:
        places = (torch.tensor((axis - shift).ravel()[None]) for axis, shift in ((east, x), (north, y)))
        moved = okada_grid(*places, **grid)  # type: ignore[arg-type]
        out += np.stack([np.asarray(component).reshape(east.shape) for component in moved])
    return out


def _gaps(rng: np.random.Generator) -> np.ndarray:
    """Pixels without data: 5 to 30 % of the ground in smooth patches."""
    field = _correlated(rng, PIXELS / 10)
    return np.asarray(field > np.quantile(field, 1 - rng.uniform(0.05, 0.3)))


def _correlated(rng: np.random.Generator, distance: float) -> np.ndarray:
    """A field of standard deviation 1 with an exponential correlation over `distance` pixels."""
    size = 2 * PIXELS
    lag = np.minimum(np.arange(size), size - np.arange(size))
    power = np.fft.rfft2(np.exp(-np.hypot(lag[:, None], lag) / distance)).real.clip(0)
    field = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(size, size))) * np.sqrt(power), s=(size, size))
    return np.asarray(field[:PIXELS, :PIXELS])
