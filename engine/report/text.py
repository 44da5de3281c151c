"""The report's words: what the probability means, what was read and run, and what a verdict cannot say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any, Optional

from ..interferogram import Interferogram
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
line-of-sight displacement reaches one Sentinel-1 fringe (2.77 cm): uniform slip, Wells and Coppersmith
(1994) sizes, rigidity 30 GPa, elastic half-space (Okada 1985), rounded up to a tenth."""

PHYSICS = (
    "What physics leaves to see: the smallest magnitude (Mw) whose largest line-of-sight change reaches "
    "one Sentinel-1 fringe, 2.8 cm, by depth of the fault's centre. In calm air a part of a fringe is "
    "enough; in disturbed air one fringe may not be."
)

LIMITS = (
    (
        "“Absent” is no proof.",
        "It says that no deformation of an earthquake's kind stands out of the noise. Small or deep "
        "earthquakes, those under water or incoherent ground, and those outside the two dates leave "
        "nothing to find.",
    ),
    (
        "“Present” is no proof either.",
        "Delay in the atmosphere, above all where it follows the relief, ramps of orbit or ionosphere, and "
        "unwrapping errors can look alike. A second pair with other dates, or a catalogue of earthquakes, "
        "settles it.",
    ),
    (
        "Other deformation",
        "(volcanoes, landslides, subsidence, glaciers) is a class of its own, but it is told from "
        "earthquakes less surely than deformation is told from none.",
    ),
    (
        "The probability is calibrated",
        "on scenes like those that the model was tuned on. For another kind of scene, or another share of "
        "earthquakes among the scenes, take it as a score.",
    ),
    (
        "The heatmap",
        "shows where the network looked, on patches of 16 tile pixels: an aid for the eye, not a map of "
        "displacement.",
    ),
)


def number(value: Optional[float], digits: int) -> str:
    """A number for a table: spaced thousands, a true minus, and a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace("-", "−")


def percent(value: float) -> str:
    """A probability as people say it."""
    return f"{100 * value:.0f} %"


def gauge_svg(probability: float, thresholds: Mapping[str, float]) -> str:
    """The probability on a line from 0 to 100 % with the three verdicts' ranges."""
    low, high = 100 * thresholds["absent"], 100 * thresholds["present"]
    at = 100 * min(max(probability, 0.0), 1.0)
    zones = (
        (0.0, low, "#3c7a57", "absent"),
        (low, high, "#c98a1b", "uncertain"),
        (high, 100.0, "#b3262f", "present"),
    )
    parts = [
        '<svg class="gauge" viewBox="0 0 560 52" role="img" aria-label="Probability '
        f'{at:.0f} percent" xmlns="http://www.w3.org/2000/svg">'
    ]
    for start, end, colour, name in zones:
        x, width = 10 + 5.4 * start, 5.4 * (end - start)
        parts.append(
            f'<rect x="{x:.1f}" y="16" width="{width:.1f}" height="10" fill="{colour}" fill-opacity="0.75"/>'
        )
        if width > 60:
            parts.append(
                f'<text class="zone" x="{x + width / 2:.1f}" y="44" text-anchor="middle">{name}</text>'
            )
    for edge in (low, high):
        parts.append(f'<text x="{10 + 5.4 * edge:.1f}" y="44" text-anchor="middle">{edge:.0f} %</text>')
    x = 10 + 5.4 * at
    parts.append(f'<path d="M{x:.1f} 27l-6 -16h12z" fill="#111" stroke="#fff"/></svg>')
    return "".join(parts)


def verdict_note(result: Result) -> str:
    """What the number means and from where the verdict's words hold."""
    present, absent = result.thresholds["present"], result.thresholds["absent"]
    other = ""
    if result.other_probability is not None and result.other_probability >= 0.5:
        other = f" Other deformation (volcanic, subsidence, landslide): {percent(result.other_probability)}."
    return escape(
        f"Calibrated probability of an earthquake's deformation: {percent(result.probability)}. "
        f"Called present from {percent(present)}, absent below {percent(absent)}, uncertain between.{other}"
    )


def facts_input(result: Result, interferogram: Interferogram) -> Facts:
    """What was read, line by line; lines without a value are left out."""
    grid = interferogram.grid
    dx, dy = grid.pixel_size_m
    fringe = interferogram.fringe_m
    sign = {"toward": "positive towards the satellite", "away": "positive away from the satellite"}
    wavelength = (
        f"{100 * interferogram.wavelength:.3f} cm ({_source(interferogram.wavelength_source)})"
        if interferogram.wavelength
        else "not known"
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
        ("Sign in the file", sign.get(interferogram.positive, "not known, taken as it is")),
        ("Wavelength", wavelength),
        ("One fringe", f"{100 * fringe:.2f} cm of line-of-sight change" if fringe else "not known"),
        ("No data", interferogram.nodata),
        ("Dates", " to ".join(interferogram.dates)),
        ("Geometry", geometry),
        ("Size", f"{grid.width} × {grid.height} pixels{ground}"),
        ("Pixel", f"{dx:.1f} × {dy:.1f} m" if grid.is_metric else "not known: no coordinate system"),
        *(("Note", note) for note in interferogram.notes),
    ]


def facts_run(result: Result) -> Facts:
    """How it was run, line by line."""
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
    """An honest account, as HTML: sensitivity, look-alikes, and what no verdict proves."""
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
    return {"product": "from the product", "user": "given by the user", "assumed": "assumed"}.get(name, name)


def _quantity(interferogram: Interferogram) -> str:
    words: dict[Any, str] = {
        "wrapped": "wrapped phase",
        "unwrapped": "unwrapped phase",
        "displacement": "line-of-sight displacement",
    }
    return words.get(interferogram.quantity.value, interferogram.quantity.value)
