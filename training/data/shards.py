"""A data set on disk: shards of packed tiles and a manifest; the same command completes it."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from ..config.recipe import Recipe
from ..config.run_folder import recipe_hash
from ..device import chosen_device
from .batches import Batch, SimulatedChunks, cut, joined, load_chunks, to_numpy
from .packing import digest, load, pack, save, unpack

SPLITS = ("training", "validation", "test")
STREAM = 2_000_000
"""Seed stream of the first split."""
MANIFEST = "manifest.json"
CHUNK = 64
"""Tiles simulated at once."""
DISK_RESERVE_BYTES = 200_000_000
"""Free space that is left on the disk."""

logger = logging.getLogger(__name__)


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
    """Write a data set, or its missing files.

    Parameters
    ----------
    recipe : Recipe
        Of which [simulation], seed and [data] split are used.
    out : str
        Folder.
    count : int
        Number of tiles, split in the recipe's proportions; 0: exactly the recipe's split.
    size : int
        Width of a tile in pixels.
    shard : int
        Tiles per file, a multiple of 64.
    workers : int
        Processes that simulate (0: this one).
    device : str
        "auto", "cpu" or "gpu"; a GPU simulates in this process.
    verify : bool
        Check existing files by their hash, not only by their size.

    Raises
    ------
    InputError
        The folder holds another data set, or a number is impossible.
    OutputError
        The disk is full; the files so far are kept, and the same command continues.
    """
    if size % 16 or not 48 <= size <= 1024:
        raise InputError(f"--size {size} is not possible; give a multiple of 16 from 48 to 1024.")
    if shard < CHUNK or shard % CHUNK:
        raise InputError(f"--shard {shard} is not possible; give a multiple of {CHUNK}.")
    if count < 0 or 0 < count < len(SPLITS):
        raise InputError(f"--count {count} is not possible; give at least {len(SPLITS)}, or leave it out.")
    if workers < 0:
        raise InputError(f"--workers {workers} is not possible; give 0 or more.")
    accelerator = chosen_device(device)
    folder = Path(out)
    manifest = _manifest(folder, recipe, size, shard, split_counts(recipe.data.split, count))
    missing = [entry for entry in manifest["shards"] if not _is_intact(folder, entry, verify)]
    present = len(manifest["shards"]) - len(missing)
    if present and missing:
        logger.info("%d of %d files exist; simulating %d.", present, present + len(missing), len(missing))
    bar = _bar(missing)
    for entry, batch in _simulated(recipe, size, missing, workers, accelerator):
        _check_space(folder)
        path = folder / entry["file"]
        save(path, pack(batch))
        entry.update(bytes=path.stat().st_size, sha256=digest(path))
        _write_manifest(folder, manifest)
        bar.update(entry["count"])
    bar.close()
    total = sum(entry["bytes"] for entry in manifest["shards"])
    logger.info("The data set is complete: %d tiles, %.2f GB.", sum(manifest["split"]), total / 1e9)
    return folder


def split_counts(split: tuple[int, int, int], count: int) -> list[int]:
    """Sizes of the three splits of `count` tiles; `split` itself for 0."""
    if not count:
        return list(split)
    training = -(-count * split[0] // sum(split))
    validation = -(-count * split[1] // sum(split))
    return [training, validation, count - training - validation]


def _simulated(
    recipe: Recipe, size: int, entries: list[Batch], workers: int, device: str
) -> Iterator[tuple[Batch, Batch]]:
    """Each missing shard with its tiles, in order, simulated in the background."""
    config = recipe.simulation_config()
    for number, split in enumerate(SPLITS):
        of_split = [entry for entry in entries if entry["split"] == split]
        plan = [entry["first"] // CHUNK + i for entry in of_split for i in range(-(-entry["count"] // CHUNK))]
        chunks = SimulatedChunks(config, size, CHUNK, recipe.seed, stream=STREAM + number, device=device)
        source = load_chunks(chunks, plan, 0 if device != "cpu" else workers, ahead=4)
        for entry in of_split:
            parts = [to_numpy(next(source)) for _ in range(-(-entry["count"] // CHUNK))]
            batch = joined(parts)
            yield entry, cut(batch, slice(0, entry["count"]))


def _manifest(folder: Path, recipe: Recipe, size: int, shard: int, counts: list[int]) -> dict[str, Any]:
    """The manifest of a new data set, or the existing one if its settings are the same."""
    plain = recipe.to_dict()
    settings = {
        "format": 1,
        "size": size,
        "seed": recipe.seed,
        "split": counts,
        "shard": shard,
        "simulation": recipe.simulation_config().to_dict(),
    }
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        for key, value in settings.items():
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
    manifest = {**settings, "recipe": plain["name"], "recipe_hash": recipe_hash(recipe), "shards": shards}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"'{folder.name}' cannot be created: {error.strerror or error}.") from error
    _write_manifest(folder, manifest)
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a data set; raises `InputError` if there is no readable one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["shards"][0]["file"]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"'{folder.name}' is not a data set; make one with the simulate command.") from error
    return manifest


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    advice = "free some disk space and run the same command again to continue"
    with replacing(folder / MANIFEST, advice) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _is_intact(folder: Path, entry: dict[str, Any], verify: bool) -> bool:
    """Whether a shard exists as it was written; logs damage."""
    path = folder / entry["file"]
    if not entry["bytes"] or not path.exists():
        return False
    if path.stat().st_size != entry["bytes"] or (verify and digest(path) != entry["sha256"]):
        logger.info("%s is truncated or damaged; simulating it again.", path.name)
        return False
    return True


def _check_space(folder: Path) -> None:
    if shutil.disk_usage(folder).free < DISK_RESERVE_BYTES:
        raise OutputError("The disk is full; free some space and run the same command again to continue.")


def _bar(entries: list[dict[str, Any]]) -> Any:
    from tqdm import tqdm

    total = sum(entry["count"] for entry in entries)
    return tqdm(total=total, unit="tile", desc="simulate", disable=not sys.stderr.isatty())


class ShardChunks:
    """Chunks of `count` tiles of one split, read from disk; each process `rank` of `world` has its own.

    The last two shards stay in memory, so chunks should be read nearly in order (a shard holds `block`).
    """

    def __init__(
        self, folder: Path, split: str, count: int, size: int, rank: int = 0, world: int = 1
    ) -> None:
        manifest = read_manifest(folder)
        if manifest["size"] != size:
            raise InputError(
                f"The data set has tiles of {manifest['size']} px, but the stage needs {size} px; "
                "change the stage's size or make another data set."
            )
        self.folder, self.count, self.rank, self.world = folder, count, rank, world
        self.entries = [entry for entry in manifest["shards"] if entry["split"] == split]
        self.total = sum(entry["count"] for entry in self.entries)
        if not all(entry["bytes"] for entry in self.entries):
            raise InputError("The data set is incomplete; run the simulate command again to continue.")
        if self.total < count * world:
            raise InputError(
                f"The data set has {self.total} {split} tiles, less than one batch; make a larger one."
            )
        self.shard = int(manifest["shard"])
        self.block = max(1, self.shard // (count * world))
        self._shards: dict[int, Batch] = {}

    def chunk(self, index: int) -> Batch:
        """Tiles of a chunk; after the end of the split it starts again."""
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
        if number not in self._shards:
            tiles = unpack(load(self.folder / self.entries[number]["file"]))
            self._shards = {**dict(list(self._shards.items())[-1:]), number: tiles}
        return self._shards[number]


def split_tiles(folder: Path, split: str, count: int, size: int) -> Batch:
    """The first `count` tiles of a split, or all if it has fewer."""
    manifest = read_manifest(folder)
    total = sum(entry["count"] for entry in manifest["shards"] if entry["split"] == split)
    chunks = ShardChunks(folder, split, max(1, min(count, total)), size)
    batch = chunks.chunk(0)
    return {key: np.asarray(value) if not isinstance(value, dict) else value for key, value in batch.items()}
