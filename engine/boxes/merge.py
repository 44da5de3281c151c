"""Boxes round deformed ground: pieces seen by single windows, merged across windows and scales.

Every window that sees deformation gives the connected pieces of its mask. Pieces of one signal seen
in several windows and on several scales are then gathered. The best piece leads its group: one that
is whole (not cut by its window's edge), sure, and neither tiny nor filling its window, so that a
large earthquake is drawn by the coarse window that holds it and a small one by the fine windows that
resolve it. Pieces of which no window saw the whole are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..numerics.connected_components import connected
from ..tile import TILE, interpolation
from ..tiling.scales import Scale
from .rectangles import coincide, hull, iou, longer_sides, overlap, plain_corners

FINE = 4
"""Tile pixels of one pixel of the refined mask."""
LEAST = 5
"""Pixels of the refined mask, a third of a patch: smaller pieces are specks."""
SMALL, LARGE = 64.0, 180.0
"""Tile pixels: pieces below are blurred by the patch size, pieces above fill their window."""
RESOLVED = 32.0
"""Tile pixels: pieces from two patches on can be told to be signals of their own."""
SAME_IOU, INSIDE = 0.3, 0.6
"""Two pieces are one signal at this intersection over union, or with this part of the smaller inside."""
CONTINUED = 0.3
"""For two cut pieces this part of the smaller is enough: each shows what the other's window cuts off."""
APART = 0.3
"""Fine pieces are signals of their own when the gap is at least this part of the smaller one's side."""

