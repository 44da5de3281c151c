"""The profile tool: drawing a line, through a box, both plots, exports, warnings."""

import csv
import math
from types import SimpleNamespace

import numpy as np
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QColor, QImage, QKeyEvent, QPalette
from qgis.PyQt.QtWidgets import QWidget

from quakefringe.tests.ui.helpers import activate, bowl, wait_for, wrap, write_raster
from quakefringe.ui.profile import plot as plots
from quakefringe.ui.profile.labels import SERIES_COLOUR, colours
from quakefringe.ui.profile.limits import ticks
from quakefringe.ui.profile.painted_plot import PaintedPlot

WGS84 = "EPSG:4326"
MIDDLE_ROW_Y = 27.952
ACROSS = [QgsPointXY(85.001, MIDDLE_ROW_Y), QgsPointXY(85.095, MIDDLE_ROW_Y)]


@pytest.fixture
def tool(plugin, toolbar, qgis_iface):
    tool = plugin.window.profile
    qgis_iface.mapCanvas().setDestinationCrs(QgsCoordinateReferenceSystem(WGS84))
    tool.dock.setFloating(True)  # the main window of the tests is hidden
    yield tool
    tool._forget()
    tool.dock.profile = None


def click(tool, point, button=Qt.MouseButton.LeftButton):
    tool.map_tool.canvasPressEvent(SimpleNamespace(button=lambda: button, mapPoint=lambda: point))


def draw(tool, points):
    tool.start_drawing()
    for point in points:
        click(tool, point)
    click(tool, points[-1], Qt.MouseButton.RightButton)
    wait_for(lambda: tool.dock.state.text() != "Reading…")


def test_a_drawn_line_becomes_a_plot(tool, layer, qgis_iface):
    before = qgis_iface.mapCanvas().mapTool()
    draw(tool, ACROSS)
    profile = tool.dock.profile
    # Six fringes of a LiCSAR product, positive towards the satellite after reading.
    assert np.nanmax(np.abs(profile.los_cm)) == pytest.approx(6 * profile.fringe, rel=0.05)
    wait_for(tool.dock.plot.isVisible)
    assert tool.line.asGeometry().length() == pytest.approx(0.094, abs=0.001)
    assert qgis_iface.mapCanvas().mapTool() is before
    assert tool.dock.csv.isEnabled() and tool.dock.png.isEnabled()


def test_the_line_may_be_drawn_in_another_coordinate_system(tool, layer, qgis_iface):
    qgis_iface.mapCanvas().setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    from qgis.core import QgsCoordinateTransform

    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(WGS84), QgsCoordinateReferenceSystem("EPSG:3857"), QgsProject.instance()
    )
    draw(tool, [transform.transform(point) for point in ACROSS])
    profile = tool.dock.profile
    assert (profile.x[0], profile.y[-1]) == pytest.approx((85.001, MIDDLE_ROW_Y), abs=1e-6)
    tool._point_at(float(profile.distance[0]))
    assert tool.marker.isVisible()
    assert tool.marker.center().x() == pytest.approx(transform.transform(ACROSS[0]).x(), abs=1.0)
    tool._point_at(math.nan)
    assert not tool.marker.isVisible()


def test_escape_and_backspace_take_points_back(tool, layer, qgis_iface):
    tool.start_drawing()
    for point in ACROSS:
        click(tool, point)

    def press(key):
        tool.map_tool.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))

    press(Qt.Key.Key_Backspace)
    assert tool.map_tool._points == ACROSS[:1]
    press(Qt.Key.Key_Escape)
    assert tool.map_tool._points == []
    assert qgis_iface.mapCanvas().mapTool() is not tool.map_tool
    assert tool.dock.profile is None


def test_the_panel_shows_the_profile_through_a_box(tool, fake_detect, layer, plugin):
    panel = plugin.panel
    panel.setFloating(True)
    panel.show()
    panel.start()
    wait_for(lambda: not panel._detections.runs)
    button = panel.steps.buttons["profile"]
    assert button.text() == "Profile through box 1"
    button.click()
    wait_for(lambda: tool.dock.profile is not None)
    box = panel.boxes.selected()
    profile = tool.dock.profile
    # A degree of latitude is longer than one of longitude, so the line across runs from west to east.
    assert profile.x.min() <= box["extent"][0] and profile.x.max() >= box["extent"][2]
    assert np.allclose(profile.y, (box["extent"][1] + box["extent"][3]) / 2)
    panel.hide()


