"""What an analyst could see: labels, masks and boxes from the signal's visibility against the background."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ...engine.boxes.deformed_area import DEFORMED_SHARE
from ..config.simulation import SimulationConfig
from .fields import block_means, quantiles

READABLE_CONTRAST = 0.3
"""Contrast below which fringes cannot be followed."""


@dataclass
class Visibility:
    """What is visible in a batch of tiles.

    Attributes
    ----------
    visible, not_visible : Tensor of bool, shape (B,)
        Signals that stand out, and those that do not or hardly do: no class can be expected for the latter.
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
    not_visible: Tensor
    mask: Tensor
    box: Tensor
    snr: Tensor
    peak: Tensor


def detrend(field: Tensor, where: Tensor) -> Tensor:
    """Subtract the best plane from each tile; it is fitted to the pixels `where`, (B, H, W)."""
    axis = torch.linspace(-1, 1, field.shape[-1], device=field.device)
    powers = torch.stack([torch.ones_like(axis), axis, axis**2], dim=1)
    weight = where.float()
    total = weight.sum(dim=(-2, -1)).clamp_min(1)[:, None]
    # sums of y^i x^j over the pixels, first along the rows, then down: entry 3 i + j
    moments = (powers.T @ (weight @ powers)).flatten(1) / total
    gram = moments[:, [0, 1, 3, 1, 2, 4, 3, 4, 6]].reshape(-1, 3, 3)
    linear = powers[:, :2]
    right = (linear.T @ ((field * weight) @ linear)).flatten(1)[:, :3, None] / total[:, :, None]
    ridge = 1e-6 * torch.eye(3, device=field.device)
    constant, east, south = torch.linalg.solve(gram + ridge, right).unbind(dim=1)
    flat = field - (constant + east * axis)[:, None, :]
    return flat.sub_((south * axis)[:, :, None])


def judge(
    signal: Tensor, background: Tensor, valid: Tensor, contrast: Tensor, config: SimulationConfig
) -> Visibility:
    """Judge whether signals are visible.

    Parameters
    ----------
    signal : Tensor, shape (B, H, W)
        Phase of the ground's motion in radians; zero where a tile has none.
    background : Tensor, shape (B, H, W)
        Phase of everything else, without noise, unwrapped.
    valid : Tensor of bool, shape (B, H, W)
    contrast : Tensor, shape (B, H, W)
        How clearly fringes can be followed, from 0 to 1: the coherence of unwrapped tiles, and the length of
        the mean phasor over a few pixels of wrapped ones.
    """
    present = (signal != 0).any(dim=-1).any(dim=-1)
    none = torch.zeros_like(present, dtype=signal.dtype)
    result = Visibility(
        visible=torch.zeros_like(present),
        not_visible=present.clone(),
        mask=torch.zeros_like(valid),
        box=torch.full((len(signal), 4), math.nan, device=signal.device),
        snr=none,
        peak=none.clone(),
    )
    index = present.nonzero()[:, 0]
    if not len(index):
        return result
    comparison = _compare(signal[index], background[index], valid[index], contrast[index])
    readable = comparison.moved.logical_and_(contrast[index] > READABLE_CONTRAST).float().mean(dim=(-2, -1))
    enough = (readable > 0.0012) & (readable > 0.3 * comparison.area)
    strong = comparison.required_gain(config) < 1
    visible = enough & strong
    mask = comparison.deformed & visible[:, None, None]
    result.visible[index], result.not_visible[index] = visible, ~visible
    result.mask[index], result.box[index] = mask, boxes(mask)
    result.snr[index], result.peak[index] = comparison.snr, comparison.peak
    return result


def required_gain(
    signal: Tensor, background: Tensor, valid: Tensor, contrast: Tensor, config: SimulationConfig
) -> Tensor:
    """Factor that makes signals just visible, (B,): below 1 if they are visible, infinite without a signal.

    Parameters are those of `judge`. The factor leaves aside that fringes must be readable as well, which a
    stronger signal does not improve.
    """
    largest = signal.abs().amax(dim=(-2, -1))
    # below a fringe no ground counts as moved, and there is no contrast to measure
    lift = (2 * math.pi * config.visible_fringes / largest).clamp_min(1.0)
    lift = torch.where(largest > 0, lift, 1.0)
    return lift * _compare(signal * lift[:, None, None], background, valid, contrast).required_gain(config)


@dataclass
class _Comparison:
    """Signals compared with their backgrounds, each value (S,) or (S, H, W)."""

    peak: Tensor
    """Peak-to-peak phase about the best plane."""
    snr: Tensor
    clear: Tensor
    """Mean contrast of the ground that moved."""
    area: Tensor
    """Part of the tile that moved, valid or not."""
    moved: Tensor
    """Valid ground that moved."""
    deformed: Tensor

    def required_gain(self, config: SimulationConfig) -> Tensor:
        """See the function `required_gain`. Fringes of low contrast need a stronger signal."""
        fringes = 2 * math.pi * config.visible_fringes / self.peak
        return torch.maximum(fringes, config.visible_snr / (self.snr * self.clear))


def _compare(signal: Tensor, background: Tensor, valid: Tensor, contrast: Tensor) -> _Comparison:
    """Compare signals with their backgrounds; parameters as those of `judge`."""
    strength = signal.abs()
    largest = strength.amax(dim=(-2, -1))
    low, high = quantiles(detrend(signal, valid), valid, (0.005, 0.995))
    peak = high - low
    deformed = strength > (DEFORMED_SHARE * largest)[:, None, None]
    wide, narrow = _variances(background, valid)
    # a small signal competes with variations over its own size, not with the tile's long wavelengths
    share = (deformed.float().mean(dim=(-2, -1)) / 0.12).clamp(0, 1)
    snr = peak / (4 * torch.sqrt(narrow * (1 - share) + wide * share) + 0.3)
    # fringes next to the fault may be too dense to follow; those farther out show the earthquake as well
    moved = strength > (0.04 * largest).clamp_min(math.pi / 3)[:, None, None]
    area = moved.float().mean(dim=(-2, -1))
    moved &= valid
    clear = (contrast * moved).sum(dim=(-2, -1)) / moved.sum(dim=(-2, -1)).clamp_min(1)
    return _Comparison(peak, snr, clear, area, moved, deformed)


def _variances(background: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """Variance of the background about its plane, and about its wavelengths above an eighth of the tile."""
    weight = valid.float()
    total = weight.sum(dim=(-2, -1)).clamp_min(1)
    rest = detrend(background, valid).mul_(weight)
    wide = rest.square().sum(dim=(-2, -1)) / total
    blocks = block_means(rest, 8) / block_means(weight, 8).clamp_min(0.05)
    slow = F.interpolate(blocks[:, None], rest.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
    fast = rest.sub_(slow).mul_(weight)
    return wide, fast.square_().sum(dim=(-2, -1)) / total


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
    return block_means(mask.float(), mask.shape[-1] // patch)
