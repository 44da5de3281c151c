"""The background of a batch, and adding real fields to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..acquisition import Acquisition
from ..sources.draw import Sources
from ..sources.real_sources import RealDraw
from ..visibility import Visibility, boxes
from .noise import unwrap_least_squares


@dataclass
class Background:
    """Everything but the source, of a batch of tiles.

    Attributes
    ----------
    phase : Tensor, shape (B, H, W)
        Unwrapped phase without noise (real crops: with noise), radians, positive towards the satellite.
    coherence : Tensor, shape (B, H, W)
    valid : Tensor of bool, shape (B, H, W)
    elevation : Tensor, shape (B, H, W), metres
    real : Tensor of bool, shape (B,)
        Tiles whose background is a real crop.
    """

    phase: Tensor
    coherence: Tensor
    valid: Tensor
    elevation: Tensor
    real: Tensor


def lay_real(fields: RealDraw, sources: Sources, background: Background, acquisition: Acquisition) -> None:
    """Replace simulated sources by real fields.

    Motion becomes the source on top of the present background. Quiet scenes are added to the background.
    Wrapped phase is a whole observation: it is unwrapped and replaces the background. Nearly all volcanoes
    are delivered wrapped; if they were shown wrapped only, the kind of phase would reveal the class.
    """
    for number, tile in enumerate(fields.index.tolist()):
        kind = int(fields.kind[number])
        sources.kind[tile] = kind
        for truth in sources.truth.values():
            truth[tile] = math.nan
        sources.line_of_sight[tile] = 0.0
        background.valid[tile] &= fields.valid[number]
        value = fields.value[number]
        if fields.wrapped[number]:
            background.phase[tile] = unwrap_least_squares(value[None])[0]
            background.coherence[tile] = local_coherence(value[None])[0]
            background.valid[tile] = fields.valid[number]
            background.real[tile] = True
        elif kind == 0:
            background.phase[tile] += value * acquisition.phase_per_metre[tile]
        else:
            sources.line_of_sight[tile] = value


def judge_real(fields: RealDraw, visibility: Visibility, mask_weight: Tensor) -> Tensor:
    """Take the visibility of whole observations from their catalogue; their mask is its box, or unknown."""
    for number, tile in enumerate(fields.index.tolist()):
        if not fields.wrapped[number] or int(fields.kind[number]) == 0:
            continue
        inside = fields.deformed[number] & fields.valid[number]
        whole = not bool(fields.boxed[number])
        shown = whole or float(inside.float().mean()) > 0.01
        visibility.visible[tile], visibility.not_visible[tile] = shown, not shown
        visibility.mask[tile] = fields.deformed[number] & shown
        mask_weight[tile] = float(shown and not whole)
    visibility.box[fields.index] = boxes(visibility.mask[fields.index])
    return mask_weight


def local_coherence(wrapped: Tensor) -> Tensor:
    """Length of the mean phasor over 5 × 5 pixels of wrapped phase: an estimate of coherence."""
    total = torch.stack([torch.cos(wrapped), torch.sin(wrapped)])
    pixels = torch.ones_like(wrapped[:1])
    for axis in (-2, -1):
        total = _sum_of_five(total, axis)
        pixels = _sum_of_five(pixels, axis)
    return torch.hypot(total[0], total[1]).div_(pixels).clamp_(max=0.99)


def _sum_of_five(values: Tensor, axis: int) -> Tensor:
    """Each value plus its two neighbours on either side, as far as they exist."""
    total = values.clone()
    size = values.shape[axis]
    for step in (1, 2):
        total.narrow(axis, step, size - step).add_(values.narrow(axis, 0, size - step))
        total.narrow(axis, 0, size - step).add_(values.narrow(axis, step, size - step))
    return total


def blanked(values: Tensor, where: Tensor) -> Tensor:
    """`values` with NaN where `where` is false (0 / 0 is faster than a selection)."""
    weight = where.to(values.dtype)
    return torch.zeros_like(values).div_(weight).add_(values)
