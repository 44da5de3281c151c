"""Score many files and forms: in one process or several, and again from where an interrupted run ended."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.numerics.threads import limit_threads, usable_threads
from ..real.catalogue import RealScene
from .form_scenes import write_form
from .models import ScoredModel, open_model, with_passes
from .real_scores import NATIVE, Scored, picture_name, score_scene

JOURNAL = "scored.jsonl"
"""File in the folder of scores with what has been scored so far."""
Row = dict[str, Any]
Outcome = Optional[tuple[Row, np.ndarray]]
"""A row and the logits of its windows; None where a form does not apply to a scene."""
OpenModel = Callable[[str, str], ScoredModel]


@dataclass(frozen=True)
class SceneTask:
    """One file to score in one form.

    Attributes
    ----------
    scene : RealScene
    model : str
        Model file, run folder or checkpoint.
    form : str
        One of `form_scenes.FORM_NAMES`.
    crops : tuple of Path
        Quiet crops for the form "over_quiet".
    volcano_folds : int
    passes : tuple of str, optional
        Passes after the first one, in place of those of the model's card.
    """

    scene: RealScene
    model: str
    form: str = NATIVE
    crops: tuple[Path, ...] = ()
    volcano_folds: int = 5
    passes: Optional[tuple[str, ...]] = None


def run_tasks(
    tasks: Sequence[SceneTask],
    folder: Path,
    pictures: Path,
    *,
    backend: str = "auto",
    processes: int = 1,
    resume: bool = False,
    opened: OpenModel = open_model,
    progress: Optional[Callable[[int], None]] = None,
) -> list[Outcome]:
    """Score all tasks; tasks of one model should follow each other.

    Parameters
    ----------
    tasks : sequence of SceneTask
    folder : Path
        Where the journal is kept.
    pictures : Path
        Where the data of the native scenes' pictures go.
    backend : str
        The engine's.
    processes : int
        Number of processes; each has an equal share of the cores.
    resume : bool
        Whether to take over what the journal of an earlier run holds; otherwise it begins anew.
    opened : callable
        Opens a model by its name and a backend, in a single process.
    progress : callable, optional
        Called with the number of finished tasks.

    Returns
    -------
    list
        Outcomes in the order of the tasks.
    """
    pictures.mkdir(parents=True, exist_ok=True)
    journal = folder / JOURNAL
    done = _read_journal(journal) if resume else {}
    if not resume:
        journal.unlink(missing_ok=True)
    changed = {model: _changed(Path(model)) for model in {task.model for task in tasks}}
    keys = [
        f"{task.model}|{changed[task.model]}|{task.passes}|{task.form}|{task.scene.file}" for task in tasks
    ]
    left = [(key, task) for key, task in zip(keys, tasks) if key not in done]
    with journal.open("a", encoding="utf-8") as file:
        outcomes = _run(left, pictures, backend, processes, opened)
        for finished, (key, outcome) in enumerate(outcomes, start=len(tasks) - len(left) + 1):
            done[key] = outcome
            file.write(_line(key, outcome))
            file.flush()
            if progress is not None:
                progress(finished)
    return [done[key] for key in keys]


def _run(
    tasks: Sequence[tuple[str, SceneTask]], pictures: Path, backend: str, processes: int, opened: OpenModel
) -> Iterator[tuple[str, Outcome]]:
    """Outcome of each task, as they finish."""
    if processes <= 1 or len(tasks) <= 1:
        worker = _Worker(pictures, backend, opened)
        for key, task in tasks:
            yield key, worker.score(task)
        return
    threads = max(1, usable_threads() // processes)
    context = multiprocessing.get_context("spawn")  # a forked process would inherit GDAL's and BLAS' threads
    with ProcessPoolExecutor(processes, context, _start, (pictures, backend, threads)) as pool:
        futures = {pool.submit(_score, task): key for key, task in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


class _Worker:
    """Scores tasks one by one, and keeps the model of the last one open."""

    def __init__(self, pictures: Path, backend: str, opened: OpenModel = open_model) -> None:
        self._pictures, self._backend, self._open = pictures, backend, opened
        self._model: Optional[ScoredModel] = None
        self._source = ""

    def score(self, task: SceneTask) -> Outcome:
        if self._model is None or self._source != task.model:
            self._model, self._source = self._open(task.model, self._backend), task.model
            if task.passes is not None:
                self._model = with_passes(self._model, task.passes)
        if task.form == NATIVE:
            scored = self._scored(task, task.scene)
        else:
            with tempfile.TemporaryDirectory(prefix="quakefringe-") as temporary:
                scene = write_form(task.scene, task.form, task.crops, Path(temporary))
                if scene is None:
                    return None
                scored = self._scored(task, scene)
        if scored.pictures is not None:
            np.savez_compressed(self._pictures / f"{picture_name(task.scene.file)}.npz", **scored.pictures)
        return scored.row, scored.logits

    def _scored(self, task: SceneTask, scene: RealScene) -> Scored:
        model = self._model
        network, name = (None, "") if model is None else (model.network, model.name)
        native = task.form == NATIVE
        return score_scene(scene, network, name, folds=task.volcano_folds, form=task.form, pictures=native)


_worker: Optional[_Worker] = None
"""Of a process of the pool."""


def _start(pictures: Path, backend: str, threads: int) -> None:
    global _worker  # noqa: PLW0603 - the pool's way to give each process its own state
    limit_threads(threads)
    _worker = _Worker(pictures, backend)


def _score(task: SceneTask) -> Outcome:
    if _worker is None:
        raise RuntimeError("The process was not started by the pool.")
    return _worker.score(task)


def _changed(path: Path) -> int:
    """When a model file, or the newest file of a run folder, was last changed."""
    files = path.rglob("*") if path.is_dir() else (path,)
    return max((file.stat().st_mtime_ns for file in files if file.is_file()), default=0)


def _line(key: str, outcome: Outcome) -> str:
    row, logits = outcome if outcome is not None else (None, None)
    entry = {"key": key, "row": row, "logits": None if logits is None else np.asarray(logits).tolist()}
    return json.dumps(entry, default=lambda value: value.item()) + "\n"


def _read_journal(path: Path) -> dict[str, Outcome]:
    """Outcomes by key; a line that an interruption cut off is left out."""
    done: dict[str, Outcome] = {}
    if not path.exists():
        return done
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        row = entry["row"]
        logits = None if row is None else np.asarray(entry["logits"], np.float32).reshape(-1, 3)
        done[entry["key"]] = None if row is None or logits is None else (row, logits)
    return done
