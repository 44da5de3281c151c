"""Score real files, each with the model that it was held out of, natively and in other forms."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError
from ..real.catalogue import QUIET, Fold, RealScene, check_groups
from .form_scores import form_table
from .real_scores import NATIVE
from .real_summary import by_event, summarise
from .scene_runs import OpenModel, Outcome, SceneTask, run_tasks
from .score_folder import FORM_ROWS, FORM_WINDOWS, PICTURES, TABLES, write_rows, write_text
from .tables import tables_page
from .targets import target_scores

LOGGED_FILES = 50
"""Files between two messages on progress."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RealRun:
    """What to score, and how.

    Attributes
    ----------
    model : str
        Model of all files if there are no `folds`.
    scenes, catalogue : sequence of RealScene
        The scenes to score, and all of the catalogue.
    folds : sequence of Fold
        Models and the groups held out of each.
    quiet_fold, quiet_folds : int
        Volcano fold whose crops were held out of the training of `model`, -1 if unknown; number of folds.
    forms : sequence of str
        Other forms to score the earthquake scenes in.
    backend : str
    processes : int
    resume : bool
    passes : tuple of str, optional
        Passes after the first one, in place of those of each model's card.
    """

    model: str
    scenes: Sequence[RealScene]
    catalogue: Sequence[RealScene]
    folds: Sequence[Fold] = ()
    quiet_fold: int = -1
    quiet_folds: int = 5
    forms: Sequence[str] = ()
    backend: str = "auto"
    processes: int = 1
    resume: bool = False
    passes: Optional[tuple[str, ...]] = None


def chosen_scenes(scenes: Sequence[RealScene], groups: Sequence[str], crops: int = 0) -> list[RealScene]:
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


def score_real(job: RealRun, target: Path, opened: OpenModel) -> dict[str, Any]:
    """Score the real files, and write rows, logits, pictures and tables into the folder `target`.

    Returns
    -------
    dict
        The part "real" of ``scores.json``: see `real_summary.summarise`, and "targets", "forms".

    Raises
    ------
    InputError, ModelError, OutputError
    """
    if not job.resume:
        shutil.rmtree(target / PICTURES, ignore_errors=True)
    tasks = list(_tasks(job))
    if not tasks:
        raise InputError("No real file is held out of any model; check the groups in the folds.")

    def log_progress(number: int) -> None:
        if number % LOGGED_FILES == 0 or number == len(tasks):
            logger.info("Real: %d of %d files", number, len(tasks))

    outcomes = run_tasks(
        tasks,
        target,
        target / PICTURES,
        backend=job.backend,
        processes=job.processes,
        resume=job.resume,
        opened=opened,
        progress=log_progress,
    )
    rows, windows = _columns(tasks, outcomes, native=True)
    form_rows, form_windows = _columns(tasks, outcomes, native=False)
    write_rows(target, rows, windows)
    if job.forms:
        write_rows(target, form_rows, form_windows, forms=True)
    else:  # those in the folder are of an earlier run
        for name in (FORM_ROWS, FORM_WINDOWS):
            (target / name).unlink(missing_ok=True)
    result = {
        "files": len(rows),
        "left_out": len(job.scenes) - len(rows),
        "quiet_fold": job.quiet_fold,
        "folds": [
            {"model": Path(fold.model).name, "groups": fold.groups, "quiet_fold": fold.quiet_fold}
            for fold in job.folds
        ],
        **real_scores_of(rows, form_rows, job.quiet_fold),
    }
    write_text(target / TABLES, tables_page(result))
    return result


def real_scores_of(
    rows: Sequence[dict[str, Any]], form_rows: Sequence[dict[str, Any]], quiet_fold: int
) -> dict[str, Any]:
    """All scores that follow from the rows of native files and of other forms."""
    scores = {"events": by_event(rows), **summarise(rows, quiet_fold), "targets": target_scores(rows)}
    if form_rows:
        scores["forms"] = form_table(rows, form_rows)
    return scores


def _tasks(job: RealRun) -> Iterator[SceneTask]:
    """Native tasks and those of other forms, model by model."""
    for fold, scenes in _parts(job.scenes, job.folds):
        model = job.model if fold is None else fold.model
        crops = _quiet_crops(job, fold)
        for scene in scenes:
            yield SceneTask(scene, model, volcano_folds=job.quiet_folds, passes=job.passes)
            if scene.is_earthquake:
                for form in job.forms:
                    yield SceneTask(scene, model, form, crops, job.quiet_folds, job.passes)


def _quiet_crops(job: RealRun, fold: Optional[Fold]) -> tuple[Path, ...]:
    """Quiet crops that the model has not been trained on, or all where that is not known."""
    quiet = [scene for scene in job.catalogue if scene.crop and scene.label == QUIET]
    if fold is not None:
        unseen = [scene for scene in quiet if fold.holds_out(scene)]
    else:
        unseen = [scene for scene in quiet if scene.fold(job.quiet_folds) == job.quiet_fold]
    return tuple(scene.path for scene in unseen or quiet)


def _parts(
    scenes: Sequence[RealScene], folds: Sequence[Fold]
) -> list[tuple[Optional[Fold], list[RealScene]]]:
    """Scenes by the fold whose model they are held out of; all of them under None without folds."""
    if not folds:
        return [(None, list(scenes))] if scenes else []
    first = {
        scene.file: next((i for i, fold in enumerate(folds) if fold.holds_out(scene)), -1) for scene in scenes
    }
    parts = [
        (fold, [scene for scene in scenes if first[scene.file] == index]) for index, fold in enumerate(folds)
    ]
    return [(fold, part) for fold, part in parts if part]


def _columns(
    tasks: Sequence[SceneTask], outcomes: Sequence[Outcome], *, native: bool
) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """Rows and logits of the native files, or of the other forms."""
    kept = [
        outcome
        for task, outcome in zip(tasks, outcomes)
        if outcome is not None and (task.form == NATIVE) == native
    ]
    return [row for row, _ in kept], [logits for _, logits in kept]
