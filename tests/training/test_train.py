import copy
import json
import math
import os
import shutil
import signal

import pytest
import torch
from torch._inductor import cpp_builder
from torch._inductor.exc import InvalidCxxCompiler

from quakefringe.engine.errors import InputError, OutputError
from quakefringe.training.config.recipe import read_recipe
from quakefringe.training.config.run_folder import TrainingRun, environment
from quakefringe.training.config.tables import StageConfig
from quakefringe.training.data.shards import simulate
from quakefringe.training.fit import optimiser, train
from quakefringe.training.fit.optimiser import (
    MovingAverage,
    learning_rate,
    make_fabric,
    make_optimisers,
    set_rate,
)
from quakefringe.training.model import checkpoint
from quakefringe.training.model.checkpoint import checkpoints, load_latest, load_network, save_checkpoint
from quakefringe.training.model.network import QuakeViT

SMALL = [
    "optimiser.precision='32-true'",
    "optimiser.ema=0.9",
    "network.width=24",
    "stage.0.size=48",
    "stage.1.size=64",
    "validation.every=96",
    "validation.checkpoint=48",
    "validation.set.0.count=12",
]


pytestmark = pytest.mark.usefixtures("fake_simulator", "one_thread")


def recipe(*changes):
    return read_recipe("smoke", [*SMALL, *changes])


def go(folder, *changes, **options):
    return train.run(recipe(*changes), str(folder), device="cpu", **options)


def weights(folder):
    return load_network(folder)[0].state_dict()


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def interrupt_after(monkeypatch, steps):
    """Send SIGTERM to this process in the given step."""
    real = train.Trainer._update

    def update(self, tiles):
        if self.steps == steps - 1:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(self, tiles)

    monkeypatch.setattr(train.Trainer, "_update", update)


def test_a_run_folder_describes_the_run_completely(tmp_path):
    folder = go(tmp_path / "run")
    assert TrainingRun.open(folder).recipe == recipe()
    facts = json.loads((folder / "environment.json").read_text())
    assert {"torch", "timm", "numpy", "python"} <= set(facts["versions"])
    assert str(tmp_path) not in (folder / "environment.json").read_text()
    entries = TrainingRun.open(folder).entries("validation")
    assert [entry["shown"] for entry in entries] == [96, 160]
    assert {"mixed", "mixed/wrapped", "mixed/unwrapped"} <= set(entries[-1]["scores"])
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["final"] is True
    assert scores["simulated"] == entries[-1]["scores"]
    _, _, progress = load_network(folder)
    assert (progress["shown"], progress["simulated"]) == (160, 96)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_the_loss_falls(tmp_path, optimiser):
    changes = [
        f"optimiser.name='{optimiser}'",
        "stage.0.samples=480",
        "stage.0.reuse=4",
        "stage.0.lr=3e-3",
        "validation.every=10000",
    ]
    folder = go(tmp_path / "run", *changes)
    losses = [entry["loss"] for entry in TrainingRun.open(folder).entries("train")]
    assert losses[-2] < 0.85 * losses[0]


def test_muon_updates_only_the_matrices_of_the_blocks():
    chosen = recipe("optimiser.name='muon'", "optimiser.muon=4.0", "optimiser.weight_decay=0.08")
    network = QuakeViT(chosen.network)
    plain, muon = make_optimisers(network, chosen)
    held = {id(value) for group in muon.param_groups for value in group["params"]}
    names = {name for name, value in network.named_parameters() if id(value) in held}
    assert names == {
        name for name, value in network.named_parameters() if "blocks." in name and value.ndim == 2
    }
    others = [value for group in plain.param_groups for value in group["params"]]
    assert len(others) + len(names) == len(list(network.parameters()))
    set_rate([plain, muon], 1e-3)
    assert [group["lr"] for group in muon.param_groups] == [4e-3]
    assert {group["lr"] for group in plain.param_groups} == {1e-3}
    assert muon.param_groups[0]["weight_decay"] == pytest.approx(0.02)


def test_muon_refuses_scaled_half_precision():
    chosen = recipe("optimiser.name='muon'", "optimiser.precision='16-mixed'")
    with pytest.raises(InputError, match="needs precision 'bf16-mixed'"):
        make_optimisers(QuakeViT(chosen.network), chosen)


