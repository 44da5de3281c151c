"""Open archive results…: the layers and the list of an archive, and what opens a scene."""

import shutil

import pytest
from qgis.core import QgsProject
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog

from quakefringe.archive.results.geopackage import write_geopackage
from quakefringe.archive.results.rows import BOX_FIELDS, SCENE_FIELDS
from quakefringe.tests.ui.helpers import bowl, wait_for, wrap, write_raster

RING = [(85.0, 27.9), (85.1, 27.9), (85.1, 28.0), (85.0, 28.0), (85.0, 27.9)]


def scene_row(path, rank, probability, **values):
    return {
        **dict.fromkeys(SCENE_FIELDS),
        "rank": rank,
        "key": f"key{rank}",
        "path": str(path),
        "name": path.name,
        "status": "done",
        "label": f"Earthquake ({probability})",
        "verdict": "present" if probability > 0.5 else "absent",
        "why": "earthquake present" if probability > 0.5 else "nothing found",
        "probability": probability,
        "date2": "2015-04-29",
        "ring": RING,
        **values,
    }


@pytest.fixture
def archive(tmp_path):
    """The folder of an archive of two scenes, one of which has a box and a heatmap, and a failed one."""
    quake = tmp_path / "20150417_20150429.geo.diff_pha.tif"
    write_raster(quake, wrap(bowl()))
    folder = tmp_path / "results ü"
    (folder / "heatmaps").mkdir(parents=True)
    shutil.copy(write_raster(tmp_path / "heat.tif", bowl(fringes=0.1)), folder / "heatmaps" / "a.tif")
    scenes = [
        scene_row(quake, 1, 0.97, heatmap="heatmaps/a.tif", area_km2=120.0, false_alarm_probability=0.0098),
        scene_row(tmp_path / "gone.tif", 2, 0.02, date2=None),
        scene_row(tmp_path / "broken.tif", None, 0.0, verdict=None, status="failed", error="It is broken."),
    ]
    scenes[2]["key"] = "key3"
    box = {
        **dict.fromkeys(BOX_FIELDS),
        "scene": "key1",
        "rank": 1,
        "probability": 0.97,
        "class": "earthquake",
    }
    boxes = [{**box, "ring": RING}, {**box, "scene": "key2", "ring": RING}]
    write_geopackage(scenes, boxes, folder / "archive.gpkg")
    return folder


@pytest.fixture
def tool(plugin, toolbar, qgis_iface, monkeypatch):
    monkeypatch.setattr(qgis_iface, "zoomToActiveLayer", lambda: None, raising=False)
    yield plugin.window.archive
    QgsProject.instance().clear()


def names(group):
    return [node.name() for node in group.children()]


def cells(dock, row):
    return [dock.table.item(row, column).text() for column in range(dock.table.columnCount())]


def message(qgis_iface):
    item = qgis_iface.messageBar().currentItem()
    return item.text() if item else ""


def test_the_action_loads_both_layers_with_their_styles(tool, toolbar, archive, monkeypatch):
    path = str(archive / "archive.gpkg")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    toolbar.open_archive.trigger()
    (group,) = QgsProject.instance().layerTreeRoot().children()
    assert names(group) == ["Boxes", "Scenes"]
    boxes, scenes = (node.layer() for node in group.children())
    assert scenes.renderer().classAttribute() == "verdict"
    assert boxes.renderer().classAttribute() == "class"
    assert boxes.labelsEnabled()
    assert (scenes.featureCount(), boxes.featureCount()) == (3, 2)


def test_the_list_has_the_scenes_by_rank(tool, archive):
    tool.open(str(archive))
    first = cells(tool.dock, 0)
    assert first[:7] == [
        *("1", "20150417_20150429.geo.diff_pha.tif", "2015-04-29", "earthquake present"),
        *("97 %", "0.98 %", "120"),
    ]
    assert [cells(tool.dock, row)[0] for row in range(3)] == ["1", "2", ""]
    assert cells(tool.dock, 2)[3] == "It is broken."
    tool.dock.table.sortItems(0, Qt.SortOrder.DescendingOrder)
    tool.dock.table.sortItems(0, Qt.SortOrder.AscendingOrder)
    assert cells(tool.dock, 0)[0] == "1"


