"""Surface displacement of rectangular faults (Okada 1985), for many sources and pixels at once.

The formulas are in `dislocation`. This module prepares the arguments, splits the work into chunks whose
temporaries stay in the cache, and sums over the patches of a fault.
"""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from ..errors import InputError
from ..numerics.arrays import Array, double, floating, like, namespace, on_cpu
from .dislocation import corner_sum

CPU_CHUNK = 1 << 12
"""Pixels times sources of one chunk on a CPU: the temporaries of four corners fit into its L2 cache."""
DEVICE_CHUNK = 1 << 23
"""The same on a GPU, where only memory is limited (about 4 GB of temporaries)."""
MIN_SINGLE_PRECISION_COSINE = 0.005
"""Sources with a smaller cosine of the dip are computed in double precision; single would lose digits."""
MAX_EMERGENCE_KM = 1e-4
"""Height above the surface that rounding may give the upper edge of a fault."""


def top_depth(depth: Array, dip: Array, width: Array) -> Array:
    """Depth in km of the upper edge of a fault with centroid `depth` (km), `dip` (degrees), `width` (km)."""
    xp = namespace(depth, dip, width)
    reference = floating(xp, depth)
    angle = like(xp, dip, reference) * (math.pi / 180)
    return reference - like(xp, width, reference) / 2 * abs(xp.sin(angle))


def bury(depth: Array, dip: Array, width: Array, top: Array = 0.0) -> Array:
    """Centroid depth in km, lowered where needed so that the upper edge is not above `top` (km)."""
    xp = namespace(depth, dip, width, top)
    reference = floating(xp, depth)
    missing = like(xp, top, reference) - top_depth(reference, dip, width)
    return reference + xp.where(missing > 0, missing, xp.zeros_like(missing))


def okada(
    x: Array,
    y: Array,
    *,
    depth: Array,
    strike: Array,
    dip: Array,
    length: Array,
    width: Array,
    strike_slip: Array = 0.0,
    dip_slip: Array = 0.0,
    opening: Array = 0.0,
    poisson: float = 0.25,
) -> tuple[Array, Array, Array]:
    """Surface displacement by S rectangular faults, each on its own pixels.

    Parameters
    ----------
    x, y : array, shape (P,), (S, P), (S, H, W) or broadcastable to one of these
        East and north of the pixels in km from the point above the fault's centroid. Where pixels have
        several axes and source parameters are arrays, the first axis belongs to the sources: a grid shared
        by all sources is x (1, 1, W), y (1, H, 1).
    depth : float or array, shape (S,)
        Depth of the centroid in km, positive down.
    strike, dip : float or array, shape (S,)
        Degrees: strike clockwise from north; the fault dips to the right of the strike (Aki & Richards).
    length, width : float or array, shape (S,)
        Along strike and down dip, km.
    strike_slip, dip_slip, opening : float or array, shape (S,)
        Metres: left-lateral positive (slip cos rake), thrust positive (slip sin rake), tensile positive.
    poisson : float
        Poisson's ratio of the half-space.

    Returns
    -------
    east, north, up : arrays, shape (S, P), (S, H, W) or that of `x` and `y` if all parameters are numbers
        Displacement in m, with the precision and on the device of `x`.

    Raises
    ------
    InputError
        If a fault extends above the surface.
    """
    xp = namespace(x, y, depth, strike, dip, length, width, strike_slip, dip_slip, opening)
    x = floating(xp, x)
    y = like(xp, y, x)
    values = [like(xp, v, x) for v in (depth, strike, dip, length, width, strike_slip, dip_slip, opening)]
    x, y, shape, values = _flatten(xp, x, y, values)
    _check_buried(values[0], values[2], values[4])
    results = _evaluate(xp, x, y, values, 1.0 - 2.0 * poisson)
    east, north, up = (result.reshape(shape) for result in results)
    return east, north, up


