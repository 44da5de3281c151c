"""Whether the data show the whole motion: its other side may be at sea, or beyond the edge of the scene."""

from __future__ import annotations

import numpy as np

from .observations import Observations

EDGE_PART = 0.3
"""Motion along the edge of the data, in parts of the largest, from which the earthquake is not wholly
seen."""
EDGE_KM_PART = 0.06
"""Width of that edge in parts of the extent."""
MAX_GAP_DEG = 170.0
"""Gap between the directions of points about the centroid from which they lie on one side."""


def is_one_sided(observed: Observations, fault: np.ndarray) -> bool:
    """Whether the points leave a gap of more than `MAX_GAP_DEG` about the centroid."""
    azimuth = np.sort(np.degrees(np.arctan2(observed.x - fault[0], observed.y - fault[1])) % 360)
    gaps = np.diff(np.concatenate([azimuth, azimuth[:1] + 360]))
    return bool(gaps.max() > MAX_GAP_DEG)


def reaches_edge(observed: Observations) -> bool:
    """Whether motion along the edges of a look is a good part of its largest, in the median."""
    for look in range(observed.looks):
        rows = np.flatnonzero(observed.part == look)
        x, y = observed.x[rows], observed.y[rows]
        near = EDGE_KM_PART * observed.extent
        edge = (x < x.min() + near) | (x > x.max() - near) | (y < y.min() + near) | (y > y.max() - near)
        values = np.abs(observed.data[rows] - np.median(observed.data[rows][edge]))
        if np.median(values[edge]) > EDGE_PART * values.max():
            return True
    return False


def is_partly_seen(observed: Observations, fault: np.ndarray) -> bool:
    """Whether the points of a source's motion, fault (7,), leave a side or an edge out."""
    return is_one_sided(observed, fault) or reaches_edge(observed)
