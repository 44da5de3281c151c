"""`match_catalogue`: which event each box shows, what should be seen and is not, and the reverse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Optional

import numpy as np

from ..results import Box
from ..source.frame import LocalFrame
from . import odds
from .event import CENTROID, Catalogue, Event
from .expected import Expectation, expected_change, half_length_km, largest_change
from .scene import SceneView

LOCATION_ERROR_KM = {"hypocentre": 15.0, CENTROID: 30.0}
"""Distance in km by which a catalogue's place may be off; an assumption. Centroids of moment tensors rest on
long waves and are less certain than epicentres."""
COVERED_RADIUS_KM = 500.0
"""A catalogue covers a scene when it lists events within this distance, before and after the
interferogram."""
MAX_CANDIDATES = 100
"""Events whose change is computed; the strongest come first."""


@dataclass(frozen=True)
class Candidate:
    """An event that may be seen, with its expected change and the probability that it is."""

    event: Event
    expectation: Expectation
    between: bool
    visibility: float

    def describe(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **self.event.describe(),
            **self.expectation.describe(),
            "between_dates": self.between,
            "visibility": self.visibility,
        }


@dataclass(frozen=True)
class BoxMatch:
    """The best event for one box.

    Attributes
    ----------
    rank : int
        Of the box.
    candidate : Candidate or None
    distance_km : float or None
        From the event to the box; 0 inside it.
    seen_peak_los_cm : float or None
    others : tuple of str
        Identifiers of further events that fit.
    """

    rank: int
    candidate: Optional[Candidate]
    distance_km: Optional[float]
    seen_peak_los_cm: Optional[float]
    others: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rank": self.rank,
            "event": self.candidate.describe() if self.candidate else None,
            "distance_km": self.distance_km,
            "seen_peak_los_cm": self.seen_peak_los_cm,
            "other_events": list(self.others),
        }


@dataclass(frozen=True)
class CatalogueMatch:
    """What a catalogue says about a scene.

    Attributes
    ----------
    catalogue : Catalogue
    time_checked : bool
        Whether the dates of the interferogram are known.
    covered : bool
        Whether the catalogue covers the dates and the region, so that a missing event means something.
    boxes : tuple of BoxMatch
        One for each box.
    unseen : tuple of Candidate
        Events that should be visible but lie in no box.
    candidates : int
        Events that are near enough, strong enough and within the dates to be considered.
    probability, probability_with_catalogue : float
        Of an earthquake, without and with the catalogue.
    bayes_factor : float
        By which the catalogue multiplies the odds; 1 where time could not be checked.
    smallest_visible_m : float
    """

    catalogue: Catalogue
    time_checked: bool
    covered: bool
    boxes: tuple[BoxMatch, ...]
    unseen: tuple[Candidate, ...]
    probability: float
    probability_with_catalogue: float
    bayes_factor: float
    smallest_visible_m: float
    tolerance_days: float
    candidates: int

    def describe(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.catalogue.name,
            "format": self.catalogue.format,
            "events": len(self.catalogue),
            "notes": list(self.catalogue.notes),
            "time_checked": self.time_checked,
            "tolerance_days": self.tolerance_days,
            "covered": self.covered,
            "candidates": self.candidates,
            "smallest_visible_cm": 100 * self.smallest_visible_m,
            "boxes": [match.describe() for match in self.boxes],
            "unseen": [candidate.describe() for candidate in self.unseen],
            "probability_without_catalogue": self.probability,
            "bayes_factor": self.bayes_factor,
            "probability_with_catalogue": self.probability_with_catalogue,
        }


def match_catalogue(
    catalogue: Catalogue,
    scene: SceneView,
    boxes: Sequence[Box],
    probability: float,
    tolerance_days: float = 1.0,
) -> CatalogueMatch:
    """Find the events that the boxes show.

    Parameters
    ----------
    catalogue : Catalogue
    scene : SceneView
    boxes : sequence of Box
    probability : float
        Of an earthquake, without the catalogue.
    tolerance_days : float
        Time before the first and after the last acquisition day in which events count as well.

    Raises
    ------
    ValueError
        When the scene has no coordinate system.
    """
    window = scene.window(timedelta(days=tolerance_days))
    smallest = odds.visible_change(scene.fringe_m)
    candidates = _candidates(catalogue, scene, window, smallest)
    matches = tuple(_match(box, candidates) for box in boxes)
    near = {id(one) for box in boxes for one, _ in _fitting(box, candidates)}
    unseen = tuple(one for one in candidates if one.expectation.peak >= smallest and id(one) not in near)
    covered = window is not None and _covers(catalogue, scene, window)
    factor = odds.bayes_factor([one.visibility for one in candidates], covered) if window is not None else 1.0
    return CatalogueMatch(
        catalogue=catalogue,
        time_checked=window is not None,
        covered=covered,
        boxes=matches,
        unseen=unseen if window is not None else (),
        probability=probability,
        probability_with_catalogue=odds.updated(probability, factor),
        bayes_factor=factor,
        smallest_visible_m=smallest,
        tolerance_days=tolerance_days,
        candidates=len(candidates),
    )


def _candidates(catalogue: Catalogue, scene: SceneView, window: Any, smallest: float) -> list[Candidate]:
    """Events in the window of time that are near and large enough, the most visible first."""
    events = catalogue.between(*window) if window is not None else catalogue.events
    centre = scene.centre
    near = [
        event
        for event in events
        if 10 * largest_change(event) >= smallest
        and event.distance_km(*centre)
        <= scene.radius_km + half_length_km(event) + LOCATION_ERROR_KM[event.position]
    ]
    near.sort(key=largest_change, reverse=True)
    found = []
    for event in near[:MAX_CANDIDATES]:
        expectation = expected_change(event, scene.look, scene.covers)
        between = scene.is_between(event.time)
        found.append(
            Candidate(event, expectation, between, odds.visibility(expectation.peak, smallest, between))
        )
    return sorted(found, key=lambda one: -one.expectation.peak)


def _covers(catalogue: Catalogue, scene: SceneView, window: Any) -> bool:
    """Whether the catalogue lists events near the scene both before and after the interferogram."""
    around = catalogue.near(*scene.centre, COVERED_RADIUS_KM + scene.radius_km)
    times = [event.time for event in around if event.time is not None]
    return any(time < window[0] for time in times) and any(time > window[1] for time in times)


def _fitting(box: Box, candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Candidates near enough to a box, with their distance from it in km."""
    if box.lon is None or box.lat is None:
        return []
    fitting = []
    for one in candidates:
        distance = box_distance_km(box, one.event)
        reach = LOCATION_ERROR_KM[one.event.position] + half_length_km(one.event)
        if distance <= reach and one.expectation.high > 0:
            fitting.append((one, distance))
    return fitting


