"""Rectangles as arrays of x0, y0, x1, y1."""

from __future__ import annotations

import numpy as np


def plain_corners(box: np.ndarray) -> tuple[float, float, float, float]:
    """A rectangle (4,) as plain numbers."""
    x0, y0, x1, y1 = box.tolist()
    return x0, y0, x1, y1


def hull(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rectangle that contains two rectangles (4,)."""
    return np.concatenate([np.minimum(a[:2], b[:2]), np.maximum(a[2:], b[2:])])


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Area that one rectangle (4,) shares with each of many (N, 4), shape (N,)."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    return np.asarray(np.clip(width, 0, None) * np.clip(height, 0, None))


def coincide(box: np.ndarray, boxes: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """Which of many rectangles (N, 4) share at least `share` of the smaller one's area with `box` (4,)."""
    return np.asarray(overlap(box, boxes) >= share * np.minimum(areas(box), areas(boxes)))


def areas(boxes: np.ndarray) -> np.ndarray:
    """Areas of rectangles (..., 4)."""
    return np.asarray((boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1]))


def longer_sides(boxes: np.ndarray) -> np.ndarray:
    """Longer sides of rectangles (..., 4)."""
    return np.maximum(boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1])


def iou(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one rectangle (4,) with each of many (N, 4), shape (N,)."""
    shared = overlap(box, boxes)
    return np.asarray(shared / (areas(box) + areas(boxes) - shared))
