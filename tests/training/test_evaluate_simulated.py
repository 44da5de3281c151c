import types

import numpy as np
import pytest

from quakefringe.engine.network import ModelCard, Output
from quakefringe.engine.tile import GRID, TILE
from quakefringe.engine.tiling.scales import Scale
from quakefringe.tests.training.fake_scores import fake_answers
from quakefringe.tests.training.fake_simulator import FakeSimulator
from quakefringe.training.config.recipe import read_recipe
from quakefringe.training.data import batches as data
from quakefringe.training.scoring import detectability, localisation, simulated_scores
from quakefringe.training.scoring.score_folder import load_scores, simulated_sets, write_scores
from quakefringe.training.scoring.simulated_sets import SETS, held_out_config

THRESHOLDS = {"box": 0.5, "mask": 0.5}


class Sighted:
    """A stand-in for the network: an earthquake with a mask where the cosine of the phase is negative."""

    card = ModelCard("0")

    def run(self, tiles):
        bright = tiles[:, 0].reshape(len(tiles), GRID, 16, GRID, 16).mean(axis=(2, 4)) < 0
        logits = np.where(bright.any(axis=(1, 2))[:, None], [0.0, 4.0, 0.0], [4.0, 0.0, 0.0])
        mask = bright.astype(np.float32)
        attention = (mask + 1e-3) / (mask + 1e-3).sum(axis=(1, 2), keepdims=True)
        return Output(logits.astype(np.float32), attention[:, None], mask)


def test_test_sets_share_no_seed_stream_with_training_and_validation():
    streams = [one.stream for one in SETS]
    assert len(set(streams)) == len(streams)
    assert min(streams) > 1_000_100  # training and validation use the ones below


def test_the_answers_of_a_scored_network_are_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "make_simulator", FakeSimulator)
    scores = simulated_scores.score_simulated(Sighted(), read_recipe("smoke"), 40, tmp_path)
    assert scores["sets"]["mixed"]["count"] <= 40
    assert set(simulated_sets(tmp_path)) == {one.name for one in SETS}
    kept = simulated_sets(tmp_path)["mixed"]
    assert kept["logits"].shape == (40, 3)
    assert len(kept["sample_phase"]) == 24
    assert 0 < scores["sets"]["mixed"]["recall"] <= 1
    again = simulated_scores.summarise(simulated_sets(tmp_path), Sighted.card.thresholds)
    assert again["sets"]["mixed"]["accuracy"] == scores["sets"]["mixed"]["accuracy"]


def test_an_earthquake_classified_as_other_deformation_counts_as_deformation():
    answers = fake_answers(300, skill=9.0)
    answers["logits"] = answers["logits"][:, [0, 2, 1]]  # the two kinds of deformation mixed up
    scores = simulated_scores.summarise({"mixed": answers}, THRESHOLDS)["sets"]["mixed"]
    assert scores["recall"] == 0.0
    assert scores["deformation"]["recall"] > 0.99
    assert scores["deformation"]["accuracy"] > 0.99
    assert scores["deformation"]["auc"] > 0.99
    answers["logits"] = np.tile(np.float32([0.0, 9.0, 0.0]), (len(answers["label"]), 1))
    scores = simulated_scores.summarise({"mixed": answers}, THRESHOLDS)["sets"]["mixed"]
    assert scores["deformation"]["false_alarms"] == 1.0
    assert scores["deformation"]["auc"] == pytest.approx(0.5)


def test_right_answers_get_high_scores_in_every_part():
    scores = simulated_scores.summarise(
        {"mixed": fake_answers(300, skill=9.0), "hard_volcano": fake_answers(40, earthquakes=0.0, skill=9.0)},
        THRESHOLDS,
    )
    mixed = scores["sets"]["mixed"]
    assert mixed["accuracy"] > 0.99
    assert mixed["mask_iou"] == pytest.approx(1.0)
    assert mixed["pointing"] == 1.0
    assert mixed["box_iou"] > 0.6
    assert scores["hard"]["hard_volcano"]["hits"] == 0
    parts = {"wrapped", "unwrapped", "band X", "band C", "band S", "band L", "elevation", "no elevation"}
    assert {f"mixed/{part}" for part in parts} <= set(scores["sets"])
    assert np.trace(np.array(mixed["confusion"])) == round(mixed["accuracy"] * mixed["count"])


