"""What the heatmap's layer can show: the combined attention, a single head, or the mask."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Optional

from osgeo import gdal
from qgis.core import QgsDataProvider, QgsProject, QgsRasterLayer

from ...engine.output.run_folder import RunFolder
from ..i18n import tr
from ..presentation import ROLE, RUN

_HEAD = re.compile(r"head (\d+)")


@dataclass(frozen=True)
class HeatmapBand:
    """One entry of the list.

    Attributes
    ----------
    title : str
    path : str
        GeoTIFF that holds it.
    band : int
        From 1.
    """

    title: str
    path: str
    band: int


def bands_of(folder: RunFolder) -> list[HeatmapBand]:
    """Everything that a run has kept: the combined attention first."""
    found = [HeatmapBand(tr("combined attention"), folder.heatmap, 1)]
    if not os.path.isfile(folder.heads):
        return found
    try:
        raster = gdal.Open(folder.heads)
    except RuntimeError:  # damaged; the combined attention remains
        raster = None
    if raster is None:
        return found
    names = [raster.GetRasterBand(number).GetDescription() for number in range(1, raster.RasterCount + 1)]
    return found + [HeatmapBand(_title(name), folder.heads, i) for i, name in enumerate(names, start=1)]


def heatmap_of(project: QgsProject, run_id: str) -> Optional[QgsRasterLayer]:
    """The layer of a run's heatmap; None when it is not on the map."""
    rasters = [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsRasterLayer) and run_id and layer.customProperty(RUN) == run_id
    ]
    return next((one for one in rasters if one.customProperty(ROLE, "heatmap") == "heatmap"), None)


def reads(layer: QgsRasterLayer, path: str) -> bool:
    """Whether a layer shows this file."""
    return os.path.abspath(layer.source()) == os.path.abspath(path)


def read_from(layer: QgsRasterLayer, path: str) -> None:
    """Let a layer read another file; its style and its place in the project stay."""
    if not reads(layer, path):
        options = QgsDataProvider.ProviderOptions()
        options.transformContext = QgsProject.instance().transformContext()
        layer.setDataSource(path, layer.name(), "gdal", options)


def _title(description: str) -> str:
    head = _HEAD.search(description)
    return tr("head {number}").format(number=head.group(1)) if head else tr("mask of deformed ground")
