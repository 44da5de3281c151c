"""A model in one command: two trainings, their mean, the tuning, and what an interruption leaves to do."""

import contextlib
import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("osgeo.gdal")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.tests.training.real_catalogue import TINY, write_catalogue  # noqa: E402
from quakefringe.training.__main__ import main  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.fit import make_model, train  # noqa: E402
from quakefringe.training.fit.crossvalidate import FOLDS  # noqa: E402
from quakefringe.training.model.checkpoint import load_network  # noqa: E402

STAGE = "stage=[{size=48, samples=32, batch=16, lr=1e-3}]"
SHORT = [*TINY, "network.depth=2", STAGE, "validation.set=[{name='mixed', count=16}]"]
TUNING = [
    "stage=[{size=48, samples=96, batch=8, epochs=1, lr=1e-3}]",
    "validation.set=[{name='simulated', count=16, simulation={real_share=0.0}}]",
    "data.workers=0",
    "last_blocks.blocks=1",
]


class Done:
    """A command that has run in this process; it stands in for the process that would run it."""

    def __init__(self, status):
        self.status = status

    def wait(self):
        return self.status


@pytest.fixture
def started(monkeypatch):
    """Names of the steps that were started; each runs in this process, which saves the start of Python."""
    names = []

    def start(target, name, command):
        names.append(name)
        target.mkdir(parents=True, exist_ok=True)
        with (target / f"{name}.log").open("a") as log, contextlib.redirect_stderr(log):
            return Done(main(command))

    monkeypatch.setattr(make_model, "_start", start)
    return names


def test_two_networks_are_trained_averaged_and_tuned_and_nothing_is_done_twice(tmp_path, started):
    data = write_catalogue(tmp_path)
    settings = {
        "folder": str(tmp_path / "model"),
        "data": str(data),
        "recipe": "smoke",
        "changes": SHORT,
        "tuning_changes": TUNING,
        "folds": 2,
        "device": "cpu",
    }
    finished = make_model.run(**settings)
    assert started == ["a", "b", "average", "tuning"]
    first, second, mean = (load_network(tmp_path / "model" / name)[0] for name in ("a", "b", "base"))
    weights = [net.vit.head.weight for net in (first, second, mean)]
    assert not torch.equal(weights[0], weights[1])
    # the mean is rounded to half precision, as the model file is
    assert torch.allclose(weights[2], (weights[0] + weights[1]) / 2, atol=1e-3)
    assert len(json.loads((tmp_path / "model" / "tuned" / FOLDS).read_text())) == 2
    assert load_network(finished)[1].last_blocks.blocks == 1

    started.clear()
    assert make_model.run(**settings) == finished
    assert not started


def test_a_step_that_fails_names_its_reason_and_its_log(tmp_path, started):
    with pytest.raises(InputError, match=r"step 'a' failed \(.*no network\.onnx.*\); see a\.log"):
        make_model.run(
            folder=str(tmp_path / "model"),
            recipe="smoke",
            changes=SHORT,
            init=str(tmp_path / "no network.onnx"),
            device="cpu",
        )


def test_a_stage_ends_by_the_clock_and_its_rate_falls_to_the_end(tmp_path):
    stage = "stage=[{size=48, samples=1600000, batch=16, lr=1e-3, lr_end=1e-5, minutes=0.02}]"
    changes = [*TINY, stage, "validation.set=[{name='mixed', count=16}]"]
    run = train.run(read_recipe("smoke", changes), str(tmp_path / "run"), device="cpu")
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    last = [entry for entry in entries if entry["kind"] == "train"][-1]
    assert last["shown"] < 1600000
    assert last["lr"] == pytest.approx(1e-5)
