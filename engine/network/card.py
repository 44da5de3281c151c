"""The model card inside the model file: what the model is, and how it must be used.

The card names the passes, the calibration and the thresholds that belong to the model. `detect` and the
evaluation of the training package both use the model through `engine.inference.model_use.ModelUse`, which is
made from the card.

Format 2 answers two questions: does the ground deform, and if it does, is the cause an earthquake? Format 1
(models up to 0.13) has one calibration for earthquakes and one for other deformation; it is still read.
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
FORMATS = (1, 2)
"""Versions of the card that this code reads."""
FORMAT = FORMATS[-1]
"""Version of new cards."""
THRESHOLDS = {
    **{"present": 0.7, "absent": 0.3},
    **{"deformation_present": 0.7, "deformation_absent": 0.3},
    **{"suspicious": 0.8, "box": 0.5, "mask": 0.4},
}
"""Default probabilities, for cards that state none. Those of a second pass and of the mask were measured on
real scenes (docs/development/ablations.md)."""
FIRST_THRESHOLDS = ("present", "absent", "box", "mask")
"""Thresholds of cards of format 1."""
COEFFICIENTS = {"a": 1.0, "b": 0.0, "c": 0.0}
"""Default coefficients of a probability of the whole scene: the network's own evidence."""
QUESTIONS: dict[int, tuple[str, ...]] = {1: ("scene", "other"), 2: ("deformation", "kind")}
"""Calibrated probabilities of the whole scene, by format of the card."""
FORMS = ("wrapped", "unwrapped")
"""Forms of the phase that may have a calibration of their own; displacement counts as unwrapped."""
PREPARATIONS = ("deramped",)
"""Changes of every window's phase before it is encoded, see `engine.inference.deramp`."""
PASSES = ("mirrored",)
"""Passes of suspicious windows after the first one, see `engine.inference.passes`."""
RETIRED_PASSES = ("smoothed", "deramped", "deramped_smoothed", "rescaled_wavelength", "magnified")
"""Passes that cards of format 1 may name. Cards of that format that name no passes mean all of them."""


