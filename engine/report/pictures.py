"""Small PNG pictures of arrays: decimated reading, the colour ramps of the layer styles, and an encoder."""

from __future__ import annotations

import os
import re
import struct
import zlib
from typing import Any, Callable, Optional

import numpy as np

from ..errors import OutputError
from ..raster.resample import resample
from ..resources import STYLES

LONGEST = 900
"""Longest side of a picture in pixels."""
GREY_STOPS = ((0.0, (124, 128, 134, 255)), (1.0, (250, 250, 248, 255)))
"""Grey ramp of the fringes under the heatmap."""
ITEM = re.compile(r'<item\s+value="([-+.\deE]+)"\s+color="#([0-9a-fA-F]{6})"\s+alpha="(\d+)"')


def palette(stops: Any) -> np.ndarray:
    """A colour table for `encode_png`.

    Parameters
    ----------
    stops : sequence of (position, (red, green, blue, opacity))
        Positions increase from 0 to 1; colours and opacity are 0 to 255.

    Returns
    -------
    ndarray, shape (256, 4), uint8
        Entry 0 is transparent and means "no data"; entries 1 to 255 are the ramp.
    """
    positions = np.linspace(0.0, 1.0, 255)
    stop_positions = [position for position, _ in stops]
    table = np.zeros((256, 4), dtype=np.uint8)
    for channel in range(4):
        table[1:, channel] = np.rint(
            np.interp(positions, stop_positions, [colour[channel] for _, colour in stops])
        )
    return table


def read_style(name: str) -> str:
    """Text of a file in `resources/styles`.

    Raises
    ------
    OutputError
        When the file is missing.
    """
    path = os.path.join(STYLES, name)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise OutputError(f"The style “{path}” cannot be read; install QuakeFringe again.") from error


def style_palette(name: str) -> np.ndarray:
    """The colour table of a layer style, so that report and map use the same colours.

    Parameters
    ----------
    name : str
        File name in `resources/styles` without `.qml`.

    Raises
    ------
    OutputError
        When the style is missing or has no colour ramp.
    """
    items = ITEM.findall(read_style(f"{name}.qml"))
    if len(items) < 2:
        raise OutputError(f"The layer style “{name}” has no colour ramp; install QuakeFringe again.")
    values = [float(value) for value, _, _ in items]
    low, span = values[0], values[-1] - values[0]
    return palette(
        [
            ((float(value) - low) / span, (*bytes.fromhex(colour), int(alpha)))
            for value, colour, alpha in items
        ]
    )


def entries(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Palette entries of values: 1 up to `low`, 255 from `high` on, 0 where not finite."""
    span = high - low if high > low else 1.0
    valid = np.isfinite(values)
    scaled = np.clip((np.where(valid, values, low) - low) / span, 0, 1)
    return np.where(valid, 1 + np.rint(254 * scaled), 0).astype(np.uint8)


def encode_png(picture: np.ndarray, table: np.ndarray) -> bytes:
    """Encode a PNG with a palette (colour type 3 with transparency; PNG specification, sections 5 and 11).

    Parameters
    ----------
    picture : ndarray, shape (H, W), uint8
        Palette entries; the first row is at the top.
    table : ndarray, shape (256, 4), uint8
        Red, green, blue and opacity of each entry.
    """
    height, width = picture.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with its filter; 0 is none
    rows[:, 1:] = picture
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
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
    wrapped: bool,
    window: Optional[tuple[int, int, int, int]] = None,
    longest: int = LONGEST,
    tick: Optional[Callable[[], None]] = None,
) -> np.ndarray:
    """Read a window of an interferogram, averaged to the size of a picture.

    Parameters
    ----------
    interferogram : Interferogram
        Read in blocks, so that memory does not grow with the raster.
    wrapped : bool
        Whether to average phasors, which gives the angle of the mean phasor; otherwise values are averaged.
    window : tuple of int, optional
        First column, first row, width and height in source pixels; by default the whole raster.
    longest : int
        Longest side of the picture in pixels. Smaller windows are not enlarged.
    tick : callable, optional
        Called before each read; may raise to stop.

    Returns
    -------
    ndarray, shape (h, w), float32
        Phase in radians, NaN where less than half of a pixel is valid.
    """
    grid = interferogram.grid
    column, row, width, height = window or (0, 0, grid.width, grid.height)
    shrink = max(1.0, max(width, height) / longest)
    wide, high = max(1, round(width / shrink)), max(1, round(height / shrink))

    def read(left: int, top: int, columns: int, rows: int) -> np.ndarray:
        if tick is not None:
            tick()
        return interferogram.read(column + left, row + top, columns, rows)

    return resample(read, (width, height), (width / wide, height / high), wrapped)
