"""A network on the simulated test sets: its answers, kept in files, and the scores computed from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.inference.calibration import EARTHQUAKE, window_probabilities
from ...engine.inference.model_use import ModelUse
from ...engine.tile import CLASSES, RELIEF, TILE
from ..config.recipe import Recipe
from ..data import batches as data
from ..data.batches import SimulatedChunks, cut, joined, to_numpy
from ..data.packing import pack, save
from . import localisation
from .detectability import against_limit, recall_table
from .metrics import auc, average_precision, calibration_error, confusion, rates, reliability, share
from .score_folder import SIMULATED
from .simulated_sets import HARD, SEED, SETS, TestSet, held_out_config
from .validation import slices

CHUNK = 32
"""Tiles simulated at once."""
SAMPLES = 24
"""Tiles of the mixed set that are kept whole, for pictures."""
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
    """Simulate the test sets, run the network on them, save its answers and score them.

    Parameters
    ----------
    network : Network
        The engine's.
    recipe : Recipe
        The test sets are drawn from its simulation.
    count : int
        Tiles of the mixed set; each hard set has a quarter of that.
    folder : Path
        Folder of scores.
    device : str
        Device that simulates.
    cache : str
        Folder for prepared real backgrounds.
    progress : callable, optional
        Called with the name of a set, the tiles done and all its tiles.

    Returns
    -------
    dict
        See `summarise`.
    """
    answers = {}
    target = folder / SIMULATED
    target.mkdir(parents=True, exist_ok=True)
    with held_out_config(recipe) as (config, backgrounds):
        for test_set in SETS:
            number = max(1, round(count * test_set.part))
            changed = dataclasses.replace(config, **test_set.changes)
            arrays = answer(network, changed, test_set, number, device, cache, progress)
            save(target / f"{test_set.name}.npz", arrays)
            answers[test_set.name] = arrays
    use = ModelUse.from_card(network.card)
    return {"backgrounds": backgrounds, **summarise(answers, use.thresholds, use.temperature)}


def answer(
    network: Any,
    config: Any,
    test_set: TestSet,
    count: int,
    device: str = "cpu",
    cache: str = "",
    progress: Optional[Progress] = None,
) -> dict[str, np.ndarray]:
    """The network's answers on a test set with the truth: the arrays of ``simulated/<name>.npz``.

    "logits" (N, 3), "attention", "mask", "truth_mask" (N, 14, 14), "label", "weight", "box" (N, 4),
    "blank_logits" (N, 3) with the elevation channel blanked (NaN for tiles without elevation), "meta_…", and
    "sample_…": the first tiles, packed.
    """
    chunks = SimulatedChunks(config, TILE, CHUNK, SEED, stream=test_set.stream, device=device, cache=cache)
    parts: list[dict[str, Any]] = []
    samples: list[data.Batch] = []
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
        if test_set.name == "mixed" and sum(len(part["label"]) for part in samples) < SAMPLES:
            samples.append(batch)
        if progress is not None:
            progress(test_set.name, min(count, (index + 1) * CHUNK), count)
    arrays = joined(parts)
    meta = arrays.pop("meta")
    arrays.update({f"meta_{name}": value for name, value in meta.items()})
    if samples:
        packed = pack(cut(joined(samples), slice(0, SAMPLES)))
        arrays.update({f"sample_{name}": value for name, value in packed.items()})
    return arrays


def summarise(
    answers: Mapping[str, Mapping[str, np.ndarray]],
    thresholds: Mapping[str, float],
    temperature: float = 1.0,
) -> dict[str, Any]:
    """All scores of the stored answers.

    Returns
    -------
    dict
        "sets": `scores` of each set and of its parts ("mixed/wrapped", "mixed/band L", "mixed/elevation", …);
        "hard": false-alarm rates; "elevation": false alarms and recall with and without the elevation channel
        on the same tiles; "detectability": recall by magnitude and depth.
    """
    out: dict[str, Any] = {"sets": {}, "hard": {}, "elevation": {}}
    for name, arrays in answers.items():
        local = localisation.localise(arrays, thresholds, temperature)
        for part, chosen in {"": np.ones(len(arrays["label"]), bool), **parts_of(arrays)}.items():
            key = f"{name}/{part}" if part else name
            out["sets"][key] = scores(arrays, local, chosen, temperature)
        out["elevation"][name] = elevation_effect(arrays)
    hard = [name for name in HARD if name in answers]
    called = {name: called_earthquake(answers[name])[answers[name]["weight"] > 0] for name in hard}
    out["hard"] = {name: share(value) for name, value in called.items()}
    if hard:
        out["hard"]["all"] = share(np.concatenate(list(called.values())))
    out["elevation"] = {name: value for name, value in out["elevation"].items() if value}
    if "mixed" in answers:
        out["detectability"] = detectability(answers["mixed"])
    return out


def parts_of(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Parts of a set that are also scored separately: quantity, band, elevation, kind of background."""
    meta = {key[5:]: value for key, value in arrays.items() if key.startswith("meta_")}
    out = slices({"meta": meta})
    for name, key in (("elevation", "has_elevation"), ("real background", "real_background")):
        if key in meta:
            out[name], out[f"no {name}"] = meta[key] >= 0.5, meta[key] < 0.5
    return {name: chosen for name, chosen in out.items() if chosen.any()}


