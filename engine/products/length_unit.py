"""The unit of displacement that states none: a guess from the size of its values.

The guess compares three figures of the values with those of real interferograms: their largest size, the
spread of the background, and the steps between neighbouring pixels, which unwrapping limits to a quarter of
the wavelength. The typical figures are those of 105 scenes of line-of-sight change in metres (earthquakes,
volcanoes, subsidence and quiet ground, C, L and X band): of these scenes, given in m, cm and mm, the guess
is right for 96, 90 and 95 % (the same scenes set the figures). It is always a warning.
"""

from __future__ import annotations

import math
from typing import Optional

from .model import UNIT_SCALE
from .names import SENTINEL1
from .values import Sample

TYPICAL_LARGEST_M, LARGEST_LOG_SPREAD = 0.11, 1.2
"""Largest absolute change in m of the scenes, and the standard deviation of its natural logarithm."""
TYPICAL_BACKGROUND_M, BACKGROUND_LOG_SPREAD = 0.012, 1.05
"""Spread of the background in m (from the quartiles), and the standard deviation of its logarithm."""
UNUSUAL_LOS_M = 15.0
"""Largest change along the line of sight that passes without a warning; the largest earthquakes reach it."""
CANDIDATES = ("m", "cm", "mm")


def likely_length_unit(
    stats: Sample, wavelength: Optional[float], candidates: tuple[str, ...] = CANDIDATES
) -> str:
    """The unit of length that fits the values best; empty when none of them is possible.

    Parameters
    ----------
    stats : Sample
        Statistics of the values in the unknown unit.
    wavelength : float, optional
        In m; Sentinel-1's when unknown.
    """
    possible = [unit for unit in candidates if is_possible(stats, UNIT_SCALE[unit], wavelength)]
    return min(possible, key=lambda unit: _misfit(stats, UNIT_SCALE[unit]), default="")


def is_possible(stats: Sample, scale: float, wavelength: Optional[float]) -> bool:
    """Whether values that become metres with this scale can be unwrapped displacement."""
    quarter = (wavelength or SENTINEL1) / 4
    return stats.span * scale <= UNUSUAL_LOS_M and stats.step80 * scale <= quarter


def _misfit(stats: Sample, scale: float) -> float:
    largest = _logarithm(stats.largest * scale / TYPICAL_LARGEST_M) / LARGEST_LOG_SPREAD
    background = _logarithm(stats.quartile_spread * scale / TYPICAL_BACKGROUND_M) / BACKGROUND_LOG_SPREAD
    return largest**2 + background**2


def _logarithm(ratio: float) -> float:
    return math.log(max(ratio, 1e-9))
