"""The fixed simulated test sets: own seeds, and real backgrounds only from volcanoes held out of training."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..config.recipe import Recipe
from ..config.simulation import SimulationConfig
from ..real.crop_names import crop_volcano, volcano_fold

SEED = 20150425
"""Seed of every test set, independent of the recipe: all models are tested on the same tiles."""
STREAM = 2_000_000
"""Seed stream of the first test set; training uses 0, 1, …, validation 1 000 000 and above."""
RAMP_CM, STRATIFIED_CM_KM = 4.0, 3.0
"""Strong ramps and strong stratified delay: 2.7 and 2.5 times the standard deviation of the simulation."""
ONLY_QUIET: dict[str, Any] = {"shares": {"none": 1.0}}


@dataclass(frozen=True)
class TestSet:
    """One set: `part` is its size relative to the mixed set; `changes` apply to the recipe's simulation."""

    __test__ = False  # not a test class for pytest
    name: str
    part: float
    changes: dict[str, Any]
    stream: int


SETS = (
    TestSet("mixed", 1.0, {}, STREAM),
    TestSet("hard_volcano", 0.25, {"shares": {"volcano": 1.0}}, STREAM + 1),
    TestSet(
        "hard_stratified",
        0.25,
        {**ONLY_QUIET, "stratified_cm_km": STRATIFIED_CM_KM, "elevation": 1.0, "quiet_share": 0.0},
        STREAM + 2,
    ),
    TestSet("hard_ramps", 0.25, {**ONLY_QUIET, "ramp_cm": RAMP_CM, "quiet_share": 0.0}, STREAM + 3),
)
HARD = tuple(test_set.name for test_set in SETS if test_set.name.startswith("hard"))


@contextmanager
def held_out_config(recipe: Recipe) -> Iterator[tuple[SimulationConfig, str]]:
    """The recipe's simulation with held-out real backgrounds only, and a sentence that describes them."""
    config = recipe.simulation_config()
    if not config.quiet or config.quiet_share == 0:
        yield replace(config, quiet=""), "Backgrounds are simulated."
        return
    if config.quiet_fold < 0:
        yield (
            replace(config, quiet="", quiet_share=0.0),
            "Backgrounds are simulated: no real crops were held out of training.",
        )
        return
    folder = Path(config.quiet)
    kept = [
        path
        for path in sorted(folder.glob("*.png"))
        if volcano_fold(crop_volcano(path.name), config.quiet_folds) == config.quiet_fold
    ]
    if not kept:
        yield (
            replace(config, quiet="", quiet_share=0.0),
            "Backgrounds are simulated: no crop was held out of training.",
        )
        return
    with tempfile.TemporaryDirectory(prefix="quakefringe-") as name:
        for path in kept:
            (Path(name) / path.name).symlink_to(path.resolve())
        yield (
            replace(config, quiet=name, quiet_fold=-1),
            f"Real backgrounds are {len(kept)} crops of volcanoes that were held out of training.",
        )
