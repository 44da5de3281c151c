"""How to estimate an earthquake: one plain object that travels to any process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

from ..errors import InputError

CRUSTAL_RIGIDITY_PA = 30e9
"""Rigidity of the upper crust, as usual in inversions of interferograms."""
MAX_LOOKS = 8
"""Largest number of looks of one event: both passes of several satellites."""


@dataclass(frozen=True)
class SourceSettings:
    """How to estimate. Plain data: it can be pickled and run in any process.

    Attributes
    ----------
    rigidity_pa : float
        Rigidity of the rock in pascals; moment is proportional to it.
    seed : int
        Seed of all random numbers; the same seed gives the same result.
    mechanism : tuple of 3 floats, optional
        Strike, dip and rake in degrees of a catalogue's mechanism, to be compared (Kagan angle). It does not
        guide the estimate.
    candidates : int
        Random faults of the search. With 4 000 the best mode is found; with 2 000 it is sometimes missed.
    cells : int
        Largest number of points of one look that enter the fit.
    draws : int
        Faults drawn from the posterior, for intervals and marginals.
    margin_km : float
        Width of the margin along the edges of the data that is dropped: gridded values there are diluted.
    ground_error : bool
        Whether the intervals of magnitude and depth allow for layers and another rigidity than the stated
        one; False for simulated ground, which has neither.
    """

    rigidity_pa: float = CRUSTAL_RIGIDITY_PA
    seed: int = 0
    mechanism: Optional[tuple[float, float, float]] = None
    candidates: int = 4000
    cells: int = 200
    draws: int = 4000
    margin_km: float = 1.0
    ground_error: bool = True

    def check(self) -> None:
        """Validate the settings.

        Raises
        ------
        InputError
        """
        if not 1e9 <= self.rigidity_pa <= 200e9:
            raise InputError(
                f"The rigidity {self.rigidity_pa:g} Pa is outside 1 to 200 GPa; rock has about 30e9 Pa."
            )
        if self.candidates < 100 or self.cells < 30 or self.draws < 100:
            raise InputError(
                "The search needs at least 100 candidates, 30 cells a look and 100 draws; "
                "leave them at their defaults."
            )
        if self.seed < 0:
            raise InputError(f"The seed {self.seed} is negative; give 0 or a positive whole number.")
        if not 0 <= self.margin_km <= 20:
            raise InputError(f"The margin {self.margin_km:g} km is outside 0 to 20 km.")
        angles = self.mechanism
        if angles is not None and not (len(angles) == 3 and all(math.isfinite(angle) for angle in angles)):
            raise InputError(
                "The catalogue's mechanism must be three numbers: strike, dip and rake in degrees."
            )


DEFAULTS = SourceSettings()
"""Everything at its default."""
