"""From window scores to a calibrated verdict."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.inference import calibration
from quakefringe.engine.inference.model_use import ModelUse
from quakefringe.engine.inference.verdict import one_question, two_questions
from quakefringe.engine.network import ModelCard
from quakefringe.engine.network.card import THRESHOLDS
from quakefringe.engine.percent import percent
from quakefringe.engine.tile import CLASSES


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


LIMITS = {"present": 0.78, "absent": 0.3, "deformation_present": 0.7, "deformation_absent": 0.2}


@pytest.mark.parametrize(
    ("deformation", "share", "label", "answers"),
    [
        (0.98, 0.95, "Earthquake present (93 %)", ("present", "present", "earthquake")),
        (0.9999, 0.9999, "Earthquake present (> 99 %)", ("present", "present", "earthquake")),
        (
            *(0.98, 0.643),
            "Deformation present (98 %): earthquake likelier than other (63 : 35)",
            ("uncertain", "present", "unclear"),
        ),
        (
            *(0.98, 0.357),
            "Deformation present (98 %): other likelier than earthquake (63 : 35)",
            ("uncertain", "present", "unclear"),
        ),
        (
            *(0.98, 0.5),
            "Deformation present (98 %): earthquake as likely as other (49 : 49)",
            ("uncertain", "present", "unclear"),
        ),
        (0.95, 0.04, "Other deformation present (91 %)", ("absent", "present", "other")),
        (
            *(0.75, 0.2),
            "Deformation present (75 %): other likelier than earthquake (60 : 15)",
            ("absent", "present", "unclear"),
        ),
        (0.02, 0.9, "No deformation found (2 %)", ("absent", "absent", "none")),
        (0.0001, 0.5, "No deformation found (< 1 %)", ("absent", "absent", "none")),
        (0.45, 0.5, "Uncertain (45 %)", ("uncertain", "uncertain", "unclear")),
    ],
)
def test_the_label_answers_both_questions(deformation, share, label, answers):
    got = two_questions(deformation, share, LIMITS)
    assert got.label == label
    assert (got.earthquake, got.deformation, got.kind) == answers
    assert got.probability + got.other_probability == pytest.approx(deformation)
    assert got.earthquake_share == pytest.approx(share)


@pytest.mark.parametrize("deformation", [0.697, 0.6999, 0.2001, 0.204])
def test_a_rounded_probability_never_contradicts_an_uncertain_verdict(deformation):
    got = two_questions(deformation, 0.5, LIMITS)
    assert got.deformation == "uncertain"
    shown = int(got.label.split("(")[1].split(" %")[0])
    assert 20 < shown < 70


@pytest.mark.parametrize(
    ("p", "absent", "present", "text"),
    [
        (0.777, 0.3, 0.78, "77 %"),
        (0.78, 0.3, 0.78, "78 %"),
        (0.7851, 0.3, 0.785, "79 %"),
        (0.304, 0.3, 0.78, "31 %"),
        (0.3, 0.3, 0.78, "30 %"),
        (0.2, 0.2, 0.2, "20 %"),
        (0.0, 0.3, 0.78, "< 1 %"),
        (0.999, 0.3, 0.78, "> 99 %"),
    ],
)
def test_whole_per_cent_stay_on_their_side_of_the_thresholds(p, absent, present, text):
    assert percent(p, absent, present) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.003, "< 1 %"), (0.006, "1 %"), (0.994, "99 %"), (0.997, "> 99 %"), (1.0, "> 99 %")]
)
def test_a_probability_without_thresholds_is_rounded_to_the_nearest_whole_per_cent(p, text):
    assert percent(p) == text


@pytest.mark.parametrize(
    ("earthquake", "other", "label", "answers"),
    [
        (0.97, 0.0, "Earthquake present (97 %)", ("present", "present", "earthquake")),
        (0.02, 0.1, "No earthquake found (2 %)", ("absent", "absent", "none")),
        (
            *(0.45, 0.88),
            "Uncertain (45 %), other deformation likely (88 %)",
            ("uncertain", "present", "unclear"),
        ),
        (
            *(0.05, 0.88),
            "No earthquake found (5 %), other deformation likely (88 %)",
            ("absent", "present", "other"),
        ),
        (0.7776, 0.1, "Uncertain (77 %)", ("uncertain", "uncertain", "unclear")),
    ],
)
def test_a_model_of_the_first_format_keeps_its_verdict(earthquake, other, label, answers):
    got = one_question(earthquake, other, LIMITS)
    assert got.label == label
    assert (got.earthquake, got.deformation, got.kind) == answers
    assert got.deformation_probability == max(earthquake, other)


def test_a_card_with_some_thresholds_has_the_defaults_of_the_others():
    use = ModelUse.from_card(ModelCard("0", thresholds={"present": 0.9}, calibration={}))
    assert use.thresholds == {**THRESHOLDS, "present": 0.9}
    assert use.temperature == 1.0


def test_the_users_threshold_replaces_that_of_the_card_and_limits_the_others():
    use = ModelUse.from_card(ModelCard("0"), 0.2)
    assert use.thresholds["present"] == use.thresholds["absent"] == 0.2
    assert use.thresholds["deformation_present"] == use.thresholds["deformation_absent"] == 0.2
    assert two_questions(0.3, 0.7, use.thresholds).label == "Earthquake present (21 %)"


def test_a_cards_calibration_gives_the_probability_of_both_questions():
    kind = {"a": 0.5, "b": 0.2, "c": 0.0}
    card = ModelCard(
        "0",
        calibration={"temperature": 2.0, "deformation": {"a": 1.0, "b": 1.0, "c": -1.0}, "kind": kind},
    )
    logits = np.array([[0.0, 4.0, -2.0], [0.0, -2.0, 1.0]])
    got = ModelUse.from_card(card).verdict(logits, 10)
    odds = {name: calibration.log_odds(logits, index, 2.0) for index, name in enumerate(CLASSES)}
    moves = (-odds["none"]).max()
    assert got.deformation_probability == pytest.approx(1 / (1 + np.exp(-(moves + 1 - np.log(10)))))
    assert odds["earthquake"].argmax() == 0
    share = 0.5 * (4.0 + 2.0) / 2.0 + 0.2
    assert got.earthquake_share == pytest.approx(1 / (1 + np.exp(-share)))


def test_a_form_of_the_phase_uses_its_own_calibration():
    card = ModelCard("0", calibration={"temperature": 1.0, "wrapped": {"deformation": {"b": -3.0}}})
    logits = np.array([[0.0, 2.0, 0.0]])
    wrapped, unwrapped = (
        ModelUse.from_card(card, unwrapped=form).verdict(logits, 1).deformation_probability
        for form in (False, True)
    )
    odds = np.log(unwrapped / (1 - unwrapped))
    assert wrapped == pytest.approx(1 / (1 + np.exp(-(odds - 3))))


def test_a_card_of_the_first_format_gives_the_probability_of_each_class():
    card = ModelCard(
        "0",
        calibration={
            "temperature": 2.0,
            "scene": {"a": 1.0, "b": 1.0, "c": -1.0},
            "other": {"a": 0.5, "b": 0.0, "c": 0.0},
        },
        format=1,
    )
    logits = np.array([[0.0, 4.0, -2.0], [0.0, -2.0, 1.0]])
    got = ModelUse.from_card(card).verdict(logits, 10)
    for index, p, (a, b, c) in (
        (1, got.probability, (1.0, 1.0, -1.0)),
        (2, got.other_probability, (0.5, 0.0, 0.0)),
    ):
        evidence = calibration.log_odds(logits, index, 2.0).max()
        assert p == pytest.approx(1 / (1 + np.exp(-(a * evidence + b + c * np.log(10)))))
