"""The dock with the plot of a profile, its settings and its exports."""

from __future__ import annotations

import math
import os
from typing import Optional

from qgis.core import QgsSettings
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...engine.profile import Profile, ProfileSettings, write_csv
from ..i18n import tr
from ..panel.sharp_icons import SharpButton
from ..panel.widgets import wrapped_label
from ..resources import icon
from .plot import make_plot

FOLDER_SETTING = "quakefringe/profile_folder"
"""QGIS setting with the folder of the last export."""
MAX_AVERAGE_PIXELS = 15
PLOT_MIN_HEIGHT_PIXELS = 170


class ProfileDock(QgsDockWidget):
    """The plot of a profile, below the map."""

    draw = pyqtSignal()
    """The user wants to draw a line."""
    changed = pyqtSignal()
    """The settings changed, so the line must be read again."""
    hovered = pyqtSignal(float)
    """Distance along the line below the cursor; NaN when there is none."""
    problem = pyqtSignal(str)
    """An export failed."""
    hidden = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(tr("QuakeFringe profile"), parent)
        self.setObjectName("quakefringe_profile_dock")
        self.profile: Optional[Profile] = None
        self.plot: Optional[QWidget] = None
        self.state = wrapped_label(muted=True)
        self.new_line = SharpButton(icon("profile"), tr("Draw a line"))
        self.average = QSpinBox()
        self.average.setRange(1, MAX_AVERAGE_PIXELS)
        self.average.setSingleStep(2)
        self.average.setValue(ProfileSettings().average_pixels)
        self.average.setSuffix(" px")
        self.average.setKeyboardTracking(False)
        self.average.setToolTip(tr("Each sample is the mean of so many pixels in both directions"))
        self.largest_step = QDoubleSpinBox()
        self.largest_step.setRange(0.1, 1.0)
        self.largest_step.setSingleStep(0.1)
        self.largest_step.setDecimals(1)
        self.largest_step.setValue(ProfileSettings().unsafe_step_rad / math.pi)
        self.largest_step.setSuffix(" π")
        self.largest_step.setKeyboardTracking(False)
        self.largest_step.setToolTip(
            tr("Wrapped phase that changes by more from sample to sample is marked as unsafe")
        )
        self.zero = QCheckBox(tr("Zero at the start"))
        self.zero.setChecked(True)
        self.zero.setToolTip(tr("Wrapped phase is always relative to the start of the line"))
        self.csv = QPushButton(tr("CSV…"))
        self.csv.setAccessibleName(tr("Export the profile as CSV"))
        self.png = QPushButton(tr("PNG…"))
        self.png.setAccessibleName(tr("Export the plot as PNG"))
        self._build()
        self._connect()
        self._enable()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.new_line)
        row.addStretch(1)
        for title, widget in ((tr("Average"), self.average), (tr("Safe step"), self.largest_step)):
            label = QLabel(title)
            label.setBuddy(widget)
            widget.setAccessibleName(title)
            row.addWidget(label)
            row.addWidget(widget)
        for widget in (self.zero, self.csv, self.png):
            row.addWidget(widget)
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(8, 4, 8, 4)
        self._layout.setSpacing(4)
        self._layout.addLayout(row)
        self._layout.addWidget(self.state)
        self._layout.addStretch(1)
        self.setWidget(body)

    def _connect(self) -> None:
        self.new_line.clicked.connect(lambda _checked=False: self.draw.emit())
        self.average.valueChanged.connect(self._average_changed)
        self.largest_step.valueChanged.connect(lambda _value: self.changed.emit())
        self.zero.toggled.connect(lambda _checked: self.changed.emit())
        self.csv.clicked.connect(lambda _checked=False: self._export("csv"))
        self.png.clicked.connect(lambda _checked=False: self._export("png"))

    def settings(self) -> ProfileSettings:
        """What the user chose."""
        return ProfileSettings(
            average_pixels=self.average.value(),
            zero_at_start=self.zero.isChecked(),
            unsafe_step_rad=math.pi * self.largest_step.value(),
        )

    def say(self, text: str) -> None:
        """Show a hint, or why there is no profile."""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def show_profile(self, profile: Profile) -> None:
        """Plot a profile, with its warnings above."""
        if self.plot is None:
            self.plot = make_plot()
            self.plot.setMinimumHeight(PLOT_MIN_HEIGHT_PIXELS)
            self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.plot.setAccessibleName(tr("Plot of the profile"))
            self.plot.hovered.connect(self.hovered)
            self._layout.takeAt(self._layout.count() - 1)
            self._layout.addWidget(self.plot, 1)
        self.profile = profile
        self.setWindowTitle(tr("QuakeFringe profile: {name}").format(name=profile.name))
        self.say(" ".join(profile.warnings))
        self.plot.show_profile(profile)
        self._enable()

    def export_csv(self, path: str) -> None:
        """Write the profile's numbers."""
        if self.profile is not None:
            write_csv(self.profile, path)

    def export_png(self, path: str) -> None:
        """Write the plot."""
        if self.profile is not None and self.plot is not None:
            self.plot.save_png(self.profile, path)

    def hideEvent(self, event) -> None:
        """Tell that the line on the map is not needed any more."""
        super().hideEvent(event)
        self.hidden.emit()

    def _average_changed(self, pixels: int) -> None:
        if pixels % 2 == 0:
            self.average.setValue(pixels + 1)
        else:
            self.changed.emit()

    def _enable(self) -> None:
        profile = self.profile
        self.csv.setEnabled(profile is not None)
        self.png.setEnabled(profile is not None)
        self.zero.setEnabled(profile is None or not profile.wrapped)
        self.largest_step.setEnabled(profile is None or profile.wrapped)

    def _export(self, kind: str) -> None:
        settings = QgsSettings()
        start = os.path.join(settings.value(FOLDER_SETTING, "", str), f"profile.{kind}")
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Export the profile"), start, f"{kind.upper()} (*.{kind})"
        )
        if not chosen:
            return
        path = chosen if chosen.lower().endswith(f".{kind}") else f"{chosen}.{kind}"
        settings.setValue(FOLDER_SETTING, os.path.dirname(path))
        try:
            (self.export_csv if kind == "csv" else self.export_png)(path)
        except Exception as error:  # matplotlib and the file system fail in many ways
            self.problem.emit(str(error))