@pytest.mark.parametrize(("steps", "optimiser"), [(2, "adam"), (8, "adamw"), (9, "adamw"), (8, "muon")])
def test_a_stopped_run_resumes_to_the_same_weights(tmp_path, monkeypatch, steps, optimiser):
    change = f"optimiser.name='{optimiser}'"
    whole = weights(go(tmp_path / "whole", change))
    with monkeypatch.context() as patch:
        interrupt_after(patch, steps)
        folder = go(tmp_path / "part", change)
    assert load_network(folder)[2]["steps"] == steps
    train.run(None, str(folder), resume=True, device="cpu")
    assert same(weights(folder), whole)


def test_a_killed_run_resumes_from_its_checkpoint_to_the_same_weights_and_log(tmp_path, monkeypatch):
    whole = go(tmp_path / "whole")

    def die(self, tiles):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        real = train.Trainer._validate
        patch.setattr(train.Trainer, "_validate", lambda self, final=False: (real(self), die(self, None)))
        with pytest.raises(KeyboardInterrupt):
            go(tmp_path / "part")
    train.run(None, str(tmp_path / "part"), resume=True, device="cpu")
    assert same(weights(tmp_path / "part"), weights(whole))
    shown = [entry["shown"] for entry in TrainingRun.open(tmp_path / "part").entries("validation")]
    assert shown == [96, 160]


def test_a_truncated_checkpoint_is_replaced_by_the_one_before(tmp_path, caplog):
    folder = go(tmp_path / "run")
    whole = weights(folder)
    last = checkpoints(folder / "checkpoints")[-1]
    last.write_bytes(last.read_bytes()[:2000])
    caplog.set_level("INFO")
    train.run(None, str(folder), resume=True, device="cpu")
    assert f"{last.name} is truncated or damaged; using the one before." in caplog.text
    assert same(weights(folder), whole)


def test_a_run_without_a_readable_checkpoint_is_refused(tmp_path):
    folder = go(tmp_path / "run")
    for path in (folder / "checkpoints").glob("*.pt"):
        path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="No checkpoint of this run can be read"):
        train.run(None, str(folder), resume=True, device="cpu")
    with pytest.raises(InputError, match="has no checkpoint"):
        load_latest(tmp_path)


def test_a_truncated_weights_file_is_replaced_by_the_checkpoint(tmp_path):
    folder = go(tmp_path / "run")
    whole = weights(folder)
    (folder / "checkpoints" / "weights.safetensors").write_bytes(b"x")
    assert same(weights(folder), whole)


def test_weights_in_the_format_of_0_13_can_be_read(tmp_path):
    folder = go(tmp_path / "run")
    expected, places = weights(folder), folder / "checkpoints"
    state = checkpoint.load_checkpoint(places / "weights.safetensors")
    for path in places.iterdir():
        path.unlink()
    torch.save(state, places / "weights.pt")
    assert checkpoint.has_weights(folder)
    assert same(weights(folder), expected)


def test_only_the_last_checkpoints_are_kept(tmp_path):
    folder = go(tmp_path / "run", "validation.keep=2")
    assert len(checkpoints(folder / "checkpoints")) == 2
    assert not list(folder.rglob("*.part"))


def test_a_full_disk_leaves_the_old_checkpoints(tmp_path, monkeypatch):
    state = {"weights": {}, "recipe": {}}
    save_checkpoint(tmp_path, state, 1, 3)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.torch, "save", full)
    with pytest.raises(OutputError, match="free some disk space and continue with --resume"):
        save_checkpoint(tmp_path, state, 2, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000000000001.pt", "weights.safetensors"]


def test_a_run_starts_from_the_weights_of_another(tmp_path):
    first = go(tmp_path / "first")
    second = go(
        tmp_path / "second", "stage.0.lr=1e-9", "stage.1.lr=1e-9", "stage.1.lr_end=0", init=str(first)
    )
    for name, value in weights(first).items():
        if "layers" not in name:  # the stem's statistics move without a learning rate
            torch.testing.assert_close(weights(second)[name], value, rtol=0, atol=1e-4)


def test_an_existing_run_is_not_overwritten(tmp_path):
    go(tmp_path / "run")
    with pytest.raises(InputError, match="--resume"):
        go(tmp_path / "run")


def test_an_empty_folder_cannot_be_resumed(tmp_path):
    with pytest.raises(InputError, match="is no run folder"):
        train.run(None, str(tmp_path), resume=True, device="cpu")


def test_the_same_seed_trains_the_same_network_and_another_does_not(tmp_path):
    one = weights(go(tmp_path / "one"))
    assert same(weights(go(tmp_path / "two")), one)
    assert not same(weights(go(tmp_path / "three", "seed=1")), one)


def test_training_from_a_data_set_on_disk(tmp_path):
    changes = ["stage=[{size=48, samples=48, epochs=2, batch=16}]"]
    simulate(recipe(*changes), str(tmp_path / "set"), count=192, size=48, shard=64, workers=0, device="cpu")
    folder = train.run(
        read_recipe("smoke", [c for c in SMALL if not c.startswith("stage")] + changes),
        str(tmp_path / "run"),
        data=str(tmp_path / "set"),
        device="cpu",
    )
    assert load_network(folder)[2]["shown"] == 96
    assert not (folder / "validation").exists()


def test_the_learning_rate_warms_up_and_falls_along_a_cosine():
    stage = StageConfig(samples=1000, batch=10, lr=1.0, lr_end=0.1, warmup=200)
    assert 0 < learning_rate(stage, 0) < 0.1
    assert learning_rate(stage, 200) == 1.0
    assert math.isclose(learning_rate(stage, 600), 0.55)
    assert math.isclose(learning_rate(stage, 1000), 0.1)
    assert learning_rate(StageConfig(lr=1.0, decay="constant"), 500000) == 1.0


def test_the_average_follows_the_weights_and_the_statistics():
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), torch.nn.BatchNorm2d(1))
    average = MovingAverage(network, 0.5)
    with torch.no_grad():
        network[0].weight.add_(1.0)
        network[1].running_mean.add_(2.0)
    for step in range(200):
        average.update(network, step)
    torch.testing.assert_close(average.module[0].weight, network[0].weight)
    torch.testing.assert_close(average.module[1].running_mean, network[1].running_mean)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_reported():
    with pytest.raises(InputError, match="No usable GPU"):
        make_fabric("gpu", 1, "32-true")