def called_earthquake(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Whether the most probable class of each tile is an earthquake."""
    return np.asarray(arrays["logits"].argmax(axis=1) == EARTHQUAKE)


def scores(
    arrays: Mapping[str, np.ndarray],
    local: Mapping[str, np.ndarray],
    chosen: np.ndarray,
    temperature: float = 1.0,
) -> dict[str, Any]:
    """All scores of the chosen tiles of a set; the answer is the most probable class.

    Tiles whose signal is hidden by the background (weight 0) do not count. Precision, recall, F1, false
    alarms and AUC are for earthquakes against everything else; "accuracy" is for the three classes.
    "deformation" holds the same scores for any deformation against none: an easier task, which most published
    networks are scored on.
    """
    known = chosen & (arrays["weight"] > 0)
    out: dict[str, Any] = {"count": int(known.sum())}
    if not known.any():
        return out
    label, answer_class = arrays["label"][known], arrays["logits"][known].argmax(axis=1)
    probability = window_probabilities(arrays["logits"][known], temperature)
    p = probability[:, EARTHQUAKE]
    quake, moving = label == EARTHQUAKE, label != NONE
    binary = rates(quake, answer_class == EARTHQUAKE)
    out["accuracy"] = float((label == answer_class).mean())
    out["accuracy_earthquake"] = binary.pop("accuracy")
    out.update(binary)
    out["auc"] = auc(p, quake)
    out["deformation"] = {**rates(moving, answer_class != NONE), "auc": auc(-probability[:, NONE], moving)}
    if quake.any():
        out["average_precision"] = average_precision(p, quake)
    out["ece"] = calibration_error(p, quake)
    out["confusion"] = confusion(label, answer_class, len(CLASSES))
    out["confusion_earthquake"] = confusion(quake, answer_class == EARTHQUAKE, 2)
    out["reliability"] = {key: value.tolist() for key, value in reliability(p, quake).items()}
    truth = arrays["truth_mask"][known] >= localisation.DEFORMED
    mask = arrays["mask"][known] >= localisation.DEFORMED
    if truth.any():
        out["mask_iou"] = float((truth & mask).sum() / (truth | mask).sum())
    out.update(localisation.summary(local, known))
    return out


def elevation_effect(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Scores of the tiles with elevation, with that channel and without; empty if there are none."""
    chosen = (arrays["weight"] > 0) & np.isfinite(arrays["blank_logits"]).all(axis=1)
    if not chosen.any():
        return {}
    out: dict[str, Any] = {"count": int(chosen.sum())}
    quake = arrays["label"][chosen] == EARTHQUAKE
    for name, key in (("with", "logits"), ("without", "blank_logits")):
        part = {"logits": arrays[key][chosen]}
        out[name] = rates(quake, called_earthquake(part))
        p = window_probabilities(part["logits"])[:, EARTHQUAKE]
        out[name]["mean_probability_on_negatives"] = float(p[~quake].mean()) if (~quake).any() else None
    return out


def detectability(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Recall of all simulated earthquakes, hidden ones too, by magnitude, depth and physical limit."""
    if "meta_mw" not in arrays or "meta_depth" not in arrays:
        return {}
    quake = np.isfinite(arrays["meta_mw"])
    magnitude, depth = arrays["meta_mw"][quake], arrays["meta_depth"][quake]
    detected = called_earthquake(arrays)[quake]
    hidden = arrays["weight"][quake] <= 0
    mechanism = arrays.get("meta_mechanism", np.zeros(len(quake)))[quake]
    return {
        "table": recall_table(magnitude, depth, detected, hidden),
        "limits": against_limit(magnitude, depth, mechanism, detected),
        "visible": {
            "count": int((~hidden).sum()),
            "recall": float(detected[~hidden].mean()) if (~hidden).any() else None,
        },
    }