def default_calibration(form: int = FORMAT) -> dict[str, Any]:
    """The calibration of a card of a format that states none: the network's own probabilities."""
    return {"temperature": 1.0, **{question: dict(COEFFICIENTS) for question in QUESTIONS[form]}}


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
        "temperature" divides a window's logits. "deformation" and "kind" hold a, b and c of two
        probabilities, see `engine.inference.calibration`: that the ground deforms anywhere in the scene, and
        that the cause is an earthquake if it does. "wrapped" and "unwrapped" may hold a temperature and
        coefficients that replace these for that form of the phase. In format 1, "scene" and "other" hold the
        coefficients for an earthquake and for other deformation.
    thresholds : dict
        Probabilities. "present" and "absent" bound the verdict on an earthquake, "deformation_present" and
        "deformation_absent" that on deformation. From "suspicious", the probability of deformation in the
        first pass, a window goes through the further passes. From "box", the same probability after all
        passes, a window confirms the boxes in it. From "mask", the blended probability of deformed ground,
        ground lies in a box.
    preparation : tuple of str
        Those of `PREPARATIONS` that change the phase of every window before it is encoded.
    passes : tuple of str
        Those of `PASSES` that suspicious windows go through after the first pass; none if empty.
    retired_passes : tuple of str
        Passes that an old model was calibrated with and that no longer run.
    recipe, recipe_hash : str
        Name and hash of the recipe that trained the model.
    trained, scores : dict
        Samples and steps of the training; results of the evaluation.
    license : str
        SPDX name.
    format : int
        Version of the card: 1 or 2.
    """

    version: str
    classes: tuple[str, ...] = CLASSES
    channels: tuple[str, ...] = CHANNELS
    window: int = TILE
    patch: int = PATCH
    calibration: dict[str, Any] = field(default_factory=default_calibration)
    thresholds: dict[str, float] = field(default_factory=lambda: dict(THRESHOLDS))
    preparation: tuple[str, ...] = ()
    passes: tuple[str, ...] = PASSES
    retired_passes: tuple[str, ...] = ()
    recipe: str = ""
    recipe_hash: str = ""
    trained: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    license: str = "GPL-2.0-or-later"
    format: int = FORMAT

    @property
    def two_questions(self) -> bool:
        """Whether the model is calibrated for deformation and for its kind; models up to 0.13 are not."""
        return self.format >= 2

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `read_card` reads it."""
        return {
            "format": self.format,
            "version": self.version,
            "channels": list(self.channels),
            "classes": list(self.classes),
            "window": self.window,
            "patch": self.patch,
            "calibration": self.calibration,
            "thresholds": self.thresholds,
            "preparation": list(self.preparation),
            "passes": [*self.passes, *self.retired_passes],
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
    if form not in FORMATS or isinstance(form, bool):
        raise ModelError(
            f"The model file has format {str(form)[:20]}, this plugin reads formats up to {FORMAT}; use a "
            "model and a plugin of the same release."
        )
    _expect(data, "channels", list(CHANNELS))
    _expect(data, "classes", list(CLASSES))
    _expect(data, "window", TILE)
    _expect(data, "patch", PATCH)
    passes, retired = _passes(data, form)
    return ModelCard(
        version=str(data.get("version", "")),
        calibration=_calibration(_table(data, "calibration"), form),
        thresholds={
            name: _number(f"thresholds.{name}", value)
            for name, value in {**_default_thresholds(form), **_table(data, "thresholds")}.items()
        },
        preparation=_names(data, "preparation", PREPARATIONS, ()),
        passes=passes,
        retired_passes=retired,
        recipe=str(data.get("recipe", "")),
        recipe_hash=str(data.get("recipe_hash", "")),
        trained=_table(data, "trained"),
        scores=_table(data, "scores"),
        license=str(data.get("license", "")),
        format=form,
    )


def _default_thresholds(form: int) -> dict[str, float]:
    """Cards of format 1 have no thresholds of deformation."""
    return {name: THRESHOLDS[name] for name in THRESHOLDS if form >= 2 or name in FIRST_THRESHOLDS}


def _calibration(stored: dict[str, Any], form: int) -> dict[str, Any]:
    """The calibration with its defaults, every number checked."""
    out = {**default_calibration(form), **stored}
    out["temperature"] = _temperature("calibration.temperature", out["temperature"])
    for question in QUESTIONS[form]:
        out[question] = _coefficients(stored, question, "calibration")
    for name in FORMS if form >= 2 else ():
        own = _table(stored, name)
        if own:
            out[name] = {
                question: _coefficients(own, question, f"calibration.{name}")
                for question in QUESTIONS[form]
                if question in own
            }
            if "temperature" in own:
                key = f"calibration.{name}.temperature"
                out[name]["temperature"] = _temperature(key, own["temperature"])
    return out


def _temperature(key: str, value: Any) -> float:
    temperature = _number(key, value)
    if temperature <= 0:
        raise ModelError("The model file's calibration temperature is not positive; export the model again.")
    return temperature


def _coefficients(stored: dict[str, Any], question: str, where: str) -> dict[str, float]:
    return {
        name: _number(f"{where}.{question}.{name}", value)
        for name, value in {**COEFFICIENTS, **_table(stored, question)}.items()
    }


def _expect(data: dict[str, Any], key: str, value: Any) -> None:
    if data.get(key) != value:
        raise ModelError(
            f"The model file's description says {key} {str(data.get(key))[:60]} where this plugin needs "
            f"{value}; use a model and a plugin of the same release."
        )


def _passes(data: dict[str, Any], form: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The passes that the card names, and those of them that no longer run, in the order of this module."""
    retired = RETIRED_PASSES if form == 1 else ()
    names = _names(data, "passes", (*PASSES, *retired), (*PASSES, *retired))
    return tuple(n for n in names if n in PASSES), tuple(n for n in names if n in retired)


def _names(
    data: dict[str, Any], key: str, known: tuple[str, ...], default: tuple[str, ...]
) -> tuple[str, ...]:
    """Names of a list, in the order of `known`."""
    names = data.get(key, list(default))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelError(f"The model file's description is damaged at {key}; export the model again.")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ModelError(
            f"The model file's description asks for the unknown entry '{unknown[0][:60]}' of {key}; use a "
            "model and a plugin of the same release."
        )
    return tuple(name for name in known if name in names)


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise ModelError(f"The model file's description is damaged at {key}; export the model again.")
    return value


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ModelError(f"The model file's description is damaged at {key}; export the model again.")
    return float(value)
