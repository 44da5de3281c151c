"""What the figures show of the network itself: the history of its training and the attention of its heads.

Both come from a run folder, or from a released model file and the history beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError
from ...engine.network import load_model
from ..config.run_folder import TrainingRun
from ..model.history import history_path, read_log

Entries = list[dict[str, Any]]


@dataclass(frozen=True)
class ShownNetwork:
    """A network to show; without a run folder or a model file there is nothing to show.

    Attributes
    ----------
    run, model : str
        Run folder; model file. One of them, or neither.
    """

    run: str = ""
    model: str = ""

    def check(self) -> None:
        """Raise `InputError` if both are given, or one is missing."""
        if self.run and self.model:
            raise InputError("--run and --model both name a network to show; give one of them.")
        if self.model and not Path(self.model).is_file():
            raise InputError(f"There is no model file '{self.model}'; give a file that export wrote.")
        if self.run:
            TrainingRun.open(Path(self.run))

    def history(self) -> tuple[Entries, Entries]:
        """Losses, and scores on the validation sets, in the order of the training.

        Raises
        ------
        InputError
            A model file has no history beside it.
        """
        if self.run:
            opened = TrainingRun.open(Path(self.run))
            return opened.entries("train"), opened.entries("validation")
        if not self.model:
            return [], []
        entries = read_log(history_path(Path(self.model)))
        train, validation = ([e for e in entries if e["kind"] == kind] for kind in ("train", "validation"))
        return train, validation

    def heads(self, tiles: np.ndarray, picked: Sequence[int]) -> Optional[np.ndarray]:
        """Attention of each head in some tiles.

        Parameters
        ----------
        tiles : ndarray, shape (N, 5, 224, 224)
        picked : sequence of int
            The tiles that are wanted.

        Returns
        -------
        ndarray, shape (N, heads, 14, 14), or None
            0 in the tiles that are not wanted; None without a network, or one that does not tell its heads.
        """
        if self.run:
            return _spread(self._heads_of_run(tiles[list(picked)]), len(tiles), picked)
        if not self.model:
            return None
        network = load_model(self.model)
        if not network.has_heads:
            return None
        chosen = np.ascontiguousarray(tiles[list(picked)], np.float32)
        return _spread(np.asarray(network.run(chosen, heads=True).heads), len(tiles), picked)

    def _heads_of_run(self, tiles: np.ndarray) -> np.ndarray:
        import torch

        from ..model.checkpoint import load_network

        network, _, _ = load_network(self.run)
        with torch.no_grad():
            return np.asarray(network(torch.from_numpy(tiles), per_head=True)["heads"].numpy())


def _spread(maps: np.ndarray, count: int, picked: Sequence[int]) -> np.ndarray:
    """Maps of the picked tiles at their places among all."""
    out = np.zeros((count, *maps.shape[1:]), np.float32)
    out[list(picked)] = maps
    return out
