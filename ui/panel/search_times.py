"""Progress and remaining time of every search that runs, by its layer."""

from __future__ import annotations

from typing import Optional

from .run_part import RemainingTime


class SearchTimes:
    """Several searches may run at once; the panel shows that of the active layer."""

    def __init__(self):
        self._percent: dict[str, float] = {}
        self._remaining: dict[str, RemainingTime] = {}

    def start(self, layer_id: str) -> None:
        """A search has begun."""
        self._percent[layer_id] = 0.0
        self._remaining[layer_id] = RemainingTime()

    def update(self, layer_id: str, percent: float) -> None:
        """A search has come this far."""
        if self._percent.get(layer_id) == 0.0:
            self._remaining[layer_id] = RemainingTime()  # the first look does not count
        self._percent[layer_id] = percent

    def end(self, layer_id: str) -> None:
        """A search has ended."""
        self._percent.pop(layer_id, None)
        self._remaining.pop(layer_id, None)

    def of(self, layer_id: str) -> tuple[float, Optional[RemainingTime]]:
        """Per cent, and the estimate of the remaining time."""
        return self._percent.get(layer_id, 0.0), self._remaining.get(layer_id)
