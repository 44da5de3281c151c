"""Device and precision, optimisers, learning rate and moving average of the weights."""

from __future__ import annotations

import logging
import math
from typing import Any, Optional

import torch
from torch import nn

from ...engine.errors import InputError
from ..config.recipe import Recipe
from ..config.tables import StageConfig
from ..device import chosen_device
from ..model.timm_parts import ModelEmaV3


def make_fabric(device: str, devices: int, precision: str) -> Any:
    """Lightning Fabric on the requested device; raises `InputError` if it is missing."""
    from lightning_fabric import Fabric

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    accelerator = chosen_device(device)
    if accelerator == "cuda" and devices > torch.cuda.device_count():
        count = torch.cuda.device_count()
        raise InputError(f"--devices {devices} is more than the {count} GPUs of this machine; give fewer.")
    precision = chosen_precision(precision, accelerator)
    if accelerator == "cpu" and precision == "16-mixed":
        raise InputError("[optimiser] precision = '16-mixed' needs a GPU; use 'bf16-mixed' or '32-true'.")
    fabric = Fabric(accelerator=accelerator, devices=devices, precision=precision)  # type: ignore[arg-type]
    fabric.launch()
    return fabric


def has_matrix_units() -> bool:
    """Whether this CPU multiplies matrices of bfloat16 in hardware (AMX), and so is faster in bfloat16."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def chosen_precision(precision: str, device: str) -> str:
    """The precision for "auto" on a kind of device; any other precision unchanged."""
    if precision != "auto":
        return precision
    return "bf16-mixed" if device == "cuda" or has_matrix_units() else "32-true"


def mixed_precision(recipe: Recipe, device: Any) -> torch.autocast:
    """Context of the recipe's precision, for code that runs outside Fabric."""
    kind = torch.device(device).type
    half = chosen_precision(recipe.optimiser.precision, kind) == "bf16-mixed"
    return torch.autocast(kind, torch.bfloat16, enabled=half)


def compile_in_place(network: nn.Module) -> bool:
    """Compile a network in place if there is a C++ compiler; returns whether there is one.

    Each tile size is compiled once, in less than a minute. Copies of the network are not compiled.
    """
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except InvalidCxxCompiler:
        return False
    network.compile(dynamic=False)
    return True


def make_optimisers(network: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """AdamW or Adam; with "muon", Muon for the matrices of the blocks and AdamW for everything else.

    Biases, normalisation and embeddings have no weight decay. Muon's updates have a root mean square of 0.2
    times the learning rate for matrices of any shape (Liu et al. 2025, arXiv:2502.16982); here they are
    multiplied by `[optimiser] muon`. The weight decay is the same for both optimisers.

    Raises
    ------
    InputError
        Muon does not work with the recipe's precision or with this version of torch.
    """
    config = recipe.optimiser
    if config.name == "muon" and config.precision == "16-mixed":
        raise InputError("[optimiser] name = 'muon' needs precision 'bf16-mixed' or '32-true'.")
    if config.name == "muon" and not hasattr(torch.optim, "Muon"):
        raise InputError("[optimiser] name = 'muon' needs torch 2.9 or newer; update it, or use 'adamw'.")
    matrices: list[nn.Parameter] = []
    decayed: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim <= 1 or name.endswith(("pos_embed", "cls_token")):
            others.append(parameter)
        elif config.name == "muon" and parameter.ndim == 2 and ".blocks." in f".{name}":
            matrices.append(parameter)
        else:
            decayed.append(parameter)
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    rate = recipe.stage[0].lr
    kind = torch.optim.Adam if config.name == "adam" else torch.optim.AdamW
    optimisers: list[torch.optim.Optimizer] = [kind(groups, lr=rate, betas=(config.beta1, config.beta2))]
    if matrices:
        decay = config.weight_decay / config.muon  # torch multiplies it by the group's learning rate
        group = {"params": matrices, "factor": config.muon, "weight_decay": decay}
        optimisers.append(torch.optim.Muon([group], rate, adjust_lr_fn="match_rms_adamw"))
    return optimisers


def set_rate(optimisers: list[torch.optim.Optimizer], rate: float) -> None:
    """Set the learning rate of all groups to `rate`, times the factor of groups that have one."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate * group.get("factor", 1.0)


def learning_rate(stage: StageConfig, shown: int) -> float:
    """Learning rate after `shown` tiles of a stage: linear warm-up, then constant or a cosine."""
    if shown < stage.warmup:
        return stage.lr * (shown + stage.batch) / (stage.warmup + stage.batch)
    if stage.decay == "constant":
        return stage.lr
    whole = max(1, stage.samples * stage.epochs * stage.reuse - stage.warmup)
    part = min(1.0, (shown - stage.warmup) / whole)
    return stage.lr_end + (stage.lr - stage.lr_end) * 0.5 * (1 + math.cos(math.pi * part))


class MovingAverage(ModelEmaV3):
    """timm's exponential moving average of weights and normalisation statistics, with an earlier start.

    The decay of step n is at most (1 + n) / (10 + n), so that the starting weights are soon forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        super().__init__(network, decay=decay)
        self.module.requires_grad_(False)

    def get_decay(self, step: Optional[int] = None) -> float:
        """Decay of one step."""
        return self.decay if step is None else min(self.decay, (1 + step) / (10 + step))
