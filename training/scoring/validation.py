"""Scores on fixed simulated sets: made once from held-out seeds, kept in the run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..config.recipe import Recipe, ValidationSet
from ..data.batches import Batch, SimulatedChunks, joined, to_numpy
from ..data.packing import load, pack, save, unpack
from .metrics import auc, calibration_error

STREAM = 1_000_000
"""Seed stream of the first validation set; training stages use 0, 1, …"""
CHUNK = 64
BANDS = {"band X": (0.0, 0.04), "band C": (0.04, 0.08), "band S": (0.08, 0.15), "band L": (0.15, 1.0)}
"""Wavelength ranges in metres."""
DEFORMED = 0.5
"""Deformed part of a patch, and its predicted probability, from which it counts as deformed."""


def validation_set(recipe: Recipe, one: ValidationSet, size: int, folder: Path, cache: str = "") -> Batch:
    """The tiles of a validation set as numpy arrays; simulated if the run folder does not hold them yet."""
    from ...engine.errors import InputError

    path = folder / f"{one.name}-{size}.npz"
    if path.exists():
        try:
            return unpack(load(path))
        except InputError:
            path.unlink()
    number = [other.name for other in recipe.validation.set].index(one.name)
    config = recipe.simulation_config(one.simulation)
    chunks = SimulatedChunks(config, size, CHUNK, recipe.seed, stream=STREAM + number, cache=cache)
    parts = [
        to_numpy(chunks.chunk(index, min(CHUNK, one.count - index * CHUNK)))
        for index in range(-(-one.count // CHUNK))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    save(path, pack(joined(parts)))
    return unpack(load(path))


@torch.no_grad()
def predict(network: Any, tiles: np.ndarray, device: Any = "cpu", batch: int = 64) -> dict[str, np.ndarray]:
    """Class "probability" (N, 3), "attention" and "mask" probability (N, g, g) of tiles (N, 5, H, W)."""
    network.eval()
    parts: list[dict[str, np.ndarray]] = []
    kind = torch.device(device).type
    for start in range(0, len(tiles), batch):
        chosen = torch.from_numpy(np.asarray(tiles[start : start + batch], np.float32)).to(device)
        with torch.autocast(kind, torch.bfloat16, enabled=kind != "cpu"):  # few processors gain by it
            out = network(chosen)
        parts.append(
            {
                "probability": torch.softmax(out["logits"].float(), dim=1).cpu().numpy(),
                "attention": out["attention"][:, 0].float().cpu().numpy(),
                "mask": torch.sigmoid(out["mask"].float()).cpu().numpy(),
            }
        )
    return joined(parts)


def slices(batch: Batch) -> dict[str, np.ndarray]:
    """Boolean masks of what is reported apart: wrapped, unwrapped and each radar band that is there."""
    meta = batch["meta"]
    out: dict[str, np.ndarray] = {}
    if "unwrapped" in meta:
        out["wrapped"] = meta["unwrapped"] < 0.5
        out["unwrapped"] = meta["unwrapped"] >= 0.5
    if "wavelength" in meta:
        for name, (low, high) in BANDS.items():
            out[name] = (meta["wavelength"] >= low) & (meta["wavelength"] < high)
    return {name: chosen for name, chosen in out.items() if chosen.any()}


def score(name: str, batch: Batch, predicted: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Scores of a set and of its slices, by name ("mixed", "mixed/wrapped", …)."""
    out = {name: scores(batch, predicted)}
    for part, chosen in slices(batch).items():
        inner = {key: value[chosen] for key, value in batch.items() if key not in ("meta", "input")}
        out[f"{name}/{part}"] = scores(inner, {key: value[chosen] for key, value in predicted.items()})
    return out


def scores(batch: Batch, predicted: dict[str, np.ndarray]) -> dict[str, float]:
    """All scores of one set of tiles.

    Tiles of weight 0 (a signal is there and cannot be seen) count nowhere. `precision`, `recall`,
    `false_alarms` and `auc` are those of earthquake against all else, the likeliest class being the answer;
    `ece` is the calibration error of P(earthquake); `pointing` the part of the earthquakes and other
    deformations whose attention peaks on deformed ground. A score that has nothing to count is left out.
    """
    known = batch["weight"] > 0
    label = batch["label"][known]
    probability = predicted["probability"][known]
    answer = probability.argmax(axis=1)
    quake, said = label == 1, answer == 1
    out: dict[str, float] = {"count": int(known.sum())}
    if not known.any():
        return out
    out["accuracy"] = float((answer == label).mean())
    out["accuracy_earthquake"] = float((said == quake).mean())
    if said.any():
        out["precision"] = float(quake[said].mean())
    if quake.any():
        out["recall"] = float(said[quake].mean())
    if (~quake).any():
        out["false_alarms"] = float(said[~quake].mean())
    if quake.any() and (~quake).any():
        out["auc"] = auc(probability[:, 1], quake)
    out["ece"] = calibration_error(probability[:, 1], quake)
    truth = batch["mask"][known] >= DEFORMED
    found = predicted["mask"][known] >= DEFORMED
    union = float((truth | found).sum())
    if truth.any():
        out["mask_iou"] = float((truth & found).sum()) / union
        chosen = truth.any(axis=(1, 2))
        flat = predicted["attention"][known][chosen].reshape(int(chosen.sum()), -1)
        hit = (batch["mask"][known][chosen] > 0).reshape(len(flat), -1)
        out["pointing"] = float(hit[np.arange(len(flat)), flat.argmax(axis=1)].mean())
    return {key: value if key == "count" else round(value, 5) for key, value in out.items()}
