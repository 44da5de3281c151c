"""Whether an interferogram's values can be what they are taken for.

An interferogram shows at most some metres of motion along the line of sight, and well unwrapped phase
changes by less than half a cycle between most neighbouring pixels. Values that break these rules have another
unit than was taken, or are no interferogram.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from ..errors import InputError
from .decode import valid_values
from .length_unit import UNUSUAL_LOS_M, is_possible
from .model import Quantity
from .names import SENTINEL1
from .source import PhaseSource
from .values import Sample, sample

ABSURD_LOS_M = 100.0
"""Changes from which on an interferogram is refused."""
_SMALLER = {
    "m": ((0.01, "centimetres"), (0.001, "millimetres")),
    "cm": ((0.1, "millimetres"),),
    "rad": ((np.pi / 180, "degrees"),),
}
"""Smaller units that a unit is often confused with, and their sizes in it."""
HALF_CYCLE_MAX_SHARE = 0.2
"""Share of neighbouring pixels that may differ by more than half a cycle of unwrapped phase."""


def check_plausible(source: PhaseSource, name: str, unit: str, *, suspicious: bool = False) -> list[str]:
    """Warnings about values that are hardly possible.

    Parameters
    ----------
    source : PhaseSource
    name : str
        For messages.
    unit : str
        In which the source's numbers were taken.
    suspicious : bool
        Whether the values look like something else than phase; then no other unit is suggested.

    Raises
    ------
    InputError
        When the values cannot be those of an interferogram at all.
    """
    if source.quantity is Quantity.WRAPPED:
        return []
    stats = sample(source.reader, lambda raw: (source.decode(raw), valid_values(source.layer, raw)), False)
    if stats.count == 0:
        return []
    metres = (source.wavelength or SENTINEL1) / (4 * np.pi)
    if stats.span * metres > ABSURD_LOS_M:
        raise InputError(
            f"“{name}” read as {source.quantity.value} in {unit} changes by {stats.span * metres:.0f} m "
            "along the line of sight, which no interferogram shows; set the unit (UNIT) or the quantity "
            "(QUANTITY), or choose another file."
        )
    advice = _advice(stats, metres, unit, source.wavelength, suspicious=suspicious)
    texts = (_size(stats, metres, source.quantity, unit), _steps(stats, source.quantity, unit))
    return [f"{text} {advice}" for text in texts if text]


def _size(stats: Sample, metres: float, quantity: Quantity, unit: str) -> Optional[str]:
    change = (stats.high - stats.low) * metres
    if change <= UNUSUAL_LOS_M:
        return None
    return (
        f"Read as {quantity.value} in {unit}, the values change by {change:.0f} m along the line of sight: "
        f"more than any earthquake."
    )


def _steps(stats: Sample, quantity: Quantity, unit: str) -> Optional[str]:
    if stats.half_cycles <= HALF_CYCLE_MAX_SHARE:
        return None
    return (
        f"Read as {quantity.value} in {unit}, {100 * stats.half_cycles:.0f} % of the neighbouring pixels "
        f"differ by more than half a fringe, which unwrapped phase does not do."
    )


def _advice(stats: Sample, metres: float, unit: str, wavelength: Optional[float], *, suspicious: bool) -> str:
    """What to check: a unit in which the values would be possible, unless they look like no phase at all.

    `stats` are of phase in rad; `metres` is the motion of 1 rad.
    """
    smaller = _SMALLER.get(unit, ())
    names = [name for one, name in smaller if is_possible(stats, metres * one, wavelength)]
    if not names and stats.span * metres > UNUSUAL_LOS_M:
        names = [name for one, name in smaller if stats.span * metres * one <= UNUSUAL_LOS_M]
    guess = f"The values look like {' or '.join(names)}: check the unit" if names else "Check the unit"
    return f"{'Check the unit' if suspicious else guess} (UNIT) and the quantity (QUANTITY)."
