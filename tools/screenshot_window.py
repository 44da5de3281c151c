"""The window of QGIS for the pictures: waiting for it, what it shows, and a scene on its map."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QDockWidget, QToolBar
from qgis.utils import iface, loadPlugin, plugins, startPlugin

WINDOW_PIXELS = (1380, 860)
PANEL_WIDTH_PIXELS = 325
MAX_READING_SECONDS = 60


def process_events(seconds: float) -> None:
    """Let QGIS work for this long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.01)


def wait_for_map() -> None:
    """Draw the map anew and wait until it is complete."""
    process_events(0.5)
    canvas = iface.mapCanvas()
    canvas.refreshAllLayers()
    process_events(0.5)
    canvas.waitWhileRendering()
    process_events(0.5)


def start_plugin():
    """Return the running plugin; load it first if the profile has it switched off."""
    if "quakefringe" not in plugins and not (loadPlugin("quakefringe") and startPlugin("quakefringe")):
        raise RuntimeError("QuakeFringe does not load; see QGIS' log.")
    return plugins["quakefringe"]


def hide_everything_else(window) -> None:
    """Show the Layers panel and three toolbars only."""
    for dock in window.findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")
    shown = {"mFileToolBar", "mMapNavToolBar", "mPluginToolBar"}
    for bar in window.findChildren(QToolBar):
        if bar.parent() is window:
            bar.setVisible(bar.objectName() in shown)
    window.resizeDocks([window.findChild(QDockWidget, "Layers")], [330], 1)


@contextmanager
def panel_reads() -> Iterator[None]:
    """At the end, wait until the panel shows what was understood of the layer that was made active."""
    facts: list[object] = []
    keep = facts.append
    reader = plugins["quakefringe"].panel.reader
    reader.understood.connect(keep)
    yield
    end = time.monotonic() + MAX_READING_SECONDS
    while not facts and time.monotonic() < end:
        process_events(0.1)
    reader.understood.disconnect(keep)
    process_events(0.3)


def show_scene(toolbar, path: str, style: str = "") -> QgsRasterLayer:
    """Add a raster in one of the plugin's styles, make it active and zoom to it."""
    layer = QgsRasterLayer(path, os.path.basename(path).removesuffix(".tif"))
    if not layer.isValid():
        raise RuntimeError(f"{path} does not open.")
    QgsProject.instance().setCrs(layer.crs())
    with panel_reads():
        QgsProject.instance().addMapLayer(layer)
        iface.setActiveLayer(layer)
    if style:
        getattr(toolbar, style).trigger()
        iface.messageBar().clearWidgets()
    iface.mapCanvas().setExtent(layer.extent().buffered(0.04 * layer.extent().height()))
    wait_for_map()
    return layer


def prepared_window():
    """Give the window its size and the panel its width; return the plugin."""
    window = iface.mainWindow()
    window.resize(*WINDOW_PIXELS)
    hide_everything_else(window)
    plugin = start_plugin()
    plugin.panel.show()
    process_events(0.5)
    window.resizeDocks([plugin.panel], [PANEL_WIDTH_PIXELS], Qt.Orientation.Horizontal)
    return plugin
