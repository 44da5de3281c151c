"""How a model is used, as its card says: preparation, passes, calibration and thresholds.

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
from .deramp import deramp
from .passes import run_passes
from .verdict import Verdict, one_question, two_questions


@dataclass(frozen=True)
class ModelUse:
    """The use of one model on one form of the phase.

    Attributes
    ----------
    preparation : tuple of str
        Changes of the phase before it is encoded, of `network.card.PREPARATIONS`.
    passes : tuple of str
        Passes of suspicious windows after the first one, see `passes`.
    temperature : float
        Divides a window's logits.
    coefficients : mapping of str to mapping
        By answer of the card: "a", "b" and "c" of the scene's probability, see `calibration`.
    thresholds : mapping of str to float
        Probabilities, see `ModelCard`.
    two_questions : bool
        Whether the model is calibrated for deformation and for its kind.
    """

    preparation: tuple[str, ...]
    passes: tuple[str, ...]
    temperature: float
    coefficients: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]
    two_questions: bool

    @classmethod
    def from_card(
        cls, card: ModelCard, present: Optional[float] = None, *, unwrapped: Optional[bool] = None
    ) -> ModelUse:
        """The use that a card describes.

        Parameters
        ----------
        card : ModelCard
        present : float, optional
            The user's threshold for the verdict "present" on an earthquake; the card's if left out.
        unwrapped : bool, optional
            Form of the phase, which may have a calibration of its own; None: the calibration of all forms.
        """
        thresholds = {**THRESHOLDS, **{name: float(value) for name, value in card.thresholds.items()}}
        if not card.two_questions:  # it was chosen for the masks of single windows
            thresholds["mask"] = THRESHOLDS["mask"]
        if present is not None:
            thresholds["present"] = present
            for name in ("absent", "deformation_present"):
                thresholds[name] = min(thresholds[name], present)
        thresholds["deformation_absent"] = min(
            thresholds["deformation_absent"], thresholds["deformation_present"]
        )
        stored = dict(card.calibration)
        if unwrapped is not None:
            stored.update(stored.get("unwrapped" if unwrapped else "wrapped") or {})
        answers = ("deformation", "kind") if card.two_questions else ("scene", "other")
        return cls(
            preparation=tuple(card.preparation),
            passes=tuple(card.passes),
            temperature=float(stored.get("temperature", 1.0)),
            coefficients={answer: dict(stored.get(answer) or {}) for answer in answers},
            thresholds=thresholds,
            two_questions=card.two_questions,
        )

    def prepare(self, phase: np.ndarray, unwrapped: bool) -> np.ndarray:
        """Change the phase of windows, shape (B, H, W), as the model expects it, before it is encoded."""
        return deramp(phase, unwrapped) if "deramped" in self.preparation else phase

    def run(self, network: Any, tiles: np.ndarray, *, oriented: bool = True) -> Output:
        """Run encoded tiles through the network in the passes of this model, see `run_passes`."""
        return run_passes(
            network,
            tiles,
            self.passes,
            oriented=oriented,
            suspicious=self.thresholds["suspicious"],
            temperature=self.temperature,
        )

    def window_probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated class probabilities of windows, see `calibration.window_probabilities`."""
        return calibration.window_probabilities(logits, self.temperature)

    def evidence(self, logits: np.ndarray, answer: str, windows: int) -> float:
        """The evidence of an answer, see `calibration.scene_evidence`."""
        return calibration.scene_evidence(logits, answer, self.temperature, windows)

    def verdict(self, logits: np.ndarray, windows: int) -> Verdict:
        """The answers to both questions.

        Parameters
        ----------
        logits : ndarray, shape (N, 3)
            Of the windows that count.
        windows : int
            Number of windows in the whole scene.
        """
        first, second = (
            calibration.combined_probability(self.evidence(logits, answer, windows), windows, coefficients)
            for answer, coefficients in self.coefficients.items()
        )
        return (two_questions if self.two_questions else one_question)(first, second, self.thresholds)

    def kind_probability(self, share: float, windows: int) -> float:
        """Probability of an earthquake given deformation, from its share of the evidence at one place.

        Parameters
        ----------
        share : float
            0 to 1.
        windows : int
            Number of windows in the whole scene.
        """
        if not self.two_questions:
            return share
        odds = calibration.logit(share)
        return calibration.combined_probability(odds, windows, self.coefficients["kind"])
