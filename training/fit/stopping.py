"""Stopping a training by Ctrl-C or SIGTERM after the current step."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Optional


class StopSignals:
    """Context in which Ctrl-C and SIGTERM set `received`; a second signal interrupts at once.

    Attributes
    ----------
    received : str
        Name of the signal, or empty.
    """

    def __init__(self) -> None:
        self.received = ""
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._handlers[number] = signal.signal(number, self._receive)
        except ValueError:  # outside the main thread no signal can be handled
            pass
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def _receive(self, number: int, _frame: Optional[FrameType]) -> None:
        if self.received:
            raise KeyboardInterrupt
        self.received = signal.Signals(number).name

    def received_anywhere(self, fabric: Any) -> bool:
        """Whether any of the processes received a signal, so that all stop after the same step."""
        if fabric.world_size > 1:
            import torch

            count = torch.tensor(float(bool(self.received)), device=fabric.device)
            if fabric.all_reduce(count, reduce_op="sum") > 0:
                self.received = self.received or "another process"
        return bool(self.received)
