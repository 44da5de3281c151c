"""The stand-alone HTML page of a source estimate, and its chapter in the report of a detection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from ...version import __version__
from ..errors import InputError
from ..report.pictures import read_style
from ..source.results import SourceEstimate
from .chapter import STYLE, Maps, chapter

Facts = Sequence[tuple[str, str]]
END_OF_REPORT = "<h2>Input and processing</h2>"
"""Heading of the detection's report before which the chapter stands."""
CHAPTER = re.compile(r"<!-- source estimate -->.*?<!-- end of source estimate -->\n?", re.DOTALL)


def page(
    estimate: SourceEstimate,
    maps: Maps,
    facts: Facts,
    run_id: str,
    catalogue: Optional[Mapping[str, Any]] = None,
) -> str:
    """One HTML file that refers to no other.

    Parameters
    ----------
    estimate : SourceEstimate
    maps : mapping of int to FitMap
        Pixels of the looks that have a raster, by the index of the look.
    facts : sequence of (name, value)
        What was read and how it was run.
    run_id : str
    catalogue : mapping, optional
        The event of a catalogue.
    """
    scenes = escape(", ".join(look.name for look in estimate.looks))
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts if value
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in estimate.notes)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Mw {estimate.mw:.1f}: {scenes}</title>\n<style>\n{read_style('report.css')}{STYLE}</style>"
        f'</head>\n<body><main><header><p class="kind">QuakeFringe source estimate</p><h1>{scenes}</h1>'
        f"</header>\n{chapter(estimate, maps, catalogue)}\n"
        f'<h2>Input and processing</h2><div class="facts"><table>{rows}</table><div>{notes}</div></div>'
        f"<footer>QuakeFringe {escape(__version__)}, run {escape(run_id)}. "
        "The estimate is that of a model; the decision rests with the analyst.</footer>"
        "</main></body></html>\n"
    )


def check_report(report: str) -> None:
    """Refuse a text that is no report of a detection.

    Raises
    ------
    InputError
    """
    if END_OF_REPORT not in report:
        raise InputError("The chapter cannot be added: the file is no report of quakefringe:detect.")


def with_chapter(
    report: str, estimate: SourceEstimate, maps: Maps, catalogue: Optional[Mapping[str, Any]] = None
) -> str:
    """The report of a detection with the chapter of an estimate; an earlier chapter is replaced.

    Raises
    ------
    InputError
        When the text is no report of a detection.
    """
    check_report(report)
    text = CHAPTER.sub("", report)
    section = (
        f"<!-- source estimate -->\n<style>{STYLE}</style>\n<h2>Source estimate</h2>\n"
        f"{chapter(estimate, maps, catalogue)}\n<!-- end of source estimate -->\n"
    )
    return text.replace(END_OF_REPORT, section + END_OF_REPORT, 1)
