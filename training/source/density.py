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

CONSTANT = 0.5 * COUNT * math.log(2 * math.pi) + sum(math.log(scale) for scale in TARGET_SCALE)


def log_density(numbers: Tensor, targets: Tensor) -> Tensor:
    """Logarithm of the density at `targets` (B, 9) of the network's answers (B, K, numbers), shape (B,)."""
    log_weight, mean, spread, coupling = split_numbers(numbers.float())
    distance = _distance(targets, mean)
    z = (distance - (coupling @ distance[..., None])[..., 0]) * torch.exp(-spread)
    log = log_weight - 0.5 * z.square().sum(-1) - spread.sum(-1)
    return torch.logsumexp(log, dim=1) - CONSTANT


def plain_log_density(numbers: Tensor, plain: Tensor, targets: Tensor) -> Tensor:
    """The same for a mixture with the same means but no couplings, shape (B,).

    Without it the training would explain a truth by couplings from a poor mean, and means would learn slowly.

    Parameters
    ----------
    numbers : Tensor, shape (B, K, numbers)
        The network's answers.
    plain : Tensor, shape (B, K, 10)
        Weight and spreads of the components without couplings.
    targets : Tensor, shape (B, 9)
    """
    distance = _distance(targets, split_numbers(numbers.float())[1])
    spread = log_spread(plain[..., 1:].float(), torch)
    log = torch.log_softmax(plain[..., 0].float(), 1)
    log = log - 0.5 * (distance * torch.exp(-spread)).square().sum(-1) - spread.sum(-1)
    return torch.logsumexp(log, dim=1) - CONSTANT


def _distance(targets: Tensor, mean: Tensor) -> Tensor:
    """Distance of targets (B, 9) from means (B, K, 9) in units of `TARGET_SCALE`, angles the short way."""
    distance = targets[:, None] - mean
    turns = torch.zeros(COUNT, device=targets.device)
    turns[STRIKE] = turns[RAKE] = 2 * math.pi
    distance = distance - turns * torch.round(distance.detach() / (2 * math.pi))
    return distance / targets.new_tensor(TARGET_SCALE)


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
