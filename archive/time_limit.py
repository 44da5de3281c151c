"""A time limit that holds even where a call into a C library does not return."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

MIN_GRACE_S = 2.0
GRACE_SHARE = 0.1
"""How long after its limit a scene may still stop by itself, which it does between two steps."""
Value = TypeVar("Value")


class Stuck(Exception):
    """A call did not return in time; its thread is still busy."""


def grace_s(limit_s: float) -> float:
    """Seconds after the limit in which a scene may stop by itself."""
    return max(MIN_GRACE_S, GRACE_SHARE * limit_s)


def call_within(call: Callable[[], Value], seconds: float) -> Value:
    """Call a function in a thread of its own, and leave the thread behind when it does not return.

    Python cannot stop a thread. The process should end soon after `Stuck`, since the thread keeps its memory.

    Parameters
    ----------
    call : callable
    seconds : float
        Longest time to wait.

    Raises
    ------
    Stuck
        When the call has not returned by then.
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = call()
        except BaseException as error:  # raised again in the caller's thread
            outcome["error"] = error

    thread = threading.Thread(target=run, name="quakefringe-scene", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise Stuck
    if "error" in outcome:
        raise outcome["error"]
    value: Value = outcome["value"]
    return value
