"""The answers to the two questions of a scene, in numbers and in words.

Does the ground deform? Is the cause an earthquake? The probability of an earthquake is that of deformation
times that of an earthquake given deformation, so the two kinds add up to the deformation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..percent import percent, whole_percent
from .calibration import verdict as answer

PRESENT, ABSENT, UNCERTAIN = "present", "absent", "uncertain"
EARTHQUAKE, OTHER, UNCLEAR, NONE = "earthquake", "other", "unclear", "none"
"""Kinds of deformation: one of two, either of the two, or no deformation at all."""
OTHER_MIN_PROBABILITY = 0.5
"""Probability from which the label of an old model may mention other deformation: it is then likelier than
not."""


@dataclass(frozen=True)
class Verdict:
    """The answers to both questions.

    Attributes
    ----------
    label : str
        In words, such as "Earthquake present (93 %)".
    earthquake, deformation : str
        "present", "absent" or "uncertain".
    kind : str
        "earthquake", "other", "unclear" (the ground deforms, or may deform, and the model cannot tell the
        cause) or "none" (no deformation found).
    probability, other_probability, deformation_probability : float
        Calibrated probabilities of an earthquake, of other deformation, and of deformation of either kind.
    """

    label: str
    earthquake: str
    deformation: str
    kind: str
    probability: float
    other_probability: float
    deformation_probability: float

    @property
    def earthquake_share(self) -> float:
        """Probability of an earthquake given deformation."""
        return self.probability / self.deformation_probability if self.deformation_probability > 0 else 0.0


def two_questions(deformation: float, earthquake_share: float, thresholds: Mapping[str, float]) -> Verdict:
    """The verdict of a model that is calibrated for both questions.

    Parameters
    ----------
    deformation : float
        Probability that the ground deforms.
    earthquake_share : float
        Probability of an earthquake given deformation.
    thresholds : mapping
        "present" and "absent" of an earthquake, "deformation_present" and "deformation_absent".
    """
    earthquake = deformation * earthquake_share
    other = deformation - earthquake
    moves = answer(deformation, thresholds["deformation_present"], thresholds["deformation_absent"])
    quakes = answer(earthquake, thresholds["present"], thresholds["absent"])
    if quakes == PRESENT:
        moves, kind = PRESENT, EARTHQUAKE
        label = f"Earthquake present ({_percent(earthquake, thresholds)})"
    elif moves == ABSENT:
        quakes, kind = ABSENT, NONE
        label = f"No deformation found ({_percent(deformation, thresholds, 'deformation_')})"
    elif moves == UNCERTAIN:
        quakes, kind = UNCERTAIN, UNCLEAR
        label = f"Uncertain ({_percent(deformation, thresholds, 'deformation_')})"
    elif quakes == ABSENT and other >= thresholds["deformation_present"]:
        kind = OTHER
        label = f"Other deformation present ({percent(other, present=thresholds['deformation_present'])})"
    else:
        kind = UNCLEAR
        label = _undecided(deformation, earthquake, thresholds)
    return Verdict(label, quakes, moves, kind, earthquake, other, deformation)


def one_question(earthquake: float, other: float, thresholds: Mapping[str, float]) -> Verdict:
    """The verdict of a model with a card of format 1, which has one probability for each class.

    The larger of the two stands for the probability of deformation, which is at least as high.
    """
    present, absent = thresholds["present"], thresholds["absent"]
    quakes = answer(earthquake, present, absent)
    deformation = max(earthquake, other)
    moves = answer(deformation, present, absent)
    kind = UNCLEAR
    if quakes == PRESENT:
        kind = EARTHQUAKE
    elif moves == ABSENT:
        kind = NONE
    elif quakes == ABSENT and moves == PRESENT:
        kind = OTHER
    words = {PRESENT: "Earthquake present", ABSENT: "No earthquake found", UNCERTAIN: "Uncertain"}
    label = f"{words[quakes]} ({_percent(earthquake, thresholds)})"
    if other >= max(OTHER_MIN_PROBABILITY, present):
        label += f", other deformation likely ({percent(other)})"
    return Verdict(label, quakes, moves, kind, earthquake, other, deformation)


def _percent(probability: float, thresholds: Mapping[str, float], question: str = "") -> str:
    return percent(probability, *_limits(thresholds, question))


def _limits(thresholds: Mapping[str, float], question: str) -> tuple[float, float]:
    return thresholds[f"{question}absent"], thresholds[f"{question}present"]


def _undecided(deformation: float, earthquake: float, thresholds: Mapping[str, float]) -> str:
    """The label of deformation of unclear kind; the two numbers add up to the whole."""
    total = min(99, max(1, whole_percent(deformation, *_limits(thresholds, "deformation_"))))
    first = min(total, whole_percent(earthquake, *_limits(thresholds, "")))
    second = total - first
    if first == second:
        words = f"earthquake as likely as other ({first} : {second})"
    elif first > second:
        words = f"earthquake likelier than other ({first} : {second})"
    else:
        words = f"other likelier than earthquake ({second} : {first})"
    return f"Deformation present ({_percent(deformation, thresholds, 'deformation_')}): {words}"
