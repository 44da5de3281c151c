"""Leave-one-event-out cross-validation on frozen features: what is held out, and what is trained."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("osgeo.gdal")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.tests.training.real_catalogue import TINY, write_catalogue  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.fit import crossvalidate  # noqa: E402
from quakefringe.training.fit.crossvalidate import fold_groups  # noqa: E402
from quakefringe.training.fit.finetune import prepare  # noqa: E402
from quakefringe.training.fit.frozen_features import FrozenFeatures, compute_features, open_features  # noqa: E402
from quakefringe.training.fit.last_blocks import train_last_blocks  # noqa: E402
from quakefringe.training.fit.train import run as train  # noqa: E402
from quakefringe.training.model.checkpoint import WEIGHTS, load_network, total_progress  # noqa: E402
from quakefringe.training.model.network import QuakeViT  # noqa: E402
from quakefringe.training.real.catalogue import read_catalogue, read_folds  # noqa: E402

SHORT = (
    "stage=[{size=48, samples=96, batch=16, epochs=2, lr=1e-3}]",
    "validation.set=[{name='simulated', count=16, simulation={real_share=0.0}}]",
    "data.workers=0",
    "last_blocks.blocks=1",
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return write_catalogue(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A run of a network of two blocks, trained on 32 simulated tiles."""
    folder = tmp_path_factory.mktemp("base") / "run"
    stage = "stage=[{size=48, samples=32, batch=16, lr=1e-3}]"
    small = "validation.set=[{name='mixed', count=16}]"
    recipe = read_recipe("smoke", [*TINY, "network.depth=2", stage, small])
    train(recipe, str(folder), device="cpu")
    return folder


@pytest.fixture(scope="module")
def features(catalogue, base, tmp_path_factory):
    network, trained, _ = load_network(base)
    recipe = prepare(read_recipe("crossvalidate", SHORT), trained, str(catalogue))
    folder = tmp_path_factory.mktemp("features")
    return network, recipe, folder, compute_features(network, recipe, folder, device="cpu")


def test_a_network_run_in_two_halves_gives_the_same_output():
    torch.manual_seed(0)
    network = QuakeViT(read_recipe("smoke", [*TINY, "network.depth=2"]).network).eval()
    tiles = torch.randn(3, 5, 64, 48)
    whole, halves = network(tiles), network.finish(network.begin(tiles, 1), 1)
    for name, value in whole.items():
        assert torch.allclose(value, halves[name], atol=1e-6), name


def test_every_group_is_held_out_once_and_every_fold_holds_out_one_earthquake(catalogue):
    scenes = read_catalogue(catalogue)
    folds = fold_groups(scenes)
    names = [name for groups in folds.values() for name in groups]
    assert sorted(names) == sorted({scene.group for scene in scenes})
    quakes = {"First 2001", "Second 2002"}
    assert [len(quakes & set(groups)) for groups in folds.values()] == [1, 1]
    with pytest.raises(InputError, match="3 folds"):
        fold_groups(scenes, 3)


def test_tiles_of_a_held_out_event_are_not_used(features):
    _, _, _, tiles = features
    own = [index for index, groups in enumerate(tiles.groups) if "First 2001" in groups]
    assert own, "no tile contains the event"
    rest = tiles.without({"First 2001"})
    assert not set(own) & set(rest.tolist())
    assert set(rest.tolist()) < set(tiles.without(set()).tolist())


def test_a_quiet_crop_belongs_to_its_volcano():
    truth = {"weight": np.ones(3), "mask_weight": np.ones(3)}
    tiles = FrozenFeatures(np.zeros((3, 1, 1)), truth, [{"agung"}, set(), {"agung", "First 2001"}])
    assert tiles.without({"agung"}).tolist() == [1]


def test_features_are_reused_for_the_same_network_and_recipe(features):
    network, recipe, folder, tiles = features
    before = (folder / "features.npy").stat().st_mtime_ns
    again = compute_features(network, recipe, folder, device="cpu")
    assert (folder / "features.npy").stat().st_mtime_ns == before
    assert np.array_equal(again.features, tiles.features)
    longer = prepare(
        read_recipe("crossvalidate", [SHORT[0].replace("lr=1e-3", "lr=1e-4"), *SHORT[1:]]),
        read_recipe("smoke"),
        recipe.simulation["real"],
    )
    compute_features(network, longer, folder, device="cpu")
    assert (folder / "features.npy").stat().st_mtime_ns == before, "learning rates do not change the tiles"
    with pytest.raises(InputError, match="no block frozen"):
        compute_features(
            network, read_recipe("crossvalidate", [*SHORT, "last_blocks.blocks=2"]), folder, device="cpu"
        )