def box_distance_km(box: Box, event: Event) -> float:
    """Distance in km from an event to a box with a place; 0 inside. The nearer of hypocentre and centroid
    counts."""
    frame = LocalFrame(box.lon or 0.0, box.lat or 0.0)
    places = [(event.lon, event.lat), *([event.hypocentre[:2]] if event.hypocentre else [])]
    distances = []
    for lon, lat in places:
        east, north = frame.to_km(np.asarray(lon), np.asarray(lat))
        outside = (
            max(0.0, abs(float(east)) - (box.width_km or 0) / 2),
            max(0.0, abs(float(north)) - (box.height_km or 0) / 2),
        )
        distances.append(math.hypot(*outside))
    return min(distances)


def _match(box: Box, candidates: Sequence[Candidate]) -> BoxMatch:
    """The most likely of the events that fit: by distance, by visibility, and by the size of the change."""
    fitting = _fitting(box, candidates)

    def likelihood(pair: tuple[Candidate, float]) -> float:
        one, distance = pair
        score = (
            math.log(max(one.visibility, 1e-6))
            - 0.5 * (distance / LOCATION_ERROR_KM[one.event.position]) ** 2
        )
        if box.peak_los_cm and one.expectation.peak > 0:
            ratio = math.log(abs(box.peak_los_cm) / 100 / one.expectation.peak) / odds.LOG_SCATTER
            score -= 0.5 * min(abs(ratio), 4.0) ** 2
        return score

    fitting.sort(key=likelihood, reverse=True)
    best = fitting[0] if fitting else None
    return BoxMatch(
        rank=box.rank,
        candidate=best[0] if best else None,
        distance_km=best[1] if best else None,
        seen_peak_los_cm=box.peak_los_cm,
        others=tuple(one.event.id for one, _ in fitting[1:6] if one.visibility >= 0.1),
    )
