"""The HTML report of one run: one file that refers to no other, for screen and print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from ..interferogram import Interferogram, Quantity
from ..output.transaction import Transaction, write_bytes
from ..percent import percent
from ..results import Box, Result
from .maps import Maps, Tick
from .pictures import read_style
from .source_hint import source_hint
from .surroundings import surroundings_section
from .text import facts_input, facts_run, gauges, limits, number, verdict_note

MAX_CLOSE_UPS = 6
"""Boxes shown in close-ups, by rank."""
TEXT_COLUMNS = ("Box", "Class", "Scale")
"""Table columns that are aligned left; columns of numbers are aligned right."""


def write_report(
    result: Result, interferogram: Interferogram, path: str, tick: Optional[Tick] = None
) -> None:
    """Write the report of a run as one self-contained HTML file.

    Parameters
    ----------
    result : Result
    interferogram : Interferogram
        The interferogram that was analysed; its phase is read again, decimated, for the maps.
    path : str
    tick : callable, optional
        Called before each read; may raise to stop.

    Raises
    ------
    OutputError
        When the file cannot be written; an existing file stays as it was.
    """
    data = page(result, interferogram, tick).encode("utf-8")
    with Transaction() as files:
        write_bytes(files.stage(path), data)
        files.commit()


def page(result: Result, interferogram: Interferogram, tick: Optional[Tick] = None) -> str:
    """The report as HTML text."""
    maps = Maps(result, interferogram, tick)
    style = read_style("report.css")
    name = escape(interferogram.name)
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(result.label)}: {name}</title>\n<style>\n{style}</style></head>\n<body><main>",
        f'<header><p class="kind">QuakeFringe report</p><h1>{name}</h1><p>{_subtitle(result)}</p></header>',
        _verdict(result),
        _warnings(result.warnings),
        _maps(maps, interferogram),
        _boxes(result.boxes),
        source_hint(result.boxes, result.grid, interferogram.path),
        _close_ups(maps, result.boxes),
        surroundings_section(result),
        '<h2>Input and processing</h2><div class="facts">',
        _facts("Input", facts_input(result, interferogram)),
        _facts("Run", facts_run(result)),
        "</div>",
        _scales(result.windows),
        "<h2>Limits of this verdict</h2>",
        limits(),
        f"<footer>QuakeFringe {escape(result.plugin_version)}, run {escape(result.run_id)}. "
        "The probabilities are estimates of a model; the decision rests with the analyst.</footer>",
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _subtitle(result: Result) -> str:
    dates = result.input.get("dates") or ()
    pair = " to ".join(escape(str(date)) for date in dates)
    return " · ".join(part for part in (escape(str(result.input.get("product", ""))), pair) if part)


def _verdict(result: Result) -> str:
    return (
        f'<section class="verdict {escape(result.verdict, quote=True)}">'
        f'<p class="label">{escape(result.label)}</p>'
        f"{gauges(result)}"
        f'<p class="note">{verdict_note(result)}</p></section>'
    )


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    return (
        '<section class="warnings">' + "".join(f"<p>{escape(text)}</p>" for text in warnings) + "</section>"
    )


def _maps(maps: Maps, interferogram: Interferogram) -> str:
    fringe = interferogram.fringe_m
    fringe_text = f" One fringe is {100 * fringe:.2f} cm of line-of-sight displacement." if fringe else ""
    wrapped = interferogram.quantity is Quantity.WRAPPED
    kind = "Wrapped phase" if wrapped else "Rewrapped phase"
    figures = [
        _figure(
            maps.heat(),
            "Heatmap and boxes",
            "Attention of the network over grey fringes. Boxes are numbered as in the table.",
        ),
        _figure(
            maps.fringes(kind),
            kind,
            f"Phase increases with motion towards the satellite.{fringe_text} Grey areas have no data.",
        ),
    ]
    if not wrapped:
        svg, reference = maps.displacement()
        caption = f"Red: motion towards the satellite. Blue: motion away from it. {reference}"
        figures.append(_figure(svg, "Line-of-sight displacement", caption))
    return f'<h2>Maps</h2><div class="maps">{"".join(figures)}</div>'


def _figure(svg: str, title: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption><b>{escape(title)}.</b> {escape(caption)}</figcaption></figure>"


def _boxes(boxes: Sequence[Box]) -> str:
    if not boxes:
        return "<h2>Boxes</h2><p>No deformed ground was outlined in this scene.</p>"
    columns = (
        "Box",
        "Probability",
        "Class",
        "Width, km",
        "Height, km",
        "Area, km²",
        "Longitude",
        "Latitude",
        "Peak LOS, cm",
        "Fringes",
        "Tile pixel, m",
    )
    rows = [
        (
            str(box.rank),
            percent(box.probability),
            box.class_name,
            number(box.width_km, 1),
            number(box.height_km, 1),
            number(box.area_km2, 0),
            number(box.lon, 4),
            number(box.lat, 4),
            number(box.peak_los_cm, 1),
            number(box.fringes, 1),
            number(box.scale_m, 0),
        )
        for box in boxes
    ]
    note = (
        '<p class="note">Peak LOS is the largest line-of-sight displacement in the box relative to the '
        "surrounding ground, positive towards the satellite. A dash marks values that could not be measured."
        "</p>"
    )
    return "<h2>Boxes</h2>" + _table(columns, rows) + note


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], css: str = "") -> str:
    """An HTML table; the text of its cells is escaped here."""

    def line(kind: str, cells: Sequence[str]) -> str:
        return (
            "<tr>"
            + "".join(
                f"<{kind}>{escape(text)}</{kind}>"
                if column in TEXT_COLUMNS
                else f'<{kind} class="number">{escape(text)}</{kind}>'
                for column, text in zip(columns, cells)
            )
            + "</tr>"
        )

    body = "".join(line("td", row) for row in rows)
    return f'<table class="{css}"><thead>{line("th", columns)}</thead><tbody>{body}</tbody></table>'


def _close_ups(maps: Maps, boxes: Sequence[Box]) -> str:
    figures = []
    for box in boxes[:MAX_CLOSE_UPS]:
        svg = maps.close_up(box)
        if svg is not None:
            figures.append(_figure(svg, f"Box {box.rank}", f"{percent(box.probability)}, {box.class_name}."))
    return f'<h2>Close-ups</h2><div class="maps">{"".join(figures)}</div>' if figures else ""


def _facts(title: str, facts: Sequence[tuple[str, Optional[str]]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts if text)
    return f"<div><h3>{escape(title)}</h3><table>{rows}</table></div>"


def _scales(windows: Sequence[Mapping[str, Any]]) -> str:
    columns = ("Scale", "Tile pixel, m", "Tile width, km", "Windows", "Analysed")
    rows = [
        (
            str(index),
            number(scale["metres"], 0),
            number(scale["tile_km"], 0),
            str(scale["windows"]),
            str(scale["used"]),
        )
        for index, scale in enumerate(windows, start=1)
    ]
    return "<h3>Scales and windows</h3>" + _table(columns, rows, "narrow")
