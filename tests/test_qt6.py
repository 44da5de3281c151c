"""The static check for Qt 6 finds what PyQt6 does not accept."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(importlib.util.find_spec("PyQt6") is None, reason="PyQt6 is not installed")


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("check_qt6", ROOT / "tools" / "check_qt6.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_window_uses_only_what_qt_6_has(checker):
    assert checker.main() == 0


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("from qgis.PyQt.QtCore import Qt\nrole = Qt.UserRole", "Qt.UserRole"),
        ("from qgis.PyQt.QtWidgets import QFrame\nshape = QFrame.HLine", "QFrame.HLine"),
        ("from qgis.PyQt.QtWidgets import QDesktopWidget", "QDesktopWidget"),
    ],
)
def test_unscoped_enums_and_lost_classes_are_found(checker, tmp_path, line, word):
    path = tmp_path / "module.py"
    path.write_text(line)
    stubs = {name: checker.stub(name) for name in ("QtCore", "QtGui", "QtWidgets")}
    (problem,) = checker.problems(path, stubs)
    assert word.split(".")[-1] in problem


def test_scoped_enums_pass(checker, tmp_path):
    path = tmp_path / "module.py"
    path.write_text("from qgis.PyQt.QtCore import Qt\nrole = Qt.ItemDataRole.UserRole")
    assert checker.problems(path, {"QtCore": checker.stub("QtCore")}) == []
