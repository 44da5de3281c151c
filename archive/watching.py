"""Look at a source at intervals and examine what is new."""

from __future__ import annotations

import glob
import logging
import os
import time
from collections.abc import Callable
from typing import Optional

from ..engine.errors import InputError
from .scene import Scene

logger = logging.getLogger(__name__)


def check_source(source: str) -> None:
    """Refuse a source that does not exist; an empty folder may be watched.

    Raises
    ------
    InputError
    """
    if not ("://" in source or source.startswith("/vsi") or os.path.exists(source) or glob.has_magic(source)):
        raise InputError(f"“{source}” does not exist; create the folder, or check the path.")


def settled(scenes: list[Scene], settle_s: float, now: Optional[float] = None) -> list[Scene]:
    """Scenes that nobody has written to for some seconds; remote scenes always count.

    Parameters
    ----------
    scenes : list of Scene
    settle_s : float
        Seconds since the last change of the file.
    now : float, optional
        Seconds since the epoch; None: the current time.
    """
    moment = time.time() if now is None else now
    return [scene for scene in scenes if moment - _changed(scene.path) >= settle_s]


def _changed(path: str) -> float:
    """When a file changed last, in seconds since the epoch; 0 where that is not known."""
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0


def watch_source(
    find: Callable[[], list[Scene]],
    examine: Callable[[list[Scene]], None],
    interval_s: float,
    settle_s: float,
) -> None:
    """Examine the scenes of a source again and again, until the process is interrupted.

    Parameters
    ----------
    find : callable
        Returns the scenes of the source. An `InputError` is logged, since a catalogue may just be rewritten.
    examine : callable
        Examines scenes; those with a record are its own business.
    interval_s : float
        Seconds between the end of one round and the start of the next.
    settle_s : float
        See `settled`.
    """
    while True:
        try:
            scenes = find()
        except InputError as error:
            logger.warning("%s", error)
            scenes = []
        ready = settled(scenes, settle_s)
        if ready:
            examine(ready)
        time.sleep(interval_s)
