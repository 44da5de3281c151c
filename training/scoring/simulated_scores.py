"""A network on the simulated test sets: answers kept in files, and every score made from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.inference.calibration import EARTHQUAKE, window_probabilities
from ...engine.tile import CLASSES, RELIEF, TILE
from ..config.recipe import Recipe
from ..data import batches as data
from ..data.batches import SimulatedChunks, to_numpy
from ..data.packing import pack, save
from . import localisation
from .detectability import against_limit, recall_table
from .metrics import auc, average_precision, calibration_error, confusion, rates, reliability, share
from .score_folder import SIMULATED
from .simulated_sets import HARD, SEED, SETS, TestSet, held_out_config
from .validation import joined, slices

CHUNK = 32
SAMPLES = 24
"""Tiles of the mixed set that are kept as they are, for pictures."""
NONE = CLASSES.index("none")
Progress = Callable[[str, int, int], None]


def score_simulated(
    network: Any,
    recipe: Recipe,
    count: int,
    folder: Path,
    *,
    device: str = "cpu",
    cache: str = "",
    progress: Optional[Progress] = None,
) -> dict[str, Any]:
    """Simulate the test sets, run the network on them, keep its answers, and score them.

    Parameters
    ----------
    network : Network
        The engine's.
    recipe : Recipe
        Its simulation is what the sets are drawn from.
    count : int
        Tiles of the mixed set; the hard sets have a quarter each.
    folder : Path
        Of scores.
    device : str
        Where to simulate.
    cache : str
        Folder for prepared real backgrounds.
    progress : callable, optional
        Called with a set's name, tiles done and tiles in all.

    Returns
    -------
    dict
        See `summarise`.
    """
    answers = {}
    place = folder / SIMULATED
    place.mkdir(parents=True, exist_ok=True)
    with held_out_config(recipe) as (config, told):
        for one in SETS:
            number = max(1, round(count * one.part))
            part = dataclasses.replace(config, **one.changes)
            found = answer(network, part, one, number, device, cache, progress)
            save(place / f"{one.name}.npz", found)
            answers[one.name] = found
    card = network.card
    temperature = float(card.calibration.get("temperature", 1.0))
    return {"backgrounds": told, **summarise(answers, card.thresholds, temperature)}


def answer(
    network: Any,
    config: Any,
    one: TestSet,
    count: int,
    device: str = "cpu",
    cache: str = "",
    progress: Optional[Progress] = None,
) -> dict[str, np.ndarray]:
    """The network's answers on a set and the truth, flat: what ``simulated/<name>.npz`` holds.

    "logits" (N, 3), "attention", "mask", "truth_mask" (N, 14, 14), "label", "weight", "box" (N, 4),
    "blank_logits" (N, 3) with the elevation channel blanked (NaN where it was blank anyway), "meta_…", and
    "sample_…": the first tiles themselves, packed.
    """
    chunks = SimulatedChunks(config, TILE, CHUNK, SEED, stream=one.stream, device=device, cache=cache)
    parts: list[dict[str, Any]] = []
    kept: list[data.Batch] = []
    for index in range(-(-count // CHUNK)):
        batch = to_numpy(chunks.chunk(index, min(CHUNK, count - index * CHUNK)))
        tiles = np.asarray(batch["input"], np.float32)
        out = network.run(tiles)
        blank = np.full(out.logits.shape, np.nan, np.float32)
        high = np.flatnonzero(np.any(tiles[:, RELIEF] != 0, axis=(1, 2)))
        if len(high):
            flat = tiles[high]
            flat[:, RELIEF] = 0
            blank[high] = network.run(flat).logits
        parts.append(
            {
                "logits": out.logits,
                "blank_logits": blank,
                "attention": out.attention.mean(axis=1).astype(np.float16),
                "mask": out.mask.astype(np.float16),
                "truth_mask": np.asarray(batch["mask"], np.float16),
                "label": batch["label"],
                "weight": batch["weight"],
                "box": batch["box"],
                "meta": batch["meta"],
            }
        )
        if one.name == "mixed" and sum(len(part["label"]) for part in kept) < SAMPLES:
            kept.append(batch)
        if progress is not None:
            progress(one.name, min(count, (index + 1) * CHUNK), count)
    found = joined(parts)
    meta = found.pop("meta")
    found.update({f"meta_{name}": value for name, value in meta.items()})
    if kept:
        found.update({f"sample_{name}": value for name, value in pack(_first(joined(kept), SAMPLES)).items()})
    return found


def _first(batch: data.Batch, count: int) -> data.Batch:
    return {
        key: _first(value, count) if isinstance(value, dict) else value[:count]
        for key, value in batch.items()
        if key != "targets"
    }


def summarise(
    answers: Mapping[str, Mapping[str, np.ndarray]],
    thresholds: Mapping[str, float],
    temperature: float = 1.0,
) -> dict[str, Any]:
    """Every score of the stored answers.

    Returns
    -------
    dict
        "sets": `scores` of each set and of its slices ("mixed/wrapped", "mixed/band L", "mixed/elevation",
        …); "hard": false-alarm rates; "elevation": false alarms and recall with and without the elevation
        channel on the same tiles; "detectability": recall by magnitude and depth.
    """
    out: dict[str, Any] = {"sets": {}, "hard": {}, "elevation": {}}
    for name, found in answers.items():
        local = localisation.localise(found, thresholds, temperature)
        for part, chosen in {"": np.ones(len(found["label"]), bool), **parts_of(found)}.items():
            key = f"{name}/{part}" if part else name
            out["sets"][key] = scores(found, local, chosen, temperature)
        out["elevation"][name] = elevation_effect(found)
    hard = [name for name in HARD if name in answers]
    for name in hard:
        out["hard"][name] = share(_said(answers[name])[answers[name]["weight"] > 0])
    if hard:
        out["hard"]["all"] = share(
            np.concatenate([_said(answers[n])[answers[n]["weight"] > 0] for n in hard])
        )
    out["elevation"] = {name: value for name, value in out["elevation"].items() if value}
    if "mixed" in answers:
        out["detectability"] = detectability(answers["mixed"])
    return out


def parts_of(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Slices that are reported apart: quantity, band, elevation, real or simulated background."""
    meta = {key[5:]: value for key, value in found.items() if key.startswith("meta_")}
    out = slices({"meta": meta})
    for name, key in (("elevation", "has_elevation"), ("real background", "real_background")):
        if key in meta:
            out[name], out[f"no {name}"] = meta[key] >= 0.5, meta[key] < 0.5
    return {name: chosen for name, chosen in out.items() if chosen.any()}


