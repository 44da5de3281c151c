import json

import numpy as np
import pytest

from quakefringe.engine.errors import InputError, OutputError
from quakefringe.tests.training.fake_simulator import FakeSimulator
from quakefringe.training.config.recipe import read_recipe
from quakefringe.training.data import batches as data
from quakefringe.training.data import packing, shards
from quakefringe.training.data.packing import load, pack, unpack
from quakefringe.training.data.shards import ShardChunks, simulate, split_counts, split_tiles

SMALL = {"size": 48, "shard": 64, "workers": 0, "device": "cpu"}


pytestmark = pytest.mark.usefixtures("fake_simulator")


def tiles(count=6, size=48):
    simulator = FakeSimulator(None)
    simulator.seed(5)
    return data.to_numpy(simulator.batch(count, size))


def make(folder, count=200, **changes):
    simulate(read_recipe("smoke"), str(folder), count=count, **{**SMALL, **changes})
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.npz")}


def test_tiles_are_unpacked_as_they_were_packed():
    batch = tiles()
    back = unpack(pack(batch))
    np.testing.assert_allclose(back["input"][:, :2], batch["input"][:, :2], atol=0.015)
    np.testing.assert_allclose(back["input"][:, 2:4], batch["input"][:, 2:4], atol=0.01)
    np.testing.assert_array_equal(back["input"][:, 4], batch["input"][:, 4])
    np.testing.assert_allclose(back["mask"], batch["mask"], atol=0.002)
    np.testing.assert_array_equal(back["label"], batch["label"])
    np.testing.assert_array_equal(back["meta"]["mw"], batch["meta"]["mw"])


def test_large_unwrapped_phase_keeps_its_whole_cycles():
    batch = tiles(1)
    phase = np.linspace(-300, 900, 48 * 48, dtype=np.float64).reshape(1, 48, 48)
    centred = phase - np.median(phase)
    channels = [np.cos(phase), np.sin(phase), np.arcsinh(centred / np.pi) / 4, 0 * phase, 0 * phase + 1]
    batch["input"] = np.stack(channels, axis=1).astype(np.float32)
    packed = pack(batch)
    restored = packed["phase"] * packing.PHASE_STEP_RAD + packed["cycles"] * 2 * np.pi - packed["centre"][0]
    assert np.abs(restored - centred).max() < 0.03


def test_tiles_without_a_valid_pixel_can_be_packed():
    batch = tiles(2)
    batch["input"][:] = 0
    assert not unpack(pack(batch))["input"].any()


def test_a_data_set_has_the_requested_number_of_tiles(tmp_path):
    folder = make(tmp_path / "set", count=200)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["split"] == split_counts((64, 16, 16), 200) == [134, 34, 32]
    assert sum(entry["count"] for entry in manifest["shards"]) == 200
    assert len(split_tiles(folder, "test", 10**6, 48)["label"]) == 32


def test_the_split_keeps_the_reference_studys_proportions():
    assert split_counts((805436, 100679, 100681), 1006796) == [805436, 100679, 100681]
    assert split_counts((805436, 100679, 100681), 1006795) == [805436, 100679, 100680]


def test_splits_share_no_tile(tmp_path):
    folder = make(tmp_path / "set")
    first = [split_tiles(folder, split, 1, 48)["input"] for split in shards.SPLITS]
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[1], first[2])


def test_a_truncated_a_changed_and_a_missing_file_are_simulated_again(tmp_path, caplog):
    folder = make(tmp_path / "set")
    before = contents(folder)
    names = sorted(before)
    (folder / names[0]).write_bytes(before[names[0]][:100])
    (folder / names[1]).unlink()
    changed = bytearray(before[names[2]])
    changed[500] ^= 255
    (folder / names[2]).write_bytes(changed)
    with caplog.at_level("INFO"):
        make(folder, verify=True)
    after = contents(folder)
    for name in names:
        assert load_equal(before[name], after[name], tmp_path)
    assert f"{names[0]} is truncated or damaged" in caplog.text
    assert f"{names[2]} is truncated or damaged" in caplog.text


