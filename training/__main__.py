"""Command line: ``python -m quakefringe.training COMMAND``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Optional

from ..engine.errors import QuakeFringeError
from .commands import fitting, scoring, source, source_scoring
from .messages import shown_on_terminal

DESCRIPTION = """\
Train and score QuakeFringe's network.

The usual order: train on simulated interferograms, crossvalidate on real ones, evaluate, calibrate, export.
Every command has its own help: python -m quakefringe.training COMMAND --help"""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; returns 0 if it worked, 2 on bad input, 130 if it was interrupted."""
    options = parser().parse_args(arguments)
    try:
        with shown_on_terminal():
            options.command(options)
    except QuakeFringeError as error:
        return _fail(str(error), 2)
    except ModuleNotFoundError as error:
        return _fail(f"the package '{error.name}' is missing; install quakefringe[training].", 2)
    except KeyboardInterrupt:
        return _fail("interrupted; continue with the same command, or with --resume after train.", 130)
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="python -m quakefringe.training",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    fitting.add_commands(commands)
    scoring.add_commands(commands)
    source.add_commands(commands)
    source_scoring.add_commands(commands)
    return top


def _fail(message: str, status: int) -> int:
    print(f"quakefringe.training: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
