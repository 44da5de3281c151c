"""Options that several sub-commands share."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any, Callable

Command = Callable[[argparse.Namespace], Any]


def add_command(
    commands: Any, name: str, run: Command, summary: str, details: str = "", aliases: tuple[str, ...] = ()
) -> argparse.ArgumentParser:
    """Add a sub-command.

    Parameters
    ----------
    commands : argparse's sub-parsers
    name : str
    run : callable
        Takes the parsed options.
    summary : str
        One sentence for the list of commands.
    details : str
        Further paragraphs for the command's own help.
    aliases : tuple of str
        Former names, which stay valid.
    """
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        aliases=list(aliases),
        help=summary,
        description="\n\n".join(part for part in (summary, textwrap.dedent(details).strip()) if part),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(command=run)
    return command


def add_recipe(command: argparse.ArgumentParser, default: str = "default") -> None:
    """--recipe and --set."""
    from ..config.recipe_files import recipe_names

    command.add_argument(
        "--recipe",
        default=default,
        help=f"a recipe of the package ({', '.join(recipe_names())}) or a TOML file [%(default)s]",
    )
    add_changes(command)


def add_changes(command: argparse.ArgumentParser) -> None:
    """--set."""
    command.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change one setting of the recipe, for example stage.0.samples=1000; may be repeated",
    )


def add_device(command: argparse.ArgumentParser) -> None:
    """--device."""
    command.add_argument(
        "--device",
        default="auto",
        help="where to compute: auto (a GPU if there is one), cpu or gpu [%(default)s]",
    )


def add_run(command: argparse.ArgumentParser) -> None:
    """--resume, --cache, --devices and --device."""
    command.add_argument(
        "--resume", action="store_true", help="continue an interrupted run from its newest checkpoint"
    )
    add_cache(command, "folder for prepared real backgrounds [in the run folder]")
    command.add_argument(
        "--devices", type=int, default=1, help="number of GPUs; start several by torchrun [%(default)s]"
    )
    add_device(command)


def add_cache(command: argparse.ArgumentParser, text: str) -> None:
    """--cache."""
    command.add_argument("--cache", default="", metavar="FOLDER", help=text)


def add_start(command: argparse.ArgumentParser, required: bool = False) -> None:
    """--init."""
    command.add_argument(
        "--init",
        required=required,
        default="",
        metavar="MODEL",
        help="start from these weights: a run folder, a checkpoint or a model file (.onnx)",
    )


def add_real_data(command: argparse.ArgumentParser, required: bool = False) -> None:
    """--data, a folder of real interferograms."""
    command.add_argument(
        "--data",
        required=required,
        default="",
        metavar="FOLDER",
        help="folder of real interferograms with catalogue.csv, or a file written by pack-real",
    )


def keywords(options: argparse.Namespace, **renamed: str) -> dict[str, Any]:
    """The options as keyword arguments, some of them under another name."""
    values = {key: value for key, value in vars(options).items() if key != "command"}
    return {renamed.get(key, key): value for key, value in values.items()}
