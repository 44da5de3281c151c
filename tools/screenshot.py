"""Take pictures of the QGIS window before and after a click on the detection button.

QGIS itself runs this (``qgis --code``); ``tools/screenshot.sh`` starts it. Environment: SCREENSHOT_SCENE (a
raster), SCREENSHOT_OUT (a .png), SCREENSHOT_STYLE ("wrapped", "displacement" or empty).
"""

from __future__ import annotations

import os
import sys
import time
import traceback

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QToolBar
from qgis.utils import iface, loadPlugin, plugins, startPlugin

SECONDS = 300


def turn(seconds: float) -> None:
    """Let QGIS work for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.01)


def settle() -> None:
    """Wait for the map to be drawn."""
    turn(0.5)
    canvas = iface.mapCanvas()
    end = time.monotonic() + 30
    while canvas.isDrawing() and time.monotonic() < end:
        turn(0.1)
    turn(0.5)


def plugin():
    """The running plugin, loaded when the profile does not have it on."""
    if "quakefringe" not in plugins and not (loadPlugin("quakefringe") and startPlugin("quakefringe")):
        raise RuntimeError("QuakeFringe does not load; see QGIS' log.")
    return plugins["quakefringe"]


def tidy(window) -> None:
    """Leave the Layers panel and the toolbar of plugins, as the picture is about those."""
    for dock in window.findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")
    wanted = {"mFileToolBar", "mMapNavToolBar", "mPluginToolBar"}
    for bar in window.findChildren(QToolBar):
        if bar.parent() is window:
            bar.setVisible(bar.objectName() in wanted)
    window.resizeDocks([window.findChild(QDockWidget, "Layers")], [330], 1)


def main() -> None:
    """Open, click, wait, save."""
    out = os.environ["SCREENSHOT_OUT"]
    window = iface.mainWindow()
    window.resize(1380, 860)
    tidy(window)
    toolbar = plugin().toolbar
    scene = os.environ["SCREENSHOT_SCENE"]
    layer = QgsRasterLayer(scene, os.path.basename(scene).split(".")[0])
    if not layer.isValid():
        raise RuntimeError(f"{scene} does not open.")
    QgsProject.instance().setCrs(layer.crs())
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    turn(0.3)
    style = os.environ.get("SCREENSHOT_STYLE")
    if style:
        getattr(toolbar, style).trigger()
        iface.messageBar().clearWidgets()
    iface.mapCanvas().setExtent(layer.extent().buffered(0.04 * layer.extent().height()))
    settle()
    toolbar.detect.trigger()
    turn(0.4)
    window.grab().save(out.replace(".png", "-running.png"))
    end = time.monotonic() + SECONDS
    while toolbar.runs and time.monotonic() < end:
        turn(0.1)
    settle()
    window.grab().save(out)


def run() -> None:
    """`main`, and an end in any case."""
    status = 0
    try:
        main()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        status = 1
    QgsProject.instance().setDirty(False)
    sys.stderr.flush()
    QgsApplication.instance().processEvents()
    os._exit(status)


QTimer.singleShot(1500, run)
