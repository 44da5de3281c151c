"""Detect earthquakes in one interferogram without QGIS."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Sequence
from typing import Optional

from .commands import SUBCOMMANDS, exit_status
from .commands import run as run_subcommand
from .detection import Settings, detect
from .percent import percent
from .results import Box, Result

DESCRIPTION = """Detect earthquakes in an interferogram. The verdict and the boxes are printed; warnings go to
the standard error."""
EPILOGUE = """Exit status: 0 when the run succeeds, whatever the verdict; 1 after an error, which is printed
on one line; 130 when the run is interrupted; 141 when the reader of its output leaves. Example: python -m
quakefringe.engine scene.tif --boxes boxes.gpkg --report report.html. Other commands: """
EPILOGUE += "; ".join(f"{name} ({purpose})" for name, purpose in SUBCOMMANDS.items())
EPILOGUE += "; each explains itself with --help."


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    out = argparse.ArgumentParser(
        prog="python -m quakefringe.engine", description=DESCRIPTION, epilog=EPILOGUE
    )
    out.add_argument(
        "path",
        nargs="+",
        help="the interferogram: a raster, or the file, folder or archive of a product; several paths are "
        "frames of one track and are joined",
    )
    out.add_argument("--quiet", action="store_true", help="print the verdict only")
    out.add_argument("--verbose", action="store_true", help="log the steps of the run to the standard error")
    _add_files(out)
    add_search_options(out)
    return out


def add_search_options(out: argparse.ArgumentParser, one_scene: bool = True) -> None:
    """Add the options of `Settings`.

    Parameters
    ----------
    out : argparse.ArgumentParser
    one_scene : bool
        Whether they are for one scene, so that a part of it or its dates can be given.
    """
    _add_reading(out)
    _add_origin(out, one_scene)
    _add_detection(out, one_scene)
    _add_surroundings(out)


def _add_files(out: argparse.ArgumentParser) -> None:
    files = out.add_argument_group("files to write", "All of them are written, or none if the run fails.")
    files.add_argument("--heatmap", metavar="TIF", help="heatmap as GeoTIFF, 0 to 1")
    files.add_argument(
        "--heads", metavar="TIF", help="attention of each head of the network as bands of a GeoTIFF, 0 to 1"
    )
    files.add_argument("--boxes", metavar="GPKG", help="boxes as GeoPackage")
    files.add_argument("--report", metavar="HTML", help="report with maps, as one HTML file")
    files.add_argument("--json", metavar="JSON", dest="result", help="result with all window scores, as JSON")


def _add_reading(out: argparse.ArgumentParser) -> None:
    reading = out.add_argument_group(
        "how the interferogram is read", "By default as its product describes it."
    )
    reading.add_argument("--band", type=int, metavar="N", help="band of a plain raster, from 1")
    reading.add_argument(
        "--quantity",
        choices=("wrapped", "unwrapped", "displacement", "displacement_cm", "displacement_mm"),
        help="what the values are; in a product with several layers, the layer to read",
    )
    reading.add_argument(
        "--layer", metavar="NAME", help="layer of a product with several, or a part of its name, such as VV"
    )
    reading.add_argument(
        "--date",
        help="date or pair of a time series, such as 20200101_20200113 (default: the largest step)",
    )
    reading.add_argument(
        "--corrections",
        metavar="NAMES",
        help='corrections of the product to subtract: "all", "none", or names separated by commas '
        "(default: none)",
    )
    reading.add_argument(
        "--unit", choices=("rad", "deg", "cycle", "m", "cm", "mm"), help="unit of the values"
    )
    reading.add_argument("--crs", help="coordinate system of the raster, such as EPSG:32611")
    reading.add_argument("--nodata", type=float, metavar="VALUE", help="stored value that means no data")
    reading.add_argument(
        "--cell", type=float, metavar="M", help="size of the cells of a table of points (default: 100)"
    )
    reading.add_argument(
        "--positive",
        choices=("toward", "away"),
        help="whether positive values mean motion toward the satellite or away from it",
    )
    reading.add_argument("--wavelength", type=float, metavar="M", help="radar wavelength in metres")
    reading.add_argument(
        "--coherence-threshold",
        type=float,
        metavar="C",
        help="leave out pixels with a lower coherence, 0 to 1; 0 keeps all",
    )
    reading.add_argument(
        "--dem",
        metavar="RASTER",
        help="elevation model in metres, in any coordinate system; "
        '"none" for no elevation (default: the product\'s own, if it has one)',
    )
    reading.add_argument(
        "--dem-crs", metavar="CRS", help="coordinate system of the elevation model, such as EPSG:32611"
    )


def _add_origin(out: argparse.ArgumentParser, one_scene: bool) -> None:
    reading = out.add_argument_group("what the file does not say")
    reading.add_argument(
        "--product", choices=("plain",), help="read a plain raster, whatever product its name suggests"
    )
    reading.add_argument(
        "--pixel-size",
        type=float,
        metavar="M",
        dest="pixel_m",
        help="width of a pixel in metres, for rasters without a coordinate system",
    )
    if one_scene:
        reading.add_argument(
            "--acquired",
            nargs=2,
            metavar="DATE",
            help="dates of the two acquisitions, such as 2015-04-17 2015-04-29 (default: the product's)",
        )


def _add_detection(out: argparse.ArgumentParser, one_scene: bool) -> None:
    detection = out.add_argument_group("how earthquakes are detected")
    if one_scene:
        detection.add_argument(
            "--extent",
            type=float,
            nargs=4,
            metavar=("XMIN", "YMIN", "XMAX", "YMAX"),
            help="part of the scene to search, in its coordinate system (default: the whole scene)",
        )
    detection.add_argument(
        "--threshold",
        type=float,
        metavar="P",
        help="probability, 0 to 1, from which an earthquake is called present (default: the model's)",
    )
    detection.add_argument(
        "--scales", type=int, metavar="N", help="use only the N coarsest scales (default: all)"
    )
    detection.add_argument(
        "--backend",
        choices=("auto", "numpy", "onnxruntime"),
        default=Settings.backend,
        help="library that runs the model (default: %(default)s, onnxruntime if it is installed, else numpy)",
    )
    detection.add_argument("--model", metavar="ONNX", help="model file (default: the one of the plugin)")
    detection.add_argument(
        "--batch",
        type=int,
        metavar="N",
        default=Settings.batch,
        help="windows that the network processes at once; fewer need less memory (default: %(default)s)",
    )


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one detection, or the sub-command that comes first; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments and arguments[0] in SUBCOMMANDS:
        return run_subcommand(arguments[0], arguments[1:])
    options = vars(parser().parse_args(arguments))
    paths, quiet = _separate(options.pop("path")), options.pop("quiet")
    files = {name: options.pop(name) for name in ("heatmap", "boxes", "report", "result", "heads")}
    for name in ("extent", "acquired"):
        if options[name] is not None:
            options[name] = tuple(options[name])
    logging.basicConfig(level=logging.DEBUG if options.pop("verbose") else logging.WARNING)

    def search() -> None:
        result = detect(paths[0] if len(paths) == 1 else paths, Settings(**options), **files)
        sys.stdout.write(f"{result.label}\n")
        if not quiet:
            _print_details(result)

    return exit_status(search, with_options)


def _separate(paths: Sequence[str]) -> list[str]:
    """Paths with semicolons between them, as Processing takes them, one by one."""
    return [
        part.strip()
        for path in paths
        for part in (path.split(";") if ";" in path and not os.path.exists(path) else [path])
        if part.strip()
    ] or list(paths)


def with_options(text: str) -> str:
    """A message with options of the command line, such as (--unit), for Processing's parameters (UNIT)."""
    return re.sub(
        r"\((UNIT|QUANTITY|CRS|DATE|CORRECTIONS|LAYER|CELL)\)", lambda m: f"(--{m.group(1).lower()})", text
    )


