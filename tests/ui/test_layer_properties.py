"""Properties of a layer in QGIS (CRS, nodata, band), several files, dates, corrections, and warnings."""

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsRasterRange,
    QgsSingleBandGrayRenderer,
)

from quakefringe.engine.errors import InputError
from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui.sources import source_of_layer, source_of_path


@pytest.fixture(autouse=True)
def _plugin(plugin):
    QgsProject.instance().clear()


def load(path) -> QgsRasterLayer:
    """The raster as a layer of the project."""
    layer = QgsRasterLayer(str(path), "scene")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def settings_of(fake_detect, layer, **parameters):
    """Settings with which the engine runs on a layer."""
    processing.run("quakefringe:detect", {"INPUT": layer, **parameters})
    return fake_detect.calls[-1][1]


def without_crs(path) -> str:
    """A raster in UTM coordinates that does not state its CRS."""
    write_raster(path, wrap(bowl()), epsg=32645)
    raster = gdal.Open(str(path), gdal.GA_Update)
    raster.SetProjection("")
    raster.FlushCache()
    return str(path)


def test_a_crs_assigned_in_qgis_reaches_the_engine(fake_detect, tmp_path):
    layer = load(without_crs(tmp_path / "20150417_20150429.geo.diff_pha.tif"))
    assert not layer.crs().isValid()
    assert settings_of(fake_detect, layer).crs is None
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32645"))
    assert settings_of(fake_detect, layer).crs == "EPSG:32645"


def test_a_crs_assigned_to_the_elevation_model_reaches_the_engine(fake_detect, scene, tmp_path):
    relief = load(without_crs(tmp_path / "relief.tif"))
    assert settings_of(fake_detect, scene, DEM=relief).dem_crs is None
    relief.setCrs(QgsCoordinateReferenceSystem("EPSG:32645"))
    settings = settings_of(fake_detect, scene, DEM=relief)
    assert settings.dem == str(tmp_path / "relief.tif")
    assert settings.dem_crs == "EPSG:32645"
    assert settings.crs is None
    assert settings_of(fake_detect, scene).dem_crs is None


def test_a_custom_crs_reaches_the_engine_as_wkt(fake_detect, scene):
    layer = load(scene)
    layer.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=laea +lat_0=28 +lon_0=85 +units=m"))
    assert "Lambert_Azimuthal" in settings_of(fake_detect, layer).crs


def test_the_crs_of_the_file_is_not_passed_on(fake_detect, scene):
    assert settings_of(fake_detect, load(scene)).crs is None


def test_an_extent_is_transformed_to_a_crs_assigned_in_qgis(fake_detect, tmp_path):
    layer = load(without_crs(tmp_path / "20150417_20150429.geo.diff_pha.tif"))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32645"))
    extent = settings_of(fake_detect, layer, EXTENT="84.97,85.02,27.95,28.0 [EPSG:4326]").extent
    assert 297_000 < extent[0] < 302_000 < extent[2] < 308_000


def test_a_nodata_value_set_in_qgis_reaches_the_engine(fake_detect, scene):
    layer = load(scene)
    assert settings_of(fake_detect, layer).nodata is None
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(7.0, 7.0)])
    assert settings_of(fake_detect, layer).nodata == 7.0


def test_a_range_of_nodata_values_gives_a_warning(scene):
    layer = load(scene)
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(7.0, 7.0), QgsRasterRange(9.0, 12.0)])
    source = source_of_layer(layer)
    assert source.nodata == 7.0
    assert "only 7 is used" in source.notes[0]


def test_the_band_that_the_user_shows_reaches_the_engine(fake_detect, tmp_path):
    bands = np.stack([np.abs(bowl()), bowl(), wrap(bowl())])
    layer = load(write_raster(tmp_path / "stack.tif", bands))
    layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), 3))
    assert settings_of(fake_detect, layer).band == 3
    assert settings_of(fake_detect, layer, BAND=2).band == 2


def test_the_first_band_is_no_choice_of_the_user(fake_detect, tmp_path):
    bands = np.stack([np.abs(bowl()) + 1, wrap(bowl())])
    layer = load(write_raster(tmp_path / "pair.tif", bands))
    assert settings_of(fake_detect, layer).band is None
    layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), 1))
    assert settings_of(fake_detect, layer).band is None


