"""Open a model to score from a model file, run folder or checkpoint."""

from __future__ import annotations

import dataclasses
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ...engine.errors import InputError
from ...engine.inference.model_use import ModelUse
from ...engine.network import Network, Output, load_model
from ...engine.network.card import PASSES
from ..config.recipe import Recipe

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScoredModel:
    """A network as the plugin runs it, and its origin.

    Attributes
    ----------
    network : Network
    name : str
        Label in tables and pages.
    recipe : Recipe, optional
        What it was trained with; None for a model file, which does not contain it.
    """

    network: Network
    name: str
    recipe: Optional[Recipe]

    @property
    def described(self) -> dict[str, object]:
        """Description for ``scores.json``."""
        card = self.network.card
        return {
            "name": self.name,
            "hash": self.network.hash,
            "version": card.version,
            "recipe": card.recipe,
            "recipe_hash": card.recipe_hash,
            "passes": list(card.passes),
            "trained": card.trained,
            "calibration": card.calibration,
            "thresholds": card.thresholds,
            "backend": self.network.backend,
        }


def with_passes(model: ScoredModel, passes: Sequence[str]) -> ScoredModel:
    """A model with other passes of suspicious windows than its card says.

    Parameters
    ----------
    model : ScoredModel
        Its network is changed.
    passes : sequence of str
        Passes after the first one, of `engine.network.card.PASSES`.

    Raises
    ------
    InputError
        A pass is unknown.
    """
    for name in passes:
        if name not in PASSES:
            raise InputError(f"The pass '{name}' is unknown; choose of {', '.join(PASSES)}, or none at all.")
    model.network.card = dataclasses.replace(model.network.card, passes=tuple(passes))
    return model


class InPasses:
    """A network that runs every tile in the passes of its card, as the plugin runs a window.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._use = ModelUse.from_card(network.card)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def run(self, tiles: np.ndarray) -> Output:
        """The output of all passes together, see `ModelUse.run`."""
        return self._use.run(self._network, tiles)


def open_model(source: Union[str, Path], backend: str = "auto") -> ScoredModel:
    """Load a model file, or export the network of a run folder or checkpoint and load the result.

    So the scores hold for what the plugin runs: half-precision weights on its own backends.

    Raises
    ------
    InputError, ModelError
        The model is missing or cannot be used.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(f"There is no model '{source}'; give a model file, a run folder or a checkpoint.")
    if path.is_file() and path.suffix.lower() == ".onnx":
        return ScoredModel(load_model(path, backend), path.name, None)
    from ..model.checkpoint import load_network
    from ..model.export import run_export

    _, recipe, _ = load_network(path)
    logger.info("Exporting %s to score it as the plugin runs it", path.name)
    with tempfile.TemporaryDirectory(prefix="quakefringe-") as folder:
        target = Path(folder) / "model.onnx"
        run_export(path, target)
        network = load_model(target, backend)
    return ScoredModel(network, path.name, recipe)
