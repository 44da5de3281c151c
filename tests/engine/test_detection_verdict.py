"""From window scores to a calibrated verdict."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.inference import calibration
from quakefringe.engine.inference.model_use import ModelUse
from quakefringe.engine.network import ModelCard


def test_window_probabilities_are_a_tempered_softmax():
    logits = np.array([[1.0, 3.0, -2.0], [800.0, 0.0, -800.0]])
    p = calibration.window_probabilities(logits, 2.0)
    want = np.exp(logits[0] / 2) / np.exp(logits[0] / 2).sum()
    np.testing.assert_allclose(p[0], want)
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_log_odds_are_those_of_the_probabilities():
    logits = np.array([[1.0, 3.0, -2.0], [0.5, -1.0, 0.3]])
    p = calibration.window_probabilities(logits, 1.3)[:, 1]
    np.testing.assert_allclose(calibration.log_odds(logits, 1, 1.3), np.log(p / (1 - p)))
    assert calibration.log_odds(np.array([[0.0, 900.0, 0.0]]), 1)[0] == 15


def test_one_outlier_among_many_windows_is_no_evidence_but_three_are():
    quiet = np.full(40, -6.0)
    outlier, agreed = quiet.copy(), quiet.copy()
    outlier[0], agreed[:3] = 6.0, 6.0
    count = calibration.agreeing(40)
    assert calibration.evidence(outlier, count) < 0
    assert calibration.evidence(agreed, count) == pytest.approx(6.0)


def test_the_evidence_of_a_single_window_is_its_own():
    assert calibration.agreeing(1) == 1
    assert calibration.evidence(np.array([2.5]), 1) == 2.5


def test_the_more_windows_the_more_are_averaged():
    assert [calibration.agreeing(n) for n in (0, 10, 15, 16, 30, 31, 5000)] == [1, 1, 1, 2, 2, 3, 3]


def test_without_coefficients_the_probability_is_the_sigmoid_of_the_evidence():
    assert calibration.combined_probability(0.0, 500, {}) == 0.5
    assert calibration.combined_probability(2.0, 500, {}) == pytest.approx(1 / (1 + np.exp(-2)))


def test_more_windows_require_more_evidence():
    coefficients = {"a": 0.8, "b": 0.3, "c": -0.4}
    few, many = (calibration.combined_probability(3.0, n, coefficients) for n in (5, 500))
    assert many < few
    assert few == pytest.approx(1 / (1 + np.exp(-(0.8 * 3 + 0.3 - 0.4 * np.log(5)))))


@pytest.mark.parametrize(
    ("p", "kind"), [(0.7, "present"), (0.69, "uncertain"), (0.31, "uncertain"), (0.3, "absent")]
)
def test_the_verdict_follows_the_thresholds(p, kind):
    assert calibration.verdict(p, 0.7, 0.3) == kind


@pytest.mark.parametrize(
    ("kind", "p", "other", "text"),
    [
        ("present", 0.97, 0.0, "Earthquake present (97 %)"),
        ("absent", 0.02, 0.1, "No earthquake found (2 %)"),
        ("uncertain", 0.45, 0.88, "Uncertain (45 %), other deformation likely (88 %)"),
        ("present", 0.9999, 0.0, "Earthquake present (> 99 %)"),
        ("absent", 0.0001, 0.0, "No earthquake found (< 1 %)"),
    ],
)
def test_the_label_states_verdict_and_probabilities(kind, p, other, text):
    assert calibration.label(kind, p, other, 0.7) == text


def test_a_card_with_some_thresholds_has_the_defaults_of_the_others():
    use = ModelUse.from_card(ModelCard("0", thresholds={"present": 0.9}, calibration={}))
    assert use.thresholds == {"present": 0.9, "absent": 0.3, "box": 0.5, "mask": 0.5}
    assert use.temperature == 1.0


def test_the_users_threshold_replaces_that_of_the_card_and_limits_absent():
    use = ModelUse.from_card(ModelCard("0"), 0.2)
    assert (use.thresholds["present"], use.thresholds["absent"]) == (0.2, 0.2)
    assert use.verdict(0.2) == "present"
    assert use.verdict(0.19) == "absent"


def test_a_cards_calibration_gives_the_scene_probability_of_each_class():
    card = ModelCard(
        "0",
        calibration={
            "temperature": 2.0,
            "scene": {"a": 1.0, "b": 1.0, "c": -1.0},
            "other": {"a": 0.5, "b": 0.0, "c": 0.0},
        },
    )
    use = ModelUse.from_card(card)
    logits = np.array([[0.0, 4.0, -2.0], [0.0, -2.0, 1.0]])
    for index, (a, b, c) in ((1, (1.0, 1.0, -1.0)), (2, (0.5, 0.0, 0.0))):
        probability, evidence = use.scene_probability(logits, index, 10)
        assert evidence == pytest.approx(calibration.log_odds(logits, index, 2.0).max())
        assert probability == pytest.approx(1 / (1 + np.exp(-(a * evidence + b + c * np.log(10)))))
