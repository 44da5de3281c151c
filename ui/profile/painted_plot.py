"""A profile painted with Qt alone."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QWidget

from ...engine.errors import OutputError
from ...engine.profile import Profile
from ..i18n import tr
from . import labels
from .limits import ticks, value_range

PNG_WIDTH_PIXELS, PNG_HEIGHT_PIXELS, PNG_SCALE = 2000, 900, 2.0
MIN_TICK_DISTANCE_PIXELS = 70
SIDES = (Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter)


class PaintedPlot(QWidget):
    """A plot in the colours and the font of the window."""

    hovered = pyqtSignal(float)
    """Distance below the cursor; NaN when it leaves the plot."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setMouseTracking(True)
        self._profile: Optional[Profile] = None
        self._area = QRectF()

    def show_profile(self, profile: Profile) -> None:
        """Plot a profile."""
        self._profile = profile
        self.update()

    def save_png(self, profile: Profile, path: str) -> None:
        """Write a picture on white, whatever the theme."""
        image = QImage(PNG_WIDTH_PIXELS, PNG_HEIGHT_PIXELS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(PNG_SCALE)
        painter = QPainter(image)
        size = QRectF(0, 0, PNG_WIDTH_PIXELS / PNG_SCALE, PNG_HEIGHT_PIXELS / PNG_SCALE)
        draw(painter, size, profile, QColor("#202020"), QColor("#ffffff"))
        painter.end()
        if not image.save(path, "PNG"):
            raise OutputError(tr("The picture could not be written; choose another folder."))

    def paintEvent(self, _event) -> None:
        """Paint the profile."""
        painter = QPainter(self)
        front, back = labels.colours(self)
        if self._profile is None:
            painter.fillRect(self.rect(), back)
        else:
            self._area = draw(painter, QRectF(self.rect()), self._profile, front, back)
        painter.end()

    def mouseMoveEvent(self, event) -> None:
        """Report the distance below the cursor."""
        x = event.pos().x()
        if self._profile is not None and self._area.left() <= x <= self._area.right():
            share = (x - self._area.left()) / self._area.width()
            start, end = self._profile.distance[0], self._profile.distance[-1]
            self.hovered.emit(float(start + share * (end - start)))
        else:
            self.hovered.emit(math.nan)

    def leaveEvent(self, event) -> None:
        """Report that the cursor left."""
        self.hovered.emit(math.nan)
        super().leaveEvent(event)


def draw(painter: QPainter, size: QRectF, profile: Profile, front: QColor, back: QColor) -> QRectF:
    """Paint a profile, and return the area between its axes."""
    painter.fillRect(size, back)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QFontMetricsF(painter.font()).height()
    area = size.adjusted(3.6 * line, 0.8 * line, -line, -2.6 * line)
    low, high = value_range(profile)
    start, end = float(profile.distance[0]), float(profile.distance[-1])

    def place(distance: float, value: float) -> QPointF:
        return QPointF(
            area.left() + (distance - start) / (end - start) * area.width(),
            area.bottom() - (value - low) / (high - low) * area.height(),
        )

    _axes(painter, area, profile, front, place, line)
    for distance in profile.distance[profile.unsafe].tolist():
        painter.setPen(QPen(QColor(labels.UNSAFE_COLOUR), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(place(distance, low), place(distance, high))
    painter.setPen(QPen(QColor(labels.SERIES_COLOUR), 2.0))
    finite = np.isfinite(profile.values)
    for part in np.split(np.arange(len(finite)), np.nonzero(np.diff(finite))[0] + 1):
        if finite[part[0]]:
            points = zip(profile.distance[part].tolist(), profile.values[part].tolist())
            painter.drawPolyline(QPolygonF([place(x, y) for x, y in points]))
    _mark_fringe(painter, profile, place, (low, high), end - labels.FRINGE_AT * (end - start))
    return area


def _axes(painter: QPainter, area: QRectF, profile: Profile, front: QColor, place, line: float) -> None:
    """Grid, numbers and titles."""
    faint = QColor(front)
    faint.setAlphaF(0.18)
    low, high = value_range(profile)
    start, end = float(profile.distance[0]), float(profile.distance[-1])
    for value in ticks(low, high, max(2, int(area.height() / (2.2 * line)))):
        y = place(start, value).y()
        painter.setPen(QPen(faint, 1.0 if value else 2.0))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        box = QRectF(area.left() - 2.6 * line, y - line / 2, 2.4 * line, line)
        _text(painter, box, f"{value:g}", front, SIDES[0])
    for distance in ticks(start, end, max(2, int(area.width() / MIN_TICK_DISTANCE_PIXELS))):
        x = place(distance, low).x()
        painter.setPen(QPen(faint, 1.0))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        box = QRectF(x - 3 * line, area.bottom() + 0.2 * line, 6 * line, line)
        _text(painter, box, f"{distance:g}", front, SIDES[1])
    below = QRectF(area.left(), area.bottom() + 1.3 * line, area.width(), 1.2 * line)
    _text(painter, below, labels.distance_title(profile), front, SIDES[1])
    painter.save()
    painter.translate(area.left() - 3.5 * line, area.bottom())
    painter.rotate(-90)
    _text(painter, QRectF(0, 0, area.height(), line), labels.value_title(profile), front, SIDES[1])
    painter.restore()


def _text(painter: QPainter, box: QRectF, text: str, colour: QColor, side: Qt.AlignmentFlag) -> None:
    painter.setPen(colour)
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), text)


def _mark_fringe(painter: QPainter, profile: Profile, place, limits: tuple[float, float], at: float) -> None:
    """A bar as high as one fringe, where the end of the profile leaves room."""
    low, high = limits
    last = profile.values[np.isfinite(profile.values)][-1]
    space = 0.04 * (high - low)
    bottom = low + space if last > (low + high) / 2 else high - space - profile.fringe
    lower, upper = place(at, bottom), place(at, bottom + profile.fringe)
    painter.setPen(QPen(QColor(labels.FRINGE_COLOUR), 2.0))
    painter.drawLine(lower, upper)
    for end in (lower, upper):
        painter.drawLine(end + QPointF(-4, 0), end + QPointF(4, 0))
    middle = (lower.y() + upper.y()) / 2
    box = QRectF(lower.x() - 308, middle - 10, 300, 20)
    _text(painter, box, labels.fringe_text(profile), QColor(labels.FRINGE_COLOUR), SIDES[0])
