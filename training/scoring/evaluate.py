"""`evaluate`: score a model on simulated test sets and real interferograms, as the plugin would run it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ...engine.errors import InputError, OutputError
from ..config.recipe import Recipe, read_recipe
from ..device import chosen_device
from ..real.catalogue import read_catalogue, read_folds
from .form_scenes import FORMS, TITLES
from .models import InPasses, ScoredModel, open_model, with_passes
from .real_runs import RealRun, chosen_scenes, score_real
from .score_folder import SCORES, load_scores, write_scores
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
    forms: Sequence[str] = (),
    processes: int = 1,
    resume: bool = False,
    passes: Optional[Sequence[str]] = None,
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
    forms : sequence of str
        Other forms in which every earthquake scene is scored too, of `form_scenes.FORMS`; "all": all of them.
    processes : int
        Processes that score real files side by side.
    resume : bool
        Whether to take over the real files that an interrupted run into the same folder has scored.
    passes : sequence of str, optional
        Passes of suspicious windows after the first one, in place of those of the model's card; simulated
        tiles, which go through the first one only, go through these as well.

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
    if processes < 1:
        raise InputError(f"--processes {processes} is not a number of processes; give 1 or more.")
    chosen_forms = _forms(forms, real)
    catalogue = read_catalogue(real) if real else []
    scenes = chosen_scenes(catalogue, groups, crops)
    pairs = read_folds(folds, catalogue) if folds else []
    target = Path(out) if out else _folder_beside(model or folds)
    main = open_model(model, backend) if model else None
    if main is not None and passes is not None:
        main = with_passes(main, passes)
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
            InPasses(main.network) if passes else main.network,
            drawn,
            simulated,
            target,
            device=kind,
            cache=cache,
            progress=_log_simulated_progress,
        )
        scores = {**_stored_scores(target, main), "simulated": result}
        write_scores(target, scores)
        _log_simulated(result)
    if real:
        job = RealRun(
            model=model,
            scenes=scenes,
            catalogue=catalogue,
            folds=pairs,
            quiet_fold=fold,
            quiet_folds=quiet_folds,
            forms=chosen_forms,
            backend=backend,
            processes=processes,
            resume=resume,
            passes=None if passes is None else tuple(passes),
        )
        result = score_real(job, target, lambda source, kind: _opened(source, kind, model, main))
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


def _forms(names: Sequence[str], real: str) -> tuple[str, ...]:
    """The forms in the order of `FORMS`; raises `InputError` for an unknown one or without real files."""
    known = tuple(form.name for form in FORMS)
    for name in names:
        if name not in (*known, "all"):
            raise InputError(f"--forms {name} is unknown; choose of {', '.join(known)} and all.")
    if names and not real:
        raise InputError("--forms are made of real interferograms; give --real FOLDER as well.")
    return known if "all" in names else tuple(name for name in known if name in names)


def _opened(source: str, backend: str, model: str, main: Optional[ScoredModel]) -> ScoredModel:
    """The model of a source; `main` if it is the one that is open already."""
    return main if main is not None and source == model else open_model(source, backend)


def _stored_scores(target: Path, main: Optional[ScoredModel]) -> dict[str, Any]:
    """The scores of this model that the folder holds already.

    Read again before each writing, because another call may have added to the folder meanwhile.
    """
    scores = load_scores(target) if (target / SCORES).exists() else {}
    if main is None:
        return scores
    stored = scores.get("model", {})
    if stored and any(stored.get(key) != main.described[key] for key in ("hash", "passes") if key in stored):
        scores = {}  # of another model, or of other passes
    return {**scores, "model": main.described}


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
    for name, scores in result.get("forms", {}).items():
        logger.info(
            "  %s (%d files): deformation %.0f %%, earthquake %.0f %%, %.1f s a file",
            TITLES[name],
            scores["files"],
            100 * scores["deformation"]["rate"],
            100 * scores["earthquake"]["rate"],
            scores["seconds"]["mean"] or 0.0,
        )


def _line(scores: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {scores[name]:.3f}" for name in names if scores.get(name) is not None)
