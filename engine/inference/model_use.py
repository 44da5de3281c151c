"""How a model is used, as its card says: the passes, the temperature, the calibration and the thresholds.

`detect` and the evaluation of the training package share this class, so that a model is scored as it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..network import ModelCard, Output
from ..network.card import THRESHOLDS
from . import calibration
from .augmented_passes import run_passes


@dataclass(frozen=True)
class ModelUse:
    """The use of one model.

    Attributes
    ----------
    passes : tuple of str
        Passes of suspicious windows after the first one, see `augmented_passes`.
    temperature : float
        Divides a window's logits.
    coefficients : mapping of int to mapping
        By class: "a", "b" and "c" of the scene's probability, see `calibration`.
    thresholds : mapping of str to float
        Probabilities. From "present" the verdict is "present", up to "absent" it is "absent". From "box", the
        probability of deformation in a window, the window draws boxes. From "mask", the probability of
        deformation in a patch, the patch belongs to a box.
    """

    passes: tuple[str, ...]
    temperature: float
    coefficients: Mapping[int, Mapping[str, float]]
    thresholds: Mapping[str, float]

    @classmethod
    def from_card(cls, card: ModelCard, present: Optional[float] = None) -> ModelUse:
        """The use that a card describes.

        Parameters
        ----------
        card : ModelCard
        present : float, optional
            The user's threshold for the verdict "present"; the card's if left out.
        """
        thresholds = {**THRESHOLDS, **{name: float(value) for name, value in card.thresholds.items()}}
        if present is not None:
            thresholds["present"] = present
            thresholds["absent"] = min(thresholds["absent"], present)
        return cls(
            passes=(*card.passes, *card.retired_passes),
            temperature=float(card.calibration.get("temperature", 1.0)),
            coefficients={
                calibration.EARTHQUAKE: dict(card.calibration.get("scene") or {}),
                calibration.OTHER: dict(card.calibration.get("other") or {}),
            },
            thresholds=thresholds,
        )

    def run(
        self, network: Any, tiles: np.ndarray, *, oriented: bool = True, long_wavelength: bool = False
    ) -> Output:
        """Run encoded tiles through the network in the passes of this model, see `run_passes`."""
        return run_passes(network, tiles, self.passes, oriented=oriented, long_wavelength=long_wavelength)

    def window_probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated class probabilities of windows, see `calibration.window_probabilities`."""
        return calibration.window_probabilities(logits, self.temperature)

    def log_odds(self, logits: np.ndarray, index: int) -> np.ndarray:
        """Calibrated log-odds of a class, see `calibration.log_odds`."""
        return calibration.log_odds(logits, index, self.temperature)

    def scene_probability(self, logits: np.ndarray, index: int, windows: int) -> tuple[float, float]:
        """Calibrated probability of a class, and the evidence that it rests on.

        Parameters
        ----------
        logits : ndarray, shape (N, 3)
            Of the windows that count.
        index : int
            The class.
        windows : int
            Windows of the whole scene.
        """
        evidence = calibration.evidence(self.log_odds(logits, index), calibration.agreeing(windows))
        return calibration.combined_probability(evidence, windows, self.coefficients[index]), evidence

    def verdict(self, probability: float) -> str:
        """The verdict "present", "absent" or "uncertain" for the probability of an earthquake."""
        return calibration.verdict(probability, self.thresholds["present"], self.thresholds["absent"])

    def label(self, verdict: str, probability: float, other: float) -> str:
        """The verdict in words; `other` is the probability of other deformation."""
        mention = max(calibration.OTHER_MIN_PROBABILITY, self.thresholds["present"])
        return calibration.label(verdict, probability, other, mention)
