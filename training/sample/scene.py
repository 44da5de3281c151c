"""The sample scenes as arrays: motion, relief, delay, coherence and phase of a simulated Sentinel-1 pair.

The Gorkha (Nepal) earthquake of 25 April 2015, Mw 7.8: strike 293, dip 7 degrees to the north (USGS finite
fault, Hayes 2017; Kobayashi et al. 2016), mean rake about 107. Slip of up to 5 or 6 m extends some
140 km along strike and 60 km across; its centroid lies 20 km north of Kathmandu (Yue et al. 2017) at a depth
of 12 to 15 km. Along the line of sight, the ground rises by about 1 m near Kathmandu and sinks by 0.8 m north
of it.
Motion comes from this fault plane; relief, delay, decorrelation and gaps come from the simulator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ...engine.deformation.sources import line_of_sight, okada_grid
from ...engine.numerics.phase import wrap
from ..simulation.fields import power_law, smooth
from ..simulation.scene import noise
from ..simulation.scene.atmosphere import stratified, turbulence
from ..simulation.sources.finite_fault import km_per_degree
from ..simulation.sources.scaling import mean_slip

SEED = 20150425
WEST, NORTH, STEP = 83.8, 29.0, 0.002
COLUMNS, ROWS = 1600, 1100
"""Western and northern edge and pixel size in degrees, and the number of pixels."""
WAVELENGTH = 299_792_458.0 / 5.405e9
HEADING = -167.5
"""Descending; the antenna looks right, that is west."""
NEAR_INCIDENCE, FAR_INCIDENCE = 30.5, 46.0
SWATH_KM = 250.0
LOOKS = 20.0
PAIR = "20150417_20150429"
QUIET_PAIR = "20150405_20150417"
QUIET_SEED = 20150405
QUIET_PART = (slice(420, 820), slice(700, 1200))
"""Rows and columns of the frame in the quiet sample: the middle hills, 80 by 100 km."""
FRAME = "019D_00000_000000"
"""Track 19 is real; no such frame exists."""


@dataclass(frozen=True)
class Track:
    """One pass over the frame.

    Attributes
    ----------
    heading : float
        Degrees; the antenna looks right.
    near_incidence, far_incidence : float
        Degrees, at the edges of the swath.
    pair, frame : str
        In the names of the files.
    weather_seed : int or None
        Seed of delay, coherence and noise, which differ between passes over the same relief; None: they
        follow the relief in one stream of random numbers.
    """

    heading: float
    near_incidence: float
    far_incidence: float
    pair: str
    frame: str
    weather_seed: Optional[int] = None


DESCENDING = Track(HEADING, NEAR_INCIDENCE, FAR_INCIDENCE, PAIR, FRAME)
ASCENDING = Track(-12.5, 30.5, 46.0, "20150409_20150503", "085A_00000_000000", 20150409)
"""Track 85 and its dates are real; no such frame exists."""

MAGNITUDE = 7.8
CENTROID = (85.30, 27.90)
"""Longitude and latitude of the point above the middle of the slip."""
PLANE = {"depth": 14.0, "strike": 293.0, "dip": 7.0, "length": 150.0, "width": 80.0}
RAKE = 107.0
LOBES = ((-8.0, 0.0, 38.0, 20.0, 1.0), (36.0, -2.0, 26.0, 18.0, 0.6))
"""Gaussian slip: centre along strike (positive east-south-east) and down dip, widths in km, weight."""


@dataclass(frozen=True)
class Scene:
    """The sample as arrays of shape (ROWS, COLUMNS), phase in rad and positive towards the satellite."""

    wrapped: np.ndarray
    unwrapped: np.ndarray
    coherence: np.ndarray
    elevation: np.ndarray
    motion: np.ndarray
    incidence: np.ndarray


def slip_grid(along: int = 30, down: int = 16) -> np.ndarray:
    """Slip in m on the plane, (down, along): rows from the upper edge, columns along strike."""
    length, width = PLANE["length"], PLANE["width"]
    x = -(((np.arange(along) + 0.5) / along - 0.5) * length)
    z = (((np.arange(down) + 0.5) / down - 0.5) * width)[:, None]
    slip = np.zeros((down, along))
    for centre_x, centre_z, reach_x, reach_z, weight in LOBES:
        slip += weight * np.exp(-0.5 * (((x - centre_x) / reach_x) ** 2 + ((z - centre_z) / reach_z) ** 2))
    edge = np.cos(np.pi * x / length) * np.cos(np.pi * z / width)
    slip *= np.sqrt(edge)
    return np.asarray(slip * float(mean_slip(MAGNITUDE, length, width)) / slip.mean())


def ground_motion(
    x: np.ndarray, y: np.ndarray, incidence: np.ndarray, heading: float = HEADING
) -> np.ndarray:
    """Line-of-sight motion in m at points (H, W) in km east and north of the centroid.

    Positive towards the satellite.
    """
    return np.asarray(line_of_sight(*components(x, y), heading, incidence))


def components(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """East, north and up motion in m at points (H, W) in km east and north of the centroid."""
    slip = slip_grid()[None]
    rake = math.radians(RAKE)
    plane: dict[str, Any] = {name: np.array([value]) for name, value in PLANE.items()}
    motion = okada_grid(
        x.reshape(1, -1),
        y.reshape(1, -1),
        **plane,
        strike_slip=slip * math.cos(rake),
        dip_slip=slip * math.sin(rake),
    )
    east, north, up = (np.asarray(part.reshape(x.shape)) for part in motion)
    return east, north, up


def himalaya(generator: torch.Generator, across: Tensor, pixel_km: Tensor, size: int) -> Tensor:
    """Invented relief in m, (1, size, size): plain, foothills, middle hills, high range, plateau.

    `across` is the distance in km from the middle of the slip, to the north-north-east.
    """

    def rise(start: float, wide: float) -> Tensor:
        return torch.sigmoid((across - start) / wide)

    across = across + 5.0 * smooth(generator, 1, size, 5)[0]
    base = 110 + 450 * rise(-62, 4) + 800 * rise(-48, 8) + 3100 * rise(40, 11) + 500 * rise(80, 20)
    rough = power_law(generator, pixel_km, size, (-4.4, -4.0), 12.0, 60.0)
    carved = power_law(generator, pixel_km, size, (-4.4, -4.0), 12.0, 45.0)
    # broad ridges with narrow valleys between them, and some plain fractal ground
    shape = 1.2 * (carved[0] / carved.std()).abs().sqrt() - 1.0 + 0.45 * (rough[0] / rough.std())
    strength = 12 + 200 * rise(-62, 5) + 480 * rise(-40, 8) + 900 * rise(36, 10) * (1 - 0.7 * rise(78, 10))
    return (base + strength * shape).clamp_min(60.0)[None]


def simulate(seed: int = SEED, *, earthquake: bool = True, track: Track = DESCENDING) -> Scene:
    """Simulate the whole frame; the same seed gives the same arrays.

    Parameters
    ----------
    seed : int
    earthquake : bool
        Whether the ground moves. Without motion only delay, noise and gaps remain.
    track : Track
        From where the satellite looks.
    """
    generator = torch.Generator().manual_seed(seed)
    size = max(ROWS, COLUMNS)
    lon = WEST + STEP * (np.arange(COLUMNS) + 0.5)
    lat = NORTH - STEP * (np.arange(ROWS) + 0.5)
    per_lat, per_lon = km_per_degree(float(lat.mean()))
    east, north = np.meshgrid((lon - CENTROID[0]) * per_lon, (lat - CENTROID[1]) * per_lat)
    heading = math.radians(track.heading)
    # ground range grows to the right of the flight; the swath is centred on the earthquake's longitude
    ground_range = east * math.cos(heading) - north * math.sin(heading)
    swath = ground_range / SWATH_KM + 0.5
    near, far = track.near_incidence, track.far_incidence
    incidence = near + (far - near) * np.clip(swath, 0, 1)
    if earthquake:
        x, y, angle_of_incidence = (_block_means(value) for value in (east, north, incidence))
        motion = _interpolated(ground_motion(x, y, angle_of_incidence, track.heading))
    else:
        motion = np.zeros_like(east)

    turn = math.radians(PLANE["strike"] + 90)
    full_east = per_lon * STEP * (torch.arange(size) - COLUMNS / 2)
    full_north = -per_lat * STEP * (torch.arange(size) - ROWS / 2)
    across = full_east[None, :] * math.sin(turn) + full_north[:, None] * math.cos(turn)
    pixel_km = torch.tensor([STEP * (per_lat + per_lon) / 2])
    relief = himalaya(generator, across.float(), pixel_km, size)
    if track.weather_seed is not None:
        generator = torch.Generator().manual_seed(track.weather_seed)
    angle = torch.tensor([math.radians(38.0)])
    delay = turbulence(generator, pixel_km, size, angle, 0.3, 0.0)
    delay += stratified(generator, relief, angle, 0.45, torch.tensor([False]))
    elevation = relief[0, :ROWS, :COLUMNS]
    delay = delay[0, :ROWS, :COLUMNS]

    phase = torch.from_numpy(motion).float() - (delay - delay.mean())
    phase = phase * (4 * math.pi / WAVELENGTH)
    coherence = _coherence(generator, elevation, phase)
    noisy = noise.add_phase_noise(generator, phase[None], coherence[None], torch.tensor([LOOKS]))
    wrapped = torch.angle(noise.blur(noisy))[0]
    unwrapped = phase + wrap(wrapped - phase)
    kept = torch.from_numpy((swath > 0) & (swath < 1)) & _gaps(generator, coherence)
    solved = kept & (coherence > 0.3)
    missing = torch.tensor(math.nan)
    return Scene(
        torch.where(kept, wrapped, missing).numpy(),
        torch.where(solved, unwrapped, missing).numpy(),
        torch.where(kept, coherence, torch.zeros(())).numpy(),
        elevation.numpy(),
        motion,
        incidence,
    )


def _block_means(value: np.ndarray) -> np.ndarray:
    """Means of 4 x 4 pixels."""
    return np.asarray(value.reshape(ROWS // 4, 4, COLUMNS // 4, 4).mean(axis=(1, 3)))


def _interpolated(coarse: np.ndarray) -> np.ndarray:
    """Interpolate motion from blocks of 4 x 4 pixels to pixels; it is smooth, as its source is 14 km deep."""
    tensor = torch.from_numpy(coarse)[None, None]
    motion = F.interpolate(tensor, (ROWS, COLUMNS), mode="bicubic", align_corners=False)
    return np.asarray(motion[0, 0].numpy())


def _coherence(generator: torch.Generator, elevation: Tensor, phase: Tensor) -> Tensor:
    """Coherence over twelve days: fair on plain and plateau, poor in forests, none on snow and ice."""
    size = max(elevation.shape)
    patches = (smooth(generator, 1, size, 9) + 0.7 * smooth(generator, 1, size, 45))[0]
    fine = power_law(generator, torch.tensor([0.2]), size, (-2.6, -2.6), 5.0, 20.0)[0]
    patches = patches[: elevation.shape[0], : elevation.shape[1]]
    fine = (fine / fine.std())[: elevation.shape[0], : elevation.shape[1]]
    forest = torch.exp(-(((elevation - 1500) / 1300) ** 2))
    value = 0.82 - 0.28 * forest + 0.07 * patches + 0.06 * fine
    broad = F.avg_pool2d(elevation[None, None], 9, stride=1, padding=4, count_include_pad=False)[0, 0]
    snow = torch.sigmoid((broad - 5150 + 150 * patches) / 100)
    value = value.clamp(0.05, 0.97) * (1 - 0.93 * snow)
    return value * noise.gradient_coherence(phase[None])[0]


def _gaps(generator: torch.Generator, coherence: Tensor) -> Tensor:
    """Pixels that the processor keeps: it masks areas without coherence."""
    blurred = F.avg_pool2d(coherence[None, None], 5, stride=1, padding=2, count_include_pad=False)[0, 0]
    jitter = 0.02 * torch.randn(coherence.shape, generator=generator)
    return blurred + jitter > 0.22
