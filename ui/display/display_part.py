"""The part of the panel for the display of heatmaps and interferograms."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsOpacityWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from ...engine.errors import QuakeFringeError
from ..i18n import tr
from ..messages import show_message
from ..options.preferences import C_BAND_FRINGE_CM, L_BAND_FRINGE_CM, load_preferences
from ..presentation import RUN
from ..styles import apply_fringe
from .heatmap_style import bands, show_heatmap


class DisplayPart(QgsCollapsibleGroupBoxBasic):
    """Heatmap: band, opacity, threshold. Interferogram: fringes of any size."""

    def __init__(self, iface, parent: Optional[QWidget] = None):
        super().__init__(tr("Display"), parent)
        self.setObjectName("quakefringe_display")
        self.setCollapsed(True)
        self._iface = iface
        self._heatmap_id = ""
        self.band = QComboBox()
        self.opacity = QgsOpacityWidget()
        self.threshold = QSlider(Qt.Orientation.Horizontal)
        self.threshold.setRange(0, 100)
        self.fringe = QComboBox()
        self.fringe.setEditable(True)
        for centimetres, name in ((C_BAND_FRINGE_CM, tr("C band")), (L_BAND_FRINGE_CM, tr("L band"))):
            self.fringe.addItem(f"{centimetres:g} cm ({name})", centimetres)
        self.fringe.setEditText(f"{load_preferences().fringe_cm:g} cm")
        self.wrap = QPushButton(tr("Re-wrap"))
        self.wrap.setToolTip(tr("Show the active unwrapped or displacement layer as fringes of this size"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.fringe, 1)
        row.addWidget(self.wrap)
        form = QFormLayout(self)
        form.setVerticalSpacing(3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, widget in (
            (tr("Heatmap"), self.band),
            (tr("Opacity"), self.opacity),
            (tr("Hide below"), self.threshold),
        ):
            widget.setAccessibleName(title)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
            form.addRow(QLabel(title), widget)
        self.fringe.setAccessibleName(tr("One fringe"))
        self.fringe.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        form.addRow(QLabel(tr("One fringe")), row)
        self.band.activated.connect(self._restyle)
        self.threshold.valueChanged.connect(self._restyle)
        self.opacity.opacityChanged.connect(self._set_opacity)
        self.wrap.clicked.connect(lambda _checked=False: self.rewrap())
        self._enable(None)

    def follow(self, layer: Optional[QgsMapLayer]) -> None:
        """Offer what can be done with the active layer and the heatmap of the result."""
        self.wrap.setEnabled(isinstance(layer, QgsRasterLayer))
        self._enable(self._heatmap())

    def show_run(self, run_id: str, _summary) -> None:
        """Follow the heatmap of a result."""
        layers = QgsProject.instance().mapLayers().values()
        heatmaps = [
            one for one in layers if isinstance(one, QgsRasterLayer) and one.customProperty(RUN) == run_id
        ]
        self._heatmap_id = heatmaps[0].id() if heatmaps else ""
        self.band.clear()
        if heatmaps:
            names = bands(heatmaps[0])
            self.band.addItems([tr("combined attention"), *names[1:]])
            self.opacity.setOpacity(heatmaps[0].opacity())
        self.threshold.blockSignals(True)
        self.threshold.setValue(0)
        self.threshold.blockSignals(False)
        self._enable(self._heatmap())

    def rewrap(self) -> None:
        """Show the active layer as fringes of the chosen size."""
        layer = self._iface.activeLayer()
        try:
            note = apply_fringe(layer, self.fringe_cm() / 100)
        except QuakeFringeError as error:
            show_message(self._iface, str(error), Qgis.MessageLevel.Warning)
            return
        show_message(self._iface, f"{layer.name()}: {note}", Qgis.MessageLevel.Info)

    def fringe_cm(self) -> float:
        """The chosen fringe in centimetres; 0 when the text is no number."""
        words = self.fringe.currentText().replace(",", ".").split()
        try:
            return float(words[0]) if words else 0.0
        except ValueError:
            return 0.0

    def _heatmap(self) -> Optional[QgsRasterLayer]:
        return QgsProject.instance().mapLayer(self._heatmap_id) if self._heatmap_id else None

    def _enable(self, heatmap: Optional[QgsRasterLayer]) -> None:
        for widget in (self.band, self.opacity, self.threshold):
            widget.setEnabled(heatmap is not None)
        several = heatmap is not None and heatmap.bandCount() > 1
        self.band.setEnabled(several)
        self.band.setToolTip("" if several else tr("This result has no single heads and no mask."))

    def _restyle(self, *_value) -> None:
        layer = self._heatmap()
        if layer is not None:
            show_heatmap(layer, max(0, self.band.currentIndex()) + 1, self.threshold.value() / 100)

    def _set_opacity(self, opacity: float) -> None:
        layer = self._heatmap()
        if layer is not None:
            layer.setOpacity(opacity)
            layer.triggerRepaint()