def _said(found: Mapping[str, np.ndarray], key: str = "logits") -> np.ndarray:
    """Where the likeliest class is an earthquake."""
    return np.asarray(found[key].argmax(axis=1) == EARTHQUAKE)


def scores(
    found: Mapping[str, np.ndarray],
    local: Mapping[str, np.ndarray],
    chosen: np.ndarray,
    temperature: float = 1.0,
) -> dict[str, Any]:
    """All scores of some tiles of a set; the likeliest class is the answer.

    Tiles whose signal is there but hidden by the background (weight 0) count nowhere. Precision, recall, F1,
    false alarms and AUC are those of earthquake against all else; "accuracy" is that of three classes;
    "deformation" holds the same of deformation of any kind against none: the easier question, and the one
    that most published networks answer.
    """
    known = chosen & (found["weight"] > 0)
    out: dict[str, Any] = {"count": int(known.sum())}
    if not known.any():
        return out
    label, said = found["label"][known], found["logits"][known].argmax(axis=1)
    probability = window_probabilities(found["logits"][known], temperature)
    p = probability[:, EARTHQUAKE]
    quake, moving = label == EARTHQUAKE, label != NONE
    binary = rates(quake, said == EARTHQUAKE)
    out["accuracy"] = float((label == said).mean())
    out["accuracy_earthquake"] = binary.pop("accuracy")
    out.update(binary)
    out["auc"] = auc(p, quake)
    out["deformation"] = {**rates(moving, said != NONE), "auc": auc(-probability[:, NONE], moving)}
    if quake.any():
        out["average_precision"] = average_precision(p, quake)
    out["ece"] = calibration_error(p, quake)
    out["confusion"] = confusion(label, said, len(CLASSES))
    out["confusion_earthquake"] = confusion(quake, said == EARTHQUAKE, 2)
    out["reliability"] = {key: value.tolist() for key, value in reliability(p, quake).items()}
    truth = found["truth_mask"][known] >= localisation.DEFORMED
    mask = found["mask"][known] >= localisation.DEFORMED
    if truth.any():
        out["mask_iou"] = float((truth & mask).sum() / (truth | mask).sum())
    out.update(localisation.summary(local, known))
    return out


def elevation_effect(found: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The same tiles with their elevation channel and with it blanked; empty where none has one."""
    chosen = (found["weight"] > 0) & np.isfinite(found["blank_logits"]).all(axis=1)
    if not chosen.any():
        return {}
    out: dict[str, Any] = {"count": int(chosen.sum())}
    quake = found["label"][chosen] == EARTHQUAKE
    for name, key in (("with", "logits"), ("without", "blank_logits")):
        part = {"logits": found[key][chosen]}
        out[name] = rates(quake, _said(part))
        p = window_probabilities(part["logits"])[:, EARTHQUAKE]
        out[name]["mean_probability_on_negatives"] = float(p[~quake].mean()) if (~quake).any() else None
    return out


def detectability(found: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Recall of all simulated earthquakes, hidden ones included, by magnitude, depth and physical limit."""
    if "meta_mw" not in found or "meta_depth" not in found:
        return {}
    quake = np.isfinite(found["meta_mw"])
    magnitude, depth = found["meta_mw"][quake], found["meta_depth"][quake]
    said = _said(found)[quake]
    hidden = found["weight"][quake] <= 0
    mechanism = found.get("meta_mechanism", np.zeros(len(quake)))[quake]
    return {
        "table": recall_table(magnitude, depth, said, hidden),
        "limits": against_limit(magnitude, depth, mechanism, said),
        "visible": {
            "count": int((~hidden).sum()),
            "recall": float(said[~hidden].mean()) if (~hidden).any() else None,
        },
    }
