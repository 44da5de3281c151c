"""The dock panel in the window: reading, correcting, searching, the card, the boxes, and a calm window."""

import os
import time
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtWidgets import QAbstractButton, QWidget

from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui.corrections import Corrections
from quakefringe.ui.panel import scene_reader
from quakefringe.ui.panel.options_part import OptionsPart
from quakefringe.ui.panel.run_part import RemainingTime, time_left
from quakefringe.ui.verdict_words import box_figures

MAX_FREEZE_S = 0.1
"""On an idle machine; a busy one lets every process wait."""


def allowed_freeze_s() -> float:
    """The limit, longer by as much as more processes want to run than there are cores."""
    return MAX_FREEZE_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture
def panel(panel):
    yield panel
    panel.guide.go_to(3)


@pytest.fixture
def read_layer(panel, toolbar, layer):
    """The small scene, read by the panel."""
    panel.follow()
    wait_for(lambda: panel._facts is not None)
    return layer


def test_the_panel_says_what_it_understood(panel, read_layer):
    scene = panel.scene
    assert scene.name.text() == "Gorkha"
    assert scene.product.currentText() == "auto: LiCSAR"
    assert scene.quantity.currentText() == "auto: wrapped phase"
    assert scene.unit.currentText() == "auto: rad"
    assert "0.0555 m" in scene.wavelength.specialValueText()
    assert scene.dates.placeholderText() == "2015-04-17 – 2015-04-29"
    assert "96 × 96" in scene.pixel.text.toolTip()
    assert panel.run.button.isEnabled()


def test_a_correction_is_remembered_and_reaches_the_engine(fake_detect, panel, read_layer, tmp_path):
    combo = panel.scene.positive
    combo.setCurrentIndex(combo.findData("toward"))
    combo.activated.emit(combo.currentIndex())
    panel.scene.wavelength.setValue(0.24)
    assert Corrections.of_layer(read_layer) == Corrections(positive="toward", wavelength=0.24)
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    settings = fake_detect.calls[-1][1]
    assert (settings.positive, settings.wavelength) == ("toward", 0.24)
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "p.qgz"))
    (again,) = project.mapLayersByName("Gorkha")
    assert Corrections.of_layer(again).positive == "toward"


def test_the_result_becomes_a_card_with_boxes_and_an_entry(fake_detect, panel, read_layer, qgis_iface):
    qgis_iface.messageBar().clearWidgets()  # of earlier tests
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    assert panel.verdict.isVisible()
    assert panel.verdict.text() == "Earthquake present"
    assert "97 % that the scene shows an earthquake" in panel.verdict.accessibleDescription()
    assert panel.boxes.list.count() == 1
    assert panel.runs.list.count() == 1
    scene_line = panel.runs.list.item(0).text().splitlines()[1]
    assert scene_line == read_layer.name(), "a long name is cut without its time"
    assert panel.steps.buttons["report"].isEnabled()
    shown = qgis_iface.messageBar().currentItem()
    assert shown is None or "Earthquake" not in shown.text(), "the panel replaces the messages"
    item = panel.boxes.list.item(0)
    panel.boxes.list.itemActivated.emit(item)
    box = panel.boxes.selected()
    assert box["rank"] == 1
    centre = qgis_iface.mapCanvas().extent().center()
    assert box["extent"][0] < centre.x() < box["extent"][2]


def test_the_size_of_a_box_has_its_own_line():
    box = {"peak_los_cm": 121.8, "fringes": 43.9, "width_km": 120.0, "height_km": 113.0}
    assert box_figures(box) == "peak +121.8 cm  ·  43.9 fringes\n120 × 113 km"
    assert box_figures({**box, "peak_los_cm": None, "fringes": None}) == "120 × 113 km"
    assert box_figures({}) == "too dense to be measured"


def test_steps_that_are_not_registered_are_disabled_with_a_reason(
    fake_detect, panel, read_layer, monkeypatch
):
    from quakefringe.ui.panel import next_steps

    monkeypatch.setattr(next_steps, "_parameters", lambda name: set())
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    for name in ("source", "hazard", "catalogue"):
        assert not panel.steps.buttons[name].isEnabled()
        assert "does not have" in panel.steps.buttons[name].toolTip()


def test_the_progress_can_be_cancelled_in_the_panel(fake_detect, panel, read_layer):
    fake_detect.gate.clear()
    panel.start()
    wait_for(fake_detect.started.is_set)
    assert panel.run.stop.isVisible() and not panel.run.button.isVisible()
    panel.run.stop.click()
    wait_for(lambda: not panel._detections.runs)
    assert panel.run.button.isVisible()
    assert panel.runs.list.count() == 0


def test_options_that_nobody_set_leave_the_decision_to_the_product(qgis_iface):
    options = OptionsPart(qgis_iface.mapCanvas())
    assert options.parameters() == {}
    assert options.coherence.text() == "of the product"


def test_options_reach_the_engine(fake_detect, panel, read_layer):
    panel.options.threshold.setValue(0.4)
    panel.options.scales.setValue(2)
    panel.options.coherence.setValue(0.3)
    try:
        panel.start()
        wait_for(lambda: not panel._detections.runs)
    finally:
        panel.options.threshold.clear()
        panel.options.scales.clear()
        panel.options.coherence.clear()
    settings = fake_detect.calls[-1][1]
    assert (settings.threshold, settings.scales) == (0.4, 2)
    assert settings.coherence_threshold == pytest.approx(0.3)
    assert panel.options.parameters() == {}


