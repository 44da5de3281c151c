"""The model card inside the model file: what the model is, and how it must be used.

The card names the passes, the temperature and the thresholds that the model was calibrated with. `detect` and
the evaluation of the training package both use the model through `engine.inference.model_use.ModelUse`, which
is made from the card.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from ..errors import ModelError
from ..tile import CHANNELS, CLASSES, PATCH, TILE

METADATA_KEY = "quakefringe"
"""Name of the card among the file's metadata."""
FORMAT = 1
"""Version of the card and of the network's inputs and outputs that this code reads."""
THRESHOLDS = {"present": 0.7, "absent": 0.3, "box": 0.5, "mask": 0.5}
"""Default probabilities, for cards that state none."""
CALIBRATION: dict[str, Any] = {"temperature": 1.0, "scene": {"a": 1.0, "b": 0.0, "c": 0.0}}
"""Default calibration, for cards that state none: the network's own probabilities."""
PASSES = (
    *("mirrored", "smoothed", "deramped", "deramped_smoothed"),
    *("rescaled_wavelength", "magnified"),
)
"""Passes of suspicious windows after the first one, see `engine.inference.augmented_passes`. Cards that state
none use all of them."""


@dataclass(frozen=True)
class ModelCard:
    """Description of a model and of its use, stored in the model file.

    Attributes
    ----------
    version : str
        Version of the model, not of the plugin.
    classes, channels : tuple of str
        Meaning of the logits and of the input's channels.
    window, patch : int
        Width of a tile and of a patch in pixels.
    calibration : dict
        "temperature" divides a window's logits. "scene" and "other" hold a, b and c of the scene's
        probability of an earthquake and of other deformation.
    thresholds : dict
        Probabilities "present", "absent", "box" and "mask".
    passes : tuple of str
        Those of `PASSES` that suspicious windows go through after the first pass; none if empty.
    recipe, recipe_hash : str
        Name and hash of the recipe that trained the model.
    trained, scores : dict
        Samples and steps of the training; results of the evaluation.
    license : str
        SPDX name.
    """

    version: str
    classes: tuple[str, ...] = CLASSES
    channels: tuple[str, ...] = CHANNELS
    window: int = TILE
    patch: int = PATCH
    calibration: dict[str, Any] = field(default_factory=lambda: dict(CALIBRATION))
    thresholds: dict[str, float] = field(default_factory=lambda: dict(THRESHOLDS))
    passes: tuple[str, ...] = PASSES
    recipe: str = ""
    recipe_hash: str = ""
    trained: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    license: str = "GPL-2.0-or-later"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `read_card` reads it."""
        return {
            "format": FORMAT,
            "version": self.version,
            "channels": list(self.channels),
            "classes": list(self.classes),
            "window": self.window,
            "patch": self.patch,
            "calibration": self.calibration,
            "thresholds": self.thresholds,
            "passes": list(self.passes),
            "recipe": self.recipe,
            "recipe_hash": self.recipe_hash,
            "trained": self.trained,
            "scores": self.scores,
            "license": self.license,
        }


def read_card(text: str) -> ModelCard:
    """Read and check a card.

    Parameters
    ----------
    text : str
        JSON.

    Raises
    ------
    ModelError
        If the card is damaged, or belongs to a network that this code cannot run.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ModelError("The model file's description is damaged; copy the file again or choose another.")
    form = data.get("format")
    if form != FORMAT:
        raise ModelError(
            f"The model file has format {str(form)[:20]}, this plugin reads format {FORMAT}; use a model and "
            "a plugin of the same release."
        )
    _expect(data, "channels", list(CHANNELS))
    _expect(data, "classes", list(CLASSES))
    _expect(data, "window", TILE)
    _expect(data, "patch", PATCH)
    calibration = _table(data, "calibration")
    temperature = _number("calibration.temperature", calibration.get("temperature", 1.0))
    if temperature <= 0:
        raise ModelError("The model file's calibration temperature is not positive; export the model again.")
    scene = {**CALIBRATION["scene"], **_table(calibration, "scene")}
    return ModelCard(
        version=str(data.get("version", "")),
        calibration={
            **calibration,
            "temperature": temperature,
            "scene": {name: _number(f"calibration.scene.{name}", value) for name, value in scene.items()},
        },
        thresholds={
            name: _number(f"thresholds.{name}", value)
            for name, value in {**THRESHOLDS, **_table(data, "thresholds")}.items()
        },
        passes=_passes(data),
        recipe=str(data.get("recipe", "")),
        recipe_hash=str(data.get("recipe_hash", "")),
        trained=_table(data, "trained"),
        scores=_table(data, "scores"),
        license=str(data.get("license", "")),
    )


def _expect(data: dict[str, Any], key: str, value: Any) -> None:
    if data.get(key) != value:
        raise ModelError(
            f"The model file's description says {key} {str(data.get(key))[:60]} where this plugin needs "
            f"{value}; use a model and a plugin of the same release."
        )


def _passes(data: dict[str, Any]) -> tuple[str, ...]:
    """The passes that the card names, in the order of `PASSES`."""
    names = data.get("passes", list(PASSES))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelError("The model file's description is damaged at passes; export the model again.")
    unknown = [name for name in names if name not in PASSES]
    if unknown:
        raise ModelError(
            f"The model file's description asks for the unknown pass '{unknown[0][:60]}'; use a model and a "
            "plugin of the same release."
        )
    return tuple(name for name in PASSES if name in names)


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise ModelError(f"The model file's description is damaged at {key}; export the model again.")
    return value


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ModelError(f"The model file's description is damaged at {key}; export the model again.")
    return float(value)
