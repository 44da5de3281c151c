"""The recipe of the source network: what it is trained on and how."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union

from pydantic import Field
from pydantic.dataclasses import dataclass

from ..config.recipe_files import read_values
from ..config.sentences import STRICT_KEYS, Real, Switch, Whole, checked


@dataclass(frozen=True, config=STRICT_KEYS)
class SourceNetworkConfig:
    """The `[network]` table.

    Attributes
    ----------
    stem : int
        Channels of the first of three convolutions of stride 2; each doubles them.
    width, depth, heads : int
        Token width, blocks and attention heads of the transformer.
    expansion : float
        Width of a block's hidden layer over that of the tokens.
    hidden : int
        Width of the layer before the mixture.
    components : int
        Number of Gaussians of the mixture.
    """

    stem: Whole = Field(default=40, ge=4, le=256)
    width: Whole = Field(default=192, ge=12, le=1024)
    depth: Whole = Field(default=6, ge=1, le=24)
    heads: Whole = Field(default=3, ge=1, le=32)
    expansion: Real = Field(default=3.0, ge=1, le=8)
    hidden: Whole = Field(default=256, ge=8, le=2048)
    components: Whole = Field(default=12, ge=1, le=64)


@dataclass(frozen=True, config=STRICT_KEYS)
class SourceTilesConfig:
    """The `[tiles]` table: which earthquakes are simulated, and how their tiles look.

    Attributes
    ----------
    magnitude : tuple of float
        Smallest and largest moment magnitude.
    fill : tuple of float
        Extent of the signal over the width of the tile.
    looks : int
        Tiles that are made of each fault, each with its own satellite, noise and gaps.
    along, down : int
        Patches of the fault.
    rough : float
        Part of the faults with von Kármán slip; the others slip uniformly.
    any_mechanism : float
        Part of the faults with any strike, dip and rake; the others follow the three faulting styles.
    left_looking : float
        Part of the tiles from a left-looking satellite.
    any_heading : float
        Part of the tiles with any flight direction; the others come from near-polar orbits.
    atmosphere_cm : float
        Median turbulent delay of one epoch.
    """

    magnitude: tuple[Real, Real] = (4.8, 8.0)
    fill: tuple[Real, Real] = (0.2, 1.2)
    looks: Whole = Field(default=4, ge=1, le=64)
    along: Whole = Field(default=12, ge=2, le=64)
    down: Whole = Field(default=6, ge=2, le=64)
    rough: Real = Field(default=0.75, ge=0, le=1)
    any_mechanism: Real = Field(default=0.3, ge=0, le=1)
    left_looking: Real = Field(default=0.2, ge=0, le=1)
    any_heading: Real = Field(default=0.15, ge=0, le=1)
    atmosphere_cm: Real = Field(default=0.8, ge=0, le=20)


@dataclass(frozen=True, config=STRICT_KEYS)
class SourceFitConfig:
    """The `[fit]` table.

    Attributes
    ----------
    minutes : float
        Time of the whole training; the learning rate falls to 0 within it.
    batch : int
        Tiles of one step.
    lr : float
        Largest learning rate (AdamW).
    warmup : int
        Steps in which the learning rate rises.
    weight_decay, clip, ema : float
        Decay of the matrices, largest norm of the gradient, and decay of the averaged weights.
    held_out : int
        Tiles of another seed, on which the averaged weights are measured.
    """

    minutes: Real = Field(default=7.0, ge=0.01, le=100000)
    batch: Whole = Field(default=1024, ge=4, le=65536)
    lr: Real = Field(default=1e-3, ge=1e-7, le=1)
    warmup: Whole = Field(default=300, ge=0, le=1000000)
    weight_decay: Real = Field(default=0.02, ge=0, le=1)
    clip: Real = Field(default=1.0, ge=0, le=1e6)
    ema: Real = Field(default=0.999, ge=0, le=0.999999)
    held_out: Whole = Field(default=4096, ge=16, le=1000000)
    half_precision: Switch = True


@dataclass(frozen=True, config=STRICT_KEYS)
class SourceRecipe:
    """A whole recipe."""

    name: str = "unnamed"
    description: str = ""
    seed: Whole = Field(default=0, ge=0, le=2**31 - 1)
    network: SourceNetworkConfig = SourceNetworkConfig()
    tiles: SourceTilesConfig = SourceTilesConfig()
    fit: SourceFitConfig = SourceFitConfig()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as a recipe file would hold it."""
        plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return plain

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that change with any setting."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_source_recipe(source: Union[str, Path], changes: Sequence[str] = ()) -> SourceRecipe:
    """Read a recipe by name or path, and change it by `key=value` texts; raises `InputError`."""
    return source_recipe(read_values(source, changes))


def source_recipe(values: dict[str, Any]) -> SourceRecipe:
    """Check a recipe's tables and build it; raises `InputError` with one sentence."""
    return checked(SourceRecipe, values)
