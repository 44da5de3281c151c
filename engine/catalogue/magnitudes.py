"""Which magnitude of an event is used, and the moment magnitude that follows from it.

Deformation follows the seismic moment, so a moment magnitude is chosen wherever the catalogue has one.
Others are converted: MS and mb by Scordilis (2006), J. Seismology 10, 225-236 (worldwide);
ML and unknown types are taken as they are, which holds within about 0.3 between 4 and 6.5.
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
        # the two regressions of Scordilis (2006) meet between 6.1 and 6.2
        return (0.67 * value + 2.07 if value < 6.15 else 0.99 * value + 0.08), "from MS by Scordilis (2006)"
    if name.startswith("mb"):
        return 0.85 * value + 1.03, "from mb by Scordilis (2006)"
    return value, f"{kind or 'a magnitude of unknown type'} taken as Mw"


def magnitude_of_moment(moment: float) -> Optional[float]:
    """Moment magnitude of a seismic moment in N m (IASPEI 2013); None unless it is positive."""
    return (math.log10(moment) - 9.1) / 1.5 if moment > 0 else None


def moment_of_magnitude(mw: float) -> float:
    """Seismic moment in N m of a moment magnitude (IASPEI 2013)."""
    return float(10 ** (1.5 * mw + 9.1))
