"""Titles and colours that both plots share."""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QWidget

from ...engine.profile import Profile
from ..i18n import tr

SERIES_COLOUR, UNSAFE_COLOUR, FRINGE_COLOUR = "#1b9aa0", "#c4382c", "#b7791f"
"""Each has a contrast of at least 3 to white and to the background of the dark theme."""
LIGHT_INK, DARK_INK = "#dddddd", "#222222"
MIN_LIGHTNESS_DIFFERENCE = 100
"""Difference of text and background (0 to 255) below which text cannot be read. QGIS' theme Night Mapping has
#111111 on #222222 in its palette; its style sheet gives the legible colours of its own widgets."""
FRINGE_AT = 0.035
"""Distance of the mark of one fringe from the right edge, as a fraction of the width."""


def distance_title(profile: Profile) -> str:
    """Title of the horizontal axis."""
    unit = profile.distance_unit if profile.distance_unit == "km" else tr("pixels")
    return tr("Distance ({unit})").format(unit=unit)


def value_title(profile: Profile) -> str:
    """Title of the vertical axis."""
    if profile.unit == "cm":
        return tr("Towards the satellite (cm)")
    return tr("Towards the satellite (fringes)")


def fringe_text(profile: Profile) -> str:
    """What the mark of one fringe says."""
    if profile.unit == "cm":
        return tr("one fringe: {cm} cm").format(cm=f"{profile.fringe:.2f}")
    return tr("one fringe")


def colours(widget: QWidget) -> tuple[QColor, QColor]:
    """Text and background of the theme of the window; a light or dark text where the theme's is illegible."""
    palette = widget.palette()
    front, back = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
    if abs(front.lightness() - back.lightness()) < MIN_LIGHTNESS_DIFFERENCE:
        front = QColor(LIGHT_INK if back.lightness() < 128 else DARK_INK)
    return front, back
