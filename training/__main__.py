"""Command line: ``python -m quakefringe.training COMMAND``; the commands are in `parser`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Callable, Optional

from ..engine.errors import QuakeFringeError

Command = Callable[[argparse.Namespace], Any]


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; 0 when it worked, 2 on bad input, 130 when it was interrupted."""
    options = parser().parse_args(arguments)
    try:
        options.command(options)
    except QuakeFringeError as error:
        print(f"quakefringe.training: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(
            f"quakefringe.training: the package '{error.name}' is missing; install quakefringe[training].",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("quakefringe.training: interrupted; the same command goes on.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="python -m quakefringe.training",
        description="Make QuakeFringe's network: simulate interferograms, train, fine-tune, score, export.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _simulate(_command(commands, "simulate", _run_simulate, "Write a simulated data set to disk."))
    several = "Four GPUs: torchrun --nproc-per-node 4 -m -- quakefringe.training train --devices 4 …"
    _train(_command(commands, "train", _run_train, "Train a network on simulated interferograms.", several))
    _finetune(_command(commands, "finetune", _run_finetune, "Tune a trained network on real interferograms."))
    _crossvalidate(
        _command(
            commands,
            "crossvalidate",
            _run_crossvalidate,
            "Tune the last blocks for each held-out event, and once on everything.",
        )
    )
    _mix(_command(commands, "mix", _run_mix, "Write the mean of two networks' weights."))
    _evaluate(_command(commands, "evaluate", _run_evaluate, "Score a trained network."))
    _calibrate(_command(commands, "calibrate", _run_calibrate, "Fit probabilities and thresholds to scores."))
    _export(_command(commands, "export", _run_export, "Write the model file of the plugin."))
    _figures(_command(commands, "figures", _run_figures, "Draw scores as pictures and one page."))
    return top


def _command(commands: Any, name: str, run: Command, text: str, more: str = "") -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=text, description=text, epilog=more)
    one.set_defaults(command=run)
    return one


def _recipe_options(one: argparse.ArgumentParser, default: str = "default") -> None:
    from .config.recipe import recipe_names

    text = f"name ({', '.join(recipe_names())}) or TOML file [%(default)s]"
    one.add_argument("--recipe", default=default, help=text)
    one.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of the recipe, such as stage.0.samples=1000; may be repeated",
    )


def _run_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--resume", action="store_true", help="go on from the run's newest checkpoint")
    one.add_argument("--cache", default="", help="folder for prepared real backgrounds [in the run folder]")
    one.add_argument("--devices", type=int, default=1, help="GPUs; start several with torchrun [%(default)s]")
    _device_options(one)


def _device_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--device", default="auto", help="auto, cpu or gpu [%(default)s]")


def _simulate(one: argparse.ArgumentParser) -> None:
    _recipe_options(one)
    one.add_argument("--out", required=True, help="folder of the data set; one that is there is completed")
    one.add_argument("--count", type=int, default=0, help="tiles in all [the recipe's split, 1006795]")
    one.add_argument("--size", type=int, default=224, help="width of a tile in pixels [%(default)s]")
    one.add_argument("--shard", type=int, default=1024, help="tiles in one file [%(default)s]")
    one.add_argument("--workers", type=int, default=1, help="processes that simulate [%(default)s]")
    one.add_argument("--verify", action="store_true", help="check the hash of every file that is there")
    _device_options(one)


def _run_simulate(options: argparse.Namespace) -> None:
    from .config.recipe import read_recipe
    from .data.shards import simulate

    recipe = read_recipe(options.recipe, options.changes)
    simulate(
        recipe,
        options.out,
        count=options.count,
        size=options.size,
        shard=options.shard,
        workers=options.workers,
        device=options.device,
        verify=options.verify,
    )


def _train(one: argparse.ArgumentParser) -> None:
    _recipe_options(one)
    one.add_argument("--run", default="", help="run folder [runs/<name of the recipe>]")
    text = "run folder, checkpoint or model file whose weights to start from"
    one.add_argument("--init", default="", help=text)
    one.add_argument("--data", default="", help="folder of a data set on disk [simulate on the way]")
    _run_options(one)


def _run_train(options: argparse.Namespace) -> None:
    from .config.recipe import read_recipe
    from .fit.train import run

    recipe = None if options.resume and not options.changes else read_recipe(options.recipe, options.changes)
    if options.resume and options.changes:
        from ..engine.errors import InputError

        raise InputError("--set cannot change a run that has begun; start a new one with --init OLD_RUN.")
    folder = options.run or f"runs/{recipe.name if recipe else _stem(options.recipe)}"
    run(
        recipe,
        folder,
        resume=options.resume,
        init=options.init,
        data=options.data,
        device=options.device,
        devices=options.devices,
        cache=options.cache,
    )


def _stem(recipe: str) -> str:
    return recipe.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")


def _finetune(one: argparse.ArgumentParser) -> None:
    _recipe_options(one, "finetune")
    one.add_argument("--init", default="", help="run folder, checkpoint or model file to start from")
    one.add_argument("--data", default="", help="folder of real interferograms with their catalogue")
    one.add_argument("--run", required=True, help="run folder to write")
    one.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="GROUP",
        help="event or volcano of the catalogue to hold out; may be repeated",
    )
    _run_options(one)


def _run_finetune(options: argparse.Namespace) -> None:
    from .fit.finetune import run

    if not options.resume and not (options.init and options.data):
        from ..engine.errors import InputError

        raise InputError("Give --init and --data to begin, or --resume to go on.")
    run(**_folder_keywords(options))


