"""Training losses: class, mask and attention."""

from __future__ import annotations

from typing import Optional

import torch
import torch.nn.functional as F  # noqa: N812  (the customary name)
from torch import Tensor

from ..config.tables import LossConfig

Batch = dict[str, Tensor]
ATTENTION_FLOOR = 1e-4
"""Added to the attention inside the mask before the logarithm is taken."""


def total_loss(out: Batch, batch: Batch, config: LossConfig) -> tuple[Tensor, dict[str, Tensor]]:
    """Weighted sum of all losses of a batch.

    Parameters
    ----------
    out : dict
        Result of `QuakeViT`.
    batch : dict
        "label" (B,), "weight" (B,), "mask" (B, g, g) and "mask_weight" (B,). "target" (B, 3) and
        "mask_target" (B, g, g), if given, are class probabilities and a mask to learn in place of the truth;
        see `fit.distillation`.

    Returns
    -------
    total : Tensor
        Scalar. Every head has a gradient, even with weight 0, as distributed training requires.
    parts : dict of Tensor
        The individual losses, unweighted and detached.
    """
    parts = {
        "class": class_loss(out["logits"], batch["label"], batch["weight"], config, batch.get("target")),
        "mask": mask_loss(out["mask"], batch.get("mask_target", batch["mask"]), batch["mask_weight"]),
        "dice": dice_loss(out["mask"], batch["mask"], batch["mask_weight"]),
        "attention": attention_loss(out["attention"], batch["mask"], batch["weight"], batch["mask_weight"]),
    }
    total = parts["class"] + config.mask * parts["mask"] + config.dice * parts["dice"]
    total = total + config.attention * parts["attention"]
    return total, {name: value.detach() for name, value in parts.items()}


def class_loss(
    logits: Tensor, label: Tensor, weight: Tensor, config: LossConfig, target: Optional[Tensor] = None
) -> Tensor:
    """Cross entropy with label smoothing, averaged with the tiles' and the classes' weights.

    `target` (B, 3) are probabilities to learn in place of the label, which then only gives the class weight.
    """
    by_class = torch.tensor(config.class_weights, device=logits.device, dtype=logits.dtype)
    learnt = label if target is None else target
    each = F.cross_entropy(logits, learnt, reduction="none", label_smoothing=config.label_smoothing)
    weight = weight * by_class[label]
    return (each * weight).sum() / weight.sum().clamp_min(1e-6)


def mask_loss(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Binary cross entropy against the deformed fraction of each patch."""
    each = F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean(dim=(1, 2))
    return (each * weight).sum() / weight.sum().clamp_min(1e-6)


def dice_loss(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """One minus the soft Dice overlap, averaged over the tiles that contain deformation."""
    probability = torch.sigmoid(logits)
    both = (probability * truth).sum(dim=(1, 2))
    size = probability.square().sum(dim=(1, 2)) + truth.square().sum(dim=(1, 2))
    weight = weight * (truth.amax(dim=(1, 2)) > 0)
    each = 1.0 - 2.0 * both / size.clamp_min(1e-6)
    return (each * weight).sum() / weight.sum().clamp_min(1e-6)


def attention_loss(attention: Tensor, truth: Tensor, weight: Tensor, mask_weight: Tensor) -> Tensor:
    """Minus the logarithm of the attention on deformed patches, averaged over deformed tiles."""
    peak = truth.amax(dim=(1, 2))
    inside = (attention[:, 0] * truth / peak.clamp_min(1e-6)[:, None, None]).sum(dim=(1, 2))
    weight = (weight > 0) * mask_weight * (peak > 0)
    each = -torch.log(inside.clamp_min(0) + ATTENTION_FLOOR)
    return (each * weight).sum() / weight.sum().clamp_min(1e-6)
