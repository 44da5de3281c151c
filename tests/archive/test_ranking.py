"""Which scene comes first, and how often quiet scenes look like it."""

import numpy as np

from quakefringe.archive.results.false_alarm import MIN_QUIET_SCENES, add_false_alarms
from quakefringe.archive.results.ranking import rank
from quakefringe.archive.results.rows import SCENE_FIELDS, catalogue_outcome


def row(probability, outcome=None, **values):
    return {
        **dict.fromkeys(SCENE_FIELDS),
        "status": "done",
        "path": f"/data/{probability}",
        "model": "one",
        "probability": probability,
        "deformation_probability": probability,
        "evidence": 0.0,
        "verdict": "present" if probability > 0.8 else "uncertain" if probability > 0.3 else "absent",
        "deformation": "absent",
        "catalogue_outcome": outcome,
        **values,
    }


def test_a_scene_is_compared_with_the_quiet_ones_and_not_with_itself():
    quiet = [row(p / 200, "quiet") for p in range(100)]
    shaken = [row(0.95, "matched"), row(0.4, "missed"), *(row(0.99, "matched") for _ in range(50))]
    one_more = row(0.3, "quiet")
    add_false_alarms([*quiet, *shaken, one_more])
    assert shaken[0]["false_alarm_probability"] == 1 / 102
    assert shaken[1]["false_alarm_probability"] == (20 + 1) / 102
    assert one_more["false_alarm_probability"] == (40 + 1) / 101
    assert (shaken[0]["quiet_scenes"], one_more["quiet_scenes"]) == (101, 100)
    assert {one["quiet_by"] for one in shaken} == {"catalogue"}


def test_without_a_catalogue_the_value_is_an_upper_limit():
    scenes = [row(p / 300) for p in range(MIN_QUIET_SCENES)] + [row(0.99), row(0.98)]
    add_false_alarms(scenes)
    assert scenes[-1]["false_alarm_probability"] == 2 / 102
    assert scenes[-1]["quiet_by"] == "all scenes"


def test_few_scenes_give_no_false_alarm_probability():
    scenes = [row(0.1, "quiet") for _ in range(MIN_QUIET_SCENES)]
    add_false_alarms(scenes)
    assert {scene["false_alarm_probability"] for scene in scenes} == {None}


def test_scenes_of_another_model_do_not_count():
    scenes = [row(0.9, "quiet") for _ in range(MIN_QUIET_SCENES + 1)]
    others = [row(0.1, "quiet", model="two") for _ in range(MIN_QUIET_SCENES + 50)]
    add_false_alarms([*scenes, *others])
    assert {scene["false_alarm_probability"] for scene in scenes} == {1.0}
    assert scenes[0]["quiet_scenes"] == MIN_QUIET_SCENES


def test_the_estimate_is_valid_for_quiet_scenes():
    """Of quiet scenes, a share of at most a has a false-alarm probability of at most a."""
    scenes = [row(p, "quiet") for p in np.random.default_rng(0).uniform(0, 0.3, 500)]
    add_false_alarms(scenes)
    values = np.array([scene["false_alarm_probability"] for scene in scenes])
    for share in (0.01, 0.05, 0.2, 0.5):
        assert np.mean(values <= share) <= share + 1 / 500


def test_reasons_come_before_probabilities():
    scenes = [
        row(0.01),
        row(0.1, "missed"),
        row(0.2, deformation="present"),
        row(0.99, "matched"),
        row(0.9, "quiet"),
        row(0.5),
        {**row(0.0), "status": "failed", "error": "It is broken."},
        row(0.9, "quiet", area_km2=100.0, path="/data/larger"),
    ]
    rank(scenes)
    assert [(one["probability"], one["rank"]) for one in scenes] == [
        *((0.9, 1), (0.9, 2), (0.99, 3), (0.1, 4), (0.5, 5), (0.2, 6), (0.01, 7), (0.0, None)),
    ]
    assert scenes[0]["path"] == "/data/larger"
    assert scenes[3]["why"].startswith("the catalogue lists an earthquake")


def test_the_catalogue_is_silent_where_it_does_not_cover_the_scene():
    match = {"time_checked": True, "covered": True, "boxes": [{"event": None}], "unseen": []}
    assert catalogue_outcome(match) == "quiet"
    assert catalogue_outcome({**match, "covered": False}) is None
    assert catalogue_outcome({**match, "time_checked": False}) is None
    assert catalogue_outcome({**match, "unseen": [{}]}) == "missed"
    assert catalogue_outcome({**match, "boxes": [{"event": {}}, {"event": {"id": 1}}]}) == "matched"
    assert catalogue_outcome(None) is None
