"""Lobes of one earthquake become one box; other signals stay separate."""

from __future__ import annotations

from quakefringe.engine.boxes.lobes import join_lobes
from quakefringe.engine.boxes.merge import Group
from quakefringe.engine.boxes.pieces import Piece
from quakefringe.engine.tiling.scales import Scale

SCALE = Scale(0, 100.0, 1.0, 1.0, 896, 896, (), ())


def group(x0, y0, x1, y1, earthquake=0.9, other=0.05, mean_mask=0.9, cut=False):
    piece = Piece(x0, y0, x1, y1, SCALE, cut, earthquake, other, mean_mask, (x1 - x0) * (y1 - y0) * 0.7)
    return Group(piece.corners, piece, (piece,))


def test_overlapping_lobes_are_one_earthquake_led_by_the_stronger_one():
    weak, strong = group(0, 0, 100, 100, mean_mask=0.6), group(80, 20, 200, 110)
    (one,) = join_lobes([weak, strong])
    assert one.corners == (0, 0, 200, 110)
    assert one.lead is strong.lead
    assert set(one.members) == {*weak.members, *strong.members}


def test_lobes_connected_through_a_third_are_joined():
    chain = [group(0, 0, 100, 100), group(170, 0, 270, 100), group(85, 0, 185, 100)]
    (one,) = join_lobes(chain)
    assert one.corners == (0, 0, 270, 100)


def test_a_small_box_inside_a_large_one_is_part_of_it():
    (one,) = join_lobes([group(0, 0, 300, 300), group(40, 40, 60, 60)])
    assert one.corners == (0, 0, 300, 300)


def test_boxes_that_barely_overlap_stay_separate_earthquakes():
    apart = [group(0, 0, 100, 100), group(96, 0, 200, 100), group(400, 400, 500, 500)]
    assert len(join_lobes(apart)) == 3


def test_a_cut_strip_joins_the_box_that_it_overlaps_along_a_side():
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


def test_other_deformation_is_not_joined():
    volcano = group(20, 20, 80, 80, earthquake=0.1, other=0.8)
    found = join_lobes([group(0, 0, 100, 100), volcano])
    assert len(found) == 2
    assert volcano in found


def test_no_boxes_give_no_boxes():
    assert join_lobes([]) == []
