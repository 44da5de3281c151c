"""Zones of uplift and subsidence: ground that moved by at least a level."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .classes import Band, Classes, classify
from .ground import GroundMotion

NICE_LEVELS_M = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Levels that are chosen from when the user gives none."""
MAX_LEVELS = 4
NOISE_RATIO = 2.0
"""The lowest level is at least this many standard deviations of the displacement."""


def levels_of(motion: GroundMotion, given: Sequence[float]) -> tuple[float, ...]:
    """The user's levels, or round ones between the noise and the largest displacement."""
    if given:
        return tuple(given)
    size = np.abs(motion.rise[np.isfinite(motion.rise)])
    peak = float(np.percentile(size, 99.9))
    noise = 0.0
    if motion.sigma is not None and np.isfinite(motion.sigma).any():
        noise = float(np.nanmedian(motion.sigma))
    fitting = [level for level in NICE_LEVELS_M if NOISE_RATIO * noise <= level <= peak]
    return tuple(fitting[-MAX_LEVELS:]) or (max(peak / 2, 1e-4),)


def zones(motion: GroundMotion, levels: Sequence[float]) -> Classes:
    """Classes of displacement, from the deepest subsidence to the highest uplift."""
    names = ("subsidence", "uplift") if motion.vertical else ("away", "toward")
    words = names if motion.vertical else ("away from the satellite", "towards the satellite")
    edges = [*levels, math.inf]
    bands = []
    for low, high in reversed(list(zip(edges[:-1], edges[1:]))):
        top = -low + 1e-12
        bands.append(Band(f"{names[0]}_{low:g}", f"{words[0].capitalize()} {_span(low, high)}", -high, top))
    for low, high in zip(edges[:-1], edges[1:]):
        bands.append(Band(f"{names[1]}_{low:g}", f"{words[1].capitalize()} {_span(low, high)}", low, high))
    return classify(motion.rise, motion.grid, bands)


def _span(low: float, high: float) -> str:
    return f"above {low:g} m" if math.isinf(high) else f"{low:g} to {high:g} m"
