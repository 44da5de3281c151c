"""A data set on disk: shards of packed tiles and a manifest, completed by running the same command again."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from ..config.recipe import Recipe
from ..config.run_folder import recipe_hash, say
from ..device import chosen_device
from .batches import Batch, SimulatedChunks, cut, joined, load_chunks, to_numpy
from .packing import digest, load, pack, save, unpack

SPLITS = ("training", "validation", "test")
STREAM = 2_000_000
"""Seed stream of the first split."""
MANIFEST = "manifest.json"
CHUNK = 64
"""Tiles simulated at once."""
RESERVE = 200_000_000
"""Bytes that stay free on the disk."""


def simulate(
    recipe: Recipe,
    out: str,
    *,
    count: int = 0,
    size: int = 224,
    shard: int = 1024,
    workers: int = 1,
    device: str = "auto",
    verify: bool = False,
) -> Path:
    """Write a data set, or what is missing of it.

    Parameters
    ----------
    recipe : Recipe
        Its [simulation], seed and [data] split are used.
    out : str
        Folder.
    count : int
        Tiles in all, split as the recipe's split is; 0: exactly that split.
    size : int
        Width of a tile in pixels.
    shard : int
        Tiles in one file, a multiple of 64.
    workers : int
        Processes that simulate (0: this one).
    device : str
        "auto", "cpu" or "gpu"; a GPU simulates in this process.
    verify : bool
        Check the hash of every file that is there; else its size alone.

    Raises
    ------
    InputError
        The folder holds another data set, or a number is impossible.
    OutputError
        The disk is full; what is there stays, and the same command goes on.
    """
    if size % 16 or not 48 <= size <= 1024:
        raise InputError(f"--size {size} is impossible; give a multiple of 16 from 48 to 1024.")
    if shard < CHUNK or shard % CHUNK:
        raise InputError(f"--shard {shard} is impossible; give a multiple of {CHUNK}.")
    if count < 0 or 0 < count < len(SPLITS):
        raise InputError(f"--count {count} is impossible; give at least {len(SPLITS)}, or none at all.")
    if workers < 0:
        raise InputError(f"--workers {workers} is impossible; give 0 or more.")
    kind = chosen_device(device)
    folder = Path(out)
    manifest = _manifest(folder, recipe, size, shard, split_counts(recipe.data.split, count))
    missing = [entry for entry in manifest["shards"] if not _whole(folder, entry, verify)]
    have = len(manifest["shards"]) - len(missing)
    if have and missing:
        say(f"{have} of {len(manifest['shards'])} files are there; {len(missing)} are made.")
    bar = _bar(missing)
    for entry, batch in _simulated(recipe, size, missing, workers, kind):
        _room(folder)
        path = folder / entry["file"]
        save(path, pack(batch))
        entry.update(bytes=path.stat().st_size, sha256=digest(path))
        _write_manifest(folder, manifest)
        bar.update(entry["count"])
    bar.close()
    total = sum(entry["bytes"] for entry in manifest["shards"])
    say(f"The data set is complete: {sum(manifest['split'])} tiles, {total / 1e9:.2f} GB.")
    return folder


def split_counts(split: tuple[int, int, int], count: int) -> list[int]:
    """Sizes of the three splits of `count` tiles (0: `split` itself)."""
    if not count:
        return list(split)
    training = -(-count * split[0] // sum(split))
    validation = -(-count * split[1] // sum(split))
    return [training, validation, count - training - validation]


def _simulated(
    recipe: Recipe, size: int, entries: list[Batch], workers: int, device: str
) -> Iterator[tuple[Batch, Batch]]:
    """Each missing shard with its tiles, in order; chunks are simulated in the background."""
    config = recipe.simulation_config()
    for number, split in enumerate(SPLITS):
        mine = [entry for entry in entries if entry["split"] == split]
        plan = [entry["first"] // CHUNK + i for entry in mine for i in range(-(-entry["count"] // CHUNK))]
        chunks = SimulatedChunks(config, size, CHUNK, recipe.seed, stream=STREAM + number, device=device)
        source = load_chunks(chunks, plan, 0 if device != "cpu" else workers, ahead=4)
        for entry in mine:
            parts = [to_numpy(next(source)) for _ in range(-(-entry["count"] // CHUNK))]
            batch = joined(parts)
            yield entry, cut(batch, slice(0, entry["count"]))


def _manifest(folder: Path, recipe: Recipe, size: int, shard: int, counts: list[int]) -> dict[str, Any]:
    """The manifest of a new data set, or the one that is there if it is of the same."""
    plain = recipe.to_dict()
    same = {
        "format": 1,
        "size": size,
        "seed": recipe.seed,
        "split": counts,
        "shard": shard,
        "simulation": recipe.simulation_config().to_dict(),
    }
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        for key, value in same.items():
            if manifest.get(key) != value:
                raise InputError(
                    f"'{folder.name}' holds a data set of another {key}; use its settings or another folder."
                )
        return manifest
    shards = [
        {"file": f"{split}-{first // shard:05d}.npz", "split": split, "first": first}
        | {"count": min(shard, count - first), "bytes": 0, "sha256": ""}
        for split, count in zip(SPLITS, counts)
        for first in range(0, count, shard)
    ]
    manifest = {**same, "recipe": plain["name"], "recipe_hash": recipe_hash(recipe), "shards": shards}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"'{folder.name}' cannot be made: {error.strerror or error}.") from error
    _write_manifest(folder, manifest)
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a data set; raises `InputError` where there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["shards"][0]["file"]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"'{folder.name}' is no data set; make one with the simulate command.") from error
    return manifest


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    advice = "free some disk space and run the same command again to continue"
    with replacing(folder / MANIFEST, advice) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _whole(folder: Path, entry: dict[str, Any], verify: bool) -> bool:
    """Whether a shard is there and as it was written; says so where it is not."""
    path = folder / entry["file"]
    if not entry["bytes"] or not path.exists():
        return False
    if path.stat().st_size != entry["bytes"] or (verify and digest(path) != entry["sha256"]):
        say(f"{path.name} is truncated or damaged; it is made again.")
        return False
    return True


def _room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < RESERVE:
        raise OutputError("The disk is full; make room and run the same command again to go on.")


def _bar(entries: list[dict[str, Any]]) -> Any:
    from tqdm import tqdm

    total = sum(entry["count"] for entry in entries)
    return tqdm(total=total, unit="tile", desc="simulate", disable=not sys.stderr.isatty())


class ShardChunks:
    """Chunks of `count` tiles of one split, read from disk; process `rank` of `world` takes its own.

    The last two shards are held, so chunks are best read nearly in order (`block` of them lie in one shard).
    """

    def __init__(
        self, folder: Path, split: str, count: int, size: int, rank: int = 0, world: int = 1
    ) -> None:
        manifest = read_manifest(folder)
        if manifest["size"] != size:
            raise InputError(
                f"The data set has tiles of {manifest['size']} px and the stage wants {size} px; "
                "change the stage's size or make another data set."
            )
        self.folder, self.count, self.rank, self.world = folder, count, rank, world
        self.entries = [entry for entry in manifest["shards"] if entry["split"] == split]
        self.total = sum(entry["count"] for entry in self.entries)
        if not all(entry["bytes"] for entry in self.entries):
            raise InputError("The data set is not complete; run the simulate command again to go on.")
        if self.total < count * world:
            raise InputError(f"The data set has {self.total} {split} tiles, less than one batch; make more.")
        self.shard = int(manifest["shard"])
        self.block = max(1, self.shard // (count * world))
        self._held: dict[int, Batch] = {}

    def chunk(self, index: int) -> Batch:
        """Tiles of a chunk; past the end of the split it starts again."""
        first = (index * self.world + self.rank) * self.count
        parts: list[Batch] = []
        left = self.count
        while left:
            start = first % self.total
            number, within = divmod(start, self.shard)
            take = min(left, self.entries[number]["count"] - within)
            parts.append(cut(self._shard(number), slice(within, within + take)))
            first, left = first + take, left - take
        return joined(parts)

    def _shard(self, number: int) -> Batch:
        if number not in self._held:
            read = unpack(load(self.folder / self.entries[number]["file"]))
            self._held = {**dict(list(self._held.items())[-1:]), number: read}
        return self._held[number]


def split_tiles(folder: Path, split: str, count: int, size: int) -> Batch:
    """The first `count` tiles of a split (all, if there are fewer)."""
    manifest = read_manifest(folder)
    total = sum(entry["count"] for entry in manifest["shards"] if entry["split"] == split)
    chunks = ShardChunks(folder, split, max(1, min(count, total)), size)
    batch = chunks.chunk(0)
    return {key: np.asarray(value) if not isinstance(value, dict) else value for key, value in batch.items()}
