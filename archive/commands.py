"""What the command line does: find the scenes, run, and say what happened."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from distributed import Client
from tqdm import tqdm

from ..engine.errors import InputError, QuakeFringeError
from ..engine.settings import Settings
from .cluster import ClusterOptions
from .folder import ArchiveFolder
from .options import ExamineOptions
from .results.write import write_results
from .run import RunCount, RunOptions, run_archive
from .scene import Scene
from .shared_files import check_shared_files
from .sources import find_scenes
from .watching import check_source, watch_source


def run(options: dict[str, Any], settings: Settings) -> None:
    """Examine the scenes of a source and print a summary.

    Raises
    ------
    QuakeFringeError
    """
    check_shared_files(settings)
    scenes = _find(options)
    folder = ArchiveFolder(options["out"])
    with folder.locked(), _logged(folder):
        print(summary(_examine(scenes, folder, options, settings)))


def watch(options: dict[str, Any], settings: Settings) -> None:
    """Examine what is new in a source, again and again; ends with a `KeyboardInterrupt`.

    Raises
    ------
    QuakeFringeError
    """
    if options["interval"] <= 0 or options["settle"] < 0:
        raise InputError(
            "The interval is more than 0 s and --settle at least 0 s; leave them at their defaults."
        )
    check_shared_files(settings)
    check_source(options["source"])
    folder = ArchiveFolder(options["out"])

    def examine(scenes: list[Scene]) -> None:
        if folder.missing(scenes, retry_failed=False):
            print(summary(_examine(scenes, folder, options, settings)), flush=True)

    with folder.locked(), _logged(folder):
        folder.prepare(settings)
        print(f"Watching “{options['source']}” every {options['interval']:g} s.", flush=True)
        watch_source(lambda: _find(options), examine, options["interval"], options["settle"])


def _find(options: dict[str, Any]) -> list[Scene]:
    return find_scenes(options["source"], options["since"], options["max_scenes"], options["asset"])


def _examine(
    scenes: list[Scene], folder: ArchiveFolder, options: dict[str, Any], settings: Settings
) -> RunCount:
    """Run over the scenes with a progress bar, and write the results."""
    cluster = ClusterOptions(options["scheduler"], options["workers"], options["threads"], options["memory"])
    if options["time_limit"] is not None and options["time_limit"] <= 0:
        raise InputError("The time limit is more than 0 s; leave --time-limit out for none.")
    scene_options = ExamineOptions(
        settings, options["threads"], options["time_limit"], options["heatmaps"], options["thumbnails"]
    )
    chosen = RunOptions(scene_options, cluster, options["retry_failed"])
    with tqdm(unit="scene", disable=None, smoothing=0.1) as bar:

        def started(number: int, client: Client) -> None:
            bar.reset(total=number)
            bar.write(f"{number} scenes to examine; dashboard: {client.dashboard_link}", file=sys.stderr)
            if not client.nthreads():
                bar.write("The scheduler has no worker yet; the run waits for one.", file=sys.stderr)

        def show(record: dict[str, Any]) -> None:
            if record["status"] == "failed":
                bar.write(f"{record['path']}: {record['error']}", file=sys.stderr)
            bar.update()

        count = run_archive(scenes, folder, chosen, started=started, watch=show)
    write_results(folder)
    return count


def summary(count: RunCount) -> str:
    """What a run did, in a few lines."""
    examined = count.done + count.failed
    lines = [f"{examined} scenes examined, {count.failed} of them failed; {count.known} had a record before."]
    if examined and count.seconds:
        busy = count.scene_seconds / (count.seconds * count.workers)
        lines.append(
            f"{count.seconds:.1f} s on {count.workers} {'worker' if count.workers == 1 else 'workers'}, "
            f"{count.scene_seconds / examined:.2f} s a scene; "
            f"{100 * max(0.0, 1 - busy):.0f} % of the workers' time was spent outside scenes."
        )
    return "\n".join(lines)


class LogFile(logging.FileHandler):
    """The log of an archive; a full disk must not fill the terminal with tracebacks of lost lines."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Leave the line out; what is wrong with the disk is said by the file that matters."""


@contextmanager
def _logged(folder: ArchiveFolder) -> Iterator[None]:
    """Append the messages of this package to the folder's log."""
    package = logging.getLogger(__package__)
    handler = LogFile(folder.log, encoding="utf-8", errors="surrogateescape")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = package.level
    package.addHandler(handler)
    package.setLevel(logging.INFO)
    try:
        yield
    except QuakeFringeError as error:
        package.error("%s", error)
        raise
    finally:
        package.removeHandler(handler)
        handler.close()
        package.setLevel(level)
