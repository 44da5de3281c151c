"""`figures`: draw scores as PNG files and as one self-contained page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.errors import InputError, OutputError
from ...engine.inference.calibration import EARTHQUAKE
from ..data.packing import unpack
from ..scoring.localisation import localise
from ..scoring.score_folder import PICTURES, ROWS, load_scores, read_rows, simulated_sets, write_text
from . import alarms, pictures
from . import scores as draw
from .network import ShownNetwork
from .page import Page
from .real import real_chapter
from .style import BLUE, ORANGE, save_png, styled

PAGE = "index.html"
ANY_DEFORMATION = ("accuracy", "precision", "recall", "f1", "false_alarms", "auc")

logger = logging.getLogger(__name__)


@dataclass
class Source:
    """The contents of one folder of scores.

    Attributes
    ----------
    name : str
        Label of the scores on the page.
    pictures : Path
        Folder of the data of pictures.
    scores : dict
        Content of ``scores.json``.
    answers : dict of dict of ndarray
        Answers on the simulated sets; empty if there are none.
    rows : list of dict
        Rows of the real files; empty if there are none.
    """

    name: str
    pictures: Path
    scores: dict[str, Any]
    answers: dict[str, dict[str, np.ndarray]]
    rows: list[dict[str, Any]]


def run(
    scores: Sequence[str], out: str, *, run: str = "", model: str = "", names: Sequence[str] = ()
) -> Path:
    """Draw all figures of the scores.

    Parameters
    ----------
    scores : sequence of str
        One folder that `evaluate` wrote, or two to compare on real data. The simulated chapter shows the last
        one that has simulated scores.
    out : str
        Folder for ``index.html`` and the PNG files.
    run : str
        Run folder, for training curves and the attention of each head.
    model : str
        Instead of a run folder: a released model file, with its history beside it.
    names : sequence of str
        Labels of the scores.

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
        raise InputError("--scores takes one folder, or two to compare; give one or two.")
    if names and len(names) != len(scores):
        raise InputError("--names needs one name for each folder of scores.")
    sources = [read_source(Path(folder), names[i] if names else "") for i, folder in enumerate(scores)]
    network = ShownNetwork(run, model)
    network.check()
    train, validation = network.history()
    target = Path(out)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder '{target.name}' cannot be created: {error.strerror or error}."
        ) from error
    page = Page("How good the network is", _lead(sources))
    with styled():
        if train:
            _training(page, target, train, validation)
        simulated = [source for source in sources if source.answers]
        if simulated:
            _simulated(page, target, simulated[-1], network)
        if any(source.rows for source in sources):
            real_chapter(page, target, [source for source in sources if source.rows])
    write_text(target / PAGE, page.html())
    logger.info("%s and %d figures beside it", target / PAGE, len(list(target.glob("*.png"))))
    return target / PAGE


def read_source(folder: Path, name: str = "") -> Source:
    """Read a folder of scores; raises `InputError` if it has none."""
    scores = load_scores(folder)
    rows = read_rows(folder) if "real" in scores and (folder / ROWS).exists() else []
    answers = simulated_sets(folder) if "simulated" in scores else {}
    if not rows and not answers:
        raise InputError(f"The scores in '{folder.name}' are empty; run evaluate again.")
    model = scores.get("model", {})
    return Source(name or str(model.get("name", folder.name)), folder / PICTURES, scores, answers, rows)


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


def _training(
    page: Page, target: Path, train: Sequence[dict[str, Any]], validation: Sequence[dict[str, Any]]
) -> None:
    page.chapter("Training")
    page.picture(
        save_png(draw.training_curves(train, validation), target / "training.png"),
        "Training loss and its parts, and scores on the fixed validation sets, against tiles shown. Dotted "
        "lines mark the beginning of a stage with larger tiles.",
    )


