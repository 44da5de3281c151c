"""Command line: ``python -m quakefringe.archive COMMAND``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import Any, Optional

from ..engine.__main__ import parser as engine_parser
from ..engine.errors import QuakeFringeError
from ..engine.settings import Settings

DESCRIPTION = """Examine an archive of interferograms on this machine or on a Dask cluster. What was examined
before is left alone, so the same command continues after an interruption and takes in new scenes."""
INTERRUPTED = "interrupted; run the same command again, it continues."


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; returns 0 if it worked, 2 on bad input, 130 if it was interrupted."""
    options = vars(parser().parse_args(arguments))
    try:
        from . import commands

        previous = signal.signal(signal.SIGTERM, _interrupt)
        try:
            command = commands.watch if options["command"] == "watch" else commands.run
            command(options, Settings(**_settings(options)))
        finally:
            signal.signal(signal.SIGTERM, previous)
    except QuakeFringeError as error:
        return _fail(str(error), 2)
    except ModuleNotFoundError as error:
        return _fail(f"the package '{error.name}' is missing; install quakefringe[archive].", 2)
    except KeyboardInterrupt:
        if options["command"] == "watch":
            print("Stopped.")
            return 0
        return _fail(INTERRUPTED, 130)
    return 0


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
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=DESCRIPTION,
        parents=[_engine_options()],
        conflict_handler="resolve",
    )
    command.add_argument(
        "source",
        metavar="SOURCE",
        help="folder tree, text or CSV list, STAC catalogue or item collection (JSON or GeoParquet), pattern "
        "in quotes, or one product",
    )
    command.add_argument("--out", required=True, metavar="FOLDER", help="folder for the results")
    _add_choice(command)
    _add_cluster(command)
    return command


def _engine_options() -> argparse.ArgumentParser:
    """Options of a search that hold for all scenes; those for one scene are left out."""
    one_scene = {
        "path",
        "quiet",
        "verbose",
        "heatmap",
        "heads",
        "boxes",
        "report",
        "result",
        "extent",
        "help",
    }
    out = argparse.ArgumentParser(add_help=False)
    group = out.add_argument_group(
        "how each scene is read and searched", "As in python -m quakefringe.engine."
    )
    for action in engine_parser()._actions:
        if action.dest not in one_scene:
            group._add_action(action)
    return out


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


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in Settings.__dataclass_fields__}


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _fail(message: str, status: int) -> int:
    print(f"quakefringe.archive: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
