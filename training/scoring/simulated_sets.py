"""The fixed simulated test sets: seeds of their own, real backgrounds only of volcanoes never trained on."""

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
"""Of every test set, whatever the recipe's: all models meet the same tiles."""
STREAM = 2_000_000
"""Seed stream of the first test set; training takes 0, 1, …, validation 1 000 000 and on."""
RAMP_CM, STRATIFIED_CM_KM = 4.0, 3.0
"""Strong ramps and strong stratified delay: 2.7 and 2.5 times the usual spread."""
NOTHING: dict[str, Any] = {
    "share_none": 1.0,
    "share_earthquake": 0.0,
    "share_volcano": 0.0,
    "share_subsidence": 0.0,
    "share_landslide": 0.0,
}


@dataclass(frozen=True)
class TestSet:
    """One set: `part` is its size in parts of the mixed set's; `changes` go to the recipe's simulation."""

    __test__ = False  # pytest: no test class
    name: str
    part: float
    changes: dict[str, Any]
    stream: int


SETS = (
    TestSet("mixed", 1.0, {}, STREAM),
    TestSet("hard_volcano", 0.25, {**NOTHING, "share_none": 0.0, "share_volcano": 1.0}, STREAM + 1),
    TestSet(
        "hard_stratified",
        0.25,
        {**NOTHING, "stratified_cm_km": STRATIFIED_CM_KM, "elevation": 1.0, "quiet_share": 0.0},
        STREAM + 2,
    ),
    TestSet("hard_ramps", 0.25, {**NOTHING, "ramp_cm": RAMP_CM, "quiet_share": 0.0}, STREAM + 3),
)
HARD = tuple(one.name for one in SETS if one.name.startswith("hard"))


@contextmanager
def held_out_config(recipe: Recipe) -> Iterator[tuple[SimulationConfig, str]]:
    """The recipe's simulation with held-out real backgrounds alone, and a sentence on them."""
    config = recipe.simulation_config()
    if not config.quiet or config.quiet_share == 0:
        yield replace(config, quiet=""), "Backgrounds are simulated."
        return
    if config.quiet_fold < 0:
        yield (
            replace(config, quiet="", quiet_share=0.0),
            "Backgrounds are simulated: training kept no real crops out.",
        )
        return
    folder = Path(config.quiet)
    kept = [
        path
        for path in sorted(folder.glob("*.png"))
        if volcano_fold(crop_volcano(path.name), config.quiet_folds) == config.quiet_fold
    ]
    if not kept:
        yield replace(config, quiet="", quiet_share=0.0), "Backgrounds are simulated: no crop was kept out."
        return
    with tempfile.TemporaryDirectory(prefix="quakefringe-") as name:
        for path in kept:
            (Path(name) / path.name).symlink_to(path.resolve())
        yield (
            replace(config, quiet=name, quiet_fold=-1),
            f"Real backgrounds are {len(kept)} crops of volcanoes that training kept out.",
        )
