"""Numbers that stand for no data although the file declares nothing: -9999, -99, zeros at the edge.

A measured value of a raster of floating-point numbers hardly ever occurs twice. One that occurs thousands of
times is no measurement, unless values were cut off at the ends of the range. Whole numbers repeat; there
only a value far from all others, or areas of zeros that no other number fills, count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import numpy as np

from .containers.gdalio import BandReader
from .decode import opening, valid_values
from .model import Layer, Product
from .packing import stores_whole_numbers
from .values import spread_windows

SENTINELS = (-9999.0, -32768.0, -99999.0, 9999.0, -999.0, 32767.0, 99999.0, -9999.9, -999.9)
"""Numbers that often stand for no data without being declared; as the smallest or largest value they do."""
ROUND_FILLS = (*SENTINELS, -99.0, 99.0, 999.0, -1.0e4, -1.0e5, 0.0, 255.0, 65535.0)
"""Numbers that are believed to be fill values where they also repeat."""
ZERO_SHARE = 0.002
"""Share of exact zeros from which they have no data in floating-point numbers."""
FILL_SHARE = 0.003
"""Share of one repeated number from which it can be a fill value."""
REPETITION = 20
"""How many times more often a fill value occurs than any other number."""
GAP_SHARE = 0.25
"""Distance of a fill value from all other values, as a share of their range."""
BLOCK_PIXELS = 5
"""Side of the smallest block of zeros that counts as an area in whole numbers."""
_BORDER_WINDOWS, _BORDER_PIXELS = 24, 16
_MAX_FILLS = 3


def find_fill_values(product: Product, layer: Layer, reader: BandReader) -> None:
    """Add undeclared fill values to a layer's nodata values, each with a note."""
    whole = stores_whole_numbers(reader.raster_band)
    raw = [reader.read(*window) for window in _windows(reader)]
    for _ in range(_MAX_FILLS):
        value = _fill_value(layer, raw, whole)
        if value is None:
            return
        layer.nodata = (*layer.nodata, value)
        product.notes.append(
            "Exact zeros are taken as no data: phase is hardly ever exactly 0."
            if value == 0
            else f"{value:g} stands for no data though nothing declares it."
        )


def _windows(reader: BandReader) -> Iterator[tuple[int, int, int, int]]:
    """Windows spread over a raster, and along the borders of a large one, where fill values are."""
    height, width = reader.shape
    yield from spread_windows(height, width)
    size = min(_BORDER_PIXELS, height, width)
    if height * width > 2**20:
        for col in np.linspace(0, width - size, _BORDER_WINDOWS).astype(int):
            yield from ((int(col), row, size, size) for row in (0, height - size))
        for row in np.linspace(0, height - size, _BORDER_WINDOWS).astype(int):
            yield from ((col, int(row), size, size) for col in (0, width - size))


def _fill_value(layer: Layer, raw: list[np.ndarray], whole: bool) -> Optional[float]:
    known = np.concatenate([block[valid_values(layer, block)] for block in raw])
    if known.size == 0:
        return None
    values, counts = np.unique(known, return_counts=True)
    if len(values) < 2:
        return 0.0 if values[0] == 0 and not whole else None
    for end in (0, -1):
        if float(values[end]) in SENTINELS:
            return float(values[end])
    zeros = counts[values == 0]
    if zeros.size and not whole and zeros[0] > ZERO_SHARE * known.size:
        return 0.0
    top = int(np.argmax(counts))
    value, share = float(values[top]), counts[top] / known.size
    if share < FILL_SHARE:
        return None
    if _is_isolated(values, top):
        return value
    if not whole:
        alone = counts[top] > REPETITION * np.max(np.delete(counts, top))
        cut_off = top in (0, len(values) - 1) and value not in ROUND_FILLS
        return value if alone and not cut_off else None
    return 0.0 if 0.0 in (value, *values[:1], *values[-1:]) and _zeros_fill_areas(raw) else None


def _is_isolated(values: np.ndarray, index: int) -> bool:
    """Whether one value lies far outside the range of all others."""
    others = np.delete(values, index).astype(np.float64)
    distance = max(others[0] - float(values[index]), float(values[index]) - others[-1])
    return bool(distance > GAP_SHARE * (others[-1] - others[0]) and len(others) > 8)


def _zeros_fill_areas(raw: list[np.ndarray]) -> bool:
    """Whether zeros fill blocks as no neighbouring whole number does."""
    area = dict.fromkeys((0, -2, -1, 1, 2), 0)
    for level in area:
        area[level] = sum(int(opening(block == level, BLOCK_PIXELS).sum()) for block in raw)
    usual = max(area[level] for level in area if level)
    return area[0] >= BLOCK_PIXELS**2 and area[0] > 5 * usual
