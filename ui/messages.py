"""Messages on the QGIS message bar."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QPushButton

from .resources import NAME

WARNING_S = 60
"""How long warnings of a result stay on the message bar, in seconds."""


def show_message(iface, text: str, level, duration: int = 8, button: Optional[tuple[str, Callable]] = None):
    """Show a message.

    Parameters
    ----------
    level : Qgis.MessageLevel
    duration : int
        Seconds; 0 keeps the message until the user closes it.
    button : (str, callable), optional
        Text, and the function that a click calls.

    Returns
    -------
    QgsMessageBarItem
    """
    bar = iface.messageBar()
    message = bar.createMessage(NAME, escape(text, quote=False))  # the bar shows HTML
    if button:
        push = QPushButton(button[0])
        push.clicked.connect(lambda _checked=False: button[1]())
        message.layout().addWidget(push)
    return bar.pushWidget(message, level, duration)


def show_warnings(scene: str, warnings: Sequence[str]) -> None:
    """Show the warnings of a result in the QGIS window, if there is one."""
    from qgis.utils import iface

    if iface is not None:
        show_message(iface, f"{scene}: {' '.join(warnings)}", Qgis.MessageLevel.Warning, WARNING_S)
