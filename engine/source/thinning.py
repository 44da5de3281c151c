"""Thinning: a quadtree that is fine where the motion varies, and one representative point for each cell."""

from __future__ import annotations

import heapq

import numpy as np

FIRST_CELLS = 4
"""Cells along each side before any is split: even quiet ground is sampled."""
MIN_POINTS_TO_SPLIT = 4
SIZE_EXPONENT = 0.5
"""The cell with the largest spread x size ** exponent is split next; 0 would leave the far field coarse."""


def thin(x: np.ndarray, y: np.ndarray, values: np.ndarray, cells: int) -> np.ndarray:
    """Choose at most `cells` points.

    A point's value and place belong together: a cell's mean, compared with the model at the cell's centre,
    biases depth where the motion bends.

    Parameters
    ----------
    x, y : ndarray, shape (N,)
        Km.
    values : ndarray, shape (N,)
        Motion, m.
    cells : int
        Largest number of points.

    Returns
    -------
    ndarray of int
        The chosen points, in ascending order: for each cell the one nearest to the middle of its points.
    """
    if len(x) <= cells:
        return np.arange(len(x))
    side = max(np.ptp(x), np.ptp(y)) * (1 + 1e-9) + 1e-9
    column = np.minimum(((x - x.min()) / side * FIRST_CELLS).astype(int), FIRST_CELLS - 1)
    row = np.minimum(((y - y.min()) / side * FIRST_CELLS).astype(int), FIRST_CELLS - 1)
    size = side / FIRST_CELLS
    queue: list[tuple[float, int, np.ndarray, float, float, float]] = []
    final: list[np.ndarray] = []
    count = 0

    def add(members: np.ndarray, west: float, south: float, width: float) -> None:
        nonlocal count
        count += 1
        if len(members) < MIN_POINTS_TO_SPLIT:
            final.append(members)
        else:
            score = float(values[members].std()) * width**SIZE_EXPONENT
            heapq.heappush(queue, (-score, count, members, west, south, width))

    for i in range(FIRST_CELLS):
        for j in range(FIRST_CELLS):
            members = np.flatnonzero((column == i) & (row == j))
            if len(members):
                add(members, float(x.min()) + i * size, float(y.min()) + j * size, size)
    while queue and len(queue) + len(final) + 3 <= cells:
        _, _, members, west, south, width = heapq.heappop(queue)
        half = width / 2
        east, north = x[members] >= west + half, y[members] >= south + half
        for right in (False, True):
            for upper in (False, True):
                quarter = members[(east == right) & (north == upper)]
                if len(quarter):
                    add(quarter, west + right * half, south + upper * half, half)
    final += [entry[2] for entry in queue]
    chosen = [members[_nearest_to_middle(x[members], y[members])] for members in final]
    return np.sort(np.array(chosen))


def _nearest_to_middle(x: np.ndarray, y: np.ndarray) -> int:
    return int(np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
