"""The source network: its simulation, its loss, training, export and both backends."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from quakefringe.engine.deformation.okada import bury, okada
from quakefringe.engine.errors import InputError, ModelError
from quakefringe.engine.source_network.mixture import decode
from quakefringe.engine.source_network.model import load_source_model
from quakefringe.engine.source_network.tile import from_targets
from quakefringe.training.__main__ import main
from quakefringe.training.source import tiles as simulation
from quakefringe.training.source.density import log_density
from quakefringe.training.source.export import run_export
from quakefringe.training.source.fit import read_checkpoint
from quakefringe.training.source.measures import tensor_angle
from quakefringe.training.source.network import SourceNetwork
from quakefringe.training.source.recipe import SourceNetworkConfig, SourceTilesConfig, read_source_recipe

SMALL = ["fit.batch=8", "fit.held_out=16", "network.depth=1", "network.width=24", "network.stem=4"]
SMALL += ["tiles.along=3", "tiles.down=2", "network.hidden=32", "network.components=3"]


def batch(count=16, **changes):
    config = SourceTilesConfig(along=3, down=2, **changes)
    return simulation.draw_batch(torch.Generator().manual_seed(5), count, config)


def motion_of(fault, look, width_km):
    """Relative line-of-sight motion of a uniform fault on the pixels of a tile."""
    axis = ((np.arange(96) + 0.5) / 96 - 0.5) * width_km
    x, y = np.meshgrid(axis, -axis)
    slip = 10 ** (1.5 * fault["mw"] + 9.1) / (30e9 * 1e6 * fault["length"] * fault["width"])
    rake = np.radians(fault["rake"])
    moved = okada(
        x - fault["east"],
        y - fault["north"],
        depth=float(bury(fault["depth"], fault["dip"], fault["width"])),
        **{name: float(fault[name]) for name in ("strike", "dip", "length", "width")},
        strike_slip=float(slip * np.cos(rake)),
        dip_slip=float(slip * np.sin(rake)),
    )
    return sum(part * direction for part, direction in zip(moved, look))


def test_the_targets_of_a_tile_reproduce_its_motion_mirrored_or_not(monkeypatch):
    monkeypatch.setattr(simulation, "disturbed", lambda generator, motion, *_: motion)
    monkeypatch.setattr(simulation, "masked", lambda generator, motion, *_: motion)
    drawn = batch(rough=0.0)
    for index in range(16):
        motion_m, width_km = float(drawn.motion_m[index]), float(drawn.width_km[index])
        fault = from_targets(drawn.targets[index].double().numpy(), motion_m, width_km)
        look = drawn.geometry[index, :3].double().numpy()
        model = motion_of(fault, look, width_km)
        data = np.sinh(drawn.tiles[index, 1].numpy() * 2) / 4
        residual = data - (model - model.mean()) / motion_m
        assert (residual**2).sum() < 0.03 * (data**2).sum()


def test_tiles_have_data_where_they_say_and_zeros_elsewhere():
    drawn = batch()
    gone = drawn.tiles[:, 2] == 0
    assert gone.any() and (drawn.tiles[:, 2] == 1).any()
    assert float(drawn.tiles[:, 0][gone].abs().max()) == 0
    assert bool(torch.isfinite(drawn.tiles).all()) and bool(torch.isfinite(drawn.targets).all())


def test_the_loss_is_the_density_that_the_engine_draws_from():
    network = SourceNetwork(SourceNetworkConfig(stem=4, width=24, depth=1, hidden=32, components=3)).eval()
    drawn = batch(8)
    with torch.no_grad():
        numbers = network(drawn.tiles, drawn.geometry)
    ours = log_density(numbers, drawn.targets).numpy()
    theirs = [
        decode(answer.numpy()).log_density(target[None].double().numpy())[0]
        for answer, target in zip(numbers, drawn.targets)
    ]
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_both_nodal_planes_are_one_mechanism():
    planes = torch.zeros(2, 9)
    planes[0, 6:] = torch.tensor([247.0, 30.0, 78.0]) * math.pi / 180
    planes[1, 6:] = torch.tensor([80.8, 60.7, 96.9]) * math.pi / 180
    assert float(torch.rad2deg(tensor_angle(planes[:1], planes[1:]))) < 1


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "source"
    changes = [part for change in SMALL for part in ("--set", change)]
    assert main(["source-train", "--out", str(folder), "--minutes", "0.03", "--device", "cpu", *changes]) == 0
    return folder


def test_a_training_ends_in_time_with_a_checkpoint_and_a_history(run):
    progress = read_checkpoint(run)["progress"]
    last = json.loads((run / "history.jsonl").read_text().splitlines()[-1])
    assert progress["steps"] >= 1 and progress["seconds"] < 60
    assert last["tiles"] == 8 * progress["steps"] and math.isfinite(last["nll"])


def test_a_run_is_not_overwritten_but_resumed(run, capsys):
    assert main(["source-train", "--out", str(run), "--minutes", "0.03", "--device", "cpu"]) == 2
    assert "--resume" in capsys.readouterr().err
    before = read_checkpoint(run)["progress"]
    command = ["source-train", "--out", str(run), "--minutes", "0.1", "--device", "cpu", "--resume"]
    assert main(command) == 0
    after = read_checkpoint(run)["progress"]
    assert after["steps"] > before["steps"] and after["seconds"] > before["seconds"]


def test_the_exported_file_answers_alike_on_both_backends(run, tmp_path):
    report = run_export(run, tmp_path, version="9.9", widened=1.2)
    assert report.path.name == "quakefringe-source-9.9.onnx"
    assert "widened" not in report.path.with_suffix(".md").read_text()
    drawn = batch(3)
    answers = []
    for backend in ("numpy", "onnxruntime"):
        model = load_source_model(report.path, backend)
        assert model.backend == backend and model.card.widened == 1.2
        answers.append(model.numbers(drawn.tiles.numpy(), drawn.geometry.numpy()))
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-4)


def test_a_damaged_file_is_refused_with_one_sentence(run, tmp_path):
    path = run_export(run, tmp_path / "network.onnx").path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="damaged"):
        load_source_model(path, "numpy")


def test_a_recipe_with_an_unknown_key_is_refused():
    with pytest.raises(InputError, match="tiles"):
        read_source_recipe("source", ["tiles.magnitudes=3"])
