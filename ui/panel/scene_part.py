"""What was understood of the active interferogram; each line can be corrected, and the layer remembers it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProject
from qgis.gui import QgsDoubleSpinBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ..corrections import Corrections
from ..i18n import tr
from .pixel_part import PixelPart
from .scene_reader import SceneFacts
from .widgets import ElidedLabel, section_title, wrapped_label

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class ScenePart(QWidget):
    """The active layer and its reading, as a form."""

    corrected = pyqtSignal()
    """The user changed a correction, so the layer must be read again."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._layer_id = ""
        self._filling = False
        self.name = ElidedLabel()
        self.state = wrapped_label(muted=True)
        self.product = _choice()
        self.layer_choice = _choice()
        self.quantity = _choice()
        self.unit = _choice()
        self.positive = _choice()
        self.wavelength = QgsDoubleSpinBox()
        self.wavelength.setDecimals(4)
        self.wavelength.setRange(0.0, 1.0)
        self.wavelength.setSingleStep(0.001)
        self.wavelength.setSuffix(" m")
        self.wavelength.setShowClearButton(True)
        self.wavelength.setKeyboardTracking(False)
        self.dates = QLineEdit()
        self.dates.setClearButtonEnabled(True)
        self.pixel = PixelPart()
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(3)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, widget in (
            (tr("Product"), self.product),
            (tr("Layer"), self.layer_choice),
            (tr("Quantity"), self.quantity),
            (tr("Unit"), self.unit),
            (tr("Positive is"), self.positive),
            (tr("Wavelength"), self.wavelength),
            (tr("Dates"), self.dates),
            (tr("Pixel size"), self.pixel),
        ):
            widget.setAccessibleName(title)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
            form.addRow(QLabel(title), widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(section_title(tr("Interferogram")))
        layout.addWidget(self.name)
        layout.addWidget(self.state)
        layout.addWidget(self._form)
        for combo in (self.product, self.quantity, self.unit, self.positive, self.layer_choice):
            combo.activated.connect(self._correct)
        self.pixel.changed.connect(self._correct)
        self.pixel.crs_chosen.connect(self.set_crs)
        self.wavelength.valueChanged.connect(self._correct)
        self.dates.editingFinished.connect(self._correct)

    def show_reading(self, layer: QgsMapLayer) -> None:
        """Say that a layer is being read."""
        self._layer_id = layer.id()
        self.name.setText(layer.name())
        self.name.show()
        self._say(tr("Reading…"))

    def show_none(self, reason: str) -> None:
        """Say why there is no interferogram."""
        self._layer_id = ""
        self.name.hide()
        self._say(reason)
        self._form.hide()

    def _shown(self) -> Optional[QgsMapLayer]:
        """The layer that is shown, if the project still has it: QGIS deletes layers at any time."""
        return QgsProject.instance().mapLayer(self._layer_id)

    def show_facts(self, facts: SceneFacts) -> None:
        """Show what was understood of the layer, or why it cannot be read."""
        layer = self._shown()
        if layer is None or layer.id() != facts.layer_id:
            return
        corrections = Corrections.of_layer(layer)
        self._filling = True
        self._fill(facts, corrections)
        self.pixel.show_size(facts.description, corrections.pixel_m, layer.crs())
        self._filling = False
        self._form.show()
        changed = tr("Corrected by you; choose “auto” to return.") if corrections != Corrections() else ""
        self._say(facts.problem or "\n".join([*facts.description.get("warnings", []), changed]).strip())

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _fill(self, facts: SceneFacts, corrections: Corrections) -> None:
        found = facts.description
        _set_choices(
            self.product, {"plain": tr("plain raster")}, corrections.product, found.get("product", "")
        )
        names = [
            ("", tr("auto: {value}").format(value=found.get("layer", ""))),
            *((n, n) for n in facts.layers),
        ]
        _set(self.layer_choice, names, corrections.layer)
        self._row_visible(self.layer_choice, len(facts.layers) > 1)
        quantities = {
            "wrapped": tr("wrapped phase"),
            "unwrapped": tr("unwrapped phase"),
            "displacement": tr("displacement"),
        }
        signs = {
            "toward": tr("towards satellite"),
            "away": tr("away from satellite"),
            "unknown": tr("not known"),
        }
        _set_choices(self.quantity, quantities, corrections.quantity, found.get("quantity", ""))
        units = {name: name for name in ("rad", "deg", "cycle", "m", "cm", "mm")}
        _set_choices(self.unit, units, corrections.unit, found.get("unit", ""))
        _set_choices(self.positive, signs, corrections.positive, found.get("positive", ""), ("unknown",))
        self.wavelength.setSpecialValueText(_wavelength_text(found))
        self.wavelength.setClearValue(0.0, _wavelength_text(found))
        self.wavelength.setValue(corrections.wavelength)
        self.wavelength.lineEdit().home(False)  # a narrow dock shows the start of the text
        fringe = found.get("fringe_cm")
        self.wavelength.setToolTip(tr("One fringe is {cm} cm").format(cm=f"{fringe:.2f}") if fringe else "")
        self.dates.setPlaceholderText(" – ".join(found.get("dates", [])) or tr("not known"))
        self.dates.setText(" – ".join(corrections.dates))

    def set_crs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """Give the layer a coordinate system, which QGIS remembers with it."""
        layer = self._shown()
        if layer is not None:
            layer.setCrs(crs)
            self.corrected.emit()

    def _row_visible(self, widget: QWidget, visible: bool) -> None:
        label = self._form.layout().labelForField(widget)
        widget.setVisible(visible)
        label.setVisible(visible)

    def _correct(self, *_value) -> None:
        layer = self._shown()
        if self._filling or layer is None:
            return
        old = Corrections.of_layer(layer)
        new = replace(
            old,
            layer=self.layer_choice.currentData() or "",
            quantity=self.quantity.currentData() or "",
            unit=self.unit.currentData() or "",
            positive=self.positive.currentData() or "",
            wavelength=self.wavelength.value(),
            product=self.product.currentData() or "",
            pixel_m=self.pixel.value(),
            dates=tuple(sorted(_DATE.findall(self.dates.text()))),
        )
        if new != old:
            new.remember(layer)
            self.corrected.emit()


def _choice() -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box


def _set(combo: QComboBox, items: list[tuple[str, str]], chosen: str) -> None:
    combo.clear()
    for value, text in items:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    combo.setToolTip(combo.currentText())  # a narrow dock cuts it


def _set_choices(
    combo: QComboBox, names: dict[str, str], chosen: str, found: str, not_offered: tuple[str, ...] = ()
) -> None:
    """Offer "auto" with what the reader found, and every other value."""
    read = names.get(found, found) or "–"
    automatic = tr("auto") if chosen else tr("auto: {value}").format(value=read)
    offered = [(value, text) for value, text in names.items() if value not in not_offered]
    _set(combo, [("", automatic), *offered], chosen)


def _wavelength_text(found: dict[str, Any]) -> str:
    metres = found.get("wavelength_m")
    if not metres:
        return tr("not known")
    return tr("auto: {value}").format(value=f"{metres:.4f} m")
