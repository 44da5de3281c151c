import numpy as np
import pytest
import torch

from quakefringe.engine.inference.deramp import deramped
from quakefringe.tests.training.fake_simulator import FakeChunks, FakeSimulator
from quakefringe.training.config.simulation import SimulationConfig
from quakefringe.training.config.tables import AugmentConfig
from quakefringe.training.data import batches as data
from quakefringe.training.data.augment import vary
from quakefringe.training.data.batches import Plan, SimulatedChunks, batches, load_chunks
from quakefringe.training.simulation.symmetry import symmetry, turn_box

NOTHING = AugmentConfig(symmetry=False, sign=False, offset=False)


def tiles(count=8, size=64):
    simulator = FakeSimulator(None)
    simulator.seed(3)
    batch = simulator.batch(count, size)
    return {key: batch[key] for key in data.KEYS}


def test_the_index_alone_determines_the_tiles_of_a_chunk(monkeypatch):
    monkeypatch.setattr(data, "make_simulator", FakeSimulator)
    config = SimulationConfig()
    one = SimulatedChunks(config, 32, 4, seed=1)
    other = SimulatedChunks(config, 32, 4, seed=1)
    one.chunk(0)
    assert torch.equal(one.chunk(5)["input"], other.chunk(5)["input"])
    assert not torch.equal(one.chunk(5)["input"], one.chunk(6)["input"])
    other_stream = SimulatedChunks(config, 32, 4, seed=1, stream=1)
    assert not torch.equal(one.chunk(5)["input"], other_stream.chunk(5)["input"])


def test_a_block_gives_the_same_chunks_in_any_order(monkeypatch):
    monkeypatch.setattr(data, "make_simulator", FakeSimulator)
    one, other = (SimulatedChunks(SimulationConfig(), 32, 4, seed=1, block=3) for _ in range(2))
    chunks = [one.chunk(index) for index in range(6)]
    assert [len(chunk["label"]) for chunk in chunks] == [4] * 6
    assert len({chunk["input"].numpy().tobytes() for chunk in chunks}) == 6
    for index in (4, 5, 0):
        assert torch.equal(other.chunk(index)["input"], chunks[index]["input"])
    together = SimulatedChunks(SimulationConfig(), 32, 12, seed=1).chunk(1)
    assert torch.equal(torch.cat([chunk["input"] for chunk in chunks[3:]]), together["input"])


def test_a_plan_uses_every_chunk_epochs_times():
    plan = Plan(chunks=5, epochs=3, reuse=2, pool=2, seed=0)
    rounds = list(plan.rounds(0))
    used = [index for _, part, _ in rounds for index in part]
    assert plan.steps == 30
    assert sorted(used) == sorted(list(range(5)) * 3)
    assert sum(len(part) * 2 for _, part, _ in rounds) == 30


