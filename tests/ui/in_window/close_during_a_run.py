"""Runs inside QGIS (`qgis --code`): start searches, close the window in the middle, and say what happened.

Environment: DRIVER_SCENES (rasters, the path separator between), DRIVER_CLOSE ("exit": the menu, "close":
the window's own button), DRIVER_LOG (a file to which events are appended).
"""

import os
import time

from qgis.core import QgsProject, QgsRasterLayer, QgsSettings
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QAction, QApplication
from qgis.utils import iface, loadPlugin, plugins, startPlugin

LIMIT_S, ANSWER_LIMIT_S = 150.0, 10.0
STARTED = time.monotonic()


def log(text):
    with open(os.environ["DRIVER_LOG"], "a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def begin():
    QgsSettings().setValue("app/askToSaveMemoryLayers", False)  # the scenes lie in a temporary folder
    if "quakefringe" not in plugins:
        loadPlugin("quakefringe")
        startPlugin("quakefringe")
    plugin = plugins["quakefringe"]
    for path in os.environ["DRIVER_SCENES"].split(os.pathsep):
        layer = QgsRasterLayer(path, os.path.basename(path))
        QgsProject.instance().addMapLayer(layer)
        iface.setActiveLayer(layer)
        plugin.toolbar.run_detection()
    log(f"running {len(plugin.toolbar.runs)}")
    wait_for_progress(plugin)


def wait_for_progress(plugin):
    busy = [run for run in plugin.toolbar.runs if run.task is not None and run.task.progress() > 0]
    if time.monotonic() - STARTED > LIMIT_S:
        log(f"only {len(busy)} of {len(plugin.toolbar.runs)} searches make progress")
        os._exit(5)
    if len(busy) < len(plugin.toolbar.runs):
        QTimer.singleShot(50, lambda: wait_for_progress(plugin))
        return
    log("closing")
    QgsProject.instance().setDirty(False)
    QTimer.singleShot(0, watch)
    if os.environ["DRIVER_CLOSE"] == "exit":
        iface.mainWindow().findChild(QAction, "mActionExit").trigger()
    else:
        iface.mainWindow().close()


def watch(since=None):
    """Notice a question of QGIS that waits for an answer of the user."""
    box = QApplication.activeModalWidget()
    since = None if box is None else since or time.monotonic()
    if since is not None and time.monotonic() - since > ANSWER_LIMIT_S:
        log(f"asked {box.windowTitle()}: {getattr(box, 'text', str)()}")
        os._exit(3)
    if time.monotonic() - STARTED > LIMIT_S:
        log("still open")
        os._exit(4)
    QTimer.singleShot(20, lambda: watch(since))


QTimer.singleShot(1000, begin)
