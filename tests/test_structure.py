"""The structure of the code: imports point down, never round in a circle, and the engine stays light."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "training", "ui", "archive", "bench")

ENGINE = (
    ("engine.errors", "engine.tile", "engine.resources", "engine.percent"),
    ("engine.settings", "engine.progress"),
    ("engine.numerics",),
    ("engine.raster",),
    ("engine.deformation",),
    ("engine.products",),
    ("engine.interferogram",),
    ("engine.source",),
    ("engine.results",),
    ("engine.catalogue",),
    ("engine.context",),
    ("engine.tiling", "engine.network"),
    ("engine.boxes",),
    ("engine.inference", "engine.source_network"),
    ("engine.output",),
    ("engine.report",),
    ("engine.source_output",),
    ("engine.output_files",),
    ("engine.detection",),
    ("engine.decomposition",),
    ("engine.hazard",),
    ("engine.profile",),
    ("engine.commands",),
    ("engine.__main__",),
)
TRAINING = (
    ("training.config", "training.device", "training.messages"),
    ("training.real",),
    ("training.simulation",),
    ("training.sample", "training.model"),
    ("training.data",),
    ("training.scoring",),
    ("training.fit", "training.figures"),
    ("training.source",),
    ("training.commands",),
    ("training.__main__",),
)
ARCHIVE = (
    ("archive.scene", "archive.cluster", "archive.options", "archive.shared_files", "archive.time_limit"),
    ("archive.record", "archive.sources", "archive.watching", "archive.pictures", "archive.parser"),
    ("archive.folder", "archive.worker"),
    ("archive.batch",),
    ("archive.hand_out",),
    ("archive.run", "archive.results"),
    ("archive.commands",),
    ("archive.__main__",),
)
"""Rooms from the ground floor up. A room is a module or a package with all that lies in it; it may import
from lower floors only."""


def modules() -> dict[str, Path]:
    """Every module by its dotted name below the repository's root."""
    found = {}
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """Modules of this project that a module imports, and the top-level names of other packages."""
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (node.module or "").split(".") if node.module else []
            if node.level:
                base = package[: len(package) - node.level + 1] + base
            elif base[0] == "quakefringe":
                base = base[1:]
            for alias in node.names:
                inside = ".".join([*base, alias.name])
                yield inside if inside in MODULES else ".".join(base)


IMPORTS = {name: {target for target in imports(name) if target != name} for name in MODULES}


def room_of(module: str, floors: tuple[tuple[str, ...], ...]) -> tuple[int, str]:
    for number, rooms in enumerate(floors):
        for room in rooms:
            if module == room or module.startswith(f"{room}."):
                return number, room
    raise AssertionError(f"{module} has no room; add it to the floors in {Path(__file__).name}")


@pytest.mark.parametrize(
    ("package", "floors"), [("engine", ENGINE), ("training", TRAINING), ("archive", ARCHIVE)]
)
def test_no_import_points_up_the_house(package, floors):
    wrong = []
    for module, targets in IMPORTS.items():
        if module == package or not module.startswith(f"{package}."):
            continue
        floor, room = room_of(module, floors)
        for target in targets:
            if target.startswith(f"{package}."):
                below, other = room_of(target, floors)
                if other != room and below >= floor:
                    wrong.append(f"{module} imports {target}")
    assert not wrong


def test_no_modules_import_each_other_in_a_circle():
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way[way.index(module) :], module))
        if module in done:
            return
        for target in sorted(IMPORTS[module] & IMPORTS.keys()):
            if not way or target != module:
                visit(target, (*way, module))
        done.add(module)

    for module in MODULES:
        visit(module, ())


ALLOWED = {
    "engine": {"engine", "version"},
    "training": {"training", "engine", "version"},
    "archive": {"archive", "engine", "version"},
    "ui": {"ui", "engine", "version"},
}


@pytest.mark.parametrize("package", ALLOWED)
def test_packages_import_only_what_lies_below_them(package):
    ours = set(PACKAGES) | {"version", "plugin"}
    for module, targets in IMPORTS.items():
        if module.split(".")[0] == package:
            tops = {target.split(".")[0] for target in targets} & ours
            assert tops <= ALLOWED[package], module


def test_the_engine_imports_numpy_and_gdal_only():
    allowed = {*sys.stdlib_module_names, "numpy", "osgeo", "onnxruntime", "engine", "version"}
    for module, targets in IMPORTS.items():
        if module.startswith("engine"):
            assert {target.split(".")[0] for target in targets} - {""} <= allowed, module


def test_only_the_window_imports_qgis_and_only_training_imports_torch():
    for module, targets in IMPORTS.items():
        tops = {target.split(".")[0] for target in targets}
        assert "qgis" not in tops or module.startswith("ui") or module == "bench.in_window", module
        assert not tops & {"torch", "timm"} or module.split(".")[0] in ("training", "bench"), module


MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 60


@pytest.mark.parametrize("package", ["engine", "training", "archive"])
def test_modules_and_functions_stay_short(package):
    long = []
    for module, path in MODULES.items():
        if module.split(".")[0] != package:
            continue
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_MODULE_LINES:
            long.append(f"{module}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                documented = ast.get_docstring(node, clean=False) is not None
                first = node.body[1] if documented and len(node.body) > 1 else node.body[0]
                lines = (node.end_lineno or 0) - first.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{module}.{node.name}: {lines} lines")
    assert not long
