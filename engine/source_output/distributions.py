"""Marginal distributions of the estimate as small histograms in SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Optional

import numpy as np

from ..report.svg_map import ticks
from ..source.results import Interval, SourceEstimate

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 224.0, 92.0, 8.0, 26.0, 26.0
"""Size of the area of bars and its margins, in SVG units."""
BINS = 28
SHOWN_PERCENTILES = (1.0, 99.0)
"""Percentiles at the ends of a histogram, which always shows the interval; draws far away would
squeeze it."""
COLOURS = ("#b3262f", "#8b959c")
"""Bars of draws on the first and on the second nodal plane."""


@dataclass(frozen=True)
class Marginal:
    """One parameter: its title, unit, value, 90 % interval, draws, and period where it is an angle."""

    title: str
    unit: str
    value: float
    interval: Interval
    draws: np.ndarray
    planes: np.ndarray
    period: float = 0.0


def marginals(estimate: SourceEstimate) -> list[Marginal]:
    """The parameters that a page shows; angles are those of the likelier plane."""
    draws, first = estimate.draws, estimate.planes[0]
    everything = np.asarray(draws.plane)
    own = everything == 0
    out = [
        Marginal("Mw", "", estimate.mw, estimate.mw_90, draws.mw, everything),
        Marginal("Depth", "km", estimate.depth_km, estimate.depth_km_90, draws.depth_km, everything),
    ]
    for title, value, interval, column, period in (
        ("Strike", first.strike, first.strike_90, draws.strike, 360.0),
        ("Dip", first.dip, first.dip_90, draws.dip, 0.0),
        ("Rake", first.rake, first.rake_90, draws.rake, 360.0),
    ):
        out.append(Marginal(title, "°", value, interval, np.asarray(column)[own], everything[own], period))
    for title, unit, name in (
        ("Length", "km", "length_km"),
        ("Width", "km", "width_km"),
        ("Slip", "m", "slip_m"),
        ("Stress drop", "MPa", "stress_drop_mpa"),
    ):
        value, interval = getattr(estimate, name), getattr(estimate, f"{name}_90")
        out.append(Marginal(title, unit, value, interval, getattr(draws, name), everything))
    return out


def histogram_svg(marginal: Marginal) -> Optional[str]:
    """One histogram with the 90 % interval shaded and the value as a line; None without draws."""
    values = _near(np.asarray(marginal.draws, float), marginal)
    good = np.isfinite(values)
    values, planes = values[good], np.asarray(marginal.planes)[good]
    if len(values) < 2:
        return None
    low, high = np.percentile(values, SHOWN_PERCENTILES)
    low, high = min(low, marginal.interval[0]), max(high, marginal.interval[1])
    low, high = min(low, marginal.value), max(high, marginal.value)
    pad = 0.04 * (high - low) or 0.05 * max(abs(high), 1.0)
    low, high = low - pad, high + pad
    counts = [np.histogram(values[planes == plane], BINS, (low, high))[0] for plane in (0, 1)]
    most = max(1, int((counts[0] + counts[1]).max()))

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * WIDTH

    full_height = TOP + HEIGHT + BOTTOM
    title = f"{marginal.title}{f', {marginal.unit}' if marginal.unit else ''}"
    start, end = (x(edge) for edge in marginal.interval)
    parts = [
        f'<svg class="marginal" viewBox="0 0 {WIDTH + 2 * LEFT:.0f} {full_height:.0f}" role="img" '
        f'aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">'
        f'<text x="{LEFT}" y="16" font-weight="600">{escape(title)}</text>'
        f'<rect x="{start:.1f}" y="{TOP}" width="{max(end - start, 0.5):.1f}" height="{HEIGHT}" '
        'fill="#eceff1"/>'
    ]
    bar = WIDTH / BINS
    for index in range(BINS):
        bottom = TOP + HEIGHT
        for plane, colour in enumerate(COLOURS):
            tall = counts[plane][index] / most * (HEIGHT - 4)
            bottom -= tall
            if tall > 0:
                parts.append(
                    f'<rect x="{LEFT + index * bar:.2f}" y="{bottom:.2f}" width="{bar - 0.4:.2f}" '
                    f'height="{tall:.2f}" fill="{colour}" fill-opacity="0.85"/>'
                )
    at = x(marginal.value)
    parts.append(f'<path d="M{at:.1f} {TOP}v{HEIGHT}" stroke="#111" stroke-width="1.5"/>')
    parts.append(f'<path d="M{LEFT} {TOP + HEIGHT}h{WIDTH}" stroke="#39434a"/>')
    for value in ticks(low, high, 4):
        label = _label(value, marginal.period)
        parts.append(
            f'<path d="M{x(value):.1f} {TOP + HEIGHT}v4" stroke="#39434a"/>'
            f'<text x="{x(value):.1f}" y="{TOP + HEIGHT + 17}" text-anchor="middle">{label}</text>'
        )
    return "".join([*parts, "</svg>"])


def _near(values: np.ndarray, marginal: Marginal) -> np.ndarray:
    """Angles within half a turn of the value, so that a histogram is not cut at north."""
    if not marginal.period:
        return values
    half = marginal.period / 2
    return marginal.value + (values - marginal.value + half) % marginal.period - half


def _label(value: float, period: float) -> str:
    if period:
        value = value % period if value > 180 or value < -180 else value
    return f"{value:.6g}".replace("-", "−")
