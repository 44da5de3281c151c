"""Products opened with one click or drop: quakefringe:open in the background."""

from __future__ import annotations

import os

from qgis.core import Qgis, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QFileDialog

from ..engine.errors import InputError
from .messages import say
from .run import OpeningRun

FOLDER = "quakefringe/product_folder"
"""Setting: where the last product lay."""
UNLOAD_WAIT = 3.0
"""Seconds."""


class Opener(QObject):
    """Opens products, and remembers the runs under way."""

    def __init__(self, iface):
        super().__init__(iface.mainWindow())
        self.iface = iface
        self.runs: list[OpeningRun] = []
        self._messages: dict[OpeningRun, object] = {}
        QgsProject.instance().cleared.connect(self._project_gone)

    def open(self, path: str) -> None:
        """Put a product's layers on the map; what is wrong is said on the message bar."""
        try:
            run = OpeningRun(path)
        except InputError as error:
            say(self.iface, str(error), Qgis.MessageLevel.Critical, 0)
            return
        self.runs.append(run)
        run.done.connect(self._done)
        run.failed.connect(self._failed)
        self._messages[run] = say(
            self.iface, f"Opening “{run.scene}”…", Qgis.MessageLevel.Info, 0, ("Cancel", run.cancel)
        )
        run.start()

    def choose_folder(self) -> None:
        """Ask for a product's folder and open it; QGIS' own parameter asks for files alone."""
        settings = QgsSettings()
        start = settings.value(FOLDER, "", str)
        chosen = QFileDialog.getExistingDirectory(self.iface.mainWindow(), "Open product folder", start)
        if chosen:
            settings.setValue(FOLDER, os.path.dirname(chosen))
            self.open(chosen)

    def remove(self) -> None:
        """Stop the runs under way; the plugin goes."""
        QgsProject.instance().cleared.disconnect(self._project_gone)
        self._abandon(UNLOAD_WAIT)
        self.deleteLater()

    def _done(self, run: OpeningRun, results: dict) -> None:
        self._forget(run)
        count = results["COUNT"]
        text = f"{run.scene}: {count} layer{'s' if count != 1 else ''} of a {results['PRODUCT']} product."
        if run.warnings:
            text += f" Note: {' '.join(run.warnings)}"
        say(self.iface, text, Qgis.MessageLevel.Info)

    def _failed(self, run: OpeningRun, why: str) -> None:
        self._forget(run)
        if why:
            say(self.iface, why, Qgis.MessageLevel.Critical, 0)
        else:
            say(self.iface, f"{run.scene}: stopped.", Qgis.MessageLevel.Info)

    def _forget(self, run: OpeningRun) -> None:
        self.runs.remove(run)
        message = self._messages.pop(run, None)
        if message is not None:
            self.iface.messageBar().popWidget(message)

    def _abandon(self, wait: float) -> None:
        for run in list(self.runs):
            run.abandon(wait)
            self._forget(run)

    def _project_gone(self) -> None:
        self._abandon(0)
