"""Detection in the QGIS window with the released model and no stand-ins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import QgsProject, QgsVectorLayer

from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster

MODEL = list((Path(__file__).resolve().parents[2] / "resources" / "models").glob("*.onnx"))
pytestmark = pytest.mark.skipif(not MODEL, reason="resources/models has no model")
SIZE = 300


@pytest.fixture
def larger(tmp_path):
    return write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl(SIZE)))


def test_a_click_adds_layers_that_match_the_scene(toolbar, qgis_iface, larger):
    layer = activate(toolbar, qgis_iface, larger)
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs, 120)
    layers = {n.name(): n for n in QgsProject.instance().mapLayers().values()}
    heat = layers["Heatmap"]
    assert heat.crs() == layer.crs()
    assert layer.extent().buffered(0.003).contains(heat.extent())
    values = gdal.Open(heat.source()).ReadAsArray()
    assert values.dtype == np.float32
    assert np.nanmin(values) >= 0 and np.nanmax(values) <= 1
    verdicts = ("Earthquake", "Deformation", "Other deformation", "No deformation found", "Uncertain")
    assert sum(name.startswith(verdicts) for name in layers) == 1


def test_a_cancelled_run_leaves_nothing(toolbar, qgis_iface, tmp_path):
    """The scene has so many windows that the run cannot end before the cancel."""
    noise = np.random.default_rng(1).uniform(-3, 3, (2500, 2500)).astype(np.float32)
    activate(toolbar, qgis_iface, write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", noise))
    toolbar.detect.trigger()
    run = toolbar.runs[0]
    wait_for(lambda: run.task.progress() > 0, 120)
    run.cancel()
    wait_for(lambda: not toolbar.runs, 60)
    assert len(QgsProject.instance().mapLayers()) == 1


def test_the_boxes_have_their_documented_fields(plugin, larger, tmp_path):
    results = processing.run("quakefringe:detect", {"INPUT": larger, "BOXES": str(tmp_path / "b.gpkg")})
    boxes = QgsVectorLayer(results["BOXES"])
    assert boxes.featureCount() == results["BOX_COUNT"]
    assert set(boxes.fields().names()) >= {
        "probability",
        "class",
        "rank",
        "width_km",
        "height_km",
        "area_km2",
        "lon",
        "lat",
        "peak_los_cm",
        "fringes",
        "scale_m",
        "run_id",
        "model",
    }
    assert boxes.labelsEnabled(), "the style table of the GeoPackage was not used"


@pytest.mark.parametrize("backend", ["numpy", "onnxruntime"])
def test_both_backends_run_through_processing(plugin, larger, backend):
    if backend == "onnxruntime":
        pytest.importorskip("onnxruntime")
    results = processing.run("quakefringe:detect", {"INPUT": larger, "BACKEND": backend})
    assert 0 <= results["PROBABILITY"] <= 1


def test_an_extent_gives_a_heatmap_of_that_extent(plugin, larger, tmp_path):
    results = processing.run(
        "quakefringe:detect",
        {
            "INPUT": larger,
            "EXTENT": "85.05,85.25,27.75,27.95 [EPSG:4326]",
            "HEATMAP": str(tmp_path / "part.tif"),
        },
    )
    raster = gdal.Open(results["HEATMAP"])
    x0, dx, _, y0, _, dy = raster.GetGeoTransform()
    assert x0 == pytest.approx(85.05, abs=0.01)
    assert x0 + dx * raster.RasterXSize == pytest.approx(85.25, abs=0.01)
    assert y0 == pytest.approx(27.95, abs=0.01)
    assert y0 + dy * raster.RasterYSize == pytest.approx(27.75, abs=0.01)
