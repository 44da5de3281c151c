"""Data, model and residual of one look side by side in SVG, with one colour scale and the fault's outline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Optional

import numpy as np

from ..raster.longitude import near_longitude
from ..report.pictures import encode_png, entries, style_palette
from ..report.svg_map import coordinate, data_uri, nice_step, ticks
from ..source.results import Fault, SourceEstimate
from .ground_motion import FitMap, FitPoints, colour_limit

PANEL, GAP, LEFT, TOP, BOTTOM = 300.0, 16.0, 66.0, 28.0, 74.0
"""Width of a panel, space between panels, and margins, in SVG units."""
LETTER = 6.5
"""Width of a letter of a label; a label that would run into the next panel is left out."""
MAX_ASPECT, MIN_ASPECT = 1.4, 0.5
"""Largest and smallest height of a panel relative to its width."""
MAX_PICTURE_SIDE = 420
"""Longest side of a panel's picture in pixels."""
MAX_POINTS = 2500
"""Points drawn in a panel where a look has no raster."""
CENTIMETRES = 100.0
ROUND_VALUES = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Ends of the colour scale, times a power of ten."""
TITLES = ("Data", "Model", "Residual")

Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A panel on the page and the degrees that it shows."""

    extent: Extent
    width: float
    height: float

    def xy(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Position in the panel, in SVG units."""
        west, south, east, north = self.extent
        x = (near_longitude(longitude, west) - west) / (east - west) * self.width
        return x, (north - latitude) / (north - south) * self.height


def panels_svg(estimate: SourceEstimate, points: FitPoints, fit: Optional[FitMap], limit_m: float) -> str:
    """Draw data, model and residual of one look.

    Parameters
    ----------
    estimate : SourceEstimate
        Its faults are drawn over the panels.
    points : FitPoints
    fit : FitMap, optional
        Pixels of the scene in degrees (WGS 84), drawn instead of the points.
    limit_m : float
        End of the colour scale in m; all looks of a page share it.
    """
    top = _round_up(CENTIMETRES * limit_m)
    palette = style_palette("displacement")
    frame = _frame(points, fit)
    columns = _columns(points, fit, frame, top, palette)
    full_width = LEFT + 3 * PANEL + 2 * GAP + 10
    full_height = TOP + frame.height + BOTTOM
    parts = [
        f'<svg class="map panels" viewBox="0 0 {full_width:.0f} {full_height:.0f}" role="img" '
        f'aria-label="{escape(f"Data, model and residual of {points.name}", quote=True)}" '
        'xmlns="http://www.w3.org/2000/svg">'
    ]
    overlay = _faults(estimate, frame)
    for number, (title, picture) in enumerate(zip(TITLES, columns)):
        x = LEFT + number * (PANEL + GAP) + (PANEL - frame.width) / 2
        parts.append(
            f'<g transform="translate({x:.1f} {TOP:.1f})">'
            f'<text x="{frame.width / 2:.1f}" y="-9" text-anchor="middle" font-weight="600">{title}</text>'
            f'<svg width="{frame.width:.1f}" height="{frame.height:.1f}" overflow="hidden">'
            f'<rect class="paper" width="100%" height="100%"/>{picture}{overlay}</svg>'
            f'<rect class="frame" width="{frame.width:.1f}" height="{frame.height:.1f}"/>'
            f"{_axes(frame, number == 0)}</g>"
        )
    parts += [_scale_bar(frame), _colour_bar(palette, top, frame, full_width), "</svg>"]
    return "".join(parts)


def _frame(points: FitPoints, fit: Optional[FitMap]) -> Frame:
    """The panel round the pixels or points, with degrees in their proportion on the ground."""
    if fit is not None:
        extent = fit.grid.extent
    else:
        longitude = near_longitude(points.longitude, float(points.longitude[0]))
        west, east = float(longitude.min()), float(longitude.max())
        south, north = float(points.latitude.min()), float(points.latitude.max())
        pad = 0.02 * max(east - west, north - south, 0.01)
        extent = (west - pad, south - pad, east + pad, north + pad)
    middle = math.radians((extent[1] + extent[3]) / 2)
    aspect = (extent[3] - extent[1]) / ((extent[2] - extent[0]) * max(0.05, math.cos(middle)))
    if MIN_ASPECT <= aspect <= MAX_ASPECT:
        return Frame(extent, PANEL, PANEL * aspect)
    if aspect > MAX_ASPECT:
        return Frame(extent, PANEL * MAX_ASPECT / aspect, PANEL * MAX_ASPECT)
    return Frame(extent, PANEL, PANEL * aspect)


def _columns(
    points: FitPoints, fit: Optional[FitMap], frame: Frame, top: float, palette: np.ndarray
) -> list[str]:
    """The contents of the three panels."""
    if fit is None:
        return [
            _dots(points, values, frame, top, palette)
            for values in (points.data, points.model, points.residual)
        ]
    step = max(1, math.ceil(max(fit.data.shape) / MAX_PICTURE_SIDE))
    pictures = []
    for values in (fit.data, fit.model, fit.residual):
        shown = values[::step, ::step]
        shown = shown[::-1] if fit.grid.is_south_up else shown
        png = encode_png(entries(CENTIMETRES * shown, -top, top), palette)
        pictures.append(
            f'<image width="{frame.width:.1f}" height="{frame.height:.1f}" preserveAspectRatio="none" '
            f'href="{data_uri(png)}"/>'
        )
    return pictures


def _dots(points: FitPoints, values: np.ndarray, frame: Frame, top: float, palette: np.ndarray) -> str:
    """Points coloured by their values."""
    step = max(1, math.ceil(len(values) / MAX_POINTS))
    chosen = slice(None, None, step)
    colours = palette[entries(CENTIMETRES * np.asarray(values[chosen]), -top, top)]
    radius = min(6.0, max(1.5, 0.6 * frame.width / math.sqrt(max(len(colours), 1))))
    dots = []
    places = zip(points.longitude[chosen].tolist(), points.latitude[chosen].tolist(), colours.tolist())
    for longitude, latitude, (red, green, blue, _) in places:
        x, y = frame.xy(longitude, latitude)
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>')
    return f'<g stroke="#39434a" stroke-width="0.3">{"".join(dots)}</g>'


def _faults(estimate: SourceEstimate, frame: Frame) -> str:
    """Outlines, upper edges and the centroid; the plane that did not win is dashed."""
    shapes = []
    if len(estimate.faults) == 1:
        shapes.append(_fault(estimate.planes[1].fault, frame, 'stroke-dasharray="4 3" stroke-width="1"', 1.4))
    shapes += [_fault(fault, frame, 'stroke-width="1.2"', 3.0) for fault in estimate.faults]
    x, y = frame.xy(estimate.longitude, estimate.latitude)
    shapes.append(f'<path d="M{x - 5:.1f} {y:.1f}h10M{x:.1f} {y - 5:.1f}v10" stroke-width="1.4"/>')
    return f'<g fill="none" stroke="#111">{"".join(shapes)}</g>'


def _fault(fault: Fault, frame: Frame, style: str, edge: float) -> str:
    outline = "L".join("{:.1f} {:.1f}".format(*frame.xy(*corner[:2])) for corner in fault.corners)
    upper = "L".join("{:.1f} {:.1f}".format(*frame.xy(*end[:2])) for end in fault.top_edge)
    shape = f'<path d="M{outline}Z" {style}/>' if outline else ""
    return shape + (f'<path d="M{upper}" stroke-width="{edge}"/>' if upper else "")


def _axes(frame: Frame, with_latitude: bool) -> str:
    west, south, east, north = frame.extent
    parts = []
    step = nice_step(east - west, max(2, int(frame.width / 75)))
    for value in ticks(west, east, max(2, int(frame.width / 75))):
        x = frame.xy(value, south)[0]
        parts.append(f'<path class="tick" d="M{x:.1f} {frame.height:.1f}v5"/>')
        label = coordinate(value, step, "x", True)
        beyond = max(-x, x - frame.width) + LETTER * len(label) / 2
        if beyond < GAP / 2:
            parts.append(f'<text x="{x:.1f}" y="{frame.height + 18:.1f}" text-anchor="middle">{label}</text>')
    if not with_latitude:
        return "".join(parts)
    step = nice_step(north - south, max(2, int(frame.height / 70)))
    for value in ticks(south, north, max(2, int(frame.height / 70))):
        y = frame.xy(west, value)[1]
        parts.append(f'<path class="tick" d="M0 {y:.1f}h-5"/>')
        label = coordinate(value, step, "y", True)
        parts.append(f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return "".join(parts)


def _scale_bar(frame: Frame) -> str:
    west, south, east, north = frame.extent
    kilometres = (east - west) * 111.32 * math.cos(math.radians((south + north) / 2))
    length = nice_step(kilometres / 3, 1)
    length = length if length <= kilometres / 2 else length / 2
    drawn = length / kilometres * frame.width
    x, y = LEFT + (PANEL - frame.width) / 2, TOP + frame.height + 42
    return (
        f'<path class="scale" d="M{x:.1f} {y - 5:.1f}v5h{drawn:.1f}v-5"/>'
        f'<text x="{x + drawn / 2:.1f}" y="{y + 15:.1f}" text-anchor="middle">{length:g} km</text>'
    )


def _colour_bar(palette: np.ndarray, top: float, frame: Frame, full_width: float) -> str:
    length = 320.0
    left, y = full_width - 10 - length, TOP + frame.height + 32
    strip = data_uri(encode_png(np.arange(1, 256, dtype=np.uint8)[None, :], palette))
    labels = ((0.0, f"−{top:g}", "start"), (0.5, "0", "middle"), (1.0, f"{top:g}", "end"))
    words = "".join(
        f'<text x="{left + at * length:.1f}" y="{y + 24:.1f}" text-anchor="{anchor}">{label}</text>'
        for at, label, anchor in labels
    )
    return (
        f'<image x="{left:.1f}" y="{y:.1f}" width="{length:.1f}" height="10" preserveAspectRatio="none" '
        f'href="{strip}"/><rect class="frame" x="{left:.1f}" y="{y:.1f}" width="{length:.1f}" height="10"/>'
        f'{words}<text class="caption" x="{left + length:.1f}" y="{y + 39:.1f}" text-anchor="end">'
        "motion towards the satellite, cm</text>"
    )


def _round_up(value: float) -> float:
    """The next round value, at most a quarter larger: the colours are used to their ends."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in ROUND_VALUES if step * power >= value * (1 - 1e-6)), 10 * power)


def limit_of(pairs: Sequence[tuple[FitPoints, Optional[FitMap]]]) -> float:
    """One end of the colour scale in m for all looks of a page."""
    limits = [colour_limit(points.data, points.model) for points, _ in pairs]
    limits += [colour_limit(fit.data, fit.model) for _, fit in pairs if fit is not None]
    return max(limits, default=0.0) or 0.01
