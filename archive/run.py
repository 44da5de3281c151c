"""A run over an archive: hand out scenes, commit each record as it arrives, and write the results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

from distributed import Client, Future, KilledWorker, as_completed

from ..engine.errors import ModelError, QuakeFringeError
from ..engine.settings import DEFAULTS, Settings
from .cluster import ClusterOptions, connected
from .folder import ArchiveFolder
from .record import failed
from .scene import Scene
from .worker import examine

SCENES_AHEAD = 4
"""Scenes handed to the scheduler for each worker: enough that none waits, few enough that the scheduler's
memory does not grow with the archive."""
KILLED = (
    "The scene ended every worker that tried it, most likely because it is too large for a worker's memory; "
    "raise --memory, use fewer --workers, or lower --batch, then run again with --retry-failed."
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOptions:
    """How to run over an archive.

    Attributes
    ----------
    settings : Settings
    cluster : ClusterOptions
    limit_s : float, optional
        Seconds after which a scene is given up.
    retry_failed : bool
        Whether to examine scenes again that failed before.
    """

    settings: Settings = DEFAULTS
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    limit_s: Optional[float] = None
    retry_failed: bool = False


@dataclass
class RunCount:
    """What a run did.

    Attributes
    ----------
    done, failed, known : int
        Scenes examined, failed, and left alone because an earlier run recorded them.
    seconds : float
        Duration of the run from the first scene handed out to the last record.
    scene_seconds : float
        Sum of the workers' times for each scene.
    workers : int
    """

    done: int = 0
    failed: int = 0
    known: int = 0
    seconds: float = 0.0
    scene_seconds: float = 0.0
    workers: int = 0

    def add(self, record: dict[str, Any]) -> None:
        """Count one record."""
        self.done += record["status"] == "done"
        self.failed += record["status"] == "failed"
        self.scene_seconds += record["seconds"] or 0.0


Watcher = Callable[[dict[str, Any]], None]


def run_archive(
    scenes: list[Scene],
    folder: ArchiveFolder,
    options: RunOptions,
    *,
    started: Optional[Callable[[int, Client], None]] = None,
    watch: Optional[Watcher] = None,
) -> RunCount:
    """Examine all scenes that have no record yet.

    Parameters
    ----------
    scenes : list of Scene
    folder : ArchiveFolder
        Locked by the caller.
    options : RunOptions
    started : callable, optional
        Called with the number of scenes to examine and the client, once the cluster runs.
    watch : callable, optional
        Called with each record after it was committed.

    Raises
    ------
    QuakeFringeError
        When the run cannot go on. All records up to then are kept.
    """
    options.settings.check()
    folder.prepare(options.settings)
    missing = folder.missing(scenes, options.retry_failed)
    count = RunCount(known=len(scenes) - len(missing))
    if not missing:
        return count
    with connected(options.cluster) as client:
        count.workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        if started:
            started(len(missing), client)
        begun = time.monotonic()
        for record in _records(client, missing, options, count.workers * SCENES_AHEAD):
            folder.commit(record)
            count.add(record)
            logger.info("%s %s", record["status"], record["path"])
            if watch:
                watch(record)
        count.seconds = time.monotonic() - begun
    return count


def _records(
    client: Client, scenes: list[Scene], options: RunOptions, ahead: int
) -> Iterator[dict[str, Any]]:
    """Records in the order in which the workers finish."""
    remaining = iter(scenes)
    submitted: dict[Any, Scene] = {}
    finished = as_completed([])

    def submit(most: int) -> None:
        for _, scene in zip(range(most), remaining):
            future = client.submit(
                *(examine, scene, options.settings, options.cluster.threads, options.limit_s),
                key=f"scene-{scene.key}",
                pure=False,
            )
            submitted[future.key] = scene
            finished.add(future)

    submit(ahead)
    for future in finished:
        yield _record(future, submitted.pop(future.key))
        future.release()
        submit(1)


def _record(future: Future, scene: Scene) -> dict[str, Any]:
    """The record of a finished task.

    Raises
    ------
    QuakeFringeError
        When the model cannot be used or the scheduler is gone.
    """
    if future.status == "finished":
        return dict(future.result())
    if future.status != "error":
        raise QuakeFringeError(
            "The scheduler is gone; start it and run the same command again, it continues."
        )
    error = future.exception()
    if isinstance(error, KilledWorker):
        return failed(scene, KILLED)
    if isinstance(error, ModelError):
        raise error
    return failed(scene, f"The worker failed ({type(error).__name__}: {error}); see the log of the worker.")
