"""Everything that the plugin adds to the QGIS window, and takes away again."""

from __future__ import annotations

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt

from ..engine.resources import RESOURCES
from .archive_results.tool import ArchiveTool
from .background import UNLOAD_WAIT_S
from .closing import ClosingWatch
from .detections import Detections
from .drop import ProductDrops
from .i18n import tr
from .kept_results.register import Register
from .kept_results.reopen import report_of
from .messages import show_message
from .opener import Opener
from .options.page import OptionsFactory
from .panel.dock import Panel
from .profile.tool import ProfileTool
from .resources import icon
from .run import AlgorithmRun
from .styles import apply_wrapped
from .toolbar import Toolbar

SAMPLE = RESOURCES / "sample" / "20150417_20150429.geo.diff_pha.tif"


class Window:
    """The plugin's part of the window.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    """

    def __init__(self, iface):
        self.iface = iface
        self.register = Register(QgsProject.instance(), iface.mainWindow())
        self.opener = Opener(iface)
        self.detections = Detections(iface, self.register)
        self.profile = ProfileTool(iface, self.register)
        self.archive = ArchiveTool(iface)
        self.panel = Panel(iface, self.detections, self.register, self.profile)
        self.panel.hide()
        iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.panel)
        self.panel.hide()
        self.panel.setToggleVisibilityAction(self._panel_action())
        self.toolbar = Toolbar(
            iface,
            self.opener,
            self.detections,
            self.panel_action,
            lambda layer: report_of(layer, self.register),
            self.try_sample,
            self.profile.start_drawing,
            self.archive.choose,
        )
        self.toolbar.show()
        self.drops = ProductDrops(self.opener.open)
        iface.registerCustomDropHandler(self.drops)
        self.closing = ClosingWatch(iface.mainWindow(), self.detections, self.opener)
        self.options = OptionsFactory()
        iface.registerOptionsWidgetFactory(self.options)

    def remove(self) -> None:
        """Take everything away and stop all runs."""
        AlgorithmRun.abandon_all(UNLOAD_WAIT_S)
        self.iface.unregisterOptionsWidgetFactory(self.options)
        self.iface.unregisterCustomDropHandler(self.drops)
        self.closing.remove()
        self.panel.close_down()
        self.toolbar.remove()
        self.profile.remove()
        self.archive.remove()
        self.detections.remove()
        self.opener.remove()
        self.register.close()
        self.iface.removeDockWidget(self.panel)
        self.panel.deleteLater()

    def try_sample(self) -> None:
        """Load the bundled sample and start the guided first run."""
        project = QgsProject.instance()
        layer = QgsRasterLayer(str(SAMPLE), tr("Sample: Gorkha 2015"))
        if not layer.isValid():
            text = tr("The sample is missing; install the plugin again.")
            show_message(self.iface, text, Qgis.MessageLevel.Warning)
            return
        if not project.mapLayers():
            project.setCrs(layer.crs())
        project.addMapLayer(layer)
        apply_wrapped(layer)
        self.iface.setActiveLayer(layer)
        self.iface.zoomToActiveLayer()
        self.panel.begin_guide()

    def _panel_action(self):
        from qgis.PyQt.QtWidgets import QAction

        self.panel_action = QAction(icon(), tr("QuakeFringe panel"), self.iface.mainWindow())
        self.panel_action.setObjectName("quakefringe_toggle_panel")
        self.panel_action.setCheckable(True)
        return self.panel_action
