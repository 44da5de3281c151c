"""The map tool that draws the line of a profile."""

from __future__ import annotations

from qgis.core import Qgis, QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor

LINE_COLOUR = "#e0479e"
"""Stands out from the cyclic style, from blue and red, and from satellite pictures."""
LINE_WIDTH_PIXELS = 2


def line_band(canvas) -> QgsRubberBand:
    """A line over the map, invisible until it has points."""
    kind = getattr(Qgis, "GeometryType", None)  # since QGIS 3.30
    line = kind.Line if kind is not None else QgsWkbTypes.GeometryType.LineGeometry
    band = QgsRubberBand(canvas, line)
    band.setColor(QColor(LINE_COLOUR))
    band.setSecondaryStrokeColor(QColor(255, 255, 255, 200))
    band.setWidth(LINE_WIDTH_PIXELS)
    return band


class LineTool(QgsMapTool):
    """Each click adds a point; a double or right click ends the line, Escape gives it up."""

    drawn = pyqtSignal(list)
    """The points, as `QgsPointXY` in the coordinate system of the map."""
    given_up = pyqtSignal()

    def __init__(self, canvas):
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._band = line_band(canvas)
        self._points: list[QgsPointXY] = []

    def canvasPressEvent(self, event) -> None:
        """Add a point, or end the line with the right button."""
        if event.button() == Qt.MouseButton.RightButton:
            self._end()
            return
        point = event.mapPoint()
        if not self._points or point != self._points[-1]:
            self._points.append(point)
        self._show(point)

    def canvasMoveEvent(self, event) -> None:
        """Show the line as far as the cursor."""
        if self._points:
            self._show(event.mapPoint())

    def canvasDoubleClickEvent(self, event) -> None:
        """End the line; the first of the two clicks added its point."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def keyPressEvent(self, event) -> None:
        """Backspace removes the last point, Escape gives up."""
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self._points:
            self._points.pop()
            self._show(None)
            event.ignore()  # otherwise QGIS deletes features
        elif event.key() == Qt.Key.Key_Escape:
            self._clear()
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end()

    def deactivate(self) -> None:
        """Forget the line when another tool is chosen."""
        self._clear()
        super().deactivate()

    def remove(self) -> None:
        """Take the line off the map for good."""
        self._clear()
        self.canvas().scene().removeItem(self._band)
        self.deleteLater()

    def _end(self) -> None:
        points = list(self._points)
        self._clear()
        if len(points) > 1:
            self.drawn.emit(points)
        else:
            self.given_up.emit()

    def _show(self, cursor) -> None:
        points = [*self._points, cursor] if cursor is not None else list(self._points)
        self._band.setToGeometry(QgsGeometry.fromPolylineXY(points), None)

    def _clear(self) -> None:
        self._points = []
        self._band.reset()
