"""Connected components of a small mask, in numpy only."""

from __future__ import annotations

import numpy as np


def connected(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the 8-connected components of a mask.

    Parameters
    ----------
    mask : ndarray, shape (H, W), bool

    Returns
    -------
    labels : ndarray, shape (H, W), int32
        0 outside the mask; 1 to `count` inside, in the order of the first pixels.
    count : int
    """
    labels = np.zeros(mask.shape, dtype=np.int32)
    parent: list[int] = [0]

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    above: list[tuple[int, int, int]] = []
    padded = np.pad(mask.astype(np.int8), ((0, 0), (1, 1)))
    steps = np.diff(padded, axis=1)
    for row in range(mask.shape[0]):
        runs = []
        for start, stop in zip(np.flatnonzero(steps[row] == 1), np.flatnonzero(steps[row] == -1)):
            touching = [root(label) for low, high, label in above if low <= stop and high >= start]
            if touching:
                label = min(touching)
                for other in touching:
                    parent[other] = label
            else:
                label = len(parent)
                parent.append(label)
            labels[row, start:stop] = label
            runs.append((int(start), int(stop), label))
        above = runs
    roots = np.array([root(index) for index in range(len(parent))])
    kept, compact = np.unique(roots, return_inverse=True)
    return compact.astype(np.int32)[labels], len(kept) - 1
