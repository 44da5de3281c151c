"""The source network's contract: its tile, its input channels, and the scale-free numbers that it predicts.

Displacement in an elastic half-space has no scale of its own: enlarge a fault and the distances k times, and
the motion of the ground stays the same. The network therefore reads motion in units of its own size over a
tile of width 1, and predicts lengths in tile widths. Engine and training share this code.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..numerics.arrays import Array, floating, namespace

SOURCE_TILE = 96
"""Width and height of the network's tile in pixels."""
SOURCE_CHANNELS = ("linear", "compressed", "valid")
GEOMETRY = ("look_east", "look_north", "look_up", "log_motion", "log_width")
"""Numbers that the network reads beside the tile."""
TARGETS = (
    *("magnitude", "log_depth", "log_length", "log_width"),
    *("east", "north", "strike", "dip", "rake"),
)
"""What the network predicts, in this order: see `to_targets`."""
LINEAR_TARGETS = 6
"""The first targets are plain numbers; strike, dip and rake, in radians, follow."""
STRIKE, DIP, RAKE = 6, 7, 8
RIGIDITY_PA = 30e9
"""Rigidity that the network's magnitudes rest on."""
MAX_RELATIVE_MOTION = 8.0
"""Larger motion, in standard deviations of the tile, is cut off in the linear channel."""
COMPRESSION = 4.0
"""The compressed channel is asinh(4 x): it resolves motion of a hundredth of the peak."""
TYPICAL_MOTION_M = 0.05
TYPICAL_WIDTH_KM = 40.0
"""Motion and width at which their logarithms are 0 for the network."""
MIN_MOTION_M = 1e-6


def encode_tiles(displacement: Array, look: Array, width_km: Array) -> tuple[Array, Array, Array]:
    """What the network reads of tiles of displacement; NumPy arrays and torch tensors alike.

    Parameters
    ----------
    displacement : array, shape (B, H, W), float32
        Metres, positive towards the satellite; NaN where there is no data. North is up.
    look : array, shape (B, 3)
        Unit vector from the ground to the satellite: east, north, up.
    width_km : array, shape (B,)
        Width of the tiles.

    Returns
    -------
    tiles : array, shape (B, 3, H, W)
        `SOURCE_CHANNELS`; zero where there is no data.
    geometry : array, shape (B, 5)
        `GEOMETRY`.
    motion_m : array, shape (B,)
        Standard deviation of the displacement, which scales the tile.
    """
    xp = namespace(displacement)
    valid = xp.isfinite(displacement)
    weight = valid.astype(displacement.dtype) if xp is np else valid.to(displacement.dtype)
    filled = xp.where(valid, displacement, xp.zeros_like(displacement))
    count = xp.clip(weight.sum((1, 2)), 1, None)
    centred = (filled - (filled.sum((1, 2)) / count)[:, None, None]) * weight
    motion = xp.clip(xp.sqrt((centred * centred).sum((1, 2)) / count), MIN_MOTION_M, None)
    relative = centred / motion[:, None, None]
    linear = xp.clip(relative, -MAX_RELATIVE_MOTION, MAX_RELATIVE_MOTION) * 0.5
    compressed = xp.arcsinh(relative * COMPRESSION) * 0.5
    tiles = xp.stack([linear, compressed, weight], 1)
    geometry = xp.stack(
        [
            look[:, 0],
            look[:, 1],
            look[:, 2],
            xp.log10(motion / TYPICAL_MOTION_M),
            xp.log10(width_km / TYPICAL_WIDTH_KM),
        ],
        1,
    )
    return tiles, geometry, motion


def reference_magnitude(motion_m: Array, width_km: Array) -> Array:
    """Magnitude of the moment rigidity x motion x width^2, from which the network counts."""
    xp = namespace(motion_m, width_km)
    logarithm = xp.log10(floating(xp, motion_m)) + 2 * xp.log10(floating(xp, width_km))
    return (logarithm + (math.log10(RIGIDITY_PA) + 6 - 9.1)) / 1.5


def to_targets(fault: dict[str, Array], motion_m: Array, width_km: Array) -> Array:
    """Scale-free targets of faults, shape (..., 9).

    Parameters
    ----------
    fault : dict of arrays
        mw; depth, length, width, east, north (km; the centroid's place from the tile's centre); strike, dip,
        rake (degrees).
    motion_m, width_km : arrays
        Of the tiles, as in `encode_tiles`.
    """
    xp = namespace(motion_m, width_km)
    radian = math.pi / 180
    return xp.stack(
        [
            fault["mw"] - reference_magnitude(motion_m, width_km),
            xp.log(fault["depth"] / width_km),
            xp.log(fault["length"] / width_km),
            xp.log(fault["width"] / width_km),
            fault["east"] / width_km,
            fault["north"] / width_km,
            fault["strike"] * radian,
            fault["dip"] * radian,
            fault["rake"] * radian,
        ],
        -1,
    )


def from_targets(values: np.ndarray, motion_m: float, width_km: float) -> dict[str, np.ndarray]:
    """The faults of scale-free targets (..., 9): the inverse of `to_targets`, with angles in their ranges.

    A dip below 0 or beyond the vertical is the same plane, seen from its other side.
    """
    strike, dip, rake = (np.degrees(values[..., index]) for index in (STRIKE, DIP, RAKE))
    dip = (dip + 180) % 360 - 180
    under = dip < 0  # a plane that dips to the left: the same plane the other way round
    strike, rake, dip = np.where(under, strike + 180, strike), np.where(under, rake + 180, rake), np.abs(dip)
    over = dip > 90
    dip = np.where(over, 180 - dip, dip)
    strike = np.where(over, strike + 180, strike)
    rake = np.where(over, -rake, rake)
    fault: dict[str, Any] = {
        "mw": values[..., 0] + reference_magnitude(np.float64(motion_m), np.float64(width_km)),
        "depth": np.exp(values[..., 1]) * width_km,
        "length": np.exp(values[..., 2]) * width_km,
        "width": np.exp(values[..., 3]) * width_km,
        "east": values[..., 4] * width_km,
        "north": values[..., 5] * width_km,
        "strike": strike % 360,
        "dip": dip,
        "rake": (rake + 180) % 360 - 180,
    }
    return fault
