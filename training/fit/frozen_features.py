"""Tokens of tiles behind the frozen blocks of a network: computed once, used by many short trainings."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from ...engine.tile import PATCH
from ..config.recipe import Recipe
from ..data.augment import vary
from ..data.batches import KEYS, Batch, SimulatedChunks, load_chunks, make_simulator, to_tensors
from ..model.network import QuakeViT
from ..real.crop_names import crop_groups
from .optimiser import mixed_precision

FEATURES, TRUTH, COMPLETE = "features.npy", "truth.npz", "complete.json"
"""Files of a folder of features; the last one is written when the others are complete."""
STREAM = 500_000
"""Seed stream of the tiles; no training stage and no validation set uses it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FrozenFeatures:
    """Tokens of tiles behind the network's frozen blocks, with the tiles' truth.

    Attributes
    ----------
    features : ndarray of float16, shape (N, 1 + patches, width)
        Tokens, memory-mapped.
    truth : dict of ndarray
        "label", "weight", "mask", "mask_weight" and "box"; see `data.batches.KEYS`.
    groups : list of set of str
        Real events and volcanoes that each tile contains; empty for a simulated tile.
    """

    features: np.ndarray
    truth: dict[str, np.ndarray]
    groups: list[set[str]]

    def without(self, groups: set[str]) -> np.ndarray:
        """Indices of the tiles that contain nothing of `groups` and have a weight in a loss."""
        counted = (self.truth["weight"] > 0) | (self.truth["mask_weight"] > 0)
        allowed = [not groups & own for own in self.groups]
        return np.flatnonzero(counted & np.array(allowed))

    def batch(self, index: np.ndarray, device: Any) -> tuple[Tensor, dict[str, Tensor]]:
        """Tokens in single precision and truth of some tiles."""
        order = np.sort(index)  # so that the file is read forward
        tokens = torch.from_numpy(np.asarray(self.features[order], np.float32)).to(device)
        return tokens, {key: torch.from_numpy(value[order]).to(device) for key, value in self.truth.items()}


def compute_features(
    network: QuakeViT, recipe: Recipe, folder: Path, *, device: Any, cache: str = ""
) -> FrozenFeatures:
    """Simulate the tiles of a recipe's first stage and run them through the network's frozen blocks.

    Parameters
    ----------
    network : QuakeViT
    recipe : Recipe
        Says how many of the last blocks are trained later; the blocks before them are frozen.
    folder : Path
        Folder of the features. Those of the same network and recipe are reused.
    device : torch.device or str
    cache : str
        Folder for prepared real crops.

    Raises
    ------
    InputError
        The recipe trains all blocks, so that none is frozen.
    OutputError
        The features cannot be written.
    """
    frozen = len(network.vit.blocks) - recipe.last_blocks.blocks
    if frozen < 1:
        raise InputError(
            f"[last_blocks] blocks = {recipe.last_blocks.blocks} leaves no block frozen; give fewer."
        )
    key = _key(network, recipe)
    stored = _read(folder, key)
    if stored is not None:
        return stored
    try:
        folder.mkdir(parents=True, exist_ok=True)
        truth, groups = _write_tokens(network.to(device).eval(), recipe, folder, frozen, device, cache)
        with (folder / TRUTH).open("wb") as file:
            np.savez(file, **truth)
        with replacing(folder / COMPLETE) as temporary:
            temporary.write_text(json.dumps({"key": key, "groups": groups}), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"The frozen features cannot be written ({reason}); free some disk space."
        ) from error
    opened = _read(folder, key)
    if opened is None:
        raise OutputError("The frozen features were written but cannot be read again; check the disk.")
    return opened


