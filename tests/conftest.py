"""The package under its own name, whatever the checkout's folder is called.

pytest imports by file (``--import-mode=importlib``), since the repository root is a package itself. Without a
display, set QT_QPA_PLATFORM=offscreen: pytest-qgis starts QGIS before this file is read.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _is_this_checkout() -> bool:
    spec = importlib.util.find_spec("quakefringe")
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve().parent == ROOT


if not _is_this_checkout():
    _link = tempfile.TemporaryDirectory(prefix="quakefringe-import-")
    (Path(_link.name) / "quakefringe").symlink_to(ROOT, target_is_directory=True)
    sys.path.insert(0, _link.name)
    for _name in [n for n in sys.modules if n.split(".")[0] == "quakefringe"]:
        del sys.modules[_name]
    importlib.invalidate_caches()

# What the session needs before QGIS is there cannot be done by fixtures.
collect_ignore_glob = [] if importlib.util.find_spec("qgis") else ["ui/*"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """Let go of the last test's rasters before QGIS goes: it takes GDAL's drivers along, which they need."""
    if nextitem is None:
        getattr(item, "funcargs", {}).clear()
        gc.collect()
    return (yield)
