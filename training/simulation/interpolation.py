"""Motion of buried sources on a coarser grid: what lies deep below many pixels is smooth at the surface.

A source whose shallowest point lies at depth d leaves a field whose spectrum falls off as exp(-k d) with
the wavenumber k. Sampled every d / 4 or closer, eight-point interpolation gives it back to a few thousandths
of its peak, at a fraction of the evaluations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

FACTORS = (1, 2, 4, 8)
"""Pixels from one node of the grid to the next."""
SAMPLES = 4.0
"""Nodes within the depth of a source's shallowest point."""
POINTS = 8
"""Nodes that a pixel is interpolated from, along each axis."""
MARGIN = POINTS // 2
"""Nodes beyond the tile's edge, so that the interpolation is centred there as well."""


def node_count(size: int, factor: int) -> int:
    """Nodes along one side of a tile of `size` pixels, one every `factor` pixels, margins included."""
    return size if factor == 1 else size // factor + 2 * MARGIN


def node_places(size: int, factor: int, device: torch.device) -> Tensor:
    """Where the nodes lie along one side, fractions of the tile."""
    if factor == 1:
        return (torch.arange(size, device=device) + 0.5) / size
    return (torch.arange(node_count(size, factor), device=device) + 0.5 - MARGIN) * (factor / size)


def spread(values: Tensor, size: int, factor: int) -> Tensor:
    """Interpolate from nodes to pixels: (S, nodes, nodes) -> (S, size, size)."""
    if factor == 1:
        return values
    weights = _weights(size, factor, values.device)
    return weights @ values @ weights.T


def smooth_motion(shallowest: Tensor, size: int, motion: Callable[[Tensor, int], Tensor]) -> Tensor:
    """Motion of each source, on as coarse a grid as its depth allows.

    Parameters
    ----------
    shallowest : Tensor, shape (S,)
        Depth of the sources' shallowest points in pixels.
    size : int
        Pixels along one side; a multiple of 16.
    motion : callable
        Takes the index of some sources, (N,), and a factor; returns their motion at the nodes, (N, nodes²).

    Returns
    -------
    Tensor, shape (S, size, size)
    """
    out = torch.empty((len(shallowest), size, size), device=shallowest.device)
    finest = [max(f for f in FACTORS if f == 1 or f * SAMPLES <= depth) for depth in shallowest.tolist()]
    for factor in sorted(set(finest)):
        index = torch.tensor([i for i, own in enumerate(finest) if own == factor], device=out.device)
        nodes = node_count(size, factor)
        out[index] = spread(motion(index, factor).reshape(len(index), nodes, nodes), size, factor)
    return out


@lru_cache(maxsize=32)
def _weights(size: int, factor: int, device: torch.device) -> Tensor:
    """Lagrange's weights of the nodes at the pixels, (size, nodes)."""
    place = (torch.arange(size, dtype=torch.float64) + 0.5) / factor + MARGIN - 0.5
    first = place.floor().long() - (MARGIN - 1)
    steps = torch.arange(POINTS)
    away = (place - first)[:, None] - steps  # from each of these nodes
    weights = torch.zeros((size, node_count(size, factor)), dtype=torch.float64)
    for point in range(POINTS):
        others = steps[steps != point]
        weights[torch.arange(size), first + point] = (away[:, others] / (point - others)).prod(dim=1)
    return weights.float().to(device)
