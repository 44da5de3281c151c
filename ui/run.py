"""Processing algorithms run in the background by QGIS' task manager, for the window and dropped files."""

from __future__ import annotations

import time
from typing import Optional

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsProject,
    QgsTask,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, pyqtSignal

from .feedback import CollectingFeedback
from .i18n import tr
from .presentation import Placer
from .processing.open_product import OpenProduct
from .sources import source_of_path

PAUSE_MS = 10
"""Time for the window between two layers of a result."""


class AlgorithmRun(QObject):
    """One run of an algorithm.

    Emits either `done` or `failed` once, on the main thread, unless `abandon` was called.

    Parameters
    ----------
    algorithm : QgsProcessingAlgorithm
        A new instance.
    parameters : dict
    scene : str
        Name of the scene, for messages.
    """

    done = pyqtSignal(object, dict)
    """The run and the outputs of the algorithm, whose layers are in the project by then."""
    failed = pyqtSignal(object, str)
    """The run and the reason, which is empty when the user cancelled."""
    progressed = pyqtSignal(object, float)
    """The run and its progress in per cent."""

    REQUIRED_OUTPUT = ""
    """A run without this output has failed."""
    SILENT = False
    """Whether QGIS says nothing at its end (since QGIS 3.26)."""
    MAKES_ACTIVE = True
    """Whether the layers become the active ones, as QGIS makes every layer that it adds to the layer tree."""
    _alive: set[AlgorithmRun] = set()
    # The task's C++ code uses context and feedback, so the run is referenced here until the task ends.

    def __init__(self, algorithm: QgsProcessingAlgorithm, parameters: dict, scene: str):
        super().__init__()
        self.scene = scene
        self._algorithm = algorithm
        self._parameters = parameters
        self._project = QgsProject.instance()
        self._context = QgsProcessingContext()
        self._context.setProject(self._project)
        self._feedback = CollectingFeedback()
        self._abandoned = False
        self.task: Optional[QgsProcessingAlgRunnerTask] = None

    def start(self) -> None:
        """Prepare the algorithm on this thread and add it to the task manager."""
        algorithm = self._algorithm.create()
        good, message = algorithm.checkParameterValues(self._parameters, self._context)
        if not good:
            self.failed.emit(self, message)
            return
        self.task = _task(algorithm, self._parameters, self._context, self._feedback, self.SILENT)
        if self.task.isCanceled():  # preparation failed, so `executed` would never be emitted
            self.failed.emit(self, self._reason())
            return
        self.task.setDescription(f"{self._algorithm.displayName()}: {self.scene}")
        self.task.executed.connect(self._finish)
        self.task.progressChanged.connect(self._progress)
        self._alive.add(self)
        QgsApplication.taskManager().addTask(self.task)

    @property
    def warnings(self) -> list[str]:
        """Warnings of the algorithm."""
        return list(self._feedback.warnings)

    def cancel(self) -> None:
        """Ask the run to stop; it then emits `failed`."""
        self._feedback.cancel()
        if self.task is not None and self.task in QgsApplication.taskManager().tasks():
            self.task.cancel()

    def abandon(self, wait: float = 0.0) -> None:
        """Stop without a signal, for a project or plugin that is being closed.

        Parameters
        ----------
        wait : float
            Longest wait for the end of the run, in seconds.
        """
        self._abandoned = True
        self.cancel()
        deadline = time.monotonic() + wait
        # QgsTask.waitForFinished would hold Python's interpreter lock, which the worker needs to finish.
        while self in self._alive and time.monotonic() < deadline:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            time.sleep(0.02)

    @classmethod
    def abandon_all(cls, wait: float) -> None:
        """Stop every run, also those of a project that was closed, because QGIS is being closed."""
        for run in list(cls._alive):
            run.abandon(wait)

    def ended(self) -> None:
        """Called once when the task has ended, whatever became of it."""

    def _progress(self, percent: float) -> None:
        if not self._abandoned:
            self.progressed.emit(self, percent)

    def _finish(self, ok: bool, results: dict) -> None:
        # QGIS shows "Task complete" right after this; our message must lie on top of it.
        QTimer.singleShot(0, lambda: self._report(ok, results))

    def _report(self, ok: bool, results: dict) -> None:
        self._alive.discard(self)
        self.ended()
        if self._abandoned:
            return
        if not ok or self.REQUIRED_OUTPUT not in results:
            self.failed.emit(self, "" if self._feedback.isCanceled() else self._reason())
            return
        self._load_next(list(self._context.layersToLoadOnCompletion().items()), [], results)

    def _load_next(self, left: list, failed: list[str], results: dict) -> None:
        """Add one layer after the other, with pauses for the window, so that it does not freeze."""
        if self._abandoned:
            return
        if left:
            (path, details), *rest = left
            if not self._load(path, details):
                failed.append(path)
            QTimer.singleShot(PAUSE_MS, lambda: self._load_next(rest, failed, results))
        elif failed:
            text = tr("QGIS could not load the result {paths}; see the Log Messages panel.")
            self.failed.emit(self, text.format(paths=", ".join(failed)))
        else:
            self.done.emit(self, results)

    def _reason(self) -> str:
        return " ".join(self._feedback.errors) or tr("The run failed; see the Log Messages panel.")

    def _load(self, path: str, details: QgsProcessingContext.LayerDetails) -> bool:
        """Add a result to the project as the toolbox does; False when QGIS cannot load it."""
        layer = QgsProcessingUtils.mapLayerFromString(path, self._context, True, details.layerTypeHint)
        if layer is None or not layer.isValid():
            return False
        details.setOutputLayerName(layer)
        post_processor = details.postProcessor()
        if isinstance(post_processor, Placer):
            post_processor.adds_to_tree = not self.MAKES_ACTIVE
        in_tree = self.MAKES_ACTIVE or not isinstance(post_processor, Placer)
        self._project.addMapLayer(self._context.takeResultLayer(layer.id()), in_tree)
        if post_processor is not None:
            post_processor.postProcessLayer(layer, self._context, self._feedback)
        return True


def _task(algorithm, parameters, context, feedback, silent: bool) -> QgsProcessingAlgRunnerTask:
    """The task of a run, which QGIS may stop without a question when it closes (since QGIS 3.26)."""
    flags = QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt
    if silent and hasattr(QgsTask.Flag, "Silent"):
        flags |= QgsTask.Flag.Silent
    try:
        return QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback, flags)
    except TypeError:
        return QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)


class OpeningRun(AlgorithmRun):
    """Opens a product and adds its layers to the map."""

    REQUIRED_OUTPUT = "LOADED"

    def __init__(self, path: str):
        parameters = {"INPUT": path, "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}
        super().__init__(OpenProduct(), parameters, source_of_path(path).name)
