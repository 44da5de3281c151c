"""The history of a released model's training, as a file beside the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...engine.errors import InputError
from ...engine.output.atomic import replacing

SUFFIX = "-history.jsonl"
KINDS = ("train", "validation")
"""Lines of a training's log that the history keeps: losses, and scores on the validation sets."""


def history_path(model: Path) -> Path:
    """Where the history of a model file is: ``model.onnx`` has ``model-history.jsonl``."""
    return model.with_name(model.stem + SUFFIX)


def write_history(log: Path, model: Path) -> Path:
    """Write the history of a model file from the log of its training.

    Parameters
    ----------
    log : Path
        A run folder, or its ``log.jsonl``.
    model : Path

    Returns
    -------
    Path
        The history.

    Raises
    ------
    InputError
        There is no log, or it has no entry of a training.
    """
    path = log / "log.jsonl" if log.is_dir() else log
    entries = read_log(path)
    if not entries:
        raise InputError(f"'{path.name}' holds no losses of a training; give a run folder or its log.jsonl.")
    target = history_path(model)
    with replacing(target) as temporary:
        temporary.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return target


def read_log(path: Path) -> list[dict[str, Any]]:
    """Entries of `KINDS` of a log or history; a line that an interruption cut off is left out.

    Raises
    ------
    InputError
        The file is missing.
    """
    if not path.is_file():
        raise InputError(f"There is no history '{path.name}'; write it with export --history RUN_FOLDER.")
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("kind") in KINDS:
            entries.append(entry)
    return entries
