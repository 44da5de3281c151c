"""Assess what an earthquake did to the ground, and who lives there."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Optional

from ..decomposition.fault_plane import FaultPlane
from ..errors import InputError
from ..hazard import HazardResult, HazardSettings, assess
from ..hazard.settings import POPULATION_UNITS
from . import exit_status

DESCRIPTION = """Zones of uplift and subsidence, tilt and strain, the fault and its distance to places,
modelled shaking, and people, settlements, buildings and roads in each of them."""
EPILOGUE = """All files are written, or none. Exit status: 0, 1 after an error, 130 when interrupted. Example:
python -m quakefringe.engine hazard folder-of-decompose --source source.json --population people.tif
--settlements places.gpkg --page hazard.html --layers hazard.gpkg --json hazard.json"""
FAULT = ("longitude", "latitude", "depth", "strike", "dip", "length", "width")


def parser() -> argparse.ArgumentParser:
    """The parser of this sub-command."""
    out = argparse.ArgumentParser(
        prog="python -m quakefringe.engine hazard", description=DESCRIPTION, epilog=EPILOGUE
    )
    out.add_argument(
        "displacement", help="raster of vertical displacement in metres, or the folder of decompose"
    )
    out.add_argument("--one-look", action="store_true", help="the displacement is one interferogram")
    out.add_argument("--east", metavar="TIF", help="displacement east in metres, for the strain")
    out.add_argument("--north", metavar="TIF", help="displacement north in metres, for the strain")
    out.add_argument("--levels", type=float, nargs="+", metavar="M", help="levels of the zones in metres")
    source = out.add_argument_group("source", "The source estimate, or the fault in numbers.")
    source.add_argument("--source", metavar="JSON", help="result of the source estimate")
    source.add_argument("--mw", type=float, help="moment magnitude")
    for name in FAULT:
        unit = "KM" if name in ("depth", "length", "width") else "DEG"
        source.add_argument(f"--{name}", type=float, metavar=unit, help=f"{name} of the fault")
    source.add_argument("--rake", type=float, metavar="DEG", default=90.0, help="rake (default: %(default)s)")
    exposed = out.add_argument_group("exposure")
    exposed.add_argument("--population", metavar="RASTER", help="people, in any coordinate system")
    exposed.add_argument(
        "--population-unit",
        choices=POPULATION_UNITS,
        default="count",
        help="count a pixel, or density per km²",
    )
    exposed.add_argument("--settlements", metavar="LAYER", help="points or polygons with names")
    exposed.add_argument("--name-field", metavar="FIELD", help="field with the names of the settlements")
    exposed.add_argument("--buildings", metavar="LAYER", help="points or polygons")
    exposed.add_argument("--roads", metavar="LAYER", help="lines")
    files = out.add_argument_group("files to write")
    files.add_argument("--page", metavar="HTML", help="the hazard page")
    files.add_argument("--layers", metavar="GPKG", help="all layers with styles")
    files.add_argument("--json", metavar="JSON", dest="result", help="all figures")
    out.add_argument("--quiet", action="store_true", help="print nothing but errors")
    return out


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one assessment; returns the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> None:
    names = (
        "displacement",
        "one_look",
        "east",
        "north",
        "source",
        "population",
        "population_unit",
        "settlements",
        "name_field",
        "buildings",
        "roads",
    )
    settings = HazardSettings(
        **{name: getattr(options, name) for name in names},
        levels_m=tuple(options.levels or ()),
        fault=_fault(options),
        mw=options.mw,
    )
    result = assess(settings, page=options.page, package=options.layers, result=options.result)
    if not options.quiet:
        _print(result)


def _fault(options: argparse.Namespace) -> Optional[FaultPlane]:
    values = {name: getattr(options, name) for name in FAULT}
    missing = [name for name, value in values.items() if value is None]
    if len(missing) == len(values):
        return None
    if missing:
        raise InputError(f"The fault is incomplete: give its {', '.join(missing)} too.")
    longitude, latitude, *shape = (float(values[name]) for name in FAULT)
    depth, strike, dip, length, width = shape
    return FaultPlane(longitude, latitude, depth, strike, dip, length, width, options.rake)


def _print(result: HazardResult) -> None:
    for theme in result.themes:
        sys.stdout.write(f"{theme.title}\n")
        people = theme.exposed.people
        for index, (band, area) in enumerate(zip(theme.classes.bands, theme.classes.areas_km2())):
            if area > 0:
                counted = "" if people is None else f", {people[index]:,.0f} people"
                sys.stdout.write(f"  {band.label}: {area:,.0f} km²{counted}\n")
    for warning in result.warnings:
        sys.stderr.write(f"Warning: {warning}\n")
