"""Volcanic sources, bowls, landslides and the line of sight."""

import numpy as np
import pytest

from quakefringe.engine.deformation.sources import (
    landslide,
    line_of_sight,
    look_vector,
    mogi,
    sill,
    subsidence_bowl,
)
from quakefringe.engine.errors import InputError


def test_an_ascending_right_looking_satellite_is_west_of_its_targets():
    east, north, up = look_vector(-12.0, 39.0)
    assert east == pytest.approx(-np.sin(np.radians(39)) * np.cos(np.radians(12)))
    assert north < 0
    assert up == pytest.approx(np.cos(np.radians(39)))
    assert east**2 + north**2 + up**2 == pytest.approx(1)


@pytest.mark.parametrize(("heading", "right", "sign"), [(-12, True, -1), (-168, True, 1), (-12, False, 1)])
def test_heading_and_look_side_decide_on_which_side_the_satellite_is(heading, right, sign):
    assert np.sign(look_vector(heading, 35.0, right)[0]) == sign


def test_uplift_is_towards_the_satellite_and_eastward_motion_away_when_ascending():
    zero, one = np.zeros(3), np.ones(3)
    assert (line_of_sight(zero, zero, one, -12.0, 39.0) > 0.7).all()
    assert (line_of_sight(one, zero, zero, -12.0, 39.0) < -0.5).all()
    assert (line_of_sight(one, zero, zero, -12.0, 39.0, "left") > 0.5).all()
    with pytest.raises(InputError, match="look side"):
        line_of_sight(zero, zero, one, -12.0, 39.0, "up")


def test_each_source_of_a_batch_has_its_own_line_of_sight():
    up = np.ones((2, 4, 5))
    towards = line_of_sight(0 * up, 0 * up, up, np.array([-12.0, -168.0]), np.array([20.0, 45.0]))
    np.testing.assert_allclose(towards[:, 0, 0], np.cos(np.radians([20, 45])))


def test_mogi_uplift_above_the_source_is_the_published_one():
    _, _, up = mogi(np.array([0.0]), np.array([0.0]), 4.0, 10e6)
    assert up[0] == pytest.approx(0.75 * 10e6 / np.pi / 4000**2)


def test_a_small_sill_lifts_the_volume_of_its_mogi_source():
    # Over an incompressible medium the lifted volume equals the injected one: 2 (1 - nu) = 1 at nu = 0.5.
    axis = np.linspace(-150, 150, 601)
    x, y = axis[None, :], axis[:, None]
    _, _, from_mogi = mogi(x, y, 5.0, 1e6, poisson=0.5)
    _, _, from_sill = sill(x, y, depth=5.0, length=1.0, width=1.0, opening=1.0, poisson=0.4999)
    assert from_mogi.sum() * 0.25e6 == pytest.approx(1e6, rel=0.05)
    assert from_sill.sum() * 0.25e6 == pytest.approx(1e6, rel=0.05)


def test_a_dyke_pushes_the_ground_apart_and_leaves_a_trough_above():
    sheet = {"depth": 3.0, "dip": 90.0, "length": 20.0, "width": 4.0, "opening": 1.0}
    east, _, up = sill(np.array([-6.0, 0.0, 6.0]), np.zeros(3), **sheet)
    assert east[0] < -0.05
    assert east[2] > 0.05
    assert up[1] < min(up[0], up[2])


def test_a_bowl_subsides_and_pulls_the_ground_inwards():
    x, y = np.array([0.0, 2.0, -2.0, 0.0]), np.array([0.0, 0.0, 0.0, 2.0])
    east, north, up = subsidence_bowl(x, y, radius=2.0, subsidence=0.3)
    assert up[0] == pytest.approx(-0.3)
    assert up[1:] == pytest.approx(-0.3 * np.exp(-0.5))
    assert east[1] < 0 < east[2]
    assert north[3] < 0
    assert east[0] == pytest.approx(0)


def test_an_elongated_bowl_follows_its_azimuth():
    bowl = {"radius": 1.0, "subsidence": 1.0, "elongation": 3.0, "azimuth": 90.0}
    _, _, up = subsidence_bowl(np.array([2.0, 0.0]), np.array([0.0, 2.0]), **bowl)
    assert up[0] < 2 * up[1]


def test_a_landslide_moves_down_its_slope_only_within_the_patch():
    slide = {"length": 2.0, "width": 1.0, "azimuth": 90.0, "slope": 30.0, "slip": 0.2}
    east, north, up = landslide(np.array([0.0, 4.0]), np.array([0.0, 0.0]), **slide)
    assert east[0] == pytest.approx(0.2 * np.cos(np.radians(30)))
    assert up[0] == pytest.approx(-0.1)
    assert abs(north[0]) < 1e-9
    assert abs(east[1]) < 1e-9


def test_batches_of_sources_share_or_own_their_pixels():
    x, y = np.linspace(-5, 5, 6), np.zeros(6)
    _, _, shared = mogi(x, y, np.array([2.0, 3.0]), np.array([1e6, 2e6]))
    _, _, owned = mogi(np.tile(x, (2, 1)), np.tile(y, (2, 1)), np.array([2.0, 3.0]), np.array([1e6, 2e6]))
    assert shared.shape == (2, 6)
    np.testing.assert_allclose(shared, owned)


def test_torch_tensors_give_the_same_displacement():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x, y = np.linspace(-5, 5, 6), np.linspace(0, 3, 6)
    bowl = {"radius": 2.0, "subsidence": 0.3, "elongation": 1.5, "azimuth": 30.0}
    for ours, theirs in zip(
        subsidence_bowl(x, y, **bowl), subsidence_bowl(torch.from_numpy(x), torch.from_numpy(y), **bowl)
    ):
        np.testing.assert_allclose(theirs.numpy(), ours)
    look = line_of_sight(torch.ones(3), torch.zeros(3), torch.zeros(3), -12.0, torch.tensor(39.0))
    np.testing.assert_allclose(look.numpy(), look_vector(-12.0, 39.0)[0], rtol=1e-6)
