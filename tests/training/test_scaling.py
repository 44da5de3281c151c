"""Rupture size from magnitude."""

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.training.simulation.sources.scaling import (
    MECHANISMS,
    moment_magnitude,
    rupture_size,
    seismic_moment,
)


@pytest.mark.parametrize(
    ("mechanism", "length", "width"),
    [("strike-slip", 58.9, 13.5), ("reverse", 43.7, 18.2), ("normal", 41.7, 20.4)],
)
def test_wells_and_coppersmith_at_magnitude_seven(mechanism, length, width):
    size = rupture_size(7.0, mechanism)
    assert float(size.length) == pytest.approx(length, abs=0.1)
    assert float(size.width) == pytest.approx(width, abs=0.1)


def test_leonard_dip_slip_area_obeys_his_magnitude_area_law():
    # Mw = 4.00 + log10 A for dip slip, 3.99 + log10 A for strike slip of interplate earthquakes.
    mw = np.array([5.5, 6.5, 7.5])
    dip = rupture_size(mw, "reverse", leonard=True)
    np.testing.assert_allclose(np.log10(dip.length * dip.width), mw - 4.00, atol=0.02)
    strike = rupture_size(mw, "strike-slip", leonard=True)
    np.testing.assert_allclose(np.log10(strike.length * strike.width), mw - 3.99, atol=0.03)
    assert strike.width[-1] == pytest.approx(19.0)


def test_great_thrusts_of_subduction_zones_are_wider():
    crust, interface = (rupture_size(8.5, "reverse", interface=flag) for flag in (False, True))
    assert interface.width > 1.3 * crust.width
    assert np.log10(float(interface.length * interface.width)) == pytest.approx(
        -3.476 + 0.952 * 8.5, abs=0.15
    )
    strike = rupture_size(8.5, "strike-slip", interface=True)
    assert strike.width == rupture_size(8.5, "strike-slip").width


def test_slip_carries_the_moment_whatever_the_scatter():
    deviates = np.random.default_rng(0).normal(size=(2, 50))
    mw = np.linspace(4.5, 9.0, 50)
    kinds = np.arange(50) % len(MECHANISMS)
    size = rupture_size(mw, kinds, deviates, leonard=kinds == 1)
    moment = 30e9 * size.length * size.width * 1e6 * size.slip
    np.testing.assert_allclose(moment_magnitude(moment), mw, atol=1e-9)
    np.testing.assert_allclose(moment, seismic_moment(mw), rtol=1e-9)


def test_scatter_is_the_published_one():
    deviates = np.random.default_rng(1).normal(size=(2, 20000))
    size = rupture_size(np.full(20000, 6.5), "reverse", deviates)
    assert np.log10(size.length).std() == pytest.approx(0.16, rel=0.03)
    assert np.log10(size.width).std() == pytest.approx(0.15, rel=0.03)


def test_tensors_stay_single_precision_tensors():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    mw = torch.tensor([5.0, 7.0, 8.5])
    kinds = torch.tensor([0, 1, 2])
    size = rupture_size(mw, kinds, torch.zeros(2, 3), leonard=torch.tensor([True, False, True]))
    reference = rupture_size(mw.numpy().astype(float), kinds.numpy(), leonard=np.array([True, False, True]))
    for ours, theirs in zip(size, reference):
        assert ours.dtype == torch.float32
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-5)


def test_an_unknown_mechanism_is_refused():
    with pytest.raises(InputError, match="mechanism"):
        rupture_size(6.0, "oblique")
