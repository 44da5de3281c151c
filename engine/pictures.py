"""Arrays to small PNG pictures: decimated reading, colour ramps, and an encoder of a few lines."""

from __future__ import annotations

import struct
import zlib
from typing import Any, Optional

import numpy as np

LONGEST = 900
"""Longest side of a picture in pixels."""
BLOCK = 1_000_000
"""Source pixels read at once: what bounds the memory of `overview`."""
SAMPLES = 4
"""Samples along each side of one picture pixel that are averaged; more would only cost time."""

CYCLIC_STOPS = (
    (0.0, (64, 60, 120)),
    (1 / 6, (44, 110, 176)),
    (2 / 6, (74, 178, 168)),
    (3 / 6, (238, 236, 190)),
    (4 / 6, (242, 160, 86)),
    (5 / 6, (186, 64, 92)),
    (1.0, (64, 60, 120)),
)
"""Wrapped phase from -pi to pi; both ends share one colour."""
DIVERGING_STOPS = (
    (0.0, (24, 62, 128)),
    (0.25, (100, 158, 204)),
    (0.5, (246, 246, 244)),
    (0.75, (228, 138, 104)),
    (1.0, (142, 22, 38)),
)
"""Displacement: blue away from the satellite, red towards it."""
GREY_STOPS = ((0.0, (112, 116, 122)), (1.0, (246, 246, 244)))
"""Quiet background under the heatmap."""
HEAT_STOPS = (
    (0.0, (255, 236, 160)),
    (0.35, (254, 178, 76)),
    (0.7, (227, 74, 28)),
    (1.0, (128, 0, 38)),
)
"""Probability from 0 to 1; `HEAT_ALPHA` makes low values transparent."""
HEAT_ALPHA = ((0.0, 0.0), (0.15, 0.0), (0.4, 0.6), (1.0, 0.88))


def palette(stops: Any, alpha: Any = ((0.0, 1.0), (1.0, 1.0))) -> np.ndarray:
    """Colour table for `encode_png`.

    Parameters
    ----------
    stops : sequence of (position, (red, green, blue))
        Positions rise from 0 to 1, colours are 0 to 255.
    alpha : sequence of (position, opacity)
        Both 0 to 1.

    Returns
    -------
    ndarray, shape (256, 4), uint8
        Entry 0 is transparent and stands for "no data"; 1 to 255 run over the ramp.
    """
    along = np.linspace(0.0, 1.0, 255)
    position = [stop for stop, _ in stops]
    table = np.zeros((256, 4), dtype=np.uint8)
    for channel in range(3):
        table[1:, channel] = np.rint(np.interp(along, position, [colour[channel] for _, colour in stops]))
    opacity = np.interp(along, [at for at, _ in alpha], [value for _, value in alpha])
    table[1:, 3] = np.rint(255 * opacity)
    return table


def indices(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values to palette entries: 1 at `low` and below, 255 at `high` and above, 0 where not finite."""
    span = high - low if high > low else 1.0
    scaled = np.where(np.isfinite(values), (values - low) / span, 0.0)
    return np.where(np.isfinite(values), 1 + np.rint(254 * np.clip(scaled, 0, 1)), 0).astype(np.uint8)


def encode_png(entries: np.ndarray, table: np.ndarray) -> bytes:
    """Encode a paletted PNG (colour type 3 with transparency; PNG specification, sections 5 and 11).

    Parameters
    ----------
    entries : ndarray, shape (H, W), uint8
        Palette entries, first row on top.
    table : ndarray, shape (256, 4), uint8
        Red, green, blue and opacity of each entry.
    """
    height, width = entries.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row starts with its filter, 0: none
    rows[:, 1:] = entries
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", np.ascontiguousarray(table[:, :3]).tobytes()),
        (b"tRNS", np.ascontiguousarray(table[:, 3]).tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    out = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in chunks:
        out += [struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(kind + data))]
    return b"".join(out)


def overview(
    interferogram: Any,
    window: Optional[tuple[int, int, int, int]] = None,
    longest: int = LONGEST,
) -> tuple[np.ndarray, np.ndarray]:
    """Read a window of an interferogram, averaged down to a picture.

    Parameters
    ----------
    interferogram : Interferogram
        Read in blocks of whole picture rows, so memory does not grow with the raster.
    window : tuple of int, optional
        First column, first row, width and height in source pixels; the whole raster if left out.
    longest : int
        Longest side of the picture. Smaller windows are given pixel by pixel, never enlarged.

    Returns
    -------
    value : ndarray, shape (h, w), float32
        Mean phase in radians (meaningful for continuous phase), NaN where nothing is valid.
    wrapped : ndarray, shape (h, w), float32
        Angle of the mean phasor, -pi to pi, NaN likewise.
    """
    grid = interferogram.grid
    column, row, width, height = window or (0, 0, grid.width, grid.height)
    shrink = max(1.0, max(width, height) / longest)
    wide, high = max(1, round(width / shrink)), max(1, round(height / shrink))
    columns = np.linspace(0, width, wide + 1).astype(int)
    rows = np.linspace(0, height, high + 1).astype(int)
    step = max(1, int(shrink / SAMPLES))
    value = np.full((high, wide), np.nan, dtype=np.float32)
    wrapped = np.full((high, wide), np.nan, dtype=np.float32)
    at_once = max(1, int(BLOCK / (shrink * width)))
    for first in range(0, high, at_once):
        last = min(high, first + at_once)
        top, bottom = int(rows[first]), int(rows[last])
        sums = [np.zeros((last - first, wide)) for _ in range(4)]
        for left in range(0, wide, _columns_at_once(bottom - top, shrink)):
            right = min(wide, left + _columns_at_once(bottom - top, shrink))
            x0, x1 = int(columns[left]), int(columns[right])
            phase = interferogram.read(column + x0, row + top, x1 - x0, bottom - top)
            for total, part in zip(sums, _sums(phase, rows[first : last + 1] - top,
                                               columns[left : right + 1] - x0, step)):
                total[:, left:right] = part
        count, plain, cosine, sine = sums
        seen = count > 0
        value[first:last][seen] = (plain[seen] / count[seen]).astype(np.float32)
        wrapped[first:last][seen] = np.arctan2(sine[seen], cosine[seen]).astype(np.float32)
    return value, wrapped


def _columns_at_once(rows: int, shrink: float) -> int:
    """Picture columns whose source pixels, `rows` high, stay within one block."""
    return max(1, int(BLOCK / (max(rows, 1) * shrink)))


def _sums(phase: np.ndarray, rows: np.ndarray, columns: np.ndarray, step: int) -> list[np.ndarray]:
    """Count, sum, sum of cosines and of sines of every `step`-th pixel, per picture pixel.

    `rows` and `columns` are the edges of the picture's pixels, from 0 to the size of `phase`.
    """
    sampled = phase[::step, ::step].astype(np.float64)
    valid = np.isfinite(sampled)
    filled = np.where(valid, sampled, 0.0)
    # a sample belongs to the picture pixel in which it lies; every picture pixel is wider than the step
    at_row = np.searchsorted(np.arange(0, phase.shape[0], step), rows[:-1])
    at_column = np.searchsorted(np.arange(0, phase.shape[1], step), columns[:-1])
    return [
        np.add.reduceat(np.add.reduceat(part, at_row, axis=0), at_column, axis=1)
        for part in (valid.astype(np.float64), filled, np.cos(filled) * valid, np.sin(filled) * valid)
    ]
