"""The verdict as a card: headline, every probability with what it is the probability of, and the boxes."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont, QPainter
from qgis.PyQt.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...engine.output.run_folder import RunSummary
from ..i18n import tr
from ..verdict_words import count_of_boxes, headline, main_percent, probabilities, state_of
from .widgets import VERDICT_COLOURS, ElidedLabel, mute, wrapped_label

STRIPE_PIXELS, RADIUS_PIXELS = 5, 4
TINT_OPACITY = 0.12
"""Opacity of the verdict's colour over the window: a theme's palette may not have the window's own colour."""
FIGURE_ALIGNMENT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
"""A figure stands beside the first line of its text, and all figures end in one line."""


class VerdictCard(QFrame):
    """A card in the colour of the verdict, on the background of any theme."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setObjectName("quakefringe_verdict")
        self.setAccessibleName(tr("Verdict"))
        self._colour = VERDICT_COLOURS["uncertain"]
        self._name = ""
        self._headline = wrapped_label()
        font = QFont(self._headline.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self._headline.setFont(font)
        self._scene = ElidedLabel()
        mute(self._scene)
        self._numbers = QGridLayout()
        self._numbers.setContentsMargins(0, 2, 0, 2)
        self._numbers.setHorizontalSpacing(8)
        self._numbers.setVerticalSpacing(1)
        self._numbers.setColumnStretch(1, 1)
        self._boxes = wrapped_label()
        self._note = wrapped_label(muted=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10 + STRIPE_PIXELS, 8, 10, 8)
        layout.setSpacing(3)
        for part in (self._scene, self._headline):
            layout.addWidget(part)
        layout.addLayout(self._numbers)
        layout.addWidget(self._boxes)
        layout.addWidget(self._note)
        self.hide()

    def show_result(self, summary: RunSummary, scene: str, first_look: bool = False) -> None:
        """Show a result, or the first look at it."""
        self._colour = VERDICT_COLOURS[state_of(summary)]
        self._name = scene
        self.mark_other(False)
        self._headline.setText(headline(summary))
        self._fill_numbers(summary)
        self._boxes.setText(count_of_boxes(summary).capitalize() if not first_look else "")
        self._boxes.setVisible(not first_look)
        notes = (
            [tr("First look at the coarsest scales. The search goes on.")] if first_look else summary.warnings
        )
        self._note.setText("\n".join(notes))
        self._note.setVisible(bool(notes))
        self.setAccessibleDescription(
            f"{scene}: {headline(summary)}, {main_percent(summary)}. "
            + ", ".join(f"{number} {text}" for number, text in probabilities(summary))
        )
        self.update()
        self.show()

    def mark_other(self, is_other: bool) -> None:
        """Say whether another layer is active than the one of the result."""
        text = tr("Of another layer: {scene}").format(scene=self._name) if is_other else self._name
        if text != self._scene.text():
            self._scene.setText(text)
            font = self._scene.font()
            font.setBold(is_other)
            self._scene.setFont(font)

    def text(self) -> str:
        """The headline."""
        return self._headline.text()

    def paintEvent(self, event) -> None:
        """Draw the card in the colours of the theme, so that it needs no style sheet."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tint = QColor(self._colour)
        tint.setAlphaF(TINT_OPACITY)
        painter.setBrush(tint)
        painter.drawRoundedRect(self.rect(), RADIUS_PIXELS, RADIUS_PIXELS)
        painter.setBrush(QColor(self._colour))
        painter.drawRoundedRect(0, 0, STRIPE_PIXELS, self.height(), RADIUS_PIXELS / 2, RADIUS_PIXELS / 2)

    def _fill_numbers(self, summary: RunSummary) -> None:
        while self._numbers.count():
            self._numbers.takeAt(0).widget().deleteLater()
        for row, (number, text) in enumerate(probabilities(summary)):
            figure = QLabel(number)
            font = QFont(figure.font())
            font.setBold(True)
            figure.setFont(font)
            meaning = wrapped_label(text)
            meaning.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._numbers.addWidget(figure, row, 0, FIGURE_ALIGNMENT)
            self._numbers.addWidget(meaning, row, 1)
