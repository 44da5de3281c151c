"""The report's maps: fringes, line-of-sight displacement, heatmap with boxes, and each box close up."""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from .interferogram import Interferogram, Quantity
from .pictures import GREY_STOPS, encode_png, entries, north_up, overview, palette, style_palette
from .report_map import ColourBar, Mark, map_svg
from .results import Box, Result

CLOSE_UPS = 6
"""Boxes shown close up, by rank."""
CLOSE_UP_LONGEST = 360
"""Longest side of a close-up in pixels."""
MARGIN = 0.6
"""Room around a box in its close-up, as a part of the box's longer side."""

Window = tuple[int, int, int, int]


def fringe_map(
    interferogram: Interferogram, window: Window, marks: list[Mark], title: str, longest: int
) -> str:
    """Wrapped phase in cyclic colours."""
    phase = overview(interferogram, True, window, longest)
    colours = style_palette("wrapped")
    bar = ColourBar(colours, "phase, rad", ((0, "−π"), (0.5, "0"), (1, "π")))
    return _map(
        [encode_png(entries(phase, -math.pi, math.pi), colours)], interferogram, window, marks, title, bar
    )


def displacement_map(interferogram: Interferogram, window: Window, marks: list[Mark]) -> tuple[str, str]:
    """Continuous phase as line-of-sight displacement in diverging colours, and what its zero is.

    Without a wavelength the map stays in radians.
    """
    phase = overview(interferogram, False, window)
    factor, unit = 1.0, "rad"
    if interferogram.wavelength:
        factor, unit = 100 * interferogram.wavelength / (4 * math.pi), "cm"
    shown = phase * np.float32(factor)
    zero = "Zero is the product's own."
    if interferogram.quantity is Quantity.UNWRAPPED and np.isfinite(shown).any():
        shown = shown - np.nanmedian(shown)
        zero = "Zero is the scene's median: unwrapped phase is known up to a constant."
    top = _round_up(float(np.nanpercentile(np.abs(shown), 99.5)) if np.isfinite(shown).any() else 1.0)
    colours = style_palette("displacement")
    bar = ColourBar(
        colours, f"towards the satellite is positive, {unit}", ((0, f"−{top:g}"), (0.5, "0"), (1, f"{top:g}"))
    )
    picture = encode_png(entries(shown, -top, top), colours)
    return _map([picture], interferogram, window, marks, "Line-of-sight displacement", bar), zero


def heat_map(result: Result, interferogram: Interferogram, window: Window, marks: list[Mark]) -> str:
    """The attention heatmap in hot colours over grey fringes."""
    fringes = 0.5 + 0.5 * np.cos(overview(interferogram, True, window))
    heat = north_up(thin(result.heat), result.grid)
    colours = style_palette("heatmap")
    pictures = [
        encode_png(entries(fringes, 0, 1), palette(GREY_STOPS)),
        encode_png(entries(heat, 0, 1), colours),
    ]
    bar = ColourBar(colours, "heat, 0 to 1", ((0, "0"), (0.5, "0.5"), (1, "1")))
    return _map(pictures, interferogram, window, marks, "Heatmap and boxes", bar)


def close_up(box: Box, interferogram: Interferogram, window: Window) -> Optional[str]:
    """The fringes round one box; None when the box fills most of the scene anyway."""
    left, top, wide, high = _around(box, interferogram, window)
    if wide * high > 0.5 * window[2] * window[3]:
        return None
    return fringe_map(
        interferogram, (left, top, wide, high), [_mark(box)], f"Box {box.rank} close up", CLOSE_UP_LONGEST
    )


def marks_of(boxes: list[Box]) -> list[Mark]:
    """The boxes' numbered rectangles; the first is drawn last and so lies on top."""
    return [_mark(box) for box in reversed(boxes)]


def window_of(result: Result, interferogram: Interferogram) -> Window:
    """Source pixels that the result's grid covers: the whole raster, or the part that was asked for."""
    grid = interferogram.grid
    xmin, ymin, xmax, ymax = result.grid.extent
    corners = [grid.colrow(x, y) for x, y in ((xmin, ymin), (xmax, ymax))]
    left = min(max(0, round(min(column for column, _ in corners))), grid.width - 1)
    top = min(max(0, round(min(row for _, row in corners))), grid.height - 1)
    right = min(grid.width, max(left + 1, round(max(column for column, _ in corners))))
    bottom = min(grid.height, max(top + 1, round(max(row for _, row in corners))))
    return left, top, right - left, bottom - top


def thin(values: np.ndarray, longest: int = 900) -> np.ndarray:
    """Every n-th row and column, so that the picture's longest side stays within `longest`."""
    step = max(1, math.ceil(max(values.shape) / longest))
    return values[::step, ::step]


def _map(
    pictures: list[bytes],
    interferogram: Interferogram,
    window: Window,
    marks: list[Mark],
    title: str,
    bar: ColourBar,
) -> str:
    grid = interferogram.grid
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


def _mark(box: Box) -> Mark:
    return Mark(str(box.rank), box.extent)


def _around(box: Box, interferogram: Interferogram, window: Window) -> Window:
    """Window round a box, within the scene, with room on every side."""
    grid = interferogram.grid
    corners: Any = [grid.colrow(box.extent[0], box.extent[1]), grid.colrow(box.extent[2], box.extent[3])]
    columns, rows = sorted(corner[0] for corner in corners), sorted(corner[1] for corner in corners)
    dx, dy = grid.pixel_size_m
    room = MARGIN * max((columns[1] - columns[0]) * dx, (rows[1] - rows[0]) * dy)
    left = max(window[0], math.floor(columns[0] - room / dx))
    right = min(window[0] + window[2], math.ceil(columns[1] + room / dx))
    top = max(window[1], math.floor(rows[0] - room / dy))
    bottom = min(window[1] + window[3], math.ceil(rows[1] + room / dy))
    return left, top, max(1, right - left), max(1, bottom - top)


def _round_up(value: float) -> float:
    """The next of 1, 2, 3, 5 times a power of ten: an end of a scale that reads well."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        (factor * power for factor in (1, 2, 3, 5, 10) if factor * power >= value * (1 - 1e-9)), value
    )
