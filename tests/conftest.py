"""Makes the checkout importable as `quakefringe`, whatever its folder is called.

pytest imports by file (``--import-mode=importlib``), because the repository root is a package itself.
Without a display, set QT_QPA_PLATFORM=offscreen: pytest-qgis starts QGIS before pytest reads this file.
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

collect_ignore_glob = [] if importlib.util.find_spec("qgis") else ["ui/*"]


class _TrainingTestsWithoutTorch(pytest.Module):
    """Stands for a module of training tests where torch cannot be imported."""

    def collect(self):
        pytest.skip("torch is not installed, or has no build for this Python", allow_module_level=True)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path, parent):
    """Skip the tests of the training package where torch is missing."""
    if module_path.parent == ROOT / "tests" / "training" and importlib.util.find_spec("torch") is None:
        return _TrainingTestsWithoutTorch.from_parent(parent, path=module_path)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """Close the rasters of the last test before QGIS exits and destroys the GDAL drivers that they need."""
    if nextitem is None:
        getattr(item, "funcargs", {}).clear()
        gc.collect()
    return (yield)
