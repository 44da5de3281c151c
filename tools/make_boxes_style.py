"""Write ``resources/styles/boxes.qml`` with QGIS itself, so that the file is what QGIS would save.

Run with a Python that has the QGIS bindings: ``QT_QPA_PLATFORM=offscreen python3 tools/make_boxes_style.py``.
"""

from __future__ import annotations

import ast
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsAction,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRendererCategory,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor, QFont

TARGET = Path(__file__).resolve().parents[1] / "resources" / "styles" / "boxes.qml"
LABEL = (
    "to_string(\"rank\") || '  ' || if(\"class\" = 'earthquake', 'earthquake', 'other deformation')"
    " || ' ' || round(100 * \"probability\") || ' %'"
    " || coalesce('\n' || if(\"peak_los_cm\" > 0, '+', '') || round(\"peak_los_cm\", 1) || ' cm', '')"
    " || coalesce(', ' || round(\"fringes\", 1) || ' fringes', '')"
)
"""Rank, class and probability of the box; below it peak and fringes, where they could be measured."""
CORNER = "make_point(x_min($geometry), y_max($geometry))"
MAP_TIP = (
    "<b>[% \"rank\" || '  ' || if(\"class\" = 'earthquake', 'earthquake', 'other deformation')"
    " || ' ' || round(100 * \"probability\") || ' %' %]</b>"
    "[% coalesce('<br>Peak ' || if(\"peak_los_cm\" > 0, '+', '') || round(\"peak_los_cm\", 1) || ' cm', '') %]"
    "[% coalesce('<br>' || \"first_guess\", '') %]"
    "[% coalesce('<br>Event: ' || \"event\" || coalesce(' (' || \"event_id\" || ')', '')"
    " || if(\"event_km\" > 0.5, ', ' || round(\"event_km\") || ' km away', '')"
    " || ', ' || round(abs(\"expected_los_cm\"), 1) || ' cm expected', '') %]"
    "[% if(\"volcano_km\" <= 100, '<br>Volcano: ' || \"volcano\" || ', ' || round(\"volcano_km\") || ' km', '') %]"
    "[% coalesce('<br>Fault: ' || \"fault\" || ', ' || round(\"fault_km\") || ' km', '') %]"
)
"""Map tip: what the label says, the first guess, the event of the catalogue, the nearest volcano and fault."""


def outline(colour: str, style: str) -> QgsFillSymbol:
    """An unfilled box with a dark casing, readable on any background."""
    symbol = QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": "20,20,20,200", "outline_width": "1.3"}
    )
    line = QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": colour, "outline_width": "0.7", "outline_style": style}
    )
    symbol.appendSymbolLayer(line.symbolLayer(0).clone())
    return symbol


def source_action() -> QgsAction:
    """The action of a box that opens quakefringe:source; its code stands in ``ui/box_actions.py``."""
    module = Path(__file__).resolve().parents[1] / "ui" / "box_actions.py"
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
    }
    kinds = getattr(QgsAction, "ActionType", QgsAction)
    scopes = {"Feature", "Canvas"}
    return QgsAction(
        kinds.GenericPython, constants["NAME"], constants["CODE"], "", False, constants["NAME"], scopes
    )


def main() -> None:
    """Build the style on an empty layer and save it."""
    app = QgsApplication([], False)
    app.initQgis()
    layer = QgsVectorLayer(
        "Polygon?field=probability:double&field=class:string&field=rank:integer&field=peak_los_cm:double&field=fringes:double",
        "boxes",
        "memory",
    )
    earthquake, other = outline("255,255,255,255", "solid"), outline("255,214,10,255", "dash")
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "class",
            [
                QgsRendererCategory("earthquake", earthquake, "Earthquake"),
                QgsRendererCategory("", other, "Other deformation"),
            ],
        )
    )
    text = QgsTextFormat()
    font = QFont("Open Sans")
    font.setBold(True)
    text.setFont(font)
    text.setNamedStyle("Bold")
    text.setSize(10)
    text.setColor(QColor(255, 255, 255))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(1)
    halo.setColor(QColor(20, 20, 20))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.setFormat(text)
    settings.fieldName = LABEL
    settings.isExpression = True
    # Above the upper left corner: it covers no deformed ground, and stays on a map that shows just the box.
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.quadOffset = QgsPalLayerSettings.QuadrantPosition.QuadrantAboveRight
    settings.geometryGenerator = CORNER
    settings.geometryGeneratorType = QgsWkbTypes.GeometryType.PointGeometry
    settings.geometryGeneratorEnabled = True
    settings.multilineAlign = QgsPalLayerSettings.MultiLineAlign.MultiLeft
    settings.displayAll = True
    settings.priority = 10
    settings.obstacle = False
    properties = settings.dataDefinedProperties()
    properties.setProperty(QgsPalLayerSettings.Property.ZIndex, QgsProperty.fromExpression('100 - "rank"'))
    settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.actions().addAction(source_action())
    layer.setMapTipTemplate(MAP_TIP)
    wanted = layer.StyleCategory
    categories = wanted.Symbology | wanted.Labeling | wanted.Actions | wanted.MapTips
    message, good = layer.saveNamedStyle(str(TARGET), categories)
    print(Qgis.QGIS_VERSION, message, good)
    app.exitQgis()


if __name__ == "__main__":
    main()
