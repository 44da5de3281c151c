"""The scales of a scene, and the windows that cover all of it."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.tiling.scales import part_of, plan_scales, starts

UTM = wkt_of_epsg(32645)
WGS84 = wkt_of_epsg(4326)


def utm(width, height, dx, dy=None):
    return Grid(width, height, (3e5, dx, 0, 3.2e6, 0, -(dy or dx)), UTM)


def test_the_coarsest_tile_holds_the_longer_side_exactly():
    scale = plan_scales(utm(3000, 2500, 80))[0]
    assert (scale.width, scale.height) == (224, 187)
    assert scale.windows == 1
    assert scale.metres == pytest.approx(3000 * 80 / 224, rel=1e-3)


def test_scales_halve_down_to_tiles_of_about_twenty_kilometres():
    widths = [scale.metres * 0.224 for scale in plan_scales(utm(20000, 20000, 20))]
    assert widths[0] == pytest.approx(400, rel=2e-3)
    np.testing.assert_allclose(np.array(widths[:-1]) / widths[1:], 2)
    assert 17 <= widths[-1] < 34


def test_tile_pixels_stay_about_as_large_as_source_pixels():
    finest = plan_scales(utm(1000, 1000, 500))[-1]
    assert 0.75 <= finest.fx < 1.5


def test_a_small_scene_has_one_scale_that_enlarges_it():
    scales = plan_scales(utm(100, 60, 90))
    assert [(s.width, s.height, s.windows) for s in scales] == [(224, 135, 1)]
    assert scales[0].fx == pytest.approx(100 / 224)


def test_pixels_of_a_geographic_scene_are_square_on_the_ground():
    grid = Grid(1000, 1000, (20.0, 0.001, 0, 60.5, 0, -0.001), WGS84)
    scale = plan_scales(grid)[0]
    assert scale.fx / scale.fy == pytest.approx(2.0, rel=0.02)  # 1 / cos(60 degrees)
    assert (scale.width, scale.height) == (112 + 1, 224)


def test_without_a_crs_only_the_pixels_limit_the_scales():
    scales = plan_scales(Grid(900, 900, (0, 1, 0, 0, 0, -1), ""))
    assert len(scales) == 3


def test_a_limit_on_the_scales_keeps_the_coarsest():
    every, some = plan_scales(utm(3000, 2500, 80)), plan_scales(utm(3000, 2500, 80), 2)
    assert [s.metres for s in some] == [s.metres for s in every[:2]]


@pytest.mark.parametrize("size", [(3000, 2500), (2999, 1777), (20000, 313), (1801, 1802)])
def test_lattices_nest(size):
    scales = plan_scales(utm(*size, 60))
    for coarse, fine in zip(scales, scales[1:]):
        assert coarse.width == (fine.width + 1) // 2
        assert coarse.height == (fine.height + 1) // 2


@pytest.mark.parametrize("length", [224, 225, 335, 336, 337, 448, 1000, 5003])
def test_windows_cover_every_cell_overlap_by_half_and_end_at_the_edge(length):
    firsts = starts(length)
    assert firsts[0] == 0
    assert firsts[-1] == length - 224
    assert all(0 < b - a <= 112 for a, b in zip(firsts, firsts[1:]))


def test_a_lattice_smaller_than_the_tile_is_centred():
    assert starts(100) == (-62,)


def test_an_extent_takes_the_pixels_that_it_touches():
    grid = utm(100, 80, 10)
    assert part_of(grid, (300105, 3199500, 300395, 3199895)) == (10, 10, 30, 40)
    assert part_of(grid, (0, 0, 1e9, 1e9)) == (0, 0, 100, 80)
    assert part_of(grid, (300100, 3199500, 300400, 3199900)) == (10, 10, 30, 40)


def test_an_extent_of_a_south_up_raster():
    grid = Grid(100, 80, (0, 1, 0, 0, 0, 1), UTM)
    assert part_of(grid, (10, 20, 40, 60)) == (10, 20, 30, 40)


@pytest.mark.parametrize(
    ("extent", "words"),
    [
        ((0, 0, 10, 10), "does not overlap"),
        ((300000, 3199950, 300050, 3200000), "at least"),
        ((300050, 3199950, 300050, 3200000), "empty"),
        ((float("nan"), 0, 1, 1), "empty"),
    ],
)
def test_invalid_extents_are_refused(extent, words):
    with pytest.raises(InputError, match=words):
        part_of(utm(100, 80, 10), extent)


def test_a_raster_smaller_than_one_patch_is_refused():
    with pytest.raises(InputError, match="15 × 40"):
        part_of(utm(15, 40, 10), None)
