"""Up and east displacement (north too, where it can be resolved) from two or more looks of one event."""

from __future__ import annotations

from .decompose import decompose
from .result import Decomposition
from .settings import DecompositionSettings, LookChoice

__all__ = ["Decomposition", "DecompositionSettings", "LookChoice", "decompose"]
