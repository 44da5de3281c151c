"""Sub-commands for a trained network: evaluate, calibrate, export, figures."""

from __future__ import annotations

import argparse
from dataclasses import astuple
from pathlib import Path
from typing import Any

from ..scoring.costs import DEFORMATION_COSTS, EARTHQUAKE_COSTS
from .options import add_cache, add_changes, add_command, add_device, keywords


def add_commands(commands: Any) -> None:
    """Add the sub-commands of this module."""
    _add_evaluate(commands)
    _add_compare(commands)
    _add_calibrate(commands)
    _add_export(commands)
    _add_figures(commands)


def _add_evaluate(commands: Any) -> None:
    command = add_command(
        commands,
        "evaluate",
        _evaluate,
        "Score a network on simulated tiles, on real interferograms, or on both.",
        """
        The network runs as in the plugin: half-precision weights on the plugin's own backends. With --folds,
        each model of a cross-validation is scored on the events and volcanoes held out of it. With --forms,
        every earthquake scene is also scored in other forms that a user could have. A real file takes seconds
        to minutes; --processes shares the files between processes, --resume continues after an interruption.
        """,
    )
    command.add_argument("--model", default="", help="model file (.onnx), run folder or checkpoint")
    command.add_argument(
        "--simulated", type=int, default=0, metavar="N", help="score on N simulated tiles and on hard sets"
    )
    command.add_argument(
        "--real", default="", metavar="FOLDER", help="score on the real interferograms of catalogue.csv"
    )
    command.add_argument(
        "--out", default="", metavar="FOLDER", help="folder for the scores [scores, beside the model]"
    )
    command.add_argument("--backend", default="auto", help="auto, numpy or onnxruntime [%(default)s]")
    command.add_argument(
        "--recipe", default="", help="recipe whose simulation is used [the model's; default for a model file]"
    )
    add_changes(command)
    add_cache(command, "folder for prepared real backgrounds")
    command.add_argument(
        "--folds", default="", metavar="FILE", help="folds.json: models and the groups held out of each"
    )
    command.add_argument(
        "--groups", nargs="+", default=[], metavar="NAME", help="score only these events and volcanoes"
    )
    command.add_argument(
        "--quiet-fold",
        type=int,
        default=None,
        metavar="N",
        help="volcano fold whose quiet crops were held out of training [the recipe's]",
    )
    command.add_argument(
        "--quiet-folds", type=int, default=5, metavar="N", help="number of volcano folds [%(default)s]"
    )
    command.add_argument(
        "--crops", type=int, default=0, metavar="N", help="score at most N quiet crops, evenly spread [all]"
    )
    _add_scene_runs(command)
    add_device(command)


def _add_scene_runs(command: argparse.ArgumentParser) -> None:
    """Options of how real files are scored."""
    command.add_argument(
        "--forms",
        nargs="*",
        default=None,
        metavar="FORM",
        help="also score every earthquake scene in these forms: wrapped, wrapped_c, unwrapped, multilooked, "
        "quarter, over_quiet [all of them]",
    )
    command.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="score real files in N processes [%(default)s]",
    )
    command.add_argument(
        "--passes",
        nargs="*",
        default=None,
        metavar="PASS",
        help="run suspicious windows through these passes after the first one, for example mirrored; without "
        "a name through the first one only [the model's]",
    )
    command.add_argument(
        "--resume", action="store_true", help="keep the real files that an interrupted run has scored"
    )


def _evaluate(options: argparse.Namespace) -> None:
    from ..scoring.evaluate import run

    values = keywords(options)
    forms = values.pop("forms")
    run(**values, forms=() if forms is None else forms or ("all",))


def _add_compare(commands: Any) -> None:
    command = add_command(
        commands,
        "compare",
        _compare,
        "Compare two folders of scores on the files and tiles that both have.",
        """
        Differences with 95 % intervals: real files are drawn by whole events, simulated tiles one by one.
        Use it for ablations, such as evaluate with --passes and with --passes mirrored.
        """,
    )
    command.add_argument(
        "--scores", nargs=2, required=True, metavar="FOLDER", help="two folders that evaluate wrote"
    )
    command.add_argument(
        "--names", nargs=2, default=(), metavar="NAME", help="what to call each of them [the folders' names]"
    )
    command.add_argument(
        "--out",
        default="",
        metavar="FILE",
        help="Markdown file to write [comparison.md in the second folder]",
    )


def _compare(options: argparse.Namespace) -> None:
    from ..scoring.compare import run

    print(run(**keywords(options)))


