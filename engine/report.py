"""The HTML report of one run: a single file that needs nothing else, on screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from .interferogram import Interferogram, Quantity
from .pictures import LONGEST, read_style
from .report_figures import (
    CLOSE_UPS,
    close_up,
    displacement_map,
    fringe_map,
    heat_map,
    marks_of,
    window_of,
)
from .report_text import facts_input, facts_run, gauge_svg, limits, number, verdict_note
from .results import Box, Result
from .transaction import Transaction, write_bytes


def write_report(result: Result, interferogram: Interferogram, path: str) -> None:
    """Write the report of a run as one self-contained HTML file.

    Parameters
    ----------
    result : Result
    interferogram : Interferogram
        What the result was found in; read again, decimated, for the pictures.
    path : str
        Written beside under a temporary name first, then moved there.

    Raises
    ------
    OutputError
        When the file cannot be written; nothing is left then.
    """
    data = page(result, interferogram).encode("utf-8")
    with Transaction() as files:
        write_bytes(files.stage(path), data)
        files.commit()


def page(result: Result, interferogram: Interferogram) -> str:
    """The report as HTML text."""
    style = read_style("report.css")
    name = escape(interferogram.name)
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(result.label)}: {name}</title>\n<style>\n{style}</style></head>\n<body><main>",
        f'<header><p class="kind">QuakeFringe report</p><h1>{name}</h1><p>{_subtitle(result)}</p></header>',
        _verdict(result),
        _warnings(result.warnings),
        _maps(result, interferogram),
        _boxes(result.boxes),
        _close_ups(result, interferogram),
        '<h2>What was read, and how</h2><div class="facts">',
        _facts("Input", facts_input(result, interferogram)),
        _facts("Run", facts_run(result)),
        "</div>",
        _scales(result.windows),
        "<h2>What this verdict can and cannot say</h2>",
        limits(),
        f"<footer>QuakeFringe {escape(result.plugin_version)}, run {escape(result.run_id)}. "
        "Probabilities come from a model; a specialist decides.</footer>",
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
        f"{gauge_svg(result.probability, result.thresholds)}"
        f'<p class="note">{verdict_note(result)}</p></section>'
    )


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    return (
        '<section class="warnings">' + "".join(f"<p>{escape(text)}</p>" for text in warnings) + "</section>"
    )


def _maps(result: Result, interferogram: Interferogram) -> str:
    window, marks = window_of(result, interferogram), marks_of(result.boxes)
    fringe = interferogram.fringe_m
    worth = f"One fringe is {100 * fringe:.2f} cm of line-of-sight change." if fringe else ""
    kind = "Wrapped phase" if interferogram.quantity is Quantity.WRAPPED else "Fringes, re-wrapped"
    maps = [
        _figure(
            heat_map(result, interferogram, window, marks),
            "Heatmap and boxes",
            "Where the network looked, over grey fringes. Numbers as in the table.",
        ),
        _figure(
            fringe_map(interferogram, window, marks, kind, LONGEST),
            kind,
            f"Phase grows towards the satellite. {worth} Grey ground holds no data.",
        ),
    ]
    if interferogram.quantity is not Quantity.WRAPPED:
        svg, zero = displacement_map(interferogram, window, marks)
        maps.append(
            _figure(svg, "Line-of-sight displacement", f"Red moved towards the satellite, blue away. {zero}")
        )
    return f'<h2>Maps</h2><div class="maps">{"".join(maps)}</div>'


def _figure(svg: str, title: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption><b>{escape(title)}.</b> {escape(caption)}</figcaption></figure>"


def _boxes(boxes: Sequence[Box]) -> str:
    if not boxes:
        return "<h2>Boxes</h2><p>No ground in this scene was called deformed.</p>"
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
            f"{100 * box.probability:.0f} %",
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
        '<p class="note">Peak LOS: the largest change of distance to the satellite in the box, where it can '
        "be told; towards is positive.</p>"
    )
    return "<h2>Boxes</h2>" + _table(columns, rows) + note


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], css: str = "") -> str:
    """A table whose cells are escaped here; columns of numbers are set flush right."""

    def line(kind: str, cells: Sequence[str]) -> str:
        return (
            "<tr>"
            + "".join(
                f"<{kind}>{escape(text)}</{kind}>"
                if column in WORDS
                else f'<{kind} class="number">{escape(text)}</{kind}>'
                for column, text in zip(columns, cells)
            )
            + "</tr>"
        )

    body = "".join(line("td", row) for row in rows)
    return f'<table class="{css}"><thead>{line("th", columns)}</thead><tbody>{body}</tbody></table>'


WORDS = ("Box", "Class", "Scale")
"""Columns that are set flush left."""


def _close_ups(result: Result, interferogram: Interferogram) -> str:
    window = window_of(result, interferogram)
    figures = []
    for box in result.boxes[:CLOSE_UPS]:
        svg = close_up(box, interferogram, window)
        if svg is not None:
            figures.append(
                _figure(svg, f"Box {box.rank}", f"{100 * box.probability:.0f} %, {box.class_name}.")
            )
    return f'<h2>Close up</h2><div class="maps small">{"".join(figures)}</div>' if figures else ""


def _facts(title: str, facts: Sequence[tuple[str, Optional[str]]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts if text)
    return f"<div><h3>{escape(title)}</h3><table>{rows}</table></div>"


def _scales(windows: Sequence[Mapping[str, Any]]) -> str:
    columns = ("Scale", "Tile pixel, m", "Tile width, km", "Windows", "Looked at")
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
