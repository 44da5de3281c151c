"""The hazard page: one HTML file that refers to no other, for screen and print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Optional

import numpy as np

from ..report.pictures import read_style
from .intensity import ROMAN
from .maps import legend, theme_map
from .result import HazardResult, Theme

CSS = """
.legend { display: flex; flex-wrap: wrap; gap: 3px 14px; margin: 4px 0 2px; font-size: 13px; }
.legend .key { white-space: nowrap; }
.legend i { display: inline-block; width: 14px; height: 12px; margin-right: 5px; vertical-align: -1px;
  border: 1px solid #9aa4ab; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.fault { fill: none; stroke: #111; stroke-width: 1.4; stroke-dasharray: 5 3; }
.top { fill: none; stroke: #111; stroke-width: 2.6; }
.place { fill: #fff; stroke: #111; stroke-width: 1.3; }
.map text.placename { font-size: 12px; fill: #111; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 14px; margin:
20px 0; } .headline div { background: var(--pale); border-left: 4px solid var(--accent); padding: 10px 14px; }
.headline b { display: block; font-size: 20px; line-height: 1.3; white-space: nowrap; }
.headline span { color: var(--soft); font-size: 13px; }
.model { display: inline-block; background: #fff3d1; border: 1px solid #c98a1b; padding: 0 6px; font-size:
12px; } td.text, th.text { text-align: left; } td.text:first-child { min-width: 13em; }
"""
MAX_PLACES = 40
"""Places in the table; all are in the GeoPackage."""
COUNTED = (
    ("people", "People"),
    ("settlements", "Settlements"),
    ("buildings", "Buildings"),
    ("roads_km", "Roads, km"),
)


def page_html(result: HazardResult) -> str:
    """The page as HTML text."""
    name = escape(_title(result))
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Hazard: "
        f"{name}</title>\n<style>\n{read_style('report.css')}{CSS}</style></head>\n<body><main>",
        f'<header><p class="kind">QuakeFringe hazard page</p><h1>{name}</h1></header>',
        _headline(result),
        _warnings(result.warnings),
        *(_theme(result, theme) for theme in result.themes),
        _places(result),
        _fault(result),
        "<h2>Sources</h2><ul>" + "".join(f"<li>{escape(one)}</li>" for one in result.sources) + "</ul>",
        '<h2>Limits</h2><ul class="limits">',
        *(f"<li><b>{escape(theme.title)}.</b> {escape(theme.limits)}</li>" for theme in result.themes),
        "<li><b>Exposure.</b> Counts are as good as the layers that were given; people move by day and "
        "night, and a count of exposed people is no count of casualties.</li></ul>",
        f"<footer>QuakeFringe {escape(result.plugin_version)}, {escape(result.started)}. This page describes "
        "what a radar saw and what published models expect; it replaces no survey on the ground.</footer>",
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _title(result: HazardResult) -> str:
    return "What the ground did" if result.mw is None else f"Earthquake of Mw {result.mw:.1f}"


def _headline(result: HazardResult) -> str:
    """The figures that a reader looks for first."""
    rise, cards = result.motion.rise, []
    known = rise[np.isfinite(rise)]
    low, high = (float(np.percentile(known, share)) for share in (0.1, 99.9))
    what = (
        "lowest and highest vertical displacement"
        if result.motion.vertical
        else "away from and towards the satellite"
    )
    cards.append((f"{_metres(low)} to {_metres(high)} m", what))
    theme = result.theme("zones")
    if theme is not None:
        areas, half = theme.classes.areas_km2(), len(theme.classes.bands) // 2
        level = theme.classes.bands[half].low
        names = ("subsided", "rose") if result.motion.vertical else ("moved away", "moved nearer")
        cards.append((f"{_count(sum(areas[half:]))} km²", f"{names[1]} by {level:g} m or more"))
        cards.append((f"{_count(sum(areas[:half]))} km²", f"{names[0]} by {level:g} m or more"))
    shaking = result.theme("intensity")
    if shaking is not None and shaking.exposed.people is not None:
        strong = [n for n, band in zip(shaking.exposed.people, shaking.classes.bands) if band.low >= 6.5]
        cards.append((f"{_count(sum(strong))} people", "where the model expects intensity VII or more"))
    return (
        '<div class="headline">'
        + "".join(f"<div><b>{escape(value)}</b><span>{escape(text)}</span></div>" for value, text in cards)
        + "</div>"
    )


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    return '<section class="warnings">' + "".join(f"<p>{escape(one)}</p>" for one in warnings) + "</section>"


def _theme(result: HazardResult, theme: Theme) -> str:
    mark = ' <span class="model">model, not a measurement</span>' if theme.key == "intensity" else ""
    counted = [(name, title) for name, title in COUNTED if getattr(theme.exposed, name) is not None]
    columns = ["Class", "Area, km²", *(title for _, title in counted)]
    rows = []
    for index, (band, area) in enumerate(zip(theme.classes.bands, theme.classes.areas_km2())):
        if area > 0:
            figures = (_count(getattr(theme.exposed, name)[index]) for name, _ in counted)
            rows.append([band.label, _count(area), *figures])
    table = _table(columns, rows) if rows else f"<p>{_nothing(theme)}</p>"
    figure = (
        f"<figure>{theme_map(result, theme)}{legend(theme)}"
        f"<figcaption>{escape(theme.source)}</figcaption></figure>"
    )
    return (
        f'<h2>{escape(theme.title)}{mark}</h2><div class="facts">{figure}'
        f"<div>{table}{_damage(theme)}</div></div>"
    )


def _nothing(theme: Theme) -> str:
    lowest = min(abs(band.low) for band in theme.classes.bands)
    return f"Nowhere above {lowest:g}."


def _damage(theme: Theme) -> str:
    """What tilt and strain mean for buildings here."""
    limits = {"tilt": 1 / 500, "strain": 5e-4}
    if theme.key not in limits:
        return ""
    areas = zip(theme.classes.bands, theme.classes.areas_km2())
    area = sum(one for band, one in areas if band.low >= limits[theme.key] * 0.999)
    if area == 0:
        return (
            '<p class="note">Nowhere reaches a level at which buildings suffer from the deformation itself; '
            "shaking is what damages them here.</p>"
        )
    words = "reach a level at which buildings suffer from the deformation."
    return f'<p class="note">{_count(area)} km² {words}</p>'


def _places(result: HazardResult) -> str:
    if not result.places:
        return ""
    shaken = any(place.intensity is not None for place in result.places)
    columns = ["Place", "People", "Displacement, m", "Zone"]
    columns += ["To the fault's projection, km", "To the rupture, km", "Intensity (model)"] if shaken else []
    rows = []
    for place in result.places[:MAX_PLACES]:
        people = place.feature.people
        row = [place.feature.name or "no name", "–" if people is None else _count(people)]
        row += ["–" if place.rise_m is None else _metres(place.rise_m), place.zone or "–"]
        if shaken:
            row += [_number(place.fault_km, 0), _number(place.rupture_km, 0)]
            row.append(_roman(place.intensity, place.intensity_sigma))
        rows.append(row)
    more = len(result.places) - MAX_PLACES
    note = f'<p class="note">{more} further places are in the GeoPackage.</p>' if more > 0 else ""
    return f"<h2>Places</h2>{_table(columns, rows)}{note}"


def _roman(value: Optional[float], sigma: Optional[float]) -> str:
    if value is None or sigma is None:
        return "–"
    return f"{ROMAN[min(12, max(1, round(value)))]} ({value:.1f} ± {sigma:.1f})"


def _fault(result: HazardResult) -> str:
    if not result.faults:
        return ""
    columns = [
        "Fault",
        "Strike",
        "Dip",
        "Rake",
        "Length, km",
        "Width, km",
        "Depth of top, km",
        "Centroid, km",
    ]
    rows = [
        [
            str(index),
            f"{one.strike:.0f}°",
            f"{one.dip:.0f}°",
            f"{one.rake:.0f}°",
            f"{one.length_km:.0f}",
            f"{one.width_km:.0f}",
            f"{max(one.top_km, 0):.1f}",
            f"{one.depth_km:.1f}",
        ]
        for index, one in enumerate(result.faults, start=1)
    ]
    note = '<p class="note">On the maps: dashed, its surface projection; bold, its upper edge.</p>'
    return f"<h2>Fault</h2>{_table(columns, rows)}{note}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table; columns of words are aligned left, those of numbers right."""
    words = ("Class", "Place", "Zone", "Fault")

    def line(kind: str, cells: Sequence[str]) -> str:
        return (
            "<tr>"
            + "".join(
                f'<{kind} class="{"text" if column in words else "number"}">{escape(cell)}</{kind}>'
                for column, cell in zip(columns, cells)
            )
            + "</tr>"
        )

    body = "".join(line("td", row) for row in rows)
    return f"<table><thead>{line('th', columns)}</thead><tbody>{body}</tbody></table>"


def _count(value: float) -> str:
    """A count or area with three meaningful digits and thin spaces."""
    if not math.isfinite(value):
        return "–"
    digits = 0 if value >= 100 or value == int(value) else 1
    rounded = round(value, 2 - math.floor(math.log10(value))) if value >= 1000 else value
    return f"{rounded:,.{digits}f}".replace(",", "\u202f")


def _metres(value: float) -> str:
    """Metres with a sign, centimetres to the nearest one; zero has none."""
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "\u2212")


def _number(value: Optional[float], digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
