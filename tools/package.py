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
LARGEST = 25 * 1024 * 1024
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
OLDEST = (3, 9)
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
    """Run git here, also in a checkout that another user owns, and return what it prints."""
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def metadata(text: str) -> dict[str, str]:
    """The `[general]` section of metadata.txt, keys as they are written."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return dict(parser["general"])


def check(path: Path) -> list[str]:
    """Reasons for which the plugin site would refuse the archive; empty when it would take it."""
    wrong = []
    if path.stat().st_size > LARGEST:
        wrong.append(f"{path.name} has {path.stat().st_size / 2**20:.1f} MB, the site takes 25 MB")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if not names or not names[0].startswith(f"{NAME}/"):
            wrong.append(f"the first entry is not in {NAME}/")
        for name in names:
            parts = Path(name).parts
            if parts[0] != NAME or ".." in parts:
                wrong.append(f"{name} lies outside {NAME}/")
            if Path(name).suffix.lower() in BLOCKED or HIDDEN & set(parts):
                wrong.append(f"{name} is of a kind that the site blocks")
        for needed in ("__init__.py", "metadata.txt", "LICENSE"):
            if f"{NAME}/{needed}" not in names:
                wrong.append(f"{needed} is missing")
        if f"{NAME}/metadata.txt" in names:
            wrong += check_metadata(archive.read(f"{NAME}/metadata.txt").decode("utf-8"), names)
        for name in names:
            if name.endswith(".py"):
                wrong += check_source(name, archive.read(name).decode("utf-8"))
    return wrong


def check_metadata(text: str, names: list[str]) -> list[str]:
    """What is wrong with metadata.txt."""
    general = metadata(text)
    wrong = [f"metadata.txt: {key} is missing" for key in REQUIRED if not general.get(key)]
    if "plugin" in general.get("name", "").lower():
        wrong.append("metadata.txt: the name must not contain the word 'plugin'")
    if not re.fullmatch(r"\d+(\.\d+)+", general.get("version", "")):
        wrong.append("metadata.txt: the version is not of the form 1.2.3")
    icon = general.get("icon", "")
    if icon and f"{NAME}/{icon}" not in names:
        wrong.append(f"metadata.txt: the icon {icon} is not in the archive")
    for key in ("tracker", "repository", "homepage"):
        if general.get(key) and not general[key].startswith("https://"):
            wrong.append(f"metadata.txt: {key} is not an https address")
    return wrong


def check_source(name: str, source: str) -> list[str]:
    """Calls and imports in a module that the site's scanners block."""
    wrong = []
    try:
        tree = ast.parse(source, name, feature_version=OLDEST)
    except SyntaxError as error:
        return [f"{name}:{error.lineno} is not Python {OLDEST[0]}.{OLDEST[1]}: {error.msg}"]
    for node in ast.walk(tree):
        where = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            wrong.append(f"{where} calls {node.func.id}")
        if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", True):
            wrong.append(f"{where} passes shell=")
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            level = getattr(node, "level", 0)
            modules = (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            )
            wrong += [
                f"{where} imports {module}"
                for module in modules
                if level == 0 and module.split(".")[0] in MODULES
            ]
    return wrong


def scan(path: Path) -> list[str]:
    """Run bandit (medium and above) and flake8 over the unpacked archive, as the site does."""
    wrong = []
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
                wrong.append(f"{tool} complains:\n{run.stdout}{run.stderr}")
    return wrong


def main() -> int:
    path = build()
    wrong = check(path) + scan(path)
    with zipfile.ZipFile(path) as archive:
        count = len(archive.namelist())
    print(f"{path} ({path.stat().st_size / 2**20:.1f} MB, {count} entries)")
    dirty = git("status", "--porcelain")
    if dirty.strip():
        print("Note: the archive holds the last commit; there are changes that are not committed.")
    for reason in wrong:
        print(f"refused: {reason}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
