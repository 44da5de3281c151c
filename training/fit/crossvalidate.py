"""Leave-one-event-out: one tuned network for each fold, and one that has seen everything, from one bank."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import torch

from ...engine.errors import InputError
from ..config.recipe import Recipe, read_recipe
from ..config.run_folder import TrainingRun, say
from ..device import chosen_device
from ..model import checkpoint
from ..model.network import QuakeViT
from ..real.catalogue import EARTHQUAKE, QUIET, RealScene, read_catalogue
from ..scoring.score_folder import SCORES
from ..scoring.validation import predict, score, validation_set
from .finetune import prepare
from .frozen_features import Bank, make_bank, open_bank
from .last_blocks import train_tail

FOLDS = "folds.json"
WHOLE = "all"


def run(
    *,
    init: str,
    data: str,
    folder: str,
    recipe: str = "crossvalidate",
    changes: Sequence[str] = (),
    folds: int = 0,
    jobs: int = 1,
    device: str = "auto",
    cache: str = "",
) -> Path:
    """Tune the last blocks of a network on real data, once for each fold and once on everything.

    Each network of a fold has never seen the fold's events and volcanoes: no field of theirs as a source, no
    crop as a background. What is scored by all of them together (`evaluate --folds`) is what to expect of the
    network that was tuned in the same way on everything, on ground that it has not seen.

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file of a network that was trained on simulation.
    data : str
        Folder of real interferograms with ``catalogue.csv``.
    folder : str
        Folder to write: the bank, one run for each fold, the run "all", and ``folds.json`` for `evaluate`.
        Runs that are there already are kept, so that a call that was interrupted goes on.
    recipe, changes
        As for `read_recipe`; the [network] table gives way to that of `init`.
    folds : int
        Number of folds; 0: as many as there are earthquakes.
    jobs : int
        Networks that are tuned at the same time, each in a process of its own with its share of the threads.
    device : str
        "auto", "cpu" or "gpu".
    cache : str
        Folder for prepared real crops (default: in `folder`).

    Returns
    -------
    Path
        ``folds.json``.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence; what is done stays done.
    """
    if jobs < 1:
        raise InputError(f"{jobs} networks cannot be tuned at the same time; give 1 or more.")
    network, trained, progress = checkpoint.load_network(init)
    scenes = read_catalogue(data)
    plans = fold_groups(scenes, folds)
    chosen = prepare(read_recipe(recipe, changes), trained, data)
    chosen = dataclasses.replace(chosen, network=trained.network)
    target = Path(folder)
    where = chosen_device(device)
    if chosen.data.threads:
        torch.set_num_threads(chosen.data.threads)
    cache = cache or str(target / "cache")
    bank_folder = target / "bank"
    bank = make_bank(network, chosen, bank_folder, device=where, cache=cache)
    tasks = [
        _Task(
            target / name,
            groups,
            _with_groups(chosen, groups),
            tuple(group for group in groups if _moves(group, scenes)),
        )
        for name, groups in {**plans, WHOLE: ()}.items()
        if not (target / name / "checkpoints" / checkpoint.WEIGHTS).is_file()
    ]
    if jobs == 1:
        _tune(tasks, network, progress, bank, where)
    elif tasks:
        threads = max(1, torch.get_num_threads() // jobs)
        with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=end_with_parent) as pool:
            shares = [(init, bank_folder, tasks[number::jobs], where, threads) for number in range(jobs)]
            list(pool.map(_tune_apart, *zip(*shares)))
    if not (target / WHOLE / SCORES).is_file():
        _compare(network, chosen, target / WHOLE, where, cache)
    path = target / FOLDS
    entries = [{"model": name, "groups": list(groups)} for name, groups in plans.items()]
    path.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True)
class _Task:
    """One network to tune: where to, what it must not see, and what of that moves."""

    folder: Path
    groups: tuple[str, ...]
    recipe: Recipe
    moving: tuple[str, ...]


def end_with_parent() -> None:
    """Let this process end when the one that started it does: nobody would wait for its work any longer."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _tune_apart(init: str, bank: Path, tasks: Sequence[_Task], device: str, threads: int) -> None:
    """Tune some networks in a process of its own."""
    torch.set_num_threads(threads)
    network, _, progress = checkpoint.load_network(init)
    _tune(tasks, network, progress, open_bank(bank), device)


