"""Merging the pieces of all windows and scales into one group for each signal.

The best piece leads its group: a whole one (not cut by the edge of its window), with a high probability,
neither tiny nor as large as its window. A large earthquake is therefore drawn by the coarse window that holds
it and a small one by the fine windows that resolve it. Where no window shows the whole signal, its pieces
are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .pieces import Piece
from .rectangles import areas, coincide, hull, iou, longer_sides, overlap, plain_corners

MIN_RESOLVED_SIDE = 32.0
"""Side in tile pixels, two patches, from which a piece can be separated from its neighbours."""
SAME_SIGNAL_MIN_IOU = 0.3
"""Two pieces show the same signal from this intersection over union on."""
SAME_SIGNAL_MIN_SHARED = 0.6
"""Two pieces show the same signal when they share this fraction of the smaller one's area."""
CUT_PIECES_MIN_SHARED = 0.3
"""The same for two cut pieces, each of which shows what the other's window cuts off."""
SEPARATE_MIN_GAP_RATIO = 0.3
"""Fine pieces are separate signals when the gap between them is at least this fraction of the smaller one's
side."""
REFINING_MIN_IOU = 0.6
"""Members refine their leader's box from this intersection over union on."""
FINER_MAX_SCALE_RATIO = 0.75
"""A piece is finer than another when its tile pixel is smaller than this fraction of the other's."""
BRIDGED_MIN_SHARED = 0.7
"""Fraction of a fine piece's area that must lie in the coarse piece that bridges it."""
BRIDGED_MIN_PROBABILITY_RATIO = 0.7
"""Probability that a fine piece needs, as a fraction of the coarse piece's."""


@dataclass(frozen=True)
class Group:
    """The pieces of one signal.

    Attributes
    ----------
    corners : tuple of float
        Box x0, y0, x1, y1 in source pixels.
    lead : Piece
        The best piece.
    members : tuple of Piece
        All pieces, the leader included.
    measured_area : float, optional
        Deformed area in source pixels, measured in unwrapped phase.
    earthquake_by_verdict : bool, optional
        The class that the verdict on the whole scene gives the signal; overrides the members' vote.
    """

    corners: tuple[float, float, float, float]
    lead: Piece
    members: tuple[Piece, ...]
    measured_area: Optional[float] = None
    earthquake_by_verdict: Optional[bool] = None

    @property
    def area(self) -> float:
        """Deformed area in source pixels: measured, or the leader's deformed fraction of the whole box."""
        if self.measured_area is not None:
            return self.measured_area
        lead = self.lead
        own = (lead.x1 - lead.x0) * (lead.y1 - lead.y0)
        x0, y0, x1, y1 = self.corners
        return lead.area / own * (x1 - x0) * (y1 - y0)

    @property
    def is_earthquake(self) -> bool:
        """The class by the verdict, or by the members' vote, weighted with their quality."""
        if self.earthquake_by_verdict is not None:
            return self.earthquake_by_verdict
        votes = sum(piece.quality * (piece.earthquake - piece.other) for piece in self.members)
        return bool(votes >= 0)


def merge(pieces: Sequence[Piece]) -> list[Group]:
    """Merge pieces into signals.

    Parameters
    ----------
    pieces : sequence of Piece
        Pieces of all windows on all scales.

    Returns
    -------
    list of Group
        Sorted by the quality of their leaders, the best first.
    """
    groups: list[list[Piece]] = []
    boxes = np.empty((0, 4))
    cut = np.empty(0, dtype=bool)
    for piece in sorted(_without_bridges(pieces), key=lambda piece: -piece.quality):
        box = np.array(piece.corners)
        match = np.flatnonzero(_same_signal(box, boxes, cut & piece.cut))
        if match.size:
            group = int(match[0])
            groups[group].append(piece)
            if cut[group]:
                boxes[group] = hull(boxes[group], box)
        else:
            groups.append([piece])
            boxes = np.vstack([boxes, box])
            cut = np.append(cut, piece.cut)
    return _merge_groups([Group(_corners(group), group[0], tuple(group)) for group in groups])


