"""Boxes round the ground that deforms in unwrapped phase."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.deformed_area import DEFORMED_SHARE, deformed_area, deformed_cells, stable_phase
from quakefringe.tests.engine.made import bowls


def measured(values, corners):
    values = values.astype(np.float32)

    def read(col, row, width, height):
        assert 0 <= col < col + width <= values.shape[1] and 0 <= row < row + height <= values.shape[0]
        return values[row : row + height, col : col + width]

    return deformed_area(read, values.shape[::-1], corners)


def reach(sigma):
    """Radius at which a Gaussian bowl falls to the fraction of its peak that counts as deformed."""
    return sigma * np.sqrt(-2 * np.log(DEFORMED_SHARE))


@pytest.mark.parametrize(
    ("size", "middle", "sigma", "noise", "shift"),
    [(224, (110, 120), 20, 0.5, 0.3), (900, (400, 500), 90, 2.0, -0.4), (300, (30, 150), 25, 0.3, 0.2)],
)
def test_a_rough_box_is_fitted_to_the_deformed_ground(size, middle, sigma, noise, shift):
    phase = bowls((size, size), [middle], (sigma, sigma), -30, noise) + 5.0
    x, y = middle[0] + shift * sigma, middle[1]
    found = measured(phase, (max(0, x - sigma), y - 1.2 * sigma, x + 1.5 * sigma, y + sigma))
    far = reach(sigma)
    expected = (max(0, middle[0] - far), middle[1] - far, middle[0] + far, middle[1] + far)
    np.testing.assert_allclose(found.corners, expected, atol=0.2 * sigma)
    if min(expected) > 0:
        assert found.pixels == pytest.approx(np.pi * far**2, rel=0.15)


def test_the_box_holds_both_lobes_but_no_distant_signal():
    phase = bowls((300, 300), [(130, 150)], (18, 18), 25) - bowls((300, 300), [(180, 150)], (18, 18), 18)
    phase += bowls((300, 300), [(150, 255)], (12, 12), 20)
    found = measured(phase, (110, 120, 200, 180))
    # the lobe on the right is smaller and falls to a fifth of the larger one's peak closer to its centre
    np.testing.assert_allclose(found.corners, (98, 118, 208, 182), atol=5)


def test_a_box_on_a_part_of_the_signal_grows_to_the_whole():
    phase = bowls((400, 400), [(200, 190)], (40, 40), 30, 0.3)
    far = reach(40)
    found = measured(phase, (165, 205, 265, 255))
    np.testing.assert_allclose(found.corners, (200 - far, 190 - far, 200 + far, 190 + far), atol=8)


def test_a_box_does_not_move_to_another_signal():
    random = np.random.default_rng(5)
    phase = bowls((400, 400), [(250, 200)], (22, 22), 60, 0.2)
    phase[150:250, 130:190] += 3 * random.normal(size=(100, 60))  # only noise in the box
    assert measured(phase, (130, 150, 190, 250)) is None


def test_a_box_is_not_measured_when_its_surroundings_deform_as_much():
    random = np.random.default_rng(3)
    rough = np.cumsum(np.cumsum(random.normal(size=(200, 200)), axis=0), axis=1)
    assert measured(rough / rough.std() * 4, (80, 80, 120, 120)) is None
    assert measured(random.normal(size=(200, 200)), (80, 80, 120, 120)) is None


def test_flat_empty_and_tiny_ground_is_not_measured():
    assert measured(np.zeros((100, 100)), (40, 40, 60, 60)) is None
    assert measured(np.full((100, 100), np.nan), (40, 40, 60, 60)) is None
    assert measured(np.ones((3, 100)), (40, 0, 60, 3)) is None
    hole = bowls((100, 100), [(50, 50)], (10, 10), 20)
    hole[30:70, 30:70] = np.nan
    assert measured(hole, (35, 35, 65, 65)) is None


def test_gaps_in_the_phase_do_not_count_as_deformation():
    phase = bowls((200, 200), [(100, 100)], (20, 20), 30) + 400.0
    whole = measured(phase, (70, 70, 130, 130))
    phase[:, 60:64] = np.nan
    phase[150:, :] = np.nan
    np.testing.assert_allclose(measured(phase, (70, 70, 130, 130)).corners, whole.corners, atol=3)


def test_a_weak_patch_is_not_part_of_the_signal():
    values = np.zeros((60, 60))
    values[20:40, 20:40] = 10.0
    values[24:30, 44:50] = 3.0
    inside = np.zeros((60, 60), bool)
    inside[15:45, 15:55] = True
    deformed = deformed_cells(values, inside)
    assert deformed[20:40, 20:40].all() and not deformed[:, 43:].any()


def test_deformation_round_the_box_does_not_bias_the_stable_phase():
    random = np.random.default_rng(2)
    still = 7.0 + random.normal(size=550)
    moving = 7.0 + random.uniform(3, 40, size=450)
    both = random.permutation(np.concatenate([still, moving]))
    assert stable_phase(both) == pytest.approx(7.0, abs=0.5)
    assert np.median(both) > 8.0
    assert stable_phase(-both) == -stable_phase(both)
    assert stable_phase(np.array([3.0])) == 3.0