def _simulated(page: Page, target: Path, source: Source, network: ShownNetwork) -> None:
    """The chapter on the simulated test sets."""
    scores, mixed = source.scores["simulated"], source.answers.get("mixed")
    model = source.scores.get("model", {})
    temperature = float(model.get("calibration", {}).get("temperature", 1.0))
    page.chapter("Simulated test sets")
    page.text(
        f"Fixed seeds that training never used. {scores.get('backgrounds', '')} The answer is the most "
        "probable class. Tiles whose signal is hidden by the background count only in the recall by "
        "magnitude and depth. Precision, recall, AUC and false alarms are for earthquakes against "
        "everything else."
    )
    _simulated_table(page, scores["sets"])
    if mixed is None:
        return
    _class_figures(page, target, scores, mixed, temperature)
    if scores.get("detectability"):
        page.picture(
            save_png(draw.detectability_figure(scores["detectability"]), target / "detectability.png"),
            "Recall of all simulated earthquakes, hidden ones included, by magnitude and centroid depth, "
            "with the physical limit: the smallest Mw whose peak line-of-sight motion reaches 1 cm or one "
            "fringe of 2.77 cm.",
        )
    local = localise(mixed, model.get("thresholds", {}), temperature)
    quake = (mixed["label"] == EARTHQUAKE) & (mixed["weight"] > 0)
    if (quake & np.isfinite(local["iou"])).any():
        page.picture(
            save_png(draw.localisation_figure(local, quake), target / "localisation.png"),
            "Visible earthquakes: IoU of the plugin's boxes with the true box, distance of their centres, "
            "and fraction of the attention inside the true box.",
        )
    _samples(page, target, mixed, local["found_box"], network, temperature)


def _class_figures(
    page: Page, target: Path, scores: dict[str, Any], mixed: dict[str, np.ndarray], temperature: float
) -> None:
    """Figures of the classes and of their probabilities."""
    sets = scores["sets"]
    page.picture(
        save_png(draw.simulated_confusion(sets), target / "confusion.png"),
        "Confusion matrices of wrapped and unwrapped tiles: counts, and per cent of the true class.",
    )
    page.picture(
        save_png(draw.simulated_curves(mixed, temperature), target / "roc.png"),
        "ROC and precision–recall of P(earthquake) on the mixed set.",
    )
    series = [
        (name, sets[f"mixed/{name}"]["reliability"], colour)
        for name, colour in (("wrapped", BLUE), ("unwrapped", ORANGE))
        if "reliability" in sets.get(f"mixed/{name}", {})
    ]
    if series:
        page.picture(
            save_png(draw.reliability_figure(series), target / "reliability.png"),
            "Reliability: observed frequency against predicted probability. Expected calibration error "
            f"{sets['mixed'].get('ece') or 0:.3f}.",
        )
    bands = {key[6:]: value for key, value in sets.items() if key.startswith("mixed/band ")}
    page.picture(
        save_png(alarms.false_alarm_figure(scores["hard"], scores["elevation"], bands), target / "hard.png"),
        "Hard negatives called earthquakes (line: 2 %), the same tiles with and without the elevation "
        "channel, and precision and recall by radar band.",
    )


def _simulated_table(page: Page, sets: dict[str, Any]) -> None:
    names = ("accuracy", "precision", "recall", "f1", "false_alarms", "auc", "ece")
    more = ("mask_iou", "box_iou", "pointing", "energy", "centre_km_median")
    _table_of_sets(page, sets, (*names, *more))
    any_deformation = {
        key: {"count": scores["count"], **scores["deformation"]}
        for key, scores in sets.items()
        if "deformation" in scores
    }
    if any_deformation:
        page.text("The same answers for the easier task of detecting deformation of any kind:")
        _table_of_sets(page, any_deformation, ANY_DEFORMATION)


def _table_of_sets(page: Page, sets: dict[str, Any], names: Sequence[str]) -> None:
    head = ["set", "tiles", *(name.replace("_", " ") for name in names)]
    rows = [
        [key.replace("_", " "), scores["count"], *(scores.get(name) for name in names)]
        for key, scores in sets.items()
        if scores.get("count")
    ]
    page.table(head, rows)


def _samples(
    page: Page,
    target: Path,
    mixed: dict[str, np.ndarray],
    boxes: np.ndarray,
    network: ShownNetwork,
    temperature: float,
) -> None:
    packed = {key[7:]: value for key, value in mixed.items() if key.startswith("sample_")}
    if not packed:
        return
    tiles = np.asarray(unpack(packed)["input"], np.float32)
    picked = pictures.pick_samples(mixed, len(tiles))
    if not picked:
        return
    heads = network.heads(tiles, picked)
    panels = pictures.sample_panels(tiles, mixed, boxes, picked, heads, temperature)
    per_head = ", attention of heads of the last block" if heads is not None else ""
    page.picture(
        save_png(panels, target / "samples.png"),
        "Samples of the mixed set: interferogram with predicted (black) and true box (white, dashed), "
        f"combined attention{per_head}, and mask. Each attention map is scaled to its maximum. Wrong "
        "answers are red.",
    )
