"""Recipes: what is trained on what and how, read from TOML and checked before anything starts."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

from ...engine.errors import InputError
from .simulation import SimulationConfig
from .tables import build, change_value, plain, toml

RECIPES = Path(__file__).parents[1] / "recipes"


def _number(default: Any, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _choice(default: str, *allowed: str) -> Any:
    return field(default=default, metadata={"allowed": allowed})


@dataclass(frozen=True)
class NetworkConfig:
    """The `[network]` table.

    Attributes
    ----------
    model : str
        timm's name of the Vision Transformer.
    stem : str
        "linear" is ViT's own 16 × 16 patch embedding. "conv" is four stride-2 3 × 3 convolutions and one
        1 × 1 (Xiao et al. 2021, Early convolutions help transformers see better).
    stem_norm : str
        "batch" or "none": normalisation inside the convolutional stem. Batch normalisation folds into
        the convolutions when the network is exported.
    stem_width : int
        Channels of the first convolution; doubled by each of the others.
    stem_units : int
        Residual units of two 3 × 3 convolutions behind each of the "conv" stem's last three of four steps. A
        network that is gone on from may have fewer: new units change nothing at first.
    positions : str
        "random" as timm has it, or "sincos": learnt from a sine-cosine start (Beyer et al. 2022).
    depth, width, heads : int
        Blocks, token width and attention heads where they differ from `model`'s (0: as `model` has it).
    attention_layers : int
        Last blocks whose class-token attention goes into the attention map.
    drop_path : float
        Stochastic depth of the last block; linear from 0 in the first.
    pretrained : bool
        Start from timm's weights (downloaded by timm); with the "conv" stem all but the embedding.
    regression : bool
        Add a head for magnitude, depth and centroid.
    """

    model: str = "vit_tiny_patch16_224"
    stem: str = _choice("conv", "conv", "linear")
    stem_norm: str = _choice("batch", "batch", "none")
    stem_width: int = _number(24, 1, 256)
    stem_units: int = _number(0, 0, 8)
    positions: str = _choice("sincos", "sincos", "random")
    depth: int = _number(0, 0, 48)
    width: int = _number(0, 0, 2048)
    heads: int = _number(0, 0, 64)
    attention_layers: int = _number(1, 1, 48)
    drop_path: float = _number(0.0, 0, 0.9)
    pretrained: bool = False
    regression: bool = False


@dataclass(frozen=True)
class LossConfig:
    """The `[loss]` table: weights of the four losses and label smoothing."""

    label_smoothing: float = _number(0.0, 0, 0.5)
    class_weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    mask: float = _number(5.0, 0, 1000)
    dice: float = _number(0.0, 0, 1000)
    attention: float = _number(0.1, 0, 1000)
    regression: float = _number(0.0, 0, 1000)


@dataclass(frozen=True)
class OptimiserConfig:
    """The `[optimiser]` table.

    `ema` is the decay per step of the averaged weights (0: no average). With the name "muon", the blocks'
    matrices take Muon's steps, `muon` times as long, and all else AdamW's. The precision "auto" is bf16-mixed
    on GPUs and on processors with units for matrices of bfloat16, and 32-true elsewhere. `compile` fuses the
    network's operations by torch.compile, where there is a C++ compiler.
    """

    name: str = _choice("adamw", "adamw", "adam", "muon")
    muon: float = _number(5.0, 0.01, 100)
    weight_decay: float = _number(0.05, 0, 1)
    beta1: float = _number(0.9, 0, 0.9999)
    beta2: float = _number(0.999, 0, 0.99999)
    clip: float = _number(1.0, 0, 1e6)
    ema: float = _number(0.9995, 0, 0.999999)
    precision: str = _choice("auto", "auto", "bf16-mixed", "16-mixed", "32-true")
    compile: bool = False


@dataclass(frozen=True)
class AugmentConfig:
    """The `[augment]` table: what may be done to a tile when it is used.

    `symmetry`: mirror east and west, north and south, which leaves the satellite east or west of the ground;
    where the orientation is unknown, one of the eight flips and turns of the square. `sign`: exchange the two
    dates where the sign is unknown. `unknown_wrapped` and `unknown_unwrapped`: part of the wrapped and of the
    unwrapped tiles whose orientation and sign are unknown. `level`: part of the tiles whose ramp is taken out
    of the phase, as the engine's looks without it do. `offset`: add a constant to the phase. `shift`: move by
    up to so many patches, the rest invalid. `hide_elevation`: part of the tiles whose elevation channel is
    blanked.
    """

    symmetry: bool = True
    sign: bool = True
    unknown_wrapped: float = _number(1.0, 0, 1)
    unknown_unwrapped: float = _number(1.0, 0, 1)
    level: float = _number(0.0, 0, 1)
    offset: bool = True
    shift: int = _number(0, 0, 7)
    hide_elevation: float = _number(0.0, 0, 1)


@dataclass(frozen=True)
class DataConfig:
    """The `[data]` table.

    `split` are the sizes of a data set on disk (training, validation, test); `pool` is how many batches
    are shuffled together; `workers` processes simulate in the background (0: in the training process);
    `threads` is the number of CPU threads of the training process (0: torch's own choice).
    """

    split: tuple[int, int, int] = (805436, 100679, 100681)
    pool: int = _number(8, 1, 4096)
    workers: int = _number(1, 0, 256)
    threads: int = _number(0, 0, 1024)


@dataclass(frozen=True)
class TailConfig:
    """The `[tail]` table.

    `blocks`: how many of the last blocks `crossvalidate` trains; those before are frozen. `keep`: part that
    the weights from before have in the mean of both that is kept, 0 to 1 (Wortsman et al. 2022, "Robust
    fine-tuning of zero-shot models"): what few real events teach weighs against what many simulated ones do.
    """

    blocks: int = _number(3, 1, 48)
    keep: float = _number(0.0, 0, 1)


@dataclass(frozen=True)
class StageConfig:
    """One `[[stage]]`: the network sees samples × epochs × reuse tiles of `size` pixels.

    `lr` is reached after `warmup` tiles and falls to `lr_end` along a cosine, or stays ("constant").
    `simulation` changes the `[simulation]` table for this stage.
    """

    size: int = _number(224, 16, 1024)
    samples: int = _number(805436, 1, 10**10)
    epochs: int = _number(1, 1, 100000)
    reuse: int = _number(1, 1, 64)
    batch: int = _number(128, 1, 65536)
    lr: float = _number(5e-4, 1e-9, 10)
    lr_end: float = _number(1e-5, 0, 10)
    warmup: int = _number(0, 0, 10**10)
    decay: str = _choice("cosine", "cosine", "constant")
    simulation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidationSet:
    """One `[[validation.set]]`: `count` tiles of held-out seeds; `simulation` changes `[simulation]`."""

    name: str = "mixed"
    count: int = _number(1024, 1, 10**7)
    simulation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidationConfig:
    """The `[validation]` table. `every` and `checkpoint` count tiles shown to the network."""

    every: int = _number(25000, 1, 10**10)
    checkpoint: int = _number(25000, 1, 10**10)
    keep: int = _number(3, 1, 1000)
    set: tuple[ValidationSet, ...] = (ValidationSet(),)


@dataclass(frozen=True)
class Recipe:
    """A whole recipe."""

    name: str = "unnamed"
    description: str = ""
    seed: int = _number(0, 0, 2**31 - 1)
    network: NetworkConfig = NetworkConfig()
    loss: LossConfig = LossConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    augment: AugmentConfig = AugmentConfig()
    data: DataConfig = DataConfig()
    validation: ValidationConfig = ValidationConfig()
    tail: TailConfig = TailConfig()
    stage: tuple[StageConfig, ...] = (StageConfig(),)
    simulation: dict[str, Any] = field(default_factory=dict)

    def simulation_config(self, changes: Optional[dict[str, Any]] = None) -> SimulationConfig:
        """The simulator's settings, with a stage's or validation set's changes."""
        return SimulationConfig.from_dict({**self.simulation, **(changes or {})})

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as a recipe file would hold it."""
        return plain(dataclasses.asdict(self))


def recipe_names() -> list[str]:
    """Names of the recipes that come with the package."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def read_recipe(source: Union[str, Path], changes: typing.Sequence[str] = ()) -> Recipe:
    """Read a recipe by name (of `training/recipes`) or path, and change it by `key=value` texts.

    Parameters
    ----------
    source : str or Path
        "default", or the path of a TOML file.
    changes : sequence of str
        Such as "stage.0.samples=1000" or "optimiser.clip=0.5"; values as TOML writes them, texts also bare.

    Raises
    ------
    InputError
        The file is missing or no TOML, a key is unknown, or a value is impossible.
    """
    path = Path(source)
    if path.suffix != ".toml" and not path.is_file():
        path = RECIPES / f"{source}.toml"
    if not path.is_file():
        names = ", ".join(recipe_names())
        raise InputError(f"There is no recipe '{source}'; give one of {names}, or the path of a TOML file.")
    try:
        values = toml().loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"The recipe {path.name} cannot be read: {error}.") from error
    for change in changes:
        change_value(values, change)
    values.setdefault("name", path.stem)
    return recipe_from_dict(values)


def recipe_from_dict(values: dict[str, Any]) -> Recipe:
    """Check a recipe's tables and build it; raises `InputError` as `read_recipe` does."""
    recipe = build(Recipe, "", values)
    for stage in recipe.stage:
        if stage.size % 16:
            raise InputError(f"[[stage]] size = {stage.size} is not a multiple of 16; give one that is.")
        if stage.samples < stage.batch:
            raise InputError(f"[[stage]] samples = {stage.samples} is below one batch of {stage.batch}.")
        if stage.warmup > stage.samples * stage.epochs * stage.reuse:
            raise InputError(f"[[stage]] warmup = {stage.warmup} is longer than the stage; shorten it.")
        recipe.simulation_config(stage.simulation)
    if not recipe.stage:
        raise InputError("The recipe has no [[stage]]; give at least one.")
    names = [one.name for one in recipe.validation.set]
    if len(set(names)) != len(names):
        raise InputError("Two [[validation.set]] tables have the same name; give each its own.")
    for one in recipe.validation.set:
        recipe.simulation_config(one.simulation)
    if recipe.loss.regression > 0 and not recipe.network.regression:
        raise InputError("[loss] regression needs [network] regression = true.")
    if min(recipe.loss.class_weights) < 0 or sum(recipe.loss.class_weights) <= 0:
        raise InputError("[loss] class_weights must not be negative, and one of them must be above 0.")
    network = recipe.network
    if network.width and network.heads and network.width % network.heads:
        raise InputError(f"[network] width = {network.width} is not a multiple of heads = {network.heads}.")
    return recipe
