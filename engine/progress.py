"""Progress, cancellation and timings of one run."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timezone
from typing import Callable, Optional

from .errors import Cancelled

Progress = Callable[[float, str], None]
"""Called with per cent (0 to 100) and a short text, which is empty while the same step continues."""

logger = logging.getLogger(__name__)


class RunProgress:
    """Reports the progress of a run, stops it on request, and measures the seconds of its steps.

    Parameters
    ----------
    progress : callable, optional
        See `Progress`.
    cancelled : callable, optional
        Returns whether the user wants to stop.

    Attributes
    ----------
    timings : dict of str to float
        Seconds by step.
    started : str
        ISO time, UTC.
    """

    def __init__(self, progress: Optional[Progress], cancelled: Optional[Callable[[], bool]]) -> None:
        self._progress, self._cancelled = progress, cancelled
        self.timings: dict[str, float] = {}
        self.started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._last = time.perf_counter()

    def tick(self) -> None:
        """Raise `Cancelled` if the user wants to stop."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The run was cancelled; nothing was written.")

    def report(self, percent: float, text: str = "") -> None:
        """Report the progress, with a text when a new step begins."""
        self.tick()
        if self._progress is not None:
            self._progress(min(100.0, percent), text)

    def finish_step(self, name: str) -> None:
        """Record the seconds since the last step ended."""
        now = time.perf_counter()
        self.timings[name] = now - self._last
        self._last = now
        logger.debug("%s took %.2f s", name, self.timings[name])
