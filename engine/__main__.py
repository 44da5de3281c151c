"""Detection without QGIS: python -m quakefringe.engine PATH --json result.json

Prints the verdict; the exit status is 0 for any verdict, 1 for an error (told in one line), 130 for a cancel.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Optional

from .detection import Settings, detect
from .errors import QuakeFringeError


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(prog="python -m quakefringe.engine", description=__doc__)
    out.add_argument(
        "path",
        nargs="+",
        help="interferogram: a raster, or a product's file, folder or archive; several frames of one track",
    )
    files = out.add_argument_group("files to write")
    files.add_argument("--heatmap", metavar="TIF")
    files.add_argument("--boxes", metavar="GPKG")
    files.add_argument("--report", metavar="HTML")
    files.add_argument("--json", metavar="JSON", dest="result")
    out.add_argument("--band", type=int)
    out.add_argument("--quantity", choices=("wrapped", "unwrapped", "displacement"))
    out.add_argument("--layer", help="layer of a product with several")
    out.add_argument("--date", help="date or pair of a time series, such as 20200101_20200113")
    out.add_argument(
        "--corrections",
        metavar="NAMES",
        help='corrections of the product to subtract: "none", "all", or names with commas between',
    )
    out.add_argument("--unit", choices=("rad", "m", "cm", "mm"))
    out.add_argument("--positive", choices=("toward", "away"))
    out.add_argument("--wavelength", type=float, metavar="M")
    out.add_argument("--coherence-threshold", type=float, metavar="C")
    out.add_argument("--dem", metavar="RASTER", help='elevation model; "none": not even the one found beside')
    out.add_argument("--extent", type=float, nargs=4, metavar=("XMIN", "YMIN", "XMAX", "YMAX"))
    out.add_argument("--threshold", type=float, metavar="P")
    out.add_argument("--scales", type=int, metavar="N")
    out.add_argument("--backend", choices=("auto", "numpy", "onnxruntime"), default="auto")
    out.add_argument("--model", metavar="ONNX")
    out.add_argument("--batch", type=int, default=Settings.batch)
    out.add_argument("--quiet", action="store_true", help="print the verdict only")
    return out


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one detection; returns the exit status."""
    chosen = vars(parser().parse_args(arguments))
    paths, quiet = chosen.pop("path"), chosen.pop("quiet")
    files = {name: chosen.pop(name) for name in ("heatmap", "boxes", "report", "result")}
    if chosen["extent"] is not None:
        chosen["extent"] = tuple(chosen["extent"])
    try:
        result = detect(paths[0] if len(paths) == 1 else paths, Settings(**chosen), **files)
    except QuakeFringeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(f"{result.label}\n")
    if not quiet:
        for warning in result.warnings:
            sys.stderr.write(f"Warning: {warning}\n")
        for box in result.boxes:
            peak = (
                "" if box.peak_los_cm is None else f", peak {box.peak_los_cm:+.1f} cm towards the satellite"
            )
            place = "" if box.lon is None or box.lat is None else f" at {box.lon:.3f}, {box.lat:.3f}"
            sys.stdout.write(
                f"{box.rank:3d} {box.class_name} {100 * box.probability:.0f} %{place}"
                f"{'' if box.width_km is None else f', {box.width_km:.0f} × {box.height_km:.0f} km'}{peak}\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
