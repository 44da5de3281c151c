"""Matching a catalogue with boxes: time, place, expected change, probability, and what does not agree."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from quakefringe.engine.catalogue import Catalogue, Event, NodalPlane, odds
from quakefringe.engine.catalogue.expected import TYPICAL_LOOKS, expected_change, largest_change
from quakefringe.engine.catalogue.match import match_catalogue
from quakefringe.engine.catalogue.scene import SceneView, acquisition_days
from quakefringe.engine.catalogue.sentences import box_words, notes, warnings
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.results import Box

LOOK = TYPICAL_LOOKS[0]
REVERSE = NodalPlane(290.0, 40.0, 90.0)


def event(**changes):
    start = Event("e1", datetime(2015, 4, 25, 6, 11, tzinfo=timezone.utc), 85.0, 28.0, 10.0, 6.5, "Mww")
    return replace(start, **changes)


def scene(dates=("2015-04-17", "2015-04-29"), epsg=4326, valid=None):
    grid = Grid(100, 100, (84.5, 0.01, 0, 28.5, 0, -0.01), wkt_of_epsg(4326))
    if epsg != 4326:
        grid = Grid(100, 100, (250000.0, 1000.0, 0, 3150000.0, 0, -1000.0), wkt_of_epsg(epsg))
    return SceneView(
        acquisition_days(dates), LOOK, 0.0277, grid, np.ones((100, 100), bool) if valid is None else valid
    )


def box(**changes):
    start = Box(
        1, 0.9, "earthquake", (84.9, 27.9, 85.1, 28.1), 20.0, 22.0, 300.0, 85.0, 28.0, 25.0, 9.0, 500.0
    )
    return replace(start, **changes)


def catalogue(*events, around=True):
    far = [event(id="before", time=event().time - timedelta(days=99), magnitude=3.0)]
    far.append(event(id="after", time=event().time + timedelta(days=99), magnitude=3.0))
    return Catalogue("test.csv", "table", (*events, *(far if around else ())))


def test_the_event_between_the_dates_matches_its_box():
    later = event(id="later", time=event().time + timedelta(days=40))
    match = match_catalogue(catalogue(event(), later), scene(), [box()], 0.6)
    (best,) = match.boxes
    assert best.candidate.event.id == "e1"
    assert best.distance_km == 0
    assert best.others == ()
    assert match.unseen == ()
    assert match.probability == 0.6
    assert match.probability_with_catalogue > 0.95
    assert "Mww 6.5 on 2015-04-25 06:11 UTC, 10 km deep (e1), in the box" in box_words(best)


@pytest.mark.parametrize(("days", "found"), [(0.5, True), (3.0, False)])
def test_the_tolerance_widens_the_window(days, found):
    outside = event(time=datetime(2015, 4, 17, tzinfo=timezone.utc) - timedelta(days=days))
    match = match_catalogue(catalogue(outside), scene(), [box()], 0.6, tolerance_days=1.0)
    assert (match.boxes[0].candidate is not None) is found
    if found:
        assert not match.boxes[0].candidate.between
        assert match.boxes[0].candidate.visibility <= odds.WITHIN_TOLERANCE
    assert match_catalogue(catalogue(outside), scene(), [box()], 0.6, 5.0).boxes[0].candidate is not None


def test_without_dates_events_match_by_place_and_the_probability_stays():
    match = match_catalogue(catalogue(event()), scene(dates=()), [box()], 0.6)
    assert match.boxes[0].candidate.event.id == "e1"
    assert (match.time_checked, match.bayes_factor) == (False, 1.0)
    assert match.probability_with_catalogue == pytest.approx(0.6)
    assert any("time could not be checked" in text for text in warnings(match, [box()]))
    assert "time not checked" in box_words(match.boxes[0], match.time_checked)


def test_one_date_is_no_pair():
    assert acquisition_days(("2015-04-25",)) == ()
    assert acquisition_days(("nonsense", "2015-04-29", "2015-04-17"))[0].day == 17


def test_an_event_that_should_be_visible_but_is_not_is_named():
    match = match_catalogue(catalogue(event()), scene(), [], 0.1)
    assert [one.event.id for one in match.unseen] == ["e1"]
    (text,) = warnings(match, [])
    assert "lists events that should be visible here, but no box shows them: Mww 6.5" in text


def test_a_deep_or_small_event_is_not_missed():
    for quiet in (event(depth_km=300.0), event(magnitude=3.5)):
        match = match_catalogue(catalogue(quiet), scene(), [], 0.1)
        assert match.unseen == ()


def test_a_box_that_no_event_explains_is_named_and_the_probability_falls():
    match = match_catalogue(catalogue(), scene(), [box()], 0.9)
    assert match.covered
    assert match.bayes_factor == pytest.approx(1 - odds.COMPLETENESS)
    assert match.probability_with_catalogue == pytest.approx(0.9 * 0.1 / (0.9 * 0.1 + 0.1))
    assert any("No event of the catalogue fits box 1" in text for text in warnings(match, [box()]))
    assert box_words(match.boxes[0]) == "Box 1: no event of the catalogue fits."


def test_a_catalogue_of_other_years_or_places_says_nothing():
    elsewhere = Catalogue("t", "table", (event(lon=-70.0, lat=-20.0), event(id="b", lon=-70.0, lat=-20.0)))
    match = match_catalogue(elsewhere, scene(), [box()], 0.9)
    assert (match.covered, match.bayes_factor) == (False, pytest.approx(1.0))
    assert any("does not lower the probability" in text for text in notes(match))


def test_the_nearer_event_of_two_wins_and_the_other_is_mentioned():
    match = match_catalogue(catalogue(event(id="far", lon=85.3), event(id="near")), scene(), [box()], 0.6)
    assert match.boxes[0].candidate.event.id == "near"
    assert match.boxes[0].others == ("far",)


def test_the_expected_change_is_that_of_the_moment():
    everywhere = lambda lon, lat: np.ones(np.shape(lon), bool)  # noqa: E731
    shallow = expected_change(event(planes=(REVERSE,)), LOOK, everywhere)
    deep = expected_change(event(planes=(REVERSE,), depth_km=20.0), LOOK, everywhere)
    small = expected_change(event(planes=(REVERSE,), magnitude=5.5), LOOK, everywhere)
    assert shallow.sign == 1  # a thrust lifts the ground towards the satellite
    assert 0.05 < shallow.peak < 1.0
    assert shallow.peak > 2 * deep.peak
    assert shallow.peak > 10 * small.peak
    assert shallow.high <= largest_change(event(planes=(REVERSE,))) * 3
    unknown = expected_change(event(), LOOK, everywhere)
    assert unknown.low < shallow.peak < unknown.high
    assert (unknown.sign, unknown.mechanism) == (0, "unknown")


def test_the_smallest_visible_magnitudes_agree_with_the_published_detection_limit():
    """Uniform slip at 10 km: 1 cm from about Mw 5.45 (thrust) and 5.8 (strike slip)."""
    everywhere = lambda lon, lat: np.ones(np.shape(lon), bool)  # noqa: E731
    for plane, smallest in ((NodalPlane(0, 40, 90), 5.45), (NodalPlane(0, 90, 0), 5.8)):
        below, above = (
            expected_change(event(planes=(plane,), magnitude=smallest + step), LOOK, everywhere).peak
            for step in (-0.25, 0.25)
        )
        assert below < 0.011 < 1.1 * above + 0.001


def test_nothing_is_expected_where_the_scene_has_no_phase():
    blind = scene(valid=np.zeros((100, 100), bool))
    match = match_catalogue(catalogue(event()), blind, [], 0.1)
    assert match.unseen == ()
    assert match.bayes_factor == pytest.approx(1 - odds.COMPLETENESS)


def test_a_projected_scene_is_matched_too():
    match = match_catalogue(catalogue(event()), scene(epsg=32645), [box()], 0.6)
    assert match.boxes[0].candidate.event.id == "e1"
    assert match.boxes[0].candidate.expectation.peak > 0.05


def test_the_bayes_factor_follows_its_formula():
    share, complete = odds.CALIBRATED_SHARE, odds.COMPLETENESS
    unlisted = share * (1 - complete) / (1 - share * complete)
    expected = 1 - (1 - 0.7) * (1 - unlisted)
    assert odds.bayes_factor([0.7], True) == pytest.approx(expected / (1 - expected))
    assert odds.bayes_factor([], False) == pytest.approx(1.0)
    assert odds.updated(0.3, 1.0) == pytest.approx(0.3)
    assert odds.updated(1.0, 0.1) == 1.0
    assert odds.visibility(0.01, 0.01) == pytest.approx(0.5)
    assert odds.visibility(10.0, 0.01) == odds.MOST_CERTAIN
    assert odds.visibility(0.0, 0.01) == 0.0


def test_l_band_needs_more_motion_than_c_band():
    assert odds.visible_change(0.0277) == pytest.approx(0.01)
    assert odds.visible_change(0.12) == pytest.approx(0.03)
    assert odds.visible_change(None) == pytest.approx(0.01)


def test_a_catalogue_without_an_event_in_range_says_so_with_its_years():
    far = event(lon=-120.0, time=datetime(2015, 4, 25, tzinfo=timezone.utc))
    old = event(time=datetime(1999, 1, 1, tzinfo=timezone.utc))
    match = match_catalogue(catalogue(far, old, around=False), scene(), [], 0.6)
    assert match.candidates == 0
    assert any(
        "No event of the catalogue is near enough, strong enough and within the dates to be seen here; its "
        "events are from 1999-01-01 to 2015-04-25." in text
        for text in notes(match)
    )


def test_many_strong_events_keep_the_bayes_factor_finite():
    many = [event(id=str(number)) for number in range(60)]
    match = match_catalogue(catalogue(*many), scene(), [box()], 0.6)
    assert match.bayes_factor == odds.MAX_BAYES_FACTOR
    assert odds.bayes_factor([odds.MOST_CERTAIN] * 500, False) == odds.MAX_BAYES_FACTOR
    assert "Bayes factor 1000)" in " ".join(notes(match))


def test_an_uncertain_depth_widens_the_range_but_not_the_median():
    known = expected_change(event(depth_km=10.0), LOOK, scene().covers)
    fixed = expected_change(event(depth_km=10.0, depth_is_fixed=True), LOOK, scene().covers)
    assert fixed.peak == known.peak
    assert fixed.high > known.high > known.peak > known.low > fixed.low
