"""The options of the command line."""

from __future__ import annotations

import argparse
from typing import Any

from ..engine.__main__ import add_search_options
from .options import THUMBNAILS

DESCRIPTION = """Examine an archive of interferograms on this machine or on a Dask cluster. What was examined
before is left alone, so the same command continues after an interruption and takes in new scenes."""


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m quakefringe.archive", description=DESCRIPTION)
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    run = _add_command(commands, "run", "examine all scenes of a source that have no result yet")
    run.add_argument("--retry-failed", action="store_true", help="examine scenes again that failed before")
    watch = _add_command(commands, "watch", "look at a source at intervals and examine what is new")
    watch.set_defaults(retry_failed=False)
    watch.add_argument(
        "--interval",
        type=float,
        default=600.0,
        metavar="S",
        help="seconds between two looks (default: %(default)g)",
    )
    watch.add_argument(
        "--settle",
        type=float,
        default=60.0,
        metavar="S",
        help="leave a file alone that changed in the last seconds (default: %(default)g)",
    )
    return top


def _add_command(commands: Any, name: str, purpose: str) -> argparse.ArgumentParser:
    """A command with the options that both commands have."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=purpose, description=DESCRIPTION)
    command.add_argument(
        "source",
        metavar="SOURCE",
        help="folder tree, text or CSV list, STAC catalogue or item collection (JSON or GeoParquet), pattern "
        "in quotes, or one product",
    )
    command.add_argument("--out", required=True, metavar="FOLDER", help="folder for the results")
    _add_choice(command)
    _add_cluster(command)
    _add_pictures(command)
    add_search_options(command, one_scene=False)
    return command


def _add_choice(command: argparse.ArgumentParser) -> None:
    choice = command.add_argument_group("which scenes")
    choice.add_argument(
        "--since", metavar="DATE", help="leave out scenes whose later acquisition is before this date"
    )
    choice.add_argument(
        "--max-scenes", type=int, metavar="N", help="take the first N scenes of the source only"
    )
    choice.add_argument(
        "--asset", metavar="NAME", help="STAC asset with the interferogram (default: by its name)"
    )


def _add_cluster(command: argparse.ArgumentParser) -> None:
    cluster = command.add_argument_group("where to run")
    cluster.add_argument(
        "--scheduler", metavar="ADDRESS", help="running Dask scheduler, such as tcp://host:8786"
    )
    cluster.add_argument(
        "--workers", type=int, metavar="N", help="processes on this machine (default: all cores)"
    )
    cluster.add_argument(
        "--threads", type=int, default=1, metavar="N", help="threads of each worker (default: %(default)s)"
    )
    cluster.add_argument(
        "--memory",
        default="auto",
        metavar="SIZE",
        help="memory of each worker, such as 4GiB (default: an equal share of the machine's)",
    )
    cluster.add_argument(
        "--time-limit", type=float, metavar="S", help="give a scene up after so many seconds"
    )


def _add_pictures(command: argparse.ArgumentParser) -> None:
    pictures = command.add_argument_group("pictures of the scenes")
    pictures.add_argument(
        "--heatmaps", action="store_true", help="keep each heatmap as a cloud-optimised GeoTIFF"
    )
    pictures.add_argument(
        "--thumbnails",
        choices=THUMBNAILS,
        default=THUMBNAILS[0],
        help="scenes that get a picture on the page; each is read once more for it (default: %(default)s, "
        "those in which anything was found)",
    )
