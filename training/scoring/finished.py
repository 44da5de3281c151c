"""Finished cases of a long scoring, kept so that a stopped command goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Optional

Row = dict[str, Any]


class FinishedCases:
    """Rows by their key, in the order in which they were finished.

    Parameters
    ----------
    path : Path, optional
        JSON lines, one a row, read if the file is there; None keeps the rows in memory only.
    key : callable
        Tells the case of a row.

    Attributes
    ----------
    rows : dict
    """

    def __init__(self, path: Optional[Path], key: Callable[[Row], Hashable]) -> None:
        self._path, self._key = path, key
        self.rows: dict[Hashable, Row] = {}
        if path is not None and path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            self.rows = {key(row): row for row in map(json.loads, lines)}

    def add(self, row: Row) -> None:
        """Keep a row, in the file as well."""
        self.rows[self._key(row)] = row
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
