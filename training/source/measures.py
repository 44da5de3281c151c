"""Errors of the source network's likeliest component, on tiles whose truth is known."""

from __future__ import annotations

import torch
from torch import Tensor

from ...engine.source_network.tile import DIP, RAKE, STRIKE
from .density import log_density, split_numbers
from .tiles import SourceTileBatch


def measures(answers: list[Tensor], batches: list[SourceTileBatch]) -> dict[str, float]:
    """Loss, and median and 90 % errors of the likeliest component, over the tiles that count.

    Returns
    -------
    dict
        "nll"; "mw" and "depth" (relative) and "mechanism" (degrees between moment tensors), each with
        "_90" for the ninetieth percentile.
    """
    loss, errors = [], []
    for numbers, batch in zip(answers, batches):
        counts = batch.weight > 0
        loss.append(-log_density(numbers, batch.targets)[counts])
        log_weight, means, _, _ = split_numbers(numbers)
        best = means[torch.arange(len(means), device=means.device), log_weight.argmax(1)]
        magnitude = (best[:, 0] - batch.targets[:, 0]).abs()
        depth = torch.expm1((best[:, 1] - batch.targets[:, 1]).abs())
        angle = torch.rad2deg(tensor_angle(best, batch.targets))
        errors.append(torch.stack([magnitude, depth, angle])[:, counts])
    joined = torch.cat(errors, 1)
    out = {"nll": float(torch.cat(loss).mean())}
    for name, row in zip(("mw", "depth", "mechanism"), joined):
        out[name] = float(row.median())
        out[f"{name}_90"] = float(row.sort().values[int(0.9 * (len(row) - 1))])
    return out


def tensor_angle(a: Tensor, b: Tensor) -> Tensor:
    """Angle in radians between the moment tensors of two targets, (B,); both planes have the same tensor."""
    cosine = (_tensor(a) * _tensor(b)).sum((-2, -1)) / 2
    return torch.arccos(cosine.clamp(-1, 1))


def _tensor(targets: Tensor) -> Tensor:
    """Moment tensors (B, 3, 3) of unit double couples: north, east, down."""
    strike, dip, rake = (targets[..., index] for index in (STRIKE, DIP, RAKE))
    zero = torch.zeros_like(strike)
    normal = torch.stack(
        [-torch.sin(dip) * torch.sin(strike), torch.sin(dip) * torch.cos(strike), -torch.cos(dip)], -1
    )
    along = torch.stack([torch.cos(strike), torch.sin(strike), zero], -1)
    up_dip = torch.linalg.cross(normal, along, dim=-1)
    slip = torch.cos(rake)[..., None] * along + torch.sin(rake)[..., None] * up_dip
    product = slip[..., :, None] * normal[..., None, :]
    return product + product.transpose(-1, -2)
