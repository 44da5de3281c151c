"""The report's section on the catalogue and on volcanoes and faults near the boxes."""

from __future__ import annotations

from html import escape
from typing import Any

from ..catalogue.sentences import factor_words
from ..percent import percent
from ..results import Result

EXPECTED = (
    "Expected: peak line-of-sight change of a fault of the event's magnitude and depth (Okada 1985, Wells "
    "and Coppersmith 1994), with the range over possible faults and depths."
)
MAX_REPORTED_KM = 100.0
"""Volcanoes farther from a box are only in the JSON result."""
UNCHANGED = "They say where to look further and change no probability."


def surroundings_section(result: Result) -> str:
    """HTML of the section; empty where there is neither a catalogue nor a box with a place."""
    parts = []
    if result.catalogue is not None:
        parts.append(_catalogue(result.catalogue))
    parts.append(_context(result.context))
    parts = [part for part in parts if part]
    return f"<h2>Catalogue and surroundings</h2>{''.join(parts)}" if parts else ""


def _catalogue(match: dict[str, Any]) -> str:
    """The probabilities with and without the catalogue, and the best event of each box."""
    lines = [f"<p>Catalogue “{escape(match['name'])}” ({escape(match['format'])}, {match['events']} events)."]
    if match["time_checked"]:
        without, with_it = match["probability_without_catalogue"], match["probability_with_catalogue"]
        lines.append(
            f" Probability of an earthquake: {escape(percent(without))} without the catalogue, "
            f"{escape(percent(with_it))} with it (Bayes factor {factor_words(match['bayes_factor'])})."
        )
    else:
        lines.append(" The dates are not known: events are matched by place, and time could not be checked.")
    lines.append("</p>")
    if match["boxes"]:
        rows = "".join(_event_row(box) for box in match["boxes"])
        head = "".join(f"<th>{title}</th>" for title in _TITLES)
        lines.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
        lines.append(f'<p class="note">{EXPECTED}</p>')
    return "".join(lines)


_TITLES = ("Box", "Event", "Time (UTC)", "Mw", "Depth (km)", "Distance (km)", "Expected (cm)", "Seen (cm)")


def _event_row(box: dict[str, Any]) -> str:
    event = box["event"]
    if event is None:
        return f"<tr><td>{box['rank']}</td><td>no event fits</td>{'<td></td>' * 6}</tr>"
    cells = [
        box["rank"],
        event["id"] or event["place"],
        (event["time"] or "")[:16].replace("T", " "),
        _one(event["mw"]),
        _one(event["depth_km"]),
        _one(box["distance_km"]),
        f"{event['expected_peak_los_cm']:.1f} "
        f"({event['expected_low_los_cm']:.1f} to {event['expected_high_los_cm']:.1f})",
        _one(box["seen_peak_los_cm"]),
    ]
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _context(context: list[dict[str, Any]]) -> str:
    lines = []
    for near in context:
        parts = []
        if near["volcano_km"] <= MAX_REPORTED_KM:
            parts.append(f"{near['volcano_km']:.0f} km from the volcano {near['volcano']}")
        if near.get("fault_km") is not None:
            kind = f" ({near['fault_kind']})" if near["fault_kind"] else ""
            parts.append(
                f"{near['fault_km']:.0f} km from the fault {near['fault'] or 'without a name'}{kind}"
            )
        if parts:
            lines.append(f"<li>{escape(_numbered(near, parts))}</li>")
    return f'<ul>{"".join(lines)}</ul><p class="note">{UNCHANGED}</p>' if lines else ""


def _numbered(near: dict[str, Any], parts: list[str]) -> str:
    return f"Box {near['rank']}: {'; '.join(parts)}"


def _one(value: Any) -> str:
    return "" if value is None else f"{value:.1f}"
