"""Which boxes of a scene are drawn, in which order, and round which ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy as np

from ..raster.resample import Read
from .deformed_area import deformed_area
from .merge import SAME_SIGNAL_MIN_SHARED, Group
from .rectangles import coincide, longer_sides

MAX_BOXES = 50
MAX_MEASURED_BOXES = 8
"""Boxes that are measured, by rank: unwrapping takes time."""
SECOND_BOX_MIN_PROBABILITY = 0.55
"""Probability from which a box is drawn beside a more probable one of the same class."""
OTHER_CLASS_MIN_PROBABILITY_RATIO = 0.5
"""The first box of the second class is drawn from this fraction of the most probable box's probability."""
OUTER_FRINGE_MAX_SIDE_RATIO = 1 / 3
"""A box beside a larger one of its class shows the outer fringes of the same signal when its longer side is
at most this fraction of the larger one's."""
OUTER_FRINGE_MAX_DISTANCE_RATIO = 0.25
"""Outer fringes lie within this fraction of the larger box's longer side: the box ends at a fifth of the
peak, the fringes do not."""


@dataclass(frozen=True)
class RatedBox:
    """A group of pieces with its probability.

    Attributes
    ----------
    probability : float
        Calibrated probability that the group's class is present, times the mean mask of its leader.
    group : Group
    """

    probability: float
    group: Group

    @property
    def is_earthquake(self) -> bool:
        """Whether the class is earthquake."""
        return self.group.is_earthquake


def select(rated: Sequence[RatedBox]) -> list[RatedBox]:
    """The boxes that are drawn, by rank: the most probable first, the larger of two equal ones first."""
    ranked = sorted(rated, key=lambda box: (-round(box.probability, 2), -box.group.area))
    return drop_outer_fringes(drop_improbable(ranked))[:MAX_BOXES]


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


def drop_outer_fringes(rated: Sequence[RatedBox]) -> list[RatedBox]:
    """Drop small boxes on the outer fringes of a much larger, probable box of the same class."""
    corners = np.array([box.group.corners for box in rated]).reshape(-1, 4)
    side = longer_sides(corners)
    reach = corners + OUTER_FRINGE_MAX_DISTANCE_RATIO * side[:, None] * np.array([-1, -1, 1, 1])
    probable = np.array([box.probability >= SECOND_BOX_MIN_PROBABILITY for box in rated], bool)
    earthquake = np.array([box.is_earthquake for box in rated], bool)
    kept = []
    for index, box in enumerate(rated):
        x, y = (corners[index, :2] + corners[index, 2:]) / 2
        near = (reach[:, 0] <= x) & (x <= reach[:, 2]) & (reach[:, 1] <= y) & (y <= reach[:, 3])
        much_larger = side[index] <= OUTER_FRINGE_MAX_SIDE_RATIO * side
        if not (near & probable & (earthquake == earthquake[index]) & much_larger).any():
            kept.append(box)
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
        area = deformed_area(read, size, box.group.corners)
        group = box.group
        if area is not None:
            group = replace(group, corners=area.corners, measured_area=area.pixels)
        earlier = [one.group.corners for one in redrawn if one.is_earthquake == box.is_earthquake]
        corners = np.array(earlier).reshape(-1, 4)
        if not coincide(np.array(group.corners), corners, SAME_SIGNAL_MIN_SHARED).any():
            redrawn.append(replace(box, group=group))
    return redrawn + list(boxes[MAX_MEASURED_BOXES:])
