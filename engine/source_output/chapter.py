"""The chapter on the source: headline, beachball, table, panels, distributions, rivals and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from ..catalogue.event import HYPOCENTRE
from ..report.text import number
from ..source.results import NodalPlane, SourceEstimate
from .beachball import beachball_svg, spread_of
from .degrees import around_motion, in_degrees
from .distributions import histogram_svg, marginals
from .ground_motion import FitMap, fit_points
from .panels import limit_of, panels_svg
from .words import LIMITS, RIVAL_NAMES, fit_words, headline, interval, plane_words

STYLE = """
.source-head { display: flex; gap: 28px; align-items: center; margin-bottom: 18px; }
.source-head svg { flex: none; width: 148px; height: 148px; }
.source-head .label { margin: 0; font-size: 26px; line-height: 1.25; font-weight: 650; }
.source-head p { margin: 6px 0 0; max-width: 60em; }
.panels text { font-size: 12.5px; fill: #39434a; }
.marginals { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 12px 20px; }
.marginal text { font-size: 12px; fill: #39434a; }
.wide { margin: 0 0 18px; }
@media print { .wide, .source-head { break-inside: avoid; } }
"""
"""Rules that the report's own style lacks."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Maps = Mapping[int, FitMap]
"""Maps by the index of the look."""


def chapter(estimate: SourceEstimate, maps: Maps, catalogue: Optional[Mapping[str, Any]] = None) -> str:
    """The chapter, without its heading.

    Parameters
    ----------
    estimate : SourceEstimate
    maps : mapping of int to FitMap
        Pixels of the looks that have a raster.
    catalogue : mapping, optional
        The event of a catalogue as `Event.describe` gives it, with "distance_km".
    """
    parts = [
        _head(estimate),
        _warnings(estimate.warnings),
        _table(estimate, catalogue),
        "<h3>Data, model and residual</h3>",
        f'<p class="note">{escape(fit_words(estimate))} All panels share one colour scale. The fitted offset '
        f"and ramp of each look are taken out. {_drawn(estimate)}; cross: the centroid.</p>",
        *_panels(estimate, maps),
        "<h3>How sure it is</h3>",
        _marginals(estimate),
        "<h3>Earthquake or magma</h3>",
        _rivals(estimate),
        "<h3>What this cannot say</h3>",
        '<ul class="limits">'
        + "".join(f"<li><b>{escape(head)}</b> {escape(text)}</li>" for head, text in LIMITS)
        + "</ul>",
    ]
    return "\n".join(part for part in parts if part)


def _drawn(estimate: SourceEstimate) -> str:
    """What the lines in the panels are."""
    if len(estimate.faults) > 1:
        return "Rectangles: both faults, with their upper edges thick"
    return "Rectangle: the fault, with its upper edge thick; dashed: the other nodal plane"


def _head(estimate: SourceEstimate) -> str:
    plane, draws = estimate.planes[0], estimate.draws
    ball = beachball_svg(
        (plane.strike, plane.dip, plane.rake), spread=spread_of(draws.strike, draws.dip, draws.rake)
    )
    return (
        f'<section class="verdict source-head">{ball}<div><p class="label">{escape(headline(estimate))}</p>'
        f"<p>{escape(estimate.verdict)} {escape(plane_words(estimate))}</p>"
        '<p class="note">Beachball: lower hemisphere; red: compression; thin lines: other mechanisms that '
        "the data allow. In brackets: 90\u00a0% intervals.</p></div></section>"
    )


def _warnings(warnings: Sequence[str]) -> str:
    texts = "".join(f"<p>{escape(text)}</p>" for text in warnings)
    return f'<section class="warnings">{texts}</section>' if texts else ""


def _table(estimate: SourceEstimate, catalogue: Optional[Mapping[str, Any]]) -> str:
    """Numbers with their 90 % intervals, beside the catalogue's where one is given."""
    first, second = estimate.planes
    rows = [
        (
            "Moment magnitude Mw",
            number(estimate.mw, 2),
            interval(estimate.mw_90, 2),
            _from(catalogue, "mw", 2),
        ),
        ("Moment, N m", _power(estimate.moment_nm), "", ""),
        (
            "Centroid depth, km",
            number(estimate.depth_km, 1),
            interval(estimate.depth_km_90, 1),
            _from(catalogue, "depth_km", 1) + _hypocentre(catalogue),
        ),
        (
            "Centroid, longitude and latitude",
            f"{number(estimate.longitude, 3)}, {number(estimate.latitude, 3)}",
            f"within {number(estimate.horizontal_90_km, 1)} km",
            _distance(catalogue),
        ),
        _plane("Strike / dip / rake, plane 1", first, catalogue, 0),
        _plane("Strike / dip / rake, plane 2", second, catalogue, 1),
        ("Length, km", number(estimate.length_km, 1), interval(estimate.length_km_90, 1), ""),
        ("Width, km", number(estimate.width_km, 1), interval(estimate.width_km_90, 1), ""),
        ("Slip, m", number(estimate.slip_m, 2), interval(estimate.slip_m_90, 2), ""),
        (
            "Stress drop, MPa",
            number(estimate.stress_drop_mpa, 1),
            interval(estimate.stress_drop_mpa_90, 1),
            "",
        ),
    ]
    if estimate.kagan_deg is not None:
        rows.append(("Angle to the catalogue's mechanism (Kagan)", f"{estimate.kagan_deg:.0f}°", "", ""))
    columns = ("", "Estimate", "90 % interval", *(("Catalogue",) if catalogue else ()))
    head = "".join(f'<th class="number">{name}</th>' if name else "<th></th>" for name in columns)
    body = "".join(
        "<tr>"
        + f"<td>{escape(row[0])}</td>"
        + "".join(f'<td class="number">{escape(cell)}</td>' for cell in row[1 : len(columns)])
        + "</tr>"
        for row in rows
    )
    note = f"Rigidity {estimate.rigidity_pa / 1e9:g} GPa."
    if len(estimate.faults) > 1:
        note += (
            f" Magnitude, moment and centroid are those of {len(estimate.faults)} faults together; planes, "
            "size, slip and stress drop are those of the larger."
        )
    return f'<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p class="note">{note}</p>'


def _plane(
    title: str, plane: NodalPlane, catalogue: Optional[Mapping[str, Any]], index: int
) -> tuple[str, str, str, str]:
    planes = (catalogue or {}).get("planes") or ()
    theirs = " / ".join(number(angle, 0) for angle in planes[index]) if index < len(planes) else ""
    angles = " / ".join(number(angle, 0) for angle in (plane.strike, plane.dip, plane.rake))
    intervals = "; ".join(
        (interval(plane.strike_90, 0, True), interval(plane.dip_90, 0), interval(plane.rake_90, 0))
    )
    return f"{title} ({100 * plane.weight:.0f} %)", angles, intervals, theirs


def _from(catalogue: Optional[Mapping[str, Any]], key: str, digits: int) -> str:
    return number((catalogue or {}).get(key), digits) if catalogue else ""


def _distance(catalogue: Optional[Mapping[str, Any]]) -> str:
    distance = (catalogue or {}).get("distance_km")
    return f"{number(distance, 0)} km away" + _hypocentre(catalogue) if distance is not None else ""


def _hypocentre(catalogue: Optional[Mapping[str, Any]]) -> str:
    """Says where a rupture began, which is not its centroid."""
    return " (hypocentre)" if (catalogue or {}).get("position") == HYPOCENTRE else ""


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def _panels(estimate: SourceEstimate, maps: Maps) -> list[str]:
    pairs = []
    for index, look in enumerate(estimate.looks):
        fit = in_degrees(around_motion(maps[index])) if index in maps else None
        pairs.append((fit_points(estimate, look), fit))
    limit = limit_of(pairs)
    figures = []
    for look, (points, fit) in zip(estimate.looks, pairs):
        caption = (
            f"{100 * look.variance_reduction:.0f} % of the variance explained, {len(look.data)} points of "
            f"{number(look.points_given, 0)}, noise {100 * look.noise_m:.1f} cm over "
            f"{look.correlation_km:.0f} km."
        )
        figures.append(
            f'<figure class="wide">{panels_svg(estimate, points, fit, limit)}'
            f"<figcaption><b>{escape(look.name)}.</b> {escape(caption)}</figcaption></figure>"
        )
    return figures


def _marginals(estimate: SourceEstimate) -> str:
    pictures = [svg for svg in (histogram_svg(one) for one in marginals(estimate)) if svg]
    note = (
        '<p class="note">Draws from the calibrated posterior. Grey area: 90 % interval; line: best value; '
        "red and grey bars: first and second nodal plane. Strike, dip and rake are those of the first.</p>"
    )
    return f'{note}<div class="marginals">{"".join(pictures)}</div>'


def _rivals(estimate: SourceEstimate) -> str:
    rows = "".join(
        f"<tr><td>{escape(RIVAL_NAMES.get(rival.kind, rival.kind))}</td>"
        f'<td class="number">{number(rival.delta_bic, 0)}</td>'
        f'<td class="number">{100 * rival.variance_reduction:.0f} %</td>'
        f"<td>{escape(rival.words)}</td></tr>"
        for rival in estimate.rivals
    )
    if not rows:
        return "<p>No other kind of source was tried.</p>"
    return (
        f"<p>{escape(estimate.verdict)}</p><table><thead><tr><th>Rival</th>"
        '<th class="number">ΔBIC</th><th class="number">Explained</th><th>Meaning</th></tr></thead>'
        f'<tbody>{rows}</tbody></table><p class="note">ΔBIC: Bayesian information criterion of the rival '
        "less that of one fault. It weighs the misfit by what noise and uneven slip leave: a rival may "
        "explain more of the variance and still be less likely. A kind is claimed only above 10.</p>"
    )