def test_the_button_reads_the_phase_band_and_not_the_amplitude(toolbar, qgis_iface, tmp_path):
    amplitude = (1000 + 100 * np.random.default_rng(1).normal(size=(96, 96))).astype(np.float32)
    path = write_raster(tmp_path / "20150417_20150429.tif", np.stack([amplitude, wrap(bowl())]))
    activate(toolbar, qgis_iface, path)
    toolbar.detect.trigger()
    (run,) = toolbar.runs
    wait_for(lambda: not toolbar.runs, 120)
    assert not [text for text in run.warnings if "amplitude" in text]
    heat = QgsProject.instance().mapLayersByName("Heatmap")
    assert len(heat) == 1, "the amplitude was read: it is no phase"


def test_date_and_corrections_reach_the_engine(fake_detect, scene):
    settings = settings_of(fake_detect, load(scene), DATE=" 20150417_20150429 ", CORRECTIONS="ionosphere")
    assert (settings.date, settings.corrections) == ("20150417_20150429", "ionosphere")
    settings = settings_of(fake_detect, load(scene))
    assert (settings.date, settings.corrections) == (None, None)


def test_unit_sign_and_layer_reach_the_engine(fake_detect, scene):
    settings = settings_of(fake_detect, load(scene), UNIT="cm", POSITIVE="away", LAYER="VV")
    assert (settings.unit, settings.positive, settings.layer) == ("cm", "away", "VV")
    settings = settings_of(fake_detect, load(scene), UNIT="auto")
    assert (settings.unit, settings.positive, settings.layer) == (None, None, None)


@pytest.fixture
def frames(tmp_path):
    """Paths of two frames."""
    return [write_raster(tmp_path / f"2015041{n}_20150429.geo.diff_pha.tif", wrap(bowl())) for n in (6, 7)]


def test_several_files_reach_the_engine_together(frames, monkeypatch):
    received = []

    def refuse(path, settings, **_):
        received.append(path)
        raise InputError("Not today.")

    monkeypatch.setattr("quakefringe.engine.detection.detect", refuse)
    for parameters in (
        {"INPUT": frames},
        {"INPUT": ";".join(frames)},
        {"INPUT": frames[0], "FRAMES": frames[1:]},
    ):
        with pytest.raises(QgsProcessingException, match="Not today"):
            processing.run("quakefringe:detect", parameters)
    assert received == [frames] * 3


def test_a_missing_frame_is_refused_by_name(frames):
    with pytest.raises(QgsProcessingException, match="nowhere"):
        processing.run("quakefringe:detect", {"INPUT": frames[0], "FRAMES": ["/nowhere.tif"]})


def test_a_path_with_a_semicolon_is_one_path(fake_detect, tmp_path):
    path = write_raster(tmp_path / "a;b.tif", wrap(bowl()))
    processing.run("quakefringe:detect", {"INPUT": path})
    assert fake_detect.calls[0][0] == path


def test_several_products_open_with_all_their_layers(frames, tmp_path):
    folders = []
    for path in frames:
        pair = path.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
        folder = tmp_path / pair
        folder.mkdir()
        write_raster(folder / f"{pair}.geo.diff_pha.tif", wrap(bowl()))
        folders.append(str(folder))
    results = processing.run("quakefringe:open", {"INPUT": folders, "OUTPUT": str(tmp_path / "out")})
    assert results["COUNT"] == len(set(results["LOADED"])) == 2


def test_a_date_of_a_product_that_is_no_time_series_is_refused(frames, tmp_path):
    parameters = {"INPUT": frames[0], "OUTPUT": str(tmp_path / "out"), "DATE": "20200101"}
    with pytest.raises(QgsProcessingException, match="no time series"):
        processing.run("quakefringe:open", parameters)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("PG:dbname=insar table=phase mode=2", "database"),
        ("pg: host=server dbname=insar", "database"),
        ("WMS:https://example.org/wms?layers=phase", "web service"),
        ("WCS:https://example.org/wcs?coverage=phase", "web service"),
    ],
)
def test_connections_are_refused_with_a_remedy(path, kind):
    with pytest.raises(InputError, match=f"connection to a {kind}; save the raster as a GeoTIFF"):
        source_of_path(path)
    with pytest.raises(QgsProcessingException, match=kind):
        processing.run("quakefringe:detect", {"INPUT": path})


@pytest.mark.parametrize("by_button", [False, True])
def test_warnings_of_a_result_are_shown_once_on_the_message_bar(
    fake_detect, toolbar, scene, qgis_iface, by_button
):
    fake_detect.warnings = [f"The unit is a guess; set it ({by_button})."]
    if by_button:
        activate(toolbar, qgis_iface, scene)
        toolbar.detect.trigger()
        wait_for(lambda: not toolbar.runs)
    else:
        processing.run("quakefringe:detect", {"INPUT": scene})
    texts = [item.text() for item in qgis_iface.messageBar().items()]
    assert len([text for text in texts if fake_detect.warnings[0] in text]) == 1
