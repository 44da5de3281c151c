"""A page of figures as one self-contained HTML file."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any, Optional

CSS = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #23272e; background: #f6f6f3;
  margin: 0; }
main { max-width: 1080px; margin: 0 auto; padding: 2.2rem 1.4rem 5rem; background: #fff; }
h1 { font-size: 1.8rem; margin: 0 0 .3rem; } h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem;
  border-top: 1px solid #d9dce0; padding-top: 1.4rem; } h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
p, figcaption, li { max-width: 74ch; } .lead { color: #5c636e; margin-top: 0; }
figure { margin: 1.2rem 0; } figure img { max-width: 100%; height: auto; display: block; }
figcaption { color: #5c636e; font-size: .9rem; margin-top: .35rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .86rem; margin: .8rem 0;
  font-variant-numeric: tabular-nums; } th, td { padding: .28rem .6rem; border-bottom: 1px solid #e3e6ea;
  text-align: right; white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
thead th { border-bottom: 2px solid #b9bfc7; } tr.wrong td { color: #b3372f; }
td.text { text-align: left; } small { color: #5c636e; }
@media print { body { background: #fff; } h2 { break-before: page; } figure, tr { break-inside: avoid; } }
"""


class Page:
    """Collects headings, paragraphs, tables and figures.

    Parameters
    ----------
    title, lead : str
        Plain text.
    """

    def __init__(self, title: str, lead: str = "") -> None:
        self.title = title
        self._parts = [f"<h1>{escape(title)}</h1>"]
        if lead:
            self._parts.append(f'<p class="lead">{escape(lead)}</p>')

    def chapter(self, text: str) -> None:
        """Begin a chapter."""
        self._parts.append(f"<h2>{escape(text)}</h2>")

    def section(self, text: str) -> None:
        """Begin a section of a chapter."""
        self._parts.append(f"<h3>{escape(text)}</h3>")

    def text(self, text: str) -> None:
        """Add a paragraph."""
        self._parts.append(f"<p>{escape(text)}</p>")

    def picture(self, png: bytes, caption: str) -> None:
        """Add a figure."""
        data = base64.b64encode(png).decode("ascii")
        self._parts.append(
            f'<figure><img src="data:image/png;base64,{data}" alt="{escape(caption, quote=True)}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[Any]], wrong: Optional[Sequence[bool]] = None
    ) -> None:
        """Add a table; `wrong` rows are highlighted."""
        titles = "".join(f"<th>{escape(name)}</th>" for name in head)
        body = []
        for number, row in enumerate(rows):
            mark = ' class="wrong"' if wrong is not None and wrong[number] else ""
            cells = "".join(
                f'<td class="text">{escape(cell)}</td>'
                if isinstance(cell, str) and not _numeric(cell)
                else f"<td>{escape(number_text(cell))}</td>"
                for cell in row
            )
            body.append(f"<tr{mark}>{cells}</tr>")
        self._parts.append(
            f'<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{"".join(body)}</tbody>'
            "</table></div>"
        )

    def html(self) -> str:
        """The whole page."""
        body = "\n".join(self._parts)
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n{body}\n"
            "</main>\n</body>\n</html>\n"
        )


def _numeric(text: str) -> bool:
    return bool(text) and (text[0].isdigit() or text[0] in "−-–—<>")


def number_text(value: Any, digits: int = 3) -> str:
    """Text of a cell: numbers rounded, None as a dash."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{digits}f}"
    return str(value)


def percent(value: Optional[float], digits: int = 1) -> str:
    """A fraction in per cent; None as a dash."""
    return "—" if value is None else f"{100 * value:.{digits}f} %"


def with_interval(value: Optional[float], interval: Optional[Sequence[float]]) -> str:
    """A score and its 95 % interval."""
    if value is None:
        return "—"
    return f"{value:.3f}" + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else "")
