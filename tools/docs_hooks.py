"""Hooks of mkdocs: put the documented packages where mkdocstrings finds them under the name `quakefringe`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTED = ("__init__.py", "version.py", "engine", "training")


def on_startup(command: str, dirty: bool) -> None:
    """Link the documented packages into `build/docs_package/quakefringe`.

    The checkout itself cannot be used: its folder may have any name, and mkdocstrings would walk through
    `.venv`.
    """
    package = ROOT / "build" / "docs_package" / "quakefringe"
    package.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTED:
        link = package / name
        if link.is_symlink():
            link.unlink()
        link.symlink_to(ROOT / name)
