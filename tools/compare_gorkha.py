"""Compare a decomposition of the Gorkha sample with the motion from which the sample was made.

Run ``python tools/compare_gorkha.py FOLDER``, with the folder that ``quakefringe:decompose`` wrote. It
prints, for up and east, the range of the truth, the largest error, and the share of pixels whose error lies
within the stated standard deviation: over all of them, and where the ground moved up or down by more than
20 cm.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from osgeo import gdal

from quakefringe.training.sample.scene import CENTROID, components
from quakefringe.training.simulation.sources.finite_fault import km_per_degree

MOVED_M = 0.2
STEP = 4
"""Every fourth pixel along each side is compared: the motion is smooth."""

gdal.UseExceptions()


def read(path: Path) -> np.ndarray:
    """Every `STEP`th pixel of a raster."""
    return np.asarray(gdal.Open(str(path)).ReadAsArray())[::STEP, ::STEP]


def main(folder: Path) -> None:
    """Print the comparison."""
    raster = gdal.Open(str(folder / "up.tif"))
    west, dx, _, north, _, dy = raster.GetGeoTransform()
    lon = west + dx * (np.arange(0, raster.RasterXSize, STEP) + 0.5)
    lat = north + dy * (np.arange(0, raster.RasterYSize, STEP) + 0.5)
    per_lat, per_lon = km_per_degree(float(lat.mean()))
    x, y = np.meshgrid((lon - CENTROID[0]) * per_lon, (lat - CENTROID[1]) * per_lat)
    truth = dict(zip(("east", "north", "up"), components(x, y)))
    moved = np.abs(truth["up"]) > MOVED_M
    print(f"north: {truth['north'].min():+.2f} to {truth['north'].max():+.2f} m in truth")
    for name in ("up", "east"):
        error = read(folder / f"{name}.tif") - truth[name]
        known = np.isfinite(error)
        inside = np.abs(error) < read(folder / f"{name}_sigma.tif")
        print(
            f"{name}: {truth[name].min():+.2f} to {truth[name].max():+.2f} m in truth; "
            f"error at most {np.nanpercentile(np.abs(error), 99.9):.2f} m; "
            f"within one standard deviation: {inside[known].mean():.0%} of all pixels, "
            f"{inside[known & moved].mean():.0%} of the ground that moved by more than {100 * MOVED_M:.0f} cm"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
