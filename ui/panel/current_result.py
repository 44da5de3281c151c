"""The result that the panel shows, and what its buttons do with it."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject

from ...engine.errors import QuakeFringeError
from ...engine.output.run_folder import RunSummary, read_summary
from .. import desktop
from ..corrections import Corrections
from ..kept_results.register import KeptRun
from ..kept_results.reopen import run_of
from ..profile.tool import ProfileTool
from ..sources import path_of_uri
from .next_steps import CATALOGUE, HAZARD, PROFILE, REPORT, SOURCE, open_algorithm

ZOOM_MARGIN = 1.4
"""Width of the map in widths of the box that it is zoomed to."""


class CurrentResult(QObject):
    """The run whose verdict is shown."""

    def __init__(self, iface, profile: ProfileTool, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._iface = iface
        self._profile = profile
        self.run: Optional[KeptRun] = None
        self.summary: Optional[RunSummary] = None
        self._layer_id = ""

    def set(self, run: KeptRun, summary: RunSummary, layer_id: str) -> None:
        """Show another result."""
        self.run, self.summary, self._layer_id = run, summary, layer_id

    def clear(self) -> None:
        """Show none."""
        self.run, self.summary, self._layer_id = None, None, ""

    def read(self, run: KeptRun) -> Optional[RunSummary]:
        """The result of a run; None when its file is gone."""
        try:
            return read_summary(run.result)
        except QuakeFringeError:
            return None

    def zoom_to(self, box: dict[str, Any]) -> None:
        """Show a box on the map."""
        extent, crs = self._extent(box)
        canvas = self._iface.mapCanvas()
        target = canvas.mapSettings().destinationCrs()
        if crs.isValid() and target.isValid() and crs != target:
            try:
                transform = QgsCoordinateTransform(crs, target, QgsProject.instance())
                extent = transform.transformBoundingBox(extent)
            except QgsCsException:
                return
        extent.scale(ZOOM_MARGIN)
        canvas.setExtent(extent)
        canvas.refresh()

    def step(self, name: str, box: Optional[dict[str, Any]]) -> None:
        """Open the report, or the dialog of a further algorithm with its inputs filled in."""
        if self.run is None or self.summary is None:
            return
        if name == REPORT:
            desktop.open_file(self.run.folder.report)
            return
        if name == PROFILE:
            if box is not None:
                self._profile.through_box(self._layer_id, str(self.summary.input.get("path", "")), box)
            return
        layer = self.layer()
        values: dict[str, Any] = {} if layer is None else Corrections.of_layer(layer).parameters()
        values.update(INPUT=self._input(), DETECTION_REPORT=self.run.folder.report)
        if name == SOURCE and box is not None:
            values.update(INPUT=[self._input()], BOX=self.run.folder.boxes, RANK=box.get("rank"))
        if name == HAZARD:
            values["ONE_LOOK"] = True  # one interferogram; a decomposition is chosen in the dialog
        if name in (SOURCE, HAZARD) and self.summary.input.get("wavelength_m"):
            values["WAVELENGTH"] = self.summary.input["wavelength_m"]
        open_algorithm({SOURCE: SOURCE, HAZARD: HAZARD, CATALOGUE: "detect"}[name], values)

    def layer(self) -> Optional[QgsRasterLayer]:
        """The interferogram's layer; None when the project does not have it."""
        layers = QgsProject.instance().mapLayers()
        if self._layer_id in layers:
            return layers[self._layer_id]
        path = str(self.summary.input.get("path", "")) if self.summary else ""
        rasters = (one for one in layers.values() if isinstance(one, QgsRasterLayer) and not run_of(one))
        return next((one for one in rasters if path and path_of_uri(one.source()) == path), None)

    def is_of_another(self, layer: Optional[QgsMapLayer]) -> bool:
        """Whether a layer is an interferogram, and not the one of this result."""
        if not isinstance(layer, QgsRasterLayer) or run_of(layer):
            return False
        own = self.layer()
        return own is None or own.id() != layer.id()

    def _input(self) -> str:
        """The interferogram: its layer while it is in the project, else its file."""
        layer = self.layer()
        if layer is not None:
            return str(layer.id())
        return str(self.summary.input.get("path", "")) if self.summary else ""

    def _extent(self, box: dict[str, Any]) -> tuple[QgsRectangle, QgsCoordinateReferenceSystem]:
        wkt = self.summary.input.get("crs_wkt", "") if self.summary else ""
        return QgsRectangle(*box["extent"]), QgsCoordinateReferenceSystem.fromWkt(wkt or "")
