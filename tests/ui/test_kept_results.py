"""Results that last: folders of runs, the project's list of them, and reopening."""

import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProject

from quakefringe.tests.ui.helpers import wait_for
from quakefringe.ui.kept_results.location import base_folder, profile_folder, temporary_folder
from quakefringe.ui.kept_results.reopen import reopen, report_of
from quakefringe.ui.options.preferences import Preferences


@pytest.fixture
def project(toolbar) -> QgsProject:
    return QgsProject.instance()


def search(toolbar):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)


def test_a_run_beside_a_saved_project_holds_all_its_files(
    fake_detect, toolbar, layer, project, plugin, tmp_path
):
    assert project.write(str(tmp_path / "work.qgz"))
    search(toolbar)
    (folder,) = (tmp_path / "work_quakefringe").iterdir()
    assert {one.name for one in folder.iterdir()} >= {
        "heatmap.tif",
        "boxes.gpkg",
        "report.html",
        "result.json",
    }
    assert plugin.window.register.runs[0].folder.path == str(folder)


def test_a_project_opens_again_with_layers_label_report_and_list(
    fake_detect, toolbar, layer, project, plugin, tmp_path
):
    assert project.write(str(tmp_path / "work.qgz"))
    search(toolbar)
    run_id = plugin.window.register.runs[0].run_id
    assert project.write()
    project.clear()
    assert plugin.window.register.runs == []
    assert project.read(str(tmp_path / "work.qgz"))
    names = {one.name(): one for one in project.mapLayers().values()}
    assert set(names) == {"Gorkha", "Heatmap", "Boxes", "Earthquake present (97 %)"}
    assert all(one.isValid() for one in names.values())
    assert names["Boxes"].labelsEnabled()
    assert [run.run_id for run in plugin.window.register.runs] == [run_id]
    for name in ("Heatmap", "Boxes", "Earthquake present (97 %)"):
        assert Path(report_of(names[name], plugin.window.register)).is_file()


def test_a_moved_project_finds_its_runs(fake_detect, toolbar, layer, project, plugin, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    assert project.write(str(first / "work.qgz"))
    search(toolbar)
    assert project.write()
    project.clear()
    shutil.move(str(first), str(second))
    assert project.read(str(second / "work.qgz"))
    (run,) = plugin.window.register.runs
    assert Path(run.result).is_file() and str(second) in run.result
    heat = project.mapLayersByName("Heatmap")[0]
    assert heat.isValid()
    assert str(second) in report_of(heat, plugin.window.register)


def test_an_earlier_run_comes_back_after_its_layers_were_removed(
    fake_detect, toolbar, layer, project, plugin
):
    search(toolbar)
    (run,) = plugin.window.register.runs
    project.removeMapLayers([one.id() for one in project.mapLayers().values() if one is not layer])
    reopen(project, run)
    wait_for(lambda: len(project.mapLayers()) == 4)
    assert sorted(one.name() for one in project.mapLayers().values()) == [
        "Boxes",
        "Earthquake present (97 %)",
        "Gorkha",
        "Heatmap",
    ]
    reopen(project, run)
    assert len(project.mapLayers()) == 4, "a run on the map is not added twice"


def test_a_lost_folder_gives_one_sentence(fake_detect, toolbar, layer, project, plugin, qgis_iface):
    search(toolbar)
    (run,) = plugin.window.register.runs
    shutil.rmtree(run.folder.path)
    project.removeMapLayers([one.id() for one in project.mapLayers().values() if one is not layer])
    plugin.panel.open_run(run)
    assert "run the search again" in qgis_iface.messageBar().currentItem().text()
    assert not toolbar.report.isEnabled()


def test_an_unsaved_project_keeps_runs_beside_the_raster(project, tmp_path):
    raster = tmp_path / "phase.tif"
    raster.touch()
    assert base_folder(Preferences(), project, str(raster)) == str(tmp_path / "quakefringe_results")


def test_runs_on_the_bundled_sample_go_to_the_profile(project):
    from quakefringe.ui.window import SAMPLE

    assert base_folder(Preferences(), project, str(SAMPLE)) == profile_folder()


def test_a_chosen_folder_and_temporary_results_stay_choices(project, tmp_path):
    assert base_folder(Preferences(place="folder", folder=str(tmp_path)), project, "") == str(tmp_path)
    assert base_folder(Preferences(place="temporary"), project, "") == ""


def test_temporary_runs_are_not_written_to_the_project(
    fake_detect, toolbar, layer, project, plugin, tmp_path, monkeypatch
):
    from quakefringe.ui import detections

    monkeypatch.setattr(detections, "load_preferences", lambda: Preferences(place="temporary"))
    search(toolbar)
    (run,) = plugin.window.register.runs
    assert run.temporary and run.folder.path.startswith(temporary_folder())
    assert project.write(str(tmp_path / "work.qgz"))
    project.clear()
    project.read(str(tmp_path / "work.qgz"))
    assert plugin.window.register.runs == []


def test_a_cancelled_run_leaves_no_folder(fake_detect, toolbar, layer, scene):
    fake_detect.gate.clear()
    toolbar.detect.trigger()
    wait_for(fake_detect.started.is_set)
    toolbar.runs[0].cancel()
    wait_for(lambda: not toolbar.runs)
    assert not (Path(scene).parent / "quakefringe_results").exists()


def test_a_damaged_list_in_the_project_is_ignored(project, plugin, tmp_path):
    project.writeEntry("QuakeFringe", "/runs", '[{"run_id": 3}, "x", {"result": "/etc/passwd"}]')
    plugin.window.register._read()
    assert plugin.window.register.runs == []
