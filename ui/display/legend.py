"""Legends of colour ramps that can be read on a dark theme.

QGIS writes the numbers of a continuous ramp in black whatever the theme. On a dark one the legend is
therefore a few colours of the ramp, whose numbers QGIS writes in the colour of the theme.
"""

from __future__ import annotations

from qgis.core import QgsMapLayerLegendUtils, QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QApplication

COLOURS_SHOWN = 5
MAX_STOPS = 200
"""Stops up to which a ramp is listed; QGIS makes an entry of each, shown or not, which takes time."""
DARK_MAX_LIGHTNESS = 110
"""Lightness (0 to 255) of a background up to which a theme is dark."""


def make_legible(layer: QgsRasterLayer) -> None:
    """Suit the legend of a layer on the map to the theme of the window."""
    shader = getattr(layer.renderer(), "shader", lambda: None)()
    ramp = shader.rasterShaderFunction() if shader is not None else None
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    if node is None or not hasattr(ramp, "legendSettings"):
        return
    stops = len(ramp.colorRampItemList())
    listed = is_dark() and COLOURS_SHOWN <= stops <= MAX_STOPS
    ramp.legendSettings().setUseContinuousLegend(not listed)
    shown = [round(i * (stops - 1) / (COLOURS_SHOWN - 1)) for i in range(COLOURS_SHOWN)]
    QgsMapLayerLegendUtils.setLegendNodeOrder(node, [0, *(1 + i for i in shown)] if listed else [])
    if not listed:
        node.removeCustomProperty("legend/node-order")
    if layer.legend() is not None:
        layer.legend().itemsChanged.emit()


def is_dark() -> bool:
    """Whether the window has a dark theme."""
    return QApplication.palette().color(QPalette.ColorRole.Base).lightness() <= DARK_MAX_LIGHTNESS
