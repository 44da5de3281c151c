"""A profile as a CSV file."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Union

import numpy as np

from ..output.atomic import replacing
from .profile import Profile

DECIMALS = {"lon": 7, "lat": 7, "x": 7, "y": 7}
"""Digits behind the point; a hundredth of a metre in degrees. All other columns have five."""


def columns(profile: Profile) -> dict[str, np.ndarray]:
    """The columns of the file by name; their units are in the names."""
    found = {
        f"distance_{profile.distance_unit}": profile.distance,
        "x": profile.x,
        "y": profile.y,
        "lon": profile.lon,
        "lat": profile.lat,
        "phase_rad": profile.phase_rad,
        "unwrapped_rad" if profile.wrapped else "relative_phase_rad": profile.continuous_rad,
        "fringes": profile.continuous_rad / (2 * math.pi),
    }
    if profile.los_cm is not None:
        found["los_cm"] = profile.los_cm
    found["consistency"] = profile.consistency
    found["unsafe"] = profile.unsafe.astype(int)
    return found


def write_csv(profile: Profile, path: Union[str, Path]) -> None:
    """Write a profile; a value that is not known is left empty.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    table = columns(profile)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table)
    for row in zip(*table.values()):
        writer.writerow([_text(name, value) for name, value in zip(table, row)])
    with replacing(Path(path), "choose another folder") as temporary:
        temporary.write_bytes(text.getvalue().encode("utf-8"))


def _text(name: str, value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(value) if name == "unsafe" else f"{value:.{DECIMALS.get(name, 5)}f}"
