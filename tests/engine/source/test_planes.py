"""Nodal planes: where no fit lies on the other plane, the rectangle turned onto it is still a fault."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.deformation.unit_slip import unit_slip_los
from quakefringe.engine.source.covariance import first_covariance, weighting
from quakefringe.engine.source.fit import Problem
from quakefringe.engine.source.frame import LocalFrame
from quakefringe.engine.source.modes import make_mode
from quakefringe.engine.source.observations import Observations
from quakefringe.engine.source.parameters import from_faults
from quakefringe.engine.source.planes import nodal_planes
from quakefringe.engine.source.posterior import Sample

FLAT = np.array([1.0, -2.0, 9.0, 240.0, 8.0, 20.0, 30.0])
SLIPS = np.array([0.2, 1.1])


def one_mode():
    """Points over a wide flat thrust, and its mode."""
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-40, 40, (2, 160))
    look = np.tile([-0.6, -0.1, 0.79], (160, 1))
    data = SLIPS @ unit_slip_los(x, y, look, FLAT[None])[0] + rng.normal(0, 0.003, 160)
    points = Observations(LocalFrame(62.0, 34.5), x, y, look, data, np.zeros(160, int), np.zeros(1))
    problem = Problem(points, weighting(first_covariance(points), points.ramps))
    return points, make_mode(problem, from_faults(FLAT[None])[0])


@pytest.fixture
def planes():
    """Planes of that thrust with draws on its own plane only."""
    points, mode = one_mode()
    sample = Sample(np.tile(FLAT, (50, 1)), np.tile(mode.slips, (50, 1)), np.zeros(50, int))
    return nodal_planes([mode], sample, points)[0]


def test_the_turned_rectangle_stays_below_the_ground_with_the_moment(planes):
    first, second = planes
    turned = second.fault
    height = turned.width_km * np.sin(np.radians(turned.dip))
    assert turned.depth_km - height / 2 > 0
    bottom = max(corner[2] for corner in turned.corners)
    assert bottom - min(corner[2] for corner in turned.corners) == pytest.approx(height)
    moments = [one.length_km * one.width_km * one.slip_m for one in (first.fault, turned)]
    assert moments[1] == pytest.approx(moments[0])


def test_the_likelier_plane_comes_first():
    points, mode = one_mode()
    turned = FLAT.copy()
    turned[3:5] = 60.0, 82.0
    faults = np.concatenate([np.tile(FLAT, (20, 1)), np.tile(turned, (30, 1))])
    sample = Sample(faults, np.tile(mode.slips, (50, 1)), np.zeros(50, int))
    (first, second), plane = nodal_planes([mode], sample, points)
    assert (first.weight, second.weight) == pytest.approx((0.6, 0.4))
    assert first.dip > 70 > second.dip
    assert plane.tolist() == [1] * 20 + [0] * 30


def test_each_plane_has_the_variance_reduction_of_its_own_rectangle(planes):
    first, second = planes
    assert first.variance_reduction > 0.99
    assert second.variance_reduction < first.variance_reduction - 0.01