def _tune(
    tasks: Sequence[_Task], network: QuakeViT, progress: dict[str, Any], bank: Bank, device: str
) -> None:
    """Tune networks one after the other, and write a run for each."""
    for task in tasks:
        opened = _fresh(task.folder, task.recipe)
        began = time.perf_counter()
        tuned, told = train_tail(network, bank, task.recipe, set(task.groups), device=device, log=opened.log)
        seconds = time.perf_counter() - began
        state = {
            "recipe": task.recipe.to_dict(),
            "weights": tuned.state_dict(),
            "progress": {
                "shown": told["shown"],
                "simulated": len(bank.groups),
                "steps": told["steps"],
                "before": checkpoint.whole(progress),
            },
        }
        checkpoint.save_checkpoint(opened.checkpoints, state, told["shown"], 1)
        said = ", ".join(task.moving) or "nothing"
        say(f"{task.folder.name}: {told['shown']} tiles in {seconds:.0f} s; held out: {said}")


def fold_groups(scenes: Sequence[RealScene], folds: int = 0) -> dict[str, tuple[str, ...]]:
    """Which events and volcanoes each fold holds out.

    Earthquakes, other moving ground and quiet ground are dealt out one after the other, each in the order of
    their names, so that with as many folds as earthquakes every fold leaves out exactly one.

    Raises
    ------
    InputError
        There are fewer than two folds, or more than earthquakes.
    """
    labels: dict[str, set[str]] = {}
    for scene in scenes:
        labels.setdefault(scene.group, set()).add(scene.label)
    quakes = sorted(name for name, own in labels.items() if EARTHQUAKE in own)
    moving = sorted(name for name, own in labels.items() if EARTHQUAKE not in own and own - {QUIET})
    quiet = sorted(name for name, own in labels.items() if own == {QUIET})
    count = folds or len(quakes)
    if not 2 <= count <= len(quakes):
        raise InputError(f"{count} folds cannot be made of {len(quakes)} earthquakes; give 2 to that many.")
    out: dict[str, list[str]] = {f"fold-{index:02d}": [] for index in range(count)}
    for names in (quakes, moving, quiet):
        for number, name in enumerate(names):
            out[f"fold-{number % count:02d}"].append(name)
    return {name: tuple(groups) for name, groups in out.items()}


def _with_groups(recipe: Recipe, groups: Sequence[str]) -> Recipe:
    return dataclasses.replace(recipe, simulation={**recipe.simulation, "real_without": ";".join(groups)})


def _fresh(folder: Path, recipe: Recipe) -> TrainingRun:
    """A run folder; what an interrupted call left of it is overwritten."""
    (folder / "recipe.toml").unlink(missing_ok=True)
    (folder / "log.jsonl").unlink(missing_ok=True)
    return TrainingRun.create(folder, recipe, {"tail": recipe.tail.blocks})


def _compare(before: Any, recipe: Recipe, folder: Path, device: Any, cache: str) -> None:
    """Score a network before and after on the recipe's validation sets: what tuning has made it forget."""
    opened = TrainingRun.open(folder)
    after, _, _ = checkpoint.load_network(folder)
    scores: dict[str, Any] = {}
    for one in recipe.validation.set:
        tiles = validation_set(recipe, one, recipe.stage[0].size, opened.validation, cache)
        for name, network in (("before", before), ("after", after)):
            found = score(one.name, tiles, predict(network.to(device), tiles["input"], device))
            scores.update({f"{key}, {name}": value for key, value in found.items()})
            first = found[one.name]
            say(f"{one.name}, {name}: " + ", ".join(f"{k} {v}" for k, v in first.items() if k != "count"))
    opened.write_scores({"simulated": scores})


def _moves(group: str, scenes: Sequence[RealScene]) -> bool:
    return any(scene.group == group and scene.label != QUIET for scene in scenes)
