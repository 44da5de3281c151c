"""The heatmap's style: which band, from which value on."""

from __future__ import annotations

from qgis.core import (
    QgsColorRampShader,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from ..resources import style
from .legend import make_legible

SHARP = 1e-4
"""Width of the step from invisible to visible at the threshold."""


def show_heatmap(layer: QgsRasterLayer, band: int, threshold: float) -> None:
    """Show a band of a heatmap, and hide what lies below a threshold.

    Parameters
    ----------
    band : int
        From 1.
    threshold : float
        0 to 1.
    """
    template = QgsRasterLayer(layer.source(), "", layer.providerType())
    template.loadNamedStyle(style("heatmap"))
    ramp = template.renderer().shader().rasterShaderFunction()
    items = _cut(list(ramp.colorRampItemList()), threshold)
    function = QgsColorRampShader(ramp)
    function.setColorRampItemList(items)
    shader = QgsRasterShader(ramp.minimumValue(), ramp.maximumValue())
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), band, shader)
    renderer.setClassificationMin(ramp.minimumValue())
    renderer.setClassificationMax(ramp.maximumValue())
    renderer.setOpacity(layer.renderer().opacity())
    layer.setRenderer(renderer)
    make_legible(layer)
    layer.triggerRepaint()
    layer.emitStyleChanged()


def _cut(items: list, threshold: float) -> list:
    """The stops of a ramp, transparent below a threshold."""
    if threshold <= items[0].value:
        return items
    at = _colour(items, threshold)
    clear = QColor(at)
    clear.setAlpha(0)
    item = QgsColorRampShader.ColorRampItem
    above = [one for one in items if one.value > threshold]
    return [item(items[0].value, clear), item(threshold - SHARP, clear), item(threshold, at), *above]


def _colour(items: list, value: float) -> QColor:
    """The colour of a ramp at a value."""
    for low, high in zip(items, items[1:]):
        if low.value <= value <= high.value and high.value > low.value:
            share = (value - low.value) / (high.value - low.value)
            pairs = zip(low.color.getRgb(), high.color.getRgb())
            return QColor(*(round(a + share * (b - a)) for a, b in pairs))
    return QColor(items[-1].color)
