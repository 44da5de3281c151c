"""The toolbox's algorithms in the background, started by buttons and drops: on QGIS' task manager."""

from __future__ import annotations

import time
from typing import Optional

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, pyqtSignal

from .processing.detect import Detect
from .processing.open_product import OpenProduct
from .sources import source_of_path


class _Feedback(QgsProcessingFeedback):
    """Remembers what went wrong and what the user was warned of; called from the worker's thread."""

    def __init__(self):
        super().__init__(False)
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def reportError(self, error, fatalError=False):
        self.errors.append(error)
        super().reportError(error, fatalError)

    def pushWarning(self, warning):
        self.warnings.append(warning)
        super().pushWarning(warning)


class AlgorithmRun(QObject):
    """One run of an algorithm.

    The signals come on the main thread, one of `done` and `failed` exactly once, unless `abandon` was called.

    Parameters
    ----------
    algorithm : QgsProcessingAlgorithm
        A fresh one.
    parameters : dict
    scene : str
        What it works on, for people.
    """

    done = pyqtSignal(object, dict)
    """The run and the algorithm's outputs; the layers are in the project by then."""
    failed = pyqtSignal(object, str)
    """The run and one sentence, which is empty when the user cancelled."""

    NEEDED = ""
    """An output without which the run has failed."""
    _alive: set[AlgorithmRun] = set()
    # The task uses context and feedback from C++ after Python has let go of them: kept until it has ended.

    def __init__(self, algorithm: QgsProcessingAlgorithm, parameters: dict, scene: str):
        super().__init__()
        self.scene = scene
        self._algorithm = algorithm
        self._parameters = parameters
        self._project = QgsProject.instance()
        self._context = QgsProcessingContext()
        self._context.setProject(self._project)
        self._feedback = _Feedback()
        self._abandoned = False
        self.task: Optional[QgsProcessingAlgRunnerTask] = None

    def start(self) -> None:
        """Prepare on this thread and hand over to the task manager."""
        algorithm = self._algorithm.create()
        good, message = algorithm.checkParameterValues(self._parameters, self._context)
        if not good:
            self.failed.emit(self, message)
            return
        self.task = QgsProcessingAlgRunnerTask(algorithm, self._parameters, self._context, self._feedback)
        if self.task.isCanceled():  # it could not be prepared, and would never say that it has ended
            self.failed.emit(self, self._reason())
            return
        self.task.setDescription(f"{self._algorithm.displayName()}: {self.scene}")
        self.task.executed.connect(self._finish)
        self._alive.add(self)
        QgsApplication.taskManager().addTask(self.task)

    @property
    def warnings(self) -> list[str]:
        """What the user should know about the result."""
        return list(self._feedback.warnings)

    def cancel(self) -> None:
        """Ask the run to stop; `failed` follows."""
        self._feedback.cancel()
        if self.task is not None and self.task in QgsApplication.taskManager().tasks():
            self.task.cancel()

    def abandon(self, wait: float = 0.0) -> None:
        """Stop and tell nobody: project or plugin are going away. Waits so many seconds for the end."""
        self._abandoned = True
        self.cancel()
        deadline = time.monotonic() + wait
        # QgsTask.waitForFinished would hold Python's lock, without which the worker cannot end.
        while self in self._alive and time.monotonic() < deadline:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            time.sleep(0.02)

    def _finish(self, ok: bool, results: dict) -> None:
        # QGIS says "Task complete" right after this; what we have to say shall lie on top of it.
        QTimer.singleShot(0, lambda: self._tell(ok, results))

    def _tell(self, ok: bool, results: dict) -> None:
        self._alive.discard(self)
        if self._abandoned:
            return
        if not ok or self.NEEDED not in results:
            self.failed.emit(self, "" if self._feedback.isCanceled() else self._reason())
            return
        lost = self._load_layers()
        if lost:
            self.failed.emit(self, f"The result {', '.join(lost)} could not be loaded; see the log.")
            return
        self.done.emit(self, results)

    def _reason(self) -> str:
        return " ".join(self._feedback.errors) or "The run failed; see the log."

    def _load_layers(self) -> list[str]:
        """Put the results into the project as the toolbox would; the paths that did not load."""
        lost = []
        for path, details in self._context.layersToLoadOnCompletion().items():
            layer = QgsProcessingUtils.mapLayerFromString(path, self._context, True, details.layerTypeHint)
            if layer is None or not layer.isValid():
                lost.append(path)
                continue
            details.setOutputLayerName(layer)
            self._project.addMapLayer(self._context.takeResultLayer(layer.id()))
            if details.postProcessor() is not None:
                details.postProcessor().postProcessLayer(layer, self._context, self._feedback)
        return lost


class DetectionRun(AlgorithmRun):
    """A search of one layer, its results on the map."""

    NEEDED = "LABEL"

    def __init__(self, layer: QgsRasterLayer):
        project = QgsProject.instance()
        parameters = {
            "INPUT": layer.id(),
            "HEATMAP": QgsProcessingOutputLayerDefinition(QgsProcessing.TEMPORARY_OUTPUT, project),
            "BOXES": QgsProcessingOutputLayerDefinition(QgsProcessing.TEMPORARY_OUTPUT, project),
            "REPORT": QgsProcessing.TEMPORARY_OUTPUT,
        }
        super().__init__(Detect(), parameters, layer.name())
        self.layer_id = layer.id()


class OpeningRun(AlgorithmRun):
    """A product's layers put on the map."""

    NEEDED = "LOADED"

    def __init__(self, path: str):
        parameters = {"INPUT": path, "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}
        super().__init__(OpenProduct(), parameters, source_of_path(path).name)
