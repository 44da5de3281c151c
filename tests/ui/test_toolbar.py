"""The toolbar button: background runs, their layers and messages, and cancelling."""

from qgis.core import Qgis, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QPushButton

from quakefringe.engine.errors import InputError
from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui import desktop
from quakefringe.ui.presentation import REPORT


def groups():
    return [g.name() for g in QgsProject.instance().layerTreeRoot().findGroups()]


def message(qgis_iface):
    item = qgis_iface.messageBar().currentItem()
    return item.text() if item else ""


def push(qgis_iface, text):
    """Click a button of the current message."""
    buttons = qgis_iface.messageBar().currentItem().findChildren(QPushButton)
    next(b for b in buttons if b.text() == text).click()


def test_a_click_adds_the_results_to_the_map(fake_detect, toolbar, layer, qgis_iface):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    project = QgsProject.instance()
    root = project.layerTreeRoot()
    assert [n.name() for n in root.children()] == ["Gorkha", "Gorkha"]
    group = root.children()[0]
    assert [n.name() for n in group.children()] == ["Earthquake present (97 %)", "Boxes", "Heatmap"]
    assert root.children()[1].layer() is layer
    order = [shown.name() for shown in root.layerOrder()]
    assert order == ["Earthquake present (97 %)", "Boxes", "Heatmap", "Gorkha"]
    assert "Earthquake present (97 %), 1 box of an earthquake." in message(qgis_iface)
    assert qgis_iface.activeLayer() is layer


def test_the_results_have_their_styles(fake_detect, toolbar, layer):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    layers = {n.name(): n for n in QgsProject.instance().mapLayers().values()}
    ramp = layers["Heatmap"].renderer().shader().rasterShaderFunction().colorRampItemList()
    assert ramp[0].color.alpha() == 0 and ramp[-1].color.alpha() > 150
    assert layers["Boxes"].labelsEnabled()
    assert "probability" in layers["Boxes"].labeling().settings().fieldName
    assert layers["Boxes"].renderer().classAttribute() == "class"


def test_the_verdict_stays_on_the_map_and_in_the_project(fake_detect, toolbar, layer, tmp_path):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "saved.qgz"))
    other = QgsProject()
    assert other.read(str(tmp_path / "saved.qgz"))
    label = other.mapLayersByName("Earthquake present (97 %)")[0]
    (item,) = label.items().values()
    assert item.text() == "Earthquake present (97 %)"
    heat = project.mapLayersByName("Heatmap")[0]
    assert heat.extent().contains(item.point())
    assert label.crs().authid() == "EPSG:4326"


def test_the_report_is_one_click_away(fake_detect, toolbar, layer, qgis_iface, monkeypatch):
    opened = []
    monkeypatch.setattr(desktop, "open_file", opened.append)
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    push(qgis_iface, "Open report")
    heat = QgsProject.instance().mapLayersByName("Heatmap")[0]
    assert opened == [heat.customProperty(REPORT)]
    qgis_iface.setActiveLayer(heat)
    toolbar.refresh()
    toolbar.report.trigger()
    assert opened == [heat.customProperty(REPORT)] * 2


def test_the_window_stays_responsive_during_a_run(fake_detect, toolbar, layer, qgis_iface):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    assert "Searching “Gorkha” for earthquakes" in message(qgis_iface)
    assert not toolbar.detect.isEnabled()
    assert "already" in toolbar.detect.toolTip()
    assert groups() == []
    fake_detect.gate.set()
    wait_for(lambda: not toolbar.runs)
    assert toolbar.detect.isEnabled()
    assert groups() == ["Gorkha"]


def test_a_cancelled_run_leaves_nothing(fake_detect, toolbar, layer, qgis_iface):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    push(qgis_iface, "Cancel")
    wait_for(lambda: not toolbar.runs)
    assert "cancelled" in message(qgis_iface)
    assert groups() == []
    assert len(QgsProject.instance().mapLayers()) == 1
    assert toolbar.detect.isEnabled()


