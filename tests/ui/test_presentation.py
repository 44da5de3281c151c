"""Positions of result layers in the layer tree."""

import pytest
from qgis.core import (
    QgsLayerTreeLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
)

from quakefringe.tests.ui.helpers import bowl, wait_for, write_raster
from quakefringe.ui.presentation import Placer, Presenter, ResultGroup

RUN = ResultGroup("run-1", "Gorkha", "uncertain", "Uncertain (50 %)")


@pytest.fixture
def project(plugin):
    QgsProject.instance().clear()
    return QgsProject.instance()


@pytest.fixture
def heat(tmp_path):
    return QgsRasterLayer(write_raster(tmp_path / "heat.tif", bowl(fringes=1 / 6.3)), "Heatmap")


def process(project, layer, presenter):
    context = QgsProcessingContext()
    context.setProject(project)
    presenter.postProcessLayer(layer, context, QgsProcessingFeedback(False))


def nodes(project):
    return [node.name() for node in project.layerTreeRoot().findLayers()]


def test_a_layer_that_reaches_the_tree_late_is_grouped_once(project, heat):
    project.addMapLayer(heat, False)
    process(project, heat, Presenter(RUN, "heatmap"))
    assert project.layerTreeRoot().findGroups() == []
    project.layerTreeRoot().insertChildNode(0, QgsLayerTreeLayer(heat))
    wait_for(lambda: project.layerTreeRoot().findGroups() != [])
    assert nodes(project) == ["Uncertain (50 %)", "Heatmap"]


def test_the_group_goes_beside_an_interferogram_in_a_group(project, heat, tmp_path):
    source = QgsRasterLayer(write_raster(tmp_path / "scene.tif", bowl()), "scene")
    outer = project.layerTreeRoot().addGroup("Outer")
    project.addMapLayer(source, False)
    outer.addLayer(source)
    project.addMapLayer(heat)
    process(project, heat, Presenter(ResultGroup("r", "Gorkha", "absent", "Absent", source.id()), "heatmap"))
    assert [node.name() for node in outer.children()] == ["Gorkha", "scene"]


def test_post_processors_are_released_after_use(project, heat):
    project.addMapLayer(heat)
    presenter = Presenter(RUN, "heatmap")
    assert presenter in Placer._kept
    process(project, heat, presenter)
    wait_for(lambda: presenter not in Placer._kept)
