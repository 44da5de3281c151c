"""The plot of a profile: matplotlib where QGIS' Python has it, else painted here."""

from __future__ import annotations

import importlib
import logging
from types import ModuleType
from typing import Optional

from qgis.PyQt.QtWidgets import QWidget

from .matplotlib_plot import MatplotlibPlot
from .painted_plot import PaintedPlot

BACKENDS = ("matplotlib.backends.backend_qtagg", "matplotlib.backends.backend_qt5agg")
"""The second is for matplotlib before 3.5."""
LOG = logging.getLogger(__name__)


def load_matplotlib() -> Optional[ModuleType]:
    """matplotlib's canvas for this Qt; None where it is missing or broken."""
    for name in BACKENDS:
        try:
            return importlib.import_module(name)
        except Exception as error:  # a matplotlib for another numpy fails in any way
            LOG.debug("%s is not used: %s", name, error)
    return None


def make_plot(parent: Optional[QWidget] = None) -> QWidget:
    """A plot with `show_profile`, `save_png` and the signal `hovered`."""
    backend = load_matplotlib()
    if backend is not None:
        return MatplotlibPlot(backend, parent)
    return PaintedPlot(parent)
