"""Sub-commands of the source network: source-train, source-export, source-network-scores."""

from __future__ import annotations

import argparse
from typing import Any

from .options import add_changes, add_command, add_device, keywords


def add_commands(commands: Any) -> None:
    """Add the sub-commands of this module."""
    _add_train(commands)
    _add_export(commands)
    _add_scores(commands)


def _add_train(commands: Any) -> None:
    command = add_command(
        commands,
        "source-train",
        _train,
        "Train the network that reads magnitude, depth and mechanism from one tile.",
        """
        The tiles are simulated on the device that trains. The training ends after --minutes, and writes a
        checkpoint every minute. Ctrl-C writes one and stops; continue with --resume.
        """,
    )
    command.add_argument(
        "recipe", nargs="?", default="source", help="recipe of the package or a TOML file [%(default)s]"
    )
    add_changes(command)
    command.add_argument(
        "--out",
        "--run",
        dest="folder",
        default="runs/source",
        metavar="FOLDER",
        help="run folder [%(default)s]",
    )
    command.add_argument(
        "--minutes", type=float, default=0.0, help="time of the whole training [the recipe's]"
    )
    command.add_argument("--resume", action="store_true", help="continue an interrupted run")
    add_device(command)


def _train(options: argparse.Namespace) -> None:
    from ..source.fit import run
    from ..source.recipe import read_source_recipe

    recipe = read_source_recipe(options.recipe, options.changes)
    device = "gpu" if options.device == "cuda" else options.device
    run(recipe, options.folder, minutes=options.minutes, device=device, resume=options.resume)


def _add_export(commands: Any) -> None:
    command = add_command(
        commands,
        "source-export",
        _export,
        "Write a trained source network as the plugin's model file, with its model card.",
        """
        The file is checked on both backends of the plugin before it is written.
        """,
    )
    command.add_argument("--run", required=True, metavar="FOLDER", help="run folder of source-train")
    command.add_argument("--out", required=True, metavar="FILE", help="ONNX file to write, or a folder")
    command.add_argument("--scores", default="", metavar="FILE", help="scores.json of source-network-scores")
    command.add_argument("--version", default="", help="version of the network [the package's]")
    command.add_argument(
        "--widened", type=float, default=0.0, metavar="FACTOR", help="on the spreads [that of --scores]"
    )


def _export(options: argparse.Namespace) -> None:
    from ..source.export import export_with_scores

    export_with_scores(**keywords(options))


def _add_scores(commands: Any) -> None:
    command = add_command(
        commands,
        "source-network-scores",
        _scores,
        "Score the source network on simulated earthquakes, and calibrate its intervals.",
        """
        With --search, the search of the full estimate runs with and without the network, with 500 to 4 000
        candidates: how often it misses the best mode, and how long it takes (about a minute a case).
        """,
    )
    command.add_argument("--model", default="", metavar="FILE", help="model file [the plugin's]")
    command.add_argument("--out", default="scores-source", metavar="FOLDER", help="folder [%(default)s]")
    command.add_argument("--cases", type=int, default=200, help="earthquakes to score [%(default)s]")
    command.add_argument(
        "--calibration", type=int, default=100, help="earthquakes that fit the intervals [%(default)s]"
    )
    command.add_argument("--search", type=int, default=0, help="earthquakes to search for [%(default)s]")
    command.add_argument("--seed", type=int, default=0, help="of the first case [%(default)s]")
    command.add_argument("--backend", default="auto", help="auto, numpy or onnxruntime [%(default)s]")


def _scores(options: argparse.Namespace) -> None:
    from ..source.scores import run

    run(**keywords(options))
