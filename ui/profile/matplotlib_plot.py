"""A profile plotted by matplotlib."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Optional

import numpy as np
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ...engine.profile import Profile
from . import labels
from .limits import value_range

PNG_SIZE_INCHES = (10.0, 4.5)
PNG_DOTS_PER_INCH = 200
FONT_POINTS = 9


class MatplotlibPlot(QWidget):
    """A canvas of matplotlib in the colours of the theme."""

    hovered = pyqtSignal(float)
    """Distance below the cursor; NaN when it leaves the plot."""

    def __init__(self, backend: ModuleType, parent: Optional[QWidget] = None):
        super().__init__(parent)
        from matplotlib.figure import Figure

        self._figure_class = Figure
        self.figure = Figure(tight_layout=True)
        self.canvas = backend.FigureCanvasQTAgg(self.figure)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.canvas.mpl_connect("motion_notify_event", self._moved)
        self.canvas.mpl_connect("axes_leave_event", lambda _event: self.hovered.emit(math.nan))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)

    def show_profile(self, profile: Profile) -> None:
        """Plot a profile."""
        front, back = labels.colours(self)
        draw(self.figure, profile, front, back)
        self.canvas.draw_idle()

    def save_png(self, profile: Profile, path: str) -> None:
        """Write a picture on white, whatever the theme."""
        figure = self._figure_class(figsize=PNG_SIZE_INCHES, tight_layout=True)
        draw(figure, profile, QColor("#202020"), QColor("#ffffff"), profile.name)
        figure.savefig(path, dpi=PNG_DOTS_PER_INCH, format="png")

    def _moved(self, event) -> None:
        self.hovered.emit(float(event.xdata) if event.inaxes is not None else math.nan)


def draw(figure, profile: Profile, front: QColor, back: QColor, title: str = "") -> None:
    """Draw a profile into a figure of matplotlib."""
    ink = front.name()
    figure.clear()
    figure.set_facecolor(back.name())
    axes = figure.add_subplot()
    axes.set_facecolor(back.name())
    axes.axhline(0.0, color=ink, linewidth=0.6, alpha=0.5)
    axes.plot(profile.distance, profile.values, color=labels.SERIES_COLOUR, linewidth=1.6)
    for distance in profile.distance[profile.unsafe]:
        axes.axvline(distance, color=labels.UNSAFE_COLOUR, linewidth=1.0, linestyle="--")
    low, high = value_range(profile)
    axes.set_ylim(low, high)
    axes.set_xlim(float(profile.distance[0]), float(profile.distance[-1]))
    _mark_fringe(axes, profile, low, high)
    axes.set_xlabel(labels.distance_title(profile), color=ink, fontsize=FONT_POINTS)
    axes.set_ylabel(labels.value_title(profile), color=ink, fontsize=FONT_POINTS)
    axes.tick_params(colors=ink, labelsize=FONT_POINTS)
    axes.grid(color=ink, alpha=0.15, linewidth=0.6)
    if title:
        axes.set_title(title, color=ink, fontsize=FONT_POINTS + 1, loc="left")
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(ink)


def _mark_fringe(axes, profile: Profile, low: float, high: float) -> None:
    """A bar as high as one fringe, at the right edge where the profile leaves room."""
    start, end = float(profile.distance[0]), float(profile.distance[-1])
    at = end - labels.FRINGE_AT * (end - start)
    last = profile.values[np.isfinite(profile.values)][-1]
    bottom = (
        low + 0.04 * (high - low) if last > (low + high) / 2 else high - 0.04 * (high - low) - profile.fringe
    )
    axes.plot(
        [at, at], [bottom, bottom + profile.fringe], color=labels.FRINGE_COLOUR, marker="_", linewidth=2
    )
    axes.annotate(
        labels.fringe_text(profile),
        (at, bottom + profile.fringe / 2),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        color=labels.FRINGE_COLOUR,
        fontsize=FONT_POINTS,
    )
