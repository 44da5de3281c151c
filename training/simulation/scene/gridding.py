"""Published displacement fields: some hundred points, dense at the source, gridded linearly.

Authors reduce an unwrapped interferogram to the means of quadtree cells and share these points. Linear
gridding turns them into a surface of triangles without phase noise, fine at the source and coarse elsewhere.
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

NET_COUNT = 24
"""Triangulations per tile size; each is used in the eight symmetries of the square."""
POINT_COUNT = (120, 3000)
"""Range of the number of points in a tile."""
CELL_SIZES = 6
"""Number of cell sizes: sides of 1, 2, 4, … 32 pixels."""
POINT_ERROR_RAD = (0.02, 1.0)
"""Range of the standard deviation of the points' errors in radians."""
MAX_ERROR_TO_SIGNAL = 0.1
"""Largest error over the signal's peak-to-peak range; larger errors would hide visible signals."""


class Net(NamedTuple):
    """A triangulation of a square tile.

    Attributes
    ----------
    cells : Tensor of int64, shape (P,)
        Index of each point's cell mean in `_pyramid`.
    corners : Tensor of int64, shape (H, W, 3)
        Corner points of the triangle around each pixel.
    weights : Tensor, shape (H, W, 3)
        Weight of each corner point; they sum to 1.
    """

    cells: Tensor
    corners: Tensor
    weights: Tensor


def triangulated(generator: torch.Generator, field: Tensor, signal: Tensor) -> Tensor:
    """Reduce fields to points and grid these linearly.

    Parameters
    ----------
    generator : torch.Generator
    field : Tensor, shape (B, size, size)
        Unwrapped phase in radians.
    signal : Tensor, shape (B, size, size)
        Its deformation part; points are densest where it is strongest.

    Returns
    -------
    Tensor, shape (B, size, size)
    """
    count, size = len(field), field.shape[-1]
    centres, nets = _nets(size, field.device)
    codes = torch.randint(8, (count,), generator=generator, device=field.device).tolist()
    error = log_uniform(generator, (count,), *POINT_ERROR_RAD)
    low, high = signal.flatten(1).aminmax(dim=1)
    error = torch.where(high > low, torch.minimum(error, MAX_ERROR_TO_SIGNAL * (high - low)), error)
    strongest = signal.abs().flatten(1).argmax(dim=1).cpu()
    peak = torch.stack([strongest % size, strongest // size], dim=1) / (size - 1)
    out = torch.empty_like(field)
    for tile, code in enumerate(codes):
        # the tile is turned instead of the net, so that all eight symmetries share one net
        offset = centres - turn_points(peak[tile : tile + 1], code).numpy()
        net = nets[int(np.hypot(*offset.T).argmin())]
        points = _pyramid(symmetry(code)(field[tile]))[net.cells]
        points = points + error[tile] * normal(generator, points.shape)
        gridded = (points[net.corners] * net.weights).sum(dim=-1)
        out[tile] = symmetry(inverse(code))(gridded)
    return out


def _pyramid(field: Tensor) -> Tensor:
    """Means over squares of 1, 2, 4, … pixels of a tile (size, size), flattened and concatenated."""
    means = [field[None]]
    for _ in range(1, CELL_SIZES):
        means.append(F.avg_pool2d(means[-1], 2, ceil_mode=True))
    return torch.cat([values.flatten() for values in means])


@lru_cache(maxsize=4)
def _nets(size: int, device: torch.device) -> tuple[np.ndarray, list[Net]]:
    """The fixed triangulations of a tile size, and the centres (x, y) of their points, (N, 2)."""
    random = np.random.default_rng(size)
    centres = random.uniform(0.1, 0.9, (NET_COUNT, 2))
    return centres, [_net(random, size, centre, device) for centre in centres]


def _net(random: np.random.Generator, size: int, centre: np.ndarray, device: torch.device) -> Net:
    """One triangulation, densest at `centre` (x, y in fractions of the tile)."""
    from scipy.spatial import Delaunay, cKDTree

    count = int(np.exp(random.uniform(*np.log(POINT_COUNT))))
    near = int(count * random.uniform(0.2, 0.8))
    reach = random.uniform(0.05, 0.2)
    # density decreases with the distance from the centre, roughly as in a quadtree
    distance = reach * np.sqrt(1 / random.uniform(0.02, 1, near) - 1)
    angle = random.uniform(0, 2 * math.pi, near)
    clustered = centre[::-1] + distance[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    edge = np.stack(np.meshgrid(np.linspace(0, 1, 9), [0, 1]), axis=-1).reshape(-1, 2)
    points = np.concatenate([clustered, random.uniform(0, 1, (count - near, 2)), edge, edge[:, ::-1]])
    points = points[((points >= 0) & (points <= 1)).all(axis=1)]
    pixels = np.unique(np.rint(points * (size - 1)).astype(np.int64), axis=0)
    mesh = Delaunay(pixels)
    targets = np.indices((size, size)).reshape(2, -1).T.astype(np.float64)
    triangle = np.maximum(mesh.find_simplex(targets, tol=1e-9), 0)
    affine = mesh.transform[triangle]
    two = np.einsum("nij,nj->ni", affine[:, :2], targets - affine[:, 2])
    weights = np.clip(np.column_stack([two, 1 - two.sum(axis=1)]), 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    spacing = cKDTree(pixels).query(pixels, k=2)[0][:, 1]
    power = np.clip(np.log2(spacing).round().astype(np.int64), 0, CELL_SIZES - 1)
    sides = [-(-size // 2**exponent) for exponent in range(CELL_SIZES)]
    begins = np.cumsum([0, *(side**2 for side in sides[:-1])])
    cells = begins[power] + (pixels[:, 0] >> power) * np.array(sides)[power] + (pixels[:, 1] >> power)
    return Net(
        torch.from_numpy(cells).to(device),
        torch.from_numpy(mesh.simplices[triangle].astype(np.int64).reshape(size, size, 3)).to(device),
        torch.from_numpy(weights.astype(np.float32).reshape(size, size, 3)).to(device),
    )
