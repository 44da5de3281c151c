"""Leave-one-event-out cross-validation: a tuned network for each fold, and one tuned on everything."""

from __future__ import annotations

import dataclasses
import json
import logging
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
from ..config.run_folder import SCORES, TrainingRun
from ..device import chosen_device
from ..messages import shown_on_terminal
from ..model import checkpoint
from ..model.network import QuakeViT
from ..real.catalogue import EARTHQUAKE, QUIET
from ..real.packed import LabelledScene, labelled_groups
from ..scoring.validation import predict, score, validation_set
from .finetune import prepare
from .frozen_features import FrozenFeatures, compute_features, open_features
from .last_blocks import train_last_blocks

FOLDS = "folds.json"
WHOLE = "all"
FEATURES = "frozen-features"

logger = logging.getLogger(__name__)


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

    The network of a fold never sees the fold's events and volcanoes: neither their fields as sources nor
    their crops as backgrounds. The scores of all folds together (`evaluate --folds`) predict how the network
    tuned on everything performs on unseen ground.

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file of a network trained on simulation.
    data : str
        Folder of real interferograms with ``catalogue.csv``.
    folder : str
        Folder to write: the frozen features, one run for each fold, the run "all", and ``folds.json`` for
        `evaluate`. Existing runs are kept, so that the same call continues an interrupted one.
    recipe, changes
        As for `read_recipe`; the [network] table is that of `init`.
    folds : int
        Number of folds; 0: one for each earthquake.
    jobs : int
        Number of networks tuned at the same time, in processes that share the threads.
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
        With one sentence; finished runs are kept.
    """
    if jobs < 1:
        raise InputError(f"--jobs {jobs} is not possible; give 1 or more.")
    network, trained, progress = checkpoint.load_network(init)
    scenes = labelled_groups(data)
    plans = fold_groups(scenes, folds)
    chosen = dataclasses.replace(
        prepare(read_recipe(recipe, changes), trained, data), network=trained.network
    )
    if chosen.distillation.teachers:
        raise InputError(
            "crossvalidate trains on features, which a teacher cannot read; remove [distillation], or distil "
            "with train or finetune."
        )
    target, accelerator = Path(folder), chosen_device(device)
    if chosen.data.threads:
        torch.set_num_threads(chosen.data.threads)
    cache = cache or str(target / "cache")
    features = compute_features(network, chosen, target / FEATURES, device=accelerator, cache=cache)
    tasks = _open_tasks(target, {**plans, WHOLE: ()}, chosen, scenes)
    if jobs == 1:
        _tune(tasks, network, progress, features, accelerator)
    elif tasks:
        _tune_in_processes(tasks, jobs, init, target / FEATURES, accelerator)
    if not (target / WHOLE / SCORES).is_file():
        _compare(network, chosen, target / WHOLE, accelerator, cache)
    path = target / FOLDS
    entries = [{"model": name, "groups": list(groups)} for name, groups in plans.items()]
    path.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True)
class _Task:
    """One network to tune: its run folder, the held-out groups, its recipe, and those groups that deform."""

    folder: Path
    groups: tuple[str, ...]
    recipe: Recipe
    deforming: tuple[str, ...]


def _open_tasks(
    target: Path,
    plans: dict[str, tuple[str, ...]],
    recipe: Recipe,
    scenes: Sequence[LabelledScene],
) -> list[_Task]:
    """The networks that are not tuned yet."""
    deforming = {scene.group for scene in scenes if scene.label != QUIET}
    return [
        _Task(
            target / name,
            groups,
            _without(recipe, groups),
            tuple(group for group in groups if group in deforming),
        )
        for name, groups in plans.items()
        if not checkpoint.has_weights(target / name)
    ]


def _tune_in_processes(tasks: Sequence[_Task], jobs: int, init: str, features: Path, device: str) -> None:
    """Tune networks in `jobs` processes."""
    threads = max(1, torch.get_num_threads() // jobs)
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=end_with_parent) as pool:
        shares = [(init, features, tasks[number::jobs], device, threads) for number in range(jobs)]
        list(pool.map(_tune_share, *zip(*shares)))


def end_with_parent() -> None:
    """End this process together with the process that started it."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _tune_share(init: str, features: Path, tasks: Sequence[_Task], device: str, threads: int) -> None:
    """Tune one process's share of the networks."""
    torch.set_num_threads(threads)
    network, _, progress = checkpoint.load_network(init)
    with shown_on_terminal():
        _tune(tasks, network, progress, open_features(features), device)


