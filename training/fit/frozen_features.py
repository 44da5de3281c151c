"""A bank of tiles as a frozen part of the network sees them: made once, used by many short trainings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from ..config.recipe import Recipe
from ..config.run_folder import say
from ..data.augment import vary
from ..data.batches import KEYS, SimulatedChunks, load_chunks, make_simulator, to_tensors
from ..model.network import QuakeViT
from ..real.crop_names import crop_groups
from .optimiser import mixed

FEATURES, TRUTH, DONE = "features.npy", "truth.npz", "bank.json"
STREAM = 500_000
"""Seed stream of the tiles: no stage of a training, and no validation set."""


@dataclass(frozen=True)
class Bank:
    """Tiles, behind the network's first blocks.

    Attributes
    ----------
    features : ndarray of float16, shape (N, 1 + patches, width)
        Tokens, memory-mapped.
    truth : dict of ndarray
        "label", "weight", "mask", "mask_weight", "box", "targets"; see `data.KEYS`.
    groups : list of set of str
        Real events and volcanoes that each tile holds something of; empty for a simulated one.
    """

    features: np.ndarray
    truth: dict[str, np.ndarray]
    groups: list[set[str]]

    def without(self, groups: set[str]) -> np.ndarray:
        """Indices of the tiles that hold nothing of `groups` and that some loss counts."""
        counted = (self.truth["weight"] > 0) | (self.truth["mask_weight"] > 0)
        kept = [not groups & own for own in self.groups]
        return np.flatnonzero(counted & np.array(kept))

    def batch(self, index: np.ndarray, device: Any) -> tuple[Tensor, dict[str, Tensor]]:
        """Tokens, single precision, and truth of some tiles."""
        order = np.sort(index)  # reads go forward through the file
        tokens = torch.from_numpy(np.asarray(self.features[order], np.float32)).to(device)
        return tokens, {key: torch.from_numpy(value[order]).to(device) for key, value in self.truth.items()}


def make_bank(network: QuakeViT, recipe: Recipe, folder: Path, *, device: Any, cache: str = "") -> Bank:
    """Simulate the tiles of a recipe's first stage and run them through the network's frozen blocks.

    Parameters
    ----------
    network : QuakeViT
    recipe : Recipe
        Its `[tail]` says how many blocks are trained later; those before are frozen.
    folder : Path
        Where the bank is kept. One of the same network and recipe that is there is taken.
    device : torch.device or str
    cache : str
        Folder for prepared real crops.

    Raises
    ------
    InputError
        The recipe's tail is as long as the network, or longer.
    OutputError
        The bank cannot be written.
    """
    stage = recipe.stage[0]
    frozen = len(network.vit.blocks) - recipe.tail.blocks
    if frozen < 1:
        raise InputError(f"[tail] blocks = {recipe.tail.blocks} leaves no block frozen; give fewer.")
    count = stage.samples // stage.batch * stage.batch
    tokens = (stage.size // 16) ** 2 + 1
    shape = (count, tokens, int(network.vit.embed_dim))
    key = _key(network, recipe)
    kept = _kept(folder, key)
    if kept is not None:
        return kept
    config = recipe.simulation_config(stage.simulation)
    chunks = SimulatedChunks(config, stage.size, stage.batch, recipe.seed, stream=STREAM, cache=cache)
    simulator = make_simulator(config, "cpu", cache)
    fields = simulator.real.groups if simulator.real is not None else []
    crops = [crop_groups(name) for name in simulator.quiet.names] if simulator.quiet is not None else []
    del simulator
    truth: dict[str, np.ndarray] = {}
    groups: list[list[str]] = []
    network = network.to(device).eval()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        features = np.lib.format.open_memmap(folder / FEATURES, "w+", np.float16, shape)
        order = list(range(count // stage.batch))
        for number, made in enumerate(load_chunks(chunks, order, recipe.data.workers, ahead=2)):
            origin = made["meta"]
            for field, crop in zip(origin["real_group"], origin["quiet_crop"]):
                named = {fields[int(field)]} if field >= 0 else set()
                groups.append(sorted(named | (crops[int(crop)] if crop >= 0 else set())))
            tiles = to_tensors(made, device)
            tiles["input"] = tiles["input"].float()
            tiles = vary(tiles, recipe.augment, np.random.default_rng([recipe.seed, 7, number]))
            with torch.no_grad(), mixed(recipe, device):
                seen, _ = network.begin(tiles["input"], frozen)
            here = slice(number * stage.batch, (number + 1) * stage.batch)
            features[here] = seen.half().cpu().numpy()
            for name in KEYS:
                if name == "input":
                    continue
                part = tiles[name].cpu().numpy()
                # one array from the start: small ones that are kept would leave holes where the tiles were
                if name not in truth:
                    truth[name] = np.empty((count, *part.shape[1:]), part.dtype)
                truth[name][here] = part
            if (number + 1) % 20 == 0 or number + 1 == len(order):
                say(f"Bank: {(number + 1) * stage.batch} of {count} tiles")
        features.flush()
        with (folder / TRUTH).open("wb") as file:
            np.savez(file, **truth)
        with replacing(folder / DONE) as temporary:
            temporary.write_text(json.dumps({"key": key, "groups": groups}), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The bank of tiles cannot be written ({error.strerror or error}); make room."
        ) from error
    opened = _kept(folder, key)
    if opened is None:
        raise OutputError("The bank of tiles was written and cannot be read again; look at the disk.")
    return opened


def open_bank(folder: Path) -> Bank:
    """A bank that is there; raises `InputError` if it is not, or not whole."""
    bank = _kept(folder)
    if bank is None:
        raise InputError(f"There is no whole bank of tiles in '{folder.name}'; make it again.")
    return bank


def _kept(folder: Path, key: dict[str, Any] | None = None) -> Bank | None:
    """The bank in a folder, if it is whole and, where a key is given, of this network and recipe."""
    try:
        told = json.loads((folder / DONE).read_text(encoding="utf-8"))
        if key is not None and told["key"] != json.loads(json.dumps(key)):
            return None
        with np.load(folder / TRUTH) as archive:
            truth = {name: archive[name] for name in archive.files}
        features = np.load(folder / FEATURES, mmap_mode="r")
        groups = [set(names) for names in told["groups"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Bank(features, truth, groups) if len(features) == len(groups) else None


def _key(network: QuakeViT, recipe: Recipe) -> dict[str, Any]:
    """What the tiles and their features depend on; rates, losses and epochs are not among it."""
    told, stage = recipe.to_dict(), recipe.stage[0]
    return {
        "weights": _fingerprint(network),
        "seed": recipe.seed,
        "blocks": recipe.tail.blocks,
        "augment": told["augment"],
        "simulation": recipe.simulation_config(stage.simulation).to_dict(),
        "tiles": [stage.size, stage.samples, stage.batch],
    }


def _fingerprint(network: QuakeViT) -> float:
    """A number that another set of weights does not have."""
    return float(sum(value.double().abs().sum() for value in network.state_dict().values()))
