"""Which boxes are drawn, and round which ground."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.selection import (
    MAX_BOXES,
    MAX_MEASURED_BOXES,
    RatedBox,
    drop_improbable,
    redraw,
    select,
)
from quakefringe.tests.engine.made import bowls


def rated(probability, *corners, earthquake=True):
    x0, y0, x1, y1 = corners
    return RatedBox(probability, earthquake, corners, (x1 - x0) * (y1 - y0) * 0.7, 100.0, 0.95)


def test_boxes_are_ranked_by_probability_in_per_cent_and_then_by_area():
    small, large = rated(0.804, 0, 0, 50, 50), rated(0.796, 300, 0, 400, 100)
    strongest = rated(0.9, 600, 600, 640, 640)
    assert select([small, large, strongest]) == [strongest, large, small]
    many = [rated(0.9, x, y, x + 5, y + 5) for x in range(0, 800, 80) for y in range(0, 800, 80)]
    assert len(select(many)) == MAX_BOXES


def test_an_improbable_box_is_drawn_only_without_a_more_probable_one_of_its_class():
    strong, weak = rated(0.8, 0, 0, 100, 100), rated(0.5, 300, 0, 320, 20)
    assert drop_improbable([strong, weak]) == [strong]
    assert drop_improbable([weak]) == [weak]
    ranked = [
        strong,
        rated(0.6, 300, 0, 320, 20),
        rated(0.5, 500, 0, 509, 9, earthquake=False),
        rated(0.4, 600, 0, 609, 9, earthquake=False),
    ]
    assert drop_improbable(ranked) == ranked[:3]


def test_a_box_of_the_other_class_is_drawn_only_when_it_is_comparably_probable():
    improbable = [rated(0.72, 0, 0, 100, 100), rated(0.14, 500, 0, 509, 9, earthquake=False)]
    assert drop_improbable(improbable) == improbable[:1]
    comparable = [rated(0.7, 500, 0, 509, 9, earthquake=False), rated(0.4, 0, 0, 100, 100)]
    assert drop_improbable(comparable) == comparable


def test_boxes_on_the_same_ground_become_one_with_its_measured_area():
    phase = bowls((300, 300), [(120, 150)], (20, 20), 30.0)

    def read(col, row, width, height):
        return phase[row : row + height, col : col + width]

    ticks = []
    core, flank = rated(0.9, 95, 122, 150, 180), rated(0.8, 80, 100, 128, 178)
    other, noise = rated(0.7, 100, 120, 145, 180, earthquake=False), rated(0.6, 230, 230, 280, 280)
    drawn = redraw(read, (300, 300), [core, flank, other, noise], lambda: ticks.append(1))
    first, second, third = drawn
    assert [box.probability for box in drawn] == [0.9, 0.7, 0.6]
    reach = 20 * np.sqrt(-2 * np.log(0.2))
    expected = (120 - reach, 150 - reach, 120 + reach, 150 + reach)
    np.testing.assert_allclose(first.corners, expected, atol=3)
    assert first.area == pytest.approx(np.pi * reach**2, rel=0.1)
    assert second.corners == first.corners
    assert not second.is_earthquake
    assert third == noise
    assert len(ticks) == 4
    many = [rated(0.5, 230, 230, 280, 280)] * (MAX_MEASURED_BOXES + 2)
    assert redraw(read, (300, 300), many)[-2:] == many[-2:]
