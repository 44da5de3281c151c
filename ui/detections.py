"""All searches of the window: started from the toolbar or the panel, kept, shown and announced."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import pyqtSignal

from ..engine.errors import InputError, QuakeFringeError
from ..engine.output.run_folder import read_summary
from . import desktop
from .background import Background
from .corrections import Corrections
from .detection_run import DetectionRun
from .i18n import tr
from .kept_results.location import is_temporary, new_folder
from .kept_results.register import Register, kept_run
from .options.preferences import detection_parameters, load_preferences
from .options.threads import apply_threads
from .sources import source_of_layer
from .verdict_words import message_of


class Detections(Background):
    """Starts searches, and tells the window about their progress and their results.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    register : Register
        The runs of the project, to which every run with a result is added.
    """

    started = pyqtSignal(object)
    progressed = pyqtSignal(object, float)
    looked = pyqtSignal(object, object)
    """The run and the `RunSummary` of its first look."""
    finished = pyqtSignal(object, object)
    """The run and its `KeptRun`."""
    stopped = pyqtSignal(object, str)
    """The run and the reason; empty when the user cancelled."""
    changed = pyqtSignal()
    """The set of running searches has changed."""

    def __init__(self, iface, register: Register):
        super().__init__(iface)
        self.register = register
        self.is_watched: Callable[[], bool] = lambda: False
        """Whether the user sees the progress elsewhere, so that no message is needed."""

    def start(
        self,
        layer: Optional[QgsRasterLayer],
        parameters: Optional[dict[str, Any]] = None,
        first_look: bool = False,
        heads: bool = False,
    ) -> Optional[DetectionRun]:
        """Search a layer; None, with a message, when it cannot be an interferogram.

        Parameters
        ----------
        parameters : dict, optional
            Parameters of ``quakefringe:detect`` that go before the preferences.
        first_look : bool
            Whether to report a first verdict from the coarsest scales.
        heads : bool
            Whether to keep the maps of the network's heads as well.
        """
        reason = self.unusable(layer)
        if reason:
            self._show(reason, Qgis.MessageLevel.Warning)
            return None
        preferences = load_preferences()
        apply_threads(preferences.threads)
        try:
            source = source_of_layer(layer)
            folder = new_folder(preferences, QgsProject.instance(), source.path, source.name)
        except QuakeFringeError as error:
            self._show(str(error), Qgis.MessageLevel.Critical, 0)
            return None
        corrections = Corrections.of_layer(layer)
        run = DetectionRun(
            layer,
            folder,
            {**detection_parameters(preferences), **corrections.parameters(), **(parameters or {})},
            first_look,
            heads,
        )
        run.progressed.connect(self.progressed)
        run.looked.connect(self.looked)
        self.begin(run, tr("Searching “{scene}” for earthquakes…").format(scene=run.scene))
        self.started.emit(run)
        self.changed.emit()
        return run

    def unusable(self, layer) -> str:
        """The reason why a layer cannot be searched now; empty when it can."""
        try:
            source_of_layer(layer)
        except InputError as error:
            return str(error)
        if self.run_of(layer.id()) is not None:
            return tr(
                "Detection is running on “{name}” already; wait for the result or cancel that run."
            ).format(name=layer.name())
        return ""

    def run_of(self, layer_id: str) -> Optional[DetectionRun]:
        """The search that is running on a layer."""
        return next((run for run in self.runs if run.layer_id == layer_id), None)

    def forget(self, run: DetectionRun) -> None:
        """Drop a run that has ended."""
        super().forget(run)
        self.changed.emit()

    def announces(self) -> bool:
        """Whether messages are needed."""
        return not self.is_watched()

    def _done(self, run: DetectionRun, results: dict) -> None:
        self.forget(run)
        try:
            summary = read_summary(results["RESULT"])
        except QuakeFringeError as error:
            self._show(f"{run.scene}: {error}", Qgis.MessageLevel.Critical, 0)
            self.stopped.emit(run, str(error))
            return
        run.summary = summary
        kept = kept_run(summary, run.scene, results["RESULT"], is_temporary(run.folder.path), run.layer_id)
        self.register.add(kept)
        if self.announces():
            self._announce(run, results)
        self.finished.emit(run, kept)

    def _announce(self, run: DetectionRun, results: dict) -> None:
        text = f"{run.scene}: {message_of(run.summary)}"
        if run.warnings:
            text += " " + tr("Note: {warnings}").format(warnings=" ".join(run.warnings))
        path = results.get("REPORT")
        button = (tr("Open report"), lambda: desktop.open_file(path)) if path else None
        level = Qgis.MessageLevel.Warning if results["DETECTED"] else Qgis.MessageLevel.Info
        self._show(text, level, 0, button)

    def _failed(self, run: DetectionRun, reason: str) -> None:
        self.forget(run)
        run.folder.discard()
        if reason:
            self._show(f"{run.scene}: {reason}", Qgis.MessageLevel.Critical, 0)
        else:
            self._show(
                tr("{scene}: cancelled; no files were written.").format(scene=run.scene),
                Qgis.MessageLevel.Info,
            )
        self.stopped.emit(run, reason)
