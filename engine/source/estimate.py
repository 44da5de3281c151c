"""From looks to an earthquake: the whole way on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional, Protocol

import numpy as np

from ..errors import InputError
from ..progress import Progress, RunProgress
from .look import Look, looks_frame
from .results import SourceEstimate
from .settings import DEFAULTS, SourceSettings

PROPOSAL_COLUMNS = (
    "east_km",
    "north_km",
    "depth_km",
    "strike",
    "dip",
    "rake",
    "length_km",
    "width_km",
    "slip_m",
)
"""Columns of a proposal's samples; places are in the frame of `looks_frame(looks)`."""


class Proposal(Protocol):
    """Something that knows where good faults are, such as the fast network."""

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Faults, shape (n, 9), columns as in `PROPOSAL_COLUMNS`; NaN where it has no opinion."""


def estimate_source(
    looks: Sequence[Look],
    settings: SourceSettings = DEFAULTS,
    *,
    proposal: Optional[Proposal] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> SourceEstimate:
    """Estimate an earthquake's magnitude, place, mechanism and size from interferograms.

    Parameters
    ----------
    looks : sequence of 1 to 8 Look
        Interferograms of one event.
    settings : SourceSettings
    proposal : Proposal, optional
        Half of the search's faults come from it, the others from the general draw.
    progress : callable, optional
        Called in the caller's thread with per cent (0 to 100) and a short text, which is empty while the same
        step continues.
    cancelled : callable, optional
        Called several times a second; returns whether to stop.

    Returns
    -------
    SourceEstimate

    Raises
    ------
    InputError
        With one sentence that says what is wrong and what to do.
    Cancelled
        If `cancelled` returns True.
    """
    settings.check()
    RunProgress(progress, cancelled).tick()
    if not looks:
        raise InputError("No look was given; choose at least one interferogram of the earthquake.")
    looks_frame(looks)
    raise NotImplementedError
