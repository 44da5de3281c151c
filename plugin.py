"""The plugin as QGIS sees it: glue between QGIS, the provider and the toolbar."""

from __future__ import annotations

from qgis.core import QgsApplication

from .ui.processing.provider import Provider


class QuakeFringePlugin:
    """Started by QGIS through `classFactory`.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        None under ``qgis_process``, which calls `initProcessing` alone.
    """

    def __init__(self, iface):
        self.iface = iface
        self.provider = None
        self.toolbar = None

    def initProcessing(self):
        """Register the provider: a fresh one each time, which QGIS deletes where it has one already."""
        provider = Provider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self.provider = provider

    def initGui(self):
        """Register the provider and put the actions into the window."""
        from .ui.toolbar import Toolbar

        self.initProcessing()
        self.toolbar = Toolbar(self.iface)
        self.toolbar.show()

    def unload(self):
        """Take everything out again."""
        if self.toolbar is not None:
            self.toolbar.remove()
            self.toolbar = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
