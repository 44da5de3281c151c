"""The loss: minus the logarithm of the mixture's density at the truth, in torch."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...engine.source_network.mixture import (
    COUNT,
    MEAN_VALUES,
    TARGET_CENTRE,
    TARGET_SCALE,
    log_spread,
)
from ...engine.source_network.tile import DIP, LINEAR_TARGETS, RAKE, STRIKE


def log_density(numbers: Tensor, targets: Tensor) -> Tensor:
    """Logarithm of the density at `targets` (B, 9) of the network's answers (B, K, numbers), shape (B,)."""
    log_weight, mean, spread, coupling = split_numbers(numbers.float())
    distance = targets[:, None] - mean
    turns = torch.zeros(COUNT, device=numbers.device)
    turns[STRIKE] = turns[RAKE] = 2 * math.pi
    distance = distance - turns * torch.round(distance.detach() / (2 * math.pi))
    distance = distance / targets.new_tensor(TARGET_SCALE)
    z = (distance - (coupling @ distance[..., None])[..., 0]) * torch.exp(-spread)
    log = log_weight - 0.5 * z.square().sum(-1) - spread.sum(-1)
    constant = 0.5 * COUNT * math.log(2 * math.pi) + sum(math.log(scale) for scale in TARGET_SCALE)
    return torch.logsumexp(log, dim=1) - constant


def split_numbers(numbers: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Log weights (B, K), means (B, K, 9), logarithms of the spread, and couplings (B, K, 9, 9)."""
    logit, mean, spread, lower = torch.split(
        numbers, [1, MEAN_VALUES, COUNT, numbers.shape[-1] - 1 - MEAN_VALUES - COUNT], dim=-1
    )
    centre, scale = numbers.new_tensor(TARGET_CENTRE), numbers.new_tensor(TARGET_SCALE)
    linear = mean[..., :LINEAR_TARGETS] * scale[:LINEAR_TARGETS] + centre[:LINEAR_TARGETS]
    dip = mean[..., LINEAR_TARGETS] * scale[DIP] + centre[DIP]
    strike = torch.atan2(mean[..., LINEAR_TARGETS + 1], mean[..., LINEAR_TARGETS + 2])
    rake = torch.atan2(mean[..., LINEAR_TARGETS + 3], mean[..., LINEAR_TARGETS + 4])
    means = torch.cat([linear, torch.stack([strike, dip, rake], -1)], -1)
    rows, columns = torch.tril_indices(COUNT, COUNT, -1, device=numbers.device)
    coupling = numbers.new_zeros((*numbers.shape[:2], COUNT, COUNT))
    coupling[..., rows, columns] = lower
    return torch.log_softmax(logit[..., 0], 1), means, log_spread(spread, torch), coupling
