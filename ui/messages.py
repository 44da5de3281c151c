"""Messages on the QGIS message bar."""

from __future__ import annotations

from html import escape
from typing import Callable, Optional

from qgis.PyQt.QtWidgets import QPushButton

from .resources import NAME


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
