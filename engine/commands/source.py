"""Estimate the magnitude, depth and mechanism of an earthquake from one or more interferograms."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import Optional

from ..errors import OutputError
from ..source.settings import SourceSettings
from ..source_output.area import box_extent
from ..source_output.box_fields import write_to_box
from ..source_output.options import SourceFiles, SourceOptions
from ..source_output.run import SourceRun, run_source
from ..source_output.words import headline, plane_words
from . import exit_status

DESCRIPTION = """Estimate the magnitude, depth, mechanism and size of an earthquake, with 90 % intervals, from
one to eight interferograms of it (unwrapped phase or displacement). Each path is one look: one direction of
view."""
EPILOGUE = """Exit status: 0, 1 after an error, 2 where the command is wrong, 130 when interrupted.
Example: python -m quakefringe.engine source ascending.unw.tif descending.unw.tif --box boxes.gpkg
--folder out"""
READING = (
    "quantity",
    "unit",
    "positive",
    "layer",
    "date",
    "corrections",
    "coherence_threshold",
    "wavelength",
)


def parser() -> argparse.ArgumentParser:
    """The parser of this sub-command."""
    out = argparse.ArgumentParser(
        prog="python -m quakefringe.engine source", description=DESCRIPTION, epilog=EPILOGUE
    )
    out.add_argument("look", nargs="+", help="unwrapped phase or displacement, one path for each look")
    place = out.add_mutually_exclusive_group()
    place.add_argument("--box", metavar="GPKG", help="boxes of a detection: estimate the source of one box")
    place.add_argument(
        "--extent",
        type=float,
        nargs=4,
        metavar=("WEST", "SOUTH", "EAST", "NORTH"),
        help="the part of the ground that moved, in degrees (default: the whole scenes)",
    )
    out.add_argument("--rank", type=int, default=1, metavar="N", help="number of the box (default: 1)")
    _add_geometry(out)
    _add_reading(out)
    _add_files(out)
    out.add_argument("--catalogue", metavar="FILE", help="catalogue of earthquakes to compare with")
    out.add_argument("--time", metavar="ISO", help="time or day of the earthquake (UTC), for QuakeML")
    out.add_argument(
        "--rigidity",
        type=float,
        default=SourceSettings.rigidity_pa / 1e9,
        metavar="GPA",
        help="rigidity of the rock in GPa (default: %(default)g)",
    )
    out.add_argument("--seed", type=int, default=0, help="seed of the random numbers (default: 0)")
    out.add_argument(
        "--network", action="store_true", help="draw half of the search's faults from the source network"
    )
    out.add_argument("--quiet", action="store_true", help="print the magnitude only")
    out.add_argument("--verbose", action="store_true", help="log the steps to the standard error")
    return out


def _add_geometry(out: argparse.ArgumentParser) -> None:
    geometry = out.add_argument_group("geometry", "Only where the products have no look vectors.")
    geometry.add_argument(
        "--heading",
        type=float,
        nargs="+",
        metavar="DEG",
        help="flight direction clockwise from north: one for all looks, or one for each",
    )
    geometry.add_argument(
        "--incidence", type=float, nargs="+", metavar="DEG", help="incidence angle: one, or one for each look"
    )


def _add_reading(out: argparse.ArgumentParser) -> None:
    reading = out.add_argument_group("how all looks are read", "By default as their products describe it.")
    reading.add_argument("--wavelength", type=float, metavar="M", help="radar wavelength in metres")
    reading.add_argument(
        "--quantity", choices=("wrapped", "unwrapped", "displacement"), help="what the values are"
    )
    reading.add_argument(
        "--unit", choices=("rad", "deg", "cycle", "m", "cm", "mm"), help="unit of the values"
    )
    reading.add_argument("--positive", choices=("toward", "away"), help="meaning of positive values")
    reading.add_argument(
        "--turn", type=int, nargs="+", default=[], metavar="N", help="numbers of looks whose sign is turned"
    )
    reading.add_argument("--layer", metavar="NAME", help="layer of a product with several")
    reading.add_argument("--date", help="date or pair of a time series")
    reading.add_argument("--corrections", metavar="NAMES", help="corrections of the product to subtract")
    reading.add_argument(
        "--coherence-threshold", type=float, metavar="C", help="leave out pixels of less coherence, 0 to 1"
    )


def _add_files(out: argparse.ArgumentParser) -> None:
    files = out.add_argument_group("files to write", "All of them are written, or none.")
    files.add_argument(
        "--folder",
        metavar="DIR",
        help="existing folder for all of them: source.json, source.gpkg, source.html, source.xml where the "
        "time is known, and maps of data, model and residual",
    )
    files.add_argument("--json", metavar="JSON", dest="result", help="the estimate as JSON")
    files.add_argument("--layers", metavar="GPKG", help="fault, centroid and points as GeoPackage")
    files.add_argument("--quakeml", metavar="XML", help="the estimate as QuakeML 1.2")
    files.add_argument("--page", metavar="HTML", help="page with panels, beachball and distributions")
    files.add_argument("--maps", metavar="DIR", help="existing folder for GeoTIFFs of each look")
    files.add_argument("--report", metavar="HTML", help="report of a detection, which gets a chapter")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one estimate; returns the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> None:
    done = run_source(options.look, _options(options), files=_files(options))
    warning = options.box and write_to_box(options.box, options.rank, done.estimate, done.run_id)
    _print(done, options.quiet, [*done.warnings, *([warning] if warning else [])])


def _options(options: argparse.Namespace) -> SourceOptions:
    extent = tuple(options.extent) if options.extent else None
    if options.box:
        extent = box_extent(options.box, options.rank)
    return SourceOptions(
        extent=extent,
        heading=tuple(options.heading) if options.heading else None,
        incidence=tuple(options.incidence) if options.incidence else None,
        catalogue=options.catalogue,
        time=options.time,
        rigidity_pa=options.rigidity * 1e9,
        seed=options.seed,
        network=options.network,
        turned=tuple(options.turn),
        **{name: getattr(options, name) for name in READING},
    )


def _files(options: argparse.Namespace) -> SourceFiles:
    targets = {name: getattr(options, name) for name in ("result", "layers", "quakeml", "page", "maps")}
    if options.folder:
        if not os.path.isdir(options.folder):
            raise OutputError(f"The folder “{options.folder}” does not exist; create it or choose another.")
        names = {"result": "source.json", "layers": "source.gpkg", "page": "source.html"}
        for name, file in names.items():
            targets[name] = targets[name] or os.path.join(options.folder, file)
        targets["maps"] = targets["maps"] or options.folder
    inputs = [path for path in (*options.look, options.box, options.catalogue) if path]
    return SourceFiles(
        inputs,
        report=options.report,
        optional_quakeml=os.path.join(options.folder, "source.xml") if options.folder else None,
        **targets,
    )


def _print(done: SourceRun, quiet: bool, warnings: Sequence[str]) -> None:
    sys.stdout.write(f"Mw {done.estimate.mw:.2f}\n" if quiet else f"{headline(done.estimate)}\n")
    if quiet:
        return
    for warning in warnings:
        sys.stderr.write(f"Warning: {warning}\n")
    sys.stdout.write(f"{plane_words(done.estimate)}\n{done.estimate.verdict}\n")
