"""Export from torch to the model file: content, checks and refusals."""

import json
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
onnx = pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime, one of the two backends to check, is not installed")

from quakefringe.engine.errors import ModelError, OutputError  # noqa: E402
from quakefringe.engine.network import ModelCard, load_model  # noqa: E402
from quakefringe.engine.network.card import THRESHOLDS  # noqa: E402
from quakefringe.engine.network.model_file import default_model_path  # noqa: E402
from quakefringe.tests.training.fake_network import small_network  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.model import export as module  # noqa: E402
from quakefringe.training.model.agreement import check_tiles, torch_outputs  # noqa: E402
from quakefringe.training.model.checkpoint import save_checkpoint  # noqa: E402
from quakefringe.training.model.export import export, run_export  # noqa: E402
from quakefringe.training.model.network import ExportNetwork, NetworkConfig, QuakeViT  # noqa: E402
from quakefringe.training.model.onnx_graph import (  # noqa: E402
    OUTPUTS,
    fold_batch_normalisation,
    round_weights,
)

PARTS = [
    "Intended use",
    "Out of scope",
    "Training data and its provenance",
    "Evaluation",
    "Limits by sensor, region and signal",
    "Calibration of the probability",
]
SMALL = {"depth": 2, "width": 48, "heads": 3, "stem_width": 4}


def network(**changes):
    return small_network(NetworkConfig(**{**SMALL, **changes}))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "small.onnx"
    return export(network(), path, ModelCard("9.9", recipe="smoke"))


def test_the_file_agrees_with_torch_on_both_backends(exported):
    assert set(exported.differences) == {"numpy", "onnxruntime"}
    for by_output in exported.differences.values():
        assert set(by_output) == {"logits", "attention", "mask", "heads"}
        assert max(by_output.values()) < 1e-4
    assert 0 < max(exported.rounding.values()) < 0.05


def test_the_files_output_is_that_of_the_exported_network(exported):
    built = network()
    fold_batch_normalisation(built)
    round_weights(built)
    tiles = check_tiles()
    expected = torch_outputs(ExportNetwork(built), tiles)
    out = load_model(exported.path, "numpy").run(tiles, heads=True)
    for name in OUTPUTS:
        np.testing.assert_allclose(getattr(out, name), expected[name], atol=1e-4)
    assert np.ptp(out.logits, axis=0).max() > 0.01  # the tiles differ, so must the answers
    np.testing.assert_allclose(out.attention.sum((1, 2, 3)), 1, rtol=1e-4)
    assert out.mask.min() >= 0
    assert out.mask.max() <= 1


@pytest.mark.parametrize("backend", ["numpy", "onnxruntime"])
def test_the_attention_of_each_head_is_computed_on_request_only(exported, backend):
    loaded = load_model(exported.path, backend)
    tiles = check_tiles()[:2]
    plain, asked = loaded.run(tiles), loaded.run(tiles, heads=True)
    assert loaded.has_heads
    assert plain.heads is None
    np.testing.assert_allclose(asked.heads.sum(axis=(2, 3)), 1, rtol=1e-4)
    np.testing.assert_allclose(asked.logits, plain.logits, atol=1e-5)
    assert loaded.run(tiles[:0], heads=True).heads.shape == (0, *asked.heads.shape[1:])


def test_without_the_heads_numpy_runs_fewer_operators(exported):
    backend = load_model(exported.path, "numpy")._engine
    backend.run(check_tiles()[:1], heads=True)
    without, with_heads = (len(backend._ready[heads][0].steps) for heads in (False, True))
    assert without < with_heads


def test_weights_are_in_half_precision_and_operators_are_plain(exported):
    model = onnx.load(exported.path)
    onnx.checker.check_model(model)
    assert model.opset_import[0].version == 17
    large = [value for value in model.graph.initializer if np.prod(value.dims) >= 256]
    assert {value.data_type for value in large} == {onnx.TensorProto.FLOAT16}
    assert exported.size < 2.2 * exported.parameters + 200_000
    assert "Softmax" in {node.op_type for node in model.graph.node}
    assert {node.domain for node in model.graph.node} == {""}
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param


def test_the_card_is_inside_the_file(exported):
    loaded = load_model(exported.path, "numpy")
    assert (loaded.card.version, loaded.card.recipe) == ("9.9", "smoke")
    assert loaded.hash == exported.hash


