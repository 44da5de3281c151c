import importlib
import subprocess
import sys
import types
from dataclasses import astuple

import pytest

from quakefringe.engine.errors import ModelError
from quakefringe.training.__main__ import main, parser
from quakefringe.training.scoring.costs import DEFORMATION_COSTS

COMMANDS = (
    "simulate",
    "train",
    "finetune",
    "crossvalidate",
    "weight-average",
    "transfer-tuning",
    "evaluate",
    "compare",
    "calibrate",
    "export",
    "figures",
)


pytestmark = pytest.mark.usefixtures("fake_simulator")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "--" in capsys.readouterr().out


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    listing = capsys.readouterr().out
    assert all(command in listing for command in COMMANDS)


def test_help_needs_no_torch():
    code = (
        "import sys; from quakefringe.training.__main__ import parser; parser(); "
        "print('torch' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--recipe", "nothing"], "no recipe 'nothing'"),
        (["train", "--recipe", "smoke", "--set", "stage.0.nothing=1"], "stage.0.nothing is not a setting"),
        (["train", "--recipe", "smoke", "--device", "tpu", "--run", "RUN"], "no device 'tpu'"),
        (["train", "--resume", "--run", "RUN"], "is no run folder"),
        (["train", "--resume", "--set", "seed=1", "--run", "RUN"], "cannot change a run"),
        (["train", "--recipe", "smoke", "--init", "RUN/none.pt", "--run", "RUN"], "no checkpoint none.pt"),
        (["train", "--recipe", "smoke", "--data", "RUN", "--run", "RUN"], "is not a data set"),
        (["simulate", "--recipe", "smoke", "--out", "RUN", "--size", "50"], "--size 50"),
        (["simulate", "--recipe", "smoke", "--out", "FILE/inside"], "cannot be created"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(arguments, words, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    places = {"RUN": str(tmp_path / "run"), "FILE": str(tmp_path / "file")}
    for name, place in places.items():
        arguments = [argument.replace(name, place) for argument in arguments]
    assert main(arguments) == 2
    lines = [
        line for line in capsys.readouterr().err.splitlines() if line.startswith("quakefringe.training:")
    ]
    assert len(lines) == 1
    assert words in lines[0]


def test_simulate_then_train_then_resume(tmp_path, capsys):
    out, run = str(tmp_path / "set"), str(tmp_path / "run")
    stage = "stage=[{size=48, samples=32, batch=16}]"
    common = ["--recipe", "smoke", "--set", stage, "--device", "cpu"]
    assert main(["simulate", *common, "--out", out, "--size", "48", "--count", "96", "--workers", "0"]) == 0
    assert main(["train", *common, "--data", out, "--run", run]) == 0
    assert main(["train", "--resume", "--run", run, "--data", out, "--device", "cpu"]) == 0
    assert main(["train", *common, "--data", out, "--run", run]) == 2
    messages = capsys.readouterr().err
    assert "Done: 32 tiles shown" in messages
    assert "--resume" in messages


def test_scores_go_into_the_model_file_as_single_numbers(tmp_path):
    from quakefringe.tests.training.fake_scores import fake_folder
    from quakefringe.training.model.model_card import card_scores
    from quakefringe.training.scoring.score_folder import load_scores

    scores = load_scores(fake_folder(tmp_path / "scores"))
    selected = card_scores(scores)
    assert selected["simulated, held-out seeds"]["accuracy"] == round(
        scores["simulated"]["sets"]["mixed"]["accuracy"], 4
    )
    assert selected["real"]["recall"] == round(scores["real"]["sets"]["all"]["recall"], 4)
    assert selected["real"]["box IoU"] == round(scores["real"]["boxes"]["iou"], 4)
    for values in selected.values():
        assert all(isinstance(value, (int, float)) for value in values.values())


@pytest.mark.parametrize(
    ("module", "function", "arguments", "expected"),
    [
        ("model.export", "run_export", ["--run", "a", "--out", "b"], {"run": "a", "out": "b"}),
        ("scoring.evaluate", "run", ["--model", "a"], {"model": "a", "simulated": 0, "device": "auto"}),
        (
            "scoring.calibrate",
            "run",
            ["--scores", "a", "--apply"],
            {
                "scores": "a",
                "quiet_alarms": None,
                "apply": True,
                "deformation_costs": astuple(DEFORMATION_COSTS),
            },
        ),
        (
            "fit.crossvalidate",
            "run",
            ["--init", "a", "--data", "b", "--run", "c", "--folds", "4"],
            {"init": "a", "data": "b", "folder": "c", "folds": 4, "recipe": "crossvalidate"},
        ),
        (
            "figures.build",
            "run",
            ["--scores", "a", "b", "--out", "c"],
            {"scores": ["a", "b"], "out": "c", "run": ""},
        ),
        (
            "fit.finetune",
            "run",
            ["--init", "a", "--data", "b", "--run", "c"],
            {"init": "a", "data": "b", "folder": "c"},
        ),
        (
            "fit.weight_average",
            "run",
            ["--init", "a", "--other", "b", "--run", "c", "--interpolation", "0.3"],
            {"init": "a", "other": "b", "folder": "c", "interpolation": 0.3},
        ),
    ],
)
def test_commands_pass_their_options_on(monkeypatch, capsys, module, function, arguments, expected):
    received = {}
    name = f"quakefringe.training.{module}"
    stand_in = types.ModuleType(name)

    def take(**options):
        received.update(options)
        raise ModelError("Options received.")

    setattr(stand_in, function, take)
    monkeypatch.setitem(sys.modules, name, stand_in)
    package, _, leaf = name.rpartition(".")
    monkeypatch.setattr(importlib.import_module(package), leaf, stand_in, raising=False)
    command = {"build": "figures", "weight_average": "weight-average"}.get(leaf, leaf)
    assert main([command, *arguments]) == 2
    assert {key: received[key] for key in expected} == expected
    assert "Options received." in capsys.readouterr().err


def test_the_former_names_of_the_weight_average_stay_valid():
    arguments = ["--init", "a", "--other", "b", "--run", "c"]
    former = parser().parse_args(["mix", *arguments, "--part", "0.3"])
    assert vars(former) == vars(parser().parse_args(["weight-average", *arguments, "--interpolation", "0.3"]))


def test_a_missing_package_is_named(monkeypatch, capsys):
    def absent(*_args):
        raise ModuleNotFoundError("No module named 'timm'", name="timm")

    monkeypatch.setattr("quakefringe.training.config.recipe.read_recipe", absent)
    assert main(["train", "--recipe", "smoke"]) == 2
    assert "'timm' is missing" in capsys.readouterr().err


def test_an_interrupt_is_status_130(monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("quakefringe.training.config.recipe.read_recipe", interrupted)
    assert main(["train", "--recipe", "smoke"]) == 130
