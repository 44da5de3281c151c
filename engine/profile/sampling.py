"""Phase at the samples of a line, averaged over a few pixels; wrapped phase is averaged as phasors."""

from __future__ import annotations

from typing import Callable

import numpy as np

CHUNK_SAMPLES = 256
"""Samples that are read at once, so that memory does not grow with the length of the line."""
MIN_VALID_SHARE = 0.5
"""Valid fraction of the averaged pixels from which a sample has a value."""

Read = Callable[[int, int, int, int], np.ndarray]


def sample(read: Read, points: np.ndarray, pixels: int, wrapped: bool) -> tuple[np.ndarray, np.ndarray]:
    """Phase along a line, interpolated bilinearly between averages of `pixels` × `pixels` pixels.

    Parameters
    ----------
    read : callable
        read(col, row, width, height) -> ndarray (height, width): phase in radians, NaN where not valid or
        outside the raster.
    points : ndarray, shape (N, 2)
        Column and row; whole numbers are pixel corners.
    pixels : int
        Odd; 1 does not average.
    wrapped : bool
        Whether whole cycles have no meaning; phasors are averaged then.

    Returns
    -------
    phase : ndarray, shape (N,), float64
        Radians, in [-pi, pi] if wrapped; NaN where too few pixels are valid.
    consistency : ndarray, shape (N,), float64
        Length of the mean phasor, 0 (noise) to 1 (all pixels agree); 1 for phase that is not wrapped.
    """
    phase, consistency = np.full(len(points), np.nan), np.full(len(points), np.nan)
    for start in range(0, len(points), CHUNK_SAMPLES):
        part = slice(start, start + CHUNK_SAMPLES)
        phase[part], consistency[part] = _sample_chunk(read, points[part], pixels, wrapped)
    return phase, consistency


def _sample_chunk(
    read: Read, points: np.ndarray, pixels: int, wrapped: bool
) -> tuple[np.ndarray, np.ndarray]:
    margin = pixels // 2
    places = points - 0.5  # whole numbers are now pixel centres
    first = np.floor(places.min(axis=0)).astype(int) - margin
    last = np.floor(places.max(axis=0)).astype(int) + 1 + margin
    width, height = (last - first + 1).tolist()
    window = np.asarray(read(int(first[0]), int(first[1]), width, height), dtype=np.float64)
    valid = np.isfinite(window)
    filled = np.where(valid, window, 0.0)
    values = np.where(valid, np.exp(1j * filled), 0.0) if wrapped else filled
    inside = places - first - margin
    total = _bilinear(_box_sum(values, pixels), inside)
    count = _bilinear(_box_sum(valid.astype(np.float64), pixels), inside)
    mean = np.where(count >= MIN_VALID_SHARE * pixels * pixels, total / np.maximum(count, 1e-9), np.nan)
    if not wrapped:
        return mean.real, np.where(np.isfinite(mean.real), 1.0, np.nan)
    return np.angle(mean), np.minimum(np.abs(mean), 1.0)


def _box_sum(values: np.ndarray, pixels: int) -> np.ndarray:
    """Sums over `pixels` × `pixels`, without the margin of the window."""
    height, width = values.shape[0] - pixels + 1, values.shape[1] - pixels + 1
    rows = np.sum([values[shift : shift + height] for shift in range(pixels)], axis=0)
    return np.asarray(np.sum([rows[:, shift : shift + width] for shift in range(pixels)], axis=0))


def _bilinear(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Values between pixel centres; every place has its four neighbours in the window."""
    col, row = np.floor(places).astype(int).T
    east, south = (places - np.floor(places)).T
    upper = values[row, col] * (1 - east) + values[row, col + 1] * east
    lower = values[row + 1, col] * (1 - east) + values[row + 1, col + 1] * east
    return np.asarray(upper * (1 - south) + lower * south)
