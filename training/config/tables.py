"""The tables of a recipe: their settings, defaults and limits."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from .sentences import STRICT_KEYS, Real, Switch, Whole


@dataclass(frozen=True, config=STRICT_KEYS)
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
        Residual units of two 3 × 3 convolutions behind each of the last three steps of the "conv" stem. The
        network of an earlier training may have fewer: new units change nothing at first.
    positions : str
        "random" as in timm, or "sincos": learnt from a sine-cosine start (Beyer et al. 2022).
    depth, width, heads : int
        Blocks, token width and attention heads where they differ from those of `model` (0: as in `model`).
    attention_layers : int
        Number of last blocks whose class-token attention forms the attention map.
    drop_path : float
        Stochastic depth of the last block; linear from 0 in the first.
    pretrained : bool
        Start from timm's weights (downloaded by timm); with the "conv" stem all but the embedding.
    """

    model: str = "vit_tiny_patch16_224"
    stem: Literal["conv", "linear"] = "conv"
    stem_norm: Literal["batch", "none"] = "batch"
    stem_width: Whole = Field(default=24, ge=1, le=256)
    stem_units: Whole = Field(default=0, ge=0, le=8)
    positions: Literal["sincos", "random"] = "sincos"
    depth: Whole = Field(default=0, ge=0, le=48)
    width: Whole = Field(default=0, ge=0, le=2048)
    heads: Whole = Field(default=0, ge=0, le=64)
    attention_layers: Whole = Field(default=1, ge=1, le=48)
    drop_path: Real = Field(default=0.0, ge=0, le=0.9)
    pretrained: Switch = False

    @model_validator(mode="after")
    def _check_heads(self) -> NetworkConfig:
        if self.width and self.heads and self.width % self.heads:
            raise ValueError(f"width = {self.width} is not a multiple of heads = {self.heads}.")
        return self


@dataclass(frozen=True, config=STRICT_KEYS)
class LossConfig:
    """The `[loss]` table: weights of the losses and of the classes, and label smoothing."""

    label_smoothing: Real = Field(default=0.0, ge=0, le=0.5)
    class_weights: tuple[Real, Real, Real] = (1.0, 1.0, 1.0)
    mask: Real = Field(default=5.0, ge=0, le=1000)
    dice: Real = Field(default=0.0, ge=0, le=1000)
    attention: Real = Field(default=0.1, ge=0, le=1000)

    @model_validator(mode="after")
    def _check_weights(self) -> LossConfig:
        if min(self.class_weights) < 0 or sum(self.class_weights) <= 0:
            raise ValueError(
                f"class_weights = {list(self.class_weights)} must hold no negative number, "
                "and one of them must be above 0."
            )
        return self


@dataclass(frozen=True, config=STRICT_KEYS)
class DistillationConfig:
    """The `[distillation]` table: networks whose mean answer the new network learns beside the truth.

    Attributes
    ----------
    teachers : tuple of str
        Run folders, checkpoints or model files; empty: no distillation.
    share : float
        Weight of the teachers' class probabilities and mask in what the network learns; the rest is the
        truth. The losses "dice" and "attention" follow the truth alone.
    orientations : int
        Passes of each teacher over a tile: 1 as it is; 2 also mirrored from north to south; 4 also mirrored
        from east to west; 8 also turned by a quarter.
    deramped : bool
        Average these passes over the tile without its ramp as well.
    """

    teachers: tuple[str, ...] = ()
    share: Real = Field(default=0.5, ge=0, le=1)
    orientations: Literal[1, 2, 4, 8] = 4
    deramped: Switch = False


@dataclass(frozen=True, config=STRICT_KEYS)
class OptimiserConfig:
    """The `[optimiser]` table.

    Attributes
    ----------
    name : str
        "adamw", "adam" or "muon". With "muon", the matrices of the blocks take Muon's steps, and all other
        weights AdamW's.
    muon : float
        Learning rate of Muon over that of AdamW.
    weight_decay, beta1, beta2 : float
    clip : float
        Largest norm of the gradient (0: no limit).
    ema : float
        Decay per step of the averaged weights (0: no average).
    precision : str
        "auto" is bf16-mixed on GPUs and on processors with matrix units for bfloat16, and 32-true elsewhere.
    compile : bool
        Fuse the network's operations by torch.compile, where there is a C++ compiler.
    """

    name: Literal["adamw", "adam", "muon"] = "adamw"
    muon: Real = Field(default=5.0, ge=0.01, le=100)
    weight_decay: Real = Field(default=0.05, ge=0, le=1)
    beta1: Real = Field(default=0.9, ge=0, le=0.9999)
    beta2: Real = Field(default=0.999, ge=0, le=0.99999)
    clip: Real = Field(default=1.0, ge=0, le=1e6)
    ema: Real = Field(default=0.9995, ge=0, le=0.999999)
    precision: Literal["auto", "bf16-mixed", "16-mixed", "32-true"] = "auto"
    compile: Switch = False


