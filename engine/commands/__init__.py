"""Sub-commands of ``python -m quakefringe.engine``: one module each, with a ``main(arguments) -> status``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Callable

from ..errors import QuakeFringeError

SUBCOMMANDS = {
    "source": "magnitude, depth and mechanism of an earthquake",
    "decompose": "decomposition of several looks into up and east",
    "hazard": "what an earthquake did to the ground, and who lives there",
}
"""Name of each sub-command, which is also the name of its module here, and what it does.

Any other first argument is the path of an interferogram to search; a file with such a name is given as
``./decompose``.
"""


READER_LEFT = 128 + 13
"""Exit status of a command whose reader has gone, as in `… | head`: what a shell shows for SIGPIPE."""


def run(name: str, arguments: Sequence[str]) -> int:
    """Run one sub-command; returns the exit status."""
    module = import_module(f".{name}", __package__)
    return int(module.main(arguments))


def exit_status(work: Callable[[], None], words: Callable[[str], str] = str) -> int:
    """Do a command's work.

    Parameters
    ----------
    work : callable
    words : callable
        What an error says on the command line.

    Returns
    -------
    int
        0; 1 after an error, which goes to the standard error on one line; 130 after an interrupt; 141 when
        nobody reads the output any more.
    """
    try:
        work()
        sys.stdout.flush()
    except QuakeFringeError as error:
        sys.stderr.write(f"{words(str(error))}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # what is still buffered goes nowhere, or Python would complain about it at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    return 0
