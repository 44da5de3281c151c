"""Every product family gives the same physical field, at the same place, with the same sign."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.interferogram import open_interferogram

CASES = fixtures.case_ids()
IDS = [f"{family}-{fixtures.FAMILIES[family].cases[index]}" for family, index in CASES]


@pytest.fixture
def case(request, built):
    return fixtures.case_of(built, *request.param)


def centres(grid):
    """Longitude and latitude of every pixel's centre."""
    cols, rows = np.arange(grid.width), np.arange(grid.height)
    points = [grid.lonlat(*grid.xy(c + 0.5, r + 0.5)) for r in rows for c in cols]
    return (np.array(points)[:, axis].reshape(grid.height, grid.width) for axis in (0, 1))


@pytest.mark.parametrize("case", CASES, indirect=True, ids=IDS)
def test_family_gives_the_simulated_field(case):
    ifg = open_interferogram(case.path, **case.options)
    assert (ifg.product, ifg.quantity.value) == (case.product, case.quantity)
    assert ifg.positive == case.positive
    assert ifg.dates == case.dates
    if case.wavelength is None:
        assert ifg.wavelength is None
    else:
        assert ifg.wavelength == pytest.approx(case.wavelength, rel=1e-6)
    assert ifg.grid.has_crs

    got = ifg.read(0, 0, ifg.grid.width, ifg.grid.height)
    lon, lat = centres(ifg.grid)
    wanted = 4 * np.pi / (case.wavelength or fixtures.C_BAND) * fixtures.los(lon, lat)
    valid = np.isfinite(got)
    gone = fixtures.no_data(got.shape)
    if case.masked:
        gone |= fixtures.low_coherence(got.shape)
    np.testing.assert_array_equal(valid, ~gone)
    difference = got[valid] - wanted[valid]
    if case.quantity == "wrapped":
        assert np.abs(got[valid]).max() <= np.float32(np.pi)
        difference = np.angle(np.exp(1j * difference))
    assert np.abs(difference).max() < case.tolerance


@pytest.mark.parametrize("case", CASES, indirect=True, ids=IDS)
def test_windows_equal_the_whole(case):
    ifg = open_interferogram(case.path, **case.options)
    whole = ifg.read(0, 0, ifg.grid.width, ifg.grid.height)
    np.testing.assert_array_equal(ifg.read(7, 5, 20, 30), whole[5:35, 7:27])
    outside = ifg.read(-3, -2, 10, 10)
    assert np.isnan(outside[:2]).all()
    assert np.isnan(outside[:, :3]).all()
    np.testing.assert_array_equal(outside[2:, 3:], whole[:8, :7])
