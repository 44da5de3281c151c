"""Recipes: what is trained on what and how. They are checked completely before anything starts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional, Union

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from .old_keys import current_keys
from .recipe_files import read_values
from .sentences import STRICT_KEYS, Whole, checked
from .simulation import SimulationConfig, changed_simulation
from .tables import (
    AugmentConfig,
    DataConfig,
    DistillationConfig,
    LastBlocksConfig,
    LossConfig,
    NetworkConfig,
    OptimiserConfig,
    StageConfig,
    ValidationConfig,
)


@dataclass(frozen=True, config=STRICT_KEYS)
class Recipe:
    """A whole recipe."""

    name: str = "unnamed"
    description: str = ""
    seed: Whole = Field(default=0, ge=0, le=2**31 - 1)
    network: NetworkConfig = NetworkConfig()
    loss: LossConfig = LossConfig()
    distillation: DistillationConfig = DistillationConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    augment: AugmentConfig = AugmentConfig()
    data: DataConfig = DataConfig()
    validation: ValidationConfig = ValidationConfig()
    last_blocks: LastBlocksConfig = LastBlocksConfig()
    stage: tuple[StageConfig, ...] = (StageConfig(),)
    simulation: dict[str, Any] = dataclasses.field(default_factory=dict)

    @model_validator(mode="after")
    def _check_whole(self) -> Recipe:
        if not self.stage:
            raise ValueError("The recipe has no [[stage]]; give at least one.")
        return self

    def simulation_config(
        self, changes: Optional[dict[str, Any]] = None, where: str = "simulation"
    ) -> SimulationConfig:
        """The simulator's settings, with the changes of a stage or a validation set.

        `where` is the path of these changes in the recipe, for messages.
        """
        return SimulationConfig.from_dict(changed_simulation(self.simulation, changes), where)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as a recipe file would hold it."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def read_recipe(source: Union[str, Path], changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe by name (of `training/recipes`) or path, and change it by `key=value` texts.

    Parameters
    ----------
    source : str or Path
        "default", or the path of a TOML file.
    changes : sequence of str
        Such as "stage.0.samples=1000" or "optimiser.clip=0.5"; values are written as in TOML, texts also
        without quotes.

    Raises
    ------
    InputError
        The file is missing or no TOML, a key is unknown, or a value is impossible.
    """
    return recipe_from_dict(read_values(source, changes))


def recipe_from_dict(values: dict[str, Any]) -> Recipe:
    """Check a recipe's tables and build it; raises `InputError` as `read_recipe` does.

    Keys of earlier versions, as saved runs and checkpoints hold them, are understood.
    """
    recipe = checked(Recipe, current_keys(values))
    recipe.simulation_config()
    for number, stage in enumerate(recipe.stage):
        recipe.simulation_config(stage.simulation, f"stage.{number}.simulation")
    for number, one in enumerate(recipe.validation.set):
        recipe.simulation_config(one.simulation, f"validation.set.{number}.simulation")
    return recipe


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
