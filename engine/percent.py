"""Probabilities as text: one rounding for the label, the report, the catalogue and the window."""

from __future__ import annotations

import math


def percent(probability: float, absent: float = 0.0, present: float = 1.0) -> str:
    """A probability as text: whole per cent, but never 0 or 100.

    Rounding does not cross a threshold: 0.777 is "77 %" where "present" begins at 0.78.

    Parameters
    ----------
    probability : float
    absent, present : float
        Thresholds of the verdict that the number explains; 0 and 1 bound nothing.
    """
    value = whole_percent(probability, absent, present)
    if value <= 0:
        return "< 1 %"
    return "> 99 %" if value >= 100 else f"{value} %"


def whole_percent(probability: float, absent: float = 0.0, present: float = 1.0) -> int:
    """The nearest whole per cent on the same side of both thresholds."""
    value = round(100 * probability)
    low, high = 100 * absent + 1e-9, 100 * present - 1e-9
    if probability >= present:
        return max(value, math.ceil(high))
    if probability <= absent:
        return min(value, math.floor(low))
    if absent > 0:
        value = max(value, math.floor(low) + 1)
    return min(value, math.ceil(high) - 1) if present < 1 else value