def _crossvalidate(one: argparse.ArgumentParser) -> None:
    _recipe_options(one, "crossvalidate")
    one.add_argument("--init", required=True, help="run folder, checkpoint or model file to start from")
    one.add_argument("--data", required=True, help="folder of real interferograms with their catalogue")
    one.add_argument("--run", required=True, help="folder to write; one that is there is completed")
    one.add_argument("--folds", type=int, default=0, help="number of folds [one for each earthquake]")
    text = "networks tuned at the same time, sharing the cores [%(default)s]"
    one.add_argument("--jobs", type=int, default=1, help=text)
    one.add_argument("--cache", default="", help="folder for prepared real crops [in the run folder]")
    _device_options(one)


def _run_crossvalidate(options: argparse.Namespace) -> None:
    from .fit.crossvalidate import run

    run(**_folder_keywords(options))


def _mix(one: argparse.ArgumentParser) -> None:
    one.add_argument("--init", required=True, help="run folder, checkpoint or model file, or folds.json")
    one.add_argument("--other", required=True, help="the second of them")
    one.add_argument("--part", type=float, default=0.5, help="part of the second [%(default)s]")
    one.add_argument("--run", required=True, help="run folder to write")


def _run_mix(options: argparse.Namespace) -> None:
    from .fit.weight_average import run

    run(**_folder_keywords(options))


def _evaluate(one: argparse.ArgumentParser) -> None:
    one.add_argument("--model", default="", help="model file (.onnx), run folder or checkpoint")
    one.add_argument("--simulated", type=int, default=0, metavar="N", help="score on N simulated tiles")
    one.add_argument(
        "--real", default="", metavar="DIR", help="score on real interferograms by catalogue.csv"
    )
    one.add_argument("--out", default="", help="folder for the scores [scores, beside the model]")
    one.add_argument("--backend", default="auto", help="auto, numpy or onnxruntime [%(default)s]")
    one.add_argument("--recipe", default="", help="whose simulation to test on [the model's, or default]")
    one.add_argument(
        "--set", dest="changes", action="append", default=[], metavar="KEY=VALUE", help="change it"
    )
    one.add_argument("--cache", default="", help="folder for prepared real backgrounds")
    one.add_argument("--folds", default="", metavar="JSON", help="models and the events each has never seen")
    one.add_argument(
        "--groups", nargs="+", default=[], metavar="NAME", help="score only these events and volcanoes"
    )
    one.add_argument(
        "--quiet-fold", type=int, default=None, help="volcano fold that training kept out [the recipe's]"
    )
    one.add_argument("--quiet-folds", type=int, default=5, help="number of volcano folds [%(default)s]")
    one.add_argument("--crops", type=int, default=0, metavar="N", help="at most N quiet crops [all]")
    _device_options(one)


def _run_evaluate(options: argparse.Namespace) -> None:
    from .scoring.evaluate import run

    run(**_keywords(options))


def _calibrate(one: argparse.ArgumentParser) -> None:
    one.add_argument("--scores", required=True, help="folder that evaluate wrote")
    one.add_argument("--out", default="", help="file to write [calibration.json in the folder]")
    text = "largest part of what holds no earthquake called one [%(default)s]"
    one.add_argument("--alarms", type=float, default=0.001, help=text)
    text = "largest part of quiet ground called an earthquake [%(default)s]"
    one.add_argument("--quiet-alarms", type=float, default=0.01, help=text)
    text = "largest part of volcanic ground called an earthquake [%(default)s]"
    one.add_argument("--volcano-alarms", type=float, default=0.10, help=text)
    text = "largest part of the earthquakes called absent [%(default)s]"
    one.add_argument("--misses", type=float, default=0.0, help=text)
    text = "part of a user's interferograms that hold an earthquake [%(default)s]"
    one.add_argument("--prior", type=float, default=0.3, help=text)
    text = "put calibrated probabilities and verdicts into the folder's real scores"
    one.add_argument("--apply", action="store_true", help=text)


def _run_calibrate(options: argparse.Namespace) -> None:
    from .scoring.calibrate import run

    run(**_keywords(options))


def _export(one: argparse.ArgumentParser) -> None:
    one.add_argument("--run", required=True, help="run folder or checkpoint")
    one.add_argument("--out", required=True, help="ONNX file to write")
    one.add_argument("--calibration", default="", help="what calibrate wrote [calibration.json of the run]")
    one.add_argument("--scores", default="", help="folder that evaluate wrote [scores.json of the run]")


def _run_export(options: argparse.Namespace) -> None:
    from .model.export import run_export

    values = _keywords(options)
    path = values.pop("calibration")
    if path:
        from .scoring.calibrate import read_calibration

        values.update(read_calibration(path))
    scores = values.pop("scores")
    if scores:
        from pathlib import Path

        from .model.model_card import card_scores
        from .scoring.score_folder import load_scores

        values["scores"] = card_scores(load_scores(Path(scores)))
    run_export(**values)


def _figures(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--scores", nargs="+", required=True, metavar="DIR", help="folders that evaluate wrote, one or two"
    )
    one.add_argument("--run", default="", help="run folder: training curves, and attention of each head")
    one.add_argument("--out", required=True, help="folder for page and pictures")
    one.add_argument(
        "--names", nargs="+", default=[], help="what to call the scores, such as zero-shot tuned"
    )


def _run_figures(options: argparse.Namespace) -> None:
    from .figures.build import run

    run(**_keywords(options))


def _folder_keywords(options: argparse.Namespace) -> dict[str, Any]:
    values = _keywords(options)
    return {"folder": values.pop("run"), **values}


def _keywords(options: argparse.Namespace) -> dict[str, Any]:
    return {key: value for key, value in vars(options).items() if key != "command"}


if __name__ == "__main__":
    sys.exit(main())
