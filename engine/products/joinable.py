"""What a frame needs to be joined with others, and whether two are of one track, pass and pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Protocol, Union

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .model import Quantity

PASS_MAX_MINUTES = 30.0
"""Longest time between two frames of one pass: a satellite is over one side of the Earth for half an orbit of
about 100 minutes, and over land without a break for much less."""


class Source(Protocol):
    """What reads windows of phase; see `PhaseSource`."""

    @property
    def masks_in_words(self) -> str:
        """What the masks take out, for the report."""

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window."""


class Vectors(Protocol):
    """What reads windows of line-of-sight vectors; see `LosReader`."""

    @property
    def words(self) -> str:
        """Where the vectors come from, for the report."""

    def read(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> np.ndarray:
        """Vectors of a window."""


@dataclass(frozen=True)
class Scene:
    """What is joined: the members of an open interferogram that matter here."""

    name: str
    product: str
    quantity: Quantity
    wavelength: Optional[float]
    grid: Grid
    dates: tuple[str, ...]
    orbit_direction: str
    track: str
    source: Source
    look: Optional[Vectors]
    pass_time: str = ""


def check_same_pass(a: Scene, b: Scene) -> None:
    """Refuse frames of different tracks, passes, dates or processing; what is unknown is no reason.

    Raises
    ------
    InputError
    """
    reason = ""
    if a.product != b.product:
        reason = f"one is {a.product}, the other {b.product}"
    elif a.track and b.track and a.track != b.track:
        reason = f"they are of the tracks {a.track} and {b.track}"
    elif a.orbit_direction and b.orbit_direction and a.orbit_direction != b.orbit_direction:
        reason = f"one pass is {a.orbit_direction}, the other {b.orbit_direction}"
    elif a.dates != b.dates:
        first, second = (" to ".join(one.dates) or "unknown" for one in (a, b))
        reason = f"their dates are {first} and {second}"
    elif _minutes_apart(a.pass_time, b.pass_time) > PASS_MAX_MINUTES:
        times = " and ".join(one.pass_time[11:16] for one in (a, b))
        reason = f"they were taken at {times} UTC, on different passes"
    elif a.quantity is not b.quantity:
        reason = f"one is {a.quantity.value}, the other {b.quantity.value}"
    elif a.wavelength and b.wavelength and abs(a.wavelength / b.wavelength - 1) > 1e-3:
        reason = "they have different wavelengths"
    if reason:
        raise InputError(f"“{a.name}” and “{b.name}” cannot be joined: {reason}; open them one by one.")


def _minutes_apart(one: str, other: str) -> float:
    """Minutes between two ISO times; 0 where one is unknown."""
    if not (one and other):
        return 0.0
    try:
        return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds()) / 60
    except ValueError:
        return 0.0
