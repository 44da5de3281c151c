"""Thresholds of a verdict from what its mistakes cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ...engine.errors import InputError


@dataclass(frozen=True)
class Costs:
    """Costs of one question, on any common scale.

    Attributes
    ----------
    false_alarm : float
        "present" where it is not.
    miss : float
        "absent" where it is present.
    uncertain : float
        An answer that leaves the question to the analyst.
    """

    false_alarm: float
    miss: float
    uncertain: float

    @classmethod
    def from_numbers(cls, values: Sequence[float], option: str) -> Costs:
        """The costs of a command line's option; raises `InputError` unless they are three above 0."""
        if len(values) != 3 or not all(0 < value < float("inf") for value in values):
            raise InputError(f"{option} takes three numbers above 0: a false alarm, a miss, uncertain.")
        return cls(*values)

    def thresholds(self) -> tuple[float, float]:
        """Probabilities from which the verdict is "present", and up to which it is "absent".

        For a calibrated probability p, "present" costs (1 - p) × `false_alarm`, "absent" p × `miss` and
        "uncertain" always `uncertain`; the cheapest answer is given (Chow 1970).
        """
        even = self.false_alarm / (self.false_alarm + self.miss)
        present = max(even, 1 - self.uncertain / self.false_alarm)
        absent = min(even, self.uncertain / self.miss)
        return round(present, 4), round(absent, 4)

    def expected(self, verdicts: Sequence[str], truth: np.ndarray, weight: np.ndarray) -> float:
        """Mean cost of the verdicts on files with weights that add up to 1."""
        answer = np.asarray(verdicts)
        cost = self.false_alarm * ((answer == "present") & ~truth) + self.miss * (
            (answer == "absent") & truth
        )
        return float(weight @ (cost + self.uncertain * (answer == "uncertain")))


DEFORMATION_COSTS = Costs(false_alarm=1.0, miss=1.0, uncertain=0.3)
"""Both mistakes cost the same; looking at three uncertain scenes costs about as much as one mistake."""
EARTHQUAKE_COSTS = DEFORMATION_COSTS
"""The same for calling other deformation an earthquake, missing an earthquake, and "cannot tell"."""


@dataclass(frozen=True)
class Decision:
    """How thresholds are chosen: by costs, and within limits where there are such.

    Attributes
    ----------
    deformation, earthquake : Costs
    limits : dict of str to float
        Largest fractions of files of a label that may be called earthquakes.
    misses : float, optional
        Largest fraction of earthquakes that may be called absent.
    """

    deformation: Costs
    earthquake: Costs
    limits: dict[str, float]
    misses: Optional[float]

    def by_costs(self) -> dict[str, float]:
        """The thresholds of a card by costs alone."""
        present, absent = self.earthquake.thresholds()
        moving, still = self.deformation.thresholds()
        return {
            "present": present,
            "absent": absent,
            "deformation_present": moving,
            "deformation_absent": still,
        }

    def within_limits(self, chosen: dict[str, float]) -> dict[str, float]:
        """The thresholds by costs, moved to those `chosen` by `choose_thresholds` if these are stricter."""
        out = self.by_costs()
        if self.limits:
            out["present"] = max(out["present"], chosen["present"])
        if self.misses is not None:
            out["absent"] = min(out["absent"], chosen["absent"])
        return out

    @property
    def has_limits(self) -> bool:
        """Whether thresholds depend on the files at all."""
        return bool(self.limits) or self.misses is not None
