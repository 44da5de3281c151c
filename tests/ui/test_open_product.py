"""quakefringe:open: a product as styled layers."""

import importlib.util
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
)

from quakefringe.engine.products import list_layers
from quakefringe.tests.ui.helpers import bowl, wait_for, wrap, write_raster

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.ui.processing import open_product as open_product_module

PAIR = "20150417_20150429"


@pytest.fixture(autouse=True)
def _plugin(plugin):
    QgsProject.instance().clear()


@pytest.fixture
def product(tmp_path):
    """A LiCSAR product's folder: unwrapped and wrapped phase, coherence."""
    folder = tmp_path / PAIR
    folder.mkdir()
    phase = bowl(fringes=3.0)
    write_raster(folder / f"{PAIR}.geo.unw.tif", phase - 5, nodata=0)
    write_raster(folder / f"{PAIR}.geo.diff_pha.tif", wrap(phase), nodata=0)
    write_raster(folder / f"{PAIR}.geo.cc.tif", np.full(phase.shape, 200, np.uint8))
    return folder


def items(layer):
    return layer.renderer().shader().rasterShaderFunction().colorRampItemList()


def open_path(path, tmp_path, **more):
    return processing.run("quakefringe:open", {"INPUT": str(path), "OUTPUT": str(tmp_path / "out"), **more})


def test_every_layer_is_georeferenced_and_styled(product, tmp_path):
    results = open_path(product, tmp_path)
    assert results["COUNT"] == 3
    assert results["PRODUCT"] == "LiCSAR"
    layers = [QgsRasterLayer(path, "x") for path in results["LOADED"]]
    assert all(layer.isValid() for layer in layers)
    assert {layer.crs().authid() for layer in layers} == {"EPSG:4326"}
    unwrapped, wrapped, coherence = layers
    # QGIS reads the style from the file beside the virtual raster, as it does for the command line.
    assert items(unwrapped)[0].value == pytest.approx(-items(unwrapped)[-1].value)
    assert items(wrapped)[-1].value == pytest.approx(math.pi)
    assert (items(coherence)[0].value, items(coherence)[-1].value) == (0, 255)


def test_words_select_layers(product, tmp_path):
    assert open_path(product, tmp_path, LAYERS="coherence, wrapped")["COUNT"] == 3
    assert open_path(product, tmp_path, LAYERS="coherence")["COUNT"] == 1


def test_an_archive_opens_without_unpacking(product, tmp_path):
    archive = tmp_path / "delivered.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in product.iterdir():
            target.write(file, f"{PAIR}/{file.name}")
    assert open_path(archive, tmp_path)["COUNT"] == 3


def test_unknown_words_are_refused_with_the_available_layers(product, tmp_path):
    with pytest.raises(QgsProcessingException, match="coherence"):
        open_path(product, tmp_path, LAYERS="ionosphere")


