"""`figures`: scores as PNG files and one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError, OutputError
from ...engine.inference.calibration import EARTHQUAKE
from ..config.run_folder import TrainingRun, say
from ..data.packing import unpack
from ..scoring.localisation import localise
from ..scoring.score_folder import PICTURES, ROWS, load_scores, read_rows, simulated_sets, write_text
from . import pictures
from . import scores as draw
from .page import Page
from .real import real_chapter
from .style import BLUE, ORANGE, save_png, styled

PAGE = "index.html"
ANY_DEFORMATION = ("accuracy", "precision", "recall", "f1", "false_alarms", "auc")


@dataclass
class Source:
    """One folder of scores, read.

    Attributes
    ----------
    name : str
        What the page calls it.
    pictures : Path
    scores : dict
    answers : dict of dict of ndarray
        On simulated sets; empty without.
    rows : list of dict
        Of real files; empty without.
    """

    name: str
    pictures: Path
    scores: dict[str, Any]
    answers: dict[str, dict[str, np.ndarray]]
    rows: list[dict[str, Any]]


def run(scores: Sequence[str], out: str, *, run: str = "", names: Sequence[str] = ()) -> Path:
    """Draw everything that the scores hold.

    Parameters
    ----------
    scores : sequence of str
        One folder that `evaluate` wrote, or two to be shown side by side on real data; the simulated
        chapter is that of the last one that has simulated scores.
    out : str
        Folder for ``index.html`` and the PNG files.
    run : str
        Run folder: training curves, and the attention of each head from its checkpoint.
    names : sequence of str
        What to call the scores.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError, OutputError
        With one sentence that says what to do.
    """
    if not 1 <= len(scores) <= 2:
        raise InputError("--scores takes one folder, or two to compare.")
    if names and len(names) != len(scores):
        raise InputError("--names needs one name for each folder of scores.")
    sources = [read_source(Path(folder), names[i] if names else "") for i, folder in enumerate(scores)]
    entries = TrainingRun.open(Path(run)) if run else None
    target = Path(out)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder '{target.name}' cannot be made: {error.strerror or error}.") from error
    page = Page("How good the network is", _lead(sources))
    with styled():
        if entries is not None:
            _training(page, target, entries)
        simulated = [source for source in sources if source.answers]
        if simulated:
            _simulated(page, target, simulated[-1], run)
        if any(source.rows for source in sources):
            real_chapter(page, target, [source for source in sources if source.rows])
    write_text(target / PAGE, page.html())
    say(f"{target / PAGE}: {len(list(target.glob('*.png')))} pictures beside it")
    return target / PAGE


def read_source(folder: Path, name: str = "") -> Source:
    """Read a folder of scores; raises `InputError` where there are none."""
    told = load_scores(folder)
    rows = read_rows(folder) if "real" in told and (folder / ROWS).exists() else []
    answers = simulated_sets(folder) if "simulated" in told else {}
    if not rows and not answers:
        raise InputError(f"The scores in '{folder.name}' are empty; run evaluate again.")
    model = told.get("model", {})
    return Source(name or str(model.get("name", folder.name)), folder / PICTURES, told, answers, rows)


def _lead(sources: Sequence[Source]) -> str:
    parts = []
    for source in sources:
        model = source.scores.get("model", {})
        trained = model.get("trained") or {}
        size = f", trained on {trained['samples']:,} tiles" if "samples" in trained else ""
        recipe = f", recipe {model['recipe']}" if model.get("recipe") else ""
        digest = f", file {model['hash'][:12]}" if model.get("hash") else ""
        parts.append(f"{source.name}{recipe}{size}{digest}")
    return "Model: " + "; ".join(parts) + "."


def _training(page: Page, target: Path, run: TrainingRun) -> None:
    train, validation = run.entries("train"), run.entries("validation")
    if not train:
        return
    page.chapter("Training")
    made = draw.training_curves(train, validation)
    page.picture(
        save_png(made, target / "training.png"),
        "Training loss and its parts, and scores on the fixed validation sets, over tiles shown. A dotted "
        "line is where the next stage begins (larger tiles).",
    )


def _simulated(page: Page, target: Path, source: Source, run: str) -> None:
    found = source.scores["simulated"]
    sets, mixed = found["sets"], source.answers.get("mixed")
    model = source.scores.get("model", {})
    temperature = float(model.get("calibration", {}).get("temperature", 1.0))
    page.chapter("Simulated test sets")
    page.text(
        f"Fixed seeds that training never used. {found.get('backgrounds', '')} The likeliest class is the "
        "answer; tiles whose signal the background hides count nowhere but in the recall over magnitude and "
        "depth. Precision, recall, AUC and false alarms are those of earthquake against all else."
    )
    _simulated_table(page, sets)
    if mixed is None:
        return
    page.picture(
        save_png(draw.simulated_confusion(sets), target / "confusion.png"),
        "Confusion matrices, wrapped and unwrapped apart: counts, and per cent of the true class.",
    )
    page.picture(
        save_png(draw.simulated_curves(mixed, temperature), target / "roc.png"),
        "ROC and precision–recall of P(earthquake) on the mixed set.",
    )
    series = [
        (name, sets[key]["reliability"], colour)
        for name, key, colour in (
            ("wrapped", "mixed/wrapped", BLUE),
            ("unwrapped", "mixed/unwrapped", ORANGE),
        )
        if "reliability" in sets.get(key, {})
    ]
    if series:
        page.picture(
            save_png(draw.reliability_figure(series), target / "reliability.png"),
            f"Reliability: what was said against what was so. Expected calibration error "
            f"{sets['mixed'].get('ece') or 0:.3f}.",
        )
    bands = {key[6:]: value for key, value in sets.items() if key.startswith("mixed/band ")}
    page.picture(
        save_png(draw.false_alarm_figure(found["hard"], found["elevation"], bands), target / "hard.png"),
        "Hard negatives called earthquakes (the line is 2 %), the same tiles with the elevation channel and "
        "with it blanked, and precision and recall by radar band.",
    )
    if found.get("detectability"):
        page.picture(
            save_png(draw.detectability_figure(found["detectability"]), target / "detectability.png"),
            "Recall of every simulated earthquake, hidden ones included, over magnitude and centroid depth, "
            "on the physical limit: smallest Mw whose peak line-of-sight motion reaches 1 cm or one "
            "fringe of 2.77 cm.",
        )
    local = localise(mixed, model.get("thresholds", {}), temperature)
    quake = (mixed["label"] == EARTHQUAKE) & (mixed["weight"] > 0)
    if (quake & np.isfinite(local["iou"])).any():
        page.picture(
            save_png(draw.localisation_figure(local, quake), target / "localisation.png"),
            "Visible earthquakes: boxes of the plugin's own box code against the true box, distance between "
            "their centres, and the part of the attention that lies in the true box.",
        )
    _samples(page, target, mixed, local["found_box"], run, temperature)


def _simulated_table(page: Page, sets: dict[str, Any]) -> None:
    names = ("accuracy", "precision", "recall", "f1", "false_alarms", "auc", "ece")
    more = ("mask_iou", "box_iou", "pointing", "energy", "centre_km_median")
    _table_of_sets(page, sets, (*names, *more))
    moving = {
        key: {"count": one["count"], **one["deformation"]}
        for key, one in sets.items()
        if "deformation" in one
    }
    if moving:
        page.text("The same answers to the easier question of whether anything moves, whatever it is:")
        _table_of_sets(page, moving, ANY_DEFORMATION)


def _table_of_sets(page: Page, sets: dict[str, Any], names: Sequence[str]) -> None:
    head = ["set", "tiles", *(name.replace("_", " ") for name in names)]
    rows = [
        [key.replace("_", " "), one["count"], *(one.get(name) for name in names)]
        for key, one in sets.items()
        if one.get("count")
    ]
    page.table(head, rows)


def _samples(
    page: Page, target: Path, mixed: dict[str, np.ndarray], boxes: np.ndarray, run: str, temperature: float
) -> None:
    packed = {key[7:]: value for key, value in mixed.items() if key.startswith("sample_")}
    if not packed:
        return
    tiles = np.asarray(unpack(packed)["input"], np.float32)
    picked = pictures.pick_samples(mixed, len(tiles))
    if not picked:
        return
    heads = _heads(tiles, picked, run)
    made = pictures.sample_panels(tiles, mixed, boxes, picked, heads, temperature)
    each = ", attention of heads of the last block" if heads is not None else ""
    page.picture(
        save_png(made, target / "samples.png"),
        "Samples of the mixed set: interferogram with the box found (black) and the true one (white, "
        f"dashed), combined attention{each}, and the mask. Attention is scaled to "
        "the maximum of each map. Wrong answers are red.",
    )


def _heads(tiles: np.ndarray, picked: Sequence[int], run: str) -> Optional[np.ndarray]:
    """Attention of each head, (N, heads, 14, 14), from the run's checkpoint; None without one."""
    if not run:
        return None
    import torch

    from ..model.checkpoint import load_network

    network, _, _ = load_network(run)
    out: Optional[np.ndarray] = None
    with torch.no_grad():
        for index in picked:
            one = network(torch.from_numpy(tiles[index : index + 1]), per_head=True)["heads"][0].numpy()
            if out is None:
                out = np.zeros((len(tiles), *one.shape), np.float32)
            out[index] = one
    return out
