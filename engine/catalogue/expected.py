"""How far an event of a catalogue should have moved the ground along a line of sight, before any inversion.

The event becomes one rectangular fault of uniform slip in an elastic half-space (Okada 1985,
`deformation.okada`), centred at the catalogue's place and depth, with the median length and width of Wells
& Coppersmith (1994), BSSA 84(4), 974-1002, table 2A (subsurface length, down-dip width), and the slip that
its moment needs. Where the catalogue gives a mechanism, both nodal planes are tried; where it does not, a
set of strike-slip, reverse and normal faults of all strikes stands for it. Their peaks at the catalogue's
depth, and at depths that are off by its error, span the range of the expectation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np

from ..deformation.okada import bury, okada
from ..source.frame import LocalFrame
from .event import Event, NodalPlane
from .magnitudes import moment_of_magnitude

RIGIDITY_PA = 30e9
"""Of the upper crust, as usual in inversions of interferograms."""
LOG_LENGTH = {"strike-slip": (-2.57, 0.62), "reverse": (-2.42, 0.58), "normal": (-1.88, 0.50)}
LOG_WIDTH = {"strike-slip": (-0.76, 0.27), "reverse": (-1.61, 0.41), "normal": (-1.14, 0.35)}
"""a and b of log10 of the kilometres = a + b Mw, Wells & Coppersmith (1994), table 2A."""
DEFAULT_DEPTH_KM = 10.0
"""Depth of an event without one: what agencies assign to shallow earthquakes."""
DEPTH_ERROR_KM = 5.0
"""Error of a catalogue's depth that the range contains. An assumption: depths from distant stations are often
held at 10 km, while shallow shocks move the ground most."""
UNKNOWN_DEPTH_ERROR_KM = 8.0
"""The same for a depth that is held at a default value or is missing."""
GRID_POINTS = 25
"""Points along each side of the grid on which the prediction is made."""
_GENERIC = tuple(
    NodalPlane(float(strike), dip, rake)
    for dip, rake, turn in ((90.0, 0.0, 180), (40.0, 90.0, 360), (55.0, -90.0, 360))
    for strike in range(0, turn, 45)
)
"""Mechanisms that stand for an unknown one; dips are Anderson's, rounded. A vertical strike-slip fault is the
same after half a turn."""
TYPICAL_LOOKS = tuple(
    (-sign * math.sin(math.radians(38)) * 0.98, -math.sin(math.radians(38)) * 0.2, math.cos(math.radians(38)))
    for sign in (1, -1)
)
"""Ascending and descending at 38 degrees of incidence, for scenes that do not state theirs."""

Covers = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Whether places (longitude, latitude) lie on valid ground of the scene."""


@dataclass(frozen=True)
class Expectation:
    """The line-of-sight change that an event should have caused on the valid ground of a scene, in m.

    Attributes
    ----------
    peak : float
        Largest absolute change; the median over the planes that were tried.
    low, high : float
        Smallest and largest of the peaks of these planes, over the depths within the catalogue's error.
    sign : int
        1 towards the satellite, -1 away; 0 where the planes disagree or the mechanism is not known.
    mechanism : str
        "catalogue" or "unknown".
    """

    peak: float
    low: float
    high: float
    sign: int
    mechanism: str

    def describe(self) -> dict[str, Any]:
        """Plain data for JSON, in cm."""
        return {
            "expected_peak_los_cm": 100 * self.peak * (self.sign or 1),
            "expected_low_los_cm": 100 * self.low,
            "expected_high_los_cm": 100 * self.high,
            "expected_sign_known": self.sign != 0,
            "mechanism": self.mechanism,
        }


def rupture_km(mw: float, mechanism: str) -> tuple[float, float]:
    """Median length and width in km of a rupture."""
    (a, b), (c, d) = LOG_LENGTH[mechanism], LOG_WIDTH[mechanism]
    return float(10 ** (a + b * mw)), float(10 ** (c + d * mw))


def half_length_km(event: Event) -> float:
    """Half the length of the event's rupture, the longest over mechanisms; 0 without a magnitude."""
    return 0.0 if event.mw is None else max(rupture_km(event.mw, name)[0] for name in LOG_LENGTH) / 2


