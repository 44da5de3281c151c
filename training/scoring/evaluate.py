"""`evaluate`: a model on simulated test sets and on real interferograms, as the plugin would run it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ...engine.errors import InputError, OutputError
from ..config.recipe import Recipe, read_recipe
from ..config.run_folder import say
from ..real.catalogue import Fold, RealScene, check_groups, read_catalogue, read_folds
from .models import ScoredModel, open_model
from .real_scores import score_all
from .real_summary import by_event, summarise
from .score_folder import PICTURES, SCORES, load_scores, write_rows, write_scores
from .simulated_scores import score_simulated


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
        Tiles of the mixed simulated set, the hard sets have a quarter each; 0: none.
    real : str
        Folder of real interferograms with their catalogue; empty: none.
    out : str
        Folder of the scores; "scores" in the run folder, or beside the model, if left out. Simulated and
        real scores may be written by two calls.
    backend : str
        The engine's.
    device : str
        Where to simulate: "auto", "cpu" or "gpu".
    recipe, changes
        Whose simulation the test sets are drawn from, where the model does not say or something else is
        meant.
    cache : str
        Folder for prepared real backgrounds.
    folds : str
        JSON list of models and the groups that each has never seen; each is scored on those alone.
    groups : sequence of str
        Score only these events and volcanoes.
    quiet_fold, quiet_folds : int
        Volcano fold of the quiet crops that training kept out; the recipe's if left out.
    crops : int
        At most so many quiet crops, evenly spread; 0: all.

    Returns
    -------
    dict
        What ``scores.json`` holds.

    Raises
    ------
    InputError, ModelError, OutputError
        With one sentence that says what to do.
    """
    if simulated < 0 or crops < 0:
        raise InputError("--simulated and --crops count tiles and files; give 0 or more.")
    if not simulated and not real:
        raise InputError("There is nothing to score on; give --simulated N, --real FOLDER, or both.")
    if not model and not folds:
        raise InputError("There is no model to score; give --model, or --folds with --real.")
    if folds and not real:
        raise InputError("--folds tells who is scored on which real events; give --real FOLDER as well.")
    scenes = chosen_scenes(read_catalogue(real), groups, crops) if real else []
    pairs = read_folds(folds, read_catalogue(real)) if folds else []
    target = Path(out) if out else _beside(model or folds)
    main = open_model(model, backend) if model else None
    fold = _quiet_fold(main, quiet_fold)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder '{target.name}' cannot be made: {error.strerror or error}.") from error
    scores = _told(target, main)
    if simulated and main is not None:
        from ..device import chosen_device

        drawn = _recipe(main, recipe, changes)
        found = score_simulated(
            main.network, drawn, simulated, target, device=chosen_device(device), cache=cache, progress=_tell
        )
        scores = {**_told(target, main), "simulated": found}
        write_scores(target, scores)
        _say_simulated(found)
    if real:
        found = _real(main, scenes, pairs, target, backend, fold, quiet_folds)
        scores = {**_told(target, main), "real": found}
        if main is None:
            scores["model"] = {"name": f"{len(pairs)} models, each on what it has never seen"}
        write_scores(target, scores)
        _say_real(found)
    say(f"Scores are in {target}")
    return scores


