"""The size of a pixel: read, or stated by the user where the layer has no coordinate system."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsDoubleSpinBox, QgsProjectionSelectionDialog
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ..i18n import tr
from .widgets import ElidedLabel

MAX_PIXEL_M = 10_000.0


class PixelPart(QWidget):
    """One line: the size, and a button for the coordinate system, from which the size follows."""

    changed = pyqtSignal()
    """The user stated another size."""
    crs_chosen = pyqtSignal(QgsCoordinateReferenceSystem)

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._crs = QgsCoordinateReferenceSystem()
        self.text = ElidedLabel()
        self.size = QgsDoubleSpinBox()
        self.size.setRange(0.0, MAX_PIXEL_M)
        self.size.setDecimals(1)
        self.size.setSuffix(" m")
        self.size.setClearValue(0.0, tr("not known"))
        self.size.setKeyboardTracking(False)
        self.size.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.size.setAccessibleName(tr("Pixel size"))
        self.size.setToolTip(tr("The layer has no coordinate system; state the width of its pixels."))
        self.crs = QToolButton()
        self.crs.setText(tr("CRS…"))
        self.crs.setToolTip(tr("Set the layer's coordinate system, from which the size of a pixel follows"))
        self.crs.setAccessibleName(tr("Coordinate system of the layer"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.text, 1)
        row.addWidget(self.size, 1)
        row.addWidget(self.crs)
        self.size.valueChanged.connect(lambda _value: self.changed.emit())
        self.crs.clicked.connect(lambda _checked=False: self._choose())

    def show_size(self, found: dict[str, Any], corrected: float, crs: QgsCoordinateReferenceSystem) -> None:
        """Show what was read.

        Parameters
        ----------
        found : dict
            `Interferogram.describe()`; empty when the file could not be read.
        corrected : float
            Metres; 0 when the user stated nothing.
        crs : QgsCoordinateReferenceSystem
            Of the layer.
        """
        self._crs = crs
        fixed = bool(found.get("crs_wkt")) or not found
        self.text.setText(_text(found))
        self.text.setToolTip(_explanation(found))
        self.text.setVisible(fixed)
        needed = self.text.fontMetrics().horizontalAdvance(self.text.text()) if fixed else 0
        self.setMinimumWidth(needed + self.layout().spacing() + self.crs.sizeHint().width())
        self.size.setVisible(not fixed)
        self.size.setValue(corrected)

    def value(self) -> float:
        """The size that the user stated, in metres; 0 when it is read."""
        return float(self.size.value())

    def _choose(self) -> None:
        dialog = QgsProjectionSelectionDialog(self)
        dialog.setCrs(self._crs)
        if dialog.exec() and dialog.crs().isValid():
            self.crs_chosen.emit(dialog.crs())


def _text(found: dict[str, Any]) -> str:
    size = found.get("pixel_size_m")
    if not size:
        return "–"
    return f"{size[0]:.0f} × {size[1]:.0f} m"


def _explanation(found: dict[str, Any]) -> str:
    """The number of pixels, for which the line has no room."""
    if not found:
        return ""
    pixels = f"{found.get('width', '?')} × {found.get('height', '?')}"
    return tr("{pixels} pixels; their size follows from the coordinate system.").format(pixels=pixels)
