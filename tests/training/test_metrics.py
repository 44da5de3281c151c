import numpy as np
import pytest
import shapely

from quakefringe.training.scoring import event_bootstrap, geometry, metrics


def test_rates_count_hits_alarms_and_misses():
    truth = np.array([1, 1, 1, 0, 0, 0, 0, 0], bool)
    called = np.array([1, 1, 0, 1, 0, 0, 0, 0], bool)
    got = metrics.rates(truth, called)
    assert got["precision"] == got["recall"] == got["f1"] == pytest.approx(2 / 3)
    assert got["accuracy"] == 0.75
    assert got["false_alarms"] == 0.2


def test_rates_without_a_sample_to_count_are_left_out():
    assert metrics.rates(np.zeros(3, bool), np.zeros(3, bool)) == {"accuracy": 1.0, "false_alarms": 0.0}
    got = metrics.rates(np.ones(2, bool), np.zeros(2, bool))
    assert (got["precision"], got["recall"], got["f1"]) == (0.0, 0.0, 0.0)
    assert metrics.rates(np.empty(0, bool), np.empty(0, bool)) == {}


def test_balanced_weights_count_each_group_once():
    truth = np.array([1, 1, 1, 1, 0], bool)
    called = np.array([1, 1, 1, 0, 0], bool)
    weight = metrics.balanced(["a", "a", "a", "b", "c"])
    assert metrics.rates(truth, called, weight)["recall"] == pytest.approx(0.5)


def test_ties_count_half_in_the_area_under_the_curve():
    truth = np.array([True, True, False, False])
    assert metrics.auc(np.array([0.9, 0.8, 0.1, 0.2]), truth) == 1.0
    assert metrics.auc(np.array([0.5, 0.5, 0.5, 0.5]), truth) == 0.5
    assert metrics.auc(np.array([0.9, 0.1, 0.5, 0.1]), truth) == 0.625


def test_weights_act_as_repeated_samples_in_the_area_under_the_curve():
    value, truth = np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 0, 1, 0], bool)
    times = np.array([2, 3, 1, 1])
    again = metrics.auc(np.repeat(value, times), np.repeat(truth, times))
    assert metrics.auc(value, truth, times) == pytest.approx(again)
    assert np.isnan(metrics.auc(value, np.ones(4, bool)))


def test_the_roc_curve_runs_from_no_call_to_every_call():
    value, truth = np.array([0.9, 0.8, 0.8, 0.1]), np.array([1, 1, 0, 0], bool)
    alarms, recall = metrics.roc(value, truth)
    assert (alarms[0], recall[0], alarms[-1], recall[-1]) == (0, 0, 1, 1)
    recall, precision = metrics.precision_recall(value, truth)
    assert precision.tolist() == pytest.approx([1.0, 2 / 3, 0.5])
    assert metrics.average_precision(value, truth) == pytest.approx(0.5 + 0.5 * 2 / 3)


def test_reliability_compares_predicted_with_observed_frequencies():
    table = metrics.reliability(np.array([0.05, 0.95, 0.95, 1.0]), np.array([0, 1, 1, 0]), 10)
    assert table["count"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert table["seen"][9] == pytest.approx(2 / 3)
    assert np.isnan(table["said"][4])
    assert metrics.calibration_error(np.full(10, 0.7), np.arange(10) < 2) == pytest.approx(0.5)
    assert metrics.calibration_error(np.full(10, 0.7), np.arange(10) < 7) == pytest.approx(0.0)


def test_wilson_gives_the_known_interval():
    low, high = metrics.wilson(0, 10)
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=1e-3)
    assert metrics.wilson(0, 0) == (0.0, 1.0)


def test_the_bootstrap_never_splits_a_group():
    # one group is all right, the other all wrong: the recall of a draw is 0, 1/2 or 1
    truth, called = np.ones(20, bool), np.repeat([True, False], 10)
    got = metrics.bootstrap(truth, called, called.astype(float), ["a"] * 10 + ["b"] * 10, draws=400)
    assert got["recall"] == (0.0, 1.0)
    single = metrics.bootstrap(truth, called, called.astype(float), [str(i) for i in range(20)], draws=400)
    assert 0.2 < single["recall"][0] < 0.5 < single["recall"][1] < 0.8


def test_every_draw_holds_positives_and_negatives():
    truth = np.array([True, False, False, False])
    got = metrics.bootstrap(truth, truth, truth.astype(float), ["q", "a", "b", "c"], draws=100)
    assert got["recall"] == got["accuracy"] == got["auc"] == (1.0, 1.0)


def test_the_bootstraps_area_is_that_of_the_drawn_samples():
    random = np.random.default_rng(2)
    truth, value = random.random(60) < 0.3, np.round(random.random(60), 1)
    group = random.integers(0, 7, 60)
    in_order = event_bootstrap.pairs_in_order(truth, value, group, 7)
    for _ in range(20):
        times = random.integers(0, 3, 7).astype(float)
        positives, negatives = (np.bincount(group, kind, 7) @ times for kind in (truth, ~truth))
        area = times @ in_order @ times / (positives * negatives)
        assert area == pytest.approx(metrics.auc(value, truth, times[group]), abs=1e-9)


def test_the_best_f1_is_the_highest_of_all_thresholds():
    value, truth = np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([1, 0, 1, 1, 0], bool)
    best = metrics.best_f1(value, truth)
    tried = {threshold: metrics.rates(truth, value >= threshold)["f1"] for threshold in value}
    assert best == {"threshold": 0.6, "f1": pytest.approx(max(tried.values()), abs=1e-9)}


def test_boxes_overlap_by_intersection_over_union():
    assert geometry.box_iou((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert geometry.box_iou((0, 0, 1, 1), (1, 1, 2, 2)) == 0.0
    assert geometry.enclosing_box(np.array([[0, 1, 2, 3], [1, 0, 4, 2]])) == (0, 0, 4, 3)
    assert geometry.centre((0, 1, 4, 3)) == (2, 2)


def test_outlines_overlap_like_boxes():
    triangle = shapely.Polygon([(0, 0), (2, 0), (0, 2)])
    assert geometry.iou(triangle, shapely.box(0, 0, 2, 2)) == pytest.approx(0.5)
    assert geometry.iou(shapely.Polygon(), shapely.Polygon()) == 0.0


def test_cells_of_a_grid_are_covered_in_part():
    covered = geometry.covered_fraction((0.25, 0.0, 0.5, 0.75), 2)
    np.testing.assert_allclose(covered, [[0.5, 0], [0.25, 0]])


def test_rounded_data_fits_into_json():
    got = metrics.rounded({"a": np.float32(0.123456), "b": [np.nan, np.int64(3)], "c": np.array([True])})
    assert got == {"a": 0.1235, "b": [None, 3], "c": [True]}
