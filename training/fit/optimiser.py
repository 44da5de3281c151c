"""How weights move: device and precision, optimiser, learning rate, moving average."""

from __future__ import annotations

import copy
import logging
import math
from typing import Any

import torch
from torch import nn

from ...engine.errors import InputError
from ..config.recipe import Recipe, StageConfig
from ..device import chosen_device


def make_fabric(device: str, devices: int, precision: str) -> Any:
    """Lightning Fabric on the device that was asked for; raises `InputError` where there is none."""
    from lightning_fabric import Fabric

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    accelerator = chosen_device(device)
    if accelerator == "cuda" and devices > torch.cuda.device_count():
        there = torch.cuda.device_count()
        raise InputError(f"{devices} GPUs were asked for and {there} are there; ask for fewer.")
    precision = chosen_precision(precision, accelerator)
    if accelerator == "cpu" and precision == "16-mixed":
        raise InputError("[optimiser] precision = '16-mixed' needs a GPU; use 'bf16-mixed' or '32-true'.")
    fabric = Fabric(accelerator=accelerator, devices=devices, precision=precision)  # type: ignore[arg-type]
    fabric.launch()
    return fabric


def has_matrix_units() -> bool:
    """Whether this processor has units that multiply matrices of bfloat16, and so is faster in it."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def chosen_precision(precision: str, device: str) -> str:
    """What "auto" stands for on a kind of device; any other precision as it is."""
    if precision != "auto":
        return precision
    return "bf16-mixed" if device == "cuda" or has_matrix_units() else "32-true"


def mixed(recipe: Recipe, device: Any) -> torch.autocast:
    """The recipe's precision for parts of a training that Fabric does not see: a context to enter."""
    kind = torch.device(device).type
    half = chosen_precision(recipe.optimiser.precision, kind) == "bf16-mixed"
    return torch.autocast(kind, torch.bfloat16, enabled=half)


def compiled(network: nn.Module) -> bool:
    """Fuse a network's operations, in place, if there is a C++ compiler; says whether it was done.

    Every size of tile is compiled once, in less than a minute. Copies of the network are as before.
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
    """AdamW or Adam; for "muon" Muon for the matrices of the blocks and AdamW for everything else.

    Biases, norms and embeddings are not decayed. Muon's steps (0.2 of the learning rate in the root of the
    mean square, whatever the matrix' shape: Liu et al. 2025, arXiv:2502.16982) are `[optimiser] muon` times
    as long; its decay is that of the others.

    Raises
    ------
    InputError
        Muon is asked for with a precision or a torch that it does not go with.
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
    made: list[torch.optim.Optimizer] = [kind(groups, lr=rate, betas=(config.beta1, config.beta2))]
    if matrices:
        decay = config.weight_decay / config.muon  # torch multiplies it by the group's rate
        group = {"params": matrices, "factor": config.muon, "weight_decay": decay}
        made.append(torch.optim.Muon([group], rate, adjust_lr_fn="match_rms_adamw"))
    return made


def set_rate(optimisers: list[torch.optim.Optimizer], rate: float) -> None:
    """Give all groups their learning rate: `rate`, times the factor of groups that have one."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate * group.get("factor", 1.0)


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
        moving = [name for name, value in theirs.items() if value.is_floating_point()]
        torch._foreach_lerp_([ours[name] for name in moving], [theirs[name] for name in moving], 1 - decay)
        for name, value in theirs.items():
            if not value.is_floating_point():
                ours[name].copy_(value)
