"""The text of the report: what the probability means, what was read and run, and the limits of a verdict."""

from __future__ import annotations

import math
from html import escape
from typing import Any, Optional

from ..interferogram import Interferogram
from ..percent import percent
from ..results import Result

Facts = list[tuple[str, Optional[str]]]

DETECTABLE = (
    ("4 km", "5.6", "5.3"),
    ("6 km", "5.9", "5.5"),
    ("10 km", "6.2", "5.8"),
    ("15 km", "6.4", "6.0"),
    ("20 km", "6.6", "6.2"),
)
"""Centroid depth, and the smallest Mw of a strike-slip and of a thrust earthquake whose mean peak
line-of-sight displacement reaches one Sentinel-1 fringe (2.77 cm). Uniform slip, sizes after Wells and
Coppersmith (1994), rigidity 30 GPa, elastic half-space (Okada 1985), rounded up to a tenth."""

PHYSICS = (
    "The table gives the smallest magnitude (Mw) whose peak line-of-sight displacement reaches one "
    "Sentinel-1 fringe (2.8 cm), by depth of the centroid. In a calm atmosphere a fraction of a fringe is "
    "enough; in a turbulent one a whole fringe may not be."
)

LIMITS = (
    (
        "“Absent” is not proof.",
        "It means that no deformation typical of an earthquake stands out from the noise. Earthquakes that "
        "are small or deep, that lie under water or incoherent ground, or that occurred outside the two "
        "dates leave no visible fringes.",
    ),
    (
        "“Present” is not proof either.",
        "Unwrapping errors, orbital and ionospheric ramps, and atmospheric delay, especially where it "
        "follows the topography, can resemble deformation. Check an interferogram with other dates or an "
        "earthquake catalogue.",
    ),
    (
        "Other deformation",
        "(volcanoes, subsidence, landslides, glaciers) is the second kind. The model separates it from "
        "earthquakes less reliably than it separates deformation from no deformation.",
    ),
    (
        "The probability is calibrated",
        "for scenes like those on which the model was tuned. For other kinds of scenes, or where earthquakes "
        "are rarer or more frequent, treat it as a score.",
    ),
    (
        "The heatmap",
        "shows the attention of the network on patches of 16 tile pixels. It guides the eye and is not a map "
        "of displacement.",
    ),
)