def okada_patches(
    x: Array,
    y: Array,
    *,
    east: Array,
    north: Array,
    depth: Array,
    strike: Array,
    dip: Array,
    length: Array,
    width: Array,
    strike_slip: Array = 0.0,
    dip_slip: Array = 0.0,
    opening: Array = 0.0,
    poisson: float = 0.25,
) -> tuple[Array, Array, Array]:
    """Surface displacement by S faults of N rectangular patches each (distributed slip).

    Parameters
    ----------
    x, y : array, shape (P,) or (S, P)
        East and north of the pixels in km from the reference point of the source.
    east, north, depth, strike, dip, length, width, strike_slip, dip_slip, opening : shape (N,) or (S, N)
        The patches: `east` and `north` of their centroids in km from the same point, the others as in
        `okada`. A plain number applies to every patch. A patch of length 0 is padding.
    poisson : float
        Poisson's ratio of the half-space.

    Returns
    -------
    east, north, up : arrays, shape (S, P), or (P,) if everything was given without a source axis
        Displacement in m, summed over the patches.
    """
    parameters = (east, north, depth, strike, dip, length, width, strike_slip, dip_slip, opening)
    xp = namespace(x, y, *parameters)
    x = floating(xp, x)
    y = like(xp, y, x)
    pair = np.broadcast_shapes(tuple(x.shape), tuple(y.shape))
    x, y = xp.broadcast_to(x, pair), xp.broadcast_to(y, pair)
    values = [like(xp, value, x) for value in parameters]
    axes = max([x.ndim, *(value.ndim for value in values)])
    shape = np.broadcast_shapes(*(tuple(value.shape) for value in values))
    shape = (1,) * (2 - len(shape)) + shape
    sources, patches = max(shape[0], x.shape[0] if x.ndim > 1 else 1), shape[1]
    values = [xp.broadcast_to(value, (sources, patches)) for value in values]
    pixels = x.shape[-1]
    x, y = (xp.broadcast_to(a, (sources, pixels)) for a in (x, y))
    _check_buried(values[2], values[4], values[6])
    step, across = _chunk(pixels, x)
    group = min(patches, across)
    batch = max(1, across // group)
    totals = [xp.zeros_like(x + 0) for _ in range(3)]
    for source in range(0, sources, batch):
        for first in range(0, patches, group):
            own = [value[source : source + batch, first : first + group] for value in values]
            count, faces = own[0].shape
            rows = [value.reshape(-1) for value in own[2:]]
            for start in range(0, pixels, step):
                part = (slice(source, source + batch), slice(start, start + step))
                px = (x[part][:, None] - own[0][..., None]).reshape(count * faces, -1)
                py = (y[part][:, None] - own[1][..., None]).reshape(count * faces, -1)
                results = _evaluate(xp, px, py, rows, 1.0 - 2.0 * poisson)
                for total, result in zip(totals, results):
                    total[part] += result.reshape(count, faces, -1).sum(1)
    if axes < 2:
        totals = [total[0] for total in totals]
    return totals[0], totals[1], totals[2]


def okada_grid(
    x: Array,
    y: Array,
    *,
    depth: Array,
    strike: Array,
    dip: Array,
    length: Array,
    width: Array,
    strike_slip: Array,
    dip_slip: Array,
    poisson: float = 0.25,
) -> tuple[Array, Array, Array]:
    """Surface displacement by S plane faults whose slip is given on a grid of D x A equal patches.

    Three to four times as fast as `okada_patches` with the same patches, because neighbours share corners.

    Parameters
    ----------
    x, y : array, shape (S, P)
        East and north of the pixels in km from the point above the whole fault's centroid.
    depth, strike, dip, length, width : array, shape (S,)
        The whole fault, as in `okada`.
    strike_slip, dip_slip : array, shape (S, D, A)
        Metres; rows from the upper edge down, columns along strike.
    poisson : float
        Poisson's ratio of the half-space.

    Returns
    -------
    east, north, up : arrays, shape (S, P)
        Displacement in m.
    """
    xp = namespace(x, y, depth, strike_slip, dip_slip)
    x = floating(xp, x)
    y = like(xp, y, x)
    slips = [like(xp, value, x) for value in (strike_slip, dip_slip)]
    slips.append(slips[0] * 0)
    ones = [xp.ones_like(slips[0][:, 0, 0])] * 3
    values = [like(xp, value, x) for value in (depth, strike, dip, length, width)]
    values = [xp.broadcast_to(value, tuple(ones[0].shape)) for value in values] + ones
    _check_buried(values[0], values[2], values[4])
    return _evaluate(xp, x, y, values, 1.0 - 2.0 * poisson, slips)


def _check_buried(depth: Array, dip: Array, width: Array) -> None:
    """Raise InputError if the upper edge of any fault stands above the surface."""
    top = top_depth(depth, dip, width)
    if bool((top < -MAX_EMERGENCE_KM).any()):
        raise InputError(
            f"The upper edge of a fault is {-float(top.min()):.3g} km above the surface; "
            "increase its depth or reduce its width."
        )


def _flatten(xp: Any, x: Array, y: Array, values: list[Array]) -> tuple[Array, Array, tuple[int, ...], list]:
    """Pixels as (S, P), parameters as (S,), and the shape of the result."""
    pixel_shape = np.broadcast_shapes(tuple(x.shape), tuple(y.shape))
    if all(value.ndim == 0 for value in values):
        shape, sources = pixel_shape, 1
        rows: tuple[int, ...] = (1, *pixel_shape)
    else:
        (sources,) = np.broadcast_shapes((1,), *(tuple(value.shape) for value in values))
        rows = pixel_shape if len(pixel_shape) > 1 else (1, *pixel_shape)
        sources = max(sources, rows[0])
        shape = rows = (sources, *rows[1:])
    x, y = (xp.broadcast_to(a, rows).reshape(sources, -1) for a in (x, y))
    return x, y, shape, [xp.broadcast_to(value.reshape(-1), (sources,)) for value in values]


def _evaluate(
    xp: Any, x: Array, y: Array, values: list[Array], medium: float, slips: Optional[list[Array]] = None
) -> tuple[Array, Array, Array]:
    """Evaluate in chunks of sources and pixels; steep faults separately, in double precision.

    Tensors in main memory are passed to NumPy without a copy, because its calls have less overhead.
    """
    inputs = (x, y, *values, *(slips or ()))
    if xp is not np and on_cpu(x) and not any(value.requires_grad for value in inputs):
        bare = [value.numpy() for value in inputs]
        arrays = _evaluate(np, bare[0], bare[1], bare[2:10], medium, bare[10:] or None)
        return xp.from_numpy(arrays[0]), xp.from_numpy(arrays[1]), xp.from_numpy(arrays[2])
    sources, pixels = x.shape
    steep = (abs(xp.cos(values[2] * (math.pi / 180))) < MIN_SINGLE_PRECISION_COSINE).tolist()
    amounts = values[5:] if slips is None else [abs(slip).sum((1, 2)) for slip in slips]
    kinds = list(zip(*((amount != 0).tolist() for amount in amounts)))
    out = [xp.zeros_like(x + 0) for _ in range(3)]
    corners = 4 if slips is None else (slips[0].shape[1] + 1) * (slips[0].shape[2] + 1)
    across, down = _chunk(pixels, x, corners)
    for in_double in (False, True):
        chosen = [i for i in range(sources) if steep[i] is in_double]
        for first in range(0, len(chosen), down):
            rows = chosen[first : first + down]
            needed = tuple(any(kinds[i][k] for i in rows) for k in range(3))
            if not any(needed):
                continue
            index: Any = slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] + 1 == len(rows) else rows
            own = [value[index][:, None] for value in values] + [slip[index] for slip in slips or ()]
            for start in range(0, pixels, across):
                part = slice(start, start + across)
                chunk = [x[index, part], y[index, part], *own]
                if in_double:
                    chunk = [double(xp, value) for value in chunk]
                results = corner_sum(xp, chunk[0], chunk[1], chunk[2:10], medium, needed, chunk[10:] or None)
                for target, result in zip(out, results):
                    target[index, part] = like(xp, result, target)
    return out[0], out[1], out[2]


def _chunk(pixels: int, x: Array, corners: int = 4) -> tuple[int, int]:
    """Pixels and sources of one chunk."""
    budget = max(1, (CPU_CHUNK if on_cpu(x) else DEVICE_CHUNK) * 4 // corners)
    chunks = max(1, -(-pixels // budget))
    across = max(1, -(-pixels // chunks))
    return across, max(1, budget // across)