def _corners(group: Sequence[Piece]) -> tuple[float, float, float, float]:
    """The leader's box, averaged with whole members that nearly agree; the hull when the leader is cut."""
    lead = group[0]
    boxes = np.array([piece.corners for piece in group])
    if lead.cut:
        box = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    else:
        weight = np.array([0.0 if piece.cut else piece.quality for piece in group])
        weight = weight * (iou(boxes[0], boxes) >= REFINING_MIN_IOU)
        box = np.average(boxes, axis=0, weights=weight)
    return plain_corners(box)


def _merge_groups(groups: list[Group]) -> list[Group]:
    """Merge groups until each is a signal of its own: a joined box may overlap other groups."""
    groups = sorted(groups, key=lambda group: -group.lead.quality)
    index = 0
    while index < len(groups):
        first, rest = groups[index], groups[index + 1 :]
        cut = np.array([first.lead.cut and group.lead.cut for group in rest], dtype=bool)
        boxes = np.array([group.corners for group in rest]).reshape(-1, 4)
        same = _same_signal(np.array(first.corners), boxes, cut)
        if not same.any():
            index += 1
            continue
        merged = _absorb(first, [group for group, hit in zip(rest, same) if hit])
        groups[index] = merged
        groups[index + 1 :] = [group for group, hit in zip(rest, same) if not hit]
        if merged.corners != first.corners:
            index = 0
    return groups


def _absorb(group: Group, others: Sequence[Group]) -> Group:
    """A group with the members of others; its box grows only when its leader is cut."""
    members = group.members + tuple(piece for other in others for piece in other.members)
    corners = group.corners
    if group.lead.cut:
        for other in others:
            corners = plain_corners(hull(np.array(corners), np.array(other.corners)))
    return Group(corners, group.lead, members)


def _without_bridges(pieces: Sequence[Piece]) -> list[Piece]:
    """Drop coarse pieces that bridge two signals which finer windows show whole and well separated."""
    whole = [piece for piece in pieces if not piece.cut and piece.side >= MIN_RESOLVED_SIDE]
    if len(whole) < 2:
        return list(pieces)
    boxes = np.array([piece.corners for piece in whole])
    metres = np.array([piece.scale.metres for piece in whole])
    probability = np.array([piece.probability for piece in whole])
    kept = []
    for piece in pieces:
        finer = metres < FINER_MAX_SCALE_RATIO * piece.scale.metres
        within = finer & (overlap(np.array(piece.corners), boxes) >= BRIDGED_MIN_SHARED * areas(boxes))
        likely = probability >= BRIDGED_MIN_PROBABILITY_RATIO * piece.probability
        if not _any_separate(boxes[within & likely]):
            kept.append(piece)
    return kept


def _any_separate(boxes: np.ndarray) -> bool:
    """Whether there is a clear gap between any two of the boxes."""
    if len(boxes) < 2:
        return False
    side = longer_sides(boxes)
    for index in range(len(boxes) - 1):
        one, rest = boxes[index], boxes[index + 1 :]
        gap_x = np.maximum(rest[:, 0] - one[2], one[0] - rest[:, 2])
        gap_y = np.maximum(rest[:, 1] - one[3], one[1] - rest[:, 3])
        smaller = np.minimum(side[index], side[index + 1 :])
        if (np.maximum(gap_x, gap_y) >= SEPARATE_MIN_GAP_RATIO * smaller).any():
            return True
    return False


def _same_signal(box: np.ndarray, boxes: np.ndarray, both_cut: np.ndarray) -> np.ndarray:
    """Which of the boxes (N, 4) show the same signal as `box` (4,)."""
    shared = np.where(both_cut, CUT_PIECES_MIN_SHARED, SAME_SIGNAL_MIN_SHARED)
    return np.asarray((iou(box, boxes) >= SAME_SIGNAL_MIN_IOU) | coincide(box, boxes, shared))
