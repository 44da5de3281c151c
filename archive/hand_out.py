"""Hand scenes out to the workers of a cluster, a bounded number at a time, and take back what they return."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed

from ..engine.errors import ModelError, QuakeFringeError
from .options import ExamineOptions
from .record import Examined, failed
from .scene import Scene

SCENES_AHEAD = 4
"""Scenes handed to the scheduler for each worker: enough that none waits, few enough that the scheduler's
memory does not grow with the archive."""
COUNT_INTERVAL_S = 5.0
"""How often workers are counted, since a queue such as SLURM starts them one by one."""
RESTART_TIMEOUT_S = 30.0
KILLED = (
    "The scene ended every worker that tried it, most likely because it is too large for a worker's memory; "
    "raise --memory, use fewer --workers, or lower --batch, then run again with --retry-failed."
)
GONE = "The scheduler is gone; start it and run the same command again, it continues."
Task = Callable[[Scene, ExamineOptions], Examined]
logger = logging.getLogger(__name__)


class HandOut:
    """Scenes under way on a cluster.

    Parameters
    ----------
    client : distributed.Client
    task : callable
        Examines one scene on a worker.
    options : ExamineOptions

    Attributes
    ----------
    workers : int
        Largest number of workers so far.
    """

    def __init__(self, client: Client, task: Task, options: ExamineOptions) -> None:
        self._client, self._task, self._options = client, task, options
        self._submitted: dict[Any, Scene] = {}
        self._finished = as_completed([])
        self._counted_at, self._present = 0.0, 0
        self.workers = 0
        self._count_workers()

    def results(self, scenes: list[Scene]) -> Iterator[Examined]:
        """What the workers return, in the order in which they finish.

        Raises
        ------
        QuakeFringeError
            When the model cannot be used or the scheduler is gone.
        """
        remaining = iter(scenes)
        self._submit(remaining)
        for future in self._finished:
            examined = _result(future, self._submitted.pop(future.key))
            future.release()
            yield examined
            if examined.stuck_worker:
                self._restart(examined.stuck_worker)
            self._count_workers()
            self._submit(remaining)

    def _submit(self, remaining: Iterator[Scene]) -> None:
        """Hand scenes out until every worker has enough of them."""
        room = SCENES_AHEAD * max(1, self._present) - len(self._submitted)
        for _, scene in zip(range(room), remaining):
            future = self._client.submit(
                self._task, scene, self._options, key=f"scene-{scene.key}", pure=False
            )
            self._submitted[future.key] = scene
            self._finished.add(future)

    def _count_workers(self) -> None:
        if self.workers and time.monotonic() - self._counted_at < COUNT_INTERVAL_S:
            return
        try:
            self._present = len(self._client.nthreads())
        except (OSError, ValueError) as error:
            raise QuakeFringeError(GONE) from error
        self._counted_at = time.monotonic()
        self.workers = max(self.workers, self._present)

    def _restart(self, worker: str) -> None:
        """Replace a worker whose thread hangs; without a nanny, whoever started it has to start it again."""
        try:
            self._client.restart_workers([worker], timeout=RESTART_TIMEOUT_S)
            logger.info("restarted the worker %s, in which a scene hung", worker)
        except (OSError, ValueError, asyncio.TimeoutError) as error:
            logger.warning("the worker %s, in which a scene hung, was not restarted (%s)", worker, error)


def _result(future: Future, scene: Scene) -> Examined:
    """What a finished task returned.

    Raises
    ------
    QuakeFringeError
        When the model cannot be used or the scheduler is gone.
    """
    if future.status == "finished":
        examined: Examined = future.result()
        return examined
    if future.status != "error":
        raise QuakeFringeError(GONE)
    error = future.exception()
    if isinstance(error, KilledWorker):
        return Examined(failed(scene, KILLED))
    if isinstance(error, ModelError):
        raise error
    sentence = f"The worker failed ({type(error).__name__}: {error}); see the log of the worker."
    return Examined(failed(scene, sentence))
