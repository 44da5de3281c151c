"""Lobes of one earthquake become one box; other signals stay apart."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.lobes import join_lobes
from quakefringe.engine.boxes.merge import Group, Piece
from quakefringe.engine.inference.scene_evidence import MEASURED, redrawn, sure_enough, without_outskirts
from quakefringe.engine.tiling.scales import Scale
from quakefringe.tests.engine.made import bowls

SCALE = Scale(0, 100.0, 1.0, 1.0, 896, 896, (), ())


def group(x0, y0, x1, y1, earthquake=0.9, other=0.05, level=0.9, cut=False):
    piece = Piece(x0, y0, x1, y1, SCALE, cut, earthquake, other, level, (x1 - x0) * (y1 - y0) * 0.7)
    return Group(piece.corners, piece, (piece,))


def test_overlapping_lobes_are_one_earthquake_led_by_the_surer_one():
    faint, sure = group(0, 0, 100, 100, level=0.6), group(80, 20, 200, 110)
    (one,) = join_lobes([faint, sure])
    assert one.corners == (0, 0, 200, 110)
    assert one.lead is sure.lead
    assert set(one.members) == {*faint.members, *sure.members}


def test_lobes_that_meet_only_through_a_third_are_joined_too():
    chain = [group(0, 0, 100, 100), group(170, 0, 270, 100), group(85, 0, 185, 100)]
    (one,) = join_lobes(chain)
    assert one.corners == (0, 0, 270, 100)


def test_a_small_box_inside_a_large_one_is_part_of_it():
    (one,) = join_lobes([group(0, 0, 300, 300), group(40, 40, 60, 60)])
    assert one.corners == (0, 0, 300, 300)


def test_boxes_that_hardly_touch_stay_two_earthquakes():
    apart = [group(0, 0, 100, 100), group(96, 0, 200, 100), group(400, 400, 500, 500)]
    assert len(join_lobes(apart)) == 3


def test_a_strip_that_its_window_cuts_off_goes_on_in_the_box_it_overlaps_along_a_side():
    whole, strip = group(0, 100, 200, 300), group(10, 40, 180, 104, cut=True)
    (one,) = join_lobes([whole, strip])
    assert one.corners == (0, 40, 200, 300)
    beside = group(196, 40, 400, 300, cut=True)
    (one,) = join_lobes([beside, whole])
    assert one.corners == (0, 40, 400, 300)
    at_a_corner = group(190, 40, 400, 104, cut=True)
    assert len(join_lobes([whole, at_a_corner])) == 2
    apart = group(10, 40, 180, 100, cut=True)
    assert len(join_lobes([whole, apart])) == 2


def test_other_deformation_is_left_alone():
    volcano = group(20, 20, 80, 80, earthquake=0.1, other=0.8)
    found = join_lobes([group(0, 0, 100, 100), volcano])
    assert len(found) == 2
    assert volcano in found


def test_nothing_gives_nothing():
    assert join_lobes([]) == []


def test_faint_boxes_are_drawn_only_where_no_surer_one_of_their_class_is():
    quake, faint_quake = group(0, 0, 100, 100), group(300, 0, 320, 20)
    other, faint_other = (group(x, 0, x + 9, 9, earthquake=0.1, other=0.9) for x in (500, 600))
    assert quake.is_earthquake
    assert not other.is_earthquake
    assert sure_enough([(0.8, quake), (0.5, faint_quake)]) == [(0.8, quake)]
    assert sure_enough([(0.5, faint_quake)]) == [(0.5, faint_quake)]
    rated = [(0.8, quake), (0.6, faint_quake), (0.5, other), (0.4, faint_other)]
    assert sure_enough(rated) == rated[:3]


def test_a_box_of_the_other_class_is_drawn_only_where_it_is_a_rival():
    quake = group(0, 0, 100, 100)
    other = group(500, 0, 509, 9, earthquake=0.1, other=0.9)
    assert sure_enough([(0.72, quake), (0.14, other)]) == [(0.72, quake)]
    assert len(sure_enough([(0.7, other), (0.4, quake)])) == 2


def test_small_boxes_in_the_outskirts_of_a_large_one_are_its_outer_fringes():
    large, beside, far = group(0, 0, 1000, 800), group(1050, 300, 1350, 600), group(1600, 300, 1700, 400)
    rated = [(0.8, beside), (0.7, large), (0.6, far)]
    assert without_outskirts(rated) == rated[1:]
    unsure = [(0.8, beside), (0.5, large)]
    assert without_outskirts(unsure) == unsure
    volcano = group(1050, 300, 1150, 400, earthquake=0.1, other=0.9)
    rated = [(0.8, volcano), (0.7, large)]
    assert without_outskirts(rated) == rated
    aftershock = group(1050, 300, 1450, 700)  # too large to be a part of the fringes
    rated = [(0.8, aftershock), (0.7, large)]
    assert without_outskirts(rated) == rated
    assert without_outskirts([]) == []


def test_boxes_of_the_same_ground_become_one_and_keep_their_area():
    phase = bowls((300, 300), [(120, 150)], (20, 20), 30.0)

    def read(col, row, width, height):
        return phase[row : row + height, col : col + width]

    ticks = []
    core, flank = (0.9, group(95, 122, 150, 180)), (0.8, group(80, 100, 128, 178))
    other = (0.7, group(100, 120, 145, 180, earthquake=0.05, other=0.9))
    still = (0.6, group(230, 230, 280, 280))
    found = redrawn(read, (300, 300), [core, flank, other, still], lambda: ticks.append(1))
    assert [probability for probability, _ in found] == [0.9, 0.7, 0.6]  # the flank is the core's
    first, second, third = (one for _, one in found)
    far = 20 * np.sqrt(-2 * np.log(0.2))
    np.testing.assert_allclose(first.corners, (120 - far, 150 - far, 120 + far, 150 + far), atol=3)
    assert first.area == pytest.approx(np.pi * far**2, rel=0.1)
    assert second.corners == first.corners and not second.is_earthquake
    assert third == still[1]  # nothing but noise: as the network drew it
    assert len(ticks) == 4
    many = [(0.5, group(230, 230, 280, 280))] * (MEASURED + 2)
    assert redrawn(read, (300, 300), many)[-2:] == many[-2:]
