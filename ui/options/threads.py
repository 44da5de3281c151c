"""The number of threads that the user allows."""

from __future__ import annotations

from ...engine.numerics.threads import limit_threads


def apply_threads(count: int) -> None:
    """Limit the engine's threads from the next run on; 0: one for each core."""
    limit_threads(count or None)
