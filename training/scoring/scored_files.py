"""The real files in a folder of scores: read for a calibration, and written again after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .real_runs import real_scores_of
from .score_folder import FORM_ROWS, TABLES, read_rows, read_windows, write_rows, write_scores, write_text
from .tables import tables_page


@dataclass
class ScoredFiles:
    """Rows and logits of the native files, followed by those of other forms.

    Attributes
    ----------
    rows : list of dict
    windows : list of ndarray
    natives : int
        Number of native files.
    """

    rows: list[dict[str, Any]]
    windows: list[np.ndarray]
    natives: int

    @classmethod
    def read(cls, folder: Path) -> ScoredFiles:
        """Read both from a folder of scores; raises `InputError`."""
        rows, windows = read_rows(folder), read_windows(folder)
        natives = len(rows)
        if (folder / FORM_ROWS).exists():
            rows += read_rows(folder, forms=True)
            windows += read_windows(folder, forms=True)
        return cls(rows, windows, natives)

    @property
    def native(self) -> np.ndarray:
        """Which rows are native files, bool, shape (N,)."""
        return np.arange(len(self.rows)) < self.natives

    def write(self, folder: Path, stored: dict[str, Any], thresholds: dict[str, float]) -> None:
        """Write rows and scores again after probabilities and verdicts have changed."""
        rows, forms = self.rows[: self.natives], self.rows[self.natives :]
        write_rows(folder, rows, self.windows[: self.natives])
        if forms:
            write_rows(folder, forms, self.windows[self.natives :], forms=True)
        quiet_fold = int(stored["real"].get("quiet_fold", -1))
        real = {**stored["real"], **real_scores_of(rows, forms, quiet_fold), "thresholds": thresholds}
        write_text(folder / TABLES, tables_page(real))
        write_scores(folder, {**stored, "real": real})
