"""The verdict as a label on the map: an annotation layer, saved with the project and tied to the scene."""

from __future__ import annotations

from qgis.core import (
    QgsAnnotationLayer,
    QgsAnnotationPointTextItem,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsPointXY,
    QgsRectangle,
    QgsTextBackgroundSettings,
    QgsTextFormat,
)
from qgis.PyQt.QtCore import QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont

COLOURS = {"present": "#b3261e", "absent": "#2e5d3a", "uncertain": "#8a5a00"}
"""Dark enough for white text."""


def verdict_layer(
    text: str,
    verdict: str,
    extent: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    transforms: QgsCoordinateTransformContext,
) -> QgsAnnotationLayer:
    """A layer with the verdict written on the lower edge of the scene.

    The upper edge would lie under QGIS' message bar when the scene fills the map.

    Parameters
    ----------
    text, verdict : str
        What to write; "present", "absent" or "uncertain".
    extent : QgsRectangle
        The scene, in `crs`.
    """
    layer = QgsAnnotationLayer(text, QgsAnnotationLayer.LayerOptions(transforms))
    layer.setCrs(crs)
    place = QgsPointXY(extent.center().x(), extent.yMinimum() + 0.02 * extent.height())
    item = QgsAnnotationPointTextItem(text, place)
    item.setFormat(_text_format(QColor(COLOURS.get(verdict, COLOURS["uncertain"]))))
    item.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    layer.addItem(item)
    return layer


def _text_format(colour: QColor) -> QgsTextFormat:
    text = QgsTextFormat()
    font = QFont("Open Sans")
    font.setBold(True)
    text.setFont(font)
    text.setSize(12)  # points, QGIS' default; the plate below is in its default, millimetres
    text.setColor(QColor("#ffffff"))
    plate = QgsTextBackgroundSettings()
    plate.setEnabled(True)
    plate.setType(QgsTextBackgroundSettings.ShapeType.ShapeRectangle)
    plate.setSizeType(QgsTextBackgroundSettings.SizeType.SizeBuffer)
    plate.setSize(QSizeF(1.6, 0.9))
    plate.setRadii(QSizeF(0.8, 0.8))
    plate.setFillColor(colour)
    plate.setStrokeWidth(0)
    text.setBackground(plate)
    return text
