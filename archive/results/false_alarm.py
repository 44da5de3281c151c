"""How often quiet scenes of this archive look at least as much like an earthquake as a scene."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from .rows import Row

MIN_QUIET_SCENES = 100
"""With fewer scenes to compare with, the smallest value, 1 / (n + 1), would exceed 1 %."""
BY_CATALOGUE, BY_ALL = "catalogue", "all scenes"
"""What the scenes to compare with are: those in which the catalogue expects no earthquake, or all others."""


def add_false_alarms(scenes: Sequence[Row]) -> None:
    """Add `false_alarm_probability`, `quiet_scenes` and `quiet_by` to the rows of examined scenes.

    The estimate is (k + 1) / (n + 1): of n quiet scenes, k have at least the probability of this scene, which
    is not one of the n itself. It is the p-value of a permutation test, never 0 and valid for every n if the
    scenes are exchangeable (Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular
    Biology 9, 39).

    The verdict does not decide what is quiet; otherwise every detection would get 1 / (n + 1). Scenes are
    quiet where the catalogue expects no earthquake. With too few of those, all other scenes are compared; as
    earthquakes among them can only raise k, the value is then an upper limit. Scenes of other models are left
    out, since their probabilities differ.

    Parameters
    ----------
    scenes : sequence of dict
        Rows with "status", "model", "probability" and "catalogue_outcome"; changed in place.
    """
    for model in {row["model"] for row in scenes if row["status"] == "done"}:
        same = [row for row in scenes if row["status"] == "done" and row["model"] == model]
        quiet = [row for row in same if row["catalogue_outcome"] == "quiet"]
        basis = BY_CATALOGUE
        if len(quiet) <= MIN_QUIET_SCENES:
            quiet, basis = same, BY_ALL
        if len(quiet) > MIN_QUIET_SCENES:
            _compare(same, quiet, basis)


def _compare(scenes: Sequence[Row], quiet: Sequence[Row], basis: str) -> None:
    """Compare each scene with the quiet ones; one more of them than needed, as each may be one itself."""
    members = {id(row) for row in quiet}
    probabilities = sorted(row["probability"] for row in quiet)
    for row in scenes:
        itself = id(row) in members
        n = len(quiet) - itself
        k = len(quiet) - bisect_left(probabilities, row["probability"]) - itself
        row["false_alarm_probability"] = (k + 1) / (n + 1)
        row["quiet_scenes"] = n
        row["quiet_by"] = basis
