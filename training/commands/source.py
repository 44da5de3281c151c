"""Sub-commands of the source network: source-train."""

from __future__ import annotations

import argparse
from typing import Any

from .options import add_changes, add_command, add_device


def add_commands(commands: Any) -> None:
    """Add the sub-commands of this module."""
    _add_train(commands)


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
