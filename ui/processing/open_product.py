"""quakefringe:open: the layers of an InSAR product on the map."""

from __future__ import annotations

from .base import Algorithm


class OpenProduct(Algorithm):
    """Loads a product's layers, georeferenced and styled."""

    NAME = "open"
    TITLE = "Open InSAR product"
    GROUP = "Data"
    SUMMARY = "s"
    HELP = "h"

    def initAlgorithm(self, configuration=None):
        pass

    def processAlgorithm(self, parameters, context, feedback):
        return {}
