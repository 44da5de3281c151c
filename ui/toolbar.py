"""The toolbar buttons and the menu Raster ▸ QuakeFringe."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import Qgis, QgsRasterLayer
from qgis.PyQt.QtWidgets import QAction

from ..engine.errors import QuakeFringeError
from . import desktop, styles
from .detection_run import DetectionRun
from .detections import Detections
from .i18n import tr
from .messages import show_message
from .opener import Opener
from .resources import NAME, icon


class Toolbar:
    """The plugin's actions and their state.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    opener : Opener
    detections : Detections
    toggle_panel : QAction
        Shows and hides the panel.
    try_sample, draw_profile, open_archive : callable
        Load the sample; start to draw the line of a profile; ask for the results of an archive.
    report_of : callable
        report_of(layer) -> path of the report of a result layer, empty when there is none.
    """

    def __init__(
        self,
        iface,
        opener: Opener,
        detections: Detections,
        panel: QAction,
        report_of,
        try_sample,
        draw_profile,
        open_archive,
    ):
        self.iface = iface
        self.opener = opener
        self.detections = detections
        self._report_of = report_of
        self.panel = panel
        self.detect = self._action(self._detect_text(), "detect", self.run_detection)
        self.sample = self._action(tr("Try it on the sample"), "sample", try_sample)
        self.report = self._action(tr("Report of the active result"), "report", self._open_layer_report)
        self.profile = self._action(tr("Profile along a line"), "profile", draw_profile)
        self.wrapped = self._action(
            tr("Wrapped phase style"), "wrapped", lambda: self._style(styles.apply_wrapped)
        )
        self.displacement = self._action(
            tr("Displacement style"), "displacement", lambda: self._style(styles.apply_displacement)
        )
        self.open_product = self._action(
            tr("Open product…"), "open", lambda: self._dialog("quakefringe:open")
        )
        self.open_folder = self._action(tr("Open product folder…"), "folder", self.opener.choose_folder)
        self.open_archive = self._action(tr("Open archive results…"), "archive", open_archive)
        self.diagnose = self._action(tr("Diagnose"), "diagnose", lambda: self._dialog("quakefringe:diagnose"))
        self.help = self._action(tr("Help"), "help", desktop.open_help)
        self.actions = (
            self.panel,
            self.detect,
            self.sample,
            self.report,
            self.profile,
            self.wrapped,
            self.displacement,
            self.open_product,
            self.open_folder,
            self.open_archive,
            self.diagnose,
            self.help,
        )

    @property
    def runs(self) -> list[DetectionRun]:
        """The running searches."""
        return self.detections.runs

    def show(self) -> None:
        """Add the actions to QGIS."""
        self.iface.addToolBarIcon(self.panel)
        self.iface.addToolBarIcon(self.detect)
        for action in self.actions:
            self.iface.addPluginToRasterMenu(NAME, action)
        self.iface.currentLayerChanged.connect(self.refresh)
        self.detections.changed.connect(self.refresh)
        self.refresh()

    def remove(self) -> None:
        """Remove the actions."""
        self.iface.currentLayerChanged.disconnect(self.refresh)
        self.detections.changed.disconnect(self.refresh)
        self.iface.removeToolBarIcon(self.panel)
        self.iface.removeToolBarIcon(self.detect)
        for action in self.actions:
            self.iface.removePluginRasterMenu(NAME, action)
            action.deleteLater()

    def refresh(self, *_layer) -> None:
        """Enable the actions that apply to the active layer; the tooltip gives the reason if none does."""
        layer = self.iface.activeLayer()
        reason = self.detections.unusable(layer)
        self.detect.setEnabled(not reason)
        self.detect.setToolTip(f"<b>{self._detect_text()}</b><br>{reason or layer.name()}")
        for action in (self.wrapped, self.displacement, self.profile):
            action.setEnabled(isinstance(layer, QgsRasterLayer))
        self.report.setEnabled(bool(self._report_of(layer)))

    def run_detection(self) -> Optional[DetectionRun]:
        """Start detection on the active layer; None when it cannot be an interferogram."""
        return self.detections.start(self.iface.activeLayer(), first_look=self.detections.is_watched())

    def _style(self, apply: Callable[[QgsRasterLayer], str]) -> None:
        layer = self.iface.activeLayer()
        try:
            note = apply(layer)
        except QuakeFringeError as error:
            show_message(self.iface, str(error), Qgis.MessageLevel.Warning)
            return
        self.iface.layerTreeView().refreshLayerSymbology(layer.id())
        if note:
            show_message(self.iface, f"{layer.name()}: {note}", Qgis.MessageLevel.Info)

    def _dialog(self, algorithm: str) -> None:
        from processing import execAlgorithmDialog

        execAlgorithmDialog(algorithm, {})

    def _open_layer_report(self) -> None:
        path = self._report_of(self.iface.activeLayer())
        if desktop.is_file(path):
            desktop.open_file(path)
        else:
            text = tr("The report “{path}” does not exist any more; search the interferogram again.")
            show_message(self.iface, text.format(path=path), Qgis.MessageLevel.Warning)

    def _detect_text(self) -> str:
        return tr("Detect earthquakes in the active layer")

    def _action(self, text: str, icon_name: str, slot: Callable) -> QAction:
        action = QAction(icon(icon_name), text, self.iface.mainWindow())
        action.setObjectName(f"quakefringe_{icon_name}")
        action.triggered.connect(lambda _checked=False: slot())
        return action
