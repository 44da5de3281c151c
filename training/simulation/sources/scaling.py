"""Rupture size from moment magnitude: published scaling laws with their scatter.

* Wells & Coppersmith (1994), BSSA 84(4), 974-1002, table 2A: subsurface rupture length and down-dip width
  on magnitude, by slip type, with the regressions' standard deviations.
* Leonard (2010), BSSA 100(5A), 1971-1988, table 5: interplate, W = C1 L^(2/3) with C1 = 17.5 (dip slip)
  or 15.0 (strike slip, width saturating at 19 km, length then growing with the moment); scatter from the
  published one-sigma ranges of C1 (12-25, 11-20) and C2 (1.5-12, 1.5-9.0 x 1e-5).
* Strasser et al. (2010), SRL 81(6), 941-950, table 1: interface earthquakes of subduction zones.

Slip follows from the moment, M0 = rigidity x length x width x slip, with
M0 = 10^(1.5 Mw + 9.1) N m (Hanks & Kanamori 1979; IASPEI constant).
"""

from __future__ import annotations

import math
from typing import NamedTuple, Optional

from ....engine.errors import InputError
from ....engine.numerics.arrays import Array, floating, integers, like, namespace

RIGIDITY = 30e9
"""Rigidity of the upper crust in pascals, as usual in inversions of interferograms."""

MECHANISMS = ("strike-slip", "reverse", "normal")
_STRASSER = 2 * len(MECHANISMS)
# Rows: Wells & Coppersmith, then Leonard, for each mechanism, then Strasser.
# log10 L = max(a + b Mw, c + Mw) with standard deviation s.
_LENGTH = (
    (-2.57, 0.62, -99.0, 0.15),
    (-2.42, 0.58, -99.0, 0.16),
    (-1.88, 0.50, -99.0, 0.17),
    (-4.17 / 1.667, 1 / 1.667, -5.27, 0.17),
    (-4.24 / 1.667, 1 / 1.667, -99.0, 0.20),
    (-4.24 / 1.667, 1 / 1.667, -99.0, 0.20),
    (-2.477, 0.585, -99.0, 0.180),
)
# log10 W = min(a + b Mw, cap) with standard deviation s.
_WIDTH = (
    (-0.76, 0.27, 99.0, 0.14),
    (-1.61, 0.41, 99.0, 0.15),
    (-1.14, 0.35, 99.0, 0.12),
    (math.log10(1.5) - 4.17 * 0.4, 0.4, math.log10(19.0), 0.13),
    (math.log10(1.75) - 4.24 * 0.4, 0.4, 99.0, 0.16),
    (math.log10(1.75) - 4.24 * 0.4, 0.4, 99.0, 0.16),
    (-0.882, 0.351, 99.0, 0.173),
)


class Rupture(NamedTuple):
    """Length and width in km, mean slip in m; arrays of one shape."""

    length: Array
    width: Array
    slip: Array


def seismic_moment(mw: Array) -> Array:
    """Seismic moment in N m of a moment magnitude."""
    return 10.0 ** (1.5 * mw + 9.1)


def moment_magnitude(moment: Array) -> Array:
    """Moment magnitude of a seismic moment in N m."""
    xp = namespace(moment)
    return (xp.log10(floating(xp, moment)) - 9.1) / 1.5


def mean_slip(mw: Array, length: Array, width: Array, rigidity: float = RIGIDITY) -> Array:
    """Mean slip in m that gives `mw` on a fault of `length` x `width` km."""
    # powers of ten are combined first, as the moment of a great earthquake nears the limit of float32
    return 10.0 ** (1.5 * mw + 3.1 - math.log10(rigidity)) / (length * width)


def rupture_size(
    mw: Array,
    mechanism: Array,
    deviates: Optional[Array] = None,
    *,
    leonard: Array = False,
    interface: Array = False,
    rigidity: float = RIGIDITY,
) -> Rupture:
    """Length, width and mean slip of earthquakes.

    Parameters
    ----------
    mw : float or array, shape (S,)
        Moment magnitude.
    mechanism : str, int or integer array, shape (S,)
        One of `MECHANISMS`, or indices into it.
    deviates : array, shape (2, S), optional
        Standard normal deviates of length and width for the published scatter; medians without.
    leonard : bool or array of bool, shape (S,)
        Leonard (2010) where true, Wells & Coppersmith (1994) elsewhere.
    interface : bool or array of bool, shape (S,)
        Where true and the mechanism is reverse: Strasser et al. (2010), great thrusts of subduction zones.
    rigidity : float
        Pascal.

    Raises
    ------
    InputError
        If a mechanism is unknown.
    """
    if isinstance(mechanism, str):
        if mechanism not in MECHANISMS:
            raise InputError(f"The mechanism must be one of {', '.join(MECHANISMS)}, not {mechanism!r}.")
        mechanism = MECHANISMS.index(mechanism)
    xp = namespace(mw, mechanism, deviates)
    mw = floating(xp, mw)
    kind = integers(xp, mechanism, mw)
    row = kind + len(MECHANISMS) * integers(xp, leonard, mw)
    row = xp.where((integers(xp, interface, mw) > 0) & (kind == 1), xp.full_like(row, _STRASSER), row)
    long, wide = like(xp, _LENGTH, mw)[row], like(xp, _WIDTH, mw)[row]
    length = xp.maximum(long[..., 0] + long[..., 1] * mw, long[..., 2] + mw)
    width = xp.minimum(wide[..., 0] + wide[..., 1] * mw, wide[..., 2] + 0 * mw)
    if deviates is not None:
        deviates = like(xp, deviates, mw)
        length = length + long[..., 3] * deviates[0]
        width = width + wide[..., 3] * deviates[1]
    length, width = 10.0**length, 10.0**width
    return Rupture(length, width, mean_slip(mw, length, width, rigidity))
