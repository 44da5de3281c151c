"""Products dropped on QGIS' window, which would load them badly or not at all."""

from __future__ import annotations

from typing import Callable

from qgis.gui import QgsCustomDropHandler

from ..engine.products.recognise import recognise


class ProductDrops(QgsCustomDropHandler):
    """Takes the files, folders and archives that the readers know, and leaves all others to QGIS.

    Parameters
    ----------
    open_product : callable
        Given the path of each product dropped; must return at once.
    """

    def __init__(self, open_product: Callable[[str], None]):
        super().__init__()
        self._open = open_product

    def handleFileDrop(self, file):
        """Whether the file was a product; it is being opened then."""
        if not recognise(file):
            return False
        self._open(file)
        return True
