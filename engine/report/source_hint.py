"""How to estimate the source of a box: the exact command and the parameters of Processing."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from html import escape
from typing import Optional

from ..products.containers.gdalio import short_name
from ..raster.grid import Grid
from ..raster.longitude import near_longitude
from ..results import Box


def source_hint(boxes: Sequence[Box], grid: Grid, path: str) -> str:
    """A folded section for each box that can be placed on the ground, as HTML; empty without any.

    Parameters
    ----------
    boxes : sequence of Box
    grid : Grid
        Of the result; its coordinate system is that of the boxes.
    path : str
        The interferogram; several frames are separated by "; ".
    """
    parts = []
    for box in boxes:
        extent = _degrees(box, grid)
        if extent is None:
            continue
        degrees = " ".join(f"{value:.4f}" for value in extent)
        scene = shlex.quote(path)
        command = (
            f"python -m quakefringe.engine source {scene} --extent {degrees} "
            f"--page source_{box.rank}.html --json source_{box.rank}.json"
        )
        west, south, east, north = extent
        process = (
            f"qgis_process run quakefringe:source --INPUT={scene} "
            f"--EXTENT='{west:.4f},{east:.4f},{south:.4f},{north:.4f} [EPSG:4326]' "
            f"--REPORT=source_{box.rank}.html"
        )
        parts.append(
            f'<details class="source-hint"><summary>Estimate the source of box {box.rank}</summary>'
            "<p>In QGIS: <i>Processing ▸ QuakeFringe ▸ Estimate the earthquake's source</i>, "
            f"<b>Interferograms</b> {escape(short_name(path))}, <b>Boxes of a detection</b> the box layer, "
            f"<b>Number of the box</b> {box.rank}; or run the action <i>Estimate the source</i> on the box "
            "on the map. Add a second interferogram from another direction where there is one.</p>"
            f"<pre><code>{escape(command)}</code></pre><pre><code>{escape(process)}</code></pre></details>"
        )
    return "".join(parts)


def _degrees(box: Box, grid: Grid) -> Optional[tuple[float, float, float, float]]:
    """West, south, east, north of a box; None without a coordinate system."""
    xmin, ymin, xmax, ymax = box.extent
    try:
        corners = [grid.lonlat(x, y) for x in (xmin, xmax) for y in (ymin, ymax)]
    except ValueError:
        return None
    longitudes = [near_longitude(lon, corners[0][0]) for lon, _ in corners]
    latitudes = [lat for _, lat in corners]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)
