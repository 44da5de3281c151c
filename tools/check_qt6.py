"""Check that every Qt class and enum that the window uses exists in PyQt6, with enums scoped.

QGIS 4 runs on Qt 6, whose Python bindings accept ``Qt.ItemDataRole.UserRole`` but not ``Qt.UserRole``. The
stubs (``.pyi``) of the PyQt6 package are read; nothing of it is imported, so no library of Qt 6 is needed.
"""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOVED = {"QAction": "QtGui", "QActionGroup": "QtGui", "QShortcut": "QtGui"}
"""Classes that ``qgis.PyQt`` offers under their Qt 5 module."""
NOT_IN_STUBS = {"PYQT_VERSION_STR", "QT_VERSION_STR", "pyqtSignal", "pyqtSlot", "pyqtProperty"}


def members(node: ast.ClassDef) -> dict[str, object]:
    """Names of a class: nested classes with their own names, everything else with None."""
    found: dict[str, object] = {}
    for line in node.body:
        if isinstance(line, ast.ClassDef):
            found[line.name] = members(line)
        elif isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[line.name] = None
        elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            found[line.target.id] = None
        elif isinstance(line, ast.Assign):
            found.update((one.id, None) for one in line.targets if isinstance(one, ast.Name))
    return found


def stub(module: str) -> dict[str, ast.ClassDef]:
    """Classes of a module of PyQt6."""
    spec = find_spec("PyQt6")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("PyQt6 is not installed; run tools/setup.sh.")
    path = Path(next(iter(spec.submodule_search_locations))) / f"{module}.pyi"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def known(classes: dict[str, ast.ClassDef], name: str, attribute: str) -> bool:
    """Whether a class or one of its bases, in any module, has an attribute."""
    node = classes.get(name)
    if node is None:
        return False
    bases = [ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases]
    return attribute in members(node) or any(known(classes, base, attribute) for base in bases)


def problems(path: Path, stubs: dict[str, dict[str, ast.ClassDef]]) -> list[str]:
    """What a file uses that PyQt6 does not have."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    everything = {name: node for module in stubs.values() for name, node in module.items()}
    origin: dict[str, str] = {}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            module = (node.module or "").rsplit(".", 1)[-1]
            for alias in node.names:
                real = MOVED.get(alias.name, module)
                origin[alias.asname or alias.name] = real
                if alias.name not in stubs[real] and alias.name not in NOT_IN_STUBS:
                    found.append(f"{path}:{node.lineno}: PyQt6.{real} has no {alias.name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in origin:
            name = node.value.id
            if name in everything and not known(everything, name, node.attr):
                found.append(
                    f"{path}:{node.lineno}: {name}.{node.attr} is not in PyQt6; name its enum as well"
                )
    return found


def main() -> int:
    """Check ``ui/`` and ``plugin.py``."""
    stubs = {name: stub(name) for name in ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport")}
    found = [
        text
        for path in [ROOT / "plugin.py", *sorted((ROOT / "ui").rglob("*.py"))]
        for text in problems(path, stubs)
    ]
    print("\n".join(found) or "Everything that the window uses is in PyQt6.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
