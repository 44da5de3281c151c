"""Real deformation as a source: windows of measured fields, to be added to any background."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.errors import InputError
from ...config.source_kinds import code_of_label, source_kinds
from ...real.catalogue import QUIET, read_catalogue
from ...real.packed import is_packed, labelled_groups, quiet_scene, read_fields
from ..fields import log_uniform, normal, uniform
from .real_fields import RealField, field_of, measured

PEAK_M = (0.04, 1.2)
"""Range in metres from which the peak of a real field is drawn anew: the strength of the few known events of
a class must not identify them."""
MAX_SCALE = 4.0
"""Largest factor by which a field is scaled, as its noise is scaled with it."""
ROTATION_SIGMA_RAD = 0.6
"""Standard deviation of the angle that a field is rotated by: faults strike in all directions, but the
satellite stays east or west of the ground."""


@dataclass
class RealDraw:
    """Windows of real fields, one for each tile of `index`.

    Attributes
    ----------
    index : Tensor of int64, shape (S,)
        Tiles of the batch.
    value : Tensor, shape (S, H, W)
        Line-of-sight motion in metres, or wrapped phase in radians where `wrapped` is true.
    valid : Tensor of bool, shape (S, H, W)
    deformed : Tensor of bool, shape (S, H, W)
        The catalogue's box, if there is one.
    kind : Tensor of int64, shape (S,)
    group : Tensor of int64, shape (S,)
        Index into `RealSources.groups`.
    wrapped, boxed : Tensor of bool, shape (S,)
    pixel_km : Tensor, shape (S,)
    """

    index: Tensor
    value: Tensor
    valid: Tensor
    deformed: Tensor
    kind: Tensor
    group: Tensor
    wrapped: Tensor
    boxed: Tensor
    pixel_km: Tensor


class RealSources:
    """Measured fields of a catalogue, drawn by source kind, then by event, then by scene.

    An event is drawn in proportion to the square root of its number of scenes: an event with sixty scenes
    does not dominate, and one with a single scene is not memorised.

    Parameters
    ----------
    folder : str
        Folder with ``catalogue.csv``, or a file written by `pack-real`.
    without : sequence of str
        Groups (events, volcanoes) that are held out.
    device : torch.device or str
    """

    def __init__(self, folder: str, without: Sequence[str] = (), device: torch.device | str = "cpu") -> None:
        groups = {scene.group for scene in labelled_groups(folder)}
        unknown = [name for name in without if name not in groups]
        if unknown:
            raise InputError(
                f"No group of the catalogue is called '{unknown[0]}'; correct the groups to hold out."
            )
        self.device = torch.device(device)
        self.tree: dict[int, dict[str, list[RealField]]] = {}
        for facts in _measured(folder):
            if facts["group"] not in without:
                one = field_of(facts, self.device)
                self.tree.setdefault(one.kind, {}).setdefault(one.group, []).append(one)
        if not self.tree:
            raise InputError("The groups held out leave nothing of the catalogue; hold out fewer.")
        self.groups = sorted({name for groups in self.tree.values() for name in groups})

    def draw(self, generator: torch.Generator, index: Tensor, size: int) -> RealDraw:
        """Draw windows of `size` pixels for the tiles `index`."""
        windows = [self._one(generator, size) for _ in range(len(index))]
        value, valid, deformed, field, pixel = zip(*windows)
        device = self.device
        return RealDraw(
            index,
            torch.stack(value),
            torch.stack(valid),
            torch.stack(deformed),
            torch.tensor([one.kind for one in field], device=device),
            torch.tensor([self.groups.index(one.group) for one in field], device=device),
            torch.tensor([one.wrapped for one in field], device=device),
            torch.tensor([one.box is not None for one in field], device=device),
            torch.tensor(pixel, device=device),
        )

    def _pick(self, generator: torch.Generator, weights: Sequence[float]) -> int:
        chances = torch.tensor(weights, dtype=torch.float32, device=generator.device)
        return int(torch.multinomial(chances, 1, generator=generator))

    def _one(self, generator: torch.Generator, size: int) -> tuple[Tensor, Tensor, Tensor, RealField, float]:
        """One window: value, valid, deformed, its field and its pixel size."""
        kinds, known = list(self.tree), source_kinds()
        kind = kinds[self._pick(generator, [known[code].real_weight for code in kinds])]
        groups = list(self.tree[kind].values())
        fields = groups[self._pick(generator, [math.sqrt(len(group)) for group in groups])]
        field = fields[self._pick(generator, [1.0] * len(fields))]
        height, width = field.layers.shape[-2:]
        tall, wide = height * field.step_km[0], width * field.step_km[1]
        if field.box is None:
            centre = uniform(generator, (2,), 0.3, 0.7).tolist()
            x, y = centre[0] * wide, centre[1] * tall
            side = float(log_uniform(generator, (1,), 0.5, 1.2)) * max(tall, wide)
        else:
            left, top, right, bottom = field.box
            x, y = (left + right) / 2 * field.step_km[1], (top + bottom) / 2 * field.step_km[0]
            largest = max((right - left) * field.step_km[1], (bottom - top) * field.step_km[0])
            side = largest * float(log_uniform(generator, (1,), 0.8, 5.0))
        side = min(side, 1.6 * max(tall, wide))
        away = uniform(generator, (2,), -0.35, 0.35).tolist()
        x, y = x + away[0] * side * (field.box is not None), y + away[1] * side * (field.box is not None)
        angle = float(uniform(generator, (1,), 0, 2 * math.pi))
        if not field.wrapped:  # wrapped crops have any orientation, the others are north up
            angle = float(normal(generator, (1,))) * ROTATION_SIGMA_RAD
        mirror = 1.0 if float(uniform(generator, (1,))) < 0.5 else -1.0
        axis = (torch.arange(size, device=self.device) + 0.5) / size * side - side / 2
        u, v = axis[None, :] * mirror, axis[:, None]
        east = x + u * math.cos(angle) - v * math.sin(angle)
        south = y + u * math.sin(angle) + v * math.cos(angle)
        column, row = east / field.step_km[1], south / field.step_km[0]
        grid = torch.stack([2 * column / width - 1, 2 * row / height - 1], dim=-1)
        sampled = F.grid_sample(field.layers[None], grid[None], mode="bilinear", align_corners=False)[0]
        weight = sampled[-1]
        valid = weight > 0.6
        if field.wrapped:
            value = torch.atan2(sampled[1], sampled[0])
        else:
            value = sampled[0] / weight.clamp_min(0.05)
            value = value * _strength(generator, field)
            if known[field.kind].either_sign and float(uniform(generator, (1,))) < 0.5:
                value = -value
        deformed = torch.zeros_like(valid)
        if field.box is not None:
            left, top, right, bottom = field.box
            deformed = (column >= left) & (column < right) & (row >= top) & (row < bottom)
        return torch.where(valid, value, torch.zeros_like(value)), valid, deformed, field, side / size


def _measured(source: str) -> Iterator[dict[str, Any]]:
    """Values and facts of the fields of a folder or packed file; quiet crops are backgrounds already."""
    if is_packed(source):
        yield from read_fields(source)
        return
    for scene in read_catalogue(source):
        if code_of_label(scene.label) is not None and not quiet_scene(scene.label, scene.crop):
            yield measured(scene)


def _strength(generator: torch.Generator, field: RealField) -> float:
    """Factor that a field is scaled by: quiet ground is hardly changed, a signal takes a new peak."""
    if field.kind == code_of_label(QUIET) or field.peak_m == 0:
        return float(torch.exp(0.3 * normal(generator, (1,))))
    return min(MAX_SCALE, float(log_uniform(generator, (1,), *PEAK_M)) / field.peak_m)
