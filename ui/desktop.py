"""Files, folders and pages opened outside QGIS."""

from __future__ import annotations

import os

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from .resources import HOMEPAGE

DOCS = f"{HOMEPAGE}/blob/main/docs"
"""Where the pages of the documentation are read online."""


def open_file(path: str) -> None:
    """Open a file or a folder with the program that the desktop has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def help_url(page: str = "usage") -> str:
    """Address of a page of the documentation."""
    return f"{DOCS}/{page}.md"


def open_help(page: str = "usage") -> None:
    """Open a page of the documentation in the browser."""
    QDesktopServices.openUrl(QUrl(help_url(page)))


def is_file(path: str) -> bool:
    """Whether a path names an existing file."""
    return bool(path) and os.path.isfile(path)
