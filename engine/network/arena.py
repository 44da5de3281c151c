"""Memory of a running network: a few blocks, used again as soon as nobody needs what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .operators.base import LARGEST, OperatorError, check_size

ALIGNMENT = 64
"""Bytes; a cache line, and the widest vector register."""


@dataclass(eq=False)
class Block:
    """One piece of memory and the names of the tensors that live in it."""

    memory: np.ndarray
    owners: set[str] = field(default_factory=set)
    fixed: bool = False
    """Never used for anything else."""


class Arena:
    """Hands out blocks and takes them back.

    A block that comes back serves the next request that fits: memory that was just written is still in the
    cache, and the whole network gets by with the size of its largest layers.
    """

    def __init__(self) -> None:
        self._free: list[Block] = []
        self.allocated = 0
        """Bytes taken from the system."""

    def take(self, shape: Sequence[int], dtype: np.dtype, fixed: bool = False) -> tuple[np.ndarray, Block]:
        """An array, not initialised, and the block that it lies in."""
        check_size(shape)
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        fitting = [block for block in self._free if size <= block.memory.size <= max(2 * size, 1 << 16)]
        if fitting and not fixed:
            block = min(fitting, key=lambda candidate: candidate.memory.size)
            self._free.remove(block)
        else:
            block = Block(self._allocate(size), fixed=fixed)
        return block.memory[:size].view(dtype).reshape(shape), block

    def give_back(self, block: Block) -> None:
        """Let the block be used again."""
        if not block.fixed:
            self._free.append(block)

    def _allocate(self, size: int) -> np.ndarray:
        size = max(ALIGNMENT, -(-size // ALIGNMENT) * ALIGNMENT)
        self.allocated += size
        if self.allocated > 8 * LARGEST:
            raise OperatorError("its tensors are too large")
        memory = np.zeros(size + ALIGNMENT, np.uint8)
        offset = -memory.ctypes.data % ALIGNMENT
        return memory[offset : offset + size]
