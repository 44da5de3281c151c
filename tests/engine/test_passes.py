"""Suspicious windows go through a second pass, and its results lie as the window does."""

import numpy as np
import pytest

from quakefringe.engine.inference.encoding import encode
from quakefringe.engine.inference.model_use import ModelUse
from quakefringe.engine.inference.passes import MIRRORS, run_passes
from quakefringe.engine.inference.pipeline import Pipeline
from quakefringe.engine.network import ModelCard, Output
from quakefringe.engine.tile import SIGNED
from quakefringe.engine.tiling.scales import Scale
from quakefringe.engine.tiling.windows import Window


class Follower:
    """A network whose mask is the mean size of the unwrapped phase in each patch."""

    def __init__(self, heads=False):
        self.calls = []
        self.heads = heads

    def run(self, tiles):
        self.calls.append(np.array(tiles))
        count = len(tiles)
        patches = np.abs(tiles[:, 2]).reshape(count, 14, 16, 14, 16).mean(axis=(2, 4))
        label = (np.abs(tiles[:, 2]).max(axis=(1, 2)) > 0.01).astype(int)
        logits = np.eye(3, dtype=np.float32)[label] * 6
        heads = np.stack([patches, patches**2], axis=1) if self.heads else None
        return Output(logits, patches[:, None] / 100, patches, heads)


def _tiles(*heights):
    phase = np.zeros((len(heights), 224, 224), np.float32)
    for index, height in enumerate(heights):
        phase[index, 16:48, 160:200] = height
    return encode(phase, True)


@pytest.mark.parametrize("oriented", [True, False])
def test_a_quiet_window_has_one_pass_and_a_deformed_one_two(oriented):
    network = Follower()
    run_passes(network, _tiles(0.0, 20.0, 0.0), oriented=oriented)
    assert [len(call) for call in network.calls] == [3, 1]


@pytest.mark.parametrize("oriented", [True, False])
def test_the_maps_of_the_mirrored_pass_are_mirrored_back(oriented):
    tiles = _tiles(20.0)
    once, twice = Follower(heads=True).run(tiles), run_passes(Follower(heads=True), tiles, oriented=oriented)
    for before, after in zip(once.parts(), twice.parts()):
        np.testing.assert_allclose(after, before, rtol=1e-6)


def test_a_window_of_known_orientation_is_mirrored_from_north_to_south_only():
    network, tiles = Follower(), _tiles(20.0)
    run_passes(network, tiles, oriented=True)
    np.testing.assert_array_equal(network.calls[1], tiles[:, :, ::-1])


def test_a_window_of_unknown_orientation_is_mirrored_at_its_diagonal_with_its_dates_exchanged():
    network, tiles = Follower(), _tiles(20.0)
    run_passes(network, tiles, oriented=False)
    expected = np.swapaxes(tiles, 2, 3)[:, :, ::-1, ::-1].copy()
    expected[:, SIGNED] *= -1
    np.testing.assert_array_equal(network.calls[1], expected)


def test_the_mean_of_both_passes_counts():
    class Doubtful(Follower):
        def run(self, tiles):
            output = super().run(tiles)
            output.logits[:] = [0.0, 8.0, 0.0] if len(self.calls) == 1 else [4.0, 0.0, 0.0]
            return output

    output = run_passes(Doubtful(), _tiles(20.0))
    np.testing.assert_allclose(output.logits, [[2.0, 4.0, 0.0]])


def test_mirrors_are_their_own_inverse():
    values = np.random.default_rng(0).random((2, 5, 7, 7))
    for mirror, _ in MIRRORS.values():
        np.testing.assert_array_equal(mirror(mirror(values)), values)


@pytest.mark.parametrize(("passes", "calls"), [((), [2]), (("mirrored",), [2, 1])])
def test_only_the_passes_of_the_card_are_run(passes, calls):
    network = Follower()
    ModelUse.from_card(ModelCard("0", passes=passes)).run(network, _tiles(0.0, 20.0))
    assert [len(call) for call in network.calls] == calls


def test_the_card_decides_which_windows_are_suspicious():
    network = Follower()
    use = ModelUse.from_card(ModelCard("0", thresholds={"suspicious": 0.999}))
    use.run(network, _tiles(20.0))
    assert len(network.calls) == 1


@pytest.mark.parametrize("preparation", [(), ("deramped",)])
def test_phase_is_deramped_before_it_is_encoded_if_the_card_asks_for_it(preparation):
    network = Follower()
    use = ModelUse.from_card(ModelCard("0", preparation=preparation, passes=()))
    slope = np.broadcast_to(np.linspace(0, 40, 224, dtype=np.float32), (224, 224)).copy()
    scale = Scale(0, 100.0, 1.0, 1.0, 224, 224, (0,), (0,))
    list(Pipeline(network, use, 1, unwrapped=True).run([Window(scale, 0, 0, 1.0, slope, None)]))
    flat = np.abs(network.calls[0][0, 2]).max() < 1e-3
    assert flat == bool(preparation)
