"""What an analyst could see: labels, masks and boxes by visibility against the background."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from .config import SimulationConfig
from .fields import quantile

DEFORMED_SHARE = 0.2
"""Ground that moved by more than this part of the peak counts as deformed, as in the catalogue's boxes."""
READABLE_COHERENCE = 0.2
"""Coherence below which fringes cannot be followed."""


@dataclass
class Visibility:
    """Truth about what can be seen in a batch of tiles.

    Attributes
    ----------
    visible, hidden : Tensor of bool, shape (B,)
        Signals that can be seen, and those that cannot or hardly: neither class can be asked of these.
    mask : Tensor of bool, shape (B, H, W)
        Deformed ground; empty where nothing is visible.
    box : Tensor, shape (B, 4)
        xmin, ymin, xmax, ymax of the mask in fractions of the tile, NaN without a mask.
    snr : Tensor, shape (B,)
        Peak-to-peak phase of the signal over four standard deviations of the background.
    peak : Tensor, shape (B,)
        Peak-to-peak phase of the signal within the tile in radians.
    """

    visible: Tensor
    hidden: Tensor
    mask: Tensor
    box: Tensor
    snr: Tensor
    peak: Tensor


def detrend(field: Tensor, where: Tensor) -> Tensor:
    """Take the mean and the best plane off each tile, looking at the pixels `where`, (B, H, W)."""
    size = field.shape[-1]
    axis = torch.linspace(-1, 1, size, device=field.device)
    weight = where.float()
    total = weight.sum(dim=(-2, -1)).clamp_min(1)
    x, y = axis[None, None, :], axis[None, :, None]
    basis = torch.stack([torch.ones_like(field), x.expand_as(field), y.expand_as(field)], dim=1).flatten(2)
    weighted = basis * weight.flatten(1)[:, None]
    gram = weighted @ basis.transpose(1, 2) / total[:, None, None]
    right = weighted @ field.flatten(1)[:, :, None] / total[:, None, None]
    ridge = 1e-6 * torch.eye(3, device=field.device)
    plane = torch.linalg.solve(gram + ridge, right)[:, :, 0]
    return field - torch.einsum("bk,bkp->bp", plane, basis).reshape_as(field)


def judge(
    signal: Tensor, background: Tensor, valid: Tensor, coherence: Tensor, config: SimulationConfig
) -> Visibility:
    """Judge what can be seen.

    Parameters
    ----------
    signal : Tensor, shape (B, H, W)
        Phase of the ground's motion in radians; zero tiles hold none.
    background : Tensor, shape (B, H, W)
        Phase of everything else, without noise, unwrapped.
    valid : Tensor of bool, shape (B, H, W)
    coherence : Tensor, shape (B, H, W)
    """
    size = signal.shape[-1]
    anything = valid.any(dim=2).any(dim=1)
    flat = detrend(signal, valid)
    peak = quantile(flat, valid, 0.995) - quantile(flat, valid, 0.005)
    present = signal.abs().amax(dim=(-2, -1)) > 0
    largest = signal.abs().amax(dim=(-2, -1))
    deformed = signal.abs() > (DEFORMED_SHARE * largest)[:, None, None]
    area = deformed.float().mean(dim=(-2, -1))

    rest = detrend(background, valid)
    wide = (rest**2 * valid).sum(dim=(-2, -1)) / valid.sum(dim=(-2, -1)).clamp_min(1)
    blocks = F.interpolate((rest * valid)[:, None], (8, 8), mode="area")
    blocks = blocks / F.interpolate(valid[:, None].float(), (8, 8), mode="area").clamp_min(0.05)
    fast = rest - F.interpolate(blocks, (size, size), mode="bilinear", align_corners=False)[:, 0]
    narrow = (fast**2 * valid).sum(dim=(-2, -1)) / valid.sum(dim=(-2, -1)).clamp_min(1)
    # a small signal competes with what changes over its own size, not with the tile's long waves
    share = (area / 0.12).clamp(0, 1)
    spread = torch.sqrt(narrow * (1 - share) + wide * share)
    snr = peak / (4 * spread + 0.3)

    # next to the fault fringes may be too dense to follow: those farther out show the earthquake as well
    moved = signal.abs() > (0.04 * largest).clamp_min(math.pi / 3)[:, None, None]
    readable = (moved & valid & (coherence > READABLE_COHERENCE)).float().sum(dim=(-2, -1))
    seen = readable / moved.float().sum(dim=(-2, -1)).clamp_min(1)
    enough = (readable > 0.0012 * size * size) & (seen > 0.3)
    strong = (peak > 2 * math.pi * config.visible_fringes) & (snr > config.visible_snr)
    visible = present & anything & enough & strong
    mask = deformed & visible[:, None, None]
    return Visibility(visible, present & ~visible, mask, boxes(mask), snr * present, peak * present)


def boxes(mask: Tensor) -> Tensor:
    """Bounding boxes of (B, H, W) masks in fractions of the tile, (B, 4); NaN for empty masks."""
    size = mask.shape[-1]
    columns, rows = mask.any(dim=1), mask.any(dim=2)
    index = torch.arange(size, device=mask.device)
    far = torch.full_like(index, size * 2)

    def first(line: Tensor) -> Tensor:
        return torch.where(line, index, far).amin(dim=1)

    def last(line: Tensor) -> Tensor:
        return torch.where(line, index, -far).amax(dim=1) + 1

    box = torch.stack([first(columns), first(rows), last(columns), last(rows)], dim=1).float() / size
    return torch.where(columns.any(dim=1)[:, None], box, torch.full_like(box, math.nan))


def patch_mask(mask: Tensor, patch: int = 16) -> Tensor:
    """Part of each patch that is deformed, (B, H / patch, W / patch)."""
    return F.avg_pool2d(mask[:, None].float(), patch)[:, 0]
