"""Command line: ``python -m quakefringe.archive COMMAND``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import Any, Optional

from ..engine.errors import QuakeFringeError
from ..engine.settings import Settings
from .parser import parser
from .shared_files import with_absolute_paths

INTERRUPTED = "interrupted; run the same command again, it continues."


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; returns 0 if it worked, 2 on bad input, 130 if it was interrupted."""
    options = vars(parser().parse_args(arguments))
    try:
        from . import commands

        previous = signal.signal(signal.SIGTERM, _interrupt)
        try:
            command = commands.watch if options["command"] == "watch" else commands.run
            command(options, with_absolute_paths(Settings(**_settings(options))))
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


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in Settings.__dataclass_fields__}


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _fail(message: str, status: int) -> int:
    print(f"quakefringe.archive: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
