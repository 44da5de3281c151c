"""Numbers of colour ramps that can be read on a dark theme.

QGIS draws them in black whatever the theme. A print layout uses the same text format on white paper, so the
colour must suit both.
"""

from __future__ import annotations

from qgis.core import QgsRasterLayer, QgsTextFormat
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication

MIDDLE_GREY = "#7f7f7f"
"""Contrast of 4.0 to white and of 4.0 to the window of QGIS' dark themes (#202020)."""
DARK_MAX_LIGHTNESS = 110
"""Lightness (0 to 255) of a background up to which a theme is dark."""


def make_legible(layer: QgsRasterLayer) -> None:
    """Write the numbers of a layer's colour ramp in grey if the theme is dark."""
    renderer = layer.renderer()
    shader = getattr(renderer, "shader", lambda: None)()
    function = shader.rasterShaderFunction() if shader is not None else None
    settings = getattr(function, "legendSettings", lambda: None)()
    if settings is None or not is_dark():
        return
    text = QgsTextFormat.fromQFont(QApplication.font())
    text.setColor(QColor(MIDDLE_GREY))
    settings.setTextFormat(text)
    layer.emitStyleChanged()
    layer.legendChanged.emit()


def is_dark() -> bool:
    """Whether the window has a dark theme."""
    return QApplication.palette().color(QPalette.ColorRole.Base).lightness() <= DARK_MAX_LIGHTNESS
