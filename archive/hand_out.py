"""Hand scenes out to the workers of a cluster, a bounded number at a time, and take back what they return."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed
from distributed.client import FutureCancelledError

from ..engine.errors import ModelError, QuakeFringeError
from .batch import Task, batch_size, examine_batch
from .options import ExamineOptions
from .record import Examined, failed
from .scene import Scene

TASKS_AHEAD = 4
"""Tasks handed to the scheduler for each worker: enough that none waits, few enough that the scheduler's
memory does not grow with the archive."""
COUNT_INTERVAL_S = 5.0
"""How often workers are counted, since a queue such as SLURM starts them one by one."""
RESTART_TIMEOUT_S = 30.0
COLLECT_TIMEOUT_S = 30.0
"""A result arrives within milliseconds; when its worker dies first, Dask may wait for it for ever."""
CONNECTION_LOST = "scheduler-connection-lost"
"""Dask's reason for cancelling everything when the scheduler no longer answers."""
KILLED = (
    "The scene ended every worker that tried it, most likely because it is too large for a worker's memory; "
    "raise --memory, use fewer --workers, or lower --batch, then run again with --retry-failed."
)
GONE = "The scheduler is gone; start it and run the same command again, it continues."
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
        self._waiting: deque[Scene] = deque()
        self._alone: deque[Scene] = deque()
        self._submitted: dict[Any, list[Scene]] = {}
        self._finished = as_completed([])
        self._counted_at, self._present = 0.0, 0
        self.workers = 0
        self._count_workers()

    def results(self, scenes: list[Scene]) -> Iterator[Examined]:
        """What the workers return, in the order in which they hand it over.

        Raises
        ------
        QuakeFringeError
            When the model cannot be used or the scheduler is gone.
        """
        self._waiting.extend(scenes)
        self._submit()
        for future in self._finished:
            batch = self._submitted.pop(future.key)
            for examined in self._take_back(future, batch):
                yield examined
                if examined.stuck_worker:
                    self._restart(examined.stuck_worker)
            self._count_workers()
            self._submit()

    def _submit(self) -> None:
        """Hand scenes out until every worker has enough of them."""
        places = TASKS_AHEAD * max(1, self._present)
        while (self._alone or self._waiting) and len(self._submitted) < places:
            batch = self._next_batch(places)
            future = self._client.submit(examine_batch, self._task, batch, self._options, pure=False)
            self._submitted[future.key] = batch
            self._finished.add(future)

    def _next_batch(self, places: int) -> list[Scene]:
        if self._alone:
            return [self._alone.popleft()]
        return [self._waiting.popleft() for _ in range(batch_size(len(self._waiting), places))]

    def _take_back(self, future: Future, batch: list[Scene]) -> list[Examined]:
        """What a finished task returned; scenes that it did not examine are handed out again.

        Raises
        ------
        QuakeFringeError
            When the model cannot be used or the scheduler is gone.
        """
        results: list[Examined] = []
        try:
            results = future.result(timeout=COLLECT_TIMEOUT_S)
            self._waiting.extendleft(reversed(batch[len(results) :]))
        except FutureCancelledError as error:
            if error.reason == CONNECTION_LOST:
                raise QuakeFringeError(GONE) from error
            logger.warning("a task is handed out again, because Dask lost it (%s)", error)
            self._waiting.extendleft(reversed(batch))
        except ModelError:
            raise
        except Exception as error:
            if future.status == "error":  # whatever happened on the worker
                results = self._failed_on_worker(batch, error)
            elif isinstance(error, asyncio.TimeoutError):
                logger.warning("a task is handed out again, because its result was lost with a worker")
                self._waiting.extendleft(reversed(batch))
            else:  # it happened on the way to the scheduler
                raise QuakeFringeError(GONE) from error
        future.release()
        return results

    def _failed_on_worker(self, batch: list[Scene], error: Exception) -> list[Examined]:
        """The record of a scene whose task failed. Each scene of a failed batch gets its own task first."""
        if len(batch) > 1:
            self._alone.extend(batch)
            return []
        return [Examined(failed(batch[0], _sentence(error)))]

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


def _sentence(error: Exception) -> str:
    """Why a task with one scene failed."""
    if isinstance(error, KilledWorker):
        return KILLED
    return f"The worker failed ({type(error).__name__}: {error}); see the log of the worker."
