"""The provider in the Processing toolbox."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider

from ...version import __version__
from ..resources import HOMEPAGE, NAME, icon
from .decompose import Decompose
from .detect import Detect
from .diagnose import Diagnose
from .hazard import Hazard
from .open_product import OpenProduct
from .source import SourceEstimation


class Provider(QgsProcessingProvider):
    """The algorithms of QuakeFringe."""

    def id(self):
        return "quakefringe"

    def name(self):
        return NAME

    def longName(self):
        return f"{NAME} {__version__}: earthquakes in SAR interferograms"

    def versionInfo(self):
        return __version__

    def icon(self):
        return icon()

    def helpId(self):
        return HOMEPAGE

    def supportsNonFileBasedOutput(self):
        return False

    def supportedOutputRasterLayerExtensions(self):
        return ["tif"]

    def supportedOutputVectorLayerExtensions(self):
        return ["gpkg"]

    def defaultRasterFileExtension(self):
        return "tif"

    def defaultVectorFileExtension(self, hasGeometry=True):
        return "gpkg"

    def loadAlgorithms(self):
        for algorithm in (Detect, OpenProduct, SourceEstimation, Decompose, Hazard, Diagnose):
            self.addAlgorithm(algorithm())
