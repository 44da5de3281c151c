"""InSAR products dropped on the QGIS window, which QGIS alone would load without styles or not at all."""

from __future__ import annotations

from typing import Callable

from qgis.gui import QgsCustomDropHandler

from ..engine.products.recognise import recognise


class ProductDrops(QgsCustomDropHandler):
    """Opens the files, folders and archives that the readers recognise, and leaves all others to QGIS.

    Parameters
    ----------
    open_product : callable
        Called with the path of each dropped product; must return at once.
    """

    def __init__(self, open_product: Callable[[str], None]):
        super().__init__()
        self._open = open_product

    def handleFileDrop(self, file):
        """Open the file if it is a product; True if it is, so that QGIS does not load it as well."""
        if not recognise(file):
            return False
        self._open(file)
        return True
