"""A run over an archive: hand out scenes, commit each record as it arrives, and write the results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

from distributed import Client

from .batch import Task
from .cluster import ClusterOptions, connected
from .folder import ArchiveFolder
from .hand_out import HandOut
from .options import ExamineOptions
from .scene import Scene
from .worker import examine

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOptions:
    """How to run over an archive.

    Attributes
    ----------
    scenes : ExamineOptions
        How each scene is examined.
    cluster : ClusterOptions
    retry_failed : bool
        Whether to examine scenes again that failed before.
    task : callable
        What a worker does with a scene.
    """

    scenes: ExamineOptions = field(default_factory=ExamineOptions)
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    retry_failed: bool = False
    task: Task = examine


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
    options.scenes.settings.check()
    folder.prepare(options.scenes.settings)
    missing = folder.missing(scenes, options.retry_failed)
    count = RunCount(known=len(scenes) - len(missing))
    if not missing:
        return count
    with connected(options.cluster) as client:
        hand_out = HandOut(client, options.task, options.scenes)
        if started:
            started(len(missing), client)
        begun = time.monotonic()
        for examined in hand_out.results(missing):
            record = examined.record
            folder.commit(record, examined.files)
            count.add(record)
            logger.info("%s %s", record["status"], record["path"])
            if watch:
                watch(record)
        count.seconds = time.monotonic() - begun
        count.workers = hand_out.workers
    return count
