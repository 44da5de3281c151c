"""Ranges and round numbers for the axes of a plot."""

from __future__ import annotations

import math

import numpy as np

from ...engine.profile import Profile

MARGIN_RATIO = 0.08
"""Free space above and below the profile, as a fraction of its range."""


def value_range(profile: Profile) -> tuple[float, float]:
    """Lower and upper end of the vertical axis; the mark of one fringe fits in."""
    low, high = float(np.nanmin(profile.values)), float(np.nanmax(profile.values))
    height = max(high - low, 1.2 * profile.fringe)
    middle = (low + high) / 2
    half = height / 2 * (1 + 2 * MARGIN_RATIO)
    return middle - half, middle + half


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two ends, at most so many."""
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first = math.ceil(low / step)
    return [step * number for number in range(first, math.floor(high / step) + 1)]
