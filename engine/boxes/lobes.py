"""Joining the lobes of one earthquake into one box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .merge import Group
from .rectangles import coincide, hull, plain_corners

LOBES_MIN_SHARED = 0.1
"""Boxes of earthquakes that share this fraction of the smaller one's area are lobes of one earthquake."""
CUT_SIDE_MIN_SHARED = 0.5
"""A box cut off by the edge of its window continues in another that it overlaps along this fraction of a
side."""


def join_lobes(groups: Sequence[Group]) -> list[Group]:
    """Join the boxes of earthquakes that overlap.

    An earthquake leaves lobes of uplift and of subsidence. In wrapped phase the dense fringes between them
    can look like noise, and each lobe gets its own box. When fringes extend beyond the windows, each window
    shows a strip, and neighbouring strips overlap little. Two earthquakes whose boxes overlap are joined as
    well: boxes cannot separate them.

    Parameters
    ----------
    groups : sequence of Group

    Returns
    -------
    list of Group
        Earthquakes are joined and led by the piece of highest quality; other deformation is unchanged.
    """
    joined = [group for group in groups if not group.is_earthquake]
    waiting = sorted(
        (group for group in groups if group.is_earthquake), key=lambda group: -group.lead.quality
    )
    while waiting:
        first, rest = waiting[0], waiting[1:]
        box = np.array(first.corners)
        boxes = np.array([group.corners for group in rest]).reshape(-1, 4)
        cut = np.array([first.lead.cut or group.lead.cut for group in rest], dtype=bool)
        same = coincide(box, boxes, LOBES_MIN_SHARED) | (cut & _share_a_side(box, boxes))
        if not same.any():
            joined.append(first)
            waiting = rest
            continue
        members = first.members
        for group in (group for group, hit in zip(rest, same) if hit):
            box = hull(box, np.array(group.corners))
            members += group.members
        waiting = [
            Group(plain_corners(box), first.lead, members),
            *(group for group, hit in zip(rest, same) if not hit),
        ]
    return joined


def _share_a_side(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which of the boxes overlap `box` along at least half of the shorter of two parallel sides."""
    shared = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shorter = np.minimum(box[2:] - box[:2], boxes[:, 2:] - boxes[:, :2])
    return np.asarray((shared > 0).all(axis=1) & (shared >= CUT_SIDE_MIN_SHARED * shorter).any(axis=1))
