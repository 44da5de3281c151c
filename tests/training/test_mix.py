"""Sums of the weights of networks: means, transferred tunings, and networks that do not fit."""

import json
import shutil

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.tests.training.real_catalogue import TINY  # noqa: E402
from quakefringe.training.__main__ import main  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.config.simulation import SimulationConfig  # noqa: E402
from quakefringe.training.fit.train import run as train  # noqa: E402
from quakefringe.training.fit.transfer_tuning import run as transfer  # noqa: E402
from quakefringe.training.fit.weight_average import run as average  # noqa: E402
from quakefringe.training.model.checkpoint import load_network, total_progress  # noqa: E402
from quakefringe.training.model.export import run_export  # noqa: E402
from quakefringe.training.simulation.scenes import Simulator  # noqa: E402


def _trained(folder, seed, depth=2, init="", lr=1e-3, samples=32):
    stage = f"stage=[{{size=48, samples={samples}, batch=16, lr={lr}, lr_end=0}}]"
    small = "validation.set=[{name='mixed', count=16}]"
    changes = [*TINY, f"network.depth={depth}", "network.stem='conv'", "network.stem_norm='batch'"]
    recipe = read_recipe("smoke", [*changes, stage, small, f"seed={seed}"])
    return train(recipe, str(folder), device="cpu", init=init)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run, and one that continued from it."""
    folder = tmp_path_factory.mktemp("mix")
    first = _trained(folder / "first", 1)
    return first, _trained(folder / "second", 2, init=str(first))


@pytest.fixture
def tiles():
    return torch.randn((4, 5, 224, 224), generator=torch.Generator().manual_seed(3))


def _logits(source, tiles):
    with torch.no_grad():
        return load_network(source)[0](tiles)["logits"]


def test_at_either_end_the_mean_is_one_of_the_networks(runs, tiles, tmp_path):
    difference = (_logits(runs[0], tiles) - _logits(runs[1], tiles)).abs().max()
    for part, source in ((0.0, runs[0]), (1.0, runs[1])):
        mixed = average(
            init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / str(part)), interpolation=part
        )
        # model files hold half precision
        assert (_logits(mixed, tiles) - _logits(source, tiles)).abs().max() < 0.1 * difference


def test_the_mean_lies_between_both_and_counts_the_tiles_of_the_descendant(runs, tmp_path):
    mixed = average(init=str(runs[1]), other=str(runs[0]), folder=str(tmp_path / "half"))
    one, other, both = (load_network(source)[0].vit.head.weight for source in (*runs, mixed))
    torch.testing.assert_close(both, (one + other) / 2, rtol=0, atol=1e-3)
    assert not torch.allclose(both, one, atol=1e-5)
    assert total_progress(load_network(mixed)[2])["shown"] == 64
    mixed = average(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "turned"))
    assert total_progress(load_network(mixed)[2])["shown"] == 64


def test_the_mean_of_two_descendants_counts_the_tiles_of_both(runs, tmp_path):
    third = _trained(tmp_path / "third", 3, init=str(runs[0]), samples=48)
    mixed = average(init=str(runs[1]), other=str(third), folder=str(tmp_path / "both"))
    assert total_progress(load_network(mixed)[2]) == {"shown": 32 + 32 + 48, "simulated": 112, "steps": 7}


def _crossvalidation(folder, runs, groups):
    """A cross-validation whose folds, and whose run on everything, are the given runs."""
    names = {"fold-00": runs[0], "fold-01": runs[1], "all": runs[0]}
    for name, run in names.items():
        shutil.copytree(run, folder / name)
    entries = [{"model": name, "groups": held} for name, held in zip(names, groups)]
    (folder / "folds.json").write_text(json.dumps(entries))
    return folder / "folds.json"


def test_two_crossvalidations_are_averaged_by_their_held_out_groups(runs, tiles, tmp_path):
    one = _crossvalidation(tmp_path / "one", runs, [["A", "B"], ["C"]])
    other = _crossvalidation(tmp_path / "other", runs, [["C"], ["B", "A"]])
    mixed = average(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))
    folds = {frozenset(entry["groups"]): entry["model"] for entry in json.loads(mixed.read_text())}
    half = average(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "half"))
    for groups in ("AB", "C"):
        assert torch.equal(_logits(mixed.parent / folds[frozenset(groups)], tiles), _logits(half, tiles))
    assert (_logits(mixed.parent / "all", tiles) - _logits(runs[0], tiles)).abs().max() < 0.05
    assert not torch.equal(_logits(half, tiles), _logits(mixed.parent / "all", tiles))


def test_crossvalidations_of_different_groups_are_not_averaged(runs, tmp_path):
    one = _crossvalidation(tmp_path / "one", runs, [["A"], ["B"]])
    other = _crossvalidation(tmp_path / "other", runs, [["A"], ["C"]])
    with pytest.raises(InputError, match="hold out different groups"):
        average(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))
    for text, message in (("[1]", "not a list of folds"), ("[]", "has no folds")):
        other.write_text(text)
        with pytest.raises(InputError, match=message):
            average(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))


def test_training_continues_from_a_mean(runs, tmp_path):
    """A mean has no normalisation statistics; those of the tiles must not change its output."""
    mixed = average(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "half"))
    later = _trained(tmp_path / "later", 3, init=str(mixed), lr=1e-9, samples=320)
    config = SimulationConfig.from_dict(read_recipe("smoke", []).simulation)
    tiles = Simulator(config, seed=5).batch(16, 48)["input"]
    before, after = (_logits(source, tiles) for source in (mixed, later))
    assert (after - before).abs().mean() < 0.7 * before.std(dim=0).mean()


def test_a_model_file_can_be_averaged_with_a_run(runs, tiles, tmp_path):
    model = tmp_path / "second.onnx"
    run_export(runs[1], model)
    ways = [
        average(init=str(runs[0]), other=str(other), folder=str(tmp_path / name), interpolation=0.3)
        for name, other in (("run", runs[1]), ("file", model))
    ]
    assert torch.equal(*(_logits(way, tiles) for way in ways))


def test_networks_that_cannot_be_averaged_are_refused(runs, tmp_path, capsys):
    deeper = _trained(tmp_path / "deeper", 3, depth=3)
    with pytest.raises(InputError, match="different shapes"):
        average(init=str(runs[0]), other=str(deeper), folder=str(tmp_path / "a"))
    with pytest.raises(InputError, match="between 0 and 1"):
        average(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "b"), interpolation=1.5)
    arguments = ["weight-average", "--init", str(runs[0]), "--other", str(runs[1]), "--run", str(runs[0])]
    assert main(arguments) == 2
    assert "exists" in capsys.readouterr().err


def test_a_tuning_moves_another_network_by_the_same_step(runs, tmp_path):
    """Added to the network that it started from, the step gives the tuned network back."""
    back = transfer(
        init=str(runs[0]), tuned=str(runs[1]), untuned=str(runs[0]), folder=str(tmp_path / "back")
    )
    other = _trained(tmp_path / "other", 4)
    moved = transfer(
        init=str(other), tuned=str(runs[1]), untuned=str(runs[0]), folder=str(tmp_path / "moved")
    )
    first, second, third, back, moved = (
        load_network(source)[0].state_dict()["vit.head.weight"] for source in (*runs, other, back, moved)
    )
    assert torch.allclose(back, second, atol=1e-4)  # the start is rounded to half precision
    assert torch.allclose(moved - third, second - first, atol=1e-4)
    assert (second - first).abs().max() > 1e-3


def test_a_tuning_of_another_shape_cannot_be_transferred(runs, tmp_path):
    wider = _trained(tmp_path / "wider", 3, depth=3)
    with pytest.raises(InputError, match="different shapes"):
        transfer(init=str(wider), tuned=str(runs[1]), untuned=str(runs[0]), folder=str(tmp_path / "a"))
    with pytest.raises(InputError, match="different shapes"):
        transfer(init=str(runs[0]), tuned=str(wider), untuned=str(runs[0]), folder=str(tmp_path / "b"))
    assert not (tmp_path / "a").exists() and not (tmp_path / "b").exists()
