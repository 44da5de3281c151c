"""quakefringe:detect through Processing, with a stand-in for the engine's detection."""

import threading

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from quakefringe.engine.errors import InputError, ModelError
from quakefringe.tests.ui.helpers import bowl, wait_for, wrap, write_raster


@pytest.fixture(autouse=True)
def _plugin(plugin):
    QgsProject.instance().clear()


def run(**parameters):
    return processing.run("quakefringe:detect", parameters)


def test_all_outputs_have_their_types(fake_detect, scene, tmp_path):
    results = run(
        INPUT=scene,
        HEATMAP=str(tmp_path / "h.tif"),
        BOXES=str(tmp_path / "b.gpkg"),
        REPORT=str(tmp_path / "r.html"),
        RESULT=str(tmp_path / "r.json"),
    )
    assert results["LABEL"] == "Earthquake present (97 %)"
    assert results["PROBABILITY"] == pytest.approx(0.97)
    assert results["DETECTED"] is True
    assert results["BOX_COUNT"] == 1
    for name in ("HEATMAP", "BOXES", "REPORT", "RESULT"):
        assert (tmp_path / results[name]).is_file()
    assert QgsRasterLayer(results["HEATMAP"]).isValid()
    assert QgsVectorLayer(results["BOXES"]).featureCount() == 1


def test_empty_parameters_reach_the_engine_as_none(fake_detect, scene):
    results = run(INPUT=scene)
    ((path, settings, targets),) = fake_detect.calls
    assert path == scene
    assert (settings.band, settings.quantity, settings.wavelength, settings.dem, settings.extent) == (
        None,
    ) * 5
    assert (settings.threshold, settings.scales, settings.coherence_threshold) == (None,) * 3
    assert settings.backend == "auto"
    assert targets == {"heatmap": None, "boxes": None, "heads": None, "report": None, "result": None}
    two_questions = {"DEFORMATION", "DEFORMATION_PROBABILITY", "KIND"}
    assert set(results) == {"LABEL", "PROBABILITY", "DETECTED", "BOX_COUNT"} | two_questions


def test_parameters_reach_the_engine(fake_detect, scene, tmp_path):
    dem = write_raster(tmp_path / "dem.tif", bowl())
    run(
        INPUT=scene,
        BAND=1,
        QUANTITY="unwrapped",
        WAVELENGTH=0.24,
        DEM=dem,
        THRESHOLD=0.4,
        SCALES=2,
        BACKEND="numpy",
        COHERENCE=0.3,
    )
    settings = fake_detect.calls[0][1]
    assert (settings.band, settings.quantity, settings.wavelength, settings.dem) == (
        1,
        "unwrapped",
        0.24,
        dem,
    )
    assert (settings.threshold, settings.scales, settings.backend) == (0.4, 2, "numpy")
    assert settings.coherence_threshold == 0.3


def test_a_layer_is_read_from_its_file(fake_detect, scene):
    layer = QgsRasterLayer(scene, "mine")
    QgsProject.instance().addMapLayer(layer)
    run(INPUT=layer)
    run(INPUT=layer.id())
    assert [call[0] for call in fake_detect.calls] == [scene, scene]


def test_the_engine_runs_in_a_worker_thread(fake_detect, layer, toolbar):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    assert fake_detect.threads[0] != threading.get_ident()


def test_an_extent_in_another_crs_is_transformed_to_the_crs_of_the_scene(fake_detect, tmp_path):
    scene = write_raster(tmp_path / "utm.tif", wrap(bowl()), epsg=32645)
    run(INPUT=scene, EXTENT="84.97,85.02,27.95,28.0 [EPSG:4326]")
    xmin, ymin, xmax, ymax = fake_detect.calls[0][1].extent
    assert 297_000 < xmin < 302_000 < xmax < 308_000
    assert 3_090_000 < ymin < ymax < 3_102_000


def test_an_extent_in_the_crs_of_the_scene_is_unchanged(fake_detect, scene):
    run(INPUT=scene, EXTENT="85.01,85.05,27.93,27.98 [EPSG:4326]")
    assert fake_detect.calls[0][1].extent == pytest.approx((85.01, 27.93, 85.05, 27.98))


def test_warnings_reach_the_log(fake_detect, scene):
    fake_detect.warnings = ["The wavelength is assumed."]
    feedback = QgsProcessingFeedback(False)
    processing.run("quakefringe:detect", {"INPUT": scene}, feedback=feedback)
    assert "The wavelength is assumed." in feedback.textLog()


