"""A model in one command: two trainings, the mean of their weights, and tuning on real data by folds."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ...engine.errors import InputError
from ..config.recipe import read_recipe
from ..config.run_folder import SCORES
from ..device import chosen_device
from ..model import checkpoint
from .crossvalidate import FOLDS

TWIN_RATE = 0.7
"""Learning rate of the second training over that of the first: their mean is better than either."""

logger = logging.getLogger(__name__)


def run(
    *,
    folder: str,
    data: str = "",
    init: str = "",
    recipe: str = "gpu",
    changes: Sequence[str] = (),
    tuning: str = "crossvalidate",
    tuning_changes: Sequence[str] = (),
    folds: int = 8,
    device: str = "auto",
    cache: str = "",
) -> Path:
    """Make a model: train two networks, average them, and tune the mean on real data, fold by fold.

    Each step is a command of this package in a process of its own, and is left out when its result exists:
    the same call continues an interrupted one. On a GPU both trainings run side by side.

    Parameters
    ----------
    folder : str
        Folder to write: "a", "b" and "base" are runs, "tuned" holds the folds and the run "all".
    data : str
        Folder of real interferograms, or a file written by `pack-real`; empty: no tuning.
    init : str
        Network to start from; empty: from nothing.
    recipe, changes
        Recipe of both trainings, as for `read_recipe`.
    tuning, tuning_changes
        Recipe of the tuning.
    folds : int
        Number of folds of the tuning.
    device : str
        "auto", "cpu" or "gpu".
    cache : str
        Folder for prepared real crops.

    Returns
    -------
    Path
        The run folder of the finished network.

    Raises
    ------
    InputError
        A step fails; its log says why.
    """
    target = Path(folder)
    chosen = read_recipe(recipe, changes)
    rate, seed = chosen.stage[-1].lr, chosen.seed
    second = [f"seed={seed + 1}", f"stage.{len(chosen.stage) - 1}.lr={rate * TWIN_RATE:g}"]
    side_by_side = chosen_device(device) != "cpu"
    common = ["--device", device, *(["--cache", cache] if cache else [])]
    running = []
    for name, own in (("a", []), ("b", second)):
        command = _training(target / name, recipe, [*changes, *own], init)
        if command:
            running.append((name, _start(target, name, [*command, *common])))
            if not side_by_side:
                _finish(target, *running.pop())
    for name, process in running:
        _finish(target, name, process)
    base = target / "base"
    if not checkpoint.has_weights(base):
        pair = ["--init", str(target / "a"), "--other", str(target / "b"), "--run", str(base)]
        _finish(target, "average", _start(target, "average", ["weight-average", *pair]))
    if not data:
        return base
    if not (target / "tuned" / FOLDS).is_file():
        command = ["crossvalidate", "--recipe", tuning, "--init", str(base), "--data", data]
        command += ["--run", str(target / "tuned"), "--folds", str(folds), *_settings(tuning_changes)]
        _finish(target, "tuning", _start(target, "tuning", [*command, *common]))
    return target / "tuned" / "all"


def _training(run_folder: Path, recipe: str, changes: Sequence[str], init: str) -> list[str]:
    """The command that begins or continues a training; empty if it is finished."""
    if _finished(run_folder):
        return []
    command = ["train", "--run", str(run_folder)]
    if checkpoint.checkpoints(run_folder / "checkpoints"):
        return [*command, "--resume"]
    (run_folder / "recipe.toml").unlink(missing_ok=True)
    return [*command, "--recipe", recipe, *_settings(changes), *(["--init", init] if init else [])]


def _finished(run_folder: Path) -> bool:
    try:
        scores = json.loads((run_folder / SCORES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(scores.get("final"))


def _settings(changes: Sequence[str]) -> list[str]:
    return [part for change in changes for part in ("--set", change)]


def _start(target: Path, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command of this package, its output in a log of its own."""
    target.mkdir(parents=True, exist_ok=True)
    logger.info("%s: %s", name, " ".join(command))
    package = __name__.split(".fit.")[0]
    with (target / f"{name}.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", package, *command], stdout=log, stderr=log)


def _finish(target: Path, name: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for a step; an interrupt goes to the step as well, which writes its checkpoint."""
    try:
        status = process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise
    if status:
        lines = (target / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
        reason = lines[-1] if lines else f"status {status}"
        raise InputError(f"The step '{name}' failed ({reason}); see {name}.log, then run the command again.")