def _tune(
    tasks: Sequence[_Task],
    network: QuakeViT,
    progress: dict[str, Any],
    features: FrozenFeatures,
    device: str,
) -> None:
    """Tune networks one after another, and write a run for each."""
    for task in tasks:
        opened = _new_run(task.folder, task.recipe)
        start = time.perf_counter()
        tuned, counts = train_last_blocks(
            network, features, task.recipe, set(task.groups), device=device, log=opened.log
        )
        seconds = time.perf_counter() - start
        state = {
            "recipe": task.recipe.to_dict(),
            "weights": tuned.state_dict(),
            "progress": {
                "shown": counts["shown"],
                "simulated": len(features.groups),
                "steps": counts["steps"],
                "before": checkpoint.total_progress(progress),
            },
        }
        checkpoint.save_checkpoint(opened.checkpoints, state, counts["shown"], 1)
        held_out = ", ".join(task.deforming) or "nothing"
        logger.info(
            "%s: %d tiles in %.0f s; held out: %s", task.folder.name, counts["shown"], seconds, held_out
        )


def fold_groups(scenes: Sequence[LabelledScene], folds: int = 0) -> dict[str, tuple[str, ...]]:
    """The events and volcanoes that each fold holds out.

    Earthquakes, other deforming groups and quiet groups are distributed in turn, each kind in alphabetical
    order, so that with as many folds as earthquakes every fold holds out exactly one earthquake.

    Raises
    ------
    InputError
        There would be fewer than two folds, or more folds than earthquakes.
    """
    labels: dict[str, set[str]] = {}
    for scene in scenes:
        labels.setdefault(scene.group, set()).add(scene.label)
    quakes = sorted(name for name, own in labels.items() if EARTHQUAKE in own)
    deforming = sorted(name for name, own in labels.items() if EARTHQUAKE not in own and own - {QUIET})
    quiet = sorted(name for name, own in labels.items() if own == {QUIET})
    count = folds or len(quakes)
    if not 2 <= count <= len(quakes):
        raise InputError(
            f"{count} folds are not possible with {len(quakes)} earthquakes; give 2 to {len(quakes)}."
        )
    out: dict[str, list[str]] = {f"fold-{index:02d}": [] for index in range(count)}
    for names in (quakes, deforming, quiet):
        for number, name in enumerate(names):
            out[f"fold-{number % count:02d}"].append(name)
    return {name: tuple(groups) for name, groups in out.items()}


def _without(recipe: Recipe, groups: Sequence[str]) -> Recipe:
    """The recipe of a network that never sees `groups`."""
    return dataclasses.replace(recipe, simulation={**recipe.simulation, "real_without": ";".join(groups)})


def _new_run(folder: Path, recipe: Recipe) -> TrainingRun:
    """A new run folder; the remains of an interrupted call are overwritten."""
    (folder / "recipe.toml").unlink(missing_ok=True)
    (folder / "log.jsonl").unlink(missing_ok=True)
    return TrainingRun.create(folder, recipe, {"last_blocks": recipe.last_blocks.blocks})


def _compare(before: Any, recipe: Recipe, folder: Path, device: Any, cache: str) -> None:
    """Score the network before and after tuning on the recipe's validation sets, to show what it forgot."""
    opened = TrainingRun.open(folder)
    after, _, _ = checkpoint.load_network(folder)
    scores: dict[str, Any] = {}
    for chosen in recipe.validation.set:
        tiles = validation_set(recipe, chosen, recipe.stage[0].size, opened.validation, cache)
        for name, network in (("before", before), ("after", after)):
            result = score(chosen.name, tiles, predict(network.to(device), tiles["input"], device))
            scores.update({f"{key}, {name}": value for key, value in result.items()})
            values = ", ".join(
                f"{key} {value}" for key, value in result[chosen.name].items() if key != "count"
            )
            logger.info("%s, %s: %s", chosen.name, name, values)
    opened.write_scores({"simulated": scores})
