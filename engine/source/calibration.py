"""What simulated earthquakes with rough slip say of the intervals: factors that make 90 % cover 90 %.

Seeds of their own (`python -m quakefringe.training source-scores --calibrate`), never real data.
"""

from __future__ import annotations

import numpy as np

TEMPERATURE = {1: 2.0, 2: 2.0}
"""Factor on all standard deviations of the posterior by the number of looks; more looks as two."""
STRETCH = {
    1: {"mw": 1.0, "depth": 1.0, "strike": 2.3, "dip": 1.0, "rake": 1.0},
    2: {"mw": 1.0, "depth": 1.1, "strike": 1.2, "dip": 1.8, "rake": 1.0},
}
"""Factor on the half-widths of the intervals by the number of looks, beside the temperature: the largest
distance of the truth in half-widths among simulated earthquakes (seeds from 2 000 000; 19 with two looks, 7
with one), rounded up and at least 1. Replace them by the `stretch` of a longer run with --calibrate."""
MIN_SIDE = 0.25
"""Smallest distance from the estimate to either end, in parts of the draws' interval: an estimate may lie at
an end."""
LEVEL = 0.9


def temperature(looks: int) -> float:
    """Factor on the posterior's standard deviations."""
    return TEMPERATURE[min(looks, max(TEMPERATURE))]


def interval(draws: np.ndarray, centre: float, quantity: str = "", looks: int = 2) -> tuple[float, float]:
    """The calibrated 90 % interval of draws (D,), which holds `centre`."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    stretch = STRETCH[min(looks, max(STRETCH))].get(quantity, 1.0)
    least = MIN_SIDE * (high - low)
    below, above = max(centre - low, least), max(high - centre, least)
    return float(centre - below * stretch), float(centre + above * stretch)


def depth_interval(draws: np.ndarray, centre: float, looks: int) -> tuple[float, float]:
    """The same for depths in km: in logarithms, so that it stays below the ground."""
    low, high = interval(np.log(draws), float(np.log(centre)), "depth", looks)
    return float(np.exp(low)), float(np.exp(high))