def test_the_list_is_filtered_by_verdict_and_name(tool, archive):
    tool.open(str(archive))
    dock = tool.dock
    dock.verdict.setCurrentIndex(dock.verdict.findData("absent"))
    assert [dock.table.isRowHidden(row) for row in range(3)] == [True, False, True]
    dock.verdict.setCurrentIndex(0)
    dock.search.setText("BROKEN")
    assert [dock.table.isRowHidden(row) for row in range(3)] == [True, True, False]
    assert dock.summary.text().startswith("1 of 3 scenes")
    dock.search.clear()


def test_a_row_opens_its_interferogram_below_its_boxes_and_heatmap(tool, archive):
    tool.open(str(archive))
    tool.dock.table.selectRow(0)
    tool.dock.open.click()
    wait_for(lambda: not tool.opener.runs)
    root = QgsProject.instance().layerTreeRoot()
    group = root.children()[0]
    assert group.name() == "1. 20150417_20150429.geo.diff_pha.tif"
    assert names(group) == ["Boxes", "Heatmap"]
    boxes = group.children()[0].layer()
    assert [feature["scene"] for feature in boxes.getFeatures()] == ["key1"]
    opened = [
        layer for layer in QgsProject.instance().mapLayers().values() if "wrapped" in layer.name().lower()
    ]
    assert opened
    (archive_node,) = [one for one in root.findGroups() if one.name().startswith("Archive")]
    assert [node.itemVisibilityChecked() for node in archive_node.children()] == [False, True]
    order = [layer.id() for layer in root.layerOrder()]
    assert order.index(boxes.id()) < order.index(opened[0].id())


def test_a_scene_that_moved_gives_a_message_and_its_boxes(tool, archive, qgis_iface):
    tool.open(str(archive))
    tool.dock.table.selectRow(1)
    tool.dock.open.click()
    assert "There is no file" in message(qgis_iface)
    assert names(QgsProject.instance().layerTreeRoot().children()[0]) == ["Boxes"]


def test_selecting_a_row_marks_the_scene_on_the_map(tool, archive):
    tool.open(str(archive))
    tool.dock.table.selectRow(1)
    (layer,) = [one for one in QgsProject.instance().mapLayers().values() if one.name() == "Scenes"]
    assert [feature["key"] for feature in layer.selectedFeatures()] == ["key2"]


def test_the_table_of_attributes_opens_a_scene_as_well(tool, archive):
    tool.open(str(archive))
    (layer,) = [one for one in QgsProject.instance().mapLayers().values() if one.name() == "Scenes"]
    action = tool.actions[layer.id()]
    assert action in QgsGui.mapLayerActionRegistry().mapLayerActions(layer)
    feature = next(layer.getFeatures('"rank" = 1'))
    action.triggerForFeature(layer, feature)
    wait_for(lambda: not tool.opener.runs)
    assert QgsProject.instance().layerTreeRoot().children()[0].name().startswith("1. ")


def test_an_archive_is_loaded_once(tool, archive):
    tool.open(str(archive))
    tool.open(str(archive / "archive.gpkg"))
    assert len(QgsProject.instance().mapLayers()) == 2


def test_a_saved_project_keeps_the_action(tool, archive, tmp_path):
    tool.open(str(archive))
    project = QgsProject.instance()
    project.write(str(tmp_path / "saved.qgz"))
    project.clear()
    assert tool.actions == {}
    project.read(str(tmp_path / "saved.qgz"))
    (layer,) = [one for one in project.mapLayers().values() if one.name() == "Scenes"]
    assert layer.id() in tool.actions


@pytest.mark.parametrize("name", ["missing.gpkg", "other.gpkg"])
def test_a_file_without_an_archive_gives_one_sentence(tool, archive, tmp_path, qgis_iface, name):
    (tmp_path / "other.gpkg").write_text("no package")
    tool.open(str(tmp_path / name))
    assert "choose" in message(qgis_iface)
    assert not QgsProject.instance().mapLayers()
