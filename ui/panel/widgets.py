"""Small widgets of the panel: elided text, section titles, muted text, colours that suit every theme."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QEvent, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from ..resources import icon
from .sharp_icons import SharpToolButton

VERDICT_COLOURS = {"present": "#c4382c", "absent": "#3a7d4f", "uncertain": "#b7791f"}
"""Accents of the verdicts; each has a contrast of at least 3 to white and to the dark theme's background."""
BOX_COLOURS = {"earthquake": "#c4382c", "other": "#b7791f"}
MARK_SIZES_PIXELS = (16, 24, 32, 48)
"""Sizes of a mark in a list, for displays of one to three times the usual density."""


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where the dock is narrow; the tooltip has the whole text."""

    def __init__(self, text: str = "", parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text, and the tooltip with it."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._elide()

    def text(self) -> str:
        """The whole text."""
        return self._text

    def minimumSizeHint(self) -> QSize:
        """No width is too small."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event) -> None:
        """Fit the text to another font or theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        indent = metrics.horizontalAdvance("x") // 2 if self.frameWidth() else 0  # as QLabel draws it
        width = self.contentsRect().width() - indent
        super().setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, width))


def section_title(text: str) -> QLabel:
    """The title of a part of the panel."""
    label = QLabel(text)
    font = QFont(label.font())
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 6, 0, 0)
    return label


def wrapped_label(text: str = "", muted: bool = False) -> QLabel:
    """A text of several lines, which a narrow dock breaks; muted texts are secondary."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if muted:
        mute(label)
    return label


def mute(widget: QWidget) -> None:
    """Draw the text of a widget between the colours of text and background."""
    palette = QPalette(widget.palette())
    palette.setColor(QPalette.ColorRole.WindowText, muted_colour(widget))
    widget.setPalette(palette)


def muted_colour(widget: QWidget) -> QColor:
    """Text at two thirds of its contrast, in the theme of the window."""
    palette = widget.palette() if widget.parent() is None else widget.parentWidget().palette()
    return blend(palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window), 0.3)


def blend(front: QColor, back: QColor, share: float) -> QColor:
    """A colour between two; `share` is the part of `back`."""
    return QColor(
        *(round((1 - share) * a + share * b) for a, b in zip(front.getRgb()[:3], back.getRgb()[:3]))
    )


def dot(colour: str) -> QIcon:
    """A filled circle, as the mark of a verdict in a list."""
    return _mark(colour, hollow=False)


def outline(colour: str) -> QIcon:
    """An empty square, as the mark of a box in a list."""
    return _mark(colour, hollow=True)


def _mark(colour: str, hollow: bool) -> QIcon:
    icon_of_mark = QIcon()
    for pixels in MARK_SIZES_PIXELS:
        pixmap = _drawn_mark(QColor(colour), hollow, pixels)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint that of a selected line
            icon_of_mark.addPixmap(pixmap, mode)
    return icon_of_mark


def _drawn_mark(colour: QColor, hollow: bool, pixels: int) -> QPixmap:
    """A mark on a transparent square; its outline lies on whole pixels."""
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    margin = pixels // 8
    side = pixels - 2 * margin
    if hollow:
        width = 2 * (pixels // 16)
        painter.fillRect(margin, margin, side, side, colour)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(margin + width, margin + width, side - 2 * width, side - 2 * width, colour)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(margin, margin, side, side)
    painter.end()
    return pixmap


def tool_button(icon_name: str, text: str, parent: Optional[QWidget] = None) -> QToolButton:
    """A flat button with an icon; its text is the tooltip and the name for screen readers."""
    button = SharpToolButton(parent)
    button.setIcon(icon(icon_name))
    button.setAutoRaise(True)
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button


def rule() -> QFrame:
    """A thin line between two parts."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line
