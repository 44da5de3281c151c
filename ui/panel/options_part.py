"""Options of one search, folded away: threshold, scales, extent, backend, coherence, elevation."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsMapLayerProxyModel, QgsReferencedRectangle
from qgis.gui import (
    QgsCollapsibleGroupBoxBasic,
    QgsDoubleSpinBox,
    QgsExtentWidget,
    QgsMapLayerComboBox,
    QgsSpinBox,
)
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ..i18n import tr
from ..options.preferences import BACKENDS


class OptionsPart(QgsCollapsibleGroupBoxBasic):
    """Options for the next search; empty ones leave the decision to the preferences and the plugin."""

    def __init__(self, canvas, parent: Optional[QWidget] = None):
        super().__init__(tr("Options"), parent)
        self.setObjectName("quakefringe_options")
        self.setCollapsed(True)
        self.threshold = QgsDoubleSpinBox()
        self.threshold.setRange(0.0, 0.99)
        self.threshold.setSingleStep(0.05)
        self.threshold.setClearValue(0.0, tr("of the model"))
        self.scales = QgsSpinBox()
        self.scales.setRange(0, 12)
        self.scales.setClearValue(0, tr("all"))
        self.coherence = QgsDoubleSpinBox()
        self.coherence.setRange(-0.05, 1.0)
        self.coherence.setSingleStep(0.05)
        self.coherence.setClearValue(-0.05, tr("of the product"))
        self.coherence.setValue(-0.05)  # 0 would keep pixels of any coherence
        self.backend = QComboBox()
        for name in BACKENDS:
            self.backend.addItem(tr("as in the settings") if name == "auto" else name, name)
        self.extent = QgsExtentWidget(None, QgsExtentWidget.WidgetStyle.CondensedStyle)
        self.extent.setNullValueAllowed(True, tr("whole scene"))
        if canvas is not None:
            self.extent.setMapCanvas(canvas, True)
        self.extent.clear()  # shows the word for no extent, and selects it
        for line in self.extent.findChildren(QLineEdit):
            line.deselect()
        for part in self.extent.findChildren((QLineEdit, QToolButton)):
            part.setAccessibleName(tr("Extent"))
        self.heads = QCheckBox(tr("Single heads and mask"))
        self.heads.setToolTip(tr("Keep a map of each attention head and of the mask as well; see Display."))
        self.elevation = _layers(QgsMapLayerProxyModel.Filter.RasterLayer, tr("of the product"))
        self.catalogue = _layers(QgsMapLayerProxyModel.Filter.PointLayer, tr("none"))
        form = QFormLayout(self)
        form.setVerticalSpacing(3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, widget, tip in (
            (tr("Extent"), self.extent, tr("Search only this part: of the map, of a layer, or drawn.")),
            (tr("Threshold"), self.threshold, tr("Probability from which an earthquake is called present.")),
            (tr("Scales"), self.scales, tr("Search only this many of the coarsest scales.")),
            (tr("Coherence"), self.coherence, tr("Leave out pixels of lower coherence.")),
            (tr("Backend"), self.backend, tr("The library that runs the network.")),
            (tr("Elevation"), self.elevation, tr("Elevation model in metres, in any CRS.")),
            (tr("Catalogue"), self.catalogue, tr("Point layer with earthquakes to compare with.")),
        ):
            widget.setToolTip(tip)
            widget.setAccessibleName(title)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
            form.addRow(QLabel(title), widget)
        form.addRow(self.heads)

    def parameters(self) -> dict[str, Any]:
        """The options that were set, as parameters of ``quakefringe:detect``."""
        values: dict[str, Any] = {}
        if self.threshold.value() > 0:
            values["THRESHOLD"] = self.threshold.value()
        if self.scales.value() > 0:
            values["SCALES"] = self.scales.value()
        if self.coherence.value() >= 0:
            values["COHERENCE"] = self.coherence.value()
        if self.backend.currentData() != "auto":
            values["BACKEND"] = self.backend.currentData()
        if self.extent.isValid() and not self.extent.outputExtent().isNull():
            values["EXTENT"] = QgsReferencedRectangle(self.extent.outputExtent(), self.extent.outputCrs())
        if self.elevation.currentLayer() is not None:
            values["DEM"] = self.elevation.currentLayer().id()
        if self.catalogue.currentLayer() is not None:
            values["CATALOGUE"] = self.catalogue.currentLayer().id()
        return values


def _layers(kind, none: str) -> QgsMapLayerComboBox:
    combo = QgsMapLayerComboBox()
    combo.setFilters(kind)
    combo.setAllowEmptyLayer(True, none)
    combo.setCurrentIndex(0)
    return combo