def _add_calibrate(commands: Any) -> None:
    command = add_command(
        commands,
        "calibrate",
        _calibrate,
        "Fit probabilities and verdict thresholds to the scores in a folder.",
        """
        The temperature comes from the simulated scores; the coefficients of both questions come from the real
        ones, in all forms that were scored, with the same weight for every event. The thresholds follow from
        costs. Limits on mistakes move them further apart. It takes about a minute.
        """,
    )
    command.add_argument("--scores", required=True, metavar="FOLDER", help="folder that evaluate wrote")
    command.add_argument(
        "--out", default="", metavar="FILE", help="file to write [calibration.json in the folder of scores]"
    )
    priors = (
        ("--prior", 0.3, "fraction of a user's interferograms that contain an earthquake"),
        ("--deformation-prior", 0.5, "fraction of them that show deformation of either kind"),
    )
    for name, default, text in priors:
        command.add_argument(
            name, type=float, default=default, metavar="FRACTION", help=f"{text} [%(default)s]"
        )
    questions = (
        ("deformation", "deformation", DEFORMATION_COSTS),
        ("earthquake", "an earthquake", EARTHQUAKE_COSTS),
    )
    for question, noun, costs in questions:
        command.add_argument(
            f"--{question}-costs",
            type=float,
            nargs=3,
            default=astuple(costs),
            metavar=("FALSE_ALARM", "MISS", "UNCERTAIN"),
            help=f"costs of wrong and of uncertain answers about {noun} "
            f"[{costs.false_alarm:g} {costs.miss:g} {costs.uncertain:g}]",
        )
    command.add_argument(
        "--by-form",
        default="never",
        metavar="WHEN",
        help="fit wrapped and unwrapped phase apart: auto (where it helps left-out events), never, always "
        "[%(default)s]",
    )
    _add_limits(command)
    command.add_argument(
        "--apply",
        action="store_true",
        help="also update the probabilities and verdicts of the real files in the folder, each from a "
        "calibration without its own event or volcano",
    )


def _add_limits(command: argparse.ArgumentParser) -> None:
    """Limits on mistakes."""
    limits = (
        ("--alarms", "largest fraction of all files without an earthquake that may be called one"),
        ("--quiet-alarms", "largest fraction of the quiet files that may be called an earthquake"),
        ("--volcano-alarms", "largest fraction of the volcanic files that may be called an earthquake"),
        ("--misses", "largest fraction of the earthquakes that may be called absent"),
    )
    for name, text in limits:
        command.add_argument(name, type=float, default=None, metavar="FRACTION", help=f"{text} [no limit]")


def _calibrate(options: argparse.Namespace) -> None:
    from ..scoring.calibrate import run

    run(**keywords(options))


def _add_export(commands: Any) -> None:
    command = add_command(
        commands,
        "export",
        _export,
        "Write a trained network as the plugin's model file, with its model card.",
        """
        The file is checked on both backends of the plugin before it is written.
        """,
    )
    command.add_argument("--run", required=True, metavar="FOLDER", help="run folder or checkpoint")
    command.add_argument("--out", required=True, metavar="FILE", help="ONNX file to write, or a folder")
    command.add_argument(
        "--calibration", default="", metavar="FILE", help="file of calibrate [calibration.json of the run]"
    )
    command.add_argument(
        "--scores", default="", metavar="FOLDER", help="folder of evaluate [scores.json of the run]"
    )
    command.add_argument(
        "--history",
        default="",
        metavar="LOG",
        help="run folder or log.jsonl of the training, whose losses and scores are written beside the model",
    )


def _export(options: argparse.Namespace) -> None:
    from ..model.export import run_export

    values = keywords(options)
    calibration, scores, history = (values.pop(name) for name in ("calibration", "scores", "history"))
    if calibration:
        from ..scoring.calibrate import read_calibration

        values.update(read_calibration(calibration))
    if scores:
        from ..model.model_card import card_scores
        from ..scoring.score_folder import load_scores

        values["scores"] = card_scores(load_scores(Path(scores)))
        if calibration:
            from ..scoring.calibration_report import card_reliability, read_reliability

            values["scores"].update(card_reliability(read_reliability(Path(calibration))))
    report = run_export(**values)
    if history:
        from ..model.history import write_history

        write_history(Path(history), report.path)


def _add_figures(commands: Any) -> None:
    command = add_command(
        commands, "figures", _figures, "Draw the scores as figures and as one HTML page that contains them."
    )
    command.add_argument(
        "--scores",
        nargs="+",
        required=True,
        metavar="FOLDER",
        help="one or two folders that evaluate wrote; two are compared on real data",
    )
    command.add_argument(
        "--run", default="", metavar="FOLDER", help="run folder, for training curves and attention per head"
    )
    command.add_argument(
        "--model",
        default="",
        metavar="FILE",
        help="instead of a run folder: a released model with its history beside it",
    )
    command.add_argument("--out", required=True, metavar="FOLDER", help="folder for the page and its figures")
    command.add_argument(
        "--names", nargs="+", default=[], metavar="NAME", help="what to call each folder of scores"
    )


def _figures(options: argparse.Namespace) -> None:
    from ..figures.build import run

    run(**keywords(options))
