"""Paths of icons and styles, the plugin's name, and the address that the help links to."""

from __future__ import annotations

from qgis.PyQt.QtGui import QIcon

from ..engine.resources import RESOURCES, STYLES

HOMEPAGE = "https://github.com/quakefringe/quakefringe"
NAME = "QuakeFringe"


def icon(name: str = "quakefringe") -> QIcon:
    """One of the plugin's icons, by file name without extension."""
    return QIcon(str(RESOURCES / "icons" / f"{name}.svg"))


def style(name: str) -> str:
    """Path of one of the QML styles, by file name without extension."""
    return str(STYLES / f"{name}.qml")
