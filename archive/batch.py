"""Several scenes in one task of Dask: the cost of a task is a tenth of that of examining a small scene."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .options import ExamineOptions
from .record import Examined
from .scene import Scene

MAX_SCENES = 16
"""Scenes of one task: 2 s of work for scenes of one window, and 1 MB of heatmaps and thumbnails."""
MAX_SECONDS = 2.0
"""A worker hands over what it has after so long, so that no more is lost with it."""
Task = Callable[[Scene, ExamineOptions], Examined]


def batch_size(waiting: int, places: int) -> int:
    """How many scenes the next task gets: fewer towards the end of a run, so that no worker stays without.

    Parameters
    ----------
    waiting : int
        Scenes that were not handed out yet.
    places : int
        Tasks that all workers together may have at a time.
    """
    return max(1, min(MAX_SCENES, waiting // places))


def examine_batch(task: Task, scenes: Sequence[Scene], options: ExamineOptions) -> list[Examined]:
    """Examine scenes in their order on a worker, and stop after `MAX_SECONDS` or when a scene hangs.

    Returns
    -------
    list of Examined
        One for each scene that was examined, at least one; the client hands out the other scenes again.

    Raises
    ------
    ModelError
        When the model cannot be used: no scene would succeed.
    """
    until = time.monotonic() + MAX_SECONDS
    results: list[Examined] = []
    for scene in scenes:
        results.append(task(scene, options))
        if results[-1].stuck_worker or time.monotonic() >= until:
            break
    return results
