"""The estimate of a made earthquake, and input that it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quakefringe.engine.deformation.okada import okada
from quakefringe.engine.deformation.unit_slip import unit_slip_los, unit_slip_patches
from quakefringe.engine.errors import Cancelled, InputError
from quakefringe.engine.source import LocalFrame, Look, SourceSettings, estimate_source, predict_los
from quakefringe.engine.source.mechanism import kagan_angle

FRAME = LocalFrame(62.0, 34.5)
TRUTH = {"depth": 8.0, "strike": 240.0, "dip": 40.0, "length": 14.0, "width": 8.0}
RAKE, SLIP = 80.0, 1.2
VECTORS = {"ascending": (-0.6, -0.13, 0.79), "descending": (0.6, -0.13, 0.79)}
QUICK = SourceSettings(candidates=800, cells=60, draws=400)


def make_look(name: str, noise: float = 0.003, slip: float = SLIP) -> Look:
    rng = np.random.default_rng(len(name))
    side = np.linspace(-30, 30, 40)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    rake = np.radians(RAKE)
    moved = okada(x, y, **TRUTH, strike_slip=slip * np.cos(rake), dip_slip=slip * np.sin(rake))
    vector = np.array(VECTORS[name])
    vector /= np.linalg.norm(vector)
    data = vector @ np.array(moved) + rng.normal(0, noise, x.size) + 0.02 + 1e-4 * x
    longitude, latitude = FRAME.to_lonlat(x, y)
    return Look(name, longitude, latitude, data, np.tile(vector, (x.size, 1)))


@pytest.fixture(scope="module")
def looks():
    return [make_look(name) for name in VECTORS]


@pytest.fixture(scope="module")
def estimate(looks):
    return estimate_source(looks, QUICK)


def test_a_made_earthquake_is_found(estimate):
    moment = 30e9 * TRUTH["length"] * TRUTH["width"] * 1e6 * SLIP
    assert estimate.mw == pytest.approx((np.log10(moment) - 9.1) / 1.5, abs=0.05)
    assert estimate.depth_km == pytest.approx(TRUTH["depth"], abs=0.8)
    plane = estimate.planes[0]
    assert kagan_angle(plane.strike, plane.dip, plane.rake, (240.0, 40.0, 80.0)) < 8
    assert estimate.mw_90[0] < estimate.mw < estimate.mw_90[1]
    assert estimate.variance_reduction > 0.97
    assert estimate.kind == "fault"
    assert sum(plane.weight for plane in estimate.planes) == pytest.approx(1)


def test_the_prediction_is_the_model_of_the_points(estimate):
    for fit in estimate.looks:
        predicted = predict_los(estimate, fit.longitude, fit.latitude, fit.look_vectors, ramp_of=fit)
        np.testing.assert_allclose(predicted, fit.model, atol=1e-9)
        np.testing.assert_allclose(fit.data - fit.model, fit.residual, atol=1e-12)


def test_the_same_seed_gives_the_same_result(estimate, looks):
    again = estimate_source(looks, QUICK)
    assert again.mw == estimate.mw
    assert again.mw_90 == estimate.mw_90


def test_patches_of_a_grid_move_the_ground_as_single_faults_do():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-20, 20, (2, 30))
    look = np.tile([-0.6, -0.1, 0.79], (30, 1))
    plane, along, down = (
        np.array([1.0, -2.0, 6.0, 33.0, 60.0]),
        np.array([-8.0, -3, 1, 9]),
        np.array([-5.0, -4, 2]),
    )
    middles = [
        ((left + right) / 2, (upper + lower) / 2, right - left, lower - upper)
        for upper, lower in zip(down, down[1:])
        for left, right in zip(along, along[1:])
    ]
    phi, delta = np.radians(plane[3:])
    faults = [
        [
            plane[0] + a * np.sin(phi) + d * np.cos(delta) * np.cos(phi),
            plane[1] + a * np.cos(phi) - d * np.cos(delta) * np.sin(phi),
            plane[2] + d * np.sin(delta),
            *plane[3:],
            length,
            width,
        ]
        for a, d, length, width in middles
    ]
    found = unit_slip_patches(x, y, look, plane, (along, down))
    expected = unit_slip_los(x, y, look, np.array(faults))
    np.testing.assert_allclose(found, expected, atol=2e-6)
    assert np.abs(expected).max() > 0.05


def test_unit_slip_agrees_with_okada():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-20, 20, (2, 30))
    look = np.tile([-0.6, -0.1, 0.79], (30, 1))
    fault = np.array([[1.0, -2.0, 9.0, 33.0, 60.0, 12.0, 8.0]])
    modes = {"strike": "strike_slip", "dip": "dip_slip", "opening": "opening"}
    motion = unit_slip_los(x, y, look, fault, tuple(modes))
    for index, name in enumerate(modes.values()):
        moved = okada(x - 1, y + 2, depth=9.0, strike=33.0, dip=60.0, length=12.0, width=8.0, **{name: 1.0})
        np.testing.assert_allclose(motion[0, index], np.einsum("in,ni->n", moved, look), atol=1e-15)


def part(look: Look, count: int) -> Look:
    columns = {n: getattr(look, n)[:count] for n in ("longitude", "latitude", "displacement", "look_vectors")}
    return replace(look, **columns)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda a, b: [], "No look"),
        (lambda a, b: [a] * 9, "at most 8"),
        (lambda a, b: [part(a, 20)], "20 of the 30 that are needed"),
        (lambda a, b: [replace(a, displacement=a.displacement * np.nan)], "0 of the 30 that are needed"),
        (lambda a, b: [replace(a, displacement=a.displacement * 0)], "same value"),
        (lambda a, b: [replace(a, look_vectors=a.look_vectors * np.nan)], "heading and incidence"),
        (lambda a, b: [replace(a, look_vectors=-a.look_vectors)], "point up"),
        (lambda a, b: [a, replace(b, longitude=b.longitude + 3)], "does not overlap"),
        (
            lambda a, b: [
                replace(a, dates=("2020-01-01", "2020-01-13")),
                replace(b, dates=("2021-01-01", "2021-01-13")),
            ],
            "no time in common",
        ),
    ],
)
def test_bad_looks_are_refused_in_one_sentence(looks, change, sentence):
    with pytest.raises(InputError, match=sentence):
        estimate_source(change(*looks), QUICK)


def test_signs_that_disagree_are_named(looks):
    turned = replace(looks[1], displacement=-looks[1].displacement)
    with pytest.raises(InputError, match=r"ascending.*descending.*disagree"):
        estimate_source([looks[0], turned], QUICK)


def test_a_box_without_motion_is_refused():
    with pytest.raises(InputError, match="no motion"):
        estimate_source([make_look("ascending", slip=0.0)], QUICK)


def test_a_run_can_be_cancelled(looks):
    with pytest.raises(Cancelled):
        estimate_source(looks, QUICK, cancelled=lambda: True)


@pytest.mark.parametrize("settings", [{"rigidity_pa": 3.0}, {"candidates": 1}, {"margin_km": -1.0}])
def test_senseless_settings_are_refused(looks, settings):
    with pytest.raises(InputError):
        estimate_source(looks, SourceSettings(**settings))
