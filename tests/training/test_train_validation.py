import numpy as np
import pytest

from quakefringe.tests.training.fake_simulator import FakeSimulator
from quakefringe.training.config.recipe import read_recipe
from quakefringe.training.data import batches as data
from quakefringe.training.scoring import validation
from quakefringe.training.scoring.validation import score, scores, validation_set


def perfect():
    label = np.array([0, 1, 2, 1])
    mask = np.zeros((4, 2, 2), np.float32)
    mask[1:, 0, 1] = 1.0
    batch = {
        "label": label,
        "weight": np.ones(4, np.float32),
        "mask": mask,
        "meta": {"unwrapped": np.array([0, 0, 1, 1.0]), "wavelength": np.array([0.03, 0.056, 0.056, 0.24])},
    }
    attention = np.full((4, 2, 2), 0.1)
    attention[:, 0, 1] = 0.7
    predicted = {"probability": np.eye(3)[label], "attention": attention, "mask": mask.copy()}
    return batch, predicted


def test_perfect_answers_get_perfect_scores():
    batch, predicted = perfect()
    got = scores(batch, predicted)
    ones = ("accuracy", "accuracy_earthquake", "precision", "recall", "auc", "mask_iou", "pointing")
    assert all(got[name] == 1.0 for name in ones)
    assert got["false_alarms"] == 0.0
    assert got["ece"] == 0.0
    assert got["count"] == 4


def test_each_band_and_quantity_is_scored_separately():
    batch, predicted = perfect()
    got = score("mixed", batch, predicted)
    assert {
        "mixed",
        "mixed/wrapped",
        "mixed/unwrapped",
        "mixed/band X",
        "mixed/band C",
        "mixed/band L",
    } == set(got)
    assert got["mixed/band C"]["count"] == 2


def test_hidden_signals_do_not_count():
    batch, predicted = perfect()
    predicted["probability"][1] = [1, 0, 0]
    batch["weight"][1] = 0
    assert scores(batch, predicted)["recall"] == 1.0
    batch["weight"][:] = 0
    assert scores(batch, predicted) == {"count": 0}


def test_wrong_answers_lower_the_scores():
    batch, predicted = perfect()
    predicted["probability"] = np.eye(3)[[1, 1, 2, 0]]
    predicted["mask"][:] = 1.0
    predicted["attention"] = predicted["attention"][:, ::-1]
    got = scores(batch, predicted)
    assert (got["accuracy"], got["precision"], got["recall"], got["false_alarms"]) == (0.5, 0.5, 0.5, 0.5)
    assert got["mask_iou"] == pytest.approx(3 / 16, abs=1e-4)
    assert got["pointing"] == 0.0


def test_a_validation_set_is_simulated_once_and_again_if_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "make_simulator", FakeSimulator)
    recipe = read_recipe("smoke")
    (chosen,) = recipe.validation.set
    first = validation_set(recipe, chosen, 48, tmp_path)
    assert len(first["label"]) == chosen.count
    path = tmp_path / "mixed-48.npz"
    with monkeypatch.context() as patch:
        patch.setattr(validation, "SimulatedChunks", None)
        assert np.array_equal(validation_set(recipe, chosen, 48, tmp_path)["input"], first["input"])
    path.write_bytes(path.read_bytes()[:50])
    assert np.array_equal(validation_set(recipe, chosen, 48, tmp_path)["input"], first["input"])
