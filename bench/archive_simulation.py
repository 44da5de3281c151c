"""The machinery of an archive run without detection: many scenes whose examination is a stub.

Everything but the network is real: list, scheduler, workers, records, tables, map layers, STAC and page.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from ..archive.cluster import ClusterOptions
from ..archive.folder import ArchiveFolder
from ..archive.results.write import write_results
from ..archive.run import RunOptions, run_archive
from ..archive.sources import find_scenes
from .archive_scenes import folder_size, stub, template
from .machine import heading, table

PACKAGES = ("numpy", "GDAL", "dask", "distributed", "pyarrow", "pystac")


class Steps:
    """Seconds, time a scene and memory of each step."""

    def __init__(self, scenes: int) -> None:
        self.scenes = scenes
        self.rows: list[list[object]] = []

    def measure(self, name: str, step: Callable[[], Any]) -> Any:
        """Run a step and note what it took."""
        process = psutil.Process()
        start, cpu = time.perf_counter(), time.process_time()
        outcome = step()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        memory = process.memory_info().rss / 2**20
        print(f"{name}: {seconds:.1f} s, {cpu:.1f} s of CPU", file=sys.stderr, flush=True)
        each = [f"{1e3 * value / self.scenes:.3f}" for value in (seconds, cpu)]
        self.rows.append([name, f"{seconds:.1f}", *each, f"{memory:.0f}"])
        return outcome


def simulate(scenes: int, workers: int, out: Path) -> None:
    """Run over a list of paths that nothing reads, and print what each step took."""
    listed = out / "list.txt"
    listed.write_text(
        "".join(f"/data/{n // 1000:05d}/{n:08d}_20200101_20200113.tif\n" for n in range(scenes)),
        encoding="utf-8",
    )
    folder = ArchiveFolder(str(out / "results"))
    task = functools.partial(stub, template())
    options = RunOptions(cluster=ClusterOptions(workers=workers), task=task)
    steps = Steps(scenes)
    found = steps.measure("read the list", lambda: find_scenes(str(listed)))
    steps.measure("hand out, examine by a stub, write records", lambda: run_archive(found, folder, options))
    steps.measure("look for what is missing", lambda: folder.missing(found, retry_failed=False))
    steps.measure("write tables, layers, STAC and page", lambda: write_results(folder))
    steps.measure("write them again, with nothing new", lambda: write_results(folder))
    heading(f"archive run without detection, {scenes} scenes, {workers} workers", PACKAGES)
    print("CPU time is that of the client's process, which holds the scheduler as well.\n")
    columns = ["step", "s", "ms a scene", "CPU, ms a scene", "memory of the client afterwards, MiB"]
    table(columns, steps.rows)
    sizes = []
    for path in sorted(folder.path.iterdir()):
        files, megabytes = folder_size(path) if path.is_dir() else (1, path.stat().st_size / 1e6)
        sizes.append([path.name, files, f"{megabytes:.1f}", f"{1e3 * megabytes / scenes:.2f}"])
    print()
    table(["result", "files", "MB", "kB a scene"], sizes)


def main() -> None:
    """Simulate and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=2000, metavar="N", help="goal: 100000")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--folder", metavar="FOLDER", help="where to write (default: a temporary folder)")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    out = Path(tempfile.mkdtemp(prefix="quakefringe-archive-", dir=given.folder))
    try:
        simulate(given.scenes, given.workers, out)
    finally:
        shutil.rmtree(out, ignore_errors=True)


if __name__ == "__main__":
    main()
