"""The folder of scores: `evaluate` writes it, `figures` and `calibrate` read it.

``scores.json`` holds all scores; ``scenes.csv`` one row per real file; ``windows.npz`` the raw logits of
their windows; ``pictures/`` the data of their pictures; ``simulated/*.npz`` the answers on a simulated set.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.errors import InputError
from ...engine.output.atomic import replacing
from ..data.packing import load, save
from .metrics import rounded
from .real_scores import COLUMNS

FORMAT = 1
SCORES, ROWS, WINDOWS, PICTURES, SIMULATED = (
    "scores.json",
    "scenes.csv",
    "windows.npz",
    "pictures",
    "simulated",
)
TEXT_COLUMNS = ("file", "group", "label", "quality", "model", "verdict", "deformation", "kind", "error")
NEW_COLUMNS = ("deformation", "deformation_probability", "kind")
"""Columns that folders of versions up to 0.13 lack."""
BOOLEAN_COLUMNS = ("crop", "pointing")
INTEGER_COLUMNS = ("fold", "windows", "scales", "boxes")


def write_text(path: Path, text: str) -> None:
    """Replace a text file as a whole; raises `OutputError` if it cannot be written."""
    with replacing(path) as temporary:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")


def write_scores(folder: Path, scores: dict[str, Any]) -> None:
    """Replace ``scores.json``."""
    text = json.dumps(rounded({"format": FORMAT, **scores}), indent=2, ensure_ascii=False)
    write_text(folder / SCORES, text + "\n")


def load_scores(folder: Path) -> dict[str, Any]:
    """Read ``scores.json``; raises `InputError` if it is missing, damaged or of another format."""
    path = folder / SCORES
    if not path.is_file():
        raise InputError(
            f"There are no scores in '{folder.name}'; run evaluate with --out {folder.name} first."
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{SCORES} in '{folder.name}' is damaged; run evaluate again.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise InputError(
            f"{SCORES} in '{folder.name}' was not written by evaluate; give the folder of its --out."
        )
    return values


def write_rows(folder: Path, rows: Sequence[dict[str, Any]], windows: Sequence[np.ndarray]) -> None:
    """Write ``scenes.csv`` and ``windows.npz``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(row.get(key)) for key in COLUMNS})
    write_text(folder / ROWS, text.getvalue())
    counts = np.array([len(one) for one in windows], np.int64)
    logits = np.concatenate([*windows, np.empty((0, 3), np.float32)]).astype(np.float32)
    save(folder / WINDOWS, {"logits": logits, "counts": counts})


def _cell(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return "" if value is None else value


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Rows of ``scenes.csv`` with typed values; raises `InputError` if it is missing or damaged."""
    try:
        with (folder / ROWS).open(encoding="utf-8", newline="") as file:
            return [{key: _value(key, _stored(row, key)) for key in COLUMNS} for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(
            f"{ROWS} in '{folder.name}' is missing or damaged; run evaluate --real again."
        ) from error


def _stored(row: dict[str, str], key: str) -> str:
    return row.get(key, "") if key in NEW_COLUMNS else row[key]


def _value(key: str, text: str) -> Any:
    if key in TEXT_COLUMNS:
        return text
    if text == "":
        return None
    if key in BOOLEAN_COLUMNS:
        return text == "1"
    return int(text) if key in INTEGER_COLUMNS else float(text)


def read_windows(folder: Path) -> list[np.ndarray]:
    """Raw logits of the windows of each row, in the order of ``scenes.csv``."""
    arrays = load(folder / WINDOWS)
    return np.split(arrays["logits"], np.cumsum(arrays["counts"])[:-1])


def simulated_sets(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """The answers on each simulated set, by its name; empty if there are none."""
    return {path.stem: load(path) for path in sorted((folder / SIMULATED).glob("*.npz"))}