def test_only_the_last_blocks_and_the_heads_are_trained(features):
    network, recipe, _, tiles = features
    tuned, counts = train_last_blocks(network, tiles, recipe, {"First 2001"})
    assert counts["tiles"] == len(tiles.without({"First 2001"}))
    changed = {
        name.split(".")[0] if not name.startswith("vit.") else ".".join(name.split(".")[:3])
        for (name, one), other in zip(network.state_dict().items(), tuned.state_dict().values())
        if not torch.equal(one, other)
    }
    assert "vit.blocks.1" in changed
    assert {"vit.head.weight", "mask_head"} <= changed
    assert not any(
        name.startswith(("vit.patch_embed", "vit.blocks.0", "vit.pos", "vit.cls")) for name in changed
    )


def test_the_weights_are_interpolated_towards_those_before(features):
    network, recipe, _, tiles = features

    def with_part(keep):
        one = dataclasses.replace(
            recipe, last_blocks=dataclasses.replace(recipe.last_blocks, interpolation=keep)
        )
        return dict(train_last_blocks(network, tiles, one, set())[0].named_parameters())

    before, tuned, mixed = dict(network.named_parameters()), with_part(0.0), with_part(0.25)
    assert not torch.equal(tuned["vit.head.weight"], before["vit.head.weight"])
    for name, value in mixed.items():
        assert torch.allclose(value, 0.75 * tuned[name] + 0.25 * before[name], atol=1e-6), name
    for name, value in with_part(1.0).items():
        assert torch.allclose(value, before[name], atol=1e-6), name


def test_every_fold_and_the_whole_are_written_and_an_interrupted_call_is_completed(catalogue, base, tmp_path):
    settings = {"init": str(base), "data": str(catalogue), "folder": str(tmp_path / "cv")}
    path = crossvalidate.run(**settings, changes=SHORT, device="cpu")
    folds = read_folds(path, read_catalogue(catalogue))
    assert [len(fold.groups) for fold in folds] == [
        len(groups) for groups in fold_groups(read_catalogue(catalogue)).values()
    ]
    networks = [load_network(fold.model)[0] for fold in folds] + [load_network(tmp_path / "cv" / "all")[0]]
    weights = [network.vit.head.weight for network in networks]
    assert not torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    progress = load_network(tmp_path / "cv" / "all")[2]
    assert progress["before"]["shown"] == 32
    assert total_progress(progress)["shown"] == 32 + progress["shown"]
    scores = json.loads((tmp_path / "cv" / "all" / "scores.json").read_text())["simulated"]
    assert {"simulated, before", "simulated, after"} <= set(scores)
    kept = tmp_path / "cv" / "fold-00" / "checkpoints" / WEIGHTS
    before = kept.stat().st_mtime_ns
    (tmp_path / "cv" / "fold-01" / "checkpoints" / WEIGHTS).unlink()
    crossvalidate.run(**settings, changes=SHORT, device="cpu")
    assert kept.stat().st_mtime_ns == before
    assert (tmp_path / "cv" / "fold-01" / "checkpoints" / WEIGHTS).is_file()


def test_tuning_in_parallel_gives_the_networks_of_tuning_in_turn(catalogue, base, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    settings = {"init": str(base), "data": str(catalogue), "changes": SHORT, "device": "cpu"}
    both = [
        crossvalidate.run(**settings, folder=str(tmp_path / str(jobs)), jobs=jobs).parent for jobs in (1, 2)
    ]
    for name in ("fold-00", "fold-01", "all"):
        one, other = (load_network(folder / name)[0].state_dict() for folder in both)
        for key, value in one.items():
            assert torch.allclose(value, other[key], atol=1e-5), (name, key)
    assert (both[1] / "all" / "scores.json").is_file()
    with pytest.raises(InputError, match="1 or more"):
        crossvalidate.run(**settings, folder=str(tmp_path / "none"), jobs=0)


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="the system does not list processes in /proc"
)
def test_processes_end_with_their_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "from quakefringe.training.fit.crossvalidate import end_with_parent\n"
        "if __name__ == '__main__':\n"
        "    with ProcessPoolExecutor(1, get_context('spawn'), initializer=end_with_parent) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        pool.submit(time.sleep, 120).result()\n"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    worker = int(parent.stdout.readline())
    assert _runs(worker)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 30
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(process):
    """Whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_incomplete_features_are_not_opened(features, tmp_path):
    _, _, folder, tiles = features
    assert len(open_features(folder).groups) == len(tiles.groups)
    with pytest.raises(InputError, match="compute them again"):
        open_features(tmp_path)


def test_less_than_one_batch_of_tiles_is_refused(features):
    network, recipe, _, tiles = features
    every = set().union(*tiles.groups)
    little = FrozenFeatures(tiles.features[:8], {k: v[:8] for k, v in tiles.truth.items()}, tiles.groups[:8])
    with pytest.raises(InputError, match="less than one batch"):
        train_last_blocks(network, little, recipe, every)