def chosen_scenes(scenes: list[RealScene], groups: Sequence[str], crops: int = 0) -> list[RealScene]:
    """Scenes of the wanted groups, at most `crops` quiet crops among them, evenly spread.

    Raises
    ------
    InputError
        A group is not known, or a file is missing.
    """
    check_groups(groups, {scene.group for scene in scenes})
    kept = [scene for scene in scenes if not groups or scene.group in groups]
    quiet = [scene for scene in kept if scene.crop and scene.label == "quiet"]
    if crops and len(quiet) > crops:
        chosen = {quiet[index * len(quiet) // crops].file for index in range(crops)}
        kept = [s for s in kept if not (s.crop and s.label == "quiet") or s.file in chosen]
    absent = [scene.file for scene in kept if not scene.path.is_file()]
    if absent:
        raise InputError(
            f"{len(absent)} files of the catalogue are missing, {absent[0]} first; copy them again."
        )
    return kept


def _told(target: Path, main: Optional[ScoredModel]) -> dict[str, Any]:
    """What the folder says of this model.

    It is read again before each writing: another call may have added to it meanwhile.
    """
    scores = load_scores(target) if (target / SCORES).exists() else {}
    if main is None:
        return scores
    if scores.get("model", {}).get("hash", main.network.hash) != main.network.hash:
        scores = {}  # of another model
    return {**scores, "model": main.described}


def _real(
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
    done, of_fold = 0, {scene.file: _index_of(scene, pairs) for scene in scenes}
    order: list[tuple[Optional[Fold], list[RealScene]]] = (
        [(pair, [s for s in scenes if of_fold[s.file] == i]) for i, pair in enumerate(pairs)]
        if pairs
        else [(None, scenes)]
    )
    total = sum(len(part) for _, part in order)
    for pair, part in order:
        if not part:
            continue
        scored = main if pair is None else open_model(pair.model, backend)
        if scored is None:
            raise InputError("There is no model to score; give --model, or --folds with --real.")
        before = done

        def tell(number: int, before: int = before) -> None:
            if (before + number) % 50 == 0 or before + number == total:
                say(f"Real: {before + number} of {total} files")

        more, logits = score_all(
            part, scored.network, scored.name, target / PICTURES, folds=quiet_folds, progress=tell
        )
        rows += more
        windows += logits
        done += len(part)
    if not rows:
        raise InputError("No real file is held out of any model; look at the groups in the folds.")
    write_rows(target, rows, windows)
    return {
        "files": len(rows),
        "left_out": len(scenes) - len(rows),
        "quiet_fold": quiet_fold,
        "folds": [
            {"model": Path(p.model).name, "groups": p.groups, "quiet_fold": p.quiet_fold} for p in pairs
        ],
        "events": by_event(rows),
        **summarise(rows, quiet_fold),
    }


def _index_of(scene: RealScene, pairs: list[Fold]) -> int:
    return next((index for index, pair in enumerate(pairs) if pair.holds_out(scene)), -1)


def _quiet_fold(main: Optional[ScoredModel], told: Optional[int]) -> int:
    if told is not None:
        return told
    if main is None or main.recipe is None:
        return -1
    config = main.recipe.simulation_config()
    return config.quiet_fold if config.quiet else -1


def _recipe(main: ScoredModel, name: str, changes: Sequence[str]) -> Recipe:
    """The recipe whose simulation the test sets are drawn from."""
    if name or main.recipe is None:
        return read_recipe(name or "default", changes)
    if changes:
        raise InputError("--set changes a recipe that --recipe names; give both, or neither.")
    return main.recipe


def _beside(source: str) -> Path:
    path = Path(source)
    return (path if path.is_dir() else path.parent) / "scores"


def _tell(name: str, done: int, count: int) -> None:
    if done == count or done % 512 == 0:
        say(f"Simulated, {name}: {done} of {count} tiles")


def _say_simulated(found: dict[str, Any]) -> None:
    for name in ("mixed", "mixed/wrapped", "mixed/unwrapped"):
        if name in found["sets"]:
            say(f"  {name}: {_line(found['sets'][name], ('accuracy', 'precision', 'recall', 'auc', 'ece'))}")
    if "all" in found["hard"]:
        say(f"  false alarms on hard negatives: {100 * found['hard']['all']['rate']:.1f} %")


def _say_real(found: dict[str, Any]) -> None:
    for name, one in found["sets"].items():
        words = _line(one, ("precision", "recall", "f1", "accuracy", "auc"))
        say(f"  real, {name} ({one['files']} files, {one['events']} earthquakes): {words}")


def _line(one: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {one[name]:.3f}" for name in names if one.get(name) is not None)
