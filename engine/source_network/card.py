"""The description inside the source network's file: what it reads and predicts, and how it was measured."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from ..errors import ModelError
from .tile import GEOMETRY, SOURCE_CHANNELS, SOURCE_TILE, TARGETS

FORMAT = 1
"""Version of the description and of the inputs and outputs that this code reads."""
KIND = "source"


@dataclass(frozen=True)
class SourceCard:
    """Description of a source network.

    Attributes
    ----------
    version : str
        Of the network.
    widened : float
        Factor on every spread of the mixture, with which 90 % intervals hold 90 % of held-out truths.
    recipe, recipe_hash : str
        Name and hash of the recipe that trained it.
    trained, scores : dict
        Tiles and steps of the training; results of the evaluation.
    license : str
        SPDX name.
    """

    version: str
    widened: float = 1.0
    recipe: str = ""
    recipe_hash: str = ""
    trained: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    license: str = "GPL-2.0-or-later"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `read_source_card` reads it."""
        return {
            "kind": KIND,
            "format": FORMAT,
            "version": self.version,
            "tile": SOURCE_TILE,
            "channels": list(SOURCE_CHANNELS),
            "geometry": list(GEOMETRY),
            "targets": list(TARGETS),
            "widened": self.widened,
            "recipe": self.recipe,
            "recipe_hash": self.recipe_hash,
            "trained": self.trained,
            "scores": self.scores,
            "license": self.license,
        }


def read_source_card(text: str) -> SourceCard:
    """Read and check a description; raises `ModelError` if it is damaged or of another release."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise ModelError(
            "The file is no source network of QuakeFringe; choose resources/models/quakefringe-source-*.onnx."
        )
    expected = SourceCard("").to_dict()
    for key in ("format", "tile", "channels", "geometry", "targets"):
        if data.get(key) != expected[key]:
            raise ModelError(
                f"The source network's {key} is {str(data.get(key))[:60]}, not {expected[key]}; "
                "use a model and a plugin of the same release."
            )
    widened = data.get("widened", 1.0)
    if isinstance(widened, bool) or not isinstance(widened, (int, float)) or not math.isfinite(widened):
        widened = -1.0
    tables = [data.get(key, {}) for key in ("trained", "scores")]
    if not 0.1 <= widened <= 10 or not all(isinstance(table, dict) for table in tables):
        raise ModelError("The source network's description is damaged; install the plugin again.")
    return SourceCard(
        version=str(data.get("version", "")),
        widened=float(widened),
        recipe=str(data.get("recipe", "")),
        recipe_hash=str(data.get("recipe_hash", "")),
        trained=tables[0],
        scores=tables[1],
        license=str(data.get("license", "")),
    )