def _write_tokens(
    network: QuakeViT, recipe: Recipe, folder: Path, frozen: int, device: Any, cache: str
) -> tuple[dict[str, np.ndarray], list[list[str]]]:
    """Write the tokens of all tiles; returns the truth and the groups of the tiles."""
    stage = recipe.stage[0]
    count = stage.samples // stage.batch * stage.batch
    config = recipe.simulation_config(stage.simulation)
    on_cpu = torch.device(device).type == "cpu"
    chunks = SimulatedChunks(
        config,
        stage.size,
        stage.batch,
        recipe.seed,
        stream=STREAM,
        device=str(device),
        cache=cache,
        block=1 if on_cpu else recipe.data.pool,
    )
    simulator = make_simulator(config, "cpu", cache)
    names = (
        simulator.real.groups if simulator.real is not None else [],
        [crop_groups(name) for name in simulator.quiet.names] if simulator.quiet is not None else [],
    )
    del simulator
    shape = (count, (stage.size // PATCH) ** 2 + 1, int(network.vit.embed_dim))
    features = np.lib.format.open_memmap(folder / FEATURES, "w+", np.float16, shape)
    truth: dict[str, np.ndarray] = {}
    groups: list[list[str]] = []
    order = list(range(count // stage.batch))
    for number, chunk in enumerate(load_chunks(chunks, order, recipe.data.workers if on_cpu else 0, ahead=2)):
        groups += _groups_of_tiles(chunk["meta"], *names)
        tiles = to_tensors(chunk, device)
        tiles["input"] = tiles["input"].float()
        tiles = vary(tiles, recipe.augment, np.random.default_rng([recipe.seed, 7, number]))
        with torch.no_grad(), mixed_precision(recipe, device):
            tokens, _ = network.begin(tiles["input"], frozen)
        part = slice(number * stage.batch, (number + 1) * stage.batch)
        features[part] = tokens.half().cpu().numpy()
        _store_truth(truth, tiles, part, count)
        if (number + 1) % 20 == 0 or number + 1 == len(order):
            logger.info("Frozen features: %d of %d tiles", (number + 1) * stage.batch, count)
    features.flush()
    return truth, groups


def _groups_of_tiles(meta: Batch, fields: list[str], crops: list[set[str]]) -> list[list[str]]:
    """Real events and volcanoes that each tile of a chunk contains."""
    groups = []
    origin = [torch.as_tensor(meta[name]).tolist() for name in ("real_group", "quiet_crop")]
    for field, crop in zip(*origin):
        event = {fields[int(field)]} if field >= 0 else set()
        groups.append(sorted(event | (crops[int(crop)] if crop >= 0 else set())))
    return groups


def _store_truth(truth: dict[str, np.ndarray], tiles: Batch, part: slice, count: int) -> None:
    """Copy the truth of some tiles to its place.

    The arrays are allocated at full size at once: many small ones would fragment the memory that the tiles
    need.
    """
    for name in KEYS:
        if name != "input":
            values = tiles[name].cpu().numpy()
            if name not in truth:
                truth[name] = np.empty((count, *values.shape[1:]), values.dtype)
            truth[name][part] = values


def open_features(folder: Path) -> FrozenFeatures:
    """Open complete features; raises `InputError` if there are none."""
    stored = _read(folder)
    if stored is None:
        raise InputError(f"'{folder.name}' holds no complete frozen features; compute them again.")
    return stored


def _read(folder: Path, key: dict[str, Any] | None = None) -> FrozenFeatures | None:
    """The features in a folder if they are complete and, if a key is given, of this network and recipe."""
    try:
        description = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
        if key is not None and description["key"] != json.loads(json.dumps(key)):
            return None
        with np.load(folder / TRUTH) as archive:
            truth = {name: archive[name] for name in archive.files}
        features = np.load(folder / FEATURES, mmap_mode="r")
        groups = [set(names) for names in description["groups"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return FrozenFeatures(features, truth, groups) if len(features) == len(groups) else None


def _key(network: QuakeViT, recipe: Recipe) -> dict[str, Any]:
    """Everything that the tiles and their features depend on; learning rates, losses and epochs do not."""
    stage = recipe.stage[0]
    return {
        "weights": _fingerprint(network),
        "seed": recipe.seed,
        "blocks": recipe.last_blocks.blocks,
        "augment": recipe.to_dict()["augment"],
        "simulation": recipe.simulation_config(stage.simulation).to_dict(),
        "tiles": [stage.size, stage.samples, stage.batch],
    }


def _fingerprint(network: QuakeViT) -> float:
    """A number that practically identifies a set of weights."""
    return float(sum(value.double().abs().sum() for value in network.state_dict().values()))