def test_exporting_does_not_change_the_network(tmp_path):
    built = network()
    before = {name: value.clone() for name, value in built.state_dict().items()}
    export(built, tmp_path / "m.onnx", ModelCard("1"))
    assert not built.explicit
    for name, value in built.state_dict().items():
        assert torch.equal(value, before[name]), name


@pytest.mark.parametrize("changes", [{"stem": "linear"}, {"stem_norm": "none", "attention_layers": 2}])
def test_other_networks_export_as_well(tmp_path, changes):
    report = export(network(**changes), tmp_path / "m.onnx", ModelCard("1"))
    assert max(max(values.values()) for values in report.differences.values()) < 1e-4


def test_folding_batch_normalisation_keeps_the_output():
    tiles = check_tiles()[:2]
    built = network()
    before = torch_outputs(ExportNetwork(built), tiles)
    fold_batch_normalisation(built)
    assert not [part for part in built.modules() if isinstance(part, torch.nn.BatchNorm2d)]
    after = torch_outputs(ExportNetwork(built), tiles)
    np.testing.assert_allclose(after["logits"], before["logits"], atol=1e-4)


def test_a_file_that_disagrees_with_torch_is_not_written(tmp_path, monkeypatch):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"the model before")
    monkeypatch.setattr(
        module, "torch_outputs", lambda *a: {k: v + 0.01 for k, v in torch_outputs(*a).items()}
    )
    with pytest.raises(ModelError, match=r"logits differs from torch's by 0\.01 on numpy"):
        export(network(), path, ModelCard("1"))
    assert path.read_bytes() == b"the model before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("value", [float("nan"), 1e6])
def test_weights_that_half_precision_cannot_hold_are_refused(tmp_path, value):
    built = network()
    with torch.no_grad():
        built.mask_head.weight[0, 0] = value
    with pytest.raises(ModelError, match=r"mask_head\.weight do not fit half precision"):
        export(built, tmp_path / "m.onnx", ModelCard("1"))
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(OutputError, match="could not be written"):
        export(network(), tmp_path / "none" / "m.onnx", ModelCard("1"))


def test_a_run_folder_is_exported_with_its_recipe_and_scores(tmp_path, caplog):
    recipe = read_recipe("smoke", [f"network.{key}={value}" for key, value in SMALL.items()])
    built = QuakeViT(recipe.network)
    folder = tmp_path / "run" / "checkpoints"
    folder.mkdir(parents=True)
    state = {
        "recipe": recipe.to_dict(),
        "weights": built.state_dict(),
        "progress": {"shown": 640, "steps": 10},
    }
    save_checkpoint(folder, state, 640, 2)
    (tmp_path / "run" / "scores.json").write_text(json.dumps({"accuracy": 0.5}))
    (tmp_path / "run" / "calibration.json").write_text(
        json.dumps({"calibration": {"temperature": 1.5}, "thresholds": {"present": 0.8}})
    )
    out = tmp_path / "models"
    out.mkdir()
    with caplog.at_level("INFO"):
        report = run_export(tmp_path / "run", out, version="0.3.0")
    assert report.path == out / "quakefringe-0.3.0.onnx"
    card = load_model(report.path, "numpy").card
    assert (card.version, card.recipe, card.scores) == ("0.3.0", recipe.name, {"accuracy": 0.5})
    assert card.trained == {"samples": 640, "steps": 10}
    assert card.calibration["temperature"] == 1.5
    assert card.thresholds == {**THRESHOLDS, "present": 0.8}
    page = (out / "quakefringe-0.3.0.md").read_text(encoding="utf-8")
    for text in ("QuakeFringe model 0.3.0", report.hash, "| accuracy | 0.5 |", "| present | 0.8 |"):
        assert text in page
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert headings == PARTS
    assert "largest difference from torch on numpy" in caplog.text


def test_the_card_of_the_released_model_describes_its_file():
    model = default_model_path()
    loaded = load_model(model, "numpy")
    page = model.with_suffix(".md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == PARTS
    assert f"`{loaded.hash}`" in page
    calibration = loaded.card.calibration
    for name, value in {
        **loaded.card.thresholds,
        **calibration["deformation"],
        **calibration["kind"],
    }.items():
        assert f"| {name.replace('_', ' ')} | {value:.5g} |" in page
