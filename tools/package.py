"""Build dist/quakefringe-VERSION.zip from the last commit and check it as plugins.qgis.org does.

Exit status 1, with the reasons, when the site would refuse the archive.
"""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "quakefringe"
MAX_BYTES = 25 * 1024 * 1024
BLOCKED = {".so", ".dll", ".dylib", ".pyd", ".exe", ".bat", ".sh", ".ps1", ".cmd", ".com", ".jar", ".whl"}
HIDDEN = {"__pycache__", "__MACOSX", ".git", ".DS_Store"}
REQUIRED = (
    "name",
    "description",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "about",
    "tracker",
    "repository",
)
OLDEST_PYTHON = (3, 9)
CALLS = {"eval", "exec", "compile", "__import__"}
MODULES = {"pickle", "cPickle", "marshal", "shelve", "subprocess", "torch", "timm"}


def build(commit: str = "HEAD", folder: Path | None = None) -> Path:
    """Write the archive of `commit` and return its path."""
    folder = folder or ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    version = metadata(git("show", f"{commit}:metadata.txt"))["version"]
    target = folder / f"{NAME}-{version}.zip"
    git("archive", "--format=zip", f"--prefix={NAME}/", "-o", str(target), commit)
    return target


def git(*arguments: str) -> str:
    """Output of a git command in this checkout, which may belong to another user."""
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def metadata(text: str) -> dict[str, str]:
    """The section `[general]` of metadata.txt, with the case of its keys."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return dict(parser["general"])


def check(path: Path) -> list[str]:
    """Reasons for which the plugin site would refuse the archive; empty for a good one."""
    problems = []
    if path.stat().st_size > MAX_BYTES:
        problems.append(
            f"{path.name} has {path.stat().st_size / 2**20:.1f} MB, but the site accepts at most 25 MB"
        )
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if not names or not names[0].startswith(f"{NAME}/"):
            problems.append(f"the first entry is not in {NAME}/")
        for name in names:
            parts = Path(name).parts
            if parts[0] != NAME or ".." in parts:
                problems.append(f"{name} is outside {NAME}/")
            if Path(name).suffix.lower() in BLOCKED or HIDDEN & set(parts):
                problems.append(f"{name} is a kind of file that the site refuses")
        for required in ("__init__.py", "metadata.txt", "LICENSE"):
            if f"{NAME}/{required}" not in names:
                problems.append(f"{required} is missing")
        if f"{NAME}/metadata.txt" in names:
            problems += check_metadata(archive.read(f"{NAME}/metadata.txt").decode("utf-8"), names)
        for name in names:
            if name.endswith(".py"):
                problems += check_source(name, archive.read(name).decode("utf-8"))
    return problems


def check_metadata(text: str, names: list[str]) -> list[str]:
    """Problems of metadata.txt."""
    general = metadata(text)
    problems = [f"metadata.txt: {key} is missing" for key in REQUIRED if not general.get(key)]
    if "plugin" in general.get("name", "").lower():
        problems.append("metadata.txt: the name must not contain the word 'plugin'")
    if not re.fullmatch(r"\d+(\.\d+)+", general.get("version", "")):
        problems.append("metadata.txt: the version is not of the form 1.2.3")
    icon = general.get("icon", "")
    if icon and f"{NAME}/{icon}" not in names:
        problems.append(f"metadata.txt: the icon {icon} is not in the archive")
    for key in ("tracker", "repository", "homepage"):
        if general.get(key) and not general[key].startswith("https://"):
            problems.append(f"metadata.txt: {key} is not an https address")
    return problems


def check_source(name: str, source: str) -> list[str]:
    """Calls and imports of a module that the site's scanners refuse."""
    problems = []
    try:
        tree = ast.parse(source, name, feature_version=OLDEST_PYTHON)
    except SyntaxError as error:
        return [f"{name}:{error.lineno} is not Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]}: {error.msg}"]
    for node in ast.walk(tree):
        where = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            problems.append(f"{where} calls {node.func.id}")
        if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", True):
            problems.append(f"{where} passes shell=")
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            level = getattr(node, "level", 0)
            modules = (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            )
            problems += [
                f"{where} imports {module}"
                for module in modules
                if level == 0 and module.split(".")[0] in MODULES
            ]
    return problems


def scan(path: Path) -> list[str]:
    """Complaints of bandit (medium severity and above) and flake8 about the archive, as on the site."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        for tool, options in (
            ("bandit", ["-q", "-r", "--severity-level", "medium", NAME]),
            ("flake8", ["--isolated", "--max-line-length", "110", "--extend-ignore", "E203,E501,W503", NAME]),
        ):
            run = subprocess.run(
                [sys.executable, "-m", tool, *options],
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
            )
            if run.returncode:
                problems.append(f"{tool} reports:\n{run.stdout}{run.stderr}")
    return problems


def main() -> int:
    """Build and check the archive; the exit status."""
    path = build()
    problems = check(path) + scan(path)
    with zipfile.ZipFile(path) as archive:
        count = len(archive.namelist())
    print(f"{path} ({path.stat().st_size / 2**20:.1f} MB, {count} entries)")
    dirty = git("status", "--porcelain")
    if dirty.strip():
        print("Note: the archive contains the last commit, without the uncommitted changes.")
    for reason in problems:
        print(f"refused: {reason}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
