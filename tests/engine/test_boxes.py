"""From a blended map of deformed ground to boxes."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.signals import MIN_SIGNAL_PIXELS, Evidence, faint_signal, find_signals
from quakefringe.engine.inference.mask_map import MaskMap
from quakefringe.engine.numerics.connected_components import connected
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.tiling.scales import plan_scales

GRID = Grid(896, 896, (3e5, 80.0, 0.0, 3.2e6, 0.0, -80.0), wkt_of_epsg(32645))
"""A scene of 72 km, which has two scales."""


def flood(values):
    """Connected components by a plain flood fill."""
    labels, count = np.zeros(values.shape, int), 0
    for start in zip(*np.nonzero(values)):
        if labels[start]:
            continue
        count += 1
        todo = [start]
        while todo:
            row, col = todo.pop()
            inside = 0 <= row < values.shape[0] and 0 <= col < values.shape[1]
            if not inside or not values[row, col] or labels[row, col]:
                continue
            labels[row, col] = count
            todo += [(row + a, col + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    return labels, count


@pytest.mark.parametrize("density", [0.1, 0.35, 0.5, 0.8])
def test_components_equal_those_of_a_flood_fill(density):
    values = np.random.default_rng(5).random((40, 31)) < density
    labels, count = connected(values)
    expected, expected_count = flood(values)
    assert count == expected_count
    pairs = set(zip(labels.ravel().tolist(), expected.ravel().tolist()))
    assert len(pairs) == count + 1


def test_components_of_masks_that_are_empty_full_or_u_shaped():
    assert connected(np.zeros((5, 5), bool))[1] == 0
    assert connected(np.ones((5, 5), bool))[1] == 1
    u = np.ones((6, 7), bool)
    u[:5, 2:5] = False
    assert connected(u)[1] == 1


def evidence(mask, share=1.0, scale=0):
    mask = np.asarray(mask, np.float32)
    weight = 0.9 * mask
    return Evidence(mask, weight, share * weight, np.full(mask.shape, scale), (10.0, 20.0))


def spots(*places, value=0.8, shape=(40, 60)):
    mask = np.zeros(shape, np.float32)
    for rows, columns in places:
        mask[rows, columns] = value
    return mask


def test_a_signal_is_boxed_in_source_pixels_with_its_area():
    mask = spots((slice(4, 10), slice(6, 18)))
    mask[4, 6] = 0.1
    (signal,) = find_signals(evidence(mask, 0.25, scale=2), 0.5)
    assert signal.corners == (60.0, 80.0, 180.0, 200.0)
    assert signal.area == pytest.approx((6 * 12 - 1) * 200)
    assert signal.mean_mask == pytest.approx(0.8)
    assert signal.earthquake_share == pytest.approx(0.25)
    assert signal.scale == 2


def test_separate_signals_are_found_and_specks_are_not():
    speck = (slice(30, 31), slice(0, MIN_SIGNAL_PIXELS - 1))
    mask = spots((slice(0, 5), slice(0, 5)), (slice(20, 26), slice(40, 50)), speck)
    assert [signal.corners[:2] for signal in find_signals(evidence(mask), 0.5)] == [(0, 0), (400, 400)]
    assert find_signals(evidence(np.zeros((40, 60))), 0.5) == []


def test_a_faint_signal_is_outlined_where_the_evidence_of_an_earthquake_is_strongest():
    mask = spots((slice(4, 10), slice(6, 18)), value=0.2) + spots((slice(30, 36), slice(6, 18)), value=0.3)
    faint = evidence(mask)
    faint.earthquake[30:] = 0.0
    (signal,) = faint_signal(faint)
    assert signal.corners == (60.0, 80.0, 180.0, 200.0)
    assert faint_signal(evidence(np.zeros((40, 60)))) == []


def mask_of(rows, columns):
    mask = np.full((14, 14), 0.02, np.float32)
    mask[rows, columns] = 0.95
    return mask


def blended(*windows, scales=None):
    """Windows as (scale, col, row, mask, earthquake, other)."""
    scales = plan_scales(GRID)
    masks = MaskMap(GRID, scales)
    for scale, *rest in windows:
        masks.add(scales[scale], *rest)
    return masks.evidence()


def test_quiet_windows_hardly_weigh_against_a_window_that_sees_a_signal():
    whole = mask_of(slice(4, 8), slice(4, 8))
    quiet = np.full((14, 14), 0.02, np.float32)
    fine = [(1, col, row, quiet, 0.001, 0.001) for row in (0, 112, 224) for col in (0, 112, 224)]
    found = find_signals(blended((0, 0, 0, whole, 0.9, 0.05), *fine), 0.5)
    assert len(found) == 1
    pixels = 896 / 14
    np.testing.assert_allclose(found[0].corners, np.array([4, 4, 8, 8]) * pixels, atol=0.3 * pixels)


def test_parts_of_a_signal_in_neighbouring_windows_are_one_signal():
    across = mask_of(slice(6, 9), slice(0, 14))
    found = find_signals(blended(*((1, col, 112, across, 0.9, 0.05) for col in (0, 112, 224))), 0.5)
    assert len(found) == 1
    assert found[0].corners[2] - found[0].corners[0] == pytest.approx(896, abs=40)
    assert found[0].scale == 1


def test_the_kind_of_a_signal_is_that_of_its_windows():
    spot = mask_of(slice(5, 9), slice(5, 9))
    found = blended((1, 0, 0, spot, 0.9, 0.1), (1, 224, 224, spot, 0.2, 0.8))
    shares = sorted(signal.earthquake_share for signal in find_signals(found, 0.5))
    np.testing.assert_allclose(shares, [0.2, 0.9], atol=1e-3)


def test_ground_that_no_window_covers_is_not_deformed():
    found = blended((1, 0, 0, mask_of(slice(0, 14), slice(0, 14)), 0.9, 0.1))
    assert found.mask[-1, -1] == 0
    assert found.mask.max() <= 1
