"""What a user chooses about a decomposition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..errors import InputError

MAX_LOOKS = 16
"""More looks of one event do not exist; a longer list is a mistake, such as a whole time series."""
RAMPS = ("auto", "plane", "offset", "none")
NORTH = ("auto", "zero", "solve")
ISO_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}$")


@dataclass(frozen=True)
class LookChoice:
    """One interferogram of the event, and what its product does not say.

    Attributes
    ----------
    path : str
    heading, incidence : float, optional
        Degrees: flight direction clockwise from north, and angle of the line of sight from the vertical. They
        replace what the product says; needed where it has no look vectors.
    left_looking : bool
        Whether the antenna looks to the left of the flight; with `heading` only.
    options : mapping
        Further arguments of `open_interferogram`, such as quantity or unit.
    """

    path: str
    heading: Optional[float] = None
    incidence: Optional[float] = None
    left_looking: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse angles that cannot be right; raises `InputError`."""
        if (self.heading is None) != (self.incidence is None):
            raise InputError("Give both the heading and the incidence of a look, or neither of them.")
        if self.incidence is not None and not 5 <= self.incidence <= 75:
            raise InputError(
                f"An incidence of {self.incidence:g}° is outside 5 to 75°; give the angle from the vertical."
            )
        if self.heading is not None and not -360 <= self.heading <= 360:
            raise InputError(f"A heading of {self.heading:g}° is outside −360 to 360°; count from north.")


@dataclass(frozen=True)
class DecompositionSettings:
    """How to decompose.

    Attributes
    ----------
    pixel_m : float, optional
        Pixel size of the result in metres; None: the coarsest look's.
    ramp : str
        What is taken out of each look before: "plane", "offset", "none", or "auto": a plane where enough
        undeformed ground surrounds the event, else an offset.
    north : str
        "zero": north is fixed to zero. "solve": three components where three looks overlap. "auto": solve
        where the looks resolve north better than the assumption of `north_sigma_m`.
    north_sigma_m : float, optional
        Standard deviation of the north motion that is neglected, in metres, for the uncertainty of up and
        east. None: as large as the motion that is seen. 0: north is known to be zero.
    event_date : str, optional
        ISO date of the event; each look must span it.
    source : str, optional
        JSON of a source estimate: its north motion is taken instead of zero where north is not solved.
    """

    pixel_m: Optional[float] = None
    ramp: str = "auto"
    north: str = "auto"
    north_sigma_m: Optional[float] = None
    event_date: Optional[str] = None
    source: Optional[str] = None

    def check(self) -> None:
        """Validate the settings; raises `InputError`."""
        if self.pixel_m is not None and not self.pixel_m > 0:
            raise InputError(f"A pixel size of {self.pixel_m:g} m is not positive; give metres.")
        if self.ramp not in RAMPS:
            raise InputError(f"The ramp “{self.ramp}” is not known; use {', '.join(RAMPS)}.")
        if self.north not in NORTH:
            raise InputError(f"“{self.north}” is not known for north; use {', '.join(NORTH)}.")
        if self.north_sigma_m is not None and not self.north_sigma_m >= 0:
            raise InputError("The expected north motion is negative; give metres, or 0 for none.")
        if self.event_date is not None and not ISO_DATE.match(self.event_date):
            raise InputError(f"“{self.event_date}” is not a date; write it as 2015-04-25.")
