"""Mechanisms against pyrocko."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.source.mechanism import auxiliary, kagan_angle, moment_tensor, planes_of_tensor

pyrocko = pytest.importorskip("pyrocko.moment_tensor")
RNG = np.random.default_rng(0)
CASES = [tuple(RNG.uniform((0, 1, -180), (360, 89, 180))) for _ in range(20)]


def turn(one, other):
    return np.abs((np.array(one) - np.array(other) + 180) % 360 - 180).max()


@pytest.mark.parametrize("angles", CASES)
def test_tensor_and_planes_agree_with_pyrocko(angles):
    strike, dip, rake = angles
    theirs = pyrocko.MomentTensor(strike=strike, dip=dip, rake=rake)
    tensor = moment_tensor(strike, dip, rake)
    np.testing.assert_allclose(tensor, theirs.m6_up_south_east(), atol=1e-9)
    assert min(turn(plane, auxiliary(*angles)) for plane in theirs.both_strike_dip_rake()) < 1e-6
    assert min(turn(plane, angles) for plane in planes_of_tensor(tensor)) < 1e-4


@pytest.mark.parametrize(("one", "other"), list(zip(CASES, CASES[1:])))
def test_kagan_angle_agrees_with_pyrocko(one, other):
    tensors = [pyrocko.MomentTensor(strike=s, dip=d, rake=r) for s, d, r in (one, other)]
    assert kagan_angle(*one, other) == pytest.approx(pyrocko.kagan_angle(*tensors), abs=1e-3)
