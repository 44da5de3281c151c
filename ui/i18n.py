"""Translation: `tr` for every text of the window, and the translator of QGIS' language."""

from __future__ import annotations

import os
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from ..engine.resources import RESOURCES

CONTEXT = "QuakeFringe"
"""The one context of all texts."""


def tr(text: str) -> str:
    """A text in QGIS' language. Call it with a literal, which ``tools/make_translations.py`` collects."""
    return QCoreApplication.translate(CONTEXT, text)


def install_translator() -> Optional[QTranslator]:
    """Use the translation for QGIS' language, such as ``es`` for ``es_MX``; None when there is none."""
    locale = QgsApplication.instance().locale() or ""
    for name in (locale, locale.split("_")[0]):
        path = os.path.join(str(RESOURCES), "i18n", f"quakefringe_{name}.qm")
        if name and os.path.isfile(path):
            translator = QTranslator()
            if translator.load(path):
                QCoreApplication.installTranslator(translator)
                return translator
    return None


def remove_translator(translator: Optional[QTranslator]) -> None:
    """Stop using a translation."""
    if translator is not None:
        QCoreApplication.removeTranslator(translator)
