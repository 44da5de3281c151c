"""What may happen to a window: databases, layers in memory, two runs at once, a plugin switched off."""

import os

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject
from qgis.PyQt.QtWidgets import QMessageBox

from quakefringe.engine.errors import InputError
from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui import closing
from quakefringe.ui.sources import source_of_layer

DATABASE = 'dbname=\'radar\' host=localhost table="public"."phase" (rast)'


class Layer(QgsRasterLayer):
    """A layer of a provider that this machine has no server for."""

    provider = "postgresraster"

    def providerType(self):
        return self.provider


@pytest.mark.parametrize(
    ("provider", "words"),
    [("postgresraster", "save it as a GeoTIFF"), ("wms", "web map"), ("wcs", "save it as a GeoTIFF")],
)
def test_the_panel_and_the_button_refuse_a_layer_without_a_file(
    panel, toolbar, plugin, provider, words, scene, monkeypatch
):
    layer = Layer(scene, "Phase", "gdal")
    layer.provider = provider
    monkeypatch.setattr(plugin.iface, "activeLayer", lambda: layer)
    panel.follow()
    toolbar.refresh()
    assert words in panel.scene.state.text()
    assert not panel.run.button.isEnabled()
    assert not toolbar.detect.isEnabled() and words in toolbar.detect.toolTip()
    with pytest.raises(InputError, match=words):
        source_of_layer(layer)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"PG:{DATABASE}", "connection to a database"),
        ("WMS:https://example.org/wms?layers=phase", "connection to a web service"),
        ("PostgreSQL:dbname=radar", "connection to a database"),
    ],
)
def test_processing_refuses_connections_in_one_sentence(plugin, path, words):
    with pytest.raises(QgsProcessingException, match=words):
        processing.run("quakefringe:detect", {"INPUT": path})


def test_a_layer_in_memory_is_searched(fake_detect, toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl()))
    memory = "/vsimem/robust/20150417_20150429.geo.diff_pha.tif"
    with open(path, "rb") as file:
        gdal.FileFromMemBuffer(memory, file.read())
    try:
        activate(toolbar, qgis_iface, memory)
        assert toolbar.detect.isEnabled()
        toolbar.detect.trigger()
        wait_for(lambda: not toolbar.runs)
        assert fake_detect.calls[-1][0] == memory
    finally:
        QgsProject.instance().clear()
        gdal.Unlink(memory)


def test_a_layer_removed_while_the_panel_searches_it_leaves_a_result(fake_detect, panel, toolbar, layer):
    fake_detect.gate.clear()
    panel.start()
    wait_for(fake_detect.started.is_set)
    QgsProject.instance().removeMapLayer(layer.id())
    fake_detect.gate.set()
    wait_for(lambda: not panel._detections.runs)
    assert panel.verdict.text() == "Earthquake present"
    assert panel.runs.list.count() == 1


def test_two_searches_at_once_keep_their_own_progress(
    fake_detect, panel, toolbar, layer, qgis_iface, tmp_path
):
    fake_detect.gate.clear()
    panel.start()
    second = activate(toolbar, qgis_iface, write_raster(tmp_path / "second.tif", wrap(bowl())), "Kumamoto")
    panel.follow()
    assert panel.run.button.isVisible(), "the second layer is not being searched"
    panel.start()
    wait_for(lambda: len(fake_detect.calls) == 2)
    assert panel.run.stop.isVisible()
    panel.run.stop.click()
    wait_for(lambda: panel._detections.run_of(second.id()) is None)
    assert panel._detections.run_of(layer.id()) is not None, "only the active layer's search is cancelled"
    fake_detect.gate.set()
    wait_for(lambda: not panel._detections.runs)
    assert [run.scene for run in panel._register.runs] == ["Gorkha"]


def test_the_plugin_is_switched_off_and_on_during_a_search(fake_detect, plugin, qgis_iface, scene):
    plugin.unload()
    try:
        for _ in range(3):
            other = QuakeFringePlugin(qgis_iface)
            other.initGui()
            other.panel.setFloating(True)
            other.panel.show()
            activate(other.toolbar, qgis_iface, scene)
            fake_detect.gate.clear()
            fake_detect.started.clear()
            other.panel.start()
            wait_for(fake_detect.started.is_set)
            run = other.toolbar.runs[0]
            other.unload()
            assert run not in run._alive
            assert not os.path.exists(run.folder.path)
            QgsProject.instance().clear()
    finally:
        plugin.initGui()


