"""Relief of the tiles: crops of SRTM tiles where these are available, fractal relief elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ....engine.errors import InputError
from ..fields import chance, log_uniform, normal, power_law, split, uniform

SRTM_KM = 0.0926
"""Height of one SRTM3 pixel in kilometres."""
SRTM_MAX_TILE_KM = 75.0
"""Largest width of a tile that is cut from one degree of SRTM."""


class Relief:
    """Draws elevation for a batch of tiles.

    Parameters
    ----------
    folder : str
        Folder of ``*.npz`` files with an int16 array ``elevation`` of 1201 × 1201 samples (3 arc-seconds,
        -32768 for voids); empty for fractal relief only.
    device : torch.device or str
        Device that holds the tiles.

    Raises
    ------
    InputError
        The folder holds no such file, or one of them is damaged.
    """

    def __init__(self, folder: str, device: torch.device | str = "cpu") -> None:
        self.tiles: Tensor | None = None
        if folder:
            self.tiles = _load(folder).to(device)
            self.land = (self.tiles > 0).float().mean(dim=(-2, -1)) ** 3

    def draw(self, generator: torch.Generator, pixel_km: Tensor, size: int) -> Tensor:
        """Draw elevation in metres, shape (B, size, size); sea lies at or below 0."""
        count = pixel_km.shape[0]
        if self.tiles is None:
            return self._fractal(generator, pixel_km, size)
        real, fractal = split((pixel_km * size < SRTM_MAX_TILE_KM) & chance(generator, count, 0.75))
        height = torch.empty((count, size, size), device=generator.device)
        for index, draw in ((real, self._crop), (fractal, self._fractal)):
            if len(index):
                height[index] = draw(generator, pixel_km[index], size)
        return height

    def _crop(self, generator: torch.Generator, pixel_km: Tensor, size: int) -> Tensor:
        """Cut rotated windows from random SRTM tiles by bilinear interpolation."""
        assert self.tiles is not None
        count, device = pixel_km.shape[0], generator.device
        side = self.tiles.shape[-1]
        step = pixel_km / SRTM_KM
        angle = uniform(generator, (count,), 0, 2 * np.pi)
        axis = torch.arange(size, device=device, dtype=torch.float32) - (size - 1) / 2
        cos, sin = torch.cos(angle)[:, None], torch.sin(angle)[:, None]
        reach = step * size / 2 * (cos.abs() + sin.abs())[:, 0]
        room = (side / 2 - 1 - reach).clamp_min(0)
        centre = uniform(generator, (2, count), -1, 1) * room + (side - 1) / 2
        ruler = axis * step[:, None]
        column = (ruler * cos)[:, None, :] + (centre[0, :, None] - ruler * sin)[:, :, None]
        row = (ruler * sin)[:, None, :] + (centre[1, :, None] + ruler * cos)[:, :, None]
        tile = torch.multinomial(
            self.land, count, replacement=True, generator=generator
        )  # prefer tiles with land
        r0, c0 = (part.clamp_(0, side - 1.001).long() for part in (row, column))
        row -= r0
        column -= c0
        base = r0.mul_(side).add_(c0).add_(tile[:, None, None] * (side * side))
        flat = self.tiles.flatten()
        # shifted views hold the neighbours at the same indices
        northwest, northeast, southwest, southeast = (
            flat[shift:].take(base).float() for shift in (0, 1, side, side + 1)
        )
        north, south = torch.lerp(northwest, northeast, column), torch.lerp(southwest, southeast, column)
        return torch.lerp(north, south, row)

    @staticmethod
    def _fractal(generator: torch.Generator, pixel_km: Tensor, size: int) -> Tensor:
        """Fractal relief: plains, hills, ridged mountains and single cones above a sea level."""
        count = pixel_km.shape[0]
        rough = power_law(generator, pixel_km, size, (-4.2, -3.7), 10.0, 120.0)
        level = rough.mean(dim=(-2, -1))
        variance = (torch.linalg.vector_norm(rough, dim=(-2, -1)) / size) ** 2 - level**2
        ridged = chance(generator, count, 0.4)
        wide = (pixel_km * size / 60.0).clamp(0.1, 1.0) ** 0.7
        amplitude = log_uniform(generator, (count,), 30.0, 1300.0) * wide
        amplitude = amplitude / torch.sqrt(variance.clamp_min(1e-12))
        ridges = torch.where(ridged, -1.3 * amplitude, 0.0)[:, None, None]
        height = rough * torch.where(ridged, 0.0, amplitude)[:, None, None]
        height.addcmul_(rough.abs(), ridges)
        cones = chance(generator, count, 0.35)
        index = cones.nonzero()[:, 0]
        if len(index):
            height[index] += _cones(generator, pixel_km[index], size)
        # most tiles are entirely land; up to two thirds of the others are sea, with islands
        sea = torch.where(chance(generator, count, 0.65), 0.0, uniform(generator, (count,), 0.02, 0.67))
        order = torch.sort(height.flatten(1)[:, ::37], dim=1).values
        level = order.gather(1, (sea * (order.shape[1] - 1)).long()[:, None])[:, :, None]
        lift = torch.where(sea > 0, 0.0, log_uniform(generator, (count,), 5.0, 1500.0))[:, None, None]
        floor = torch.where(sea > 0, -torch.inf, 0.0)[:, None, None]
        return height.sub_(level).clamp_(min=floor).add_(lift)


def _cones(generator: torch.Generator, pixel_km: Tensor, size: int) -> Tensor:
    """One to three volcano-like cones in each tile, in metres."""
    count, device = pixel_km.shape[0], generator.device
    axis = (torch.arange(size, device=device) + 0.5) / size - 0.5
    total = torch.zeros((count, size, size), device=device)
    for number in range(3):
        x, y = uniform(generator, (2, count), -0.45, 0.45)
        wide = pixel_km * size
        radius = (log_uniform(generator, (count,), 2.0, 15.0) / wide).clamp(0.03, 0.5)
        top = log_uniform(generator, (count,), 300.0, 3500.0) * (radius * wide / 12.0).clamp(0.2, 1.0)
        if number:
            top = top * chance(generator, count, 0.4)
        squeeze = torch.exp(0.2 * normal(generator, (count,)))
        dx = (axis[None, None, :] - x[:, None, None]) * squeeze[:, None, None]
        dy = (axis[None, :, None] - y[:, None, None]) / squeeze[:, None, None]
        flank = (dx**2 + dy**2).sqrt_().mul_(-1.8 / radius[:, None, None]).exp_()
        total.addcmul_(flank, top[:, None, None])
    return total


def _load(folder: str) -> Tensor:
    """Read all SRTM tiles of a folder as one (T, 1201, 1201) int16 tensor; voids become sea."""
    paths = sorted(Path(folder).glob("*.npz"))
    if not paths:
        raise InputError(
            f"There are no SRTM tiles (*.npz) in {folder}; correct [simulation] srtm or leave it empty."
        )
    tiles = []
    for path in paths:
        try:
            with np.load(path) as archive:
                elevation = archive["elevation"]
        except Exception as error:
            raise InputError(
                f"The SRTM tile {path.name} cannot be read ({error}); remove or replace it."
            ) from error
        tiles.append(np.where(elevation == -32768, 0, elevation).astype(np.int16))
    return torch.from_numpy(np.stack(tiles))
