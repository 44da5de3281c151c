"""Time of `detect` on a 3000 x 2500 LiCSAR-like frame, quiet and with an earthquake, for each backend.

The ratio compares it with bare calls of the network for every window: one call a window, nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.detection import Settings, detect, open_with
from ..engine.errors import QuakeFringeError
from ..engine.network import load_model
from ..engine.tile import TILE
from ..engine.tiling.windows import WindowStream
from . import scenes
from .machine import heading, table

BARE_TILES = 64
"""Windows whose bare calls are timed; the time of all windows follows from them."""
BATCH = 8
PASSES = {"quiet": 1.1, "earthquake": 2.0}
"""Largest passes a window of each frame, for an estimate of the time."""
OVERHEAD = 1.4
"""Largest ratio of a pass in `detect` to a bare call, for the same estimate."""
SMALLEST_SIDE = 500
"""Pixels of a frame on a machine that is too slow for a larger one."""


class Recorder:
    """A network that counts the tiles it evaluates and keeps some of them."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.count = 0
        self.tiles: list[np.ndarray] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    def run(self, tiles: np.ndarray, **options: Any) -> Any:
        """Record and evaluate a batch."""
        self.count += len(tiles)
        self.tiles.extend(np.array(tile) for tile in tiles[: BARE_TILES - len(self.tiles)])
        return self.network.run(tiles, **options)


def bare_seconds(network: Any, tiles: list[np.ndarray]) -> float:
    """Seconds of one bare call for each tile, in the batches of `detect`; mean over the tiles."""
    batches = [np.stack(tiles[first : first + BATCH]) for first in range(0, len(tiles), BATCH)]
    start = time.perf_counter()
    for batch in batches:
        network.run(batch)
    return (time.perf_counter() - start) / len(tiles)


def measure(path: Path, network: Any, settings: Settings) -> list[object]:
    """Windows, passes a window, seconds of detect, seconds of the bare calls, and their ratio."""
    recorder = Recorder(network)
    noise = list(np.random.default_rng(0).standard_normal((BARE_TILES, 5, TILE, TILE), np.float32))
    before = bare_seconds(network, noise)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        files = {"heatmap": f"{folder}/heat.tif", "boxes": f"{folder}/boxes.gpkg"}
        result = detect(str(path), settings, network=recorder, **files)
        seconds = time.perf_counter() - start
    windows = sum(scale["used"] for scale in result.windows)
    # before and after, because other work of the machine may change
    bare = windows * (before + bare_seconds(network, recorder.tiles)) / 2
    passes = recorder.count / windows
    return [windows, f"{passes:.2f}", f"{seconds:.1f}", f"{bare:.1f}", f"{seconds / bare:.2f}", result.label]


def fitting_size(
    size: Sequence[int], pixel: float, networks: Sequence[Any], minutes: float
) -> tuple[int, int]:
    """The size, or a smaller one of the same shape whose frames end in time on this machine.

    Windows are counted in the quiet frame, and bare calls of some tiles are timed.
    """
    width, height = size
    interferogram = open_with(str(scenes.scene(width, height, pixel, quiet=True)), Settings())
    windows = WindowStream(interferogram).total
    noise = list(np.random.default_rng(0).standard_normal((BATCH, 5, TILE, TILE), np.float32))
    each = sum(bare_seconds(network, noise) for network in networks)
    needed = each * windows * sum(PASSES.values()) * OVERHEAD + 4 * BARE_TILES * each
    shrink = min(1.0, math.sqrt(60 * minutes / needed))
    return max(SMALLEST_SIDE, int(width * shrink)), max(SMALLEST_SIDE, int(height * shrink))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=2, default=[3000, 2500], metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--pixel", type=float, default=100.0, help="pixel in metres; LiCSAR frames have 100")
    parser.add_argument("--model", help="model file (default: the one of the plugin)")
    parser.add_argument(
        "--minutes", type=float, default=9.0, help="shrink the frame if it would take longer [%(default)s]"
    )
    given = parser.parse_args()
    networks, rows = {}, []
    for backend in ("numpy", "onnxruntime"):
        try:
            networks[backend] = load_model(given.model, backend)
        except QuakeFringeError as problem:
            rows.append(["", backend, "", "", "", "", "", str(problem)])
    size = fitting_size(given.size, given.pixel, list(networks.values()), given.minutes)
    heading(f"detect on {size[0]} x {size[1]} float32 with pixels of {given.pixel:g} m")
    if size != tuple(given.size):
        print(f"{given.size[0]} x {given.size[1]} would take more than {given.minutes:g} minutes here.\n")
    frames = {
        "quiet": scenes.scene(*size, given.pixel, quiet=True),
        "earthquake": scenes.scene(*size, given.pixel),
    }
    for (backend, network), (name, path) in itertools.product(networks.items(), frames.items()):
        rows.append([name, backend, *measure(path, network, Settings(backend=backend, model=given.model))])
    columns = ["windows", "passes a window", "detect, s", "bare calls of every window, s", "ratio", "verdict"]
    table(["frame", "backend", *columns], rows)


if __name__ == "__main__":
    main()
