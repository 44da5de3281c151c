"""Connected pieces of the deformation mask of one window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..numerics.connected_components import connected
from ..tile import TILE, interpolation
from ..tiling.scales import Scale

REFINED_PIXEL = 4
"""Tile pixels along one side of a pixel of the refined mask."""
MIN_REFINED_PIXELS = 5
"""Smallest piece in pixels of the refined mask, a third of a patch; smaller ones are noise."""
MIN_SHARP_SIDE = 64.0
"""Side in tile pixels below which the patch size blurs a piece."""
MAX_WHOLE_SIDE = 180.0
"""Side in tile pixels above which a piece fills its window."""
LARGE_PIECE_QUALITY_FACTOR = 0.8
CUT_PIECE_QUALITY_FACTOR = 0.3

_CENTRES = (np.arange(TILE // REFINED_PIXEL) + 0.5) * REFINED_PIXEL
_REFINE = interpolation(_CENTRES)


@dataclass(frozen=True)
class Piece:
    """A connected piece of one window's mask; its box is in source pixels, whole numbers are pixel corners.

    Attributes
    ----------
    x0, y0, x1, y1 : float
        The box.
    scale : Scale
        Scale of the window.
    cut : bool
        Whether the edge of the window cuts the piece off inside the scene.
    earthquake, other : float
        The window's calibrated probabilities.
    mean_mask : float
        Mean of the mask inside the piece, weighted with the mask itself.
    area : float
        Deformed area in source pixels.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    scale: Scale
    cut: bool
    earthquake: float
    other: float
    mean_mask: float
    area: float

    @property
    def probability(self) -> float:
        """Probability of deformation of any kind."""
        return self.earthquake + self.other

    @property
    def side(self) -> float:
        """Longer side in tile pixels."""
        return max((self.x1 - self.x0) / self.scale.fx, (self.y1 - self.y0) / self.scale.fy)

    @property
    def quality(self) -> float:
        """How well the piece shows a whole signal, 0 to 1."""
        fit = min(1.0, self.side / MIN_SHARP_SIDE)
        fit *= LARGE_PIECE_QUALITY_FACTOR if self.side > MAX_WHOLE_SIDE else 1.0
        return self.probability * self.mean_mask * fit * (CUT_PIECE_QUALITY_FACTOR if self.cut else 1.0)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1."""
        return self.x0, self.y0, self.x1, self.y1


def pieces(
    mask: np.ndarray,
    scale: Scale,
    first_cell: tuple[int, int],
    size: tuple[int, int],
    probabilities: tuple[float, float],
    threshold: float,
) -> list[Piece]:
    """Connected pieces of one window's mask.

    Parameters
    ----------
    mask : ndarray, shape (14, 14)
        Probability that a patch is deformed.
    scale : Scale
    first_cell : tuple of int
        Lattice column and row of the window's first cell.
    size : tuple of int
        Width and height of the scene in source pixels.
    probabilities : tuple of float
        The window's calibrated probabilities of an earthquake and of other deformation.
    threshold : float
        Applied to the mask after linear interpolation to pixels of 4 × 4 tile pixels.

    Returns
    -------
    list of Piece
    """
    col, row = first_cell
    refined = _REFINE @ np.asarray(mask, dtype=np.float32) @ _REFINE.T
    begin = _CENTRES - REFINED_PIXEL / 2
    across = (begin + REFINED_PIXEL + col > 0) & ((begin + col) * scale.fx < size[0])
    down = (begin + REFINED_PIXEL + row > 0) & ((begin + row) * scale.fy < size[1])
    deformed = (refined >= threshold) & down[:, None] & across[None, :]
    if not deformed.any():
        return []
    labels, count = connected(deformed)
    found = []
    for index in range(1, count + 1):
        inside = labels == index
        if inside.sum() < MIN_REFINED_PIXELS:
            continue
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
        values = refined[inside]
        found.append(
            Piece(
                max(0.0, (col + REFINED_PIXEL * x0) * scale.fx),
                max(0.0, (row + REFINED_PIXEL * y0) * scale.fy),
                min(float(size[0]), (col + REFINED_PIXEL * x1) * scale.fx),
                min(float(size[1]), (row + REFINED_PIXEL * y1) * scale.fy),
                scale,
                _is_cut((x0, y0, x1, y1), first_cell, scale),
                float(probabilities[0]),
                float(probabilities[1]),
                float((values * values).sum() / values.sum()),
                float(inside.sum()) * REFINED_PIXEL * REFINED_PIXEL * scale.fx * scale.fy,
            )
        )
    return found


def _is_cut(box: tuple[int, int, int, int], first_cell: tuple[int, int], scale: Scale) -> bool:
    """Whether a box, in pixels of the refined mask, touches an edge of the window inside the scene."""
    x0, y0, x1, y1 = box
    col, row = first_cell
    last = TILE // REFINED_PIXEL
    return bool(
        (x0 == 0 and col > 0)
        or (y0 == 0 and row > 0)
        or (x1 == last and col + TILE < scale.width)
        or (y1 == last and row + TILE < scale.height)
    )