@dataclass(frozen=True, config=STRICT_KEYS)
class AugmentConfig:
    """The `[augment]` table: how a tile may be varied each time it is used.

    Attributes
    ----------
    symmetry : bool
        Mirror tiles east to west or north to south, which leaves the satellite east or west of the ground.
        Tiles of unknown orientation take one of the eight symmetries of the square.
    sign : bool
        Exchange the two dates of tiles whose sign is unknown.
    unknown_wrapped, unknown_unwrapped : float
        Part of the wrapped and of the unwrapped tiles whose orientation and sign are unknown.
    deramp : float
        Part of the tiles whose phase is deramped, as in the engine's deramped passes.
    offset : bool
        Add a constant to the phase.
    shift : int
        Move tiles by up to this number of patches; pixels that come in are invalid.
    hide_elevation : float
        Part of the tiles whose elevation channel is blanked.
    """

    symmetry: Switch = True
    sign: Switch = True
    unknown_wrapped: Real = Field(default=1.0, ge=0, le=1)
    unknown_unwrapped: Real = Field(default=1.0, ge=0, le=1)
    deramp: Real = Field(default=0.0, ge=0, le=1)
    offset: Switch = True
    shift: Whole = Field(default=0, ge=0, le=7)
    hide_elevation: Real = Field(default=0.0, ge=0, le=1)


@dataclass(frozen=True, config=STRICT_KEYS)
class DataConfig:
    """The `[data]` table.

    Attributes
    ----------
    split : tuple of int
        Sizes of a data set on disk: training, validation, test.
    pool : int
        Number of batches that are shuffled together.
    workers : int
        Processes that simulate in the background (0: the training process simulates).
    threads : int
        CPU threads of the training process (0: torch's own choice).
    """

    split: tuple[Whole, Whole, Whole] = (805436, 100679, 100681)
    pool: Whole = Field(default=8, ge=1, le=4096)
    workers: Whole = Field(default=1, ge=0, le=256)
    threads: Whole = Field(default=0, ge=0, le=1024)


@dataclass(frozen=True, config=STRICT_KEYS)
class LastBlocksConfig:
    """The `[last_blocks]` table.

    Attributes
    ----------
    blocks : int
        Number of last blocks that `crossvalidate` trains; those before are frozen.
    interpolation : float
        Weight of the original parameters in the mean of original and tuned ones that is kept, 0 to 1
        (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). It balances what few real events
        teach against what many simulated ones do.
    """

    blocks: Whole = Field(default=3, ge=1, le=48)
    interpolation: Real = Field(default=0.0, ge=0, le=1)


@dataclass(frozen=True, config=STRICT_KEYS)
class StageConfig:
    """One `[[stage]]`: the network sees samples × epochs × reuse tiles of `size` pixels.

    The learning rate reaches `lr` after `warmup` tiles and falls to `lr_end` along a cosine, or stays
    ("constant"). `simulation` changes the `[simulation]` table for this stage. With `minutes` above 0 the
    stage ends after that time at the latest, and the cosine follows the part of the time or of the tiles that
    is used up, whichever is larger.
    """

    size: Whole = Field(default=224, ge=16, le=1024)
    samples: Whole = Field(default=805436, ge=1, le=10**10)
    epochs: Whole = Field(default=1, ge=1, le=100000)
    reuse: Whole = Field(default=1, ge=1, le=64)
    batch: Whole = Field(default=128, ge=1, le=65536)
    lr: Real = Field(default=5e-4, ge=1e-9, le=10)
    lr_end: Real = Field(default=1e-5, ge=0, le=10)
    warmup: Whole = Field(default=0, ge=0, le=10**10)
    decay: Literal["cosine", "constant"] = "cosine"
    minutes: Real = Field(default=0.0, ge=0, le=1e6)
    simulation: dict[str, Any] = dataclasses.field(default_factory=dict)

    @model_validator(mode="after")
    def _check_counts(self) -> StageConfig:
        if self.size % 16:
            raise ValueError(f"size = {self.size} is not a multiple of 16; give one that is.")
        if self.samples < self.batch:
            raise ValueError(f"samples = {self.samples} is below one batch of {self.batch}; give more.")
        if self.warmup > self.samples * self.epochs * self.reuse:
            raise ValueError(f"warmup = {self.warmup} is longer than the stage; shorten it.")
        return self


@dataclass(frozen=True, config=STRICT_KEYS)
class ValidationSet:
    """One `[[validation.set]]`: `count` tiles of held-out seeds; `simulation` changes `[simulation]`."""

    name: str = "mixed"
    count: Whole = Field(default=1024, ge=1, le=10**7)
    simulation: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, config=STRICT_KEYS)
class ValidationConfig:
    """The `[validation]` table.

    `every` and `checkpoint` are intervals in tiles shown to the network; `keep` is the number of checkpoints
    that are kept.
    """

    every: Whole = Field(default=25000, ge=1, le=10**10)
    checkpoint: Whole = Field(default=25000, ge=1, le=10**10)
    keep: Whole = Field(default=3, ge=1, le=1000)
    set: tuple[ValidationSet, ...] = (ValidationSet(),)

    @model_validator(mode="after")
    def _check_names(self) -> ValidationConfig:
        names = [one.name for one in self.set]
        if len({*names}) != len(names):
            raise ValueError("set has two tables of the same name; give each its own.")
        return self