def test_a_plugin_that_is_reloaded_leaves_nothing_and_keeps_the_runs(fake_detect, plugin, layer, qgis_iface):
    plugin.toolbar.detect.trigger()
    wait_for(lambda: not plugin.toolbar.runs)
    window, canvas = qgis_iface.mainWindow(), qgis_iface.mapCanvas()

    def left() -> int:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(window.findChildren(QObject)) + len(canvas.findChildren(QObject))

    try:
        plugin.unload()
        before = left()
        for _ in range(3):
            plugin.initGui()
            assert [run.scene for run in plugin.window.register.runs] == ["Gorkha"]
            plugin.unload()
        assert left() == before
    finally:
        plugin.initGui()


def test_the_question_of_qgis_is_answered_only_for_own_searches(
    fake_detect, plugin, toolbar, layer, qgis_iface, monkeypatch
):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    box = QMessageBox()
    box.setWindowTitle("Active Tasks")
    monkeypatch.setattr(closing.QApplication, "activeModalWidget", lambda: box)
    answers = []
    monkeypatch.setattr(box, "done", answers.append, raising=False)
    watch = plugin.window.closing
    monkeypatch.setattr(watch._window, "close", lambda: answers.append("closed"), raising=False)
    count = watch._count
    monkeypatch.setattr(watch, "_count", lambda: count() - 1)
    watch._answer()
    assert not answers and toolbar.runs, "another task runs as well"
    monkeypatch.setattr(watch, "_count", count)
    watch.eventFilter(watch._window, QEvent(QEvent.Type.WindowBlocked))
    wait_for(lambda: len(answers) == 2)
    assert answers == [QMessageBox.StandardButton.No, "closed"]
    assert not toolbar.runs


def test_a_folder_gets_the_files_that_have_no_name(fake_detect, scene, tmp_path, plugin):
    runs = tmp_path / "runs"
    parameters = {"INPUT": scene, "FOLDER": str(runs), "REPORT": str(tmp_path / "own.html")}
    results = processing.run("quakefringe:detect", parameters)
    (folder,) = runs.iterdir()
    assert {one.name for one in folder.iterdir()} >= {"heatmap.tif", "boxes.gpkg", "result.json"}
    assert results["HEATMAP"] == str(folder / "heatmap.tif")
    assert results["REPORT"] == str(tmp_path / "own.html")
    assert not (folder / "report.html").exists() and not (folder / "heads.tif").exists()
    assert (tmp_path / "own.html").is_file()


def test_each_row_of_a_batch_gets_its_folder(fake_detect, scene, tmp_path, plugin):
    for _ in range(2):  # what the batch dialog passes: blank columns
        processing.run(
            "quakefringe:detect", {"INPUT": scene, "FOLDER": str(tmp_path), "HEATMAP": "", "BOXES": ""}
        )
    assert len([one for one in tmp_path.iterdir() if one.is_dir()]) == 2


def test_a_failed_run_leaves_no_folder(fake_detect, scene, tmp_path, plugin):
    fake_detect.error = InputError("“scene” contains only NaN; choose another file.")
    with pytest.raises(QgsProcessingException, match="only NaN"):
        processing.run("quakefringe:detect", {"INPUT": scene, "FOLDER": str(tmp_path / "runs")})
    assert not (tmp_path / "runs").exists()


def test_corrections_of_the_panel_reach_the_engine(fake_detect, panel, toolbar, qgis_iface, tmp_path):
    values = wrap(bowl())
    path = tmp_path / "phase.tif"
    raster = gdal.GetDriverByName("GTiff").Create(str(path), *values.shape[::-1], 1, gdal.GDT_Float32)
    raster.GetRasterBand(1).WriteArray(np.asarray(values))
    raster = None  # closes the file
    activate(toolbar, qgis_iface, str(path))
    panel.follow()
    wait_for(lambda: panel._facts is not None)
    scene = panel.scene
    assert scene.pixel.size.isVisible(), "the raster has no coordinate system"
    scene.pixel.size.setValue(80.0)
    scene.product.setCurrentIndex(scene.product.findData("plain"))
    scene.product.activated.emit(scene.product.currentIndex())
    scene.dates.setText("2016-01-01 2016-02-03")
    scene.dates.editingFinished.emit()
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    settings = fake_detect.calls[-1][1]
    assert (settings.pixel_m, settings.product) == (80.0, "plain")
    assert settings.acquired == ("2016-01-01", "2016-02-03")
