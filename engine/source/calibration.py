"""What simulated earthquakes with rough slip say of the intervals: factors that make 90 % cover 90 %.

Fitted to `python -m quakefringe.training source-scores --calibrate` (seeds of their own, never real data).
"""

from __future__ import annotations

import numpy as np

TEMPERATURE = {1: 2.0, 2: 2.0}
"""Factor on all standard deviations of the posterior by the number of looks; more looks as two."""
STRETCH = {"mw": 1.0, "depth": 1.0, "strike": 1.0, "dip": 1.0, "rake": 1.0}
"""Factor on the half-widths of the intervals of each quantity, beside the temperature."""
LEVEL = 0.9


def temperature(looks: int) -> float:
    """Factor on the posterior's standard deviations."""
    return TEMPERATURE[min(looks, max(TEMPERATURE))]


def interval(draws: np.ndarray, centre: float, quantity: str = "") -> tuple[float, float]:
    """The calibrated 90 % interval of draws (D,), which holds `centre`."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    stretch = STRETCH.get(quantity, 1.0)
    return float(centre - max(centre - low, 0) * stretch), float(centre + max(high - centre, 0) * stretch)
