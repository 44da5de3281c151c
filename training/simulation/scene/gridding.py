"""Displacement fields as they are published: a few hundred points, dense at the source, gridded again.

Authors thin an unwrapped interferogram to the means of cells (a quadtree), and share those points. Whoever
grids them linearly gets a surface of triangles without phase noise, fine at the source and coarse elsewhere.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ..fields import log_uniform, normal
from ..symmetry import inverse, symmetry, turn_points

NETS = 24
"""Triangulations that are made for each size; each is used in all eight turns and mirror images."""
POINTS = (120, 3000)
"""Fewest and most points of a tile."""
LEVELS = 6
"""Cells have sides of 1 to 32 pixels."""
NOISE = (0.02, 1.0)
"""Smallest and largest standard deviation of the points' own error in radians."""
DROWNED = 0.1
"""Error over the signal's range that is not exceeded: more of it would hide what counts as visible."""


class Net(NamedTuple):
    """A triangulation of a square tile.

    Attributes
    ----------
    cells : Tensor of int64, shape (P,)
        Where each point's mean lies in `_pyramid`.
    corners : Tensor of int64, shape (H, W, 3)
        Points of the triangle that each pixel lies in.
    weights : Tensor, shape (H, W, 3)
        What the pixel takes of each; they sum to 1.
    """

    cells: Tensor
    corners: Tensor
    weights: Tensor


def triangulated(generator: torch.Generator, field: Tensor, signal: Tensor) -> Tensor:
    """Thin fields to points and grid these linearly.

    Parameters
    ----------
    generator : torch.Generator
    field : Tensor, shape (B, size, size)
        Unwrapped phase in radians.
    signal : Tensor, shape (B, size, size)
        The part of it that is deformation: points are densest where it is strongest.

    Returns
    -------
    Tensor, shape (B, size, size)
    """
    count, size = len(field), field.shape[-1]
    centres, nets = _nets(size, field.device)
    codes = torch.randint(8, (count,), generator=generator, device=field.device).tolist()
    error = log_uniform(generator, (count,), *NOISE)
    low, high = signal.flatten(1).aminmax(dim=1)
    error = torch.where(high > low, torch.minimum(error, DROWNED * (high - low)), error)
    strongest = signal.abs().flatten(1).argmax(dim=1).cpu()
    peak = torch.stack([strongest % size, strongest // size], dim=1) / (size - 1)
    out = torch.empty_like(field)
    for tile, code in enumerate(codes):
        # the tile is turned to the net, so that all eight images share one
        away = centres - turn_points(peak[tile : tile + 1], code).numpy()
        net = nets[int(np.hypot(*away.T).argmin())]
        points = _pyramid(symmetry(code)(field[tile]))[net.cells]
        points = points + error[tile] * normal(generator, points.shape)
        gridded = (points[net.corners] * net.weights).sum(dim=-1)
        out[tile] = symmetry(inverse(code))(gridded)
    return out


def _pyramid(field: Tensor) -> Tensor:
    """Means over squares of 1, 2, 4, … pixels of a tile (size, size), one level after the other, flat."""
    levels = [field[None]]
    for _ in range(1, LEVELS):
        levels.append(F.avg_pool2d(levels[-1], 2, ceil_mode=True))
    return torch.cat([level.flatten() for level in levels])


@lru_cache(maxsize=4)
def _nets(size: int, device: torch.device) -> tuple[np.ndarray, list[Net]]:
    """Triangulations of a tile, always the same, and where the points of each are densest, (N, 2): x, y."""
    random = np.random.default_rng(size)
    centres = random.uniform(0.1, 0.9, (NETS, 2))
    return centres, [_net(random, size, centre, device) for centre in centres]


def _net(random: np.random.Generator, size: int, centre: np.ndarray, device: torch.device) -> Net:
    """One triangulation, densest at `centre` (x, y in fractions of the tile)."""
    from scipy.spatial import Delaunay, cKDTree

    count = int(np.exp(random.uniform(*np.log(POINTS))))
    near = int(count * random.uniform(0.2, 0.8))
    reach = random.uniform(0.05, 0.2)
    # about the centre the density falls off with the distance, roughly as a quadtree's does
    distance = reach * np.sqrt(1 / random.uniform(0.02, 1, near) - 1)
    angle = random.uniform(0, 2 * math.pi, near)
    clustered = centre[::-1] + distance[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    edge = np.stack(np.meshgrid(np.linspace(0, 1, 9), [0, 1]), axis=-1).reshape(-1, 2)
    points = np.concatenate([clustered, random.uniform(0, 1, (count - near, 2)), edge, edge[:, ::-1]])
    points = points[((points >= 0) & (points <= 1)).all(axis=1)]
    pixels = np.unique(np.rint(points * (size - 1)).astype(np.int64), axis=0)
    mesh = Delaunay(pixels)
    wanted = np.indices((size, size)).reshape(2, -1).T.astype(np.float64)
    triangle = np.maximum(mesh.find_simplex(wanted, tol=1e-9), 0)
    affine = mesh.transform[triangle]
    two = np.einsum("nij,nj->ni", affine[:, :2], wanted - affine[:, 2])
    weights = np.clip(np.column_stack([two, 1 - two.sum(axis=1)]), 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    apart = cKDTree(pixels).query(pixels, k=2)[0][:, 1]
    level = np.clip(np.log2(apart).round().astype(np.int64), 0, LEVELS - 1)
    sides = [-(-size // 2**power) for power in range(LEVELS)]
    begins = np.cumsum([0, *(side**2 for side in sides[:-1])])
    cells = begins[level] + (pixels[:, 0] >> level) * np.array(sides)[level] + (pixels[:, 1] >> level)
    return Net(
        torch.from_numpy(cells).to(device),
        torch.from_numpy(mesh.simplices[triangle].astype(np.int64).reshape(size, size, 3)).to(device),
        torch.from_numpy(weights.astype(np.float32).reshape(size, size, 3)).to(device),
    )
