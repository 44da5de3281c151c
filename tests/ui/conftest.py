"""Fixtures: QGIS with the plugin, a scene, and a stand-in for detection."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsLayerTreeModel, QgsProject, QgsRasterLayer
from qgis.gui import QgsLayerTreeView

from quakefringe.engine import detection
from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import FakeDetect, activate, bowl, wait_for, wrap, write_raster


@pytest.fixture
def scene(tmp_path) -> str:
    """A small wrapped interferogram in EPSG:4326."""
    return write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl()))


@pytest.fixture(scope="session")
def plugin(qgis_app, qgis_iface, qgis_processing):
    """The plugin, started as QGIS starts it."""
    plugin = QuakeFringePlugin(qgis_iface)
    plugin.initGui()
    yield plugin
    plugin.unload()


@pytest.fixture
def toolbar(plugin, qgis_iface):
    """The toolbar, with an empty project."""
    QgsProject.instance().clear()
    qgis_iface.messageBar().clear_messages()
    return plugin.toolbar


@pytest.fixture
def panel(plugin, toolbar):
    """The panel, shown beside the window."""
    panel = plugin.panel
    panel.setFloating(True)  # the main window of the tests is hidden
    panel.show()
    yield panel
    panel.hide()


@pytest.fixture
def layers_panel(plugin, qgis_iface, monkeypatch):
    """A Layers panel of the project; since QGIS 3.44, C++ code uses it, which accepts no mock object."""
    view = QgsLayerTreeView()
    view.setModel(QgsLayerTreeModel(QgsProject.instance().layerTreeRoot(), view))
    monkeypatch.setattr(qgis_iface, "layerTreeView", lambda: view, raising=False)
    yield view
    view.deleteLater()


@pytest.fixture
def layer(toolbar, qgis_iface, scene) -> QgsRasterLayer:
    """The small scene as the active layer."""
    return activate(toolbar, qgis_iface, scene)


@pytest.fixture
def fake_detect(monkeypatch) -> FakeDetect:
    """A stand-in for the engine's detection with a known result."""
    fake = FakeDetect()
    monkeypatch.setattr(detection, "detect", fake)
    yield fake
    fake.gate.set()
    wait_for(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
