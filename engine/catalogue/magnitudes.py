"""Which magnitude of an event is used, and the moment magnitude that follows from it.

Deformation follows the seismic moment, so a moment magnitude is chosen wherever the catalogue has one.
Others are converted: MS and mb by Scordilis (2006), J. Seismology 10, 225-236, doi
10.1007/s10950-006-9012-4 (worldwide); ML and unknown types are taken as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

MOMENT_TYPE = re.compile(r"\s*mw", re.IGNORECASE)
"""Mw, Mww, Mwc, Mwb, Mwr, Mwp and their like."""
_PREFERENCE = ("mww", "mwc", "mwb", "mwr", "mw", "mwp")
"""Moment magnitudes in the order in which they are taken where the catalogue prefers none of them."""
_OTHERS = ("ms", "mb", "ml")
SMALLEST, LARGEST = -3.0, 10.0
MS_RANGE, MB_RANGE = (3.0, 8.2), (3.5, 6.2)
"""Magnitudes to which the conversions were fitted. mb saturates: beyond them it says less and less."""
MS_BREAK = 6.15
"""Between the two regressions of MS, which hold up to 6.1 and from 6.2 on."""


@dataclass(frozen=True)
class Magnitude:
    """One of an event's magnitudes.

    Attributes
    ----------
    value : float
    type : str
        As in the catalogue.
    preferred : bool
        Whether the catalogue calls it the preferred one.
    """

    value: float
    type: str = ""
    preferred: bool = False


def choose_magnitude(magnitudes: Sequence[Magnitude]) -> Optional[Magnitude]:
    """The magnitude that stands for the moment best: a moment magnitude, the catalogue's preferred one first.

    Without a moment magnitude the preferred one, then MS, mb, ML; None without any.
    """
    return min(magnitudes, key=_rank) if magnitudes else None


def _rank(magnitude: Magnitude) -> tuple[bool, bool, int, float]:
    kind = magnitude.type.strip().lower()
    is_moment = bool(MOMENT_TYPE.match(kind))
    order = _PREFERENCE if is_moment else _OTHERS
    place = next(
        (n for n, name in enumerate(order) if kind == name or kind.startswith(f"{name}_")), len(order)
    )
    return not is_moment, not magnitude.preferred, place, -magnitude.value


def moment_magnitude(value: float, kind: str) -> tuple[float, str]:
    """Moment magnitude of a magnitude of any type, and how it was found.

    Returns
    -------
    mw : float
    rule : str
        Empty for moment magnitudes; otherwise the conversion in words.
    """
    name = kind.strip().lower()
    if MOMENT_TYPE.match(name):
        return value, ""
    if name.startswith("ms"):
        mw = 0.67 * value + 2.07 if value < MS_BREAK else 0.99 * value + 0.08
        return mw, _rule("MS", value, MS_RANGE)
    if name.startswith("mb"):
        return 0.85 * value + 1.03, _rule("mb", value, MB_RANGE)
    return value, f"{kind or 'a magnitude of unknown type'} taken as Mw"


def _rule(kind: str, value: float, fitted: tuple[float, float]) -> str:
    """The conversion in words, with its range where the magnitude lies beyond."""
    if fitted[0] <= value <= fitted[1]:
        return f"from {kind} by Scordilis (2006)"
    return f"from {kind} by Scordilis (2006), beyond its range of {fitted[0]:g} to {fitted[1]:g}"


def magnitude_of_moment(moment: float) -> Optional[float]:
    """Moment magnitude of a seismic moment in N m (IASPEI 2013); None unless it is positive."""
    return (math.log10(moment) - 9.1) / 1.5 if moment > 0 else None


def moment_of_magnitude(mw: float) -> float:
    """Seismic moment in N m of a moment magnitude (IASPEI 2013)."""
    return float(10 ** (1.5 * mw + 9.1))
