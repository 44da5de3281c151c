"""What a catalogue says about a scene, in sentences for the report, the warnings and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from ..percent import percent
from ..results import Box
from .event import Event
from .match import BoxMatch, Candidate, CatalogueMatch

MAX_UNSEEN = 3
"""Events that should be visible but are not seen; the warning names so many."""


def event_words(event: Event) -> str:
    """Such as "Mww 7.8 on 2015-04-25 06:11 UTC, 15 km deep (us20002926)"."""
    kind = event.magnitude_type if event.has_moment_magnitude else "Mw about"
    words = f"{kind} {event.mw:.1f}" if event.mw is not None else "an event without magnitude"
    if event.time is not None:
        words += f" on {event.time:%Y-%m-%d %H:%M} UTC"
    if event.depth_km is not None:
        words += f", {event.depth_km:.0f} km deep"
    return f"{words} ({event.id})" if event.id else words


def box_words(match: BoxMatch, time_checked: bool = True) -> str:
    """The best match of one box."""
    one = match.candidate
    if one is None:
        return f"Box {match.rank}: no event of the catalogue fits."
    place = "in the box" if not match.distance_km else f"{match.distance_km:.0f} km from the box"
    words = f"Box {match.rank}: {event_words(one.event)}, {place}; {_expected(one)}"
    if match.seen_peak_los_cm is not None:
        words += f", {match.seen_peak_los_cm:+.1f} cm seen"
    if match.others:
        words += f"; also possible: {', '.join(match.others)}"
    if not time_checked:
        words += "; time not checked"
    elif not one.between:
        words += "; within the tolerance of an acquisition's date"
    return f"{words}."


def _expected(one: Candidate) -> str:
    change = one.expectation
    sign = {1: "+", -1: "-", 0: ""}[change.sign]
    return f"{sign}{100 * change.peak:.1f} cm expected ({100 * change.low:.1f} to {100 * change.high:.1f} cm)"


def warnings(match: CatalogueMatch, boxes: Sequence[Box]) -> list[str]:
    """What does not agree, and what could not be checked."""
    found = list(match.catalogue.warnings)
    if not match.time_checked:
        found.append(
            "The dates of the interferogram are not known, so events are matched by place only; time could "
            "not be checked, and the probability is not updated."
        )
    if match.unseen:
        parts = [f"{event_words(one.event)}, {_expected(one)}" for one in match.unseen[:MAX_UNSEEN]]
        found.append(
            "The catalogue lists events that should be visible here, but no box shows them: "
            f"{'; '.join(parts)}."
        )
    earthquakes = {box.rank for box in boxes if box.class_name == "earthquake"}
    lonely = [one.rank for one in match.boxes if one.candidate is None and one.rank in earthquakes]
    if lonely:
        numbers = ", ".join(str(rank) for rank in lonely)
        found.append(
            f"No event of the catalogue fits box {numbers}: check the dates and the catalogue's region, "
            "or consider another cause of the deformation."
        )
    return found


def probability_words(match: CatalogueMatch) -> str:
    """The probability with and without the catalogue."""
    with_it, without = percent(match.probability_with_catalogue), percent(match.probability)
    return (
        f"Probability of an earthquake with the catalogue: {with_it} (without: {without}; Bayes factor "
        f"{factor_words(match.bayes_factor)})."
    )


def factor_words(factor: float) -> str:
    """A Bayes factor with three digits, whole from 100 on."""
    return f"{factor:.0f}" if factor >= 100 else f"{factor:.3g}"


def notes(match: CatalogueMatch) -> list[str]:
    """How the catalogue was used."""
    said = [f"Catalogue “{match.catalogue.name}” ({match.catalogue.format}, {len(match.catalogue)} events)."]
    said += list(match.catalogue.notes)
    if not match.candidates:
        said.append(_none_words(match))
    if match.time_checked:
        said.append(probability_words(match))
        if not match.covered:
            said.append(
                "The catalogue lists no events near the scene before and after the interferogram, so a "
                "missing event does not lower the probability."
            )
    return said


def _none_words(match: CatalogueMatch) -> str:
    """That no event can be seen here, with the years of the catalogue."""
    span = match.catalogue.time_span
    years = f"; its events are from {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}" if span else ""
    when = " and within the dates" if match.time_checked else ""
    return f"No event of the catalogue is near enough, strong enough{when} to be seen here{years}."
