"""Nodal planes and moment tensors as catalogues give them, and the way from one to the other.

A moment tensor's tension and pressure axes t and p give the fault normal (t + p) / sqrt(2) and the slip
(t - p) / sqrt(2); the other nodal plane exchanges the two (Aki & Richards 2002, Quantitative Seismology,
section 4.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..source.mechanism import auxiliary, plane_of

MECHANISMS = ("strike-slip", "reverse", "normal")
MAX_STRIKE_SLIP_RAKE = 45.0
"""Degrees of rake from horizontal up to which slip counts as strike slip."""


@dataclass(frozen=True)
class NodalPlane:
    """A fault plane and the slip on it, in degrees.

    Attributes
    ----------
    strike : float
        Clockwise from north, 0 to 360; the fault dips to its right.
    dip : float
        From the horizontal, 0 to 90.
    rake : float
        Of the hanging wall's slip, anticlockwise from the strike, -180 to 180: 0 left-lateral, 90 reverse.
    """

    strike: float
    dip: float
    rake: float

    @property
    def mechanism(self) -> str:
        """One of `MECHANISMS`."""
        slope = abs(self.rake) if abs(self.rake) <= 90 else 180 - abs(self.rake)
        if slope <= MAX_STRIKE_SLIP_RAKE:
            return "strike-slip"
        return "reverse" if self.rake > 0 else "normal"


@dataclass(frozen=True)
class MomentTensor:
    """Six components in N m; r is up, t south, p east.

    Names and axes are those of QuakeML (Mrr, Mtt, Mpp, Mrt, Mrp, Mtp) and of the Global CMT catalogue.
    """

    mrr: float
    mtt: float
    mpp: float
    mrt: float
    mrp: float
    mtp: float

    @property
    def scalar_moment(self) -> float:
        """Moment of the best double couple in N m: half the difference of the extreme principal values."""
        values = np.linalg.eigvalsh(self._matrix())
        return float(values[-1] - values[0]) / 2

    @property
    def planes(self) -> tuple[NodalPlane, NodalPlane]:
        """Nodal planes of the best double couple, the one of smaller dip first."""
        _, axes = np.linalg.eigh(self._matrix())
        pressure, tension = axes[:, 0], axes[:, 2]
        normal, slip = (tension + pressure) / math.sqrt(2), (tension - pressure) / math.sqrt(2)
        first, second = _plane(plane_of(slip, normal)), _plane(plane_of(normal, slip))
        return (first, second) if first.dip <= second.dip else (second, first)

    def _matrix(self) -> np.ndarray:
        """The tensor with the axes north, east, down."""
        return np.array(
            [
                [self.mtt, -self.mtp, self.mrt],
                [-self.mtp, self.mpp, -self.mrp],
                [self.mrt, -self.mrp, self.mrr],
            ]
        )


def auxiliary_plane(plane: NodalPlane) -> NodalPlane:
    """The other nodal plane of the same double couple."""
    angles = (np.asarray(angle) for angle in (plane.strike, plane.dip, plane.rake))
    return _plane(auxiliary(*angles))


def _plane(angles: tuple[np.ndarray, np.ndarray, np.ndarray]) -> NodalPlane:
    strike, dip, rake = (float(angle) for angle in angles)
    return NodalPlane(strike, dip, rake)
