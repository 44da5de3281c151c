"""Augmentation: changes of a tile under which its truth stays valid."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.inference.deramp import deramped
from ...engine.tile import COSINE, RELIEF, SIGNED, SINE, UNWRAPPED
from ..config.tables import AugmentConfig
from ..simulation.symmetry import symmetry, turn_box

Batch = dict[str, Any]

SHIFT_MIN_DEFORMED_FRACTION = 0.7
"""A shifted tile counts if this fraction of its deformed area stays inside."""


def vary(batch: Batch, config: AugmentConfig, random: np.random.Generator) -> Batch:
    """Augment a batch; masks and boxes are changed with the tiles."""
    batch = {key: value.clone() for key, value in batch.items()}
    count, tiles = len(batch["label"]), batch["input"]
    # the channel of unwrapped phase is empty in wrapped tiles
    unwrapped = tiles[:, UNWRAPPED].flatten(1).any(dim=1).cpu().numpy()
    unknown = random.random(count) < np.where(unwrapped, config.unknown_unwrapped, config.unknown_wrapped)
    if config.symmetry:
        _symmetry(batch, unknown, random)
    wide = (count, 1, 1)
    if config.sign:  # exchange the two dates
        exchanged = (random.random(count) < 0.5) & unknown
        sign = torch.from_numpy(np.where(exchanged, -1, 1).astype(np.float32)).to(tiles.device)
        tiles[:, SIGNED] *= sign.view(count, 1, 1, 1)
    if config.deramp > 0:
        _deramp(tiles, random.random(count) < config.deramp)
    if config.offset:
        angle = torch.from_numpy(random.uniform(-np.pi, np.pi, count).astype(np.float32)).to(tiles.device)
        cos, sin = torch.cos(angle).view(wide), torch.sin(angle).view(wide)
        real = tiles[:, COSINE] * cos - tiles[:, SINE] * sin
        tiles[:, SINE] = tiles[:, COSINE] * sin + tiles[:, SINE] * cos
        tiles[:, COSINE] = real
    if config.hide_elevation > 0:
        shown = torch.from_numpy(random.random(count) >= config.hide_elevation).to(tiles)
        tiles[:, RELIEF] *= shown.view(wide)
    if config.shift:
        batch = _shift(batch, config.shift, random)
    return batch


def _deramp(tiles: Tensor, chosen: np.ndarray) -> None:
    """Remove the ramp from the phase of the `chosen` tiles, in place."""
    if chosen.any():
        where = torch.from_numpy(np.flatnonzero(chosen)).to(tiles.device)
        without_ramp = deramped(tiles[where].float().cpu().numpy())
        tiles[where] = torch.from_numpy(without_ramp).to(tiles)


def _symmetry(batch: Batch, unknown: np.ndarray, random: np.random.Generator) -> None:
    """Apply one of the eight symmetries of the square to each tile and its mask and box, in place.

    Only tiles of `unknown` orientation are turned by a quarter.
    """
    codes = random.integers(0, 8, len(batch["label"]))
    codes = np.where(unknown, codes, codes & ~1)
    for code in range(1, 8):
        chosen = torch.from_numpy(np.flatnonzero(codes == code)).to(batch["label"].device)
        if not len(chosen):
            continue
        turn = symmetry(code)
        for key in ("input", "mask"):
            batch[key][chosen] = turn(batch[key][chosen])
        if "box" in batch:
            batch["box"][chosen] = turn_box(batch["box"][chosen], code)


def _shift(batch: Batch, max_patches: int, random: np.random.Generator) -> Batch:
    """Shift the batch by whole patches.

    New pixels are invalid. Tiles that lose more than 30 % of their deformed area get no weight.
    """
    tiles, mask = batch["input"], batch["mask"]
    patch = tiles.shape[-1] // mask.shape[-1]
    down, right = (int(n) for n in random.integers(-max_patches, max_patches + 1, 2))
    before = mask.sum(dim=(1, 2))
    batch["input"] = _shifted(tiles, down * patch, right * patch)
    batch["mask"] = _shifted(mask, down, right)
    lost = batch["mask"].sum(dim=(1, 2)) < SHIFT_MIN_DEFORMED_FRACTION * before
    batch["weight"] = torch.where(lost, torch.zeros_like(batch["weight"]), batch["weight"])
    if "box" in batch:
        step = torch.tensor([right, down, right, down]).to(batch["box"]) / mask.shape[-1]
        batch["box"] = batch["box"] + step
    return batch


def _shifted(values: Tensor, down: int, right: int) -> Tensor:
    out = torch.zeros_like(values)
    height, width = values.shape[-2:]
    target = (slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right)))
    source = (slice(max(0, -down), height + min(0, -down)), slice(max(0, -right), width + min(0, -right)))
    out[(..., *target)] = values[(..., *source)]
    return out