def test_unknown_devices_and_precisions_are_refused():
    with pytest.raises(InputError, match="no device 'tpu'"):
        make_fabric("tpu", 1, "32-true")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="needs a GPU"):
            make_fabric("cpu", 1, "16-mixed")


@pytest.mark.parametrize("units", [False, True])
def test_automatic_precision_is_half_where_it_is_faster(monkeypatch, units):
    monkeypatch.setattr(optimiser, "has_matrix_units", lambda: units)
    assert optimiser.chosen_precision("auto", "cuda") == "bf16-mixed"
    assert optimiser.chosen_precision("32-true", "cuda") == "32-true"
    assert optimiser.chosen_precision("auto", "cpu") == ("bf16-mixed" if units else "32-true")
    with optimiser.mixed_precision(recipe("optimiser.precision='auto'"), "cpu"):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if units else torch.float32)


def test_without_a_compiler_training_continues_uncompiled(tmp_path, monkeypatch, caplog):
    def nothing():
        raise InvalidCxxCompiler

    monkeypatch.setattr(cpp_builder, "get_cpp_compiler", nothing)
    caplog.set_level("INFO")
    folder = go(tmp_path / "compiled", "optimiser.compile=true")
    assert "No C++ compiler" in caplog.text
    assert same(weights(folder), weights(go(tmp_path / "plain")))


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler")
def test_a_compiled_network_gives_the_same_output_and_its_copies_are_not_compiled():
    network = QuakeViT(recipe("network.depth=1").network).eval()
    tiles = torch.randn(2, 5, 48, 48, generator=torch.Generator().manual_seed(1))
    plain = network(tiles)
    assert optimiser.compile_in_place(network)
    copied = copy.deepcopy(network)
    assert copied._compiled_call_impl is None and network._compiled_call_impl is not None
    fused = network(tiles)
    for key, value in plain.items():
        torch.testing.assert_close(fused[key], value, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(copied(tiles)[key], value)
    fused["logits"].sum().backward()
    assert network.vit.head.weight.grad.any()


def test_a_file_that_is_not_a_checkpoint_is_refused(tmp_path):
    torch.save({"something": 1}, tmp_path / "a.pt")
    with pytest.raises(InputError, match="not a checkpoint of this training package"):
        load_network(tmp_path / "a.pt")
    with pytest.raises(InputError, match="There is no checkpoint"):
        load_network(tmp_path / "b.pt")


def test_a_diverged_loss_stops_the_run(tmp_path, monkeypatch):
    def broken(*_args):
        nothing = torch.tensor(float("nan"), requires_grad=True)
        return nothing * 1.0, {}

    monkeypatch.setattr(train, "total_loss", broken)
    monkeypatch.setattr(train, "LOG_EVERY", 1)
    with pytest.raises(InputError, match="no longer a number"):
        go(tmp_path / "run")


def test_the_environment_names_no_host():
    text = json.dumps(environment(recipe(), {}))
    assert os.uname().nodename not in text or len(os.uname().nodename) < 3
