"""Write the styles of the source estimate's layers with QGIS itself, so that the files are what QGIS would save.

Run with a Python that has the QGIS bindings: ``QT_QPA_PLATFORM=offscreen python3 tools/make_source_styles.py``.
The engine scales the classes of the points to the data, and puts the beachball into the centroid's marker.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
INK, PAPER, FAULT, OTHER = "20,20,20,255", "255,255,255,230", "179,38,47,255", "93,103,111,255"
ROLES = (("fault", "Fault", FAULT, "solid"), ("other nodal plane", "Other nodal plane", OTHER, "dash"))
CLASSES = 17
"""Classes of the points from -1 to 1; an odd number gives one about zero."""
BEACHBALL_MM = 13
FAULT_FIELDS = "field=role:string&field=weight:double"
MAGNITUDE = "'Mw ' || format_number(\"mw\", 1) || '\\n' || round(\"depth_km\") || ' km'"


def plane() -> QgsFeatureRenderer:
    """Outlines of both nodal planes: the fault filled lightly, the other one dashed."""
    categories = []
    for value, label, colour, pen in ROLES:
        symbol = QgsFillSymbol.createSimple(
            {"style": "no", "outline_color": PAPER, "outline_width": "1.2", "outline_style": "solid"}
        )
        fill = colour.rsplit(",", 1)[0] + (",40" if pen == "solid" else ",0")
        outline = {
            "color": fill,
            "outline_color": colour,
            "outline_width": "0.6",
            "outline_style": pen,
        }
        upper = QgsFillSymbol.createSimple(outline)  # kept until its layer is copied
        symbol.appendSymbolLayer(upper.symbolLayer(0).clone())
        categories.append(QgsRendererCategory(value, symbol, label))
    return QgsCategorizedSymbolRenderer("role", categories)


def edge() -> QgsFeatureRenderer:
    """Upper edges as thick lines with a casing."""
    categories = []
    for value, label, colour, pen in ROLES:
        symbol = QgsLineSymbol.createSimple({"line_color": PAPER, "line_width": "2", "capstyle": "round"})
        line = {"line_color": colour, "line_width": "1.3", "line_style": pen, "capstyle": "round"}
        upper = QgsLineSymbol.createSimple(line)  # kept until its layer is copied
        symbol.appendSymbolLayer(upper.symbolLayer(0).clone())
        categories.append(QgsRendererCategory(value, symbol, f"{label}, upper edge"))
    return QgsCategorizedSymbolRenderer("role", categories)


def circle() -> QgsFeatureRenderer:
    """The circle that holds the centroid with 90 % probability."""
    style = {"style": "no", "outline_color": INK, "outline_width": "0.4", "outline_style": "dot"}
    return QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(style))


def centroid() -> QgsFeatureRenderer:
    """A marker for the beachball."""
    symbol = QgsMarkerSymbol()
    symbol.changeSymbolLayer(0, QgsSvgMarkerSymbolLayer("base64:BEACHBALL", BEACHBALL_MM))
    return QgsSingleSymbolRenderer(symbol)


def points() -> QgsFeatureRenderer:
    """Points coloured by the diverging ramp of the displacement style."""
    text = (STYLES / "displacement.qml").read_text(encoding="utf-8")
    stops = [(float(v), QColor(c)) for v, c in re.findall(r'<item value="([-+.\de]+)" color="(#\w+)"', text)]
    values = [value for value, _ in stops]
    ranges = []
    edges = np.linspace(-1, 1, CLASSES + 1)
    for low, high in zip(edges[:-1], edges[1:]):
        middle = (low + high) / 2
        parts = [
            np.interp(middle, values, [channel(colour) for _, colour in stops])
            for channel in (QColor.red, QColor.green, QColor.blue)
        ]
        colour = ",".join(str(round(part)) for part in parts)
        symbol = QgsMarkerSymbol.createSimple(
            {"color": colour, "size": "2.2", "outline_color": "60,60,60,160", "outline_width": "0.1"}
        )
        # the outer classes are open, so that no point is left without a colour
        lower, upper = (-1e6 if low == edges[0] else low), (1e6 if high == edges[-1] else high)
        ranges.append(QgsRendererRange(lower, upper, symbol, ""))
    return QgsGraduatedSymbolRenderer("data_m", ranges)


def labels() -> QgsVectorLayerSimpleLabeling:
    """Magnitude and depth beside the beachball."""
    text = QgsTextFormat()
    text.setSize(10)
    text.setColor(QColor(20, 20, 20))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(1)
    halo.setColor(QColor(255, 255, 255))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.setFormat(text)
    settings.fieldName = MAGNITUDE
    settings.isExpression = True
    settings.placement = QgsPalLayerSettings.Placement.OrderedPositionsAroundPoint
    settings.dist = BEACHBALL_MM * 0.6  # beside the beachball
    settings.displayAll = True
    return QgsVectorLayerSimpleLabeling(settings)


def main() -> None:
    """Build each style on an empty layer and save it."""
    app = QgsApplication([], False)
    app.initQgis()
    for name, kind, renderer in (
        ("fault_plane", f"Polygon?{FAULT_FIELDS}", plane()),
        ("top_edge", f"LineString?{FAULT_FIELDS}", edge()),
        ("centroid_90", "Polygon?field=mw:double", circle()),
        ("centroid", "Point?field=mw:double&field=depth_km:double", centroid()),
        ("points", "Point?field=data_m:double", points()),
    ):
        layer = QgsVectorLayer(kind, name, "memory")
        layer.setRenderer(renderer)
        if name == "centroid":
            layer.setLabeling(labels())
            layer.setLabelsEnabled(True)
        categories = layer.StyleCategory.Symbology | layer.StyleCategory.Labeling
        message, good = layer.saveNamedStyle(str(STYLES / f"source_{name}.qml"), categories)
        print(name, message, good)
    app.exitQgis()


if __name__ == "__main__":
    main()
