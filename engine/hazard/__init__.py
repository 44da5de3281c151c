"""What an earthquake did to the ground, how strongly it shook, and who lives there."""

from __future__ import annotations

from .assess import assess
from .result import HazardResult
from .settings import HazardSettings

__all__ = ["HazardResult", "HazardSettings", "assess"]
