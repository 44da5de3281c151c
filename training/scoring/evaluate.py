"""`evaluate`: score a model on simulated test sets and real interferograms, as the plugin would run it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ...engine.errors import InputError, OutputError
from ..config.recipe import Recipe, read_recipe
from ..device import chosen_device
from ..real.catalogue import QUIET, Fold, RealScene, check_groups, read_catalogue, read_folds
from .models import ScoredModel, open_model
from .real_scores import score_all
from .real_summary import by_event, summarise
from .score_folder import PICTURES, SCORES, load_scores, write_rows, write_scores
from .simulated_scores import score_simulated

logger = logging.getLogger(__name__)


def run(
    model: str = "",
    *,
    simulated: int = 0,
    real: str = "",
    out: str = "",
    backend: str = "auto",
    device: str = "auto",
    recipe: str = "",
    changes: Sequence[str] = (),
    cache: str = "",
    folds: str = "",
    groups: Sequence[str] = (),
    quiet_fold: Optional[int] = None,
    quiet_folds: int = 5,
    crops: int = 0,
) -> dict[str, Any]:
    """Score a model and write the folder of scores that `figures` and `calibrate` read.

    Parameters
    ----------
    model : str
        Model file, run folder or checkpoint. Not needed with `folds`.
    simulated : int
        Tiles of the mixed simulated set; each hard set has a quarter of that. 0: no simulated sets.
    real : str
        Folder of real interferograms with their catalogue; empty: none.
    out : str
        Folder of the scores; by default "scores" in the run folder or beside the model. Simulated and real
        scores may be written by separate calls.
    backend : str
        The engine's: "auto", "numpy" or "onnxruntime".
    device : str
        Device that simulates: "auto", "cpu" or "gpu".
    recipe, changes
        Recipe whose simulation the test sets are drawn from; by default the model's.
    cache : str
        Folder for prepared real backgrounds.
    folds : str
        JSON list of models and the groups held out of each; each model is scored on those groups only.
    groups : sequence of str
        Score only these events and volcanoes.
    quiet_fold, quiet_folds : int
        Volcano fold whose quiet crops were held out of training (default: the recipe's), and number of folds.
    crops : int
        Largest number of quiet crops, evenly spread; 0: all.

    Returns
    -------
    dict
        The content of ``scores.json``.

    Raises
    ------
    InputError, ModelError, OutputError
        With one sentence that says what is wrong and what to do.
    """
    _check_options(model, simulated, real, folds, crops)
    scenes = chosen_scenes(read_catalogue(real), groups, crops) if real else []
    pairs = read_folds(folds, read_catalogue(real)) if folds else []
    target = Path(out) if out else _folder_beside(model or folds)
    main = open_model(model, backend) if model else None
    fold = _quiet_fold(main, quiet_fold)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"The folder '{target.name}' cannot be created: {reason}.") from error
    scores = _stored_scores(target, main)
    if simulated and main is not None:
        drawn, kind = _recipe(main, recipe, changes), chosen_device(device)
        result = score_simulated(
            main.network, drawn, simulated, target, device=kind, cache=cache, progress=_log_simulated_progress
        )
        scores = {**_stored_scores(target, main), "simulated": result}
        write_scores(target, scores)
        _log_simulated(result)
    if real:
        result = _score_real(main, scenes, pairs, target, backend, fold, quiet_folds)
        scores = {**_stored_scores(target, main), "real": result}
        if main is None:
            scores["model"] = {"name": f"{len(pairs)} models, each on the groups held out of it"}
        write_scores(target, scores)
        _log_real(result)
    logger.info("Scores are in %s", target)
    return scores


def _check_options(model: str, simulated: int, real: str, folds: str, crops: int) -> None:
    """Raise `InputError` for options that do not go together."""
    if simulated < 0 or crops < 0:
        raise InputError("--simulated and --crops count tiles and files; give 0 or more.")
    if not simulated and not real:
        raise InputError("There is nothing to score on; give --simulated N, --real FOLDER, or both.")
    if not model and not folds:
        raise InputError("There is no model to score; give --model, or --folds with --real.")
    if folds and not real:
        raise InputError("--folds is for real interferograms; give --real FOLDER as well.")


def chosen_scenes(scenes: list[RealScene], groups: Sequence[str], crops: int = 0) -> list[RealScene]:
    """Scenes of the chosen groups, with at most `crops` quiet crops, evenly spread (0: all).

    Raises
    ------
    InputError
        A group is unknown, or a file is missing.
    """
    check_groups(groups, {scene.group for scene in scenes})
    kept = [scene for scene in scenes if not groups or scene.group in groups]
    quiet = [scene for scene in kept if scene.crop and scene.label == QUIET]
    if crops and len(quiet) > crops:
        chosen = {quiet[index * len(quiet) // crops].file for index in range(crops)}
        kept = [s for s in kept if not (s.crop and s.label == QUIET) or s.file in chosen]
    absent = [scene.file for scene in kept if not scene.path.is_file()]
    if absent:
        raise InputError(
            f"{len(absent)} files of the catalogue are missing, {absent[0]} first; copy them again."
        )
    return kept


def _stored_scores(target: Path, main: Optional[ScoredModel]) -> dict[str, Any]:
    """The scores of this model that the folder holds already.

    Read again before each writing, because another call may have added to the folder meanwhile.
    """
    scores = load_scores(target) if (target / SCORES).exists() else {}
    if main is None:
        return scores
    if scores.get("model", {}).get("hash", main.network.hash) != main.network.hash:
        scores = {}  # of another model
    return {**scores, "model": main.described}


def _score_real(
    main: Optional[ScoredModel],
    scenes: list[RealScene],
    pairs: list[Fold],
    target: Path,
    backend: str,
    quiet_fold: int,
    quiet_folds: int,
) -> dict[str, Any]:
    """Score the real files and write their rows and pictures."""
    shutil.rmtree(target / PICTURES, ignore_errors=True)
    rows: list[dict[str, Any]] = []
    windows: list[Any] = []
    parts = _parts(scenes, pairs)
    total = sum(len(part) for _, part in parts)
    for pair, part in parts:
        scored = main if pair is None else open_model(pair.model, backend)
        if scored is None:
            raise InputError("There is no model to score; give --model, or --folds with --real.")
        done = len(rows)

        def log_progress(number: int, done: int = done) -> None:
            if (done + number) % 50 == 0 or done + number == total:
                logger.info("Real: %d of %d files", done + number, total)

        new_rows, logits = score_all(
            part, scored.network, scored.name, target / PICTURES, folds=quiet_folds, progress=log_progress
        )
        rows += new_rows
        windows += logits
    if not rows:
        raise InputError("No real file is held out of any model; check the groups in the folds.")
    write_rows(target, rows, windows)
    return {
        "files": len(rows),
        "left_out": len(scenes) - len(rows),
        "quiet_fold": quiet_fold,
        "folds": [
            {"model": Path(pair.model).name, "groups": pair.groups, "quiet_fold": pair.quiet_fold}
            for pair in pairs
        ],
        "events": by_event(rows),
        **summarise(rows, quiet_fold),
    }


def _parts(scenes: list[RealScene], pairs: list[Fold]) -> list[tuple[Optional[Fold], list[RealScene]]]:
    """Scenes by the fold whose model they are held out of; all of them under None without folds."""
    if not pairs:
        return [(None, scenes)] if scenes else []
    first = {
        scene.file: next((i for i, pair in enumerate(pairs) if pair.holds_out(scene)), -1) for scene in scenes
    }
    parts = [
        (pair, [scene for scene in scenes if first[scene.file] == index]) for index, pair in enumerate(pairs)
    ]
    return [(pair, part) for pair, part in parts if part]


def _quiet_fold(main: Optional[ScoredModel], given: Optional[int]) -> int:
    """The volcano fold held out of training: the given one, or the recipe's; -1 if unknown."""
    if given is not None:
        return given
    if main is None or main.recipe is None:
        return -1
    config = main.recipe.simulation_config()
    return config.quiet_fold if config.quiet else -1


def _recipe(main: ScoredModel, name: str, changes: Sequence[str]) -> Recipe:
    """The recipe whose simulation the test sets are drawn from."""
    if name or main.recipe is None:
        return read_recipe(name or "default", changes)
    if changes:
        raise InputError("--set changes the recipe given by --recipe; give both, or neither.")
    return main.recipe


def _folder_beside(source: str) -> Path:
    path = Path(source)
    return (path if path.is_dir() else path.parent) / "scores"


def _log_simulated_progress(name: str, done: int, count: int) -> None:
    if done == count or done % 512 == 0:
        logger.info("Simulated, %s: %d of %d tiles", name, done, count)


def _log_simulated(result: dict[str, Any]) -> None:
    for name in ("mixed", "mixed/wrapped", "mixed/unwrapped"):
        if name in result["sets"]:
            line = _line(result["sets"][name], ("accuracy", "precision", "recall", "auc", "ece"))
            logger.info("  %s: %s", name, line)
    if "all" in result["hard"]:
        logger.info("  false alarms on hard negatives: %.1f %%", 100 * result["hard"]["all"]["rate"])


def _log_real(result: dict[str, Any]) -> None:
    for name, scores in result["sets"].items():
        line = _line(scores, ("precision", "recall", "f1", "accuracy", "auc"))
        counts = f"{scores['files']} files, {scores['events']} earthquakes"
        logger.info("  real, %s (%s): %s", name, counts, line)


def _line(scores: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {scores[name]:.3f}" for name in names if scores.get(name) is not None)
