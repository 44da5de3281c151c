"""The run folder: recipe, versions, log, checkpoints and scores of one training."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from .recipe import Recipe, recipe_from_dict
from .recipe_files import parse_toml, write_toml

PACKAGES = ("torch", "timm", "lightning-fabric", "numpy", "scipy", "scikit-image", "onnx", "onnxruntime")
SCORES = "scores.json"
"""Name of the file of scores in a run folder."""


class TrainingRun:
    """``recipe.toml``, ``environment.json``, ``log.jsonl``, ``scores.json``, ``checkpoints/`` of a training.

    Parameters
    ----------
    folder : Path
    recipe : Recipe
    """

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self.folder, self.recipe = folder, recipe
        self.checkpoints = folder / "checkpoints"
        self.validation = folder / "validation"
        self._log = folder / "log.jsonl"

    @classmethod
    def create(cls, folder: Path, recipe: Recipe, facts: dict[str, Any]) -> TrainingRun:
        """Start a new run; raises `InputError` where the folder already holds one."""
        if (folder / "recipe.toml").exists():
            raise InputError(
                f"The run '{folder.name}' exists; continue it with --resume or give another name."
            )
        run = cls(folder, recipe)
        try:
            run.checkpoints.mkdir(parents=True, exist_ok=True)
            _write(folder / "recipe.toml", write_toml(recipe.to_dict()))
            _write(folder / "environment.json", json.dumps(environment(recipe, facts), indent=2) + "\n")
        except OSError as error:
            raise OutputError(f"The run folder cannot be written: {error.strerror or error}.") from error
        return run

    @classmethod
    def open(cls, folder: Path) -> TrainingRun:
        """Open a run to continue it."""
        try:
            values = parse_toml((folder / "recipe.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"'{folder.name}' is no run folder; start it without --resume.") from error
        return cls(folder, recipe_from_dict(values))

    def log(self, kind: str, **values: Any) -> None:
        """Append one line to the log."""
        line = json.dumps({"kind": kind, "time": round(time.time(), 1), **values})
        with self._log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def entries(self, kind: str = "") -> list[dict[str, Any]]:
        """Complete lines of the log; with `kind`, only those of this kind."""
        if not self._log.exists():
            return []
        entries = []
        for line in self._log.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if not kind or entry.get("kind") == kind:
                entries.append(entry)
        return entries

    def rewind(self, shown: int) -> None:
        """Remove log lines of steps that a resumed training will repeat."""
        kept = [entry for entry in self.entries() if entry.get("shown", 0) <= shown]
        _write(self._log, "".join(json.dumps(entry) + "\n" for entry in kept))

    def write_scores(self, scores: dict[str, Any]) -> None:
        """Replace ``scores.json``."""
        _write(self.folder / SCORES, json.dumps(scores, indent=2) + "\n")


def recipe_hash(recipe: Recipe) -> str:
    """Sixteen hexadecimal digits that change with any setting of the recipe."""
    text = json.dumps(recipe.to_dict(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def environment(recipe: Recipe, facts: dict[str, Any]) -> dict[str, Any]:
    """Versions, and properties of the host without names or paths."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "recipe_hash": recipe_hash(recipe),
        "commit": _commit(),
        "versions": versions,
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **facts,
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _commit() -> str:
    """The commit of the running code, with "+" if files differ from it; empty outside a repository."""
    here = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return described.stdout.strip() if described.returncode == 0 else ""


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