def load_equal(one, other, folder):
    (folder / "a.npz").write_bytes(one)
    (folder / "b.npz").write_bytes(other)
    left, right = load(folder / "a.npz"), load(folder / "b.npz")
    return left.keys() == right.keys() and all(np.array_equal(left[k], right[k], True) for k in left)


def test_an_interrupted_data_set_is_completed_with_the_same_tiles(tmp_path, monkeypatch):
    whole = make(tmp_path / "whole")
    save, calls = shards.save, []

    def stop(path, arrays):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(path)
        save(path, arrays)

    monkeypatch.setattr(shards, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "part")
    monkeypatch.setattr(shards, "save", save)
    assert len(contents(tmp_path / "part")) == 2
    make(tmp_path / "part")
    one, other = contents(whole), contents(tmp_path / "part")
    assert one.keys() == other.keys()
    assert all(load_equal(one[name], other[name], tmp_path) for name in one)


def test_a_full_disk_is_reported_and_leaves_no_partial_file(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing.np.lib.format, "write_array", full)
    with pytest.raises(OutputError, match="No space left on device"):
        make(tmp_path / "set")
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["manifest.json"]
    monkeypatch.undo()
    monkeypatch.setattr(data, "make_simulator", FakeSimulator)
    make(tmp_path / "set")
    assert len(split_tiles(tmp_path / "set", "training", 134, 48)["label"]) == 134


def test_too_little_disk_space_is_reported_before_writing(tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "DISK_RESERVE_BYTES", 1 << 62)
    with pytest.raises(OutputError, match="disk is full"):
        make(tmp_path / "set")


def test_another_data_set_in_the_folder_is_refused(tmp_path):
    make(tmp_path / "set")
    with pytest.raises(InputError, match="another split"):
        make(tmp_path / "set", count=100)
    with pytest.raises(InputError, match="another size"):
        make(tmp_path / "set", size=64)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": 50}, "--size 50"),
        ({"shard": 65}, "--shard 65"),
        ({"count": -1}, "--count -1"),
        ({"workers": -1}, "--workers -1"),
        ({"device": "tpu"}, "no device 'tpu'"),
    ],
)
def test_impossible_numbers_are_refused(tmp_path, changes, words):
    with pytest.raises(InputError, match=words):
        make(tmp_path / "set", **changes)


def test_chunks_from_disk_cover_the_split_and_then_start_again(tmp_path):
    folder = make(tmp_path / "set")
    chunks = ShardChunks(folder, "training", 19, 48)
    every = split_tiles(folder, "training", 134, 48)["input"]
    got = np.concatenate([chunks.chunk(index)["input"] for index in range(8)])
    np.testing.assert_array_equal(got, np.concatenate([every, every[:18]]))


def test_several_processes_share_the_tiles(tmp_path):
    folder = make(tmp_path / "set")
    every = split_tiles(folder, "training", 32, 48)["input"]
    left = ShardChunks(folder, "training", 8, 48, rank=0, world=2)
    right = ShardChunks(folder, "training", 8, 48, rank=1, world=2)
    parts = [left.chunk(0), right.chunk(0), left.chunk(1), right.chunk(1)]
    np.testing.assert_array_equal(np.concatenate([part["input"] for part in parts]), every)


def test_a_data_set_that_does_not_fit_is_refused(tmp_path):
    folder = make(tmp_path / "set")
    with pytest.raises(InputError, match="tiles of 48 px"):
        ShardChunks(folder, "training", 8, 64)
    with pytest.raises(InputError, match="less than one batch"):
        ShardChunks(folder, "training", 1000, 48)
    with pytest.raises(InputError, match="is not a data set"):
        ShardChunks(tmp_path, "training", 8, 48)
    next(folder.glob("training-*")).write_bytes(b"PK")
    with pytest.raises(InputError, match="truncated or damaged"):
        ShardChunks(folder, "training", 134, 48).chunk(0)


def test_an_unfinished_data_set_is_refused(tmp_path):
    folder = make(tmp_path / "set")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["shards"][0]["bytes"] = 0
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="incomplete"):
        ShardChunks(folder, "training", 8, 48)
