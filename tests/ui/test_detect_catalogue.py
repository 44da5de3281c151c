"""The catalogue and the faults of quakefringe:detect: files, layers of the project and memory layers."""

import processing
import pytest
from osgeo import ogr
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProcessingException, QgsProject, QgsVectorLayer

from quakefringe.engine.catalogue import read_catalogue


@pytest.fixture(autouse=True)
def _plugin(plugin):
    QgsProject.instance().clear()


def run(**parameters):
    return processing.run("quakefringe:detect", parameters)


def settings_of(fake_detect):
    return fake_detect.calls[-1][1]


@pytest.fixture
def quakes():
    layer = QgsVectorLayer("Point?crs=EPSG:4326&field=M_best:double&field=time:string", "Quakes", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes([6.1, "2015-04-25T06:11:25Z"])
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(85, 28)))
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_without_a_catalogue_the_settings_stay_empty(fake_detect, scene):
    run(INPUT=scene)
    settings = settings_of(fake_detect)
    assert (settings.catalogue, settings.catalogue_fields, settings.faults) == (None, None, None)
    assert settings.catalogue_tolerance == 1.0


def test_a_file_that_qgis_cannot_open_reaches_the_engine_as_a_path(fake_detect, scene, tmp_path):
    path = tmp_path / "quakes.xml"
    path.write_text("<q:quakeml/>")
    run(INPUT=scene, CATALOGUE=str(path), CATALOGUE_TOLERANCE=3.5)
    settings = settings_of(fake_detect)
    assert (settings.catalogue, settings.catalogue_tolerance) == (str(path), 3.5)


def test_a_memory_layer_reaches_the_engine_as_a_file_with_mapped_fields(fake_detect, scene, quakes):
    run(INPUT=scene, CATALOGUE=quakes, CATALOGUE_FIELDS="magnitude=M_best")
    settings = settings_of(fake_detect)
    assert settings.catalogue_fields == "magnitude=M_best"
    (event,) = read_catalogue(settings.catalogue, {"magnitude": "M_best"}).events
    assert (event.lon, event.lat, event.magnitude) == (85, 28, 6.1)
    run(INPUT=scene, CATALOGUE=quakes.id())
    assert settings_of(fake_detect).catalogue.endswith(".gpkg")


def test_a_fault_layer_of_a_file_is_read_in_place(fake_detect, scene, tmp_path):
    path = str(tmp_path / "faults.gpkg")
    data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    data.CreateLayer("faults", None, ogr.wkbLineString)
    data = None
    layer = QgsVectorLayer(f"{path}|layername=faults", "Faults", "ogr")
    QgsProject.instance().addMapLayer(layer)
    run(INPUT=scene, FAULTS=layer)
    assert settings_of(fake_detect).faults.startswith(path)


def test_a_wrong_path_gets_one_clear_sentence(fake_detect, scene):
    with pytest.raises(QgsProcessingException, match="neither a file nor a vector layer"):
        run(INPUT=scene, CATALOGUE="/nowhere/quakes.csv")
