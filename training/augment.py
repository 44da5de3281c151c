"""Variations of a tile that leave its truth true."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import torch
from torch import Tensor

from .recipe import AugmentConfig

Batch = dict[str, Any]


def vary(batch: Batch, config: AugmentConfig, random: np.random.Generator) -> Batch:
    """Vary a batch by what leaves its truth true; masks, boxes and centroids follow."""
    batch = dict(batch)
    count = len(batch["label"])
    if config.symmetry:
        batch = _symmetry(batch, random)
    tiles = batch["input"]
    wide = (count, 1, 1)
    if config.sign:  # the two dates exchanged
        sign = torch.from_numpy(random.choice([-1.0, 1.0], count).astype(np.float32)).to(tiles.device)
        tiles = tiles.clone()
        tiles[:, 1:3] *= sign.view(count, 1, 1, 1)
    if config.offset:
        angle = torch.from_numpy(random.uniform(-np.pi, np.pi, count).astype(np.float32)).to(tiles.device)
        cos, sin = torch.cos(angle).view(wide), torch.sin(angle).view(wide)
        real = tiles[:, 0] * cos - tiles[:, 1] * sin
        imaginary = tiles[:, 0] * sin + tiles[:, 1] * cos
        tiles = torch.cat([real[:, None], imaginary[:, None], tiles[:, 2:]], dim=1)
    if config.hide_elevation > 0:
        shown = torch.from_numpy(random.random(count) >= config.hide_elevation).to(tiles)
        tiles = tiles.clone()
        tiles[:, 3] *= shown.view(wide)
    batch["input"] = tiles
    if config.shift:
        batch = _shift(batch, config.shift, random)
    return batch


def _symmetry(batch: Batch, random: np.random.Generator) -> Batch:
    """One of the eight symmetries of the square for each tile; box and centroid follow."""
    codes = random.integers(0, 8, len(batch["label"]))
    out = {key: value.clone() for key, value in batch.items()}
    for code in range(1, 8):
        chosen = torch.from_numpy(np.flatnonzero(codes == code)).to(batch["label"].device)
        if not len(chosen):
            continue
        turn = symmetry(code)
        for key in ("input", "mask"):
            out[key][chosen] = turn(batch[key][chosen])
        if "box" in batch:
            out["box"][chosen] = turn_box(batch["box"][chosen], code)
        if "targets" in batch:
            centre = batch["targets"][chosen][:, 2:].repeat(1, 2)
            out["targets"][chosen, 2:] = turn_box(centre, code)[:, :2]
    return out


def symmetry(code: int) -> Callable[[Tensor], Tensor]:
    """Symmetry 0 to 7 of the last two axes: bit 0 transposes, then bit 1 flips rows, bit 2 columns."""
    axes = [axis for bit, axis in ((2, -2), (4, -1)) if code & bit]

    def turn(values: Tensor) -> Tensor:
        if code & 1:
            values = values.transpose(-1, -2)
        return values.flip(axes) if axes else values

    return turn


def turn_box(box: Tensor, code: int) -> Tensor:
    """Boxes (B, 4) (xmin, ymin, xmax, ymax) in fractions of the tile, after `symmetry(code)`."""
    x0, y0, x1, y1 = box.unbind(dim=1)
    if code & 1:
        x0, y0, x1, y1 = y0, x0, y1, x1
    if code & 2:
        y0, y1 = 1 - y1, 1 - y0
    if code & 4:
        x0, x1 = 1 - x1, 1 - x0
    return torch.stack([x0, y0, x1, y1], dim=1)


def _shift(batch: Batch, most: int, random: np.random.Generator) -> Batch:
    """Move the batch by whole patches; what comes in is invalid, and signals that go out are left out."""
    tiles, mask = batch["input"], batch["mask"]
    patch = tiles.shape[-1] // mask.shape[-1]
    down, right = (int(n) for n in random.integers(-most, most + 1, 2))
    before = mask.sum(dim=(1, 2))
    batch["input"] = _moved(tiles, down * patch, right * patch)
    batch["mask"] = _moved(mask, down, right)
    lost = batch["mask"].sum(dim=(1, 2)) < 0.7 * before
    batch["weight"] = torch.where(lost, torch.zeros_like(batch["weight"]), batch["weight"])
    if "box" in batch:
        step = torch.tensor([right, down, right, down]).to(batch["box"]) / mask.shape[-1]
        batch["box"] = batch["box"] + step
        if "targets" in batch:
            batch["targets"] = torch.cat([batch["targets"][:, :2], batch["targets"][:, 2:] + step[:2]], dim=1)
    return batch


def _moved(values: Tensor, down: int, right: int) -> Tensor:
    out = torch.zeros_like(values)
    height, width = values.shape[-2:]
    target = (slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right)))
    source = (slice(max(0, -down), height + min(0, -down)), slice(max(0, -right), width + min(0, -right)))
    out[(..., *target)] = values[(..., *source)]
    return out
