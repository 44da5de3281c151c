"""What the network says of one place: several tiles around it and their mirror images, as draws of faults.

The mirror image of a fault moves the mirrored ground, so the network may look at it as well; and no box is
drawn so well that one width of the tile is right. The draws of all views together are the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mixture import Mixture
from .model import SourceModel
from .points import Points, cut_tile
from .tile import RAKE, STRIKE, encode_tiles, from_targets

TILES_PER_BOX = (1.4, 2.0, 2.9)
"""Widths of the tiles over the longer side of the box."""
MIRRORS = ((False, False), (True, False), (False, True), (True, True))
"""Mirror images: east to west, north to south."""
MIN_VALID_SHARE = 0.08
"""Tiles with less data are left out."""


@dataclass(frozen=True)
class View:
    """One tile that the network saw.

    Attributes
    ----------
    mixture : Mixture
    east_km, north_km, width_km : float
        Centre and width of the tile.
    motion_m : float
        Standard deviation of its displacement.
    mirror : tuple of two bool
    """

    mixture: Mixture
    east_km: float
    north_km: float
    width_km: float
    motion_m: float
    mirror: tuple[bool, bool]

    def sample(self, count: int, rng: np.random.Generator, widened: float) -> dict[str, np.ndarray]:
        """Draw faults, as `from_targets` gives them; `east` and `north` from the points' origin."""
        targets = self.mixture.sample(count, rng, widened)
        for axis, turned in enumerate(self.mirror):
            if turned:
                targets[:, 4 + axis] *= -1
                targets[:, STRIKE] = (np.pi if axis == 0 else 0.0) - targets[:, STRIKE]
                targets[:, RAKE] = np.pi - targets[:, RAKE]
        fault = from_targets(targets, self.motion_m, self.width_km)
        fault["east"] = fault["east"] + self.east_km
        fault["north"] = fault["north"] + self.north_km
        return fault


def look_at(model: SourceModel, points: Points, centre_km: tuple[float, float], side_km: float) -> list[View]:
    """Run the network on the tiles about a box.

    Parameters
    ----------
    model : SourceModel
    points : Points
    centre_km : tuple of two floats
        East and north of the box's centre.
    side_km : float
        Its longer side.
    """
    tiles, looks, widths = [], [], []
    for ratio in TILES_PER_BOX:
        tile, look = cut_tile(points, centre_km, ratio * side_km)
        if np.isfinite(tile).mean() < MIN_VALID_SHARE:
            continue
        for west, south in MIRRORS:
            turned = tile[:, ::-1] if west else tile
            tiles.append(turned[::-1] if south else turned)
            looks.append(look * [-1 if west else 1, -1 if south else 1, 1])
            widths.append(ratio * side_km)
    if not tiles:
        return []
    width = np.array(widths, np.float32)
    encoded, geometry, motion = encode_tiles(np.stack(tiles), np.array(looks, np.float32), width)
    mixtures = model.mixtures(encoded, geometry)
    return [
        View(mixture, *centre_km, float(width[i]), float(motion[i]), MIRRORS[i % len(MIRRORS)])
        for i, mixture in enumerate(mixtures)
    ]


def draw(views: list[View], count: int, rng: np.random.Generator, widened: float) -> dict[str, np.ndarray]:
    """Draw `count` faults from all views alike."""
    shares = np.bincount(np.arange(count) % len(views), minlength=len(views))
    drawn = [view.sample(int(share), rng, widened) for view, share in zip(views, shares)]
    order = rng.permutation(count)
    return {name: np.concatenate([one[name] for one in drawn])[order] for name in drawn[0]}
