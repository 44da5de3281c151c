"""The plugin object: connects QGIS with the Processing provider, the window, the translation and the log."""

from __future__ import annotations

from qgis.core import QgsApplication

from .ui.i18n import install_translator, remove_translator
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
        self.window = None
        self.log = None
        self.translator = None

    @property
    def toolbar(self):
        """The actions of the window; None without one."""
        return self.window.toolbar if self.window is not None else None

    @property
    def panel(self):
        """The dock panel; None without a window."""
        return self.window.panel if self.window is not None else None

    @property
    def opener(self):
        """Opens products in the background; None without a window."""
        return self.window.opener if self.window is not None else None

    @property
    def drops(self):
        """Takes dropped products; None without a window."""
        return self.window.drops if self.window is not None else None

    def initProcessing(self):
        """Register a new provider; QGIS deletes it when one with its id is registered already."""
        if self.log is None:
            self.log = connect_log()
        if self.translator is None:
            self.translator = install_translator()
        provider = Provider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self.provider = provider

    def initGui(self):
        """Register the provider and add the plugin's part to the window."""
        from .ui.window import Window

        self.initProcessing()
        self.window = Window(self.iface)

    def unload(self):
        """Remove everything that the plugin added to QGIS."""
        if self.window is not None:
            self.window.remove()
            self.window = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.log is not None:
            disconnect_log(self.log)
            self.log = None
        remove_translator(self.translator)
        self.translator = None
