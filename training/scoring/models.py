"""A model to score, whatever it is given as: model file, run folder or checkpoint."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

from ...engine.errors import InputError
from ...engine.network import Network, load_model
from ..config.recipe import Recipe
from ..config.run_folder import say


@dataclass(frozen=True)
class ScoredModel:
    """A network as the plugin runs it, and where it comes from.

    Attributes
    ----------
    network : Network
    name : str
        For tables and pages.
    recipe : Recipe, optional
        What it was trained with; model files do not hold it.
    """

    network: Network
    name: str
    recipe: Optional[Recipe]

    @property
    def described(self) -> dict[str, object]:
        """Plain data for the scores' file."""
        card = self.network.card
        return {
            "name": self.name,
            "hash": self.network.hash,
            "version": card.version,
            "recipe": card.recipe,
            "recipe_hash": card.recipe_hash,
            "trained": card.trained,
            "calibration": card.calibration,
            "thresholds": card.thresholds,
            "backend": self.network.backend,
        }


def open_model(source: Union[str, Path], backend: str = "auto") -> ScoredModel:
    """Load a model file, or export a run folder's or checkpoint's network and load that.

    What is scored is what the plugin runs: weights in half precision, through its own backends.

    Raises
    ------
    InputError, ModelError
        There is no such model, or it cannot be used.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(f"There is no model '{source}'; give a model file, a run folder or a checkpoint.")
    if path.is_file() and path.suffix.lower() == ".onnx":
        return ScoredModel(load_model(path, backend), path.name, None)
    from ..model.checkpoint import load_network
    from ..model.export import run_export

    _, recipe, _ = load_network(path)
    say(f"Exporting {path.name} to score it as the plugin runs it")
    with tempfile.TemporaryDirectory(prefix="quakefringe-") as folder:
        target = Path(folder) / "model.onnx"
        run_export(path, target)
        network = load_model(target, backend)
    return ScoredModel(network, path.name, recipe)