def test_dense_fringes_are_called_unsafe(tool, toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl(fringes=30.0)))
    activate(toolbar, qgis_iface, path)
    draw(tool, ACROSS)
    assert "Unwrapping is unsafe" in tool.dock.state.text()
    count = tool.dock.profile.unsafe.sum()
    tool.dock.largest_step.setValue(1.0)
    wait_for(lambda: tool.dock.profile.unsafe.sum() < count)
    tool.dock.largest_step.setValue(0.6)


def test_averaging_stays_odd_and_reads_again(tool, layer):
    draw(tool, ACROSS)
    first = tool.dock.profile
    tool.dock.average.setValue(4)
    assert tool.dock.average.value() == 5
    wait_for(lambda: tool.dock.profile is not first)
    tool.dock.average.setValue(3)


def test_a_line_beside_the_scene_says_so(tool, layer):
    draw(tool, [QgsPointXY(10.0, 10.0), QgsPointXY(10.1, 10.0)])
    assert "no valid data along this line" in tool.dock.state.text()
    assert tool.dock.profile is None


def test_without_an_interferogram_the_tool_says_why(tool, qgis_iface, monkeypatch):
    monkeypatch.setattr(qgis_iface, "activeLayer", lambda: None)
    tool.start_drawing()
    assert "No layer is active" in qgis_iface.messageBar().currentItem().text()
    assert qgis_iface.mapCanvas().mapTool() is not tool.map_tool


@pytest.mark.parametrize("with_matplotlib", [True, False])
def test_the_exports_have_the_profile(tool, layer, tmp_path, monkeypatch, with_matplotlib):
    draw(tool, ACROSS)
    profile = tool.dock.profile
    if not with_matplotlib:
        monkeypatch.setattr(plots, "load_matplotlib", lambda: None)
    elif plots.load_matplotlib() is None:
        pytest.skip("this QGIS has no matplotlib")
    widget = plots.make_plot()
    assert isinstance(widget, PaintedPlot) is not with_matplotlib
    widget.resize(600, 300)
    widget.show_profile(profile)
    path = tmp_path / "profile.png"
    widget.save_png(profile, str(path))
    image = QImage(str(path))
    assert (image.width(), image.height()) == (2000, 900)
    colours = {image.pixelColor(x, y).name() for x in range(0, 2000, 2) for y in range(0, 900, 2)}
    assert {"#ffffff", SERIES_COLOUR} <= colours
    tool.dock.export_csv(str(tmp_path / "profile.csv"))
    rows = list(csv.DictReader((tmp_path / "profile.csv").open(encoding="utf-8")))
    assert len(rows) == len(profile.distance)


def test_the_painted_plot_reports_the_distance_below_the_cursor(tool, layer):
    draw(tool, ACROSS)
    widget = PaintedPlot()
    widget.resize(600, 300)
    widget.show_profile(tool.dock.profile)
    widget.grab()
    seen = []
    widget.hovered.connect(seen.append)
    middle = widget._area.center().toPoint()
    widget.mouseMoveEvent(SimpleNamespace(pos=lambda: middle))
    assert seen[-1] == pytest.approx(tool.dock.profile.distance[-1] / 2, rel=0.02)
    widget.leaveEvent(QEvent(QEvent.Type.Leave))
    assert math.isnan(seen[-1])


def test_ticks_are_round_numbers():
    assert ticks(0.0, 9.3, 6) == [0, 2, 4, 6, 8]
    assert ticks(-0.31, 0.28, 5) == pytest.approx([-0.2, 0.0, 0.2])


@pytest.mark.parametrize(
    ("text", "base", "readable"),
    [("#111111", "#222222", False), ("#eeeeee", "#222222", True), ("#000000", "#ffffff", True)],
)
def test_the_plot_can_be_read_in_every_theme(qgis_app, text, base, readable):
    widget = QWidget()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(text))  # the first pair is QGIS' own Night Mapping
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    widget.setPalette(palette)
    front, back = colours(widget)
    assert back == QColor(base)
    assert (front == QColor(text)) == readable
    assert abs(front.lightness() - back.lightness()) > 100