def test_hidden_signals_count_in_detectability_only():
    answers = fake_answers(300, skill=9.0)
    scores = simulated_scores.summarise({"mixed": answers}, THRESHOLDS)
    quakes = np.isfinite(answers["meta_mw"])
    table = scores["detectability"]["table"]
    assert np.sum(table["count"]) == quakes.sum()
    assert np.sum(table["visible"]) == (quakes & (answers["weight"] > 0)).sum()
    assert scores["sets"]["mixed"]["count"] == (answers["weight"] > 0).sum()
    assert scores["detectability"]["visible"]["recall"] > 0.99


def test_the_effect_of_elevation_is_measured_on_the_same_tiles():
    answers = fake_answers(100, earthquakes=0.0, skill=9.0)
    answers["blank_logits"] = np.tile(np.float32([0, 5, 0]), (100, 1))
    answers["blank_logits"][50:] = np.nan
    effect = simulated_scores.elevation_effect(answers)
    assert effect["count"] == 50
    assert effect["with"]["false_alarms"] == 0.0
    assert effect["without"]["false_alarms"] == 1.0


def test_a_masks_box_is_the_engines_box():
    mask = np.zeros((GRID, GRID), np.float32)
    mask[4:8, 2:6] = 1.0
    (box,) = localisation.engine_boxes(mask, np.array([0.0, 5.0, 0.0]), THRESHOLDS)
    assert box == pytest.approx(np.array([2, 4, 6, 8]) / GRID, abs=1e-6)
    assert len(localisation.engine_boxes(mask, np.array([5.0, 0.0, 0.0]), THRESHOLDS)) == 0
    assert Scale(0, 1.0, 1.0, 1.0, TILE, TILE, (0,), (0,)).windows == 1


def test_the_centre_error_is_in_kilometres():
    mask = np.zeros((1, GRID, GRID), np.float32)
    mask[0, 4:8, 2:6] = 1.0
    answers = {
        "logits": np.array([[0.0, 5.0, 0.0]]),
        "mask": mask,
        "attention": mask / mask.sum(),
        "truth_mask": mask,
        "box": np.array([[4, 4, 8, 8]]) / GRID,
        "meta_pixel_m": np.array([100.0]),
    }
    got = localisation.localise(answers, THRESHOLDS)
    assert got["centre_km"][0] == pytest.approx(2 * 16 * 100 / 1000, rel=1e-5)
    assert got["iou"][0] == pytest.approx(1 / 3, rel=1e-5)
    assert got["energy"][0] == pytest.approx(0.5)
    assert got["pointing"][0] == 1.0


def test_the_physical_limit_interpolates_the_table():
    assert detectability.limit(np.array([4.0, 8.0, 50.0]), "thrust", "1 cm") == pytest.approx(
        [4.90, 5.30, 5.80]
    )
    scores = np.array([True, False])
    got = detectability.against_limit(np.array([7.0, 5.0]), np.array([10.0, 10.0]), np.zeros(2), scores)
    assert got["above 1 cm"] == {"count": 1, "recall": 1.0}
    assert got["below one fringe"] == {"count": 1, "recall": 0.0}


def test_real_backgrounds_are_crops_held_out_of_training(tmp_path):
    from quakefringe.training.simulation.scene.quiet import volcano_fold

    names = [f"v{letter}_012a_00000_x_y.png" for letter in "abcdefgh"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    recipe = read_recipe("smoke", [f"simulation.quiet={tmp_path}", "simulation.quiet_fold=1"])
    with held_out_config(recipe) as (config, sentence):
        import os

        kept = sorted(os.listdir(config.quiet))
        assert kept == [n for n in names if volcano_fold(n[:2], 5) == 1]
        assert kept
        assert f"{len(kept)} crops" in sentence
    with held_out_config(read_recipe("smoke", [f"simulation.quiet={tmp_path}"])) as (config, sentence):
        assert config.quiet == ""
        assert "no real crops were held out" in sentence


def test_damaged_and_foreign_scores_are_refused(tmp_path):
    from quakefringe.engine.errors import InputError

    with pytest.raises(InputError, match="no scores"):
        load_scores(tmp_path)
    (tmp_path / "scores.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        load_scores(tmp_path)
    (tmp_path / "scores.json").write_text('{"accuracy": 1}')
    with pytest.raises(InputError, match="not written by evaluate"):
        load_scores(tmp_path)
    write_scores(tmp_path, {"x": types.SimpleNamespace(a=1).a})
    assert load_scores(tmp_path)["x"] == 1
