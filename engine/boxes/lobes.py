"""The lobes of one earthquake, joined to one box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .merge import Group
from .rectangles import coincide, hull, plain_corners

SHARED = 0.1
"""Boxes of earthquakes that share this part of the smaller one are lobes of the same earthquake."""
ALONG = 0.5
"""One that its window's edge cut off goes on in another that it overlaps along this part of a side."""


def join_lobes(groups: Sequence[Group]) -> list[Group]:
    """Join the boxes of earthquakes that overlap.

    A fault leaves lobes of uplift and of subsidence, and in wrapped phase each may be found by itself, the
    dense fringes between them looking like noise. Two earthquakes whose boxes overlap cannot be told from
    one by their boxes either. Of fringes that go beyond a window each window shows a strip, and strips hardly
    overlap.

    Parameters
    ----------
    groups : sequence of Group

    Returns
    -------
    list of Group
        Earthquakes joined, their lead the one of highest quality; other deformation as it was.
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
        same = coincide(box, boxes, SHARED) | (cut & _along(box, boxes))
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


def _along(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which of the boxes overlap `box`, however little, along half of the shorter of two parallel sides."""
    shared = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shorter = np.minimum(box[2:] - box[:2], boxes[:, 2:] - boxes[:, :2])
    return np.asarray((shared > 0).all(axis=1) & (shared >= ALONG * shorter).any(axis=1))
