"""Take pictures of the QGIS window while the plugin works.

QGIS itself runs this file (``qgis --code``); ``tools/screenshot.sh`` starts it. Environment:

- SCREENSHOT_DOCS: a folder; all pictures of the documentation go there, with a copy of the report. They show
  the sample in the folder SCREENSHOT_SAMPLE, and leave a project with the result in SCREENSHOT_PROJECT. With
  SCREENSHOT_LANGUAGE as well, one picture in the language in which QGIS was started goes there. With
  SCREENSHOT_PANEL, the panel of that project goes there under this name, in the density and the theme in
  which QGIS was started;
- SCREENSHOT_FILM: a folder; the frames of a run on the sample go there;
- otherwise SCREENSHOT_SCENE (a raster), SCREENSHOT_OUT (a .png) and SCREENSHOT_STYLE ("wrapped",
  "displacement" or empty): one picture of the result and one of the run.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import traceback

from qgis.core import QgsApplication, QgsPointXY, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QLineEdit
from qgis.utils import iface, plugins
from screenshot_window import panel_reads, prepared_window, process_events, show_scene, wait_for_map

MAX_RUN_SECONDS = 900
MAX_PROFILE_SECONDS = 30
RUNNING_PICTURE_PERCENT = 30
"""Progress at which the run has a first verdict and an estimate of the remaining time."""
FILM_STEP_PERCENT = 12.0
"""Progress between two frames of the film."""
TITLE_HEIGHT_PIXELS = 50
"""Height of a floating dock above and below its content, at most."""
SAMPLE = os.environ.get("SCREENSHOT_SAMPLE", "")
WRAPPED = os.path.join(SAMPLE, "20150417_20150429.geo.diff_pha.tif")
UNWRAPPED = os.path.join(SAMPLE, "20150417_20150429.geo.unw.tif")
QUIET = os.path.join(SAMPLE, "quiet", "20150405_20150417.geo.diff_pha.tif")


class Film:
    """Frames of the window, for `tools/screenshot_film.py`."""

    def __init__(self, folder: str):
        self.folder, self.count = folder, 0

    def take(self, milliseconds: int) -> None:
        """Add a frame that is shown for this long."""
        self.count += 1
        iface.mainWindow().grab().save(os.path.join(self.folder, f"film-{self.count:02d}-{milliseconds}.png"))


def film_a_run(plugin, path: str, folder: str) -> None:
    """From the interferogram to the box, with the panel's own button."""
    film = Film(folder)
    show_scene(plugin.toolbar, path, "wrapped")
    process_events(2.0)
    film.take(2200)
    plugin.panel.run.button.click()
    process_events(0.5)
    film.take(700)
    shown, first_look = 0.0, False
    end = time.monotonic() + MAX_RUN_SECONDS
    while plugin.toolbar.runs and time.monotonic() < end:
        process_events(0.2)
        bar = plugin.panel.run.bar.value()
        card = plugin.panel.verdict.isVisible()
        if bar >= shown + FILM_STEP_PERCENT or (card and not first_look):
            film.take(1500 if card and not first_look else 600)
            shown, first_look = float(bar), first_look or card
    wait_for_map()
    film.take(2600)
    boxes = plugin.panel.boxes.list
    if boxes.count():
        boxes.setCurrentRow(0)
        boxes.itemActivated.emit(boxes.item(0))
        wait_for_map()
        film.take(2600)
    plugin.panel.display.setCollapsed(False)
    plugin.panel.display.threshold.setValue(45)
    wait_for_map()
    film.take(2200)
    plugin.panel.display.threshold.setValue(0)
    plugin.panel.display.setCollapsed(True)


def detect(toolbar, running_picture: str = "") -> None:
    """Click the detection button and wait for the result; take a picture of the run if one is asked for."""
    toolbar.detect.trigger()
    end = time.monotonic() + MAX_RUN_SECONDS
    if running_picture:
        bar = plugins["quakefringe"].panel.run.bar
        while toolbar.runs and bar.value() < RUNNING_PICTURE_PERCENT and time.monotonic() < end:
            process_events(0.2)
        iface.mainWindow().grab().save(running_picture)
    while toolbar.runs and time.monotonic() < end:
        process_events(0.1)
    wait_for_map()
    iface.messageBar().clearWidgets()  # QGIS' own word that a task is complete


def copy_report(target: str) -> None:
    """Copy the report of the latest result; its layers carry the report's path."""
    for layer in QgsProject.instance().mapLayers().values():
        path = layer.customProperty("quakefringe/report")
        if path and os.path.isfile(path):
            shutil.copy(path, target)
            return
    raise RuntimeError("No result layer carries the path of a report.")


def picture_of_dialog(layer: QgsRasterLayer, target: str) -> None:
    """Take a picture of the dialog of `quakefringe:detect`."""
    from processing import createAlgorithmDialog

    dialog = createAlgorithmDialog("quakefringe:detect", {"INPUT": layer.id()})
    dialog.resize(1000, 640)
    dialog.show()
    process_events(2.0)
    for line in dialog.findChildren(QLineEdit):
        line.deselect()
    dialog.grab().save(target)
    dialog.close()


