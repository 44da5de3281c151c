"""The toolbar button and the menu Raster ▸ QuakeFringe."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QAction

from ..engine.errors import InputError, QuakeFringeError
from . import styles
from .background import Background
from .opener import Opener
from .presentation import REPORT
from .resources import NAME, icon
from .run import DetectionRun
from .sources import source_of_layer

DETECT = "Detect earthquakes in the active layer"


class Toolbar(Background):
    """The plugin's actions, their state, and the detection runs that they start."""

    def __init__(self, iface, opener: Opener):
        super().__init__(iface)
        self.opener = opener
        self.detect = self._action(DETECT, "quakefringe", self.run_detection)
        self.wrapped = self._action(
            "Wrapped phase style", "wrapped", lambda: self._style(styles.apply_wrapped)
        )
        self.displacement = self._action(
            "Displacement style", "displacement", lambda: self._style(styles.apply_displacement)
        )
        self.open_product = self._action("Open product…", "open", lambda: self._dialog("quakefringe:open"))
        self.open_folder = self._action("Open product folder…", "folder", self.opener.choose_folder)
        self.report = self._action("Report of the active result", "report", self._open_layer_report)
        self.diagnose = self._action("Diagnose", "diagnose", lambda: self._dialog("quakefringe:diagnose"))
        self.actions = (
            self.detect,
            self.report,
            self.wrapped,
            self.displacement,
            self.open_product,
            self.open_folder,
            self.diagnose,
        )

    def show(self) -> None:
        """Add the actions to QGIS."""
        self.iface.addToolBarIcon(self.detect)
        for action in self.actions:
            self.iface.addPluginToRasterMenu(NAME, action)
        self.iface.currentLayerChanged.connect(self.refresh)
        self.refresh()

    def remove(self) -> None:
        """Remove the actions and stop all runs."""
        self.iface.currentLayerChanged.disconnect(self.refresh)
        super().remove()
        self.iface.removeToolBarIcon(self.detect)
        for action in self.actions:
            self.iface.removePluginRasterMenu(NAME, action)
            action.deleteLater()

    def refresh(self, *_layer) -> None:
        """Enable the actions that apply to the active layer; the tooltip gives the reason if none does."""
        layer = self.iface.activeLayer()
        reason = self._unusable(layer)
        self.detect.setEnabled(not reason)
        self.detect.setToolTip(f"<b>{DETECT}</b><br>{reason or layer.name()}")
        for action in (self.wrapped, self.displacement):
            action.setEnabled(isinstance(layer, QgsRasterLayer))
        self.report.setEnabled(bool(layer is not None and layer.customProperty(REPORT)))

    def run_detection(self) -> Optional[DetectionRun]:
        """Start detection on the active layer; None when it cannot be an interferogram."""
        layer = self.iface.activeLayer()
        reason = self._unusable(layer)
        if reason:
            self._show(reason, Qgis.MessageLevel.Warning)
            return None
        run = DetectionRun(layer)
        self.begin(run, f"Searching “{run.scene}” for earthquakes…")
        self.refresh()
        return run

    def _unusable(self, layer) -> str:
        """The reason why detection cannot run on a layer; empty when it can."""
        try:
            source_of_layer(layer)
        except InputError as error:
            return str(error)
        if any(run.layer_id == layer.id() for run in self.runs):
            return (
                f"Detection is running on “{layer.name()}” already; wait for the result or cancel that run."
            )
        return ""

    def _done(self, run: DetectionRun, results: dict) -> None:
        source = QgsProject.instance().mapLayer(run.layer_id)
        if source is not None:  # QGIS has made the new layers active
            self.iface.setActiveLayer(source)
        self.forget(run)
        present = results["DETECTED"]
        text = f"{run.scene}: {results['LABEL']}"
        boxes = results["BOX_COUNT"]
        if boxes:
            text += f", {boxes} box{'es' if boxes > 1 else ''}"
        if run.warnings:
            text += f". Note: {' '.join(run.warnings)}"
        path = results.get("REPORT")
        button = ("Open report", lambda: open_file(path)) if path else None
        self._show(text, Qgis.MessageLevel.Warning if present else Qgis.MessageLevel.Info, 0, button)

    def _failed(self, run: DetectionRun, reason: str) -> None:
        self.forget(run)
        if reason:
            self._show(f"{run.scene}: {reason}", Qgis.MessageLevel.Critical, 0)
        else:
            self._show(f"{run.scene}: cancelled; no files were written.", Qgis.MessageLevel.Info)

    def forget(self, run: DetectionRun) -> None:
        """Drop a run that has ended, and update the button."""
        super().forget(run)
        self.refresh()

    def _style(self, apply: Callable[[QgsRasterLayer], str]) -> None:
        layer = self.iface.activeLayer()
        try:
            note = apply(layer)
        except QuakeFringeError as error:
            self._show(str(error), Qgis.MessageLevel.Warning)
            return
        self.iface.layerTreeView().refreshLayerSymbology(layer.id())
        if note:
            self._show(f"{layer.name()}: {note}", Qgis.MessageLevel.Info)

    def _dialog(self, algorithm: str) -> None:
        from processing import execAlgorithmDialog

        execAlgorithmDialog(algorithm, {})

    def _open_layer_report(self) -> None:
        layer = self.iface.activeLayer()
        open_file(layer.customProperty(REPORT))

    def _action(self, text: str, icon_name: str, slot: Callable) -> QAction:
        action = QAction(icon(icon_name), text, self.iface.mainWindow())
        action.setObjectName(f"quakefringe_{icon_name}")
        action.triggered.connect(lambda _checked=False: slot())
        return action


def open_file(path: str) -> None:
    """Open a file in the user's browser."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
