"""Decompose two or more looks of one event into up and east displacement."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Sequence
from typing import Optional

from ..decomposition import DecompositionSettings, LookChoice, decompose
from ..decomposition.result import Decomposition
from ..decomposition.settings import NORTH, RAMPS
from ..errors import InputError
from . import exit_status

DESCRIPTION = """Decompose the line-of-sight displacement of two or more interferograms of one event
(ascending and descending) into up and east, with their uncertainty. Two looks: north is fixed to zero. Three:
north too."""
EPILOGUE = """Files: up.tif, east.tif, north.tif (where solved), up_sigma.tif, east_sigma.tif, north_sigma.tif
with styles, and decomposition.json; all or none. Exit status: 0, 1 after an error, 130 when interrupted.
Example: python -m quakefringe.engine decompose ascending.unw.tif descending.unw.tif --folder out"""


def parser() -> argparse.ArgumentParser:
    """The parser of this sub-command."""
    out = argparse.ArgumentParser(
        prog="python -m quakefringe.engine decompose", description=DESCRIPTION, epilog=EPILOGUE
    )
    out.add_argument(
        "look", nargs="+", help="unwrapped phase or displacement; wrapped phase is unwrapped first"
    )
    out.add_argument("--folder", metavar="DIR", required=True, help="existing folder for the results")
    out.add_argument(
        "--heading",
        type=float,
        nargs="+",
        metavar="DEG",
        help=(
            "flight direction of each look, clockwise from north, in the order of the looks; nan: the "
            "product's"
        ),
    )
    out.add_argument(
        "--incidence",
        type=float,
        nargs="+",
        metavar="DEG",
        help="incidence angle of each look; nan: the product's",
    )
    out.add_argument(
        "--left-looking", action="store_true", help="the antenna looks to the left of the flight"
    )
    out.add_argument("--wavelength", type=float, metavar="M", help="radar wavelength in metres, of all looks")
    out.add_argument(
        "--quantity",
        choices=("wrapped", "unwrapped", "displacement"),
        help="what the values are, of all looks",
    )
    out.add_argument("--unit", choices=("rad", "deg", "cycle", "m", "cm", "mm"), help="unit of the values")
    out.add_argument(
        "--positive", choices=("toward", "away"), help="meaning of positive values, of all looks"
    )
    out.add_argument(
        "--coherence-threshold", type=float, metavar="C", help="leave out pixels below it, 0 to 1"
    )
    _add_method(out)
    out.add_argument("--quiet", action="store_true", help="print nothing but errors")
    return out


def _add_method(out: argparse.ArgumentParser) -> None:
    out.add_argument(
        "--pixel", type=float, metavar="M", help="pixel size in metres (default: the coarsest look's)"
    )
    out.add_argument(
        "--ramp", choices=RAMPS, default="auto", help="what is taken out of each look (%(default)s)"
    )
    out.add_argument("--north", choices=NORTH, default="auto", help="how north is treated (%(default)s)")
    out.add_argument(
        "--north-sigma",
        type=float,
        metavar="M",
        help=(
            "size of the north motion that is neglected, for the uncertainty (default: as large as the "
            "motion seen)"
        ),
    )
    out.add_argument("--event-date", metavar="DATE", help="date of the event, which every look must span")
    out.add_argument(
        "--source", metavar="JSON", help="source estimate whose north motion is taken instead of zero"
    )


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one decomposition; returns the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> None:
    settings = DecompositionSettings(
        pixel_m=options.pixel,
        ramp=options.ramp,
        north=options.north,
        north_sigma_m=options.north_sigma,
        event_date=options.event_date,
        source=options.source,
    )
    result = decompose(_looks(options), settings, folder=options.folder)
    if not options.quiet:
        _print(result)


def _looks(options: argparse.Namespace) -> list[LookChoice]:
    """The looks with their angles and reading options."""
    count = len(options.look)
    names = ("wavelength", "quantity", "unit", "positive", "coherence_threshold")
    shared = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    angles = []
    for name in ("heading", "incidence"):
        values = getattr(options, name) or [math.nan] * count
        if len(values) != count:
            raise InputError(
                f"Give one {name} for each of the {count} looks, in their order; nan where unknown."
            )
        angles.append([None if math.isnan(value) else value for value in values])
    return [
        LookChoice(path, heading, incidence, options.left_looking, shared)
        for path, heading, incidence in zip(options.look, *angles)
    ]


def _print(result: Decomposition) -> None:
    for name, facts in result.statistics().items():
        if facts["lowest_m"] is not None:
            sys.stdout.write(
                f"{name:5s} {facts['lowest_m']:+.2f} to {facts['highest_m']:+.2f} m, "
                f"uncertainty {100 * facts['median_sigma_m']:.1f} cm\n"
            )
    for note in result.notes:
        sys.stdout.write(f"{note}\n")
    for warning in result.warnings:
        sys.stderr.write(f"Warning: {warning}\n")
