"""A map as inline SVG: pictures, numbered boxes, coordinates, a scale bar and a colour bar."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Callable, Optional

import numpy as np

from .pictures import encode_png

MAX_WIDTH, MAX_HEIGHT = 560.0, 600.0
"""Largest map frame in SVG units."""
LEFT, RIGHT, TOP, BOTTOM = 78.0, 16.0, 10.0, 78.0
"""Margins round the frame for coordinates and legends, in SVG units."""

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class ColourBar:
    """Legend of a picture: its palette, a caption, and labels at positions 0 to 1."""

    palette: np.ndarray
    caption: str
    labels: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Mark:
    """A numbered rectangle on the map, in the coordinates of the raster."""

    text: str
    extent: Rectangle


def map_svg(
    pictures: Sequence[bytes],
    extent: Rectangle,
    ground: tuple[float, float],
    *,
    title: str,
    geographic: bool = False,
    metric: bool = True,
    bar: Optional[ColourBar] = None,
    marks: Sequence[Mark] = (),
    overlay: Optional[Callable[[Rectangle], str]] = None,
) -> str:
    """Draw pictures over one another in a frame with coordinates.

    Parameters
    ----------
    pictures : sequence of bytes
        PNG files of the whole `extent` with north at the top, from the lowest to the topmost.
    extent : tuple of float
        xmin, ymin, xmax, ymax in the coordinates of the raster.
    ground : tuple of float
        Width and height of the extent on the ground, in metres (in pixels without a CRS).
    title : str
        Description for screen readers.
    geographic : bool
        Whether coordinates are degrees of longitude and latitude.
    metric : bool
        Whether `ground` is in metres; otherwise there is no scale bar.
    bar : ColourBar, optional
        Legend under the map.
    marks : sequence of Mark
        Rectangles over the map.
    overlay : callable, optional
        overlay(frame) -> SVG to draw above the pictures; frame is x, y, width, height in SVG units.

    Returns
    -------
    str
        One `<svg>` element that refers to nothing outside itself.
    """
    scale = min(MAX_WIDTH / ground[0], MAX_HEIGHT / ground[1])
    width, height = ground[0] * scale, ground[1] * scale
    offset = LEFT + (MAX_WIDTH - width) / 2
    full_width, full_height = LEFT + MAX_WIDTH + RIGHT, TOP + height + BOTTOM
    frame = (offset, TOP, width, height)
    parts = [
        f'<svg class="map" viewBox="0 0 {full_width:.0f} {full_height:.0f}" role="img" '
        f'aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">',
        f'<rect class="paper" {_box(*frame)}/>',
    ]
    for picture in pictures:
        parts.append(f'<image {_box(*frame)} preserveAspectRatio="none" href="{data_uri(picture)}"/>')
    if overlay is not None:
        parts.append(overlay(frame))
    parts += [_mark(mark, extent, frame) for mark in marks]
    parts.append(f'<rect class="frame" {_box(*frame)}/>')
    parts += _axes(extent, frame, geographic)
    if metric:
        parts += _scale_bar(frame, scale)
    if bar is not None:
        parts += _colour_bar(bar, frame)
    return "\n".join([*parts, "</svg>"])


def data_uri(picture: bytes) -> str:
    """A PNG file as a `data:` URI, so that the page refers to no other file."""
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")


def nice_step(span: float, count: int) -> float:
    """The step of 1, 2 or 5 times a power of ten that divides `span` into at most `count` parts."""
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def ticks(low: float, high: float, count: int) -> list[float]:
    """Round values from `low` to `high`, about `count` of them."""
    if not high > low:
        return []
    step = nice_step(high - low, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def coordinate(value: float, step: float, axis: str, geographic: bool) -> str:
    """A coordinate such as `85.5° E`, or a number with thousands separated by spaces."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    if not geographic:
        return f"{value:,.{digits}f}".replace(",", "\u202f").replace("-", "\u2212")
    value = (value + 180) % 360 - 180 if axis == "x" and abs(value) > 180 else value
    side = ("EW" if axis == "x" else "NS")[value < 0] if round(value, digits) else ""
    return f"{abs(value):.{digits}f}°\u202f{side}".rstrip("\u202f")


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text{css} x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}">{escape(text)}</text>'