def profile_through_box(plugin) -> None:
    """Press the panel's button for the profile of the selected box, and wait for the plot."""
    plugin.panel.steps.buttons["profile"].click()
    wait_for_profile(plugin.window.profile)


def wait_for_profile(tool) -> None:
    """Wait until the profile that was asked for last is plotted."""
    shown = tool.dock.profile
    end = time.monotonic() + MAX_PROFILE_SECONDS
    while tool.dock.profile is shown and time.monotonic() < end:
        process_events(0.1)
    tool.dock.widget().repaint()
    wait_for_map()


def along_the_same_line(tool) -> None:
    """Draw the line of the last profile again, over the active layer."""
    profile = tool.dock.profile
    tool.start_drawing()
    ends = (0, len(profile.x) - 1)
    tool.map_tool.drawn.emit([QgsPointXY(float(profile.x[i]), float(profile.y[i])) for i in ends])
    wait_for_profile(tool)


def documentation_pictures(plugin, toolbar, folder: str) -> None:
    """Take every picture of the documentation."""

    def path(name: str) -> str:
        return os.path.join(folder, name)

    def save(name: str) -> None:
        iface.mainWindow().grab().save(path(name))

    wrapped = show_scene(toolbar, WRAPPED, "wrapped")
    picture_of_dialog(wrapped, path("dialog.png"))
    detect(toolbar, path("running.png"))
    save("window.png")
    copy_report(path("report.html"))
    QgsProject.instance().write(os.environ["SCREENSHOT_PROJECT"])
    profile_through_box(plugin)
    save("profile.png")
    plugin.window.profile.dock.hide()
    process_events(0.3)
    iface.messageBar().clearWidgets()
    root = QgsProject.instance().layerTreeRoot()
    root.findLayer(wrapped.id()).setItemVisibilityChecked(False)
    unwrapped = show_scene(toolbar, UNWRAPPED, "displacement")
    node = root.findLayer(unwrapped.id())
    root.insertChildNode(-1, node.clone())
    node.parent().removeChildNode(node)
    for result in root.findLayers():
        if result.name() == "Heatmap":
            result.setItemVisibilityChecked(False)
    iface.setActiveLayer(unwrapped)
    wait_for_map()
    save("displacement.png")
    along_the_same_line(plugin.window.profile)
    save("profile-unwrapped.png")
    plugin.window.profile.dock.hide()
    QgsProject.instance().clear()
    show_scene(toolbar, QUIET, "wrapped")
    detect(toolbar)
    save("quiet.png")


def picture_in_a_language(plugin, folder: str) -> None:
    """Take a picture of the guided first run in the language of QGIS."""
    language = os.environ["SCREENSHOT_LANGUAGE"]
    with panel_reads():
        plugin.window.try_sample()
    wait_for_map()
    iface.mainWindow().grab().save(os.path.join(folder, f"guide-{language}.png"))


def picture_of_panel(plugin, folder: str) -> None:
    """Open the project with the result again, and take a picture of the panel."""
    project = QgsProject.instance()
    if not project.read(os.environ["SCREENSHOT_PROJECT"]):
        raise RuntimeError(project.error())
    with panel_reads():
        iface.setActiveLayer(project.mapLayersByName(os.path.basename(WRAPPED).removesuffix(".tif"))[0])
    panel = plugin.panel
    panel.setFloating(True)
    panel.resize(panel.width(), panel.widget().widget().minimumSizeHint().height() + TITLE_HEIGHT_PIXELS)
    process_events(1.0)
    panel.grab().save(os.path.join(folder, f"{os.environ['SCREENSHOT_PANEL']}.png"))


def one_picture(toolbar) -> None:
    """Take a picture of the result of one scene, and of the run on the way."""
    out = os.environ["SCREENSHOT_OUT"]
    show_scene(toolbar, os.environ["SCREENSHOT_SCENE"], os.environ.get("SCREENSHOT_STYLE", ""))
    detect(toolbar, out.replace(".png", "-running.png"))
    iface.mainWindow().grab().save(out)


def main() -> None:
    """Take the pictures that the environment asks for."""
    plugin = prepared_window()
    toolbar = plugin.toolbar
    folder = os.environ.get("SCREENSHOT_DOCS")
    if folder and os.environ.get("SCREENSHOT_LANGUAGE"):
        picture_in_a_language(plugin, folder)
    elif folder and os.environ.get("SCREENSHOT_PANEL"):
        picture_of_panel(plugin, folder)
    elif folder:
        documentation_pictures(plugin, toolbar, folder)
    elif os.environ.get("SCREENSHOT_FILM"):
        film_a_run(plugin, WRAPPED, os.environ["SCREENSHOT_FILM"])
    else:
        one_picture(toolbar)


def run() -> None:
    """Run `main` and end QGIS, whatever happens."""
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
