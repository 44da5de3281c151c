"""One search for earthquakes in a layer: a first look on the coarsest scales, then the whole search."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Optional

from qgis.core import QgsProcessing, QgsProcessingOutputLayerDefinition, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import pyqtSignal

from ..engine.errors import QuakeFringeError
from ..engine.output.run_folder import RunFolder, RunSummary, read_summary
from .processing.detect import Detect
from .run import AlgorithmRun

FIRST_LOOK_SCALES = 2
"""Scales of the first look. On the bundled sample it takes 2.9 s of processor time with numpy, loading the
model included (Intel Xeon, model 0.13.0): a verdict comes within three seconds even on one idle core."""


class DetectionRun(AlgorithmRun):
    """Detection on one layer, with its results in a folder and on the map.

    Parameters
    ----------
    layer : QgsRasterLayer
    folder : RunFolder
        An empty folder for the files.
    parameters : dict
        Further parameters of ``quakefringe:detect``.
    first_look : bool
        Whether to search the coarsest scales alone first and report their verdict.
    heads : bool
        Whether to write the maps of the network's heads as well.
    """

    REQUIRED_OUTPUT = "LABEL"
    MAKES_ACTIVE = False
    looked = pyqtSignal(object, object)
    """The run and the `RunSummary` of its first look."""

    def __init__(
        self,
        layer: QgsRasterLayer,
        folder: RunFolder,
        parameters: dict[str, Any],
        first_look: bool = False,
        heads: bool = False,
    ):
        project = QgsProject.instance()
        common = {**parameters, "INPUT": layer.id()}
        super().__init__(
            _KeptDetect(folder),
            {
                **common,
                "HEATMAP": QgsProcessingOutputLayerDefinition(folder.heatmap, project),
                "BOXES": QgsProcessingOutputLayerDefinition(folder.boxes, project),
                "REPORT": folder.report,
                "RESULT": folder.result,
                **({"HEADS": folder.heads} if heads else {}),
            },
            layer.name(),
        )
        self.layer_id = layer.id()
        self.folder = folder
        self.summary: Optional[RunSummary] = None
        self._look: Optional[AlgorithmRun] = None
        if first_look:
            self._look = _FirstLook(common, layer.name())
            self._look.done.connect(self._looked)
            self._look.failed.connect(self._look_failed)

    def start(self) -> None:
        """Start the first look, if there is one, else the search."""
        if self._look is not None:
            self._look.start()
        else:
            super().start()

    def cancel(self) -> None:
        """Ask the run to stop; it then emits `failed`."""
        if self._look is not None:
            self._look.cancel()
        super().cancel()

    def abandon(self, wait: float = 0.0) -> None:
        """Stop without a signal."""
        if self._look is not None:
            self._look.abandon(wait)
            self.folder.discard()
        super().abandon(wait)

    def ended(self) -> None:
        """Remove the folder of a run that wrote nothing."""
        self.folder.discard()

    def _looked(self, look: AlgorithmRun, results: dict) -> None:
        self._look = None
        with suppress(KeyError, QuakeFringeError):  # the whole search follows anyway
            self.looked.emit(self, read_summary(results["RESULT"]))
        super().start()

    def _look_failed(self, look: AlgorithmRun, reason: str) -> None:
        self._look = None
        if reason:
            super().start()  # it fails with the same reason, and reports it
        else:
            self.folder.discard()
            self.failed.emit(self, "")


class _KeptDetect(Detect):
    """Detection that removes the folder when it wrote nothing: the window may be gone by then."""

    def __init__(self, folder: RunFolder):
        super().__init__()
        self._kept_folder = folder

    def createInstance(self):
        return _KeptDetect(self._kept_folder)

    def processAlgorithm(self, parameters, context, feedback):
        try:
            return super().processAlgorithm(parameters, context, feedback)
        finally:
            self._kept_folder.discard()


class _FirstLook(AlgorithmRun):
    """Detection on the coarsest scales, which writes only its result."""

    REQUIRED_OUTPUT = "RESULT"
    SILENT = True

    def __init__(self, parameters: dict[str, Any], scene: str):
        super().__init__(
            Detect(),
            {**parameters, "SCALES": FIRST_LOOK_SCALES, "RESULT": QgsProcessing.TEMPORARY_OUTPUT},
            scene,
        )
