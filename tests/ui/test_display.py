"""The display of heatmaps, fringes of any size, the page of options, and reloading the plugin."""

import pytest
from qgis.core import QgsMapLayerLegendUtils, QgsProject
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication

from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import activate, bowl, wait_for, write_raster
from quakefringe.ui.display.heatmap_style import show_heatmap
from quakefringe.ui.options.page import OptionsPage
from quakefringe.ui.options.preferences import (
    DEFAULTS,
    Preferences,
    detection_parameters,
    load_preferences,
    reset_preferences,
    save_preferences,
)
from quakefringe.ui.styles import apply_fringe, apply_wrapped


def items(layer):
    return layer.renderer().shader().rasterShaderFunction().colorRampItemList()


def alpha(layer, value):
    visible, _red, _green, _blue, opacity = layer.renderer().shader().shade(value)
    return opacity if visible else 0


@pytest.fixture
def clean_preferences(plugin):
    reset_preferences()
    yield
    reset_preferences()


def test_heat_below_the_threshold_is_hidden(fake_detect, toolbar, layer):
    toolbar.detect.trigger()
    wait_for(lambda: not toolbar.runs)
    heat = QgsProject.instance().mapLayersByName("Heatmap")[0]
    before = alpha(heat, 0.8)
    show_heatmap(heat, 1, 0.5)
    assert alpha(heat, 0.45) == 0
    assert alpha(heat, 0.8) == pytest.approx(before, abs=2)
    show_heatmap(heat, 1, 0.0)
    assert alpha(heat, 0.45) > 0


def test_displacement_is_shown_as_fringes_of_any_size(toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "S1_los_disp.tif", bowl(fringes=1.0) * 0.02, unit="m")
    layer = activate(toolbar, qgis_iface, path)
    note = apply_fringe(layer, 0.12)
    assert "12 cm" in note
    start = items(layer)[0].color
    ends = [one.value for one in items(layer) if one.color == start]
    assert ends[1] - ends[0] == pytest.approx(0.12)
    assert list(tmp_path.iterdir()) == [tmp_path / "S1_los_disp.tif"], "no file was written"


def test_unwrapped_phase_is_rewrapped_by_its_wavelength(toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "20150417_20150429.geo.unw.tif", bowl(fringes=9.0), unit="rad")
    layer = activate(toolbar, qgis_iface, path)
    apply_fringe(layer, 0.0555 / 2 * 3)
    start = items(layer)[0].color
    ends = [one.value for one in items(layer) if one.color == start]
    assert ends[1] - ends[0] == pytest.approx(3 * 6.283, rel=0.01)


def test_wrapped_phase_cannot_be_rewrapped(plugin, toolbar, layer, qgis_iface):
    plugin.panel.display.rewrap()
    assert "wrapped already" in qgis_iface.messageBar().currentItem().text()


def test_preferences_are_kept_and_reset(clean_preferences):
    chosen = Preferences("numpy", 2, "temporary", "/x", 0.6, 0.3, "/dem.tif", "/c.csv", 12.0)
    save_preferences(chosen)
    assert load_preferences() == chosen
    assert detection_parameters(chosen) == {
        "BACKEND": "numpy",
        "THRESHOLD": 0.6,
        "COHERENCE": 0.3,
        "DEM": "/dem.tif",
        "CATALOGUE": "/c.csv",
    }
    reset_preferences()
    assert load_preferences() == DEFAULTS
    assert detection_parameters(DEFAULTS) == {}


def test_the_page_of_options_stores_what_it_shows(clean_preferences):
    page = OptionsPage()
    page.place.setCurrentIndex(page.place.findData("temporary"))
    page.threads.setValue(3)
    page.fringe.setValue(12.0)
    assert load_preferences() == DEFAULTS, "nothing is stored before OK"
    page.apply()
    assert load_preferences() == Preferences(place="temporary", threads=3, fringe_cm=12.0)
    page.show_preferences(DEFAULTS)
    page.apply()
    assert load_preferences() == DEFAULTS


def test_the_plugin_reloads_twenty_times(plugin, qgis_iface):
    plugin.unload()
    try:
        for _ in range(20):
            other = QuakeFringePlugin(qgis_iface)
            other.initGui()
            assert other.toolbar.detect is not None
            other.unload()
            assert other.window is None
    finally:
        plugin.initGui()


def test_the_legend_can_be_read_on_a_dark_theme(toolbar, layer, layers_panel):
    """QGIS writes the numbers of a continuous ramp in black on every theme."""
    model = layers_panel.layerTreeModel()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())

    def labels():
        model.refreshLayerLegend(node)
        return [str(one.data(0)) for one in model.layerLegendNodes(node)]

    light = QApplication.palette()
    dark = QPalette(light)
    dark.setColor(QPalette.ColorRole.Base, QColor("#202020"))
    QApplication.setPalette(dark)
    try:
        apply_wrapped(layer)
        shown = labels()
        assert len(shown) == 6, shown
        assert float(shown[1]) == pytest.approx(-3.14) and float(shown[-1]) == pytest.approx(3.14)
    finally:
        QApplication.setPalette(light)
    apply_wrapped(layer)
    assert len(labels()) == 2, "the name of the band and the continuous ramp"
    assert not QgsMapLayerLegendUtils.hasLegendNodeOrder(node)


@pytest.fixture
def panel(panel):
    yield panel
    panel.options.heads.setChecked(False)


def test_single_heads_come_with_a_second_search(fake_detect, panel, layer):
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    band = panel.display.band
    assert [band.itemText(i) for i in range(band.count())] == [
        "combined attention",
        "single heads and mask: search again",
    ]
    band.setCurrentIndex(1)
    band.activated.emit(1)
    wait_for(lambda: fake_detect.calls and len(fake_detect.calls) == 2 and not panel._detections.runs)
    titles = [band.itemText(i) for i in range(band.count())]
    assert titles == ["combined attention", "head 1", "head 2", "mask of deformed ground"]
    band.setCurrentIndex(2)
    band.activated.emit(2)
    run = panel.result.run
    layers = QgsProject.instance().mapLayersByName("Heatmap")
    (heat,) = [one for one in layers if one.source() == run.folder.heads]
    assert heat.renderer().band() == 2
    assert heat.isValid()
    panel.display.show_run(run)
    assert band.currentText() == "head 2", "a project that is opened again shows the same"
    band.setCurrentIndex(0)
    band.activated.emit(0)
    assert heat.source() == run.folder.heatmap


def test_the_threshold_hides_parts_of_a_head(fake_detect, panel, layer):
    panel.options.heads.setChecked(True)
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    panel.display.band.setCurrentIndex(1)
    panel.display.band.activated.emit(1)
    panel.display.threshold.setValue(60)
    heat = QgsProject.instance().mapLayersByName("Heatmap")[0]
    assert alpha(heat, 0.5) == 0 and alpha(heat, 0.9) > 0
    panel.display.opacity.setOpacity(0.4)
    assert heat.opacity() == pytest.approx(0.4)
