"""Feedback of background runs."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback


class CollectingFeedback(QgsProcessingFeedback):
    """Collects errors and warnings; called from the worker thread."""

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