def _mark(mark: Mark, extent: Rectangle, frame: Rectangle) -> str:
    """A rectangle, clipped to the frame, with its number at its upper left corner."""
    x, y, width, height = frame
    per_x, per_y = width / (extent[2] - extent[0]), height / (extent[3] - extent[1])
    left = min(max(x + (mark.extent[0] - extent[0]) * per_x, x), x + width)
    right = min(max(x + (mark.extent[2] - extent[0]) * per_x, x), x + width)
    top = min(max(y + (extent[3] - mark.extent[3]) * per_y, y), y + height)
    bottom = min(max(y + (extent[3] - mark.extent[1]) * per_y, y), y + height)
    tag = 10.0 + 8.0 * len(mark.text)
    tag_x = min(left, x + width - tag)
    tag_y = top - 19 if top - 19 >= y else top
    where = _box(left, top, right - left, bottom - top)
    return (
        f'<g class="mark"><rect class="halo" {where}/><rect class="line" {where}/>'
        f'<rect class="tag" {_box(tag_x, tag_y, tag, 19)}/>'
        f"{_text(tag_x + tag / 2, tag_y + 14, mark.text, kind='number')}</g>"
    )


def _axes(extent: Rectangle, frame: Rectangle, geographic: bool) -> list[str]:
    """Ticks and coordinates along the left and the lower side."""
    x, y, width, height = frame
    parts = []
    for axis, low, high, count in (
        ("x", extent[0], extent[2], max(2, int(width / 110))),
        ("y", extent[1], extent[3], max(2, int(height / 70))),
    ):
        step = nice_step(high - low, count) if high > low else 1.0
        for value in ticks(low, high, count):
            fraction = (value - low) / (high - low)
            label = coordinate(value, step, axis, geographic)
            if axis == "x":
                position = x + fraction * width
                parts.append(f'<path class="tick" d="M{position:.2f} {y + height:.2f}v5"/>')
                parts.append(_text(position, y + height + 18, label))
            else:
                position = y + (1 - fraction) * height
                parts.append(f'<path class="tick" d="M{x:.2f} {position:.2f}h-5"/>')
                parts.append(_text(x - 8, position + 4, label, "end"))
    return parts


def _scale_bar(frame: Rectangle, scale: float) -> list[str]:
    """A bar of a round length on the ground, below the left corner of the map."""
    x, y, width, height = frame
    longest = 0.25 * width / scale
    length = nice_step(longest, 1)
    length = length if length <= longest * 1.0001 else length / 2
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    bottom, drawn = y + height + 44, length * scale
    return [
        f'<path class="scale" d="M{x:.2f} {bottom - 5:.2f}v5h{drawn:.2f}v-5"/>',
        _text(x + drawn / 2, bottom + 15, label),
    ]


def _colour_bar(bar: ColourBar, frame: Rectangle) -> list[str]:
    """The palette with its labels, below the right corner of the map."""
    x, y, width, height = frame
    length = min(260.0, 0.6 * width)
    left, top = x + width - length, y + height + 34
    strip = encode_png(np.arange(1, 256, dtype=np.uint8)[None, :], bar.palette)
    where = _box(left, top, length, 11)
    parts = [
        f'<rect class="ramp" {where}/>',
        f'<image {where} preserveAspectRatio="none" href="{data_uri(strip)}"/>',
        f'<rect class="frame" {where}/>',
    ]
    for position, label in bar.labels:
        anchor = "start" if position <= 0 else "end" if position >= 1 else "middle"
        parts.append(_text(left + position * length, top + 25, label, anchor))
    parts.append(_text(left + length, top + 40, bar.caption, "end", "caption"))
    return parts
