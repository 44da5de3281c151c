"""The pictures of one scene: its heatmap as a cloud-optimised GeoTIFF, and a thumbnail for the page."""

from __future__ import annotations

import math

import numpy as np
from osgeo import gdal

from ..engine.detection import open_with
from ..engine.output.geopackage import in_memory, take_bytes
from ..engine.raster.grid import Grid
from ..engine.report.pictures import encode_png, entries, overview, style_palette
from ..engine.results import Box, Result
from ..engine.settings import Settings

THUMBNAIL_PIXELS = 160
"""Longest side of a thumbnail: about 15 kB, and large enough to see fringes."""
FRAME_ENTRY = 255
"""Palette entry of the frames of boxes; the cyclic ramp ends one entry earlier."""
FRAME_COLOUR = (0, 0, 0, 255)
COG_OPTIONS = ["COMPRESS=DEFLATE", "PREDICTOR=FLOATING_POINT", "BLOCKSIZE=256", "OVERVIEW_RESAMPLING=AVERAGE"]


def heatmap_cog(result: Result) -> bytes:
    """The heatmap as a cloud-optimised GeoTIFF (float32, 0 to 1, NaN for no data).

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    with in_memory(".tif", "heatmap") as name:
        raster = gdal.GetDriverByName("MEM").Create(
            "", result.grid.width, result.grid.height, 1, gdal.GDT_Float32
        )
        raster.SetGeoTransform(result.grid.transform)
        if result.grid.has_crs:
            raster.SetProjection(result.grid.crs_wkt)
        band = raster.GetRasterBand(1)
        band.SetNoDataValue(float("nan"))
        band.SetDescription("attention heat, 0 to 1")
        band.WriteArray(np.ascontiguousarray(result.heat, dtype=np.float32))
        band = None
        gdal.GetDriverByName("COG").CreateCopy(name, raster, options=COG_OPTIONS)
        raster = None
        return take_bytes(name)


def thumbnail(path: str, settings: Settings, result: Result) -> bytes:
    """A small PNG of the fringes with the frames of the boxes.

    Parameters
    ----------
    path : str
        The interferogram, which is read once more.
    settings : Settings
        As for the result.
    result : Result

    Raises
    ------
    QuakeFringeError
        When the interferogram cannot be read.
    """
    interferogram = open_with(path, settings)
    phase = overview(interferogram, wrapped=True, longest=THUMBNAIL_PIXELS)
    picture = np.minimum(entries(phase, -math.pi, math.pi), FRAME_ENTRY - 1)
    colours = style_palette("wrapped")
    colours[FRAME_ENTRY] = FRAME_COLOUR
    for box in result.boxes:
        _draw_frame(picture, box, interferogram.grid)
    return encode_png(picture, colours)


def _draw_frame(picture: np.ndarray, box: Box, grid: Grid) -> None:
    """Draw the outline of a box, one pixel wide, into a picture of the whole grid."""
    height, width = picture.shape
    xmin, ymin, xmax, ymax = box.extent
    corners = [grid.colrow(x, y) for x, y in ((xmin, ymin), (xmax, ymax))]
    columns = sorted(min(max(0, int(c * width / grid.width)), width - 1) for c, _ in corners)
    rows = sorted(min(max(0, int(r * height / grid.height)), height - 1) for _, r in corners)
    picture[rows, columns[0] : columns[1] + 1] = FRAME_ENTRY
    picture[rows[0] : rows[1] + 1, columns] = FRAME_ENTRY