@pytest.mark.parametrize(
    "error", [InputError("The scene has only NaN; choose another."), ModelError("No model; reinstall.")]
)
def test_the_user_reads_the_message_of_the_engine(fake_detect, scene, error):
    fake_detect.error = error
    with pytest.raises(QgsProcessingException) as caught:
        run(INPUT=scene)
    assert str(error) in str(caught.value)
    assert "Traceback" not in str(caught.value)


def refusal(**parameters):
    with pytest.raises(QgsProcessingException) as caught:
        run(**parameters)
    text = str(caught.value).replace("Unable to execute algorithm\n", "")  # first line by QGIS
    assert "Traceback" not in text and "\n" not in text.strip()
    return text


def test_a_missing_file_is_refused_by_name(fake_detect, tmp_path):
    assert "nowhere.tif" in refusal(INPUT=str(tmp_path / "nowhere.tif"))
    assert not fake_detect.calls


def test_a_missing_elevation_model_is_refused_by_name(fake_detect, scene, tmp_path):
    assert "no-dem.tif" in refusal(INPUT=scene, DEM=str(tmp_path / "no-dem.tif"))
    assert not fake_detect.calls


def test_a_web_map_is_refused_with_a_remedy(fake_detect):
    layer = QgsRasterLayer(
        "type=xyz&url=file:///nowhere/{z}/{x}/{y}.png&zmax=1&zmin=0", "Satellite map", "wms"
    )
    QgsProject.instance().addMapLayer(layer)
    text = refusal(INPUT=layer)
    assert "Satellite map" in text and "download" in text
    assert not fake_detect.calls


def test_a_vector_layer_is_refused(fake_detect):
    layer = QgsVectorLayer("Point", "My points", "memory")
    QgsProject.instance().addMapLayer(layer)
    assert "My points" in refusal(INPUT=layer.id())


def test_a_cancelled_run_has_no_results(fake_detect, scene):
    fake_detect.gate.clear()
    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    results = processing.run("quakefringe:detect", {"INPUT": scene}, feedback=feedback)
    assert "LABEL" not in results


def test_the_toolbox_styles_and_groups_its_layers(fake_detect, scene, layers_panel):
    """Load the results as the dialog does after a run."""
    from processing.core.Processing import Processing
    from processing.gui.Postprocessing import handleAlgorithmResults
    from qgis.core import QgsApplication, QgsProcessing, QgsProcessingOutputLayerDefinition

    project = QgsProject.instance()
    context = QgsProcessingContext()
    context.setProject(project)
    feedback = QgsProcessingFeedback(False)

    def temporary():
        return QgsProcessingOutputLayerDefinition(QgsProcessing.TEMPORARY_OUTPUT, project)

    algorithm = QgsApplication.processingRegistry().algorithmById("quakefringe:detect")
    Processing.runAlgorithm(
        algorithm,
        {"INPUT": scene, "HEATMAP": temporary(), "BOXES": temporary()},
        onFinish=handleAlgorithmResults,
        feedback=feedback,
        context=context,
    )
    wait_for(lambda: project.layerTreeRoot().findGroup("20150417_20150429.geo.diff_pha.tif") is not None)
    group = project.layerTreeRoot().findGroup("20150417_20150429.geo.diff_pha.tif")
    wait_for(lambda: len(group.children()) == 3)
    assert [n.name() for n in group.children()] == ["Earthquake present (97 %)", "Boxes", "Heatmap"]
    assert len(project.mapLayers()) == 3


def test_detect_runs_as_a_step_of_a_model(fake_detect, scene, tmp_path):
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
        QgsProcessingModelParameter,
        QgsProcessingParameterRasterLayer,
    )

    model = QgsProcessingModelAlgorithm("m", "g")
    model.addModelParameter(
        QgsProcessingParameterRasterLayer("IFG", "Interferogram"), QgsProcessingModelParameter("IFG")
    )
    child = QgsProcessingModelChildAlgorithm("quakefringe:detect")
    child.setChildId("detect")
    child.addParameterSources("INPUT", [QgsProcessingModelChildParameterSource.fromModelParameter("IFG")])
    output = QgsProcessingModelOutput("HEAT", "Heat")
    output.setChildId("detect")
    output.setChildOutputName("HEATMAP")
    child.setModelOutputs({"HEAT": output})
    model.addChildAlgorithm(child)
    model.initAlgorithm()
    target = str(tmp_path / "model.tif")
    _, good = model.run(
        {"IFG": scene, "detect:HEAT": target}, QgsProcessingContext(), QgsProcessingFeedback(False)
    )
    assert good
    assert gdal.Open(target).RasterXSize == 96
    assert np.isfinite(gdal.Open(target).ReadAsArray()).all()
