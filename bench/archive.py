"""Runs over an archive: overhead over bare `detect`, one and two workers, memory of a worker.

The bare calls run in a pool of as many processes, which takes the next scene when one is done, as Dask does.
Both are timed from the first scene to the last, in processes that have started and imported the engine; the
first scene of each process loads the model.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from typing import Any

import psutil

from ..archive.cluster import ClusterOptions
from ..archive.folder import ArchiveFolder
from ..archive.options import ExamineOptions
from ..archive.run import RunOptions, run_archive
from ..archive.scene import scene_at
from ..engine.detection import detect
from ..engine.network import load_model
from ..engine.numerics.threads import limit_threads
from . import archive_scenes
from .machine import heading, table

PACKAGES = ("numpy", "GDAL", "onnxruntime", "dask", "distributed")
SCALED_LARGE = 4
"""Large scenes that one worker and two run over: two for each of two, minutes instead of a quarter of an
hour."""
_loaded: list[Any] = []


def _bare(path: str) -> float:
    """One bare call in a process of the pool; returns its seconds of CPU."""
    start = time.process_time()
    if not _loaded:
        limit_threads(1)
        _loaded.append(load_model(None, "auto"))
    detect(path, network=_loaded[0])
    return time.process_time() - start


def bare_seconds(paths: list[str], workers: int) -> tuple[float, float]:
    """Seconds, and seconds of CPU, of bare calls on all files in a pool of processes that have started."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(abs, range(workers))
        start = time.perf_counter()
        cpu = sum(pool.imap_unordered(_bare, paths))
        return time.perf_counter() - start, cpu


def archive_seconds(paths: list[str], workers: int) -> tuple[float, float]:
    """Seconds of a run over the same files, and seconds of CPU of client, scheduler and workers."""
    clients: list[Any] = []
    readings: list[float] = []
    seen: list[str] = []

    def read() -> None:
        workers = clients[0].run(archive_scenes.cpu_seconds)
        readings.append(time.process_time() + sum(workers.values()))

    def started(_number: int, client: Any) -> None:
        clients.append(client)
        client.run(archive_scenes.cpu_seconds)
        read()

    def watch(record: dict[str, Any]) -> None:
        seen.append(record["key"])
        if len(seen) == len(paths):
            read()

    with tempfile.TemporaryDirectory() as out:
        options = RunOptions(cluster=ClusterOptions(workers=workers))
        scenes = [scene_at(path) for path in paths]
        count = run_archive(scenes, ArchiveFolder(out), options, started=started, watch=watch)
    if count.failed:
        raise SystemExit(f"{count.failed} scenes failed")
    return count.seconds, readings[-1] - readings[0]


def overhead(name: str, paths: list[str], repeats: int) -> list[object]:
    """Bare calls and a run, each first in turn, with two workers; medians over the repeats.

    The order changes so that a machine that becomes slower or faster meanwhile favours neither.
    """
    sides = bare_seconds, archive_seconds
    pairs: list[list[tuple[float, float]]] = []
    for number in range(repeats):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        readings = {side: sides[side](paths, 2) for side in order}
        pairs.append([readings[0], readings[1]])
        print(name, *pairs[-1], file=sys.stderr, flush=True)
    bare, run = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    ratios = [statistics.median(run[of] / bare[of] for bare, run in pairs) - 1 for of in (0, 1)]
    per_cent = (f"{100 * ratio:+.1f} %" for ratio in ratios)
    return shown([name, len(paths), f"{bare:.1f}", f"{run:.1f}", *per_cent])


def scaling(name: str, paths: list[str]) -> list[object]:
    """One worker and two: their seconds, and how much processor time the second one costs."""
    (one, one_cpu), (two, two_cpu) = archive_seconds(paths, 1), archive_seconds(paths, 2)
    figures = [f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}", f"{100 * (two_cpu / one_cpu - 1):+.1f} %"]
    return shown([name, len(paths), *figures])


def shown(row: list[object]) -> list[object]:
    """Write a row to the log at once, because the tables come last."""
    print(*row, f"load {os.getloadavg()[0]:.1f}", sep=" | ", file=sys.stderr, flush=True)
    return row


def memory(paths: list[str]) -> list[object]:
    """Memory of one worker in the second tenth of a run and in the last."""
    sizes: list[float] = []
    worker: list[psutil.Process] = []

    def started(_number: int, client: Any) -> None:
        worker.extend(psutil.Process(pid) for pid in client.run(os.getpid).values())

    def watch(_record: dict[str, Any]) -> None:
        sizes.append(worker[0].memory_info().rss / 2**20)

    with tempfile.TemporaryDirectory() as out:
        options = RunOptions(ExamineOptions(), ClusterOptions(workers=1))
        scenes = [scene_at(path) for path in paths]
        run_archive(scenes, ArchiveFolder(out), options, started=started, watch=watch)
    tenth = max(1, len(sizes) // 10)
    early, late = statistics.mean(sizes[tenth : 2 * tenth]), statistics.mean(sizes[-tenth:])
    return [
        len(paths),
        f"{early:.0f}",
        f"{late:.0f}",
        f"{100 * (late / early - 1):+.1f} %",
        f"{max(sizes):.0f}",
    ]


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=200, metavar="N", help="small scenes (goal: 1000)")
    parser.add_argument("--large", type=int, default=4, metavar="N", help="large scenes (goal: 20)")
    parser.add_argument("--size", type=int, nargs=2, default=[1000, 800], metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--repeats", type=int, default=1, metavar="N")
    given = parser.parse_args()
    small = archive_scenes.small_scenes(given.small)
    large = archive_scenes.large_scenes(given.large, *given.size)
    heading("archive run: overhead over bare detect, two workers", PACKAGES)
    names = "small, 256 x 256", f"large, {given.size[0]} x {given.size[1]}"
    rows = [overhead(names[0], small, given.repeats), overhead(names[1], large, given.repeats)]
    columns = ["bare, s", "archive run, s", "overhead in time", "overhead in CPU time"]
    table(["scenes", "number", *columns], rows)
    heading("archive run: one worker and two, one thread each", PACKAGES)
    table(
        ["scenes", "number", "one worker, s", "two workers, s", "times as fast", "more CPU time"],
        [scaling(names[0], small), scaling(names[1], large[:SCALED_LARGE])],
    )
    heading("archive run: memory of a worker", PACKAGES)
    table(
        ["small scenes", "second tenth, MiB", "last tenth, MiB", "growth", "peak, MiB"],
        [memory(small)],
    )


if __name__ == "__main__":
    main()
