"""Windows through the network: reading and encoding run while the network works on the batch before.

The raster is read in the caller's thread, as GDAL's handles ask; the network has a thread of its own
(numpy's and onnxruntime's products run without Python's lock).
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
from .augmented_passes import LONG_M, run_passes
from .encoding import encode

AHEAD = 2
"""Batches that are handed to the network before the first of them is waited for."""
START = 2
"""Windows that are handed over at once when the network has nothing to do."""
LONGEST_BATCH_S = 0.4
"""Batches are made smaller when one takes longer: progress is told between them."""
POLL_S = 0.05


@dataclass(frozen=True)
class WindowPosition:
    """Where a window stands, without its tile."""

    scale: int
    col: int
    row: int
    valid: float


@dataclass(frozen=True)
class WindowPrediction:
    """What the network said about one window, north up."""

    place: WindowPosition
    logits: np.ndarray
    attention: np.ndarray
    mask: np.ndarray


class _Interruptible:
    """A network that does no more calls once it is to stop: a batch takes up to eight of them."""

    def __init__(self, network: Network, stopped: threading.Event) -> None:
        self._network, self._stopped = network, stopped

    def run(self, tiles: np.ndarray) -> Output:
        if self._stopped.is_set():
            raise Cancelled("The run was stopped.")
        return self._network.run(tiles)


class Pipeline:
    """Runs windows through a network in batches.

    Parameters
    ----------
    network : Network
    unwrapped : bool
        Whether tiles are continuous phase.
    batch : int
        Windows in one call, at most.
    tick : callable, optional
        Called at least every 0.05 s while waiting; may raise to stop.
    known : bool
        Whether it is known that tiles are north up and what their sign is.
    wavelength : float, optional
        Of the radar, metres.

    Attributes
    ----------
    network_seconds : float
        Spent in the network's own calls.
    """

    def __init__(
        self,
        network: Any,
        unwrapped: bool,
        batch: int,
        tick: Optional[Callable[[], None]] = None,
        *,
        known: bool = True,
        wavelength: Optional[float] = None,
    ) -> None:
        self._stopped = threading.Event()
        self._network, self._unwrapped, self._known = _Interruptible(network, self._stopped), unwrapped, known
        self._long = unwrapped and (wavelength or 0.0) >= LONG_M
        self._batch = max(1, batch)
        self._tick = tick
        self.network_seconds = 0.0

    def run(self, windows: Iterable[Window]) -> Iterator[WindowPrediction]:
        """What the network says about each window, in their order.

        Raises
        ------
        QuakeFringeError
            Whatever reading, the network or `tick` raise; no thread is left running.
        """
        waiting: deque[tuple[list[WindowPosition], Future]] = deque()
        self._stopped.clear()
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quakefringe-network")
        try:
            batch: list[Window] = []
            for window in windows:
                batch.append(window)
                idle = all(future.done() for _, future in waiting)
                if len(batch) >= (min(START, self._batch) if idle else self._batch):
                    waiting.append(self._submit(pool, batch))
                    batch = []
                    while len(waiting) > AHEAD:
                        yield from self._collect(waiting.popleft())
            if batch:
                waiting.append(self._submit(pool, batch))
            while waiting:
                yield from self._collect(waiting.popleft())
        finally:
            self._stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, pool: ThreadPoolExecutor, batch: list[Window]) -> tuple[list[WindowPosition], Future]:
        phase = np.stack([window.phase for window in batch])
        heights = [window.elevation for window in batch if window.elevation is not None]
        tiles = encode(phase, self._unwrapped, np.stack(heights) if heights else None)
        places = [WindowPosition(w.scale.index, w.col, w.row, w.valid) for w in batch]
        return places, pool.submit(self._call, tiles)

    def _call(self, tiles: np.ndarray) -> Any:
        start = time.perf_counter()
        output = run_passes(self._network, tiles, self._known, self._long)
        seconds = time.perf_counter() - start
        self.network_seconds += seconds
        if seconds > LONGEST_BATCH_S and len(tiles) >= self._batch:
            self._batch = max(1, int(self._batch * LONGEST_BATCH_S / seconds))
        return output

    def _collect(self, handed: tuple[list[WindowPosition], Future]) -> Iterator[WindowPrediction]:
        places, future = handed
        while not wait([future], timeout=POLL_S).done:
            if self._tick is not None:
                self._tick()
        output = future.result()
        if not all(np.isfinite(part).all() for part in (output.logits, output.attention, output.mask)):
            raise ModelError("The network gave no finite numbers; install the model again.")
        for index, place in enumerate(places):
            heads = np.asarray(output.attention[index], dtype=np.float32)
            yield WindowPrediction(place, output.logits[index], heads.mean(axis=0), output.mask[index])
