"""A model file is converted back to a network, exact to half precision."""

import dataclasses

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime, one of the exporter's two checks, is not installed")

from quakefringe.engine.errors import ModelError  # noqa: E402
from quakefringe.engine.network import ModelCard  # noqa: E402
from quakefringe.tests.training.fake_network import small_network  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.model import from_onnx as model_weights  # noqa: E402
from quakefringe.training.model.agreement import check_tiles, torch_outputs  # noqa: E402
from quakefringe.training.model.checkpoint import load_network  # noqa: E402
from quakefringe.training.model.export import export  # noqa: E402
from quakefringe.training.model.from_onnx import renew_normalisation  # noqa: E402
from quakefringe.training.model.network import ExportNetwork  # noqa: E402

SMALL = ("network.depth=2", "network.width=48", "network.heads=3", "network.stem_width=4")


@pytest.fixture(params=["conv", "conv with units", "linear"])
def model(request, tmp_path, monkeypatch):
    """A model file of a small recipe, in part with added stem units, and its network."""
    stem, _, units = request.param.partition(" with ")
    recipe = read_recipe("smoke", [*SMALL, f"network.stem={stem}"])
    monkeypatch.setattr(model_weights, "read_recipe", lambda name: recipe)
    network = small_network(dataclasses.replace(recipe.network, stem_units=2 if units else 0))
    card = ModelCard("9.9", recipe="smoke", trained={"samples": 640, "simulated": 320, "steps": 10})
    export(network, tmp_path / "small.onnx", card)
    return tmp_path / "small.onnx", network


def test_the_network_of_a_model_file_gives_the_files_output(model):
    path, original = model
    network, recipe, progress = load_network(path)
    tiles = check_tiles()
    expected = torch_outputs(ExportNetwork(original), tiles)
    for name, value in torch_outputs(ExportNetwork(network), tiles).items():
        assert abs(value - expected[name]).max() < 0.05, name
    assert recipe.name == "smoke" and recipe.network == original.config
    assert progress == {"shown": 640, "simulated": 320, "steps": 10}


def test_new_statistics_keep_the_output_in_evaluation_and_in_training(model):
    path, _ = model
    network, _, _ = load_network(path)
    tiles = torch.from_numpy(check_tiles())
    with torch.no_grad():
        before = network.eval()(tiles)["logits"]
        renew_normalisation(network, tiles)
        after, training = network.eval()(tiles)["logits"], network.train()(tiles)["logits"]
    assert torch.allclose(before, after, atol=1e-4)
    assert torch.allclose(after, training, atol=5e-3)


def test_a_file_of_another_architecture_is_refused(model, monkeypatch):
    path, _ = model
    other = read_recipe("smoke", [*SMALL[1:], "network.depth=3"])
    monkeypatch.setattr(model_weights, "read_recipe", lambda name: other)
    with pytest.raises(ModelError, match="another network"):
        load_network(path)
