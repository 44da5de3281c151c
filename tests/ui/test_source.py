"""quakefringe:source in QGIS, with a stand-in for the inversion, and the action of the boxes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from qgis import processing
from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from quakefringe.engine.errors import InputError
from quakefringe.engine.output.map_layers import write_boxes
from quakefringe.engine.source import Look
from quakefringe.engine.source_output import run as running
from quakefringe.engine.source_output.vector_layers import write_layers
from quakefringe.tests.ui.helpers import FakeDetect, bowl, write_raster
from quakefringe.ui.box_actions import NAME, source_parameters
from quakefringe.ui.presentation import RUN
from quakefringe.ui.resources import style

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))
import synthetic_source as synthetic


@pytest.fixture(scope="module")
def estimate():
    return synthetic.estimate_of()


@pytest.fixture
def scene(tmp_path):
    return write_raster(tmp_path / "20150417_20150429.unw.tif", bowl(), unit="rad")


@pytest.fixture
def stand_in(monkeypatch, estimate):
    """Replaces reading and inversion; returns what they were called with."""
    calls = {}

    def looks(scenes, extent, **angles):
        calls.update(scenes=scenes, extent=extent, **angles)
        fit = estimate.looks[0]
        return [Look("a", fit.longitude, fit.latitude, fit.data, fit.look_vectors) for _ in scenes]

    def invert(looks, settings, proposal=None, **_):
        calls.update(settings=settings, proposal=proposal)
        return estimate

    monkeypatch.setattr(running, "looks_from_scenes", looks)
    monkeypatch.setattr(running, "estimate_source", invert)
    return calls


@pytest.fixture
def boxes(scene, tmp_path):
    path = str(tmp_path / "boxes.gpkg")
    write_boxes(FakeDetect().result(scene), path)
    return path


def test_the_outputs_are_typed_and_the_files_written(plugin, scene, stand_in, estimate, tmp_path):
    done = processing.run(
        "quakefringe:source",
        {
            "INPUT": [scene],
            "HEADING": "-12",
            "INCIDENCE": "39",
            "RIGIDITY": 32,
            "SEED": 5,
            "RESULT": str(tmp_path / "source.json"),
            "REPORT": str(tmp_path / "source.html"),
            "LAYERS": str(tmp_path / "source.gpkg"),
        },
    )
    assert done["MW"] == pytest.approx(estimate.mw)
    assert (done["STRIKE"], done["DIP"], done["RAKE"]) == (247, 30, 78)
    assert done["STRIKE_2"] == pytest.approx(estimate.planes[1].strike)
    assert done["DEPTH_KM"] == 5 and "thrust" in done["LABEL"]
    assert json.loads((tmp_path / "source.json").read_text(encoding="utf-8"))["mw_90"] == [6.25, 6.38]
    assert stand_in["heading"] == -12 and stand_in["incidence"] == 39
    assert (stand_in["settings"].rigidity_pa, stand_in["settings"].seed) == (32e9, 5)


def test_a_new_folder_for_maps_goes_again_after_an_error(plugin, scene, monkeypatch, tmp_path):
    def nothing(*_, **__):
        raise InputError("The box holds no motion.")

    monkeypatch.setattr(running, "looks_from_scenes", nothing)
    with pytest.raises(QgsProcessingException, match="no motion"):
        processing.run("quakefringe:source", {"INPUT": [scene], "MAPS": str(tmp_path / "maps")})
    assert not (tmp_path / "maps").exists()


def test_the_sign_of_one_interferogram_can_be_turned(plugin, scene, stand_in, monkeypatch, estimate):
    seen = []
    monkeypatch.setattr(running, "estimate_source", lambda looks, *_, **__: seen.extend(looks) or estimate)
    processing.run("quakefringe:source", {"INPUT": [scene, scene], "TURN": "2"})
    assert np.array_equal(seen[1].displacement, -seen[0].displacement)


@pytest.mark.parametrize("text", ["1.7", "nan", "second"])
def test_numbers_of_looks_must_be_whole(plugin, scene, stand_in, text):
    with pytest.raises(QgsProcessingException, match=r"numbers such as 1 2|with spaces between"):
        processing.run("quakefringe:source", {"INPUT": [scene], "TURN": text})


def corners_of(path):
    extent = QgsVectorLayer(path, "boxes").extent()
    return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()


def test_the_box_of_a_detection_is_the_area(plugin, scene, stand_in, boxes):
    processing.run("quakefringe:source", {"INPUT": [scene], "BOX": boxes, "RANK": 1})
    assert np.allclose(stand_in["extent"], corners_of(boxes), atol=1e-6)


def test_the_selected_box_is_taken(plugin, scene, stand_in, boxes):
    layer = QgsVectorLayer(boxes, "boxes")
    layer.selectAll()
    QgsProject.instance().addMapLayer(layer)
    processing.run("quakefringe:source", {"INPUT": [scene], "BOX": layer})
    assert stand_in["extent"][0] == pytest.approx(layer.extent().xMinimum())
    QgsProject.instance().removeMapLayer(layer.id())


def test_the_box_on_the_map_shows_the_result(plugin, scene, stand_in, boxes, estimate):
    layer = QgsVectorLayer(boxes, "boxes")
    QgsProject.instance().addMapLayer(layer)
    processing.run("quakefringe:source", {"INPUT": [scene], "BOX": layer, "RANK": 1})
    box = next(layer.getFeatures())
    assert (box["source_kind"], box["source_mw"]) == (estimate.kind, pytest.approx(estimate.mw))
    assert box["source_delta_bic"] == min(rival.delta_bic for rival in estimate.rivals)
    QgsProject.instance().removeMapLayer(layer.id())


def test_an_extent_in_another_crs_becomes_degrees(plugin, scene, stand_in):
    extent = "300000,320000,3090000,3105000 [EPSG:32645]"
    processing.run("quakefringe:source", {"INPUT": [scene], "EXTENT": extent})
    west, south, east, north = stand_in["extent"]
    assert 84.9 < west < east < 85.3 and 27.8 < south < north < 28.2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"HEADING": "north"}, "HEADING is no list of numbers"),
        ({"RANK": 7}, "has no box 7"),
        ({"TIME": "soon", "BOX": None}, "is no time"),
        ({"BOX": "nowhere.gpkg"}, "neither a file nor a vector layer"),
    ],
)
def test_bad_input_is_explained(plugin, scene, stand_in, boxes, changes, words):
    with pytest.raises(QgsProcessingException, match=words):
        processing.run("quakefringe:source", {"INPUT": [scene], "BOX": boxes, **changes})


def test_the_network_proposes_faults_only_on_request(plugin, scene, stand_in, monkeypatch):
    monkeypatch.setattr(running, "proposal_if_seen", lambda looks: f"of {len(looks)} look")
    processing.run("quakefringe:source", {"INPUT": [scene]})
    assert stand_in["proposal"] is None
    processing.run("quakefringe:source", {"INPUT": [scene], "NETWORK": True})
    assert stand_in["proposal"] == "of 1 look"


def test_the_algorithm_has_help_and_its_icon(plugin):
    described = QgsApplication.processingRegistry().algorithmById("quakefringe:source")
    assert len(described.shortHelpString()) > 500
    assert not described.icon().isNull()
    names = {one.name() for one in described.parameterDefinitions()}
    assert names >= {
        "INPUT",
        "BOX",
        "EXTENT",
        "HEADING",
        "INCIDENCE",
        "WAVELENGTH",
        "CATALOGUE",
        "RIGIDITY",
        "SEED",
    }


def test_the_boxes_offer_the_source_estimate(plugin, boxes):
    layer = QgsVectorLayer(boxes, "boxes")
    layer.loadNamedStyle(style("boxes"))
    [action] = [one for one in layer.actions().actions() if one.name() == NAME]
    assert "open_source_dialog" in action.command()
    assert set(action.actionScopes()) == {"Canvas", "Feature"}


def test_the_action_fills_in_box_and_interferogram(plugin, boxes, scene):
    project = QgsProject.instance()
    project.clear()
    raster, layer = QgsRasterLayer(scene, "scene"), QgsVectorLayer(boxes, "boxes")
    project.addMapLayer(raster)
    group = project.layerTreeRoot().insertGroup(0, "result")
    group.setCustomProperty(RUN, "run-1")
    layer.setCustomProperty(RUN, "run-1")
    project.addMapLayer(layer, False)
    group.addLayer(layer)
    assert source_parameters(layer.id(), 2) == {"BOX": layer.id(), "RANK": 2, "INPUT": [raster.id()]}
    project.clear()


def test_qgis_shows_every_layer_with_its_style(plugin, estimate, tmp_path):
    path = str(tmp_path / "source.gpkg")
    write_layers(estimate, path)
    kinds = {}
    for name in ("points", "centroid_90", "fault_plane", "top_edge", "centroid"):
        layer = QgsVectorLayer(f"{path}|layername={name}", name)
        assert layer.isValid() and layer.featureCount() > 0
        kinds[name] = layer.renderer().type()
    assert kinds == {
        "points": "graduatedSymbol",
        "centroid_90": "singleSymbol",
        "fault_plane": "categorizedSymbol",
        "top_edge": "categorizedSymbol",
        "centroid": "singleSymbol",
    }
