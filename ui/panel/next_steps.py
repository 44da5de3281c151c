"""What to do with a result: report, source estimate, hazard page, catalogue, profile."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ..i18n import tr
from ..resources import icon
from .sharp_icons import SharpButton

REPORT, SOURCE, HAZARD, CATALOGUE, PROFILE = "report", "source", "hazard", "catalogue", "profile"


class NextSteps(QWidget):
    """Buttons in two columns; the last has a row of its own."""

    pressed = pyqtSignal(str)
    """"report", "source", "hazard", "catalogue" or "profile"."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.buttons: dict[str, SharpButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        texts = (
            (REPORT, tr("Report"), tr("Open the report of this result")),
            (SOURCE, tr("Source…"), tr("Estimate magnitude, depth and mechanism from the selected box")),
            (HAZARD, tr("Hazard…"), tr("What the ground did, and who lives there")),
            (CATALOGUE, tr("Catalogue…"), tr("Compare with an earthquake catalogue")),
            (PROFILE, "", tr("Line-of-sight displacement along a line through the box")),
        )
        for index, (name, text, tip) in enumerate(texts):
            button = SharpButton(icon(name), text)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            button.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))
            self.buttons[name] = button
            grid.addWidget(button, index // 2, index % 2, 1, 2 if name == PROFILE else 1)
        self._tips = {name: tip for name, _, tip in texts}
        self.name_box({"rank": 1})
        self.hide()

    def name_box(self, box: dict[str, Any]) -> None:
        """Say through which box the profile goes."""
        self.buttons[PROFILE].setText(tr("Profile through box {rank}").format(rank=box["rank"]))

    def refresh(self, has_report: bool, has_boxes: bool) -> None:
        """Enable what is possible; the tooltip says why the rest is not."""
        missing = tr("This version of the plugin does not have this step.")
        reasons = {
            REPORT: "" if has_report else tr("The report does not exist any more."),
            SOURCE: tr("The result has no box.")
            if not has_boxes
            else ""
            if _parameters("source")
            else missing,
            PROFILE: "" if has_boxes else tr("The result has no box."),
            HAZARD: "" if _parameters("hazard") else missing,
            CATALOGUE: "" if "CATALOGUE" in _parameters("detect") else missing,
        }
        self.name_box({"rank": 1})
        for name, button in self.buttons.items():
            button.setEnabled(not reasons[name])
            button.setToolTip(reasons[name] or self._tips[name])
        self.show()


def open_algorithm(name: str, values: dict[str, Any]) -> None:
    """Open the dialog of an algorithm with those of the values that it has parameters for."""
    from processing import execAlgorithmDialog

    known = _parameters(name)
    execAlgorithmDialog(
        f"quakefringe:{name}", {key: value for key, value in values.items() if key in known and value}
    )


def _parameters(name: str) -> set[str]:
    """Names of the parameters of an algorithm; empty when it is not registered."""
    algorithm = QgsApplication.processingRegistry().algorithmById(f"quakefringe:{name}")
    return set() if algorithm is None else {one.name() for one in algorithm.parameterDefinitions()}
