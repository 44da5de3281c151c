"""A guided first run: a card that says what to do next, and follows what the user does."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from .widgets import wrapped_label

READ, SEARCH, RESULT, DONE = range(4)
"""Steps of the guide."""


class Guide(QFrame):
    """One sentence or two for each step of the first run."""

    opened_help = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(tr("Guide"))
        self.step = DONE
        self.text = wrapped_label()
        more = QPushButton(tr("Tutorial"))
        more.clicked.connect(lambda _checked=False: self.opened_help.emit())
        close = QPushButton(tr("Close guide"))
        close.clicked.connect(lambda _checked=False: self.go_to(DONE))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(more)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.hide()

    def go_to(self, step: int) -> None:
        """Show a step."""
        self.step = step
        self.text.setText(
            {
                READ: tr(
                    "1 of 3. This is a simulated Sentinel-1 interferogram of the 2015 Gorkha earthquake. One "
                    "turn of the colours is one fringe: 2.8 cm towards or away from the satellite. Below you "
                    "see what was understood of the file. Press “Detect earthquakes”."
                ),
                SEARCH: tr(
                    "2 of 3. Windows of all sizes go through the network. A first look comes within seconds; "
                    "the search then refines it. You can go on working in QGIS."
                ),
                RESULT: tr(
                    "3 of 3. The card gives the verdict. Choose a box to zoom to it, or open the report. The "
                    "result is listed at the end of the panel, to be reopened tomorrow."
                ),
            }.get(step, "")
        )
        self.setVisible(step != DONE)

    def advance(self, step: int) -> None:
        """Go to a step if the guide is open and has not passed it."""
        if self.step != DONE and step > self.step:
            self.go_to(step)