def _add_surroundings(out: argparse.ArgumentParser) -> None:
    around = out.add_argument_group("earthquakes and faults nearby", "They are optional.")
    around.add_argument(
        "--catalogue",
        metavar="FILE",
        help="earthquake catalogue (QuakeML, FDSN text, USGS GeoJSON or CSV, ISC CSV, GCMT ndk, point layer)",
    )
    around.add_argument(
        "--catalogue-tolerance",
        type=float,
        metavar="DAYS",
        default=Settings.catalogue_tolerance,
        help="days around the two dates in which events count as well (default: %(default)s)",
    )
    around.add_argument(
        "--catalogue-fields",
        metavar="MAP",
        help="fields of a table or point layer, such as magnitude=M_best,time=Origin (default: by name)",
    )
    around.add_argument("--faults", metavar="FILE", help="line layer of faults, to name the nearest one")


def _print_details(result: Result) -> None:
    for warning in result.warnings:
        sys.stderr.write(f"Warning: {with_options(warning)}\n")
    for box in result.boxes:
        sys.stdout.write(f"{_box_line(box)}\n")
    for sentence in (result.catalogue or {}).get("sentences", ()):
        sys.stdout.write(f"{sentence}\n")


def _box_line(box: Box) -> str:
    """One line on a box, such as `1 earthquake 93 % at 85.150, 28.400, 10 × 9 km, peak -12.3 cm`."""
    line = f"{box.rank:3d} {box.class_name} {percent(box.probability)}"
    if box.lon is not None and box.lat is not None:
        line += f" at {box.lon:.3f}, {box.lat:.3f}"
    if box.width_km is not None:
        line += f", {box.width_km:.0f} × {box.height_km:.0f} km"
    if box.peak_los_cm is not None:
        line += f", peak {box.peak_los_cm:+.1f} cm towards the satellite"
    return line


if __name__ == "__main__":
    sys.exit(main())