def number(value: Optional[float], digits: int) -> str:
    """A number for a table: thousands separated by spaces, a true minus sign, a dash for no value."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace("-", "−")


def gauge_svg(probability: float, absent: float, present: float, question: str) -> str:
    """A probability on a line from 0 to 100 % with the ranges of the three answers, as SVG.

    Parameters
    ----------
    probability : float
    absent, present : float
        Thresholds of the answer.
    question : str
        What the probability is of, such as "Earthquake".
    """
    low, high = 100 * absent, 100 * present
    at = 100 * min(max(probability, 0.0), 1.0)
    zones = (
        (0.0, low, "#3c7a57", "absent"),
        (low, high, "#c98a1b", "uncertain"),
        (high, 100.0, "#b3262f", "present"),
    )
    parts = [
        f'<svg class="gauge" viewBox="0 0 560 66" role="img" aria-label="{escape(question)}: probability '
        f'{at:.0f} percent" xmlns="http://www.w3.org/2000/svg">',
        f'<text x="10" y="11">{escape(question)}</text>',
    ]
    for start, end, colour, name in zones:
        x, width = 10 + 5.4 * start, 5.4 * (end - start)
        parts.append(
            f'<rect x="{x:.1f}" y="30" width="{width:.1f}" height="10" fill="{colour}" fill-opacity="0.75"/>'
        )
        if width > 60:
            parts.append(
                f'<text class="zone" x="{x + width / 2:.1f}" y="58" text-anchor="middle">{name}</text>'
            )
    for edge in (low, high):
        parts.append(f'<text x="{10 + 5.4 * edge:.1f}" y="58" text-anchor="middle">{edge:.0f} %</text>')
    x = 10 + 5.4 * at
    parts.append(f'<path d="M{x:.1f} 41l-6 -16h12z" fill="#111" stroke="#fff"/></svg>')
    return "".join(parts)


def gauges(result: Result) -> str:
    """The answers to both questions as SVG: deformation, and an earthquake."""
    limits = result.thresholds
    names = ("deformation_absent", "deformation_present")
    if not result.two_questions:
        names = ("absent", "present")
    first = gauge_svg(
        result.deformation_probability, limits[names[0]], limits[names[1]], "Deformation of the ground"
    )
    return first + gauge_svg(result.probability, limits["absent"], limits["present"], "Earthquake")


def verdict_note(result: Result) -> str:
    """What the probabilities mean and which of them give which verdict, as HTML."""
    limits = result.thresholds
    absent, present = limits["absent"], limits["present"]
    sentences = [f"Calibrated probability of an earthquake: {percent(result.probability, absent, present)}."]
    if result.two_questions:
        bounds = limits["deformation_absent"], limits["deformation_present"]
        sentences.insert(
            0,
            "Calibrated probability that the ground deforms: "
            f"{percent(result.deformation_probability, *bounds)}. Deformation is present from "
            f"{percent(bounds[1])}, absent up to {percent(bounds[0])} and uncertain in between.",
        )
        share = result.earthquake_share
        if result.deformation != "absent" and share is not None:
            sentences.append(
                f"If the ground deforms, the cause is an earthquake with {percent(share)} and another "
                f"source (volcano, subsidence, landslide) with {percent(1 - share)}."
            )
    elif result.other_probability >= 0.5:
        sentences.append(
            "Probability of other deformation (volcano, subsidence, landslide): "
            f"{percent(result.other_probability)}."
        )
    sentences.append(
        f"An earthquake is present from {percent(present)}, absent up to {percent(absent)} and uncertain in "
        "between."
    )
    return escape(" ".join(sentences))


def facts_input(result: Result, interferogram: Interferogram) -> Facts:
    """What was read: names and values; the page leaves out names without a value."""
    grid = interferogram.grid
    dx, dy = grid.pixel_size_m
    fringe = interferogram.fringe_m
    sign = {"toward": "positive towards the satellite", "away": "positive away from the satellite"}
    wavelength = (
        f"{100 * interferogram.wavelength:.3f} cm ({_source(interferogram.wavelength_source)})"
        if interferogram.wavelength
        else "unknown"
    )
    geometry = ", ".join(
        part
        for part in (
            interferogram.orbit_direction,
            f"{interferogram.look_side}-looking" if interferogram.look_side else "",
            f"heading {interferogram.heading:.1f}°" if interferogram.heading is not None else "",
            f"incidence {interferogram.incidence:.1f}°" if interferogram.incidence is not None else "",
        )
        if part
    )
    ground = f", {grid.width * dx / 1000:,.0f} × {grid.height * dy / 1000:,.0f} km" if grid.is_metric else ""
    return [
        ("File", interferogram.path),
        ("Product", interferogram.product),
        ("Layer", interferogram.layer),
        ("Quantity", f"{_quantity(interferogram)}, in {interferogram.unit}"),
        ("Sign in the file", sign.get(interferogram.positive, "unknown; the values are used as they are")),
        ("Wavelength", wavelength),
        ("One fringe", f"{100 * fringe:.2f} cm of line-of-sight displacement" if fringe else "unknown"),
        ("No data", interferogram.nodata),
        ("Masks", interferogram.coherence),
        ("Dates", " to ".join(interferogram.dates)),
        ("Geometry", geometry),
        ("Size", f"{grid.width} × {grid.height} pixels{ground}"),
        ("Pixel", f"{dx:.1f} × {dy:.1f} m" if grid.is_metric else "unknown: there is no coordinate system"),
        *(("Note", note) for note in interferogram.notes),
    ]


def facts_run(result: Result) -> Facts:
    """How it was run: names and values."""
    model = result.model
    settings = ", ".join(
        f"{name} {value}" for name, value in result.settings.items() if value is not None and name != "model"
    )
    timings = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.timings.items())
    return [
        ("Started", result.started),
        ("Model", f"{model.get('version', '')} ({model.get('name', '')})"),
        ("Model hash", str(model.get("hash", ""))),
        ("Backend", result.backend),
        ("Settings", settings or "defaults"),
        ("Time", timings),
        *(("Note", note) for note in result.notes if note not in result.input.get("notes", ())),
    ]


def limits() -> str:
    """The limits of a verdict, as HTML: what it does not prove, and the smallest detectable magnitudes."""
    points = "".join(f"<li><b>{escape(head)}</b> {escape(text)}</li>" for head, text in LIMITS)
    rows = "".join(
        f'<tr><td>{depth}</td><td class="number">{strike}</td><td class="number">{thrust}</td></tr>'
        for depth, strike, thrust in DETECTABLE
    )
    return (
        f'<ul class="limits">{points}</ul><p>{escape(PHYSICS)}</p>'
        '<table class="narrow"><thead><tr><th>Depth</th><th class="number">Strike-slip</th>'
        f'<th class="number">Thrust or normal</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _source(name: str) -> str:
    return {"product": "from the product", "user": "set by the user", "assumed": "assumed"}.get(name, name)


def _quantity(interferogram: Interferogram) -> str:
    words: dict[Any, str] = {
        "wrapped": "wrapped phase",
        "unwrapped": "unwrapped phase",
        "displacement": "line-of-sight displacement",
    }
    return words.get(interferogram.quantity.value, interferogram.quantity.value)