def largest_change(event: Event) -> float:
    """A bound in m on the change that the event can cause anywhere: a point source below the observer.

    The bound is M0 / (2 pi mu d^2), which no mechanism of a double couple exceeds; d is at least half the
    width of the rupture and 2 km.
    """
    if event.mw is None:
        return 0.0
    depth = DEFAULT_DEPTH_KM if event.depth_km is None else event.depth_km
    distance = max(depth, rupture_km(event.mw, "reverse")[1] / 2, 2.0) * 1000
    return moment_of_magnitude(event.mw) / (2 * math.pi * RIGIDITY_PA * distance**2)


def expected_change(event: Event, look: Optional[Sequence[float]], covers: Covers) -> Expectation:
    """The change along a line of sight that an event with a magnitude should have caused.

    Parameters
    ----------
    event : Event
    look : sequence of three float, optional
        East, north, up of the unit vector to the satellite; `TYPICAL_LOOKS` without it.
    covers : callable
        Where the scene has valid ground; elsewhere nothing can be seen.
    """
    planes = event.mechanisms or _GENERIC
    mechanism = "catalogue" if event.mechanisms else "unknown"
    mw = event.mw or 0.0
    sizes = np.array([rupture_km(mw, plane.mechanism) for plane in planes])
    depth, error = _depth(event)
    x, y = _grid(depth, float(sizes[:, 0].max()))
    longitude, latitude = LocalFrame(event.lon, event.lat).to_lonlat(x, y)
    valid = covers(longitude, latitude)
    if not valid.any():
        return Expectation(0.0, 0.0, 0.0, 0, mechanism)
    looks = np.array([look] if look is not None else TYPICAL_LOOKS)

    def peaks_at(kilometres: float, which: Sequence[int]) -> np.ndarray:
        """Peak of each plane, its sign kept, in (looks, planes)."""
        chosen = [planes[index] for index in which]
        motion = np.stack(_displacement(chosen, sizes[which], mw, kilometres, x[valid], y[valid]))
        los = np.tensordot(looks, motion, 1)
        return np.take_along_axis(los, np.abs(los).argmax(-1)[..., None], -1)[..., 0]

    peaks = peaks_at(depth, range(len(planes)))
    # the plane that moves the ground most at one depth does so nearly at others
    order = np.abs(peaks).max(axis=0).argsort()
    shallow = np.abs(peaks_at(max(depth - error, 0.0), [order[-1]]))
    deep = np.abs(peaks_at(depth + error, [order[0]]))
    known = mechanism == "catalogue" and look is not None and bool(np.ptp(np.sign(peaks)) == 0)
    return Expectation(
        peak=float(np.median(np.abs(peaks))),
        low=float(min(np.abs(peaks).min(), deep.min())),
        high=float(max(np.abs(peaks).max(), shallow.max())),
        sign=int(np.sign(peaks[0, 0])) if known else 0,
        mechanism=mechanism,
    )


def _depth(event: Event) -> tuple[float, float]:
    """Depth of the event and its error, km."""
    if event.depth_km is None:
        return DEFAULT_DEPTH_KM, UNKNOWN_DEPTH_ERROR_KM
    return max(event.depth_km, 0.0), UNKNOWN_DEPTH_ERROR_KM if event.depth_is_fixed else DEPTH_ERROR_KM


def _grid(depth: float, length: float) -> tuple[np.ndarray, np.ndarray]:
    """East and north in km of points round the epicentre: as far as the field of a source of this depth
    reaches."""
    half = 1.5 * depth + 0.75 * length + 2.0
    # the points lie closer near the epicentre, where a shallow source peaks
    side = np.linspace(-1, 1, GRID_POINTS)
    side = half * np.sign(side) * np.abs(side) ** 1.5
    x, y = np.meshgrid(side, side)
    return x.ravel(), y.ravel()


def _displacement(
    planes: Sequence[NodalPlane], sizes: np.ndarray, mw: float, depth: float, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """East, north, up in m: arrays (planes, points)."""
    dip = np.array([plane.dip for plane in planes])
    rake = np.radians([plane.rake for plane in planes])
    slip = moment_of_magnitude(mw) / (RIGIDITY_PA * sizes.prod(1) * 1e6)
    east, north, up = okada(
        x,
        y,
        depth=bury(np.full(len(planes), depth), dip, sizes[:, 1]),
        strike=np.array([plane.strike for plane in planes]),
        dip=dip,
        length=sizes[:, 0],
        width=sizes[:, 1],
        strike_slip=slip * np.cos(rake),
        dip_slip=slip * np.sin(rake),
    )
    return east, north, up
