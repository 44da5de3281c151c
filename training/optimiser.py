"""How weights move: device and precision, optimiser, learning rate, moving average."""

from __future__ import annotations

import copy
import logging
import math
from typing import Any

import torch
from torch import nn

from ..engine.errors import InputError
from .recipe import Recipe, StageConfig


def make_fabric(device: str, devices: int, precision: str) -> Any:
    """Lightning Fabric on the device that was asked for; raises `InputError` where there is none."""
    from lightning_fabric import Fabric

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    if device not in ("auto", "cpu", "gpu"):
        raise InputError(f"There is no device '{device}'; give auto, cpu or gpu.")
    if device == "gpu" and not torch.cuda.is_available():
        raise InputError("A GPU was asked for and none is usable; use --device cpu or a torch for your GPU.")
    accelerator = "cuda" if device != "cpu" and torch.cuda.is_available() else "cpu"
    if accelerator == "cuda" and devices > torch.cuda.device_count():
        there = torch.cuda.device_count()
        raise InputError(f"{devices} GPUs were asked for and {there} are there; ask for fewer.")
    if accelerator == "cpu" and precision == "16-mixed":
        raise InputError("[optimiser] precision = '16-mixed' needs a GPU; use 'bf16-mixed' or '32-true'.")
    fabric = Fabric(accelerator=accelerator, devices=devices, precision=precision)  # type: ignore[arg-type]
    fabric.launch()
    return fabric


def make_optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW, or Adam; biases, norms and embeddings are not decayed."""
    config = recipe.optimiser
    decayed: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        plain = parameter.ndim <= 1 or name.endswith(("pos_embed", "cls_token"))
        (others if plain else decayed).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    kind = torch.optim.AdamW if config.name == "adamw" else torch.optim.Adam
    return kind(groups, lr=recipe.stage[0].lr, betas=(config.beta1, config.beta2))


def learning_rate(stage: StageConfig, shown: int) -> float:
    """Warm-up, then constant or cosine; `shown` counts tiles of the stage."""
    if shown < stage.warmup:
        return stage.lr * (shown + stage.batch) / (stage.warmup + stage.batch)
    if stage.decay == "constant":
        return stage.lr
    whole = max(1, stage.samples * stage.epochs * stage.reuse - stage.warmup)
    part = min(1.0, (shown - stage.warmup) / whole)
    return stage.lr_end + (stage.lr - stage.lr_end) * 0.5 * (1 + math.cos(math.pi * part))


class Average:
    """Exponential moving average of the weights and of the normalisation's statistics."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay, self.network = decay, copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Move towards `network`; the first steps move faster, or the start would linger."""
        decay = min(self.decay, (1 + step) / (10 + step))
        ours, theirs = self.network.state_dict(), network.state_dict()
        for name, value in theirs.items():
            if value.is_floating_point():
                ours[name].lerp_(value.to(ours[name]), 1 - decay)
            else:
                ours[name].copy_(value)