def test_a_file_that_is_no_product_is_refused(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("no raster", encoding="utf-8")
    with pytest.raises(QgsProcessingException) as caught:
        open_path(text, tmp_path)
    assert "notes.txt" in str(caught.value) and "Traceback" not in str(caught.value)


def test_the_toolbox_groups_the_layers_and_shows_the_first(product, tmp_path, layers_panel):
    from processing.core.Processing import Processing
    from processing.gui.Postprocessing import handleAlgorithmResults

    project = QgsProject.instance()
    context = QgsProcessingContext()
    context.setProject(project)
    Processing.runAlgorithm(
        QgsApplication.processingRegistry().algorithmById("quakefringe:open"),
        {"INPUT": str(product), "OUTPUT": str(tmp_path / "out")},
        onFinish=handleAlgorithmResults,
        feedback=QgsProcessingFeedback(False),
        context=context,
    )
    wait_for(lambda: len(project.layerTreeRoot().findGroups()) == 1)
    (group,) = project.layerTreeRoot().findGroups()
    names = [n.name() for n in group.children()]
    assert ["unwrapped" in names[0], "wrapped" in names[1], "coherence" in names[2]] == [True] * 3
    assert [n.itemVisibilityChecked() for n in group.children()] == [True, False, False]


def test_detection_accepts_an_opened_layer(fake_detect, product, tmp_path):
    results = open_path(product, tmp_path)
    layer = QgsRasterLayer(results["LOADED"][0], "opened")
    QgsProject.instance().addMapLayer(layer)
    processing.run("quakefringe:detect", {"INPUT": layer})
    assert fake_detect.calls[0][0] == results["LOADED"][0]


@pytest.fixture
def with_los(product):
    """The product with line-of-sight vectors of its frame: incidence 39 degrees, satellite in the east."""
    incidence, azimuth = math.radians(39), math.radians(103)
    parts = (
        math.sin(incidence) * math.sin(azimuth),
        math.sin(incidence) * math.cos(azimuth),
        math.cos(incidence),
    )
    for axis, value in zip("ENU", parts):
        write_raster(product / f"021D_05266_252525.geo.{axis}.tif", np.full((96, 96), value, np.float32))
    return product, parts


def test_los_vectors_are_optional(with_los, tmp_path):
    product, parts = with_los
    plain = open_path(product, tmp_path)
    more = open_path(product, tmp_path, LOOK=True)
    assert more["COUNT"] == plain["COUNT"] + 4
    added = more["LOADED"][plain["COUNT"] :]
    for path, expected, unit in zip(added, (39.0, *parts), ("deg", "1", "1", "1")):
        raster = gdal.Open(path)
        band = raster.GetRasterBand(1)
        assert band.GetUnitType() == unit
        assert raster.GetMetadataItem("DESCRIPTION") in band.GetDescription()
        np.testing.assert_allclose(band.ReadAsArray(), expected, atol=1e-4)
        assert QgsRasterLayer(path, "x").crs().authid() == "EPSG:4326"


def test_los_layers_have_their_unit_in_the_layer_name(with_los, tmp_path, layers_panel):
    from processing.core.Processing import Processing
    from processing.gui.Postprocessing import handleAlgorithmResults

    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    Processing.runAlgorithm(
        QgsApplication.processingRegistry().algorithmById("quakefringe:open"),
        {"INPUT": str(with_los[0]), "OUTPUT": str(tmp_path / "out"), "LOOK": True},
        onFinish=handleAlgorithmResults,
        feedback=QgsProcessingFeedback(False),
        context=context,
    )
    names = {layer.name() for layer in QgsProject.instance().mapLayers().values()}
    assert {f"{PAIR} incidence (deg)", f"{PAIR} look east (unit vector)"} <= names


def test_products_without_los_vectors_open_with_a_warning(product, tmp_path):
    feedback = QgsProcessingFeedback(False)
    results = processing.run(
        "quakefringe:open",
        {"INPUT": str(product), "OUTPUT": str(tmp_path / "out"), "LOOK": True},
        feedback=feedback,
    )
    assert results["COUNT"] == 3
    assert "does not contain the direction to the satellite" in feedback.textLog()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Path of a time series with four dates."""
    return fixtures.case_of(fixtures.build_all(tmp_path_factory.mktemp("products")), "licsbas").path


def phase_layers(results):
    return [path for path in results["LOADED"] if "displacement" in path or "unwrapped" in path]


def test_a_time_series_opens_with_all_dates_and_steps(stack, tmp_path):
    assert len(phase_layers(open_path(stack, tmp_path))) == 7


def test_a_pair_of_a_time_series_is_the_difference_of_its_dates(stack, tmp_path):
    (path,) = phase_layers(open_path(stack, tmp_path, DATE="20190622_20190704"))
    bands = {one.date: one.band for one in list_layers(stack) if one.date and not one.minus}
    later, earlier = (
        gdal.Open(bands[date].uri).ReadAsArray()[bands[date].index - 1]
        for date in ("2019-07-04", "2019-06-22")
    )
    np.testing.assert_allclose(gdal.Open(path).ReadAsArray(), later - earlier, atol=1e-5)


def test_of_a_long_time_series_only_the_largest_step_is_opened(stack, tmp_path, monkeypatch):
    monkeypatch.setattr(open_product_module, "MAX_STACK_LAYERS", 5)
    feedback = QgsProcessingFeedback(False)
    parameters = {"INPUT": str(stack), "OUTPUT": str(tmp_path / "out")}
    results = processing.run("quakefringe:open", parameters, feedback=feedback)
    (path,) = phase_layers(results)
    assert "2019-07-04_2019-07-16" in path
    assert "choose another one by its date" in feedback.textLog()


def test_the_cells_of_a_table_lie_beside_their_virtual_raster(tmp_path):
    rows = [f"{x / 100:.2f},{y / 100:.2f},{x}.0" for x in range(20, 80) for y in range(20, 80)]
    path = tmp_path / "points.csv"
    path.write_text("lon,lat,velocity_mm\n" + "\n".join(rows) + "\n")
    results = open_path(path, tmp_path)
    text = Path(results["LOADED"][0]).read_text()
    cells = re.search(r"<SourceFilename[^>]*>([^<]*)<", text).group(1)
    assert Path(cells).parent == tmp_path / "out"
    assert np.nanmax(gdal.Open(results["LOADED"][0]).ReadAsArray()) == 79


def test_the_cells_of_a_table_can_be_set(tmp_path):
    rows = [f"{x / 100:.2f},{y / 100:.2f},{x}.0" for x in range(20, 80) for y in range(20, 80)]
    path = tmp_path / "points.csv"
    path.write_text("lon,lat,velocity_mm\n" + "\n".join(rows) + "\n")
    feedback = QgsProcessingFeedback()
    parameters = {"INPUT": str(path), "OUTPUT": str(tmp_path / "out"), "CELL": 2000.0}
    raster = gdal.Open(processing.run("quakefringe:open", parameters, feedback=feedback)["LOADED"][0])
    assert raster.GetGeoTransform()[1] == pytest.approx(2000 / 111_320)
    assert "CELL" not in feedback.textLog()


def test_a_table_of_a_geopackage_is_chosen_by_its_name(tmp_path):
    path = str(tmp_path / "pairs.gpkg")
    for times, name in enumerate(("first_unw", "second_unw"), 1):
        source = write_raster(tmp_path / f"{name}.tif", times * bowl(fringes=3.0), unit="rad")
        options = [f"RASTER_TABLE={name}"] + (["APPEND_SUBDATASET=YES"] if times > 1 else [])
        gdal.Translate(path, source, format="GPKG", creationOptions=options)
    with pytest.raises(QgsProcessingException, match="first_unw, second_unw"):
        open_path(path, tmp_path)
    results = open_path(path, tmp_path, LAYERS="second")
    (loaded,) = results["LOADED"]
    assert gdal.Open(loaded).ReadAsArray().max() == pytest.approx(2 * bowl(fringes=3.0).max(), rel=1e-5)
    layer = open_path(f"{path}|layername=second_unw", tmp_path)["LOADED"][0]
    assert gdal.Open(layer).ReadAsArray().max() == pytest.approx(2 * bowl(fringes=3.0).max(), rel=1e-5)


def test_corrections_add_the_corrected_phase(tmp_path):
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    builder = Path(__file__).resolve().parents[1] / "products" / "nisar_2026.py"
    subprocess.run([sys.executable, str(builder), str(tmp_path / "nisar")], check=True)
    path = next((tmp_path / "nisar" / "north").glob("*.h5"))
    results = open_path(path, tmp_path, LAYERS="frequencyA/HH/unwrapped", CORRECTIONS="ionosphere")
    corrected = gdal.Open(results["LOADED"][-1])
    values = corrected.ReadAsArray()
    plain = gdal.Open(results["LOADED"][0]).ReadAsArray()
    screen = (np.arange(values.shape[1]) + 0.5) * 80 / 1000 * 0.25  # rad, see the builder
    good = np.isfinite(values)
    assert good.any()
    np.testing.assert_allclose(
        np.abs((plain - values)[good]), np.broadcast_to(screen, values.shape)[good], atol=1e-3
    )
    assert corrected.GetMetadataItem("CORRECTIONS") == "ionosphere"
    with pytest.raises(QgsProcessingException, match="no correction"):
        open_path(path, tmp_path, CORRECTIONS="gravity")
