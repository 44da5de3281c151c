"""Suspicious windows are seen in several views, and what is said of them lies as the window does."""

import numpy as np

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


def test_a_quiet_window_is_looked_at_once_and_a_moving_one_in_every_view():
    network = Follower()
    look(network, _tiles(0.0, 20.0, 0.0))
    assert [len(call) for call in network.calls] == [3] + [1] * len(VIEWS)


def test_what_is_seen_in_other_views_is_turned_back():
    tiles = _tiles(0.0, 20.0)
    once, several = Follower().run(tiles), look(Follower(), tiles)
    for name in ("logits", "attention", "mask"):
        assert np.allclose(getattr(once, name), getattr(several, name), atol=1e-5), name


def test_the_views_differ_and_exchange_the_sign_of_the_phase_only():
    network = Follower()
    tiles = _tiles(20.0)
    look(network, tiles)
    seen = [call[0] for call in network.calls]
    for index, one in enumerate(seen):
        assert all(not np.array_equal(one, other) for other in seen[:index])
    cosine, sine, phase, elevation, valid = (CHANNELS.index(name) for name in CHANNELS)
    for one, (turn, exchanged) in zip(seen[1:], VIEWS):
        sign = -1 if exchanged else 1
        for channel in (cosine, elevation, valid):
            assert np.array_equal(turn(one[channel]), tiles[0, channel])
        for channel in (sine, phase):
            assert np.allclose(turn(one[channel]), sign * tiles[0, channel])


def test_the_mean_of_the_views_is_given():
    class Doubtful(Follower):
        def run(self, tiles):
            said = super().run(tiles)
            shift = float(len(self.calls))  # another answer in each view
            return Output(said.logits + shift, said.attention, said.mask)

    first = Doubtful().run(_tiles(20.0)).logits
    assert np.allclose(look(Doubtful(), _tiles(20.0)).logits, first + len(VIEWS) / 2)
