"""Boxes: one for each signal, in however many windows it appears."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.merge import merge
from quakefringe.engine.boxes.pieces import Piece, pieces
from quakefringe.engine.numerics.connected_components import connected
from quakefringe.engine.tiling.scales import Scale

FINE = Scale(2, 100.0, 1.0, 1.0, 896, 896, (), ())
MIDDLE = Scale(1, 200.0, 2.0, 2.0, 448, 448, (), ())
COARSE = Scale(0, 400.0, 4.0, 4.0, 224, 224, (), ())


def piece(x0, y0, x1, y1, scale=FINE, cut=False, earthquake=0.95, other=0.02, mean_mask=0.9):
    return Piece(x0, y0, x1, y1, scale, cut, earthquake, other, mean_mask, (x1 - x0) * (y1 - y0) * 0.7)


def mask(*spots):
    out = np.zeros((14, 14), dtype=np.float32)
    for rows, columns in spots:
        out[rows, columns] = 0.9
    return out


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


def test_a_piece_covers_its_patches_in_source_pixels():
    found = pieces(mask((slice(4, 7), slice(6, 8))), MIDDLE, (112, 56), (896, 896), (0.8, 0.1), 0.5)
    assert len(found) == 1
    expected = np.array([112 + 6 * 16, 56 + 4 * 16, 112 + 8 * 16, 56 + 7 * 16]) * 2.0
    np.testing.assert_allclose(found[0].corners, expected, atol=8)
    assert not found[0].cut
    assert found[0].area == pytest.approx((2 * 16 * 2) * (3 * 16 * 2), rel=0.25)


def test_two_spots_are_two_pieces():
    found = pieces(
        mask((slice(1, 3), slice(1, 3)), (9, slice(8, 12))), FINE, (0, 0), (896, 896), (0.9, 0), 0.5
    )
    assert len(found) == 2


@pytest.mark.parametrize(
    ("place", "cut"), [((0, 0), False), ((112, 0), True), ((0, 112), False), ((112, 672), True)]
)
def test_only_window_edges_inside_the_scene_cut_a_piece(place, cut):
    found = pieces(mask((slice(5, 8), slice(0, 3))), FINE, place, (896, 896), (0.9, 0), 0.5)
    assert found[0].cut is cut


def test_pieces_end_at_the_edge_of_the_scene():
    small = Scale(0, 100.0, 1.0, 1.0, 224, 100, (), ())
    found = pieces(np.full((14, 14), 0.9, np.float32), small, (0, -62), (224, 100), (0.9, 0), 0.5)
    assert found[0].corners == (0.0, 0.0, 224.0, 100.0)
    assert not found[0].cut


def test_a_large_signal_cut_by_thirty_fine_windows_gives_one_box():
    whole = piece(200, 200, 700, 640, COARSE)
    fine = [
        piece(x, y, x + 224, y + 224, FINE, cut=True)
        for x in range(190, 600, 112)
        for y in range(190, 500, 112)
    ]
    groups = merge([*fine, whole, *fine])
    assert len(groups) == 1
    assert groups[0].corners == whole.corners
    assert groups[0].lead is whole


def test_a_small_signal_is_drawn_by_the_fine_windows():
    fine = piece(300, 300, 380, 390)
    blurred = piece(272, 272, 400, 400, COARSE)
    groups = merge([blurred, fine])
    assert [group.lead for group in groups] == [fine]


def test_a_coarse_window_that_bridges_two_signals_does_not_join_them():
    a, b = piece(100, 100, 180, 180), piece(230, 110, 310, 190)
    bridge = piece(96, 96, 320, 196, COARSE, mean_mask=0.95)
    groups = merge([bridge, a, b])
    assert len(groups) == 2


def test_close_lobes_of_one_signal_stay_together():
    a, b = piece(100, 100, 180, 180), piece(185, 100, 265, 180)
    whole = piece(96, 96, 270, 184, MIDDLE, mean_mask=0.97)
    assert len(merge([a, b, whole])) == 1


def test_cut_pieces_of_a_signal_that_no_window_shows_whole_are_joined():
    found = [piece(x, 300, x + 224, 380, cut=True) for x in (0, 112, 224, 336)]
    groups = merge(found)
    assert len(groups) == 1
    assert groups[0].corners == (0.0, 300.0, 560.0, 380.0)


def test_the_members_vote_for_the_class():
    volcano = [
        piece(100, 100, 180, 180, earthquake=0.2, other=0.75),
        piece(101, 99, 181, 182, earthquake=0.1, other=0.8),
    ]
    assert not merge(volcano)[0].is_earthquake
    assert merge([piece(100, 100, 180, 180)])[0].is_earthquake


def test_nearly_equal_boxes_are_averaged():
    groups = merge([piece(100, 100, 180, 180), piece(104, 100, 184, 180)])
    assert len(groups) == 1
    assert groups[0].corners[0] == pytest.approx(102, abs=0.5)


def test_thousands_of_pieces_are_merged():
    random = np.random.default_rng(0)
    corners = random.integers(0, 800, (3000, 2))
    groups = merge([piece(x, y, x + 60, y + 60) for x, y in corners.tolist()])
    assert 1 <= len(groups) < 3000


def test_no_pieces_give_no_boxes():
    assert merge([]) == []
    assert pieces(np.zeros((14, 14)), FINE, (0, 0), (896, 896), (0.9, 0), 0.5) == []
