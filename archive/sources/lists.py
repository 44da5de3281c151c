"""Scenes from a text file with one path a line, or from a CSV table with a column of paths."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator

from ...engine.errors import InputError
from ..scene import Scene, scene_at
from .files import VIRTUAL, gdal_path, read_bytes

PATH_COLUMNS = ("path", "file", "href", "scene", "interferogram")
DATE_COLUMNS = ("date", "datetime", "end_datetime", "date2")


def scenes_of_list(path: str) -> Iterator[Scene]:
    """Scenes of a list; relative paths count from the folder of the list.

    Raises
    ------
    InputError
        When the list is no text, or a CSV table has no column of paths.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The list “{path}” cannot be read ({error}); save it as UTF-8 text.") from error
    folder = os.path.dirname(path if path.startswith(VIRTUAL) else os.path.abspath(path))
    rows = _table(path, text) if path.lower().endswith(".csv") else ((line, "") for line in text.splitlines())
    for given, date in rows:
        entry = given.strip()
        if entry and not entry.startswith("#"):
            yield scene_at(os.path.join(folder, gdal_path(entry)), date)


def _table(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Paths and dates of a CSV table."""
    reader = csv.DictReader(io.StringIO(text))
    columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    paths = [columns[name] for name in PATH_COLUMNS if name in columns]
    dates = [columns[name] for name in DATE_COLUMNS if name in columns]
    if not paths:
        raise InputError(f"The table “{path}” has no column of paths; name one of its columns “path”.")
    for row in reader:
        yield row[paths[0]] or "", (row[dates[0]] or "") if dates else ""
