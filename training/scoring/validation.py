"""Scores on fixed simulated sets: made once from held-out seeds, kept in the run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ...engine.errors import InputError
from ..config.recipe import Recipe
from ..config.tables import ValidationSet
from ..data.batches import Batch, SimulatedChunks, joined, to_numpy
from ..data.packing import load, pack, save, unpack
from ..data.shards import split_tiles
from .metrics import auc, calibration_error, rates

STREAM = 1_000_000
"""Seed stream of the first validation set; training stages use 0, 1, …"""
CHUNK = 64
"""Tiles simulated at once."""
BANDS = {"band X": (0.0, 0.04), "band C": (0.04, 0.08), "band S": (0.08, 0.15), "band L": (0.15, 1.0)}
"""Wavelength ranges in metres."""
DEFORMED = 0.5
"""A patch counts as deformed from this deformed fraction (truth) or probability (prediction) on."""


def validation_set(recipe: Recipe, chosen: ValidationSet, size: int, folder: Path, cache: str = "") -> Batch:
    """The tiles of a validation set as numpy arrays, simulated unless the folder holds them already."""
    path = folder / f"{chosen.name}-{size}.npz"
    if path.exists():
        try:
            return unpack(load(path))
        except InputError:
            path.unlink()
    number = [other.name for other in recipe.validation.set].index(chosen.name)
    config = recipe.simulation_config(chosen.simulation)
    chunks = SimulatedChunks(config, size, CHUNK, recipe.seed, stream=STREAM + number, cache=cache)
    parts = [
        to_numpy(chunks.chunk(index, min(CHUNK, chosen.count - index * CHUNK)))
        for index in range(-(-chosen.count // CHUNK))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    save(path, pack(joined(parts)))
    return unpack(load(path))


class ValidationTiles:
    """The tiles of a run's validation sets; those of the size in use stay in memory.

    Parameters
    ----------
    recipe : Recipe
    folder : Path
        Where simulated sets are kept.
    data : str
        Data set on disk whose validation split replaces the simulated sets; empty: none.
    cache : str
        Folder for prepared real crops.
    """

    def __init__(self, recipe: Recipe, folder: Path, data: str = "", cache: str = "") -> None:
        self.recipe, self.folder, self.data, self.cache = recipe, folder, data, cache
        self._held: dict[tuple[str, int], Batch] = {}

    def of(self, chosen: ValidationSet, size: int) -> Batch:
        """The tiles of one set with a width of `size` pixels."""
        key = chosen.name, size
        if key not in self._held:
            same_size = {known: tiles for known, tiles in self._held.items() if known[1] == size}
            self._held = {**same_size, key: self._read(chosen, size)}
        return self._held[key]

    def _read(self, chosen: ValidationSet, size: int) -> Batch:
        if self.data:
            return split_tiles(Path(self.data), "validation", chosen.count, size)
        return validation_set(self.recipe, chosen, size, self.folder, self.cache)


@torch.no_grad()
def predict(network: Any, tiles: np.ndarray, device: Any = "cpu", batch: int = 64) -> dict[str, np.ndarray]:
    """Class "probability" (N, 3), "attention" and "mask" probability (N, g, g) of tiles (N, 5, H, W)."""
    network.eval()
    parts: list[dict[str, np.ndarray]] = []
    kind = torch.device(device).type
    for start in range(0, len(tiles), batch):
        chosen = torch.from_numpy(np.asarray(tiles[start : start + batch], np.float32)).to(device)
        with torch.autocast(
            kind, torch.bfloat16, enabled=kind != "cpu"
        ):  # half precision gains nothing on most processors
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
    """Masks of the tiles that are also scored separately: wrapped, unwrapped and each radar band."""
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

    Tiles of weight 0, whose signal is hidden by the background, do not count. The answer is the most probable
    class. "precision", "recall", "false_alarms" and "auc" are for earthquakes against everything else; "ece"
    is the calibration error of P(earthquake); "pointing" is the fraction of deformed tiles whose attention
    peaks on deformed ground. Scores without a tile to count are left out.
    """
    known = batch["weight"] > 0
    label = batch["label"][known]
    probability = predicted["probability"][known]
    answer = probability.argmax(axis=1)
    quake, called = label == 1, answer == 1
    out: dict[str, float] = {"count": int(known.sum())}
    if not known.any():
        return out
    out["accuracy"] = float((answer == label).mean())
    binary = rates(quake, called)
    out["accuracy_earthquake"] = binary["accuracy"]
    if called.any():
        out["precision"] = binary["precision"]
    out.update({name: binary[name] for name in ("recall", "false_alarms") if name in binary})
    if quake.any() and (~quake).any():
        out["auc"] = auc(probability[:, 1], quake)
    out["ece"] = calibration_error(probability[:, 1], quake)
    truth = batch["mask"][known] >= DEFORMED
    mask = predicted["mask"][known] >= DEFORMED
    union = float((truth | mask).sum())
    if truth.any():
        out["mask_iou"] = float((truth & mask).sum()) / union
        chosen = truth.any(axis=(1, 2))
        flat = predicted["attention"][known][chosen].reshape(int(chosen.sum()), -1)
        hit = (batch["mask"][known][chosen] > 0).reshape(len(flat), -1)
        out["pointing"] = float(hit[np.arange(len(flat)), flat.argmax(axis=1)].mean())
    return {key: value if key == "count" else round(value, 5) for key, value in out.items()}
