"""How good the source network is on simulated earthquakes with known truth, and what it does for the search.

The cases are those of the full estimate (`training.scoring.source_cases`), not the tiles of the training:
another simulation, by other code, with whole scenes instead of tiles.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.output.atomic import replacing
from ...engine.source import Look
from ...engine.source_network.guess import central_mechanism, rotation, views_of
from ...engine.source_network.model import SourceModel, load_source_model
from ...engine.source_network.proposal import points_of
from ...engine.source_network.views import draw
from ..scoring.source_cases import SourceCase, draw_case
from .search_scores import compare_searches

logger = logging.getLogger(__name__)

CALIBRATION_SEED = 500_000
"""First seed of the cases that calibrate the spreads; the scores have other ones."""
FACTORS = np.exp(np.linspace(np.log(0.6), np.log(2.5), 25))
"""Factors on the spreads that the calibration tries."""
DRAWS = 2000
LEVEL = 0.9
QUANTITIES = ("mw", "depth", "mechanism")


def run(
    model: str,
    out: str,
    *,
    cases: int = 200,
    calibration: int = 100,
    search: int = 0,
    backend: str = "auto",
    seed: int = 0,
) -> dict[str, Any]:
    """Calibrate and score a source network.

    Parameters
    ----------
    model : str
        Model file; empty for the one that comes with the plugin.
    out : str
        Folder for ``scores.json`` and ``cases.jsonl``.
    cases : int
        Simulated earthquakes that are scored, one look each.
    calibration : int
        Further ones that fit the factor on the spreads; 0 keeps that of the model file.
    search : int
        Earthquakes with two looks on which the search of the full estimate runs with and without the network.
    backend : str
    seed : int
        Of the first case.
    """
    network = load_source_model(model or None, backend)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    scores: dict[str, Any] = {"model": network.card.version, "backend": network.backend}
    widened = network.card.widened
    if calibration:
        widened = calibrate(network, CALIBRATION_SEED, calibration)
        logger.info("Factor on the spreads: %.2f", widened)
    scores["widened"] = widened
    rows = [score_case(network, draw_case(seed + number), widened, number) for number in range(cases)]
    scores["first guess, one look"] = summary(rows)
    if search:
        scores["search"] = compare_searches(network, seed, search, folder / "searches.jsonl")
    _write(folder / "cases.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    _write(folder / "scores.json", json.dumps(scores, indent=2) + "\n")
    logger.info(json.dumps(scores, indent=2))
    return scores


def score_case(network: SourceModel, case: SourceCase, widened: float, number: int) -> dict[str, float]:
    """Errors of the first guess from one of the looks, and which intervals hold the truth."""
    look = case.looks[number % len(case.looks)]
    began = time.perf_counter()
    faults = guess_draws(network, look, widened, number)
    planes, _, turn = central_mechanism(faults["strike"], faults["dip"], faults["rake"])
    seconds = time.perf_counter() - began
    truth = case.truth
    kagan = rotation(planes[0], (truth["strike"], truth["dip"], truth["rake"]))
    row = {
        "mw_error": abs(float(np.median(faults["mw"])) - truth["mw"]),
        "depth_error": abs(float(np.median(faults["depth"])) / truth["depth_km"] - 1),
        "kagan": kagan,
        "kagan_90": turn,
        "mw_90": _width(faults["mw"]),
        "seconds": seconds,
        "holds_mw": float(holds(faults["mw"], truth["mw"])),
        "holds_depth": float(holds(faults["depth"], truth["depth_km"])),
        "holds_mechanism": float(kagan <= turn),
    }
    return row


def guess_draws(network: SourceModel, look: Look, widened: float, seed: int) -> dict[str, np.ndarray]:
    """Draws of the network's answer to one look."""
    views = views_of(network, points_of(look, [look]))
    return draw(views, DRAWS, np.random.default_rng(seed), widened)


def holds(values: np.ndarray, truth: float) -> bool:
    """Whether the 90 % interval of the draws holds the truth."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return bool(low <= truth <= high)


def calibrate(network: SourceModel, first_seed: int, count: int) -> float:
    """The factor with which the intervals of Mw and depth hold nine truths of ten."""
    hits = np.zeros(len(FACTORS))
    for number in range(count):
        case = draw_case(first_seed + number)
        look = case.looks[number % len(case.looks)]
        views = views_of(network, points_of(look, [look]))
        for index, factor in enumerate(FACTORS):
            faults = draw(views, DRAWS // 2, np.random.default_rng(number), float(factor))
            held = holds(faults["mw"], case.truth["mw"]), holds(faults["depth"], case.truth["depth_km"])
            hits[index] += np.mean(held)
    return float(FACTORS[np.argmin(np.abs(hits / count - LEVEL))])


def summary(rows: list[dict[str, float]]) -> dict[str, float]:
    """Medians, ninetieth percentiles and coverage over the cases."""
    out: dict[str, float] = {"cases": len(rows)}
    for name in ("mw_error", "depth_error", "kagan"):
        values = np.array([row[name] for row in rows])
        out[f"{name}, median"] = round(float(np.median(values)), 3)
        out[f"{name}, 90 %"] = round(float(np.quantile(values, 0.9)), 3)
    for name in QUANTITIES:
        held = np.mean([row[f"holds_{name}"] for row in rows])
        out[f"90 % interval of {name} holds"] = round(float(held), 3)
    out["width of the interval of mw, median"] = round(float(np.median([row["mw_90"] for row in rows])), 3)
    out["seconds, median"] = round(float(np.median([row["seconds"] for row in rows])), 2)
    return out


def _width(values: np.ndarray) -> float:
    return float(np.subtract(*np.quantile(values, [0.95, 0.05])))


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
