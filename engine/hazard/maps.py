"""The maps of the hazard page: classes in their colours, the fault and the places above them."""

from __future__ import annotations

from html import escape

import numpy as np

from ..raster.grid import spatial_reference, wkt_of_epsg
from ..report.pictures import encode_png
from ..report.svg_map import Rectangle, map_svg
from .classes import transformed
from .colours import colours_of
from .result import HazardResult, Theme

MAX_PIXELS = 900
"""Longest side of a picture."""
NO_CLASS = 255
"""Palette entry of ground that was seen but reaches no class; ground without data stays grey."""
MAX_PLACES = 12
"""Places named on a map, the largest or nearest first."""
LABEL_CLEARANCE = 16.0
"""Smallest distance between two labels in SVG units, along y; along x eight times as much."""


def theme_map(result: HazardResult, theme: Theme) -> str:
    """One map as SVG."""
    classes = theme.classes
    grid = classes.grid
    step = max(1, max(grid.width, grid.height) // MAX_PIXELS)
    table = np.zeros((256, 4), dtype=np.uint8)
    for number, colour in enumerate(colours_of(theme), start=1):
        table[number] = (*colour, 215)
    table[NO_CLASS] = (255, 255, 255, 255)
    index = classes.index[::step, ::step].astype(np.uint8)
    if classes.index.shape == result.motion.rise.shape:
        known = np.isfinite(result.motion.rise[::step, ::step])
        index = np.where((index == 0) & known, NO_CLASS, index).astype(np.uint8)
    picture = encode_png(index, table)
    dx, dy = grid.pixel_size_m

    def overlay(frame: Rectangle) -> str:
        return _faults(result, theme, frame) + _places(result, theme, frame)

    return map_svg(
        [picture],
        grid.extent,
        (grid.width * dx, grid.height * dy),
        title=theme.title,
        geographic=grid.is_geographic,
        overlay=overlay,
    )


def legend(theme: Theme) -> str:
    """The classes that occur, with their colours."""
    present = set(np.unique(theme.classes.index).tolist())
    entries = "".join(
        f'<span class="key"><i style="background:rgb({red},{green},{blue})"></i>{escape(band.label)}</span>'
        for number, ((red, green, blue), band) in enumerate(zip(colours_of(theme), theme.classes.bands), 1)
        if number in present
    )
    return f'<p class="legend">{entries}</p>'


def _on_map(
    theme: Theme, lon: np.ndarray, lat: np.ndarray, frame: Rectangle
) -> tuple[np.ndarray, np.ndarray]:
    """Positions in SVG units of places in degrees."""
    grid = theme.classes.grid
    x, y = transformed(np.asarray(lon, float), np.asarray(lat, float), wkt_of_epsg(4326), grid.crs_wkt)
    xmin, ymin, xmax, ymax = grid.extent
    reference = spatial_reference(grid.crs_wkt)
    if reference is not None and reference.IsGeographic():
        x = x + 360.0 * np.round(((xmin + xmax) / 2 - x) / 360.0)
    left, top, width, height = frame
    return left + (x - xmin) / (xmax - xmin) * width, top + (ymax - y) / (ymax - ymin) * height


def _faults(result: HazardResult, theme: Theme, frame: Rectangle) -> str:
    out = []
    for fault in result.faults:
        corners = np.array(fault.corners())
        x, y = _on_map(theme, corners[:, 0], corners[:, 1], frame)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y))
        out.append(f'<polygon class="fault" points="{points}"/>')
        out.append(f'<path class="top" d="M{x[0]:.1f} {y[0]:.1f}L{x[1]:.1f} {y[1]:.1f}"/>')
    left, top, width, height = frame
    clip = f"clip-{theme.key}"
    shape = f'<rect x="{left}" y="{top}" width="{width}" height="{height}"/>'
    return f'<clipPath id="{clip}">{shape}</clipPath><g clip-path="url(#{clip})">{"".join(out)}</g>'


def _places(result: HazardResult, theme: Theme, frame: Rectangle) -> str:
    """Dots with names, the most people first; a name that would cover another is left out."""
    ranked = sorted(result.places, key=lambda one: -(one.feature.people or 0.0))
    left, top, width, height = frame
    drawn: list[tuple[float, float]] = []
    out = []
    for place in ranked:
        feature = place.feature
        x, y = (
            float(part[0])
            for part in _on_map(theme, np.array([feature.longitude]), np.array([feature.latitude]), frame)
        )
        if not (left < x < left + width and top < y < top + height):
            continue
        clear = all(abs(y - b) > LABEL_CLEARANCE or abs(x - a) > 6 * LABEL_CLEARANCE for a, b in drawn)
        if not clear or len(drawn) >= MAX_PLACES:
            continue
        drawn.append((x, y))
        out.append(f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>')
        end = x > left + 0.8 * width
        anchor, shift = ("end", -6) if end else ("start", 6)
        out.append(
            f'<text class="placename" x="{x + shift:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">'
            f"{escape(feature.name)}</text>"
        )
    return "".join(out)
