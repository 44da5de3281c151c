"""Training batches: simulated or read from disk in the background, pooled, shuffled and augmented."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ..config.simulation import SimulationConfig
from ..config.tables import AugmentConfig
from .augment import vary

Batch = dict[str, Any]
KEYS = ("input", "label", "weight", "mask", "mask_weight", "box")
"""Content of a training batch; validation also uses "meta"."""


class Chunks(Protocol):
    """A source of chunks of tiles; the index alone determines the tiles, on the device or as numpy arrays."""

    def chunk(self, index: int) -> Batch: ...


class SimulatedChunks:
    """Chunks of `count` simulated tiles; the same seed, stream and index give the same tiles.

    Training stages, validation sets and the splits of a data set have separate streams, so that they never
    share a tile. `block` consecutive chunks are simulated together, which on a GPU takes hardly longer than
    one. The simulator is created at first use, so that the object can be sent to worker processes.
    """

    def __init__(
        self,
        config: SimulationConfig,
        size: int,
        count: int,
        seed: int,
        *,
        stream: int = 0,
        device: str = "cpu",
        cache: str = "",
        block: int = 1,
    ) -> None:
        self.config, self.size, self.count, self.seed = config, size, count, seed
        self.stream, self.device, self.cache, self.block = stream, device, cache, block
        self._simulator: Any = None
        self._held: tuple[int, Batch] = (-1, {})

    def chunk(self, index: int, count: int = 0) -> Batch:
        """Simulate a chunk; with `count`, that many tiles instead of a block's part."""
        if count or self.block == 1:
            return self._simulated(index, count or self.count)
        number, position = divmod(index, self.block)
        if self._held[0] != number:
            self._held = (-1, {})  # two blocks need not be in memory at once
            self._held = (number, self._simulated(number, self.count * self.block))
        return cut(self._held[1], slice(position * self.count, (position + 1) * self.count))

    def _simulated(self, index: int, count: int) -> Batch:
        seed = chunk_seed(self.seed, self.stream, index)
        if self._simulator is None:
            self._simulator = make_simulator(self.config, self.device, self.cache)
        self._simulator.seed(seed)
        batch = self._simulator.batch(count, self.size)
        return {key: batch[key] for key in (*KEYS, "meta") if key in batch}


def cut(batch: Batch, part: slice) -> Batch:
    """The tiles of a batch in a slice."""
    return {key: cut(value, part) if isinstance(value, dict) else value[part] for key, value in batch.items()}


def make_simulator(config: SimulationConfig, device: str, cache: str) -> Any:
    """The simulator, imported at first use because it is large (tests replace this function)."""
    from ..simulation.scenes import Simulator

    return Simulator(config, device=device, cache=cache)


def chunk_seed(seed: int, stream: int, index: int) -> int:
    """Independent seed of a chunk (62 bits), from numpy's seed sequence."""
    return int(np.random.SeedSequence([seed, stream, index]).generate_state(1, np.uint64)[0] >> np.uint64(2))


class _ChunkDataset(Dataset):
    def __init__(self, chunks: Chunks, unload: bool) -> None:
        self.chunks, self.unload = chunks, unload

    def __getitem__(self, index: int) -> Batch:
        batch = self.chunks.chunk(index)
        return to_numpy(batch) if self.unload else batch


def to_numpy(batch: Batch) -> Batch:
    """Plain arrays; the input in float16, which is finer than phase noise and halves the transfer."""
    out: Batch = {}
    for key, value in batch.items():
        if isinstance(value, dict):
            out[key] = to_numpy(value)
        elif isinstance(value, Tensor):
            out[key] = value.to(torch.float16).cpu().numpy() if key == "input" else value.cpu().numpy()
        else:
            out[key] = value
    return out


def to_tensors(batch: Batch, device: Any) -> Batch:
    """The arrays that training needs, as tensors on `device`."""
    return {key: torch.as_tensor(batch[key]).to(device) for key in KEYS if key in batch}


def _same(item: Any) -> Any:
    return item


def _worker_start(_: int) -> None:
    # Ctrl-C and a scheduler's SIGTERM reach every process. Only the training process handles them: it writes
    # its checkpoint and then ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    torch.set_num_threads(1)