def test_blocks_stay_together_in_a_shuffled_epoch():
    order = Plan(chunks=12, epochs=2, reuse=1, pool=3, seed=0, block=4).order(1)
    assert sorted(order) == list(range(12))
    assert all(len({index // 4 for index in order[i : i + 4]}) == 1 for i in range(0, 12, 4))


@pytest.mark.parametrize("step", [0, 1, 5, 6, 13])
def test_resumed_batches_are_those_of_an_uninterrupted_run(step):
    plan = Plan(chunks=4, epochs=2, reuse=2, pool=3, seed=0)
    whole = list(batches(FakeChunks(4, 32), plan, 0, AugmentConfig(), "cpu", 0))
    rest = list(batches(FakeChunks(4, 32), plan, step, AugmentConfig(), "cpu", 0))
    assert len(whole) == 16
    assert len(rest) == 16 - step
    for left, right in zip(whole[step:], rest):
        assert torch.equal(left["input"], right["input"])
        assert torch.equal(left["label"], right["label"])


def test_a_worker_process_gives_the_same_chunks_to_the_precision_of_float16():
    chunks = FakeChunks(4, 32)
    got = list(load_chunks(chunks, [2, 0], workers=1, ahead=2))
    for index, batch in zip([2, 0], got):
        expected = chunks.chunk(index)
        np.testing.assert_allclose(batch["input"], expected["input"].numpy(), atol=2e-3)
        np.testing.assert_array_equal(batch["label"], expected["label"].numpy())


@pytest.mark.parametrize("code", range(8))
def test_mask_and_box_are_turned_with_the_tile(code):
    batch = tiles(1)
    mask = torch.zeros(1, 4, 4)
    mask[0, 1, 3] = 1.0
    box = torch.tensor([[0.75, 0.25, 1.0, 0.5]])
    turned = symmetry(code)(mask)
    row, column = (turned[0] == 1).nonzero()[0].tolist()
    expected = torch.tensor([[column, row, column + 1, row + 1]]) / 4
    torch.testing.assert_close(turn_box(box, code), expected)
    assert symmetry(code)(batch["input"]).shape == batch["input"].shape


def test_the_eight_symmetries_are_distinct():
    square = torch.arange(9.0).reshape(3, 3)
    assert len({tuple(symmetry(code)(square).flatten().tolist()) for code in range(8)}) == 8


def test_augmented_tiles_keep_label_mask_size_and_valid_area():
    batch = tiles()
    varied = vary(batch, AugmentConfig(), np.random.default_rng(0))
    assert torch.equal(varied["label"], batch["label"])
    torch.testing.assert_close(varied["mask"].sum(dim=(1, 2)), batch["mask"].sum(dim=(1, 2)))
    torch.testing.assert_close(varied["input"][:, 4].sum(dim=(1, 2)), batch["input"][:, 4].sum(dim=(1, 2)))
    length = torch.hypot(varied["input"][:, 0], varied["input"][:, 1])
    torch.testing.assert_close(length, varied["input"][:, 4])


def test_exchanging_the_dates_changes_the_phase_and_not_the_relief():
    batch = tiles()
    config = AugmentConfig(symmetry=False, sign=True, offset=False)
    varied = vary(batch, config, np.random.default_rng(0))["input"]
    same = [torch.equal(varied[i, 1:3], batch["input"][i, 1:3]) for i in range(8)]
    turned = [torch.equal(varied[i, 1:3], -batch["input"][i, 1:3]) for i in range(8)]
    assert any(same)
    assert any(turned)
    assert all(left or right for left, right in zip(same, turned))
    assert torch.equal(varied[:, [0, 3, 4]], batch["input"][:, [0, 3, 4]])


def _turned(wrapped: bool, config: AugmentConfig) -> tuple[float, float]:
    """Fractions of augmented tiles that were turned by a quarter, and whose sign was exchanged."""
    count = 400
    batch = {
        "label": torch.zeros(count, dtype=torch.int64),
        "input": torch.zeros(count, 5, 32, 32),
        "mask": torch.zeros(count, 2, 2),
    }
    batch["input"][:, 1] = 1.0
    batch["input"][:, 2] = 0.0 if wrapped else 1.0
    batch["input"][:, 3] = torch.arange(1.0, 33.0)  # rises to the east
    varied = vary(batch, config, np.random.default_rng(4))["input"]
    quarter = varied[:, 3, 0, 0] == varied[:, 3, 0, -1]
    return float(quarter.float().mean()), float((varied[:, 1, 0, 0] < 0).float().mean())


def test_tiles_of_known_orientation_and_sign_are_only_mirrored():
    config = AugmentConfig(offset=False, unknown_wrapped=0.6, unknown_unwrapped=0.0)
    assert _turned(False, config) == (0.0, 0.0)
    quarter, exchanged = _turned(True, config)
    assert 0.2 < quarter < 0.4
    assert 0.2 < exchanged < 0.4


def test_tiles_of_unknown_orientation_get_every_turn_and_either_sign_equally_often():
    for wrapped in (True, False):
        assert all(0.4 < part < 0.6 for part in _turned(wrapped, AugmentConfig(offset=False)))


def test_hiding_elevation_blanks_only_its_channel():
    batch = tiles()
    config = AugmentConfig(symmetry=False, sign=False, offset=False, hide_elevation=1.0)
    varied = vary(batch, config, np.random.default_rng(0))["input"]
    assert not varied[:, 3].any()
    assert torch.equal(varied[:, [0, 1, 2, 4]], batch["input"][:, [0, 1, 2, 4]])


def test_a_fraction_of_the_tiles_is_deramped_as_the_engine_does_it():
    batch = tiles(256)
    config = AugmentConfig(symmetry=False, sign=False, offset=False, deramp=0.4)
    varied = vary(batch, config, np.random.default_rng(0))
    expected = torch.from_numpy(deramped(batch["input"].numpy()))
    steep = [n for n in range(256) if not torch.equal(expected[n], batch["input"][n])]
    without_ramp = [n for n in steep if torch.equal(varied["input"][n], expected[n])]
    same = [n for n in range(256) if torch.equal(varied["input"][n], batch["input"][n])]
    assert len(steep) > 100
    assert 0.3 < len(without_ramp) / len(steep) < 0.5
    assert len(without_ramp) + len(same) == 256
    for key in ("label", "mask", "box"):
        torch.testing.assert_close(varied[key], batch[key], equal_nan=True)


def test_a_signal_shifted_out_of_the_tile_gets_no_weight():
    batch = tiles(64)
    batch["weight"] = torch.ones(64)
    moved = False
    for seed in range(6):
        config = AugmentConfig(symmetry=False, sign=False, offset=False, shift=3)
        varied = vary(batch, config, np.random.default_rng(seed))
        gone = (batch["mask"].sum(dim=(1, 2)) > 0) & (varied["mask"].sum(dim=(1, 2)) == 0)
        assert not varied["weight"][gone].any()
        moved = moved or bool(gone.any())
    assert moved


def test_without_augmentation_tiles_do_not_change():
    batch = tiles()
    varied = vary(batch, NOTHING, np.random.default_rng(0))
    assert torch.equal(varied["input"], batch["input"])


def test_tiles_without_weight_are_not_shown():
    class Half(FakeChunks):
        def chunk(self, index):
            batch = super().chunk(index)
            batch["weight"] = (torch.arange(self.count) % 2).float()
            batch["mask_weight"] = batch["weight"].clone()
            return batch

    shown = list(batches(Half(8, 32), Plan(4, 1, 1, 2, 0), 0, AugmentConfig(), "cpu", 0))
    assert len(shown) == 4
    assert all(len(batch["label"]) == 8 for batch in shown)
    assert all(batch["weight"].all() for batch in shown)
