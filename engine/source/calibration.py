"""What simulated earthquakes with rough slip say of the intervals: factors that make 90 % cover 90 %.

Seeds of their own (`python -m quakefringe.training source-scores`), never those of the published coverage nor
real data.
"""

from __future__ import annotations

import numpy as np

TEMPERATURE = 1.5
"""Factor on all standard deviations of the posterior."""
STRETCH = {
    1: {"mw": 0.8, "depth": 0.6, "strike": 1.0, "dip": 0.8, "rake": 0.8},
    2: {"mw": 0.6, "depth": 0.6, "strike": 0.8, "dip": 0.8, "rake": 0.6},
}
"""Factor on the half-widths of the intervals by the number of looks (more as two), beside the temperature."""
LEAST = {
    1: {"mw": 0.02, "depth": 0.2, "strike": 0.5, "dip": 3.0, "rake": 2.0},
    2: {"mw": 0.03, "depth": 0.1, "strike": 0.5, "dip": 2.0, "rake": 2.0},
}
"""Added to the half-widths as the square root of the sum of squares (depth in logarithms, angles in degrees).
A rectangle that fits far better than all others gets an interval of almost no width, and yet uneven slip has
moved it. Both tables follow from 138 simulated earthquakes, with two looks and with one
(`--first-seed 3000000 --cases 33`, `4000000`, 21, and `6000000`, 84), those of Mw and rake with one look from
200 more (`8000000`)."""
GROUND_ERROR = {"mw": 0.1, "depth": 0.2}
"""Added in the same way for real ground, which is no half-space of one known rigidity: crust has 20 to 40
GPa, and soft layers move a depth by some tenths of it (Cattin et al. 1999, GJI 137, 149-158)."""
MIN_SIDE = 0.25
"""Smallest distance from the estimate to either end, in parts of the draws' interval: an estimate may lie at
an end."""
LEVEL = 0.9


def interval(
    draws: np.ndarray, centre: float, quantity: str = "", looks: int = 2, ground: bool = False
) -> tuple[float, float]:
    """The calibrated 90 % interval of draws (D,), which holds `centre`; `ground` allows for real ground."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    known = min(looks, max(STRETCH))
    stretch, added = STRETCH[known].get(quantity, 1.0), LEAST[known].get(quantity, 0.0)
    if ground:
        added = float(np.hypot(added, GROUND_ERROR.get(quantity, 0.0)))
    least = MIN_SIDE * (high - low)
    below, above = max(centre - low, least), max(high - centre, least)
    return float(centre - np.hypot(below * stretch, added)), float(centre + np.hypot(above * stretch, added))


def depth_interval(draws: np.ndarray, centre: float, looks: int, ground: bool) -> tuple[float, float]:
    """The same for depths in km: in logarithms, so that it stays below the ground."""
    low, high = interval(np.log(draws), float(np.log(centre)), "depth", looks, ground)
    return float(np.exp(low)), float(np.exp(high))
