"""The part of the panel for the display of heatmaps and interferograms."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsOpacityWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from ...engine.errors import QuakeFringeError
from ..i18n import tr
from ..kept_results.register import KeptRun
from ..messages import show_message
from ..options.preferences import C_BAND_FRINGE_CM, L_BAND_FRINGE_CM, load_preferences
from ..styles import apply_fringe
from .heatmap_bands import bands_of, heatmap_of, read_from, reads
from .heatmap_style import show_heatmap

THRESHOLD = "quakefringe/hide_below"
"""Custom property of a heatmap: the value below which it is hidden, in per cent."""


class DisplayPart(QgsCollapsibleGroupBoxBasic):
    """Heatmap: band, opacity, threshold. Interferogram: fringes of any size."""

    heads_wanted = pyqtSignal()
    """The user chose single heads of a run that has kept none."""

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
        for part in self.opacity.findChildren((QSlider, QDoubleSpinBox)):
            part.setAccessibleName(tr("Opacity"))
        self.fringe.setAccessibleName(tr("One fringe"))
        self.fringe.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        form.addRow(QLabel(tr("One fringe")), self.fringe)
        form.addRow("", self.wrap)
        self.band.activated.connect(self._choose_band)
        self.threshold.valueChanged.connect(self._restyle)
        self.opacity.opacityChanged.connect(self._set_opacity)
        self.wrap.clicked.connect(lambda _checked=False: self.rewrap())
        self._enable(None)

    def follow(self, layer: Optional[QgsMapLayer]) -> None:
        """Offer what can be done with the active layer and the heatmap of the result."""
        self.wrap.setEnabled(isinstance(layer, QgsRasterLayer))
        self._enable(self._heatmap())

    def show_run(self, run: KeptRun) -> None:
        """Follow the heatmap of a result."""
        heatmap = heatmap_of(QgsProject.instance(), run.run_id)
        self._heatmap_id = heatmap.id() if heatmap is not None else ""
        self.band.clear()
        if heatmap is not None:
            offered = bands_of(run.folder)
            for one in offered:
                self.band.addItem(one.title, one)
            if len(offered) == 1:
                self.band.addItem(tr("single heads and mask: search again"), None)
            self._show_chosen(heatmap)
            self.opacity.setOpacity(heatmap.opacity())
        hidden_below = heatmap.customProperty(THRESHOLD, 0) if heatmap is not None else 0
        self.threshold.blockSignals(True)
        self.threshold.setValue(int(hidden_below))
        self.threshold.blockSignals(False)
        self._enable(self._heatmap())

    def show_none(self) -> None:
        """Follow no heatmap, because the project was closed."""
        self._heatmap_id = ""
        self.band.clear()
        self._enable(None)

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

    def _show_chosen(self, heatmap: QgsRasterLayer) -> None:
        """Let the list say what the layer shows, as a project that was opened again may show a head."""
        shown = heatmap.renderer().usesBands() if heatmap.renderer() is not None else []
        for index in range(self.band.count()):
            one = self.band.itemData(index)
            if one is not None and shown == [one.band] and reads(heatmap, one.path):
                self.band.setCurrentIndex(index)

    def _choose_band(self, _index: int) -> None:
        if self.band.currentData() is None:
            self.band.setCurrentIndex(0)
            self.heads_wanted.emit()
        self._restyle()

    def _restyle(self, *_value) -> None:
        layer, chosen = self._heatmap(), self.band.currentData()
        if layer is None or chosen is None:
            return
        read_from(layer, chosen.path)
        show_heatmap(layer, chosen.band, self.threshold.value() / 100)
        layer.setCustomProperty(THRESHOLD, self.threshold.value())

    def _set_opacity(self, opacity: float) -> None:
        layer = self._heatmap()
        if layer is not None:
            layer.setOpacity(opacity)
            layer.triggerRepaint()
