"""Sub-commands that make networks: data, training, tuning, and sums of weights."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ...engine.errors import InputError
from .options import (
    add_cache,
    add_command,
    add_device,
    add_real_data,
    add_recipe,
    add_run,
    add_start,
    keywords,
)


def add_commands(commands: Any) -> None:
    """Add the sub-commands of this module."""
    _add_simulate(commands)
    _add_pack_real(commands)
    _add_train(commands)
    _add_finetune(commands)
    _add_crossvalidate(commands)
    _add_weight_average(commands)
    _add_transfer_tuning(commands)
    _add_make_model(commands)


def _add_simulate(commands: Any) -> None:
    command = add_command(
        commands,
        "simulate",
        _simulate,
        "Simulate a data set of interferogram tiles and write it to disk.",
        """
        Training can also simulate its tiles as it goes; a data set on disk is for training on the same
        tiles several times. Run the same command again to complete an interrupted or damaged data set.
        """,
    )
    add_recipe(command)
    command.add_argument("--out", required=True, metavar="FOLDER", help="folder of the data set")
    command.add_argument(
        "--count",
        type=int,
        default=0,
        help="number of tiles, split into training, validation and test like the recipe's [data] split "
        "[all of the recipe's]",
    )
    command.add_argument("--size", type=int, default=224, help="side of a tile in pixels [%(default)s]")
    command.add_argument("--shard", type=int, default=1024, help="tiles per file [%(default)s]")
    command.add_argument("--workers", type=int, default=1, help="processes that simulate [%(default)s]")
    command.add_argument(
        "--verify", action="store_true", help="check existing files by their hash, not only by their size"
    )
    add_device(command)


def _simulate(options: argparse.Namespace) -> None:
    from ..config.recipe import read_recipe
    from ..data.shards import simulate

    values = keywords(options)
    simulate(read_recipe(values.pop("recipe"), values.pop("changes")), **values)


def _add_pack_real(commands: Any) -> None:
    command = add_command(
        commands,
        "pack-real",
        _pack_real,
        "Pack a folder of real interferograms into one file, for training on a machine without GDAL.",
    )
    add_real_data(command, required=True)
    command.add_argument("--out", required=True, metavar="FILE", help="file to write, *.npz")
    add_cache(command, "folder for prepared real crops [none]")


def _pack_real(options: argparse.Namespace) -> None:
    from ..data.pack_real import run

    run(**keywords(options))


def _add_train(commands: Any) -> None:
    command = add_command(
        commands,
        "train",
        _train,
        "Train a network on simulated interferograms.",
        """
        Ctrl-C or SIGTERM writes a checkpoint and stops; continue with --resume.
        On four GPUs:
          torchrun --nproc-per-node 4 -m -- quakefringe.training train --devices 4 ...
        """,
    )
    add_recipe(command)
    command.add_argument(
        "--run", default="", metavar="FOLDER", help="run folder to write [runs/NAME-OF-THE-RECIPE]"
    )
    add_start(command)
    command.add_argument(
        "--data", default="", metavar="FOLDER", help="data set written by simulate [simulate while training]"
    )
    add_run(command)


def _train(options: argparse.Namespace) -> None:
    from ..config.recipe import read_recipe
    from ..fit.train import run

    if options.resume and options.changes:
        raise InputError("--set cannot change a run that has begun; start a new one with --init OLD_RUN.")
    recipe = None if options.resume else read_recipe(options.recipe, options.changes)
    values = keywords(options, run="folder")
    values.pop("changes")
    name = recipe.name if recipe else Path(values["recipe"]).stem
    values["folder"] = values["folder"] or f"runs/{name}"
    run(**{**values, "recipe": recipe})


def _add_finetune(commands: Any) -> None:
    command = add_command(
        commands,
        "finetune",
        _finetune,
        "Tune all weights of a trained network on real interferograms.",
        """
        Some of the simulated tiles contain real deformation, laid over simulated and real backgrounds.
        Give --init and --data to begin, or --resume to continue.
        """,
    )
    add_recipe(command, "finetune")
    add_start(command)
    add_real_data(command)
    command.add_argument("--run", required=True, metavar="FOLDER", help="run folder to write")
    command.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="GROUP",
        help="event or volcano of the catalogue to hold out of training; may be repeated",
    )
    add_run(command)


def _finetune(options: argparse.Namespace) -> None:
    from ..fit.finetune import run

    if not options.resume and not (options.init and options.data):
        raise InputError("Give --init and --data to begin, or --resume to continue.")
    run(**keywords(options, run="folder"))


def _add_crossvalidate(commands: Any) -> None:
    command = add_command(
        commands,
        "crossvalidate",
        _crossvalidate,
        "Tune the last blocks of a network once for each fold of held-out events, and once on all of them.",
        """
        The blocks before the last ones are frozen and their output is computed once for all folds. The
        command writes one run per fold, the run "all", and folds.json, which evaluate --folds takes. Run the
        same command again to continue an interrupted one.
        """,
    )
    add_recipe(command, "crossvalidate")
    add_start(command, required=True)
    add_real_data(command, required=True)
    command.add_argument("--run", required=True, metavar="FOLDER", help="folder to write")
    command.add_argument(
        "--folds", type=int, default=0, help="number of folds [one for each earthquake of the catalogue]"
    )
    command.add_argument(
        "--jobs",
        type=int,
        default=1,
        help="number of networks to tune at the same time; they share the CPU threads [%(default)s]",
    )
    add_cache(command, "folder for prepared real crops [in the folder of --run]")
    add_device(command)


def _crossvalidate(options: argparse.Namespace) -> None:
    from ..fit.crossvalidate import run

    run(**keywords(options, run="folder"))


def _add_weight_average(commands: Any) -> None:
    command = add_command(
        commands,
        "weight-average",
        _weight_average,
        "Interpolate between the weights of two networks with a common ancestor.",
        """
        Both --init and --other may be a run folder, a checkpoint or a model file; or both may be the
        folds.json of a cross-validation, whose networks are then averaged fold by fold.
        """,
        aliases=("mix",),
    )
    command.add_argument(
        "--init", required=True, metavar="MODEL", help="the first network, or its folds.json"
    )
    command.add_argument(
        "--other", required=True, metavar="MODEL", help="the second network, or its folds.json"
    )
    command.add_argument(
        "--interpolation",
        "--part",
        type=float,
        default=0.5,
        help="weight of the second network, 0 to 1 [%(default)s]",
    )
    command.add_argument("--run", required=True, metavar="FOLDER", help="run folder to write")


def _weight_average(options: argparse.Namespace) -> None:
    from ..fit.weight_average import run

    run(**keywords(options, run="folder"))


def _add_transfer_tuning(commands: Any) -> None:
    command = add_command(
        commands,
        "transfer-tuning",
        _transfer_tuning,
        "Add what a tuning on real data changed to another network.",
        """
        The weights become init + (tuned - untuned). --tuned may be the folds.json of a cross-validation;
        then every network of it is written.
        """,
    )
    command.add_argument("--init", required=True, metavar="MODEL", help="network that is not tuned yet")
    command.add_argument("--tuned", required=True, metavar="MODEL", help="tuned network, or its folds.json")
    command.add_argument(
        "--untuned", required=True, metavar="MODEL", help="network that the tuning started from"
    )
    command.add_argument("--run", required=True, metavar="FOLDER", help="run folder to write")


def _transfer_tuning(options: argparse.Namespace) -> None:
    from ..fit.transfer_tuning import run

    run(**keywords(options, run="folder"))


def _add_make_model(commands: Any) -> None:
    command = add_command(
        commands,
        "make-model",
        _make_model,
        "Train two networks, average them, and tune the mean on real data, in one command.",
        """
        Run the same command again to continue an interrupted one. Score the result by evaluate --folds, then
        calibrate and export it.
        """,
    )
    add_recipe(command, "gpu")
    add_start(command)
    add_real_data(command)
    command.add_argument("--run", required=True, metavar="FOLDER", help="folder to write")
    command.add_argument(
        "--tuning",
        default="crossvalidate",
        metavar="RECIPE",
        help="recipe of the tuning on real data [%(default)s]",
    )
    command.add_argument(
        "--set-tuning",
        dest="tuning_changes",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change one setting of the recipe of the tuning; may be repeated",
    )
    command.add_argument("--folds", type=int, default=8, help="number of folds of the tuning [%(default)s]")
    add_cache(command, "folder for prepared real crops [in each run folder]")
    add_device(command)


def _make_model(options: argparse.Namespace) -> None:
    from ..fit.make_model import run

    run(**keywords(options, run="folder"))
