"""The documentation names only files, commands, options and parameters that exist."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from quakefringe.engine.commands import SUBCOMMANDS

ROOT = Path(__file__).resolve().parents[1]
DIARY = ROOT / "docs" / "development"
PAGES = sorted(
    page
    for page in [
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "resources/sample/README.md",
    ]
    if DIARY not in page.parents or page.name == "index.md"
)
"""The diary is history: it may name what has gone since."""
FOLDERS = ("engine", "ui", "training", "bench", "tools", "tests", "resources", "docs")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
FILE = re.compile(rf"(?<![\w./-])(?:{'|'.join(FOLDERS)})/[\w./-]*\w/?|(?<![\w./-])(?:plugin|version)\.py\b")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
MODULE = re.compile(r"\bquakefringe((?:\.[a-z_0-9]+)+)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
ALGORITHM = re.compile(r"\bquakefringe:([a-z]+)")
MAX_LINE = 110


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(text_of(page)))


def help_of(capsys: pytest.CaptureFixture[str], module: str, *arguments: str) -> str:
    """What a command line prints for `--help`."""
    with pytest.raises(SystemExit):
        importlib.import_module(f"{module}.__main__").main([*arguments, "--help"])
    return capsys.readouterr().out


def section_of(page: str, heading: str, end: str = "\n## ") -> str:
    return text_of(ROOT / page).split(heading)[1].split(end)[0]


def first_column(section: str) -> set[str]:
    """Names in code font in the first column of the tables of a section."""
    cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    return set(re.findall(r"`([a-z_0-9]+)`", "\n".join(cells)))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_there_are_pages_to_check():
    assert len(PAGES) >= 15


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_and_folders_that_a_page_names_exist(page):
    made_by_commands = ("resources/models/YOUR_MODEL.onnx",)
    named = {path.rstrip(".") for path in FILE.findall(code_of(page))} - set(made_by_commands)
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page):
    links = [link for link in LINK.findall(text_of(page)) if not link.startswith("mailto:")]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_modules_and_names_that_a_page_names_exist(page):
    missing = []
    for dotted in MODULE.findall(text_of(page)):
        parts = dotted.strip(".").split(".")
        if not _exists(parts):
            missing.append(dotted)
    assert missing == []


def _exists(parts: list[str]) -> bool:
    """Whether the parts lead to a module, or to a name that a module defines or imports."""
    path = ROOT
    for index, part in enumerate(parts):
        if (path / part).is_dir():
            path /= part
            continue
        module = path / f"{part}.py"
        rest = parts[index + 1 :]
        if not module.is_file():
            module, rest = path / "__init__.py", parts[index:]
        return module.is_file() and (not rest or rest[0] in _names(module))
    return True


def _names(module: Path) -> set[str]:
    names = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_a_page_names_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert set(MAKE.findall(code_of(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_processing_algorithms_and_their_parameters_exist(page):
    sources = {"detect": "detect*.py", "open": "open_product.py", "diagnose": "diagnose.py"}
    sources |= {name: f"{name}*.py" for name in ("decompose", "hazard", "source")}
    code = code_of(page)
    assert set(ALGORITHM.findall(text_of(page))) <= set(sources)
    for call in re.findall(r"qgis_process run quakefringe:(\w+)((?:[^\n]*\\\n)*[^\n]*)", code):
        modules = (ROOT / "ui/processing").glob(sources[call[0]])
        source = "\n".join(text_of(module) for module in modules)
        for parameter in re.findall(r"--([A-Z_]+)=", call[1]):
            assert f'"{parameter}"' in source, parameter


def test_the_table_of_detect_has_every_parameter_of_the_dialog():
    modules = (ROOT / "ui/processing").glob("detect*.py")
    source = "\n".join(text_of(module) for module in modules)
    parameters = set(re.findall(r'(?:RasterOrPath|QgsProcessingParameter\w+)\(\s*"([A-Z_]+)"', source))
    section = section_of("docs/usage.md", "## Parameters of `quakefringe:detect`")
    assert len(parameters) >= 14
    assert set(re.findall(r"`([A-Z_]+)`", section)) >= parameters


COMMAND = re.compile(
    r"python -m (quakefringe\.(?:training|engine|archive))(?: ([a-z]+(?:-[a-z]+)*)(?= ))?(.*)"
)


def test_options_in_command_lines_exist(capsys):
    pytest.importorskip("torch")
    used: dict[tuple[str, ...], set[str]] = {}
    for page in PAGES:
        for line in code_of(page).replace("\\\n", " ").splitlines():
            command = COMMAND.search(line)
            if command:
                module, subcommand, rest = command.groups()
                known = module.endswith(("training", "archive")) or subcommand in SUBCOMMANDS
                words = (module, subcommand) if known and subcommand else (module,)
                used.setdefault(words, set()).update(OPTION.findall(rest))
    assert len(used) >= 9
    wrong = {}
    for words, options in used.items():
        unknown = options - set(OPTION.findall(help_of(capsys, *words)))
        if unknown:
            wrong[" ".join(words)] = unknown
    assert wrong == {}


def test_pages_that_the_code_and_the_recipes_name_exist():
    sources = [
        path
        for folder in ("engine", "ui", "training", "bench", "tools")
        for ending in ("*.py", "*.sh", "*.toml", "*.txt")
        for path in (ROOT / folder).rglob(ending)
    ]
    named = {
        (name(path), page) for path in sources for page in re.findall(r"\bdocs/[\w/-]+\.\w+", text_of(path))
    }
    assert len(named) >= 5
    assert sorted((path, page) for path, page in named if not (ROOT / page).exists()) == []


@pytest.mark.parametrize("floors", ["ENGINE", "TRAINING", "ARCHIVE"])
def test_every_room_of_the_code_is_on_the_architecture_page(floors):
    page = text_of(ROOT / "docs/architecture.md")
    rooms = [
        room for floor in ast.literal_eval(assigned("tests/test_structure.py", floors)) for room in floor
    ]
    assert [room for room in rooms if room.replace(".", "/") not in page] == []


def test_every_product_family_has_its_place_on_the_page():
    from quakefringe.engine.products.families import FAMILIES

    page = text_of(ROOT / "docs/products.md").lower()
    assert [family.NAME for family in FAMILIES if family.NAME.lower() not in page] == []


def test_the_result_has_the_keys_that_the_page_describes():
    section = section_of("docs/data-formats.md", "## Result (JSON)", "\nEach entry")
    tree = ast.parse((ROOT / "engine/output/result_json.py").read_text(encoding="utf-8"))
    function = next(
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "result_to_dict"
    )
    data = next(node.value for node in function.body if isinstance(node, ast.Assign))
    assert first_column(section) == {key.value for key in data.keys}


def assigned(module: str, constant: str) -> ast.expr:
    """The value that a module assigns to a constant."""
    return next(
        node.value
        for node in ast.parse((ROOT / module).read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == constant
    )


def test_the_boxes_have_the_fields_that_the_page_describes():
    section = section_of("docs/data-formats.md", "## Boxes (GeoPackage)")
    files = ("engine/output/map_layers.py", "engine/source_output/box_fields.py")
    fields = {row.elts[0].value for file in files for row in assigned(file, "FIELDS").elts}
    assert first_column(section) == fields


def test_the_catalogue_has_the_columns_that_the_page_describes():
    section = section_of("docs/data-formats.md", "## Catalogue of real")
    assert first_column(section) >= set(
        ast.literal_eval(assigned("training/real/catalogue.py", "REQUIRED_COLUMNS"))
    )


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=name)
def test_lines_are_short_enough_to_read(page):
    inside_code, long = False, []
    for number, line in enumerate(text_of(page).splitlines(), 1):
        if line.lstrip().startswith("```"):
            inside_code = not inside_code
        if not inside_code and not line.startswith(("|", "![")) and len(line) > MAX_LINE:
            long.append(f"line {number}: {len(line)} characters")
    assert long == []
