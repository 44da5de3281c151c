"""What the panel shows as layers, results and projects come and go, and in a narrow dock."""

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTimer
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QPushButton

from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui.detection_run import DetectionRun
from quakefringe.ui.panel.sharp_icons import sharp_icons
from quakefringe.ui.panel.widgets import dot, outline


@pytest.fixture
def other(toolbar, qgis_iface, tmp_path):
    """A second scene in the project."""
    return activate(toolbar, qgis_iface, write_raster(tmp_path / "second.tif", wrap(bowl())), "Kumamoto")


def read(panel, qgis_iface, layer):
    qgis_iface.setActiveLayer(layer)
    panel.follow()
    wait_for(lambda: panel._facts is not None)


def search(panel, qgis_iface, layer):
    read(panel, qgis_iface, layer)
    panel.start()
    wait_for(lambda: not panel._detections.runs)


def test_a_layer_that_was_read_before_is_shown_at_once(panel, layer, other, qgis_iface):
    read(panel, qgis_iface, layer)
    read(panel, qgis_iface, other)
    qgis_iface.setActiveLayer(layer)
    panel.follow()
    assert panel.scene.name.text() == "Gorkha"
    assert panel.scene.product.currentText() == "auto: LiCSAR"
    assert panel.scene.state.text() != "Reading…"


def test_a_search_leaves_the_active_layer_and_its_description(fake_detect, panel, layer, qgis_iface):
    search(panel, qgis_iface, layer)
    assert qgis_iface.activeLayer() is layer
    assert panel.scene.state.text() != "Reading…"
    assert panel.scene.quantity.currentText() == "auto: wrapped phase"


def test_the_layers_panel_shows_the_layers_of_a_new_result(
    fake_detect, panel, layer, qgis_iface, layers_panel
):
    search(panel, qgis_iface, layer)
    group = QgsProject.instance().layerTreeRoot().children()[0]
    assert [node.name() for node in group.children()][1:] == ["Boxes", "Heatmap"]
    assert layers_panel.isExpanded(layers_panel.node2index(group))


def test_each_result_layer_is_added_in_a_turn_of_its_own(fake_detect, panel, layer, qgis_iface, monkeypatch):
    turns, seen = [0], []
    load = DetectionRun._load

    def recorded(run, path, details):
        seen.append(turns[0])
        return load(run, path, details)

    monkeypatch.setattr(DetectionRun, "_load", recorded)
    timer = QTimer()
    timer.timeout.connect(lambda: turns.__setitem__(0, turns[0] + 1))
    timer.start(0)
    search(panel, qgis_iface, layer)
    timer.stop()
    assert len(seen) == 2
    assert seen[0] < seen[1], "timers run between the two layers"


def test_the_card_goes_with_the_project_and_comes_back_with_it(
    fake_detect, panel, layer, qgis_iface, tmp_path
):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "work.qgz"))
    search(panel, qgis_iface, layer)
    panel.display.threshold.setValue(40)
    assert project.write()
    assert panel.verdict.isVisible() and panel.boxes.isVisible()
    project.clear()
    assert not panel.verdict.isVisible() and not panel.boxes.isVisible() and not panel.steps.isVisible()
    assert panel.result.run is None
    assert project.read(str(tmp_path / "work.qgz"))
    assert panel.verdict.isVisible() and panel.verdict.text() == "Earthquake present"
    assert panel.boxes.list.count() == 1
    assert panel.display.threshold.value() == 40


def test_each_searched_layer_brings_its_own_result(fake_detect, panel, layer, other, qgis_iface):
    search(panel, qgis_iface, layer)
    fake_detect.verdict = "absent"
    search(panel, qgis_iface, other)
    assert panel.verdict.text() == "No deformation found"
    qgis_iface.setActiveLayer(layer)
    panel.follow()
    assert panel.verdict.text() == "Earthquake present"
    qgis_iface.setActiveLayer(other)
    panel.follow()
    assert panel.verdict.text() == "No deformation found"


def test_a_result_of_another_layer_says_so(fake_detect, panel, layer, other, qgis_iface):
    search(panel, qgis_iface, layer)
    assert panel.verdict._scene.text() == "Gorkha"
    read(panel, qgis_iface, other)
    assert panel.verdict._scene.text() == "Of another layer: Gorkha"
    read(panel, qgis_iface, layer)
    assert panel.verdict._scene.text() == "Gorkha"


def test_the_dock_is_never_narrower_than_its_content(fake_detect, panel, layer, qgis_iface):
    search(panel, qgis_iface, layer)
    body = panel.widget().widget()
    bar = panel.widget().verticalScrollBar().sizeHint().width()
    narrowest = panel.widget().minimumSizeHint().width()
    assert narrowest >= body.minimumSizeHint().width() + bar
    panel.resize(narrowest, 700)
    QCoreApplication.processEvents()
    for button in (panel.run.button, panel.steps.buttons["profile"]):
        assert isinstance(button, QPushButton)
        assert button.width() >= button.sizeHint().width(), button.text()


def test_the_panel_scrolls_to_a_new_verdict(fake_detect, panel, layer, qgis_iface):
    panel.resize(panel.width(), 260)
    search(panel, qgis_iface, layer)
    area = panel.widget().viewport()

    def bottom() -> int:
        return panel.verdict.mapTo(panel.widget().widget(), panel.verdict.rect().bottomLeft()).y()

    wait_for(lambda: 0 < bottom() - panel.widget().verticalScrollBar().value() <= area.height())


@pytest.mark.parametrize("mark", [dot, outline])
def test_a_mark_keeps_its_colour_in_a_selected_line(mark):
    icon = mark("#c4382c")
    normal, selected = (
        icon.pixmap(16, 16, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    )
    assert normal == selected
    assert any(normal.pixelColor(x, 8).name() == "#c4382c" for x in range(16))
    assert icon.pixmap(32, 32).width() == 32, "sharp on a display of twice the density"


def test_sharp_icons_leave_the_attribute_of_qgis_as_it_was():
    attribute = getattr(Qt.ApplicationAttribute, "AA_UseHighDpiPixmaps", None)
    if attribute is None:
        pytest.skip("Qt 6 always draws sharp icons.")
    before = QCoreApplication.testAttribute(attribute)
    with sharp_icons():
        assert QCoreApplication.testAttribute(attribute)
    assert QCoreApplication.testAttribute(attribute) == before