_CENTRES = (np.arange(TILE // FINE) + 0.5) * FINE
_REFINE = interpolation(_CENTRES)


@dataclass(frozen=True)
class Piece:
    """A connected piece of one window's mask; a box in source pixels (whole numbers: pixel corners).

    Attributes
    ----------
    x0, y0, x1, y1 : float
    scale : Scale
    cut : bool
        Whether the window's edge, not the scene's, ends it.
    earthquake, other : float
        The window's calibrated probabilities.
    level : float
        Mean of the mask inside, weighted by itself.
    area : float
        Deformed area, source pixels.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    scale: Scale
    cut: bool
    earthquake: float
    other: float
    level: float
    area: float

    @property
    def probability(self) -> float:
        """Of deformation of any kind."""
        return self.earthquake + self.other

    @property
    def side(self) -> float:
        """Longer side in tile pixels."""
        return max((self.x1 - self.x0) / self.scale.fx, (self.y1 - self.y0) / self.scale.fy)

    @property
    def quality(self) -> float:
        """How well the piece shows a whole signal, 0 to 1."""
        fit = min(1.0, self.side / SMALL) * (0.8 if self.side > LARGE else 1.0)
        return self.probability * self.level * fit * (0.3 if self.cut else 1.0)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1."""
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True)
class Group:
    """One signal.

    Attributes
    ----------
    corners : tuple of float
        Its box in source pixels.
    lead : Piece
        What led it.
    members : tuple of Piece
        What it was made of.
    measured : float, optional
        Its deformed area in source pixels, where the phase tells it.
    told : bool, optional
        Whether it is an earthquake, where the scene's verdict tells that.
    """

    corners: tuple[float, float, float, float]
    lead: Piece
    members: tuple[Piece, ...]
    measured: Optional[float] = None
    told: Optional[bool] = None

    @property
    def area(self) -> float:
        """Deformed area in source pixels: measured, or the lead's part of its own box, over the whole box."""
        if self.measured is not None:
            return self.measured
        lead = self.lead
        own = (lead.x1 - lead.x0) * (lead.y1 - lead.y0)
        x0, y0, x1, y1 = self.corners
        return lead.area / own * (x1 - x0) * (y1 - y0)

    @property
    def is_earthquake(self) -> bool:
        """What is told, or the members' vote, weighted by their quality."""
        if self.told is not None:
            return self.told
        votes = sum(piece.quality * (piece.earthquake - piece.other) for piece in self.members)
        return bool(votes >= 0)


def pieces(
    mask: np.ndarray,
    scale: Scale,
    place: tuple[int, int],
    size: tuple[int, int],
    probabilities: tuple[float, float],
    threshold: float,
) -> list[Piece]:
    """Connected pieces of one window's mask.

    Parameters
    ----------
    mask : ndarray, shape (14, 14)
        Probability that a patch is deformed, in the raster's own row order.
    scale : Scale
    place : tuple of int
        The window's first lattice column and row.
    size : tuple of int
        The scene's width and height in source pixels.
    probabilities : tuple of float
        The window's, of earthquake and of other deformation.
    threshold : float
        Of the mask, refined linearly to 4 tile pixels.

    Returns
    -------
    list of Piece
    """
    col, row = place
    fine = _REFINE @ np.asarray(mask, dtype=np.float32) @ _REFINE.T
    begin = _CENTRES - FINE / 2
    across = (begin + FINE + col > 0) & ((begin + col) * scale.fx < size[0])
    down = (begin + FINE + row > 0) & ((begin + row) * scale.fy < size[1])
    inside = (fine >= threshold) & down[:, None] & across[None, :]
    if not inside.any():
        return []
    labels, count = connected(inside)
    last = TILE // FINE
    found = []
    for index in range(1, count + 1):
        here = labels == index
        if here.sum() < LEAST:
            continue
        rows, columns = np.flatnonzero(here.any(axis=1)), np.flatnonzero(here.any(axis=0))
        x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
        values = fine[here]
        cut = bool(
            (x0 == 0 and col > 0)
            or (y0 == 0 and row > 0)
            or (x1 == last and col + TILE < scale.width)
            or (y1 == last and row + TILE < scale.height)
        )
        found.append(
            Piece(
                max(0.0, (col + FINE * x0) * scale.fx),
                max(0.0, (row + FINE * y0) * scale.fy),
                min(float(size[0]), (col + FINE * x1) * scale.fx),
                min(float(size[1]), (row + FINE * y1) * scale.fy),
                scale,
                cut,
                float(probabilities[0]),
                float(probabilities[1]),
                float((values * values).sum() / values.sum()),
                float(here.sum()) * FINE * FINE * scale.fx * scale.fy,
            )
        )
    return found


def merge(found: Sequence[Piece]) -> list[Group]:
    """Gather pieces into signals, the surest first.

    Parameters
    ----------
    found : sequence of Piece
        Of all windows on all scales.

    Returns
    -------
    list of Group
    """
    groups: list[list[Piece]] = []
    boxes = np.empty((0, 4))
    cut = np.empty(0, dtype=bool)
    for piece in sorted(_without_bridges(found), key=lambda piece: -piece.quality):
        box = np.array(piece.corners)
        match = np.flatnonzero(_same(box, boxes, cut & piece.cut))
        if match.size:
            group = int(match[0])
            groups[group].append(piece)
            if cut[group]:
                boxes[group] = hull(boxes[group], box)
        else:
            groups.append([piece])
            boxes = np.vstack([boxes, box])
            cut = np.append(cut, piece.cut)
    return _settle([Group(_corners(group), group[0], tuple(group)) for group in groups])


def _corners(group: Sequence[Piece]) -> tuple[float, float, float, float]:
    """The lead's box, refined by whole members that nearly agree; the hull where no whole one leads."""
    lead = group[0]
    boxes = np.array([piece.corners for piece in group])
    if lead.cut:
        box = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    else:
        weight = np.array([0.0 if piece.cut else piece.quality for piece in group])
        weight = weight * (iou(boxes[0], boxes) >= 0.6)
        box = np.average(boxes, axis=0, weights=weight)
    return plain_corners(box)


def _settle(groups: list[Group]) -> list[Group]:
    """Merge groups until none is the same signal as another: joined boxes may meet further ones."""
    groups = sorted(groups, key=lambda group: -group.lead.quality)
    index = 0
    while index < len(groups):
        first = groups[index]
        rest = groups[index + 1 :]
        if rest:
            cut = np.array([first.lead.cut and group.lead.cut for group in rest])
            same = _same(np.array(first.corners), np.array([group.corners for group in rest]), cut)
            if same.any():
                taken = [group for group, hit in zip(rest, same) if hit]
                members = first.members + tuple(piece for group in taken for piece in group.members)
                corners = first.corners
                if first.lead.cut:
                    for group in taken:
                        corners = plain_corners(hull(np.array(corners), np.array(group.corners)))
                groups[index] = Group(corners, first.lead, members)
                groups[index + 1 :] = [group for group, hit in zip(rest, same) if not hit]
                if corners != first.corners:
                    index = 0
                continue
        index += 1
    return groups


def _without_bridges(found: Sequence[Piece]) -> list[Piece]:
    """Drop coarse pieces that only bridge two signals which finer windows see whole and well apart."""
    whole = [piece for piece in found if not piece.cut and piece.side >= RESOLVED]
    if len(whole) < 2:
        return list(found)
    boxes = np.array([piece.corners for piece in whole])
    metres = np.array([piece.scale.metres for piece in whole])
    kept = []
    for piece in found:
        box = np.array(piece.corners)
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        finer = metres < 0.75 * piece.scale.metres
        within = finer & (overlap(box, boxes) >= 0.7 * area)
        sure = np.array([other.probability >= 0.7 * piece.probability for other in whole])
        chosen = boxes[within & sure]
        if not _any_apart(chosen):
            kept.append(piece)
    return kept


def _any_apart(boxes: np.ndarray) -> bool:
    """Whether two of the boxes are apart by a good part of the smaller one's side."""
    if len(boxes) < 2:
        return False
    side = longer_sides(boxes)
    for index in range(len(boxes) - 1):
        one, rest = boxes[index], boxes[index + 1 :]
        gap_x = np.maximum(rest[:, 0] - one[2], one[0] - rest[:, 2])
        gap_y = np.maximum(rest[:, 1] - one[3], one[1] - rest[:, 3])
        if (np.maximum(gap_x, gap_y) >= APART * np.minimum(side[index], side[index + 1 :])).any():
            return True
    return False


def _same(box: np.ndarray, boxes: np.ndarray, both_cut: np.ndarray) -> np.ndarray:
    """Which of the boxes show the same signal as `box`."""
    inside = np.where(both_cut, CONTINUED, INSIDE)
    return np.asarray((iou(box, boxes) >= SAME_IOU) | coincide(box, boxes, inside))