def test_a_run_can_be_cancelled_before_it_starts(fake_detect, toolbar, layer):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    toolbar.runs[0].cancel()
    wait_for(lambda: not toolbar.runs)
    assert groups() == []


def test_a_run_can_be_cancelled_in_the_task_manager(fake_detect, toolbar, layer):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    toolbar.runs[0].task.cancel()
    wait_for(lambda: not toolbar.runs)
    assert groups() == []


def test_two_simultaneous_runs_have_separate_groups(fake_detect, toolbar, layer, qgis_iface, tmp_path):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    activate(toolbar, qgis_iface, write_raster(tmp_path / "second.tif", wrap(bowl())), "Kumamoto")
    toolbar.detect.trigger()
    wait_for(lambda: len(fake_detect.calls) == 2)
    assert len(toolbar.runs) == 2
    fake_detect.gate.set()
    wait_for(lambda: not toolbar.runs)
    assert sorted(groups()) == ["Gorkha", "Kumamoto"]
    for group in QgsProject.instance().layerTreeRoot().findGroups():
        assert len(group.children()) == 3


def test_the_same_layer_twice_gives_two_groups(fake_detect, toolbar, layer):
    for _ in range(2):
        toolbar.detect.trigger()
        wait_for(lambda: not toolbar.runs)
    assert groups() == ["Gorkha", "Gorkha"]


def test_an_absent_verdict_has_no_boxes(fake_detect, toolbar, layer, qgis_iface):
    fake_detect.verdict, fake_detect.probability = "absent", 0.02
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    assert "No deformation found (3 %)." in message(qgis_iface)
    assert "box" not in message(qgis_iface)
    assert qgis_iface.messageBar().currentItem().level() == Qgis.MessageLevel.Info


def test_an_error_is_shown_in_one_sentence(fake_detect, toolbar, layer, qgis_iface):
    fake_detect.error = InputError("“scene” contains only NaN; choose another file.")
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    assert "“scene” contains only NaN; choose another file." in message(qgis_iface)
    assert qgis_iface.messageBar().currentItem().level() == Qgis.MessageLevel.Critical
    assert groups() == []


def test_the_tooltip_explains_why_the_button_is_disabled(toolbar, qgis_iface):
    qgis_iface._active_layer_id = None
    toolbar.refresh(None)
    assert not toolbar.detect.isEnabled()
    assert "No layer is active" in toolbar.detect.toolTip()
    points = QgsVectorLayer("Point", "My points", "memory")
    QgsProject.instance().addMapLayer(points)
    qgis_iface.setActiveLayer(points)
    toolbar.refresh(points)
    assert not toolbar.detect.isEnabled() and "My points" in toolbar.detect.toolTip()
    assert not toolbar.wrapped.isEnabled()


def test_closing_the_project_stops_its_runs(fake_detect, toolbar, layer):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    run = toolbar.runs[0]
    QgsProject.instance().clear()
    assert not toolbar.runs
    wait_for(lambda: run not in run._alive)
    assert QgsProject.instance().mapLayers() == {}


def test_removing_the_layer_during_a_run_is_harmless(fake_detect, toolbar, layer):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    QgsProject.instance().removeMapLayer(layer.id())
    fake_detect.gate.set()
    wait_for(lambda: not toolbar.runs)
    assert groups() == ["Gorkha"]


def test_unloading_the_plugin_stops_its_runs(fake_detect, qgis_iface, toolbar, plugin, scene):
    plugin.unload()
    other = QuakeFringePlugin(qgis_iface)
    other.initGui()
    activate(other.toolbar, qgis_iface, scene)
    fake_detect.gate.clear()
    other.toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    run = other.toolbar.runs[0]
    other.unload()
    assert run not in run._alive
    assert groups() == []
    plugin.initGui()
