"""Products opened with a click or a drop: quakefringe:open in the background."""

from __future__ import annotations

import os

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtWidgets import QFileDialog

from ..engine.errors import InputError
from .background import Background
from .i18n import tr
from .run import OpeningRun

FOLDER_SETTING = "quakefringe/product_folder"
"""QGIS setting with the folder of the last product."""


class Opener(Background):
    """Opens products and reports problems on the message bar."""

    def open(self, path: str) -> None:
        """Add the layers of a product to the map."""
        try:
            run = OpeningRun(path)
        except InputError as error:
            self._show(str(error), Qgis.MessageLevel.Critical, 0)
            return
        self.begin(run, tr("Opening “{scene}”…").format(scene=run.scene))

    def choose_folder(self) -> None:
        """Ask for a product folder and open it; the file parameter of QGIS cannot select folders."""
        settings = QgsSettings()
        start = settings.value(FOLDER_SETTING, "", str)
        chosen = QFileDialog.getExistingDirectory(self.iface.mainWindow(), tr("Open product folder"), start)
        if chosen:
            settings.setValue(FOLDER_SETTING, os.path.dirname(chosen))
            self.open(chosen)

    def _done(self, run: OpeningRun, results: dict) -> None:
        self.forget(run)
        count = results["COUNT"]
        one = tr("{scene}: 1 layer of a {product} product.")
        many = tr("{scene}: {count} layers of a {product} product.")
        text = (one if count == 1 else many).format(scene=run.scene, count=count, product=results["PRODUCT"])
        if run.warnings:
            text += " " + tr("Note: {warnings}").format(warnings=" ".join(run.warnings))
        self._show(text, Qgis.MessageLevel.Info)

    def _failed(self, run: OpeningRun, reason: str) -> None:
        self.forget(run)
        if reason:
            self._show(reason, Qgis.MessageLevel.Critical, 0)
        else:
            self._show(tr("{scene}: cancelled.").format(scene=run.scene), Qgis.MessageLevel.Info)