def test_a_reader_that_blocks_does_not_freeze_the_window(panel, toolbar, qgis_iface, scene, monkeypatch):
    def slow(source, corrections):
        time.sleep(10.0)
        return scene_reader.SceneFacts(source.layer_id, problem="slow")

    monkeypatch.setattr(scene_reader, "read_facts", slow)
    activate(toolbar, qgis_iface, scene)
    panel.follow()
    assert longest_gap(1.0) < allowed_freeze_s()
    assert panel.scene.state.text() == "Reading…"


def test_the_window_never_freezes_during_a_search(fake_detect, panel, read_layer):
    fake_detect.gate.clear()
    panel.start()
    wait_for(fake_detect.started.is_set)
    assert longest_gap(1.0) < allowed_freeze_s()
    fake_detect.gate.set()
    wait_for(lambda: not panel._detections.runs)


def test_a_web_map_is_refused_kindly(panel, toolbar, qgis_iface):
    layer = QgsRasterLayer("type=xyz&url=file:///nowhere/{z}.png&zmax=1&zmin=0", "Satellite", "wms")
    QgsProject.instance().addMapLayer(layer)
    qgis_iface.setActiveLayer(layer)
    panel.follow()
    assert "web map" in panel.scene.state.text()
    assert not panel.run.button.isEnabled()


def test_a_raster_in_memory_is_read(panel, toolbar, qgis_iface, tmp_path):
    from osgeo import gdal

    path = write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl()))
    memory = "/vsimem/20150417_20150429.geo.diff_pha.tif"
    gdal.FileFromMemBuffer(memory, Path(path).read_bytes())
    try:
        activate(toolbar, qgis_iface, memory)
        panel.follow()
        wait_for(lambda: panel._facts is not None)
        assert panel.run.button.isEnabled()
    finally:
        QgsProject.instance().clear()
        gdal.Unlink(memory)


def test_the_panel_fits_a_narrow_dock(panel, read_layer):
    body = panel.widget().widget()
    body.adjustSize()
    assert body.minimumSizeHint().width() <= 40 * body.fontMetrics().averageCharWidth()


def test_every_control_has_a_name_for_screen_readers(panel, read_layer):
    unnamed = [
        type(one).__name__
        for part in (panel.scene, panel.options, panel.run, panel.boxes, panel.runs, panel.steps)
        for one in part.findChildren(QWidget)
        if isinstance(one, QAbstractButton)
        and one.isEnabled()
        and not one.objectName().startswith(("qt_", "m"))
        and type(one).__module__.startswith("PyQt") is False
        and not (one.accessibleName() or one.text() or one.toolTip())
    ]
    assert unnamed == []


def test_the_guide_starts_with_the_sample(panel, plugin, qgis_iface, monkeypatch, scene):
    from quakefringe.ui import window

    monkeypatch.setattr(window, "SAMPLE", Path(scene))
    monkeypatch.setattr(qgis_iface, "zoomToActiveLayer", lambda: None, raising=False)
    plugin.window.try_sample()
    assert panel.guide.isVisible() and panel.guide.text.text().startswith("1 of 3")
    assert qgis_iface.activeLayer().name().startswith("Sample")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "estimating"), (1, "almost"), (42, "about 40 s"), (200, "about 3 min")],
)
def test_the_remaining_time_is_rounded(seconds, text):
    assert text in time_left(seconds)


def test_the_remaining_time_follows_the_pace():
    now = [0.0]
    remaining = RemainingTime(lambda: now[0])
    assert remaining.seconds(50) is None
    now[0] = 10.0
    assert remaining.seconds(25) == pytest.approx(30)


def longest_gap(seconds: float) -> float:
    """The longest time for which a timer of 5 ms was kept waiting."""
    gaps, last = [], [time.monotonic()]

    def tick():
        now = time.monotonic()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(5)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.001)
    timer.stop()
    return max(gaps)


def test_a_layer_that_is_removed_while_it_is_read_leaves_the_panel_as_it_is(panel, read_layer):
    name, facts = read_layer.id(), panel._facts
    panel.scene.show_reading(read_layer)
    QgsProject.instance().removeMapLayer(name)
    panel.scene.show_facts(facts)  # a file on a slow share is understood when its layer is gone
    panel.scene._correct()
    assert facts.layer_id == name
    assert QgsProject.instance().mapLayer(name) is None


def test_the_next_steps_open_with_their_inputs_filled_in(fake_detect, panel, read_layer, monkeypatch):
    from quakefringe.ui.panel import current_result

    opened = {}
    monkeypatch.setattr(current_result, "open_algorithm", lambda name, values: opened.update({name: values}))
    Corrections(positive="away", dates=("2016-01-01", "2016-02-03")).remember(read_layer)
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    folder = panel.result.run.folder
    for name in ("source", "hazard", "catalogue"):
        panel.steps.pressed.emit(name)
    source = opened["source"]
    assert (source["INPUT"], source["BOX"], source["RANK"]) == ([read_layer.id()], folder.boxes, 1)
    assert source["DETECTION_REPORT"] == folder.report
    assert opened["hazard"]["ONE_LOOK"] is True
    assert opened["detect"]["INPUT"] == read_layer.id()
    assert opened["detect"]["POSITIVE"] == "away"
    assert opened["detect"]["ACQUIRED"] == "2016-01-01 2016-02-03"
