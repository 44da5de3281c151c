"""The Dask cluster that examines scenes: one on this machine, or one that runs already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Optional

import dask
from distributed import Client, LocalCluster

from ..engine.errors import InputError

CONNECT_TIMEOUT_S = 20
"""How long to wait for a scheduler; a cluster's front end can take some seconds under load."""
DASK_SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 2,
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "2s",
    "distributed.worker.memory.monitor-interval": "500ms",
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}
"""One scene at a time on a worker, so that a scene that kills its worker does not take others with it; it is
given up after the third worker. The engine keeps Python busy for seconds, which Dask need not report. At
Dask's own intervals a cluster of two workers that does nothing takes 13 % of a core, at these less than 3 %.
Dask's statistical profile takes 10 ms a small scene, a tenth of the scene's time, and makes a worker grow by
a tenth over 1 000 scenes. Dask's own variables make the C library return every freed array to the system at
once (MALLOC_TRIM_THRESHOLD_); the page faults cost a third of a small scene's time."""


@dataclass(frozen=True)
class ClusterOptions:
    """Where to run.

    Attributes
    ----------
    scheduler : str, optional
        Address of a running scheduler, such as "tcp://host:8786"; None: a cluster on this machine.
    workers : int, optional
        Processes on this machine; None: one for every `threads` cores.
    threads : int
        Threads of the network in each worker.
    memory : str
        Memory of each worker as Dask takes it: "4GiB", or "auto" for an equal share.
    """

    scheduler: Optional[str] = None
    workers: Optional[int] = None
    threads: int = 1
    memory: str = "auto"


@contextmanager
def connected(options: ClusterOptions) -> Iterator[Client]:
    """A client of the cluster; a cluster of our own stops at the end.

    Raises
    ------
    InputError
        When the options make no sense or the scheduler does not answer.
    """
    if options.threads < 1 or (options.workers is not None and options.workers < 1):
        raise InputError("A run needs at least one worker and one thread; leave --workers out for all cores.")
    if options.scheduler:
        with _joined(options.scheduler) as client:
            yield client
        return
    with dask.config.set(DASK_SETTINGS), _local(options) as cluster, Client(cluster) as client:
        yield client


def _joined(address: str) -> Client:
    try:
        return Client(address, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise InputError(
            f"The scheduler {address} does not answer; start one with `dask scheduler`, or leave --scheduler "
            "out to run on this machine."
        ) from error


def _local(options: ClusterOptions) -> LocalCluster:
    threads = str(options.threads)
    variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    try:
        return LocalCluster(
            n_workers=options.workers or max(1, _cores() // options.threads),
            threads_per_worker=1,
            memory_limit=options.memory,
            dashboard_address="127.0.0.1:0",
            env=dict.fromkeys(variables, threads),
        )
    except ValueError as error:
        raise InputError(f"The memory “{options.memory}” is not understood; give it as 4GiB.") from error


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
