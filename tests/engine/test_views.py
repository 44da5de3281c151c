"""Suspicious windows are seen in a second view, and what is said of them lies as the window does."""

import numpy as np
import pytest

from quakefringe.engine.encoding import CHANNELS, encode
from quakefringe.engine.network import Output
from quakefringe.engine.views import VIEWS, look


class Follower:
    """Sees the unwrapped phase itself: its mask is the size of the phase in patches, wherever that lies."""

    def __init__(self):
        self.calls = []

    def run(self, tiles):
        self.calls.append(np.array(tiles))
        count = len(tiles)
        patches = np.abs(tiles[:, 2]).reshape(count, 14, 16, 14, 16).mean(axis=(2, 4))
        label = (np.abs(tiles[:, 2]).max(axis=(1, 2)) > 0.01).astype(int)
        logits = np.eye(3, dtype=np.float32)[label] * 6
        return Output(logits, patches[:, None] / 100, patches)


def _tiles(*heights):
    phase = np.zeros((len(heights), 224, 224), np.float32)
    for index, height in enumerate(heights):
        phase[index, 16:48, 160:200] = height
    return encode(phase, True)


@pytest.mark.parametrize("known", [True, False])
def test_a_quiet_window_is_looked_at_once_and_a_moving_one_twice(known):
    network = Follower()
    look(network, _tiles(0.0, 20.0, 0.0), known)
    assert [len(call) for call in network.calls] == [3, 1]


@pytest.mark.parametrize("known", [True, False])
def test_what_is_seen_in_the_second_view_is_turned_back(known):
    tiles = _tiles(0.0, 20.0)
    before = tiles.copy()
    once, twice = Follower().run(tiles), look(Follower(), tiles, known)
    for name in ("logits", "attention", "mask"):
        assert np.allclose(getattr(once, name), getattr(twice, name), atol=1e-5), name
    assert np.array_equal(tiles, before)


@pytest.mark.parametrize("known", [True, False])
def test_the_second_view_differs_and_exchanges_the_sign_of_the_phase_only(known):
    network = Follower()
    tiles = _tiles(20.0)
    look(network, tiles, known)
    first, second = (call[0] for call in network.calls)
    assert not np.array_equal(first, second)
    cosine, sine, phase, elevation, valid = (CHANNELS.index(name) for name in CHANNELS)
    turn, exchanged = VIEWS[known]
    sign = -1 if exchanged else 1
    for channel in (cosine, elevation, valid):
        assert np.array_equal(turn(second[channel]), tiles[0, channel])
    for channel in (sine, phase):
        assert np.allclose(turn(second[channel]), sign * tiles[0, channel])


def test_a_scene_that_is_known_to_be_north_up_keeps_east_and_west_and_its_sign():
    network = Follower()
    tiles = _tiles(20.0)
    look(network, tiles, known=True)
    seen = network.calls[1][0, CHANNELS.index("unwrapped")]
    expected = tiles[0, CHANNELS.index("unwrapped")]
    assert np.array_equal(np.abs(seen).sum(axis=0), np.abs(expected).sum(axis=0))
    assert np.array_equal(seen.max(), expected.max())


def test_the_mean_of_both_views_is_given():
    class Doubtful(Follower):
        def run(self, tiles):
            said = super().run(tiles)
            shift = float(len(self.calls))  # another answer in each view
            return Output(said.logits + shift, said.attention, said.mask)

    first = Doubtful().run(_tiles(20.0)).logits
    assert np.allclose(look(Doubtful(), _tiles(20.0)).logits, first + 0.5)
