"""The maps of the report: heatmap with boxes, fringes, line-of-sight displacement, close-ups of boxes."""

from __future__ import annotations

import math
from typing import Callable, Optional

import numpy as np

from ..interferogram import Interferogram, Quantity
from ..results import Box, Result
from .pictures import GREY_STOPS, LONGEST, encode_png, entries, overview, palette, style_palette
from .svg_map import ColourBar, Mark, map_svg

MAX_CLOSE_UP_SIDE = 360
"""Longest side of a close-up in pixels."""
CLOSE_UP_MARGIN_RATIO = 0.6
"""Margin round a box in its close-up, as a fraction of the box's longer side."""
MAX_CLOSE_UP_SHARE = 0.5
"""A box gets no close-up when it would show more than this fraction of the scene."""

Window = tuple[int, int, int, int]
Tick = Callable[[], None]


class Maps:
    """Draws the maps of one result.

    Parameters
    ----------
    result : Result
    interferogram : Interferogram
        Its phase is read in parts and decimated.
    tick : callable, optional
        Called before each read; may raise to stop.
    """

    def __init__(self, result: Result, interferogram: Interferogram, tick: Optional[Tick] = None) -> None:
        self._result, self._source, self._tick = result, interferogram, tick
        self._window = window_of(result, interferogram)
        self._marks = [_mark(box) for box in reversed(result.boxes)]  # the first box is drawn last, on top
        self._fringes = self._read(True, self._window, LONGEST)

    def heat(self) -> str:
        """The attention heatmap over grey fringes."""
        colours = style_palette("heatmap")
        pictures = [
            encode_png(entries(0.5 + 0.5 * np.cos(self._fringes), 0, 1), palette(GREY_STOPS)),
            encode_png(entries(_thin(self._result.heat), 0, 1), colours),
        ]
        bar = ColourBar(colours, "heat, 0 to 1", ((0, "0"), (0.5, "0.5"), (1, "1")))
        return self._map(pictures, self._window, self._marks, "Heatmap and boxes", bar)

    def fringes(self, title: str) -> str:
        """Phase wrapped to ±π in cyclic colours."""
        return self._cyclic(self._fringes, self._window, self._marks, title)

    def displacement(self) -> tuple[str, str]:
        """Unwrapped phase as line-of-sight displacement, and a sentence on its zero.

        Without a wavelength the map is in radians.
        """
        factor, unit = 1.0, "rad"
        if self._source.wavelength:
            factor, unit = 100 * self._source.wavelength / (4 * math.pi), "cm"
        shown = self._read(False, self._window, LONGEST) * np.float32(factor)
        any_valid = bool(np.isfinite(shown).any())
        reference = "Values are relative to the reference of the product."
        if self._source.quantity is Quantity.UNWRAPPED and any_valid:
            shown = shown - np.nanmedian(shown)
            reference = "Zero is the median of the scene, because unwrapped phase has an unknown constant."
        top = round_up(float(np.nanpercentile(np.abs(shown), 99.5)) if any_valid else 1.0)
        colours = style_palette("displacement")
        labels = ((0, f"−{top:g}"), (0.5, "0"), (1, f"{top:g}"))
        bar = ColourBar(colours, f"motion towards the satellite, {unit}", labels)
        picture = encode_png(entries(shown, -top, top), colours)
        return self._map([picture], self._window, self._marks, "Line-of-sight displacement", bar), reference

    def close_up(self, box: Box) -> Optional[str]:
        """The fringes round one box; None when the box fills most of the scene."""
        window = self._around(box)
        if window[2] * window[3] > MAX_CLOSE_UP_SHARE * self._window[2] * self._window[3]:
            return None
        phase = self._read(True, window, MAX_CLOSE_UP_SIDE)
        return self._cyclic(phase, window, [_mark(box)], f"Close-up of box {box.rank}")

    def _read(self, wrapped: bool, window: Window, longest: int) -> np.ndarray:
        return overview(self._source, wrapped, window, longest, self._tick)

    def _cyclic(self, phase: np.ndarray, window: Window, marks: list[Mark], title: str) -> str:
        colours = style_palette("wrapped")
        picture = encode_png(entries(phase, -math.pi, math.pi), colours)
        bar = ColourBar(colours, "phase, rad", ((0, "−π"), (0.5, "0"), (1, "π")))
        return self._map([picture], window, marks, title, bar)

    def _map(
        self, pictures: list[bytes], window: Window, marks: list[Mark], title: str, bar: ColourBar
    ) -> str:
        grid = self._source.grid
        dx, dy = grid.pixel_size_m
        return map_svg(
            pictures,
            grid.subgrid(*window).extent,
            (window[2] * dx, window[3] * dy),
            title=title,
            geographic=grid.is_geographic,
            metric=grid.is_metric,
            bar=bar,
            marks=marks,
        )

    def _around(self, box: Box) -> Window:
        """Window round a box with a margin on every side, within the scene."""
        grid, whole = self._source.grid, self._window
        corners = [grid.colrow(*box.extent[:2]), grid.colrow(*box.extent[2:])]
        columns, rows = sorted(corner[0] for corner in corners), sorted(corner[1] for corner in corners)
        dx, dy = grid.pixel_size_m
        room = CLOSE_UP_MARGIN_RATIO * max((columns[1] - columns[0]) * dx, (rows[1] - rows[0]) * dy)
        left = max(whole[0], math.floor(columns[0] - room / dx))
        right = min(whole[0] + whole[2], math.ceil(columns[1] + room / dx))
        top = max(whole[1], math.floor(rows[0] - room / dy))
        bottom = min(whole[1] + whole[3], math.ceil(rows[1] + room / dy))
        return left, top, max(1, right - left), max(1, bottom - top)


def window_of(result: Result, interferogram: Interferogram) -> Window:
    """Source pixels that the grid of the result covers: the whole raster or the part that was analysed."""
    grid = interferogram.grid
    extent = result.grid.extent
    corners = [grid.colrow(*extent[:2]), grid.colrow(*extent[2:])]
    left = min(max(0, round(min(column for column, _ in corners))), grid.width - 1)
    top = min(max(0, round(min(row for _, row in corners))), grid.height - 1)
    right = min(grid.width, max(left + 1, round(max(column for column, _ in corners))))
    bottom = min(grid.height, max(top + 1, round(max(row for _, row in corners))))
    return left, top, right - left, bottom - top


def round_up(value: float) -> float:
    """The next of 1, 2, 3 or 5 times a power of ten, for the ends of a colour bar."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        (factor * power for factor in (1, 2, 3, 5, 10) if factor * power >= value * (1 - 1e-6)), value
    )


def _mark(box: Box) -> Mark:
    return Mark(str(box.rank), box.extent)


def _thin(values: np.ndarray) -> np.ndarray:
    """Every n-th row and column, so that the longest side is at most `LONGEST` pixels."""
    step = max(1, math.ceil(max(values.shape) / LONGEST))
    return values[::step, ::step]
