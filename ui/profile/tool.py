"""The profile tool in the window: its action, the line on the map, the dock, and what they read."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Optional

import numpy as np
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
)
from qgis.gui import QgsVertexMarker
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QColor

from ...engine.errors import QuakeFringeError
from ...engine.output.run_folder import read_summary
from ...engine.profile import Profile
from ..corrections import Corrections
from ..i18n import tr
from ..kept_results.register import Register
from ..kept_results.reopen import run_of
from ..messages import show_message
from ..sources import Source, path_of_uri, source_of_layer, source_of_path
from .dock import ProfileDock
from .map_tool import LINE_COLOUR, LineTool, line_band
from .reader import ProfileReader, Request


class ProfileTool(QObject):
    """Draws lines and shows their profiles.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    register : Register
        Knows which interferogram a layer of a result belongs to.
    """

    def __init__(self, iface, register: Register):
        super().__init__(iface.mainWindow())
        self._iface = iface
        self._register = register
        self._request: Optional[Request] = None
        self._crs = QgsCoordinateReferenceSystem()
        self._previous = None
        canvas = iface.mapCanvas()
        self.dock = ProfileDock(iface.mainWindow())
        iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.hide()
        self.map_tool = LineTool(canvas)
        self.line = line_band(canvas)
        self.marker = QgsVertexMarker(canvas)
        self.marker.setColor(QColor(LINE_COLOUR))
        self.marker.setPenWidth(3)
        self.marker.hide()
        self.reader = ProfileReader(self)
        self.reader.ready.connect(self._show)
        self.reader.failed.connect(self._refuse)
        self.map_tool.drawn.connect(self._drawn)
        self.map_tool.given_up.connect(self._leave_map_tool)
        self.dock.draw.connect(self.start_drawing)
        self.dock.changed.connect(self._read_again)
        self.dock.hovered.connect(self._point_at)
        self.dock.problem.connect(lambda text: show_message(iface, text, Qgis.MessageLevel.Warning))
        self.dock.hidden.connect(self.clear_map)
        QgsProject.instance().cleared.connect(self._forget)

    def remove(self) -> None:
        """Take everything off the window, because the plugin is being unloaded."""
        QgsProject.instance().cleared.disconnect(self._forget)
        self.reader.forget()
        self._leave_map_tool()
        self.map_tool.remove()
        scene = self._iface.mapCanvas().scene()
        for item in (self.line, self.marker):
            scene.removeItem(item)
        self._iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.deleteLater()

    def start_drawing(self) -> None:
        """Let the user draw a line over the active interferogram."""
        try:
            self._target()
        except QuakeFringeError as error:
            show_message(self._iface, str(error), Qgis.MessageLevel.Warning)
            return
        canvas = self._iface.mapCanvas()
        if canvas.mapTool() is not self.map_tool:
            self._previous = canvas.mapTool()
        self.dock.show()
        self.dock.raise_()
        self.dock.say(tr("Click along the line on the map; a double click or right click ends it."))
        canvas.setMapTool(self.map_tool)

    def through_box(self, layer_id: str, input_path: str, box: dict[str, Any]) -> None:
        """Show the profile through a box of a result.

        Parameters
        ----------
        layer_id : str
            Layer of the interferogram; may be empty or gone.
        input_path : str
            Its file.
        """
        try:
            source, corrections = _interferogram(layer_id, input_path)
        except QuakeFringeError as error:
            show_message(self._iface, str(error), Qgis.MessageLevel.Warning)
            return
        self._read(source, corrections, (), tuple(box["extent"]))

    def clear_map(self) -> None:
        """Take the line off the map."""
        self.line.reset()
        self.marker.hide()
        self._leave_map_tool()

    def _target(self) -> tuple[Source, Corrections]:
        """The interferogram of the active layer, or that of the result which the layer belongs to."""
        layer = self._iface.activeLayer()
        run = self._register.find(run_of(layer)) if layer is not None else None
        if run is None:
            return source_of_layer(layer), Corrections.of_layer(layer)
        return _interferogram("", str(read_summary(run.result).input.get("path", "")))

    def _drawn(self, points: list) -> None:
        self._leave_map_tool()
        try:
            source, corrections = self._target()
        except QuakeFringeError as error:
            self._refuse(str(error))
            return
        self._read(source, corrections, tuple(points), None)

    def _read(self, source: Source, corrections: Corrections, points: tuple, box) -> None:
        project = QgsProject.instance()
        self._request = Request(
            source,
            corrections,
            points,
            self._iface.mapCanvas().mapSettings().destinationCrs(),
            project.transformContext(),
            self.dock.settings(),
            box,
        )
        self.dock.show()
        self.dock.raise_()
        self.dock.say(tr("Reading…"))
        self.reader.read(self._request)

    def _read_again(self) -> None:
        if self._request is not None:
            self._request = replace(self._request, settings=self.dock.settings())
            self.reader.read(self._request)

    def _show(self, profile: Profile, crs: QgsCoordinateReferenceSystem) -> None:
        self._crs = crs
        self.dock.show_profile(profile)
        points = [QgsPointXY(x, y) for x, y in zip(profile.x.tolist(), profile.y.tolist())]
        self.line.setToGeometry(QgsGeometry.fromPolylineXY(points), crs)
        self.marker.hide()

    def _refuse(self, reason: str) -> None:
        self.dock.say(reason)

    def _point_at(self, distance: float) -> None:
        """Mark on the map where the cursor is on the plot."""
        profile = self.dock.profile
        if profile is None or not math.isfinite(distance):
            self.marker.hide()
            return
        index = int(np.argmin(np.abs(profile.distance - distance)))
        point = QgsPointXY(float(profile.x[index]), float(profile.y[index]))
        target = self._iface.mapCanvas().mapSettings().destinationCrs()
        if self._crs.isValid() and target.isValid() and self._crs != target:
            point = QgsCoordinateTransform(self._crs, target, QgsProject.instance()).transform(point)
        self.marker.setCenter(point)
        self.marker.show()

    def _leave_map_tool(self) -> None:
        canvas = self._iface.mapCanvas()
        if canvas.mapTool() is self.map_tool:
            canvas.unsetMapTool(self.map_tool)
            if self._previous is not None:
                canvas.setMapTool(self._previous)
        self._previous = None

    def _forget(self) -> None:
        self.reader.forget()
        self._request = None
        self.clear_map()
        self.dock.hide()


def _interferogram(layer_id: str, path: str) -> tuple[Source, Corrections]:
    """The interferogram of a result: its layer while the project has it, else its file."""
    layers = QgsProject.instance().mapLayers()
    candidates = [layers[layer_id]] if layer_id in layers else list(layers.values())
    for layer in candidates:
        if not isinstance(layer, QgsRasterLayer) or not layer.isValid() or run_of(layer):
            continue
        if layer.id() == layer_id or path_of_uri(layer.source()) == path:
            return source_of_layer(layer), Corrections.of_layer(layer)
    return source_of_path(path), Corrections()
