"""The big button, and the progress of the search with its remaining time and a button to cancel."""

from __future__ import annotations

import time
from typing import Callable, Optional

from qgis.PyQt.QtCore import QSize, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..i18n import tr
from ..resources import icon
from .sharp_icons import SharpButton
from .widgets import wrapped_label

MIN_ESTIMATE_PERCENT, MIN_ESTIMATE_S = 5.0, 1.0
"""Progress and time before which a remaining time would be a guess."""


class RemainingTime:
    """Estimates the seconds that are left from the pace so far.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._start = clock()

    def seconds(self, percent: float) -> Optional[float]:
        """Seconds left at a progress of 0 to 100; None while it is too early to say."""
        elapsed = self._clock() - self._start
        if percent < MIN_ESTIMATE_PERCENT or elapsed < MIN_ESTIMATE_S:
            return None
        return elapsed * (100 - percent) / percent


def time_left(seconds: Optional[float]) -> str:
    """Remaining time in words, rounded as coarsely as it is uncertain."""
    if seconds is None:
        return tr("estimating the time…")
    if seconds < 3:
        return tr("almost done")
    if seconds < 90:
        return tr("about {count} s left").format(count=round(seconds / 5) * 5 or 5)
    return tr("about {count} min left").format(count=round(seconds / 60))


class RunPart(QWidget):
    """Starts and follows the search of the active layer."""

    start = pyqtSignal()
    cancel = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.button = SharpButton(icon("detect"), tr("Detect earthquakes"))
        self.button.setObjectName("quakefringe_run")
        font = self.button.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self.button.setFont(font)
        self.button.setIconSize(QSize(20, 20))
        self.button.setMinimumHeight(round(2.4 * self.button.fontMetrics().height()))
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(lambda _checked=False: self.start.emit())
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress of the search"))
        self.bar.setRange(0, 100)
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.stop = QPushButton(tr("Cancel"))
        self.stop.clicked.connect(lambda _checked=False: self.cancel.emit())
        self.left = wrapped_label(muted=True)
        self._progress = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        inner = QVBoxLayout(self._progress)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addLayout(row)
        inner.addWidget(self.left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.addWidget(self.button)
        layout.addWidget(self._progress)
        self._remaining: Optional[RemainingTime] = None
        self.show_idle("")

    def show_idle(self, reason: str) -> None:
        """Offer the button, or say why it is disabled."""
        self._progress.hide()
        self.button.show()
        self.button.setEnabled(not reason)
        self.button.setToolTip(reason or tr("Search the active layer for earthquakes"))

    def show_running(self, percent: float = 0.0, remaining: Optional[RemainingTime] = None) -> None:
        """Show the progress instead of the button."""
        self.button.hide()
        self._progress.show()
        self.bar.setValue(round(percent))
        self.left.setText(time_left(remaining.seconds(percent) if remaining else None))
