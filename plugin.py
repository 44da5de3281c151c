"""The plugin object: connects QGIS with the Processing provider, the toolbar, dropped files and the log."""

from __future__ import annotations

from qgis.core import QgsApplication

from .ui.message_log import connect_log, disconnect_log
from .ui.processing.provider import Provider


class QuakeFringePlugin:
    """Created by QGIS through `classFactory`.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        None under ``qgis_process``, which calls only `initProcessing`.
    """

    def __init__(self, iface):
        self.iface = iface
        self.provider = None
        self.toolbar = None
        self.opener = None
        self.drops = None
        self.log = None

    def initProcessing(self):
        """Register a new provider; QGIS deletes it when one with its id is registered already."""
        if self.log is None:
            self.log = connect_log()
        provider = Provider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self.provider = provider

    def initGui(self):
        """Register the provider and add the actions to the window."""
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
        """Remove everything that the plugin added to QGIS."""
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
        if self.log is not None:
            disconnect_log(self.log)
            self.log = None
