"""The peak displacement in a box: measured where the phase allows it, None elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.peak_displacement import line_of_sight_cm, peak_phase
from quakefringe.engine.numerics.unwrapping import unwrap
from quakefringe.tests.engine.made import bowls, wrap


def measure(values, corners, wrapped):
    values = values.astype(np.float32)

    def read(col, row, width, height):
        return values[row : row + height, col : col + width]

    return peak_phase(read, values.shape[::-1], corners, wrapped)


def box(col, row, sigma):
    return col - 2.5 * sigma, row - 2.5 * sigma, col + 2.5 * sigma, row + 2.5 * sigma


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(
    ("size", "sigma", "peak", "noise"),
    [(200, 25, 30, 0.0), (200, 25, -30, 0.7), (100, 12, 12, 0.5), (900, 110, 100, 0.6), (900, 120, -25, 1.0)],
)
def test_the_peak_of_a_bowl_is_measured(size, sigma, peak, noise, wrapped):
    phase = bowls((size, size), [(size / 2, size / 2)], (sigma, sigma), peak, noise)
    phase += 1.7 + 0.002 * np.arange(size)  # an unknown constant and an orbital ramp
    values = wrap(phase) if wrapped else phase
    assert measure(values, box(size / 2, size / 2, sigma), wrapped) == pytest.approx(peak, rel=0.1)


def test_dense_fringes_are_unwrapped_on_single_pixels():
    phase = bowls((200, 200), [(100, 100)], (25, 25), 60, 0.2)
    assert measure(wrap(phase), box(100, 100, 25), True) == pytest.approx(60, rel=0.1)


def test_noise_has_no_peak():
    values = np.random.default_rng(0).uniform(-np.pi, np.pi, (300, 300))
    assert measure(values, (100, 100, 200, 200), True) is None


def test_aliased_fringes_have_no_peak():
    phase = bowls((300, 300), [(150, 150)], (20, 20), 400, 0.3)
    assert measure(wrap(phase), box(150, 150, 20), True) is None


def test_gaps_are_bridged_and_empty_boxes_have_no_peak():
    phase = bowls((300, 300), [(150, 150)], (40, 40), 20, 0.2)
    values = wrap(phase)
    values[100:110, :] = np.nan
    assert measure(values, box(150, 150, 40), True) == pytest.approx(20, rel=0.1)
    values[60:240, 60:240] = np.nan
    assert measure(values, (80, 80, 220, 220), True) is None


def test_a_box_over_the_whole_scene_is_measured_against_its_edge():
    phase = bowls((200, 200), [(100, 100)], (30, 30), 25, 0.2)
    assert measure(phase, (0, 0, 200, 200), False) == pytest.approx(25, rel=0.1)


def test_one_fringe_of_sentinel_1_is_2_77_cm():
    assert line_of_sight_cm(2 * np.pi, 0.055465763) == pytest.approx(2.773, abs=0.001)
    assert line_of_sight_cm(-2 * np.pi, 0.055465763) < 0
    assert line_of_sight_cm(1.0, None) is None


def test_unwrapping_changes_phase_by_whole_cycles_only():
    phase = bowls((60, 50), [(25, 30)], (12, 12), 18, 0.3)
    weight = np.ones_like(phase)
    weight[5:9, 7:20] = 0
    got = unwrap(wrap(phase), weight)
    valid = weight > 0
    assert np.isnan(got[~valid]).all()
    offset = got[valid] - phase[valid]
    assert np.ptp(offset) < 1e-3
    assert np.abs(wrap(got[valid] - phase[valid])).max() < 1e-4


def test_areas_too_small_to_unwrap_give_none():
    assert unwrap(np.zeros((2, 9)), np.ones((2, 9))) is None
