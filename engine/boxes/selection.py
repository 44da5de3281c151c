"""Which boxes of a scene are drawn, in which order, and round which ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy as np

from ..raster.resample import Read
from .deformed_area import deformed_area
from .rectangles import coincide

MAX_BOXES = 50
"""A layer of more boxes helps nobody."""
MAX_MEASURED_BOXES = 8
"""Boxes that are measured, by rank: unwrapping takes up to a second each."""
SECOND_BOX_MIN_PROBABILITY = 0.55
"""Probability from which a box is drawn beside a more probable one of the same class: likelier than not, with
a margin (docs/development/ablations.md)."""
OTHER_CLASS_MIN_PROBABILITY_RATIO = 0.5
"""The first box of the second class is drawn from this fraction of the most probable box's probability."""
SAME_GROUND_MIN_SHARED = 0.6
"""Two measured boxes show the same ground when they share this fraction of the smaller one's area: most of
it, so that neighbours which touch stay apart."""


@dataclass(frozen=True)
class RatedBox:
    """A box with its class and its probability.

    Attributes
    ----------
    probability : float
        Calibrated probability of deformation of this class in the box, times the mean mask.
    is_earthquake : bool
        The class.
    corners : tuple of float
        x0, y0, x1, y1 in source pixels.
    area : float
        Deformed area in source pixels.
    scale_m : float
        Tile pixel of the scale that shows the signal best.
    window_probability : float
        Highest probability of deformation among the windows round it.
    """

    probability: float
    is_earthquake: bool
    corners: tuple[float, float, float, float]
    area: float
    scale_m: float
    window_probability: float


def select(rated: Sequence[RatedBox]) -> list[RatedBox]:
    """The boxes that are drawn, by rank: the most probable first, the larger of two equal ones first."""
    ranked = sorted(rated, key=lambda box: (-round(box.probability, 2), -box.area))
    return drop_improbable(ranked)[:MAX_BOXES]


def drop_improbable(ranked: Sequence[RatedBox]) -> list[RatedBox]:
    """Drop boxes beside a more probable one of their class, or a far more probable one of the other class.

    Parameters
    ----------
    ranked : sequence of RatedBox
        The most probable first.
    """
    classes: set[bool] = set()
    kept = []
    for box in ranked:
        first_of_class = box.is_earthquake not in classes
        comparable = box.probability >= OTHER_CLASS_MIN_PROBABILITY_RATIO * ranked[0].probability
        if box.probability >= SECOND_BOX_MIN_PROBABILITY or (first_of_class and comparable):
            kept.append(box)
        classes.add(box.is_earthquake)
    return kept


def redraw(
    read: Read,
    size: tuple[int, int],
    boxes: Sequence[RatedBox],
    tick: Optional[Callable[[], None]] = None,
) -> list[RatedBox]:
    """Redraw the first boxes round the ground that deforms in unwrapped phase.

    A box on ground that a more probable box of the same class already covers is dropped.

    Parameters
    ----------
    read : callable
        Reads the unwrapped phase of the scene.
    size : tuple of int
        Width and height of the scene in pixels.
    boxes : sequence of RatedBox
        By rank.
    tick : callable, optional
        Called before each box is measured; may raise to stop.
    """
    redrawn: list[RatedBox] = []
    for box in boxes[:MAX_MEASURED_BOXES]:
        if tick is not None:
            tick()
        area = deformed_area(read, size, box.corners)
        measured = box if area is None else replace(box, corners=area.corners, area=area.pixels)
        earlier = [one.corners for one in redrawn if one.is_earthquake == box.is_earthquake]
        corners = np.array(earlier).reshape(-1, 4)
        if not coincide(np.array(measured.corners), corners, SAME_GROUND_MIN_SHARED).any():
            redrawn.append(measured)
    return redrawn + list(boxes[MAX_MEASURED_BOXES:])
