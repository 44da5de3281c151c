"""Widgets whose icons are sharp on a display of high density.

QGIS with Qt 5 draws icons in single density, and Qt then enlarges them. The attribute that changes this
belongs to the whole application, so it is set only while one of these widgets paints itself. Qt 6 always
draws icons in the density of the display.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QListWidget, QPushButton, QToolButton

_ATTRIBUTE = getattr(Qt.ApplicationAttribute, "AA_UseHighDpiPixmaps", None)


@contextmanager
def sharp_icons() -> Iterator[None]:
    """Draw icons in the density of the display."""
    if _ATTRIBUTE is None or QCoreApplication.testAttribute(_ATTRIBUTE):
        yield
        return
    QCoreApplication.setAttribute(_ATTRIBUTE, True)
    try:
        yield
    finally:
        QCoreApplication.setAttribute(_ATTRIBUTE, False)


class SharpButton(QPushButton):
    """A push button."""

    def paintEvent(self, event) -> None:
        """Paint with a sharp icon."""
        with sharp_icons():
            super().paintEvent(event)


class SharpToolButton(QToolButton):
    """A tool button."""

    def paintEvent(self, event) -> None:
        """Paint with a sharp icon."""
        with sharp_icons():
            super().paintEvent(event)


class SharpList(QListWidget):
    """A list."""

    def paintEvent(self, event) -> None:
        """Paint with sharp icons."""
        with sharp_icons():
            super().paintEvent(event)
