"""Motion of buried sources on a coarser grid, as deep sources move the surface smoothly.

The field of a source whose shallowest point lies at depth d has a spectrum that falls off as exp(-k d) with
the wavenumber k. From samples every d / 4 or closer, eight-point interpolation restores it to a few
thousandths of its peak, at a fraction of the evaluations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

NODE_SPACINGS = (1, 2, 4, 8)
"""Possible distances between nodes in pixels."""
NODES_PER_DEPTH = 4.0
"""Smallest number of nodes within the depth of a source's shallowest point."""
NODES_PER_PIXEL = 8
"""Nodes that a pixel is interpolated from, along each axis."""
MARGIN_NODES = NODES_PER_PIXEL // 2
"""Nodes beyond the tile's edge, which centre the interpolation there as well."""


def node_count(size: int, factor: int) -> int:
    """Nodes along one side of a tile of `size` pixels, one every `factor` pixels, margins included."""
    return size if factor == 1 else size // factor + 2 * MARGIN_NODES


def node_places(size: int, factor: int, device: torch.device) -> Tensor:
    """Positions of the nodes along one side in fractions of the tile."""
    if factor == 1:
        return (torch.arange(size, device=device) + 0.5) / size
    return (torch.arange(node_count(size, factor), device=device) + 0.5 - MARGIN_NODES) * (factor / size)


def to_pixels(values: Tensor, size: int, factor: int) -> Tensor:
    """Interpolate from nodes to pixels: (S, nodes, nodes) -> (S, size, size)."""
    if factor == 1:
        return values
    weights = _weights(size, factor, values.device)
    return weights @ values @ weights.T


def smooth_motion(shallowest: Tensor, size: int, motion: Callable[[Tensor, int], Tensor]) -> Tensor:
    """Motion of each source, computed on as coarse a grid as its depth allows.

    Parameters
    ----------
    shallowest : Tensor, shape (S,)
        Depth of the sources' shallowest points in pixels.
    size : int
        Pixels along one side; a multiple of 16.
    motion : callable
        Takes indices of sources, (N,), and a factor; returns their motion at the nodes, (N, nodes²).

    Returns
    -------
    Tensor, shape (S, size, size)
    """
    out = torch.empty((len(shallowest), size, size), device=shallowest.device)
    factors = [
        max(f for f in NODE_SPACINGS if f == 1 or f * NODES_PER_DEPTH <= depth)
        for depth in shallowest.tolist()
    ]
    for factor in sorted(set(factors)):
        index = torch.tensor([i for i, own in enumerate(factors) if own == factor], device=out.device)
        nodes = node_count(size, factor)
        out[index] = to_pixels(motion(index, factor).reshape(len(index), nodes, nodes), size, factor)
    return out


@lru_cache(maxsize=32)
def _weights(size: int, factor: int, device: torch.device) -> Tensor:
    """Lagrange weights of the nodes at the pixels, (size, nodes)."""
    position = (torch.arange(size, dtype=torch.float64) + 0.5) / factor + MARGIN_NODES - 0.5
    first = position.floor().long() - (MARGIN_NODES - 1)
    steps = torch.arange(NODES_PER_PIXEL)
    distance = (position - first)[:, None] - steps
    weights = torch.zeros((size, node_count(size, factor)), dtype=torch.float64)
    for point in range(NODES_PER_PIXEL):
        others = steps[steps != point]
        weights[torch.arange(size), first + point] = (distance[:, others] / (point - others)).prod(dim=1)
    return weights.float().to(device)
