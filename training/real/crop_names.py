"""Volcano, track and fold of a real crop, from its file name."""

from __future__ import annotations

import hashlib
from pathlib import Path


def crop_volcano(name: str) -> str:
    """Return the volcano of a crop's file name, ``<volcano>_<frame>_<dates>.png``."""
    parts = Path(name).stem.split("_")
    frame = next((i for i, part in enumerate(parts) if len(part) == 4 and part[:3].isdigit()), len(parts))
    return "_".join(parts[:frame])


def crop_groups(name: str) -> set[str]:
    """Return the names that a catalogue may use for a crop's volcano: with and without its frame."""
    volcano, parts = crop_volcano(name), Path(name).stem.split("_")
    first = len(volcano.split("_"))
    return {volcano, *("_".join(parts[:count]) for count in range(first, len(parts) + 1))}


def volcano_fold(volcano: str, folds: int) -> int:
    """Return the fold of a volcano, from a hash of its name, so that a volcano is never split."""
    return int(hashlib.sha256(volcano.encode()).hexdigest()[:8], 16) % folds
