"""The linear ramp in a tile's phase is estimated and removed."""

import numpy as np
import pytest

from quakefringe.engine.inference.deramp import SPECTRUM_OVERSAMPLING, deramp, deramped, ramp
from quakefringe.engine.inference.encoding import encode
from quakefringe.engine.tile import CHANNELS

DOWN, ACROSS = (np.arange(224, dtype=np.float32) - 111.5) * np.ones((2, 1), np.float32)
FRINGE = 2 * np.pi / 224
"""One fringe per tile, in radians per pixel."""


def _plane(down, across):
    return (down * DOWN[:, None] + across * ACROSS).astype(np.float32)


def _bump():
    """An earthquake of four fringes in a quarter of the tile."""
    return (25 * np.exp(-((DOWN[:, None] - 30) ** 2 + (ACROSS + 40) ** 2) / (2 * 15**2))).astype(np.float32)


def _phase(phase, unwrapped):
    return (phase if unwrapped else np.angle(np.exp(1j * phase)))[None].astype(np.float32)


def _encoded(phase, unwrapped):
    return encode(_phase(phase, unwrapped), unwrapped)


@pytest.mark.parametrize("unwrapped", [True, False])
@pytest.mark.parametrize("fringes", [(0.0, 0.0), (7.0, -3.0), (-30.0, 12.0)])
def test_the_slope_is_estimated_in_spite_of_an_earthquake_and_noise(unwrapped, fringes):
    noise = 0.5 * np.random.default_rng(4).normal(size=(224, 224))
    slopes = tuple(FRINGE * count for count in fringes)
    found = ramp(_phase(_plane(*slopes) + _bump() + noise, unwrapped), unwrapped)
    assert found.shape == (1, 2)
    assert np.allclose(found[0], slopes, atol=FRINGE / SPECTRUM_OVERSAMPLING)


@pytest.mark.parametrize("unwrapped", [True, False])
def test_a_deramped_tile_is_what_encoding_the_deramped_phase_gives(unwrapped):
    steps = (8 * FRINGE, -5 * FRINGE)
    heights = _plane(3.0, 1.0)
    phase = _bump() + _plane(*steps)
    phase[:, 190:] = np.nan
    tiles = encode(_phase(phase, unwrapped), unwrapped, heights[None])
    before = tiles.copy()
    found = deramped(tiles)
    assert np.array_equal(tiles, before)
    expected = encode(deramp(_phase(phase, unwrapped), unwrapped), unwrapped, heights[None])
    for name in ("unwrapped", "elevation", "valid"):
        channel = CHANNELS.index(name)
        assert np.allclose(found[:, channel], expected[:, channel], atol=1e-4), name
    turned = (found[:, 0] + 1j * found[:, 1]) * np.conj(expected[:, 0] + 1j * expected[:, 1])
    valid = tiles[:, CHANNELS.index("valid")] > 0
    assert np.allclose(turned[valid], turned[valid][0], atol=1e-3)  # up to a constant
    assert np.allclose(abs(turned[valid]), 1, atol=1e-4)
    assert (turned[~valid] == 0).all()


def test_a_deramped_tile_has_no_ramp_left():
    tiles = _encoded(_bump() + _plane(5 * FRINGE, 9 * FRINGE), False)
    once = deramped(tiles)
    assert np.allclose(deramped(once), once, atol=1e-5)
    assert not np.allclose(once, tiles, atol=0.1)


def test_each_tile_loses_its_own_ramp_whether_wrapped_or_unwrapped():
    phases = [_plane(4 * FRINGE, 0), _plane(0, -11 * FRINGE) + _bump()]
    tiles = np.concatenate([_encoded(phases[0], True), _encoded(phases[1], False)])
    assert np.array_equal(deramped(tiles), np.concatenate([deramped(tiles[:1]), deramped(tiles[1:])]))


@pytest.mark.parametrize("unwrapped", [True, False])
def test_a_tile_without_valid_phase_stays_as_it_is(unwrapped):
    phase = np.full((1, 224, 224), np.nan, np.float32)
    tiles = encode(phase, unwrapped)
    assert np.array_equal(ramp(phase, unwrapped), [[0.0, 0.0]])
    assert np.isnan(deramp(phase, unwrapped)).all()
    assert np.array_equal(deramped(tiles), tiles)


def test_deramped_wrapped_phase_stays_wrapped():
    phase = _phase(_bump() + _plane(9 * FRINGE, 5 * FRINGE), False)
    level = deramp(phase, False)
    assert level.dtype == np.float32
    assert np.abs(level).max() <= np.pi + 1e-5
    assert np.allclose(ramp(level, False), 0, atol=FRINGE / SPECTRUM_OVERSAMPLING)
