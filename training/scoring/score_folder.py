"""The folder of scores: `evaluate` writes it, `figures` and `calibrate` read it.

``scores.json`` holds all scores; ``scenes.csv`` one row per real file; ``windows.npz`` the raw logits of
their windows; ``forms.csv`` and ``form-windows.npz`` the same for other forms of the earthquakes;
``tables.md`` the tables of both; ``pictures/`` the data of their pictures; ``simulated/*.npz`` the answers on
a simulated set.
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
from .real_scores import COLUMNS, NATIVE

FORMAT = 1
SCORES, ROWS, WINDOWS, PICTURES, SIMULATED = (
    "scores.json",
    "scenes.csv",
    "windows.npz",
    "pictures",
    "simulated",
)
FORM_ROWS, FORM_WINDOWS = "forms.csv", "form-windows.npz"
TABLES = "tables.md"
TEXT_COLUMNS = (
    "file",
    "group",
    "label",
    "quality",
    "form",
    "model",
    "verdict",
    "deformation",
    "kind",
    "error",
)
NEW_COLUMNS = ("deformation", "deformation_probability", "kind", "form", "unwrapped")
"""Columns that folders of versions up to 0.13 lack."""
BOOLEAN_COLUMNS = ("crop", "unwrapped", "pointing")
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


def write_rows(
    folder: Path, rows: Sequence[dict[str, Any]], windows: Sequence[np.ndarray], *, forms: bool = False
) -> None:
    """Write ``scenes.csv`` and ``windows.npz``, or the two files of other forms."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(row.get(key)) for key in COLUMNS})
    write_text(folder / (FORM_ROWS if forms else ROWS), text.getvalue())
    counts = np.array([len(one) for one in windows], np.int64)
    logits = np.concatenate([*windows, np.empty((0, 3), np.float32)]).astype(np.float32)
    save(folder / (FORM_WINDOWS if forms else WINDOWS), {"logits": logits, "counts": counts})


def _cell(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return "" if value is None else value


def read_rows(folder: Path, *, forms: bool = False) -> list[dict[str, Any]]:
    """Rows of ``scenes.csv`` or ``forms.csv`` with typed values.

    Raises
    ------
    InputError
        The file is missing or damaged.
    """
    path = folder / (FORM_ROWS if forms else ROWS)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [{key: _value(key, _stored(row, key)) for key in COLUMNS} for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(
            f"{path.name} in '{folder.name}' is missing or damaged; run evaluate --real again."
        ) from error


def _stored(row: dict[str, str], key: str) -> str:
    return row.get(key, "") if key in NEW_COLUMNS else row[key]


def _value(key: str, text: str) -> Any:
    if key == "form":
        return text or NATIVE
    if key in TEXT_COLUMNS:
        return text
    if text == "":
        return None
    if key in BOOLEAN_COLUMNS:
        return text == "1"
    return int(text) if key in INTEGER_COLUMNS else float(text)


def read_windows(folder: Path, *, forms: bool = False) -> list[np.ndarray]:
    """Raw logits of the windows of each row, in the order of ``scenes.csv`` or ``forms.csv``."""
    arrays = load(folder / (FORM_WINDOWS if forms else WINDOWS))
    return np.split(arrays["logits"], np.cumsum(arrays["counts"])[:-1])


def simulated_sets(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """The answers on each simulated set, by its name; empty if there are none."""
    return {path.stem: load(path) for path in sorted((folder / SIMULATED).glob("*.npz"))}
