"""Products opened with one click or drop: quakefringe:open in the background."""

from __future__ import annotations

import os

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtWidgets import QFileDialog

from ..engine.errors import InputError
from .background import Background
from .run import OpeningRun

FOLDER = "quakefringe/product_folder"
"""Setting: where the last product lay."""


class Opener(Background):
    """Opens products."""

    def open(self, path: str) -> None:
        """Put a product's layers on the map; what is wrong is said on the message bar."""
        try:
            run = OpeningRun(path)
        except InputError as error:
            self._say(str(error), Qgis.MessageLevel.Critical, 0)
            return
        self.begin(run, f"Opening “{run.scene}”…")

    def choose_folder(self) -> None:
        """Ask for a product's folder and open it; QGIS' own parameter asks for files alone."""
        settings = QgsSettings()
        start = settings.value(FOLDER, "", str)
        chosen = QFileDialog.getExistingDirectory(self.iface.mainWindow(), "Open product folder", start)
        if chosen:
            settings.setValue(FOLDER, os.path.dirname(chosen))
            self.open(chosen)

    def _done(self, run: OpeningRun, results: dict) -> None:
        self.forget(run)
        count = results["COUNT"]
        text = f"{run.scene}: {count} layer{'s' if count != 1 else ''} of a {results['PRODUCT']} product."
        if run.warnings:
            text += f" Note: {' '.join(run.warnings)}"
        self._say(text, Qgis.MessageLevel.Info)

    def _failed(self, run: OpeningRun, why: str) -> None:
        self.forget(run)
        if why:
            self._say(why, Qgis.MessageLevel.Critical, 0)
        else:
            self._say(f"{run.scene}: stopped.", Qgis.MessageLevel.Info)
