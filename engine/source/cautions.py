"""Warnings: what a reader should know before trusting an estimate."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .coverage import is_one_sided, reaches_edge
from .modes import Mode
from .observations import Observations
from .second_fault import SecondFault

LOW_VARIANCE_REDUCTION = 0.6
"""Below it mechanisms of simulated earthquakes are clearly worse; above it they do not depend on it."""
GREAT_EXCESS = 1.5
"""Misses of the data over those that the weights expect from which a warning says so."""
GREAT_MAGNITUDE = 8.0
STEEP_DIP_DEG = 80.0
"""Dip from which a fault may as well dip to its other side."""
CLOSE_WEIGHT = 0.1
PARTLY_SEEN = ("All points lie on one side of the fault", "The motion reaches the edge of the data")
"""How the warnings begin that say that only a part of the motion is seen."""
TOO_GREAT = "One flat rectangle is too simple for an earthquake above Mw 8"
"""How the warning begins that says that only the magnitude is usable."""
NO_EARTHQUAKE = (
    "Magma, gas or water explains the motion far better than a fault: magnitude, depth and planes are those "
    "of the best fault, which is probably not the source."
)
SECOND_FAULT = "The residuals show a second fault"
"""How the warning begins that says that one pair may hold two earthquakes."""


def cautions(
    observed: Observations,
    mode: Mode,
    mw: float,
    reduction: float,
    second_weight: float,
    second: Optional[SecondFault],
) -> list[str]:
    """Warnings for a result, most important first."""
    fault = mode.fault
    distance = np.hypot(observed.x - fault[0], observed.y - fault[1])
    out = []
    if reduction < LOW_VARIANCE_REDUCTION:
        out.append(
            f"One fault explains only {reduction:.0%} of the motion's variance: the rupture is more complex, "
            "the pair holds two earthquakes, or part of the motion is not tectonic. Trust the magnitude more "
            "than the geometry."
        )
    if mode.excess > GREAT_EXCESS:
        out.append(
            f"The fault misses the data by {mode.excess:.1f} times what noise and uneven slip explain: the "
            "intervals are wider by as much."
        )
    if second is not None and second.reported:
        used = (
            "both are in the model"
            if second.stable
            else "the model keeps one fault, as the evidence is weak or the total moment not stable"
        )
        out.append(
            f"{SECOND_FAULT} with {second.moment_part:.0%} of the moment (ΔBIC {second.delta_bic:.0f}); "
            f"{used}. One pair may hold two earthquakes, or the slip of one is uneven."
        )
    if distance.min() > max(fault[2], fault[5] / 2):
        out.append(
            f"No point lies within {distance.min():.0f} km of the centroid: without the near field, depth "
            "and size are weak."
        )
    if is_one_sided(observed, fault):
        out.append(
            f"{PARTLY_SEEN[0]}, as where the other side is at sea: the geometry is not resolved"
            + (", and the magnitude of so great an earthquake may be wrong." if mw > GREAT_MAGNITUDE else ".")
        )
    elif mw > GREAT_MAGNITUDE:
        out.append(f"{TOO_GREAT}: use the magnitude only.")
    if reaches_edge(observed):
        out.append(f"{PARTLY_SEEN[1]}: widen the box, or expect a weak depth and magnitude.")
    if second_weight > CLOSE_WEIGHT:
        out.append(
            f"The data do not decide between the two nodal planes ({1 - second_weight:.0%} to "
            f"{second_weight:.0%})."
        )
    if fault[4] > STEEP_DIP_DEG:
        out.append(
            "The fault is almost vertical: its strike may as well be the opposite one (180 degrees away)."
        )
    if observed.looks == 1:
        out.append(
            "One look only: the rake, and with it the mechanism, is weak; add a look from the other pass."
        )
    return out
