"""The mean of two networks: what it says at either end, and who cannot be mixed."""

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
from quakefringe.training.fit.weight_average import run as mix  # noqa: E402
from quakefringe.training.model.checkpoint import load_network, whole  # noqa: E402
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
    """A run, and one that went on from it."""
    folder = tmp_path_factory.mktemp("mix")
    first = _trained(folder / "first", 1)
    return first, _trained(folder / "second", 2, init=str(first))


@pytest.fixture
def tiles():
    return torch.randn((4, 5, 224, 224), generator=torch.Generator().manual_seed(3))


def _says(source, tiles):
    with torch.no_grad():
        return load_network(source)[0](tiles)["logits"]


def test_at_either_end_the_mean_says_what_the_network_there_says(runs, tiles, tmp_path):
    apart = (_says(runs[0], tiles) - _says(runs[1], tiles)).abs().max()
    for part, source in ((0.0, runs[0]), (1.0, runs[1])):
        mixed = mix(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / str(part)), part=part)
        # model files hold half precision
        assert (_says(mixed, tiles) - _says(source, tiles)).abs().max() < 0.1 * apart


def test_the_mean_lies_between_and_counts_the_tiles_of_the_descendant(runs, tmp_path):
    mixed = mix(init=str(runs[1]), other=str(runs[0]), folder=str(tmp_path / "half"))
    one, other, both = (load_network(source)[0].vit.head.weight for source in (*runs, mixed))
    torch.testing.assert_close(both, (one + other) / 2, rtol=0, atol=1e-3)
    assert not torch.allclose(both, one, atol=1e-5)
    assert whole(load_network(mixed)[2])["shown"] == 64
    mixed = mix(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "turned"))
    assert whole(load_network(mixed)[2])["shown"] == 64


def test_the_mean_of_two_that_went_on_from_one_counts_the_tiles_of_both(runs, tmp_path):
    third = _trained(tmp_path / "third", 3, init=str(runs[0]), samples=48)
    mixed = mix(init=str(runs[1]), other=str(third), folder=str(tmp_path / "both"))
    assert whole(load_network(mixed)[2]) == {"shown": 32 + 32 + 48, "simulated": 112, "steps": 7}


def _crossvalidation(folder, runs, groups):
    """A cross-validation of which each fold, and the whole, is one of the runs."""
    names = {"fold-00": runs[0], "fold-01": runs[1], "all": runs[0]}
    for name, run in names.items():
        shutil.copytree(run, folder / name)
    entries = [{"model": name, "groups": held} for name, held in zip(names, groups)]
    (folder / "folds.json").write_text(json.dumps(entries))
    return folder / "folds.json"


def test_of_two_crossvalidations_those_are_mixed_that_have_not_seen_the_same(runs, tiles, tmp_path):
    one = _crossvalidation(tmp_path / "one", runs, [["A", "B"], ["C"]])
    other = _crossvalidation(tmp_path / "other", runs, [["C"], ["B", "A"]])
    mixed = mix(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))
    folds = {frozenset(entry["groups"]): entry["model"] for entry in json.loads(mixed.read_text())}
    half = mix(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "half"))
    for groups in ("AB", "C"):
        assert torch.equal(_says(mixed.parent / folds[frozenset(groups)], tiles), _says(half, tiles))
    assert (_says(mixed.parent / "all", tiles) - _says(runs[0], tiles)).abs().max() < 0.05
    assert not torch.equal(_says(half, tiles), _says(mixed.parent / "all", tiles))


def test_crossvalidations_of_other_groups_are_not_mixed(runs, tmp_path):
    one = _crossvalidation(tmp_path / "one", runs, [["A"], ["B"]])
    other = _crossvalidation(tmp_path / "other", runs, [["A"], ["C"]])
    with pytest.raises(InputError, match="hold out other groups"):
        mix(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))
    for text, said in (("[1]", "no list of folds"), ("[]", "holds no fold")):
        other.write_text(text)
        with pytest.raises(InputError, match=said):
            mix(init=str(one), other=str(other), folder=str(tmp_path / "mixed"))


def test_training_goes_on_from_a_mean_where_it_stands(runs, tmp_path):
    """Its normalisation has no statistics: those of the tiles would turn it into another network."""
    mixed = mix(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "half"))
    later = _trained(tmp_path / "later", 3, init=str(mixed), lr=1e-9, samples=320)
    config = SimulationConfig.from_dict(read_recipe("smoke", []).simulation)
    tiles = Simulator(config, seed=5).batch(16, 48)["input"]
    before, after = (_says(source, tiles) for source in (mixed, later))
    assert (after - before).abs().mean() < 0.7 * before.std(dim=0).mean()


def test_a_model_file_can_be_mixed_with_a_run(runs, tiles, tmp_path):
    model = tmp_path / "second.onnx"
    run_export(runs[1], model)
    ways = [
        mix(init=str(runs[0]), other=str(other), folder=str(tmp_path / name), part=0.3)
        for name, other in (("run", runs[1]), ("file", model))
    ]
    assert torch.equal(*(_says(way, tiles) for way in ways))


def test_what_cannot_be_mixed_is_refused(runs, tmp_path, capsys):
    deeper = _trained(tmp_path / "deeper", 3, depth=3)
    with pytest.raises(InputError, match="differ in their shape"):
        mix(init=str(runs[0]), other=str(deeper), folder=str(tmp_path / "a"))
    with pytest.raises(InputError, match="between 0 and 1"):
        mix(init=str(runs[0]), other=str(runs[1]), folder=str(tmp_path / "b"), part=1.5)
    arguments = ["mix", "--init", str(runs[0]), "--other", str(runs[1]), "--run", str(runs[0])]
    assert main(arguments) == 2
    assert "exists" in capsys.readouterr().err
