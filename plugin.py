"""The plugin as QGIS sees it: glue between QGIS, the provider, the toolbar and dropped files."""

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
        self.opener = None
        self.drops = None

    def initProcessing(self):
        """Register the provider: a fresh one each time, which QGIS deletes where it has one already."""
        provider = Provider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self.provider = provider

    def initGui(self):
        """Register the provider and put the actions into the window."""
        from .ui.drop import ProductDrops
        from .ui.opener import Opener
        from .ui.toolbar import Toolbar

        self.initProcessing()
        self.opener = Opener(self.iface)
        self.toolbar = Toolbar(self.iface, self.opener)
        self.toolbar.show()
        self.drops = ProductDrops(self.opener.open)
        self.iface.registerCustomDropHandler(self.drops)

    def unload(self):
        """Take everything out again."""
        if self.drops is not None:
            self.iface.unregisterCustomDropHandler(self.drops)
            self.drops = None
        if self.toolbar is not None:
            self.toolbar.remove()
            self.toolbar = None
        if self.opener is not None:
            self.opener.remove()
            self.opener = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
