"""From window scores to a calibrated verdict."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.inference import calibration


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


def test_one_wild_window_among_many_is_no_evidence_but_three_are():
    quiet = np.full(40, -6.0)
    wild, agreed = quiet.copy(), quiet.copy()
    wild[0], agreed[:3] = 6.0, 6.0
    count = calibration.agreeing(40)
    assert calibration.evidence(wild, count) < 0
    assert calibration.evidence(agreed, count) == pytest.approx(6.0)


def test_a_scene_of_one_window_is_judged_by_it():
    assert calibration.agreeing(1) == 1
    assert calibration.evidence(np.array([2.5]), 1) == 2.5


def test_the_more_windows_the_more_must_agree():
    assert [calibration.agreeing(n) for n in (0, 10, 15, 16, 30, 31, 5000)] == [1, 1, 1, 2, 2, 3, 3]


def test_without_coefficients_the_probability_is_the_evidences_own():
    assert calibration.combined_probability(0.0, 500, {}) == 0.5
    assert calibration.combined_probability(2.0, 500, {}) == pytest.approx(1 / (1 + np.exp(-2)))


def test_more_windows_ask_for_more_evidence():
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
def test_labels_say_it_in_words(kind, p, other, text):
    assert calibration.label(kind, p, other, 0.7) == text
