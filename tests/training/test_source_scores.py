"""Scores of the source estimate: simulated cases, pairs of earthquakes, and real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.engine.source import SourceSettings, estimate_source  # noqa: E402
from quakefringe.training.scoring.source_cases import draw_case, draw_pair  # noqa: E402
from quakefringe.training.scoring.source_real_events import EVENTS, Goals  # noqa: E402
from quakefringe.training.scoring.source_real_scores import (  # noqa: E402
    met_goals,
    read_points,
    real_errors,
    score_real,
    table,
)
from quakefringe.training.scoring.source_scores import compare  # noqa: E402

POINTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "points"
HEADER = "lon,lat,los_m,look_e,look_n,look_u,weight\n"
ERRORS = {"mw": -0.25, "depth_km": 1.0, "strike": 20.0, "dip": 2.0, "rake": 3.0}


def test_a_seed_gives_the_same_pair_of_earthquakes_with_their_total_moment():
    pair, again = draw_pair(3), draw_pair(3)
    assert len(pair.looks) == 2
    np.testing.assert_array_equal(pair.looks[0].displacement, again.looks[0].displacement)
    assert 0 < pair.mw - pair.truth["mw"] < 0.25


def test_a_single_case_is_not_changed_by_the_drawing_of_pairs():
    case = draw_case(3_000_000)
    assert case.mw == case.truth["mw"] == pytest.approx(6.4974517505886755)


def test_errors_and_stretch_agree_with_the_interval():
    case = draw_case(3_000_004)
    estimate = estimate_source(case.looks, SourceSettings(candidates=400, cells=60, draws=300))
    row = compare(estimate, case.truth)
    assert row["errors"]["mw"] == pytest.approx(estimate.mw - case.truth["mw"])
    inside = estimate.depth_km_90[0] <= case.truth["depth_km"] <= estimate.depth_km_90[1]
    assert (row["stretch"]["depth"] <= 1) == inside


def test_angles_replace_look_vectors_that_are_not_there(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(HEADER + "99.6,51.0,0.01,,,,\n99.7,51.1,0.02,,,,\n", encoding="utf-8")
    assert not np.isfinite(read_points(path).look_vectors).any()
    look = read_points(path, (-165.0, 39.0))
    np.testing.assert_allclose(np.linalg.norm(look.look_vectors, axis=1), 1)
    assert look.look_vectors[0, 0] > 0.5


def test_a_folder_without_point_sets_is_refused(tmp_path):
    with pytest.raises(InputError, match="no point set"):
        score_real(tmp_path, tmp_path / "out")


def test_goals_of_geometry_apply_to_looks_together_only():
    goals = Goals(0.2, 1.5, 15.0, 12.0, 20.0)
    assert met_goals(goals, ERRORS, warned=False, together=False) == {"mw": False}
    met = met_goals(goals, ERRORS, warned=False, together=True)
    assert met == {"mw": False, "depth_km": True, "strike": False, "dip": True, "rake": True}
    assert met_goals(Goals(warning=True), ERRORS, warned=True, together=False) == {"warning": True}


def test_the_table_says_what_is_missed():
    row = {"event": "A", "looks": "together", "mw": 6.25, "mw_90": [6.1, 6.4], "depth_km": 4.0}
    row |= {"depth_km_90": [3.0, 5.0], "mechanism": [240.0, 30.0, 80.0], "variance_reduction": 0.95}
    row |= {"errors": {"mw": -0.25}, "met": {"mw": False, "depth_km": True}}
    refused = {"event": "B", "looks": "ascending", "refused": "no motion", "met": {}}
    lines = table([row, refused]).splitlines()
    assert lines[2].endswith("| missed: mw |")
    assert "refused: no motion" in lines[3]


@pytest.mark.skipif(not POINTS.is_dir(), reason="the real point sets are not present")
def test_the_fourth_shock_of_herat_is_found_from_two_looks():
    event = EVENTS[0]
    looks = [read_points(POINTS / f"{file}.csv") for file in event.looks.values()]
    estimate = estimate_source(looks, SourceSettings(candidates=1500, cells=100, draws=400))
    met = met_goals(event.goals, real_errors(event, estimate), warned=False, together=True)
    assert met == dict.fromkeys(("mw", "depth_km", "strike", "dip", "rake"), True)
