"""Command line: ``python -m quakefringe.training.sample FOLDER``; always makes the same files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Optional

from ...engine.errors import QuakeFringeError
from .files import write, write_ascending, write_quiet
from .scene import ASCENDING, QUIET_SEED, simulate


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Make one of the scenes; returns 0 if it was written, 1 if not."""
    parser = argparse.ArgumentParser(
        prog="python -m quakefringe.training.sample",
        description="Simulate the sample, the 2015 Gorkha earthquake in a descending Sentinel-1 pair, "
        "in the layout of LiCSAR. It has the dates of real acquisitions but contains no measured data.",
    )
    parser.add_argument("folder", help="folder to write the GeoTIFFs to")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--ascending",
        action="store_true",
        help="make the second look: the same earthquake from the ascending pass, with other weather",
    )
    kinds.add_argument(
        "--quiet",
        action="store_true",
        help="make the small scene without an earthquake: part of the same frame, twelve days earlier",
    )
    options = parser.parse_args(arguments)
    try:
        if options.quiet:
            paths = write_quiet(options.folder, simulate(QUIET_SEED, earthquake=False))
        elif options.ascending:
            paths = write_ascending(options.folder, simulate(track=ASCENDING))
        else:
            paths = write(options.folder, simulate())
    except QuakeFringeError as error:
        print(error, file=sys.stderr)
        return 1
    for path in paths:
        print(f"{os.path.getsize(path) / 1e6:6.2f} MB  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