def load_chunks(chunks: Chunks, order: list[int], workers: int, ahead: int) -> Iterator[Batch]:
    """Yield the chunks in `order`; `workers` processes prepare about `ahead` of them in advance."""
    if workers == 0:
        for index in order:
            yield chunks.chunk(index)
        return
    loader = DataLoader(
        _ChunkDataset(chunks, unload=True),
        batch_size=None,
        sampler=order,
        num_workers=workers,
        collate_fn=_same,
        prefetch_factor=max(2, -(-ahead // workers)),
        multiprocessing_context="spawn",
        worker_init_fn=_worker_start,
    )
    yield from loader


class Plan:
    """The order of the chunks of one stage: a function of the step alone, so that any step can be resumed.

    An epoch is a shuffled sequence of chunks of one batch each. `pool` chunks at a time are shuffled together
    and used `reuse` times. `block` chunks lie together on disk and are read together.
    """

    def __init__(self, chunks: int, epochs: int, reuse: int, pool: int, seed: int, block: int = 1) -> None:
        self.chunks, self.epochs, self.reuse, self.pool, self.seed = chunks, epochs, reuse, pool, seed
        self.block = block
        self.steps = chunks * epochs * reuse

    def order(self, epoch: int) -> list[int]:
        """Chunk indices of an epoch."""
        if self.epochs == 1:
            return list(range(self.chunks))
        random = np.random.default_rng([self.seed, 1, epoch])
        starts = random.permutation(range(0, self.chunks, self.block)).tolist()
        blocks = [np.arange(start, min(start + self.block, self.chunks)) for start in starts]
        return [int(index) for block in blocks for index in random.permutation(block)]

    def rounds(self, step: int) -> Iterator[tuple[int, list[int], int]]:
        """Rounds from `step` on: first step of the round, its chunks, number of its steps already done."""
        first = 0
        for epoch in range(self.epochs):
            if first + self.chunks * self.reuse <= step:
                first += self.chunks * self.reuse
                continue
            order = self.order(epoch)
            for start in range(0, self.chunks, self.pool):
                part = order[start : start + self.pool]
                done = step - first
                if done < len(part) * self.reuse:
                    yield first, part, max(0, done)
                first += len(part) * self.reuse


def batches(
    chunks: Chunks, plan: Plan, step: int, augment: AugmentConfig, device: Any, workers: int
) -> Iterator[Batch]:
    """Batches of a plan from `step` on: pooled, shuffled and augmented."""
    rounds = list(plan.rounds(step))
    order = [index for _, part, _ in rounds for index in part]
    source = load_chunks(chunks, order, workers, ahead=plan.pool)
    for first, part, done in rounds:
        loaded = [to_tensors(next(source), device) for _ in part]
        pool = {key: torch.cat([chunk[key] for chunk in loaded]) for key in loaded[0]}
        count = len(pool["label"])
        size = count // len(part)
        counted = torch.nonzero((pool["weight"] > 0) | (pool["mask_weight"] > 0))[:, 0].cpu().numpy()
        for use in range(plan.reuse):
            generator = np.random.default_rng([plan.seed, 2, first, use])
            # tiles without weight would be computed in vain: others are repeated in their place
            shuffled = generator.permutation(counted if len(counted) else count)
            pick = torch.from_numpy(np.resize(shuffled, count)).to(pool["label"].device)
            for slot in range(len(part)):
                number = use * len(part) + slot
                if number < done:
                    continue
                chosen = pick[slot * size : (slot + 1) * size]
                batch = {key: value[chosen] for key, value in pool.items()}
                batch["input"] = batch["input"].float()
                yield vary(batch, augment, np.random.default_rng([plan.seed, 3, first + number]))


def joined(parts: list[Batch]) -> Batch:
    """Concatenate batches of numpy arrays."""
    out: Batch = {}
    for key, value in parts[0].items():
        if isinstance(value, dict):
            out[key] = {name: np.concatenate([part[key][name] for part in parts]) for name in value}
        else:
            out[key] = np.concatenate([part[key] for part in parts])
    return out
