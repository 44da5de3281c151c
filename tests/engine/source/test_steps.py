"""Steep steps: where phase cannot be followed, points are left out and a warning says so."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.source import Look
from quakefringe.engine.source.frame import LocalFrame
from quakefringe.engine.source.steps import WAVELENGTH_M, beside_steps, without_steps

FRAME = LocalFrame(62.0, 34.5)
SIDE, SPACING_KM = 40, 0.2


@pytest.fixture
def ground():
    """A grid of 40 x 40 points, 200 m apart, that tilts by 1 cm for each kilometre."""
    x, y = (value.ravel() * SPACING_KM for value in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    return x, y, 0.01 * x


def look_at(x, y, motion, **more):
    longitude, latitude = FRAME.to_lonlat(x, y)
    vectors = np.tile([-0.6, -0.1, 0.79], (len(x), 1))
    return Look("ascending", longitude, latitude, motion, vectors, **more)


def raised(x, y, motion, by):
    """The same with a block of 10 x 10 points raised, as an error of unwrapping does."""
    block = (x > 2) & (x < 4.1) & (y > 2) & (y < 4.1)
    return motion + by * block, block


def test_only_points_beside_the_step_are_left_out(ground):
    x, y, motion = ground
    motion, block = raised(x, y, motion, 0.1)
    beside = beside_steps(x, y, motion, SPACING_KM, WAVELENGTH_M / 2)
    inside = block & (x > 2.3) & (x < 3.9) & (y > 2.3) & (y < 3.9)
    far = (x < 1.7) | (x > 4.3) | (y < 1.7) | (y > 4.3)
    assert not beside[inside | far].any()
    assert beside[block & ~inside].all()


def test_scattered_points_are_compared_with_their_neighbours(ground):
    x, y, motion = ground
    rng = np.random.default_rng(3)
    x, y = x + rng.uniform(-0.05, 0.05, x.size), y + rng.uniform(-0.05, 0.05, x.size)
    look = without_steps(look_at(x, y, motion + 0.3 * (x > 4)), FRAME)
    assert 0 < x.size - len(look.displacement) < 0.1 * x.size
    kept_x, _ = FRAME.to_km(look.longitude, look.latitude)
    assert (np.abs(kept_x - 4) < 0.1).sum() < 0.2 * (np.abs(x - 4) < 0.1).sum()


def test_noise_on_a_fine_grid_is_no_step(ground):
    x, y, motion = ground
    motion = motion + np.random.default_rng(4).normal(0, 0.004, x.size)
    assert not beside_steps(x / 10, y / 10, motion, SPACING_KM / 10, WAVELENGTH_M / 2).any()


def test_longer_waves_follow_steeper_motion(ground):
    x, y, motion = ground
    look = look_at(x, y, raised(x, y, motion, 0.1)[0], spacing_km=SPACING_KM)
    assert len(without_steps(look, FRAME).displacement) < x.size
    long_waves = look_at(x, y, raised(x, y, motion, 0.1)[0], spacing_km=SPACING_KM, wavelength=0.236)
    assert without_steps(long_waves, FRAME) is long_waves


def test_a_warning_counts_the_points(ground):
    x, y, motion = ground
    look = look_at(x, y, raised(x, y, motion, 0.1)[0], spacing_km=SPACING_KM, warnings=("first",))
    kept = without_steps(look, FRAME)
    left_out = x.size - len(kept.displacement)
    assert kept.warnings[0] == "first"
    assert f"{left_out} of {x.size} points" in kept.warnings[1]
    assert len(kept.look_vectors) == len(kept.longitude) == len(kept.displacement)


def test_a_noisy_scene_keeps_all_its_points_with_a_warning(ground):
    x, y, motion = ground
    noisy = look_at(x, y, motion + np.random.default_rng(5).normal(0, 0.1, x.size), spacing_km=SPACING_KM)
    kept = without_steps(noisy, FRAME)
    assert np.array_equal(kept.displacement, noisy.displacement)
    assert "everywhere" in kept.warnings[0] and "not reliable" in kept.warnings[0]
