"""Run windows through the network: reading and encoding overlap with the network's work on earlier batches.

The caller's thread reads the raster, because GDAL's handles belong to one thread. The network runs in a
thread of its own; the matrix products of numpy and onnxruntime release Python's lock.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np

from ..errors import Cancelled, ModelError
from ..network import Network, Output
from ..tiling.windows import Window
from .encoding import encode
from .model_use import ModelUse

MAX_BATCHES_AHEAD = 2
"""Batches that are submitted before the pipeline waits for the first of them."""
FIRST_BATCH_WINDOWS = 2
"""Windows of a batch while the network is idle, so that it starts early."""
MAX_BATCH_S = 0.4
"""Batches shrink when one takes longer, because progress is reported between them."""
POLL_S = 0.05
"""Seconds between calls of `tick` while the pipeline waits."""


@dataclass(frozen=True)
class WindowPosition:
    """Position of a window in the scene.

    Attributes
    ----------
    scale : int
        Index of its scale.
    col, row : int
        Its first lattice cell.
    valid : float
        Valid fraction of its ground.
    """

    scale: int
    col: int
    row: int
    valid: float


@dataclass(frozen=True)
class WindowPrediction:
    """The network's output for one window.

    Attributes
    ----------
    place : WindowPosition
    logits : ndarray, shape (3,)
    attention, mask : ndarray, shape (14, 14)
        North-up; the attention is the mean over its maps.
    heads : ndarray, shape (heads, 14, 14), optional
        Attention of each head, if it was asked for.
    """

    place: WindowPosition
    logits: np.ndarray
    attention: np.ndarray
    mask: np.ndarray
    heads: Optional[np.ndarray] = None


class _Interruptible:
    """Stops between two calls of the network: one batch takes up to two calls."""

    def __init__(self, network: Network, stopped: threading.Event, heads: bool) -> None:
        self._network, self._stopped = network, stopped
        self._options = {"heads": True} if heads else {}

    def run(self, tiles: np.ndarray) -> Output:
        if self._stopped.is_set():
            raise Cancelled("The run was stopped.")
        return self._network.run(tiles, **self._options)


class Pipeline:
    """Runs windows through a network in batches.

    Parameters
    ----------
    network : Network
    use : ModelUse
        The passes that windows go through.
    batch : int
        Maximum number of windows in one call of the network.
    tick : callable, optional
        Called at least every 0.05 s while the pipeline waits; may raise to stop.
    unwrapped : bool
        Whether the phase is unwrapped.
    oriented : bool
        Whether it is known that tiles are north-up and that positive phase means towards the satellite.
    heads : bool
        Whether to return the attention of each head.

    Attributes
    ----------
    network_seconds : float
        Time spent in the network's own calls.
    """

    def __init__(
        self,
        network: Any,
        use: ModelUse,
        batch: int,
        tick: Optional[Callable[[], None]] = None,
        *,
        unwrapped: bool,
        oriented: bool = True,
        heads: bool = False,
    ) -> None:
        self._stopped = threading.Event()
        self._network = _Interruptible(network, self._stopped, heads)
        self._use = use
        self._unwrapped, self._oriented = unwrapped, oriented
        self._batch = max(1, batch)
        self._tick = tick
        self.network_seconds = 0.0

    def run(self, windows: Iterable[Window]) -> Iterator[WindowPrediction]:
        """Yield the network's output for each window, in their order.

        Raises
        ------
        QuakeFringeError
            Whatever the reading, the network or `tick` raise; no thread is left running.
        """
        waiting: deque[tuple[list[WindowPosition], Future]] = deque()
        self._stopped.clear()
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quakefringe-network")
        try:
            batch: list[Window] = []
            for window in windows:
                batch.append(window)
                idle = all(future.done() for _, future in waiting)
                if len(batch) >= (min(FIRST_BATCH_WINDOWS, self._batch) if idle else self._batch):
                    waiting.append(self._submit(pool, batch))
                    batch = []
                    while len(waiting) > MAX_BATCHES_AHEAD:
                        yield from self._collect(waiting.popleft())
            if batch:
                waiting.append(self._submit(pool, batch))
            while waiting:
                yield from self._collect(waiting.popleft())
        finally:
            self._stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, pool: ThreadPoolExecutor, batch: list[Window]) -> tuple[list[WindowPosition], Future]:
        phase = self._use.prepare(np.stack([window.phase for window in batch]), self._unwrapped)
        heights = [window.elevation for window in batch if window.elevation is not None]
        tiles = encode(phase, self._unwrapped, np.stack(heights) if heights else None)
        places = [WindowPosition(w.scale.index, w.col, w.row, w.valid) for w in batch]
        return places, pool.submit(self._call, tiles)

    def _call(self, tiles: np.ndarray) -> Any:
        start = time.perf_counter()
        output = self._use.run(self._network, tiles, oriented=self._oriented)
        seconds = time.perf_counter() - start
        self.network_seconds += seconds
        if seconds > MAX_BATCH_S and len(tiles) >= self._batch:
            self._batch = max(1, int(self._batch * MAX_BATCH_S / seconds))
        return output

    def _collect(self, submitted: tuple[list[WindowPosition], Future]) -> Iterator[WindowPrediction]:
        places, future = submitted
        while not wait([future], timeout=POLL_S).done:
            if self._tick is not None:
                self._tick()
        output = future.result()
        if not all(np.isfinite(part).all() for part in output.parts() if part is not None):
            raise ModelError("The network returned values that are not finite; install the model again.")
        for index, place in enumerate(places):
            attention = np.asarray(output.attention[index], dtype=np.float32).mean(axis=0)
            heads = None if output.heads is None else output.heads[index]
            yield WindowPrediction(place, output.logits[index], attention, output.mask[index], heads)
