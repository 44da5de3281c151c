"""Memory of a running network: a few blocks, reused as soon as their tensors are no longer needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .operators.base import MAX_TENSOR_VALUES, OperatorError, check_size

ALIGNMENT = 64
"""Bytes: the size of a cache line and of the widest vector register."""


@dataclass(eq=False)
class Block:
    """A piece of memory and the names of the tensors in it."""

    memory: np.ndarray
    owners: set[str] = field(default_factory=set)
    fixed: bool = False
    """Never reused."""


class Arena:
    """Lends blocks of memory.

    A returned block serves the next request that fits. Recently written memory is still in the cache, and the
    network needs no more memory than its largest layers.
    """

    def __init__(self) -> None:
        self._free: list[Block] = []
        self.allocated = 0
        """Bytes allocated from the system."""

    def take(self, shape: Sequence[int], dtype: np.dtype, fixed: bool = False) -> tuple[np.ndarray, Block]:
        """Lend an uninitialised array and the block that holds it."""
        check_size(shape)
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        fitting = [block for block in self._free if size <= block.memory.size <= max(2 * size, 1 << 16)]
        if fitting and not fixed:
            block = min(fitting, key=lambda candidate: candidate.memory.size)
            self._free.remove(block)
        else:
            block = Block(self._allocate(size), fixed=fixed)
        return block.memory[:size].view(dtype).reshape(shape), block

    def release(self, block: Block) -> None:
        """Return a block for reuse."""
        if not block.fixed:
            self._free.append(block)

    def _allocate(self, size: int) -> np.ndarray:
        size = max(ALIGNMENT, -(-size // ALIGNMENT) * ALIGNMENT)
        self.allocated += size
        if self.allocated > 8 * MAX_TENSOR_VALUES:
            raise OperatorError("its tensors are too large")
        memory = np.zeros(size + ALIGNMENT, np.uint8)
        offset = -memory.ctypes.data % ALIGNMENT
        return memory[offset : offset + size]
