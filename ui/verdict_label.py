"""The verdict as a label on the map: an annotation layer at the scene, saved with the project."""

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
"""Plate colours, dark enough for white text."""


def verdict_layer(
    text: str,
    verdict: str,
    extent: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    transforms: QgsCoordinateTransformContext,
) -> QgsAnnotationLayer:
    """A layer with the verdict at the lower edge of the scene.

    At the upper edge the message bar of QGIS would cover it when the scene fills the map.

    Parameters
    ----------
    text : str
        The label.
    verdict : {"present", "absent", "uncertain"}
        Chooses the colour.
    extent : QgsRectangle
        Extent of the scene, in `crs`.
    """
    layer = QgsAnnotationLayer(text, QgsAnnotationLayer.LayerOptions(transforms))
    layer.setCrs(crs)
    anchor = QgsPointXY(extent.center().x(), extent.yMinimum() + 0.02 * extent.height())
    item = QgsAnnotationPointTextItem(text, anchor)
    item.setFormat(_text_format(QColor(COLOURS.get(verdict, COLOURS["uncertain"]))))
    item.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    layer.addItem(item)
    return layer


def _text_format(colour: QColor) -> QgsTextFormat:
    text_format = QgsTextFormat()
    font = QFont()  # of the window, so that QGIS finds it when the project is opened again
    font.setBold(True)
    text_format.setFont(font)
    text_format.setSize(12)  # points; the plate below is in millimetres (the defaults of QGIS)
    text_format.setColor(QColor("#ffffff"))
    plate = QgsTextBackgroundSettings()
    plate.setEnabled(True)
    plate.setType(QgsTextBackgroundSettings.ShapeType.ShapeRectangle)
    plate.setSizeType(QgsTextBackgroundSettings.SizeType.SizeBuffer)
    plate.setSize(QSizeF(1.6, 0.9))
    plate.setRadii(QSizeF(0.8, 0.8))
    plate.setFillColor(colour)
    plate.setStrokeWidth(0)
    text_format.setBackground(plate)
    return text_format
